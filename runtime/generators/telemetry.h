// Made-up telemetry for tests of policies: seeded, and the same bytes on every machine.
//
// In: for each stream, blocks of rows with a rule a field. Out: NDJSON text and the column descriptions to read it
// with. Every draw is Philox4x32-10 keyed by (seed, stream, block, field) and counted by row, turned into a value by
// the inverse distribution function (deterministic elementary functions): no state, so fields do not disturb
// each other. Times are evenly spaced over (start, start + length].
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/plan/number.h"
#include "runtime/plan/unit.h"

namespace proofmark::generators {

// One value of a field in base units (ns for durations and times); monostate: null.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string, bool>;

struct Choice {
  Cell value;
  plan::Rational share;  // shares of a field's choices sum to 1
};

enum class Family : std::uint8_t { uniform, normal, lognormal, exponential, weibull, pareto };

// uniform(low, high), normal(mean, sd), lognormal(mu, sigma), exponential(mean), weibull(scale, shape), pareto(scale,
// shape); the draw times `scale` base units, rounded to the nearest integer for integer-valued fields (ties away from
// zero).
struct Draw {
  Family family = Family::uniform;
  double first = 0, second = 1;
  double scale = 1;
  bool integer = true;
};

// A value is written as the bucket that it lies in: its upper edge in the field's column, its lower one in another;
// null where there is none.
struct BucketRule {
  std::string lower_column;
  std::vector<Cell> edges;  // ascending, of the type of the values
};

struct FieldRule {
  std::string column;
  std::variant<std::vector<Choice>, Draw> rule;
  std::optional<BucketRule> buckets = {};
};

struct Block {
  std::uint64_t rows = 0;
  std::int64_t length_ns = 0;
  std::vector<FieldRule> fields;
};

struct ColumnNote {  // how to read the text back
  std::string name;
  plan::FieldType type = plan::FieldType::integer;
};

struct StreamSpec {
  std::string name;
  std::int64_t start_ns = 0;
  std::optional<std::string> time_column;
  std::vector<ColumnNote> columns;  // all fields of the stream
  std::vector<Block> blocks;
};

// One JSON object a row, in block order. `stream_index` is part of the key.
std::string to_ndjson(const StreamSpec& spec, std::uint64_t seed, std::uint32_t stream_index);

}  // namespace proofmark::generators
