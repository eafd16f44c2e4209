// Binding: a plan's scan meets a stream's columns, and every question that does not depend on a row is settled.
//
// A field becomes a column that the kernels read as it lies in memory; where the policy's type asks for another
// reading (seconds in a float column as nanoseconds, codes of an integer column as a label), the column is converted
// once, here. Where a value is only so many times what is stored (milliseconds as nanoseconds), the column stays as it
// is and thresholds are brought to its scale. Thresholds become int64 ranges or doubles, labels become sets of
// dictionary codes, windows become ranges of time. Afterwards both engines read the same values, and neither can meet a
// mistake of the user's any more.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/engine/checked_rows.h"
#include "runtime/engine/convert.h"
#include "runtime/engine/rows.h"
#include "runtime/plan/plan.h"
#include "runtime/plan/time_steps.h"

namespace re2 {
class RE2;
}

namespace proofmark::engine {

// lowest <= x <= highest, or the opposite when `outside`. Empty when lowest > highest.
struct IntegerRange {
  std::int64_t lowest = INT64_MIN, highest = INT64_MAX;
  bool outside = false;
};

// The integers x for which `x op bound` holds, exactly, also for bounds that are no int64.
IntegerRange integers_that(plan::Comparison op, const plan::Rational& bound);

// Atoms resolved against the data. `value` and `field` are ids of the scan.
struct NeverKnown {};
struct FieldInRange {
  plan::Id field;
  IntegerRange range;
};  // an integer as it is stored, so of values divided by the field's scale
struct InRange {
  plan::Id value;
  IntegerRange range;
};  // a computed one
struct AgainstReal {
  plan::Id value;
  plan::Comparison op;
  double bound;
};  // real values
struct AgainstValue {
  plan::Id left, right;
  plan::Comparison op;
};
struct HasCode {
  plan::Id field;
  std::vector<std::uint8_t> member;
  std::vector<std::uint32_t> codes;
};  // by code; ascending
struct TextIsOneOf {
  plan::Id field;
  const std::vector<std::string>* values;
};
struct TextMatches {
  plan::Id field;
  std::shared_ptr<const re2::RE2> pattern;
};
struct BooleanIsTrue {
  plan::Id field;
};
struct ValueIsKnown {
  plan::Id field;
};
struct BoundAtom {
  std::variant<NeverKnown, FieldInRange, InRange, AgainstReal, AgainstValue, HasCode, TextIsOneOf, TextMatches,
               BooleanIsTrue, ValueIsKnown>
      test;
  bool negated = false;
};

// Rows whose time lies in [first, last]; `untimed` adds the rows without a time.
struct TimeRange {
  std::int64_t first = INT64_MIN, last = INT64_MAX;
  bool untimed = true;
};

// The steps of a window's series, between the first and the last row time in it.
using SeriesGrid = plan::TimeSteps;

struct BoundScan {
  const plan::Scan* scan = nullptr;
  const snapshot::Stream* stream = nullptr;
  CheckedRows* rows = nullptr;                                // to be asked before rows are read; null: all may be
  std::vector<const snapshot::Column*> fields;                // null: nothing is known of any row
  std::vector<std::int64_t> scales;                           // a field's values are so many times what is stored
  std::vector<std::shared_ptr<const OwnedColumn>> converted;  // what some of `fields` point into
  std::vector<BoundAtom> atoms;
  std::vector<TimeRange> windows;
  const snapshot::Column* time = nullptr;  // integers, ns since 1970; null: no row has a time
  std::optional<std::int64_t> as_of_ns;    // set when rows have times
  bool zoned = false;                      // the stream's zone map speaks of `time`
  std::vector<Block> blocks;
  std::vector<SeriesGrid> grids;       // a window; without steps where no series asks for them
  std::vector<std::uint64_t> weights;  // a row of the stream, where rows stand for several events (weights.h)

  bool weighted() const { return scan->weight.has_value(); }
};

// Those of which `scale` times the integer lies in the range; above 0.
IntegerRange divided(const IntegerRange& range, std::int64_t scale);

// Of a stream whose rows may be read; or, with `rows`, whose rows are asked for first.
Result<BoundScan> bind(const plan::Scan& scan, const snapshot::Stream& stream, std::optional<std::int64_t> as_of_ns,
                       CheckedRows* rows = nullptr);

// Entries that a table indexed by the column's codes must have so that no stored code can lie outside it.
std::size_t code_space(const snapshot::Column& column);

}  // namespace proofmark::engine
