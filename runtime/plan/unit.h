// Units as types: what a quantity measures. Values are held in the base unit of their kind.
#pragma once

#include <cstdint>
#include <string_view>

namespace proofmark::plan {

enum class Unit : std::uint8_t {
  number,     // dimensionless: 500, 1.5, counts of rows
  ratio,      // a share of rows, base 1: 99.9 %, 10 ppm
  duration,   // integer nanoseconds
  bytes,      // integer bytes
  timestamp,  // integer nanoseconds since 1970-01-01T00:00:00Z
};

constexpr std::string_view unit_name(Unit unit) {
  switch (unit) {
    case Unit::number:
      return "number";
    case Unit::ratio:
      return "ratio";
    case Unit::duration:
      return "duration";
    case Unit::bytes:
      return "bytes";
    case Unit::timestamp:
      return "timestamp";
  }
  return "";
}

// The type of a telemetry field, and so of a snapshot column after binding.
enum class FieldType : std::uint8_t { integer, real, duration, bytes, timestamp, label, text, boolean };

constexpr std::string_view field_type_name(FieldType type) {
  switch (type) {
    case FieldType::integer:
      return "int";
    case FieldType::real:
      return "float";
    case FieldType::duration:
      return "duration";
    case FieldType::bytes:
      return "bytes";
    case FieldType::timestamp:
      return "timestamp";
    case FieldType::label:
      return "label";
    case FieldType::text:
      return "text";
    case FieldType::boolean:
      return "bool";
  }
  return "";
}

// Integer-valued types hold int64 in the base unit; label, text and boolean have no unit.
constexpr bool is_integer_valued(FieldType type) {
  return type == FieldType::integer || type == FieldType::duration || type == FieldType::bytes ||
         type == FieldType::timestamp;
}
constexpr bool is_numeric(FieldType type) {
  return is_integer_valued(type) || type == FieldType::real;
}

}  // namespace proofmark::plan
