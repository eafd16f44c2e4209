// The units that a column of a file can be written in, and how many base units each of them is. A snapshot records the
// word it read a column by, and binding compares it with the policy's: a column in milliseconds must never be taken
// for one in seconds.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "runtime/plan/number.h"
#include "runtime/plan/unit.h"

namespace proofmark::plan {

// `in s` of a field: base units in one source unit. `text_time` for rfc3339.
struct SourceUnit {
  std::string_view word;
  FieldType type;
  std::int64_t scale;
  bool text_time;
};

inline constexpr std::array kSourceUnits{
    SourceUnit{"ns", FieldType::duration, 1, false},
    SourceUnit{"us", FieldType::duration, 1'000, false},
    SourceUnit{"ms", FieldType::duration, 1'000'000, false},
    SourceUnit{"s", FieldType::duration, 1'000'000'000, false},
    SourceUnit{"m", FieldType::duration, 60'000'000'000, false},
    SourceUnit{"h", FieldType::duration, 3'600'000'000'000, false},
    SourceUnit{"B", FieldType::bytes, 1, false},
    SourceUnit{"kB", FieldType::bytes, 1'000, false},
    SourceUnit{"MB", FieldType::bytes, 1'000'000, false},
    SourceUnit{"KiB", FieldType::bytes, std::int64_t{1} << 10, false},
    SourceUnit{"MiB", FieldType::bytes, std::int64_t{1} << 20, false},
    SourceUnit{"epoch_s", FieldType::timestamp, 1'000'000'000, false},
    SourceUnit{"epoch_ms", FieldType::timestamp, 1'000'000, false},
    SourceUnit{"epoch_us", FieldType::timestamp, 1'000, false},
    SourceUnit{"epoch_ns", FieldType::timestamp, 1, false},
    SourceUnit{"rfc3339", FieldType::timestamp, 1, true},
};

// The word of a scale; empty when there is none (0: the field does not say its unit).
inline std::string_view source_unit_word(FieldType type, const Rational& scale) {
  for (const SourceUnit& unit : kSourceUnits)
    if (unit.type == type && !unit.text_time && scale == Rational(unit.scale)) return unit.word;
  return "";
}

// Whether a column of this type can have been written in the unit.
constexpr bool is_source_unit(FieldType type, std::string_view word) {
  for (const SourceUnit& unit : kSourceUnits)
    if (unit.type == type && unit.word == word) return true;
  return false;
}

}  // namespace proofmark::plan
