// Columns that are read otherwise than they are stored, converted once before the scan.
//
// A converted column is an ordinary snapshot::Column over memory of its own, with the record batches and the validity
// of its source. Conversion never rounds: a value that has no exact counterpart is the user's mistake and is reported
// with its row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/plan.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {

// Memory as snapshots have it: aligned to 64 bytes and padded to them.
struct alignas(64) Line {
  std::byte bytes[64];
};

struct OwnedColumn {
  snapshot::Column column;
  std::vector<Line> values;
  std::vector<std::vector<Line>> validity;  // a chunk; empty where the source's is used
  std::vector<std::string> dictionary;      // what column.dictionary views
};
using Converted = Result<std::shared_ptr<const OwnedColumn>>;

// v = mantissa * 10^-places, the shortest such decimal: places <= 9, |mantissa| < 2^53, and the quotient of the two is
// v to the bit. Nothing when there is none (v carries more digits than a telemetry file wrote).
struct ShortDecimal {
  std::int64_t mantissa = 0;
  int places = 0;
};
std::optional<ShortDecimal> shortest_decimal(double value);

// Integer or real column -> int64 in base units: value * field.scale, which must be whole (PM0604) and fit (PM0605).
// NaN is null.
Converted to_base_units(const plan::Field& field, const snapshot::Column& source, const std::string& stream);
// Integer column -> nearest doubles.
std::shared_ptr<const OwnedColumn> to_reals(const snapshot::Column& source);
// Integer column -> labels of its decimal texts; text column -> labels. Codes are in order of first appearance.
std::shared_ptr<const OwnedColumn> to_labels(const snapshot::Column& source);

}  // namespace proofmark::engine
