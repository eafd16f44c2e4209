// The small vocabularies of the language: units written after a number, field types, field units, parameter types.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/semantics/typed_policy.h"
#include "runtime/plan/source_unit.h"

namespace proofmark::semantics {

struct UnitWord {
  std::string_view word;
  Unit unit;
  std::int64_t multiplier;  // base units in one; for % and ppm see `divisor`
  std::int64_t divisor;
};

// "", "%", "ppm", "ms", "MiB", …: nothing when there is no such unit.
std::optional<UnitWord> unit_word(std::string_view word);
// Those that are names, and may stand apart from a number: `as ms`, `/s`. Of any unit, or of one.
std::vector<std::string> unit_words();
std::vector<std::string> unit_words(Unit unit);

using FieldUnit = plan::SourceUnit;  // `in s` of a field
std::optional<FieldUnit> field_unit(std::string_view word, plan::FieldType type);
std::vector<std::string> field_unit_words(plan::FieldType type);

inline constexpr std::string_view kHistogram = "histogram";  // declared like a type: buckets of values of one
std::optional<plan::FieldType> field_type(std::string_view word);
std::vector<std::string> field_type_words();                                       // and that of histograms
std::optional<plan::FieldType> implied_type(std::string_view field, bool counts);  // of one that is declared without
// What the buckets of a histogram hold follows from the unit that their edges are written in; empty: in none.
plan::FieldType histogram_type(std::string_view unit);
std::vector<std::string> histogram_unit_words();
Unit unit_of(plan::FieldType type);  // of its values

std::optional<Parameter::Kind> parameter_kind(std::string_view word);
std::vector<std::string> parameter_kind_words();
std::string_view parameter_kind_name(Parameter::Kind kind);

// Gives a parameter the value that `text` spells; false when it spells none.
bool bind_value(Parameter& parameter, const std::string& value);
std::string expected_form(Parameter::Kind kind);  // "a duration such as 300ms or 1.5h"

// A constant for people, in its unit: "99.5%", "10ppm", "300ms", "1.5h", "64MiB", "2026-11-22T10:00:00Z", "12".
std::string show(const Rational& value, Unit unit, bool in_ppm = false);

// Written text on one line: comments dropped, white space collapsed.
std::string one_line(std::string_view written);

std::string_view unit_phrase(Unit unit);  // "a number", "a share", "a duration", "an amount of bytes", "a time"
// The word of this language that people of other ones mean by `integer`, `seconds` or `iso8601`; or nothing.
std::string_view usual_word(std::string_view habit);

std::string_view sort_name(Sort sort);  // "a constant", "a population", …
std::string_view comparison_text(plan::Comparison op);
plan::Comparison mirrored(plan::Comparison op);  // a op b  ->  b op' a

// RFC 3339 text to ns since the epoch; nothing when it is not one, or finer than 1 ns.
std::optional<std::int64_t> parse_timestamp(std::string_view text);
std::string show_timestamp(std::int64_t ns);

}  // namespace proofmark::semantics
