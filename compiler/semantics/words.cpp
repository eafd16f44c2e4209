// Tables of words, and constants printed for people.
#include "compiler/semantics/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace proofmark::semantics {
namespace {

constexpr std::int64_t kMicrosecond = 1'000, kMillisecond = 1'000'000, kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour, kWeek = 7 * kDay;

constexpr std::array kUnitWords{
    UnitWord{"", Unit::number, 1, 1},
    UnitWord{"%", Unit::ratio, 1, 100},
    UnitWord{"ppm", Unit::ratio, 1, 1'000'000},
    UnitWord{"ns", Unit::duration, 1, 1},
    UnitWord{"us", Unit::duration, kMicrosecond, 1},
    UnitWord{"ms", Unit::duration, kMillisecond, 1},
    UnitWord{"s", Unit::duration, kSecond, 1},
    UnitWord{"m", Unit::duration, kMinute, 1},
    UnitWord{"h", Unit::duration, kHour, 1},
    UnitWord{"d", Unit::duration, kDay, 1},
    UnitWord{"w", Unit::duration, kWeek, 1},
    UnitWord{"B", Unit::bytes, 1, 1},
    UnitWord{"kB", Unit::bytes, 1'000, 1},
    UnitWord{"MB", Unit::bytes, 1'000'000, 1},
    UnitWord{"GB", Unit::bytes, 1'000'000'000, 1},
    UnitWord{"KiB", Unit::bytes, std::int64_t{1} << 10, 1},
    UnitWord{"MiB", Unit::bytes, std::int64_t{1} << 20, 1},
    UnitWord{"GiB", Unit::bytes, std::int64_t{1} << 30, 1},
};

// What other languages and tools call a type or a unit. A table, not a distance: `sec` is no slip of the finger.
constexpr std::array kHabits{
    std::pair{"integer", "int"},
    std::pair{"long", "int"},
    std::pair{"int64", "int"},
    std::pair{"double", "float"},
    std::pair{"real", "float"},
    std::pair{"boolean", "bool"},
    std::pair{"string", "label"},
    std::pair{"str", "label"},
    std::pair{"datetime", "timestamp"},
    std::pair{"time", "timestamp"},
    std::pair{"sec", "s"},
    std::pair{"secs", "s"},
    std::pair{"second", "s"},
    std::pair{"seconds", "s"},
    std::pair{"msec", "ms"},
    std::pair{"millis", "ms"},
    std::pair{"milliseconds", "ms"},
    std::pair{"usec", "us"},
    std::pair{"micros", "us"},
    std::pair{"microseconds", "us"},
    std::pair{"nanos", "ns"},
    std::pair{"nanoseconds", "ns"},
    std::pair{"min", "m"},
    std::pair{"minutes", "m"},
    std::pair{"hours", "h"},
    std::pair{"bytes", "B"},
    std::pair{"epoch", "epoch_s"},
    std::pair{"unix", "epoch_s"},
    std::pair{"epoch_millis", "epoch_ms"},
    std::pair{"iso8601", "rfc3339"},
};

constexpr std::array kFieldTypes{plan::FieldType::integer, plan::FieldType::real,      plan::FieldType::duration,
                                 plan::FieldType::bytes,   plan::FieldType::timestamp, plan::FieldType::label,
                                 plan::FieldType::text,    plan::FieldType::boolean};

// Of values with a unit; edges without one are numbers.
constexpr std::array kHistogramTypes{plan::FieldType::duration, plan::FieldType::bytes};

constexpr std::array kParameterKinds{Parameter::Kind::release, Parameter::Kind::label, Parameter::Kind::number,
                                     Parameter::Kind::duration, Parameter::Kind::timestamp};

template <typename Key, typename Row, std::size_t N>
std::optional<Row> look_up(const std::array<Row, N>& table, const Key& key) {
  for (const Row& row : table)
    if (key(row)) return row;
  return std::nullopt;
}

std::string show_scaled(const Rational& value, std::int64_t unit, std::string_view word) {
  const auto scaled = plan::divide(value, Rational(unit));
  return (scaled ? scaled->to_decimal() : value.to_string()) + std::string(word);
}

std::string show_duration(const Rational& ns) {
  const Rational size = ns.is_negative() ? plan::negate(ns).value_or(ns) : ns;
  for (const auto& [unit, word] : {std::pair{kDay, "d"}, {kHour, "h"}, {kMinute, "m"}}) {
    const auto count = plan::divide(size, Rational(unit));
    if (count && count->is_integer() && !count->is_zero()) return show_scaled(ns, unit, word);
  }
  for (const auto& [unit, word] : {std::pair{kSecond, "s"}, {kMillisecond, "ms"}, {kMicrosecond, "us"}})
    if (size >= Rational(unit)) return show_scaled(ns, unit, word);
  return show_scaled(ns, 1, "ns");
}

std::string show_bytes(const Rational& bytes) {
  for (const auto& [unit, word] : {std::pair{std::int64_t{1} << 30, "GiB"},
                                   {std::int64_t{1'000'000'000}, "GB"},
                                   {std::int64_t{1} << 20, "MiB"},
                                   {std::int64_t{1'000'000}, "MB"},
                                   {std::int64_t{1} << 10, "KiB"},
                                   {std::int64_t{1'000}, "kB"}}) {
    const auto count = plan::divide(bytes, Rational(unit));
    if (count && count->is_integer() && !count->is_zero()) return show_scaled(bytes, unit, word);
  }
  return show_scaled(bytes, 1, "B");
}

}  // namespace

std::optional<UnitWord> unit_word(std::string_view word) {
  return look_up(kUnitWords, [&](const UnitWord& row) { return row.word == word; });
}

std::vector<std::string> unit_words() {
  std::vector<std::string> words;
  for (const UnitWord& row : kUnitWords)
    if (!row.word.empty() && row.word != "%") words.emplace_back(row.word);
  return words;
}

std::vector<std::string> unit_words(Unit unit) {
  std::vector<std::string> words = unit_words();
  std::erase_if(words, [&](const std::string& word) { return unit_word(word)->unit != unit; });
  return words;
}

std::optional<FieldUnit> field_unit(std::string_view word, plan::FieldType type) {
  return look_up(plan::kSourceUnits, [&](const FieldUnit& row) { return row.word == word && row.type == type; });
}

std::vector<std::string> field_unit_words(plan::FieldType type) {
  std::vector<std::string> words;
  for (const FieldUnit& row : plan::kSourceUnits)
    if (row.type == type) words.emplace_back(row.word);
  return words;
}

std::optional<plan::FieldType> field_type(std::string_view word) {
  for (const plan::FieldType type : kFieldTypes)
    if (plan::field_type_name(type) == word) return type;
  return std::nullopt;
}

std::optional<plan::FieldType> implied_type(std::string_view field, bool counts) {
  if (field == "time") return plan::FieldType::timestamp;
  if (field == "count" && counts) return plan::FieldType::integer;
  return std::nullopt;
}

plan::FieldType histogram_type(std::string_view unit) {
  if (unit.empty()) return plan::FieldType::real;
  for (const plan::FieldType type : kHistogramTypes)
    if (field_unit(unit, type)) return type;
  return kHistogramTypes.front();  // for which it will be refused
}

std::vector<std::string> histogram_unit_words() {
  std::vector<std::string> words;
  for (const plan::FieldType type : kHistogramTypes)
    for (const std::string& word : field_unit_words(type)) words.push_back(word);
  return words;
}

Unit unit_of(plan::FieldType type) {
  switch (type) {
    case plan::FieldType::duration:
      return Unit::duration;
    case plan::FieldType::bytes:
      return Unit::bytes;
    case plan::FieldType::timestamp:
      return Unit::timestamp;
    default:
      return Unit::number;
  }
}

std::vector<std::string> field_type_words() {
  std::vector<std::string> words;
  for (const plan::FieldType type : kFieldTypes) words.emplace_back(plan::field_type_name(type));
  words.emplace_back(kHistogram);
  return words;
}

std::string_view parameter_kind_name(Parameter::Kind kind) {
  switch (kind) {
    case Parameter::Kind::release:
      return "release";
    case Parameter::Kind::label:
      return "label";
    case Parameter::Kind::number:
      return "number";
    case Parameter::Kind::duration:
      return "duration";
    case Parameter::Kind::timestamp:
      return "timestamp";
  }
  return "";
}

std::optional<Parameter::Kind> parameter_kind(std::string_view word) {
  for (const Parameter::Kind kind : kParameterKinds)
    if (parameter_kind_name(kind) == word) return kind;
  return std::nullopt;
}

std::vector<std::string> parameter_kind_words() {
  std::vector<std::string> words;
  for (const Parameter::Kind kind : kParameterKinds) words.emplace_back(parameter_kind_name(kind));
  return words;
}

std::string show(const Rational& value, Unit unit, bool in_ppm) {
  switch (unit) {
    case Unit::number:
      return value.to_decimal();
    case Unit::ratio: {
      const auto scaled = plan::multiply(value, Rational(in_ppm ? 1'000'000 : 100));
      return (scaled ? scaled->to_decimal() : value.to_string()) + (in_ppm ? "ppm" : "%");
    }
    case Unit::duration:
      return show_duration(value);
    case Unit::bytes:
      return show_bytes(value);
    case Unit::timestamp:
      return value.is_integer() ? show_timestamp(static_cast<std::int64_t>(value.numerator())) : "";
  }
  return "";
}

std::string one_line(std::string_view written) {
  std::string collapsed;
  bool space = false;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] == '"') {  // a text is kept as it is
      std::size_t end = i + 1;
      while (end < written.size() && written[end] != '"') end += written[end] == '\\' ? 2 : 1;
      end = std::min(end + 1, written.size());
      if (space && !collapsed.empty()) collapsed += ' ';
      collapsed += written.substr(i, end - i);
      i = end - 1;
      space = false;
    } else if (written.compare(i, 2, "//") == 0) {
      i = std::min(written.find('\n', i), written.size() - 1);
      space = true;
    } else if (written.compare(i, 2, "/*") == 0) {
      const std::size_t end = written.find("*/", i);
      i = end == std::string_view::npos ? written.size() : end + 1;
      space = true;
    } else if (std::string_view(" \t\r\n").find(written[i]) != std::string_view::npos) {
      space = true;
    } else {
      if (space && !collapsed.empty()) collapsed += ' ';
      collapsed += written[i];
      space = false;
    }
  }
  return collapsed;
}

std::string_view usual_word(std::string_view habit) {
  for (const auto& [word, usual] : kHabits)
    if (word == habit) return usual;
  return {};
}

std::string_view unit_phrase(Unit unit) {
  switch (unit) {
    case Unit::number:
      return "a number";
    case Unit::ratio:
      return "a share";
    case Unit::duration:
      return "a duration";
    case Unit::bytes:
      return "an amount of bytes";
    case Unit::timestamp:
      return "a time";
  }
  return "";
}

std::string_view sort_name(Sort sort) {
  switch (sort) {
    case Sort::error:
      return "an error";
    case Sort::constant:
      return "a constant";
    case Sort::label:
      return "a text";
    case Sort::release:
      return "a release";
    case Sort::row_value:
      return "a value of each row";
    case Sort::row_bucket:
      return "a value that is known by its bucket";
    case Sort::row_label:
      return "a label of each row";
    case Sort::condition:
      return "a condition on each row";
    case Sort::population:
      return "a population of rows";
    case Sort::values:
      return "the values of a population";
    case Sort::estimate:
      return "an estimate";
    case Sort::model:
      return "a model";
    case Sort::model_value:
      return "a value of each trial of a model";
    case Sort::model_estimate:
      return "an estimate of a model";
  }
  return "";
}

std::string_view comparison_text(plan::Comparison op) {
  switch (op) {
    case plan::Comparison::less:
      return "<";
    case plan::Comparison::at_most:
      return "<=";
    case plan::Comparison::greater:
      return ">";
    case plan::Comparison::at_least:
      return ">=";
    case plan::Comparison::equal:
      return "==";
    case plan::Comparison::not_equal:
      return "!=";
  }
  return "";
}

plan::Comparison mirrored(plan::Comparison op) {
  switch (op) {
    case plan::Comparison::less:
      return plan::Comparison::greater;
    case plan::Comparison::at_most:
      return plan::Comparison::at_least;
    case plan::Comparison::greater:
      return plan::Comparison::less;
    case plan::Comparison::at_least:
      return plan::Comparison::at_most;
    case plan::Comparison::equal:
    case plan::Comparison::not_equal:
      return op;
  }
  return op;
}

}  // namespace proofmark::semantics
