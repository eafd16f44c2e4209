// A column at a glance: how many values, how many different ones, the least and the greatest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot {

inline constexpr std::size_t kCountedDistinct = 100'000;

struct ColumnSummary {
  std::uint64_t nulls = 0;
  std::uint64_t distinct = 0;                  // of the values that are not null
  bool distinct_is_more = false;               // counting stopped at kCountedDistinct: there are more
  std::optional<std::string> least, greatest;  // as value_text writes them; nothing when every row is null
};

// The column must have passed Snapshot::verify_chunks. Texts and labels are ordered by their bytes.
ColumnSummary summarise(const Column& column);

// For people: "200", "0.25", "11ms", "2026-01-31T12:00:00Z", "4096" (bytes).
std::string value_text(plan::FieldType type, std::int64_t value);
std::string value_text(double value);

// Exact, in the largest unit of d h m s ms us ns that is not larger than the value and needs few decimals: "2.75m",
// "165.093s", "11ms", "100.000000001s".
std::string duration_text(std::int64_t ns);

}  // namespace proofmark::snapshot
