// One value of one row as its file spells it, and what can be wrong with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/plan/unit.h"
#include "runtime/snapshot/decimal.h"

namespace proofmark::snapshot {

enum class CellKind : std::uint8_t {
  null,
  number,   // JSON: the text is a number by JSON's grammar
  string,   // JSON: decoded
  boolean,  // JSON: "true" or "false"
  array,    // JSON: as it is spelled; no value of a column but where it asks for arrays
  object,   // JSON: likewise, where a column of that name was asked for
  cell,     // CSV: decoded, not empty; its text alone says what it is
};

struct Cell {
  CellKind kind = CellKind::null;
  std::string_view text;
};

enum class CellProblem : std::uint8_t {
  none,
  wrong_type,
  not_whole,  // not a whole number of base units
  out_of_range,
  too_long,   // text
  no_offset,  // times
  impossible,
  leap_second,
  repeated,  // a JSON object has the key twice
};

// How a column's cells are read.
enum class Reading : std::uint8_t {
  whole,      // integer, duration, bytes, timestamp from numbers: exact, scaled
  time_text,  // timestamp from RFC 3339
  real,
  boolean,
  label,
  text,
  label_or_text,  // inferred: decided by the number of distinct values
};

struct ColumnPlan {
  std::string name;
  plan::FieldType type = plan::FieldType::integer;
  Reading reading = Reading::whole;
  Scale scale = Scale(plan::Rational(1));
  std::string unit = {};  // the word for it, or empty
  bool arrays = false;    // text: an array is one too, as it is spelled
  bool counts = false;    // how many events a row stands for
};

}  // namespace proofmark::snapshot
