// Reading by the rules of every other number (decimal.h), so that an edge and a limit that are spelled alike are equal.
#include "runtime/snapshot/tally_cells.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "runtime/json/utf8.h"
#include "runtime/plan/match.h"
#include "runtime/snapshot/decimal.h"

namespace proofmark::snapshot {
namespace {

std::int64_t key_of(double value) {
  const auto bits = std::bit_cast<std::int64_t>(value == 0 ? 0.0 : value);
  return bits < 0 ? bits ^ INT64_MAX : bits;
}

double value_of(std::int64_t key) {
  return std::bit_cast<double>(key < 0 ? key ^ INT64_MAX : key);
}

Diagnostic problem(std::string message) {
  return plain_problem("", std::move(message), "");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Elements of `[1, "2", 3]`: counts beyond 2^53 are often spelled as texts.
std::optional<std::vector<std::string_view>> elements(std::string_view cell) {
  cell = trimmed(cell);
  if (cell.size() < 2 || cell.front() != '[' || cell.back() != ']') return std::nullopt;
  cell = trimmed(cell.substr(1, cell.size() - 2));
  std::vector<std::string_view> all;
  while (!cell.empty() || !all.empty()) {
    const std::size_t comma = std::min(cell.find(','), cell.size());
    std::string_view element = trimmed(cell.substr(0, comma));
    if (element.size() >= 2 && element.front() == '"' && element.back() == '"')
      element = element.substr(1, element.size() - 2);
    all.push_back(element);
    if (comma == cell.size()) break;
    cell.remove_prefix(comma + 1);
  }
  return all;
}

// A cell without a value, or a `null` among the elements of an array.
bool is_null(std::string_view text) {
  return text.empty() || text == "null";
}

bool is_infinity(std::string_view text) {
  return text == "+Inf" || text == "Inf" || text == "+inf" || text == "inf" || text == "+Infinity" ||
         text == "Infinity";
}

}  // namespace

std::string_view text_of_row(const TextData& data, std::uint32_t row) {
  const std::uint64_t begin = row == 0 ? 0 : data.ends[row - 1];
  return {data.bytes.data() + begin, static_cast<std::size_t>(data.ends[row] - begin)};
}

bool is_array(std::string_view cell) {
  return trimmed(cell).starts_with('[');
}

Result<std::uint64_t> read_count(std::string_view cell) {
  static const Scale kWhole{plan::Rational(1)};
  const DecimalReading reading = kWhole.read(trimmed(cell));
  if (reading.problem == DecimalProblem::none && reading.value >= 0) return static_cast<std::uint64_t>(reading.value);
  if (is_null(trimmed(cell))) return problem("there is no count");
  return problem(json::in_backticks(cell) + " is no count of events");
}

Result<std::vector<std::uint64_t>> read_counts(std::string_view cell) {
  const auto all = elements(cell);
  if (!all && is_null(trimmed(cell))) return problem("there is no array of counts");
  if (!all) return problem(json::in_backticks(cell) + " is no array of counts");
  std::vector<std::uint64_t> counts;
  for (const std::string_view element : *all) {
    const auto count = read_count(element);
    if (!count) return count.problems();
    counts.push_back(*count);
  }
  return counts;
}

Result<std::optional<std::int64_t>> read_edge(std::string_view cell, const ColumnSpec& how) {
  const std::string_view text = trimmed(cell);
  if (is_null(text)) return problem("there is no edge");
  if (is_infinity(text)) return std::optional<std::int64_t>();
  if (how.type != plan::FieldType::real) {
    const DecimalReading reading = Scale(how.scale).read(text);
    if (reading.problem == DecimalProblem::none) return std::optional(reading.value);
    return problem(json::in_backticks(cell) + " is no edge of a bucket" +
                   (reading.problem == DecimalProblem::not_whole ? ": it lies between two of the smallest units" : ""));
  }
  double value = 0;
  const bool number = shape_of_number(text) != NumberShape::not_a_number;
  if (number) std::from_chars(text.data(), text.data() + text.size(), value);
  if (!number || !std::isfinite(value)) return problem(json::in_backticks(cell) + " is no edge of a bucket");
  return std::optional(key_of(value));
}

Result<std::vector<std::int64_t>> read_edges(std::string_view cell, const ColumnSpec& how) {
  const auto all = elements(cell);
  if (!all && is_null(trimmed(cell))) return problem("there is no array of edges");
  if (!all) return problem(json::in_backticks(cell) + " is no array of edges");
  std::vector<std::int64_t> edges;
  for (const std::string_view element : *all) {
    const auto edge = read_edge(element, how);
    if (!edge) return edge.problems();
    if (!*edge) return problem("the last bucket stands among the edges as " + json::in_backticks(element));
    if (!edges.empty() && **edge <= edges.back())
      return problem("the edge " + json::in_backticks(element) + " is not above the one before it");
    edges.push_back(**edge);
  }
  return edges;
}

void append_identity(std::string& key, const ColumnData& column, std::uint32_t row) {
  const bool known = column.valid.empty() || column.valid[row] != 0;
  key += known ? '1' : '0';
  if (!known) return;
  const auto add = [&](const auto& value) { key.append(reinterpret_cast<const char*>(&value), sizeof value); };
  plan::match(
      column.values, [&](const IntegerData& data) { add(data[row]); }, [&](const RealData& data) { add(data[row]); },
      [&](const BooleanData& data) { add(data.values[row]); }, [&](const LabelData& data) { add(data.codes[row]); },
      [&](const TextData& data) {
        const std::string_view text = text_of_row(data, row);
        add(std::uint64_t{text.size()});
        key += text;
      });
}

std::string value_text(const ColumnData& column, std::uint32_t row) {
  if (!column.valid.empty() && column.valid[row] == 0) return "nothing";
  return plan::match(
      column.values, [&](const IntegerData& data) { return std::to_string(data[row]); },
      [&](const RealData& data) {
        std::array<char, 32> text{};
        return std::string(text.data(), std::to_chars(text.data(), text.data() + text.size(), data[row]).ptr);
      },
      [&](const BooleanData& data) { return std::string(data.values[row] != 0 ? "true" : "false"); },
      [&](const LabelData& data) { return json::in_backticks(data.dictionary[data.codes[row]]); },
      [&](const TextData& data) { return json::in_backticks(text_of_row(data, row)); });
}

namespace {

template <typename Values>
Values picked(const Values& values, const std::vector<std::uint32_t>& rows) {
  Values some;
  some.reserve(rows.size());
  for (const std::uint32_t row : rows) some.push_back(values[row]);
  return some;
}

LabelData picked_labels(const ColumnData& column, const LabelData& data, const std::vector<std::uint32_t>& rows) {
  const auto known = [&](std::uint32_t row) { return column.valid.empty() || column.valid[row] != 0; };
  std::vector<std::uint8_t> used(data.dictionary.size());
  for (const std::uint32_t row : rows)
    if (known(row)) used[data.codes[row]] = 1;
  LabelData some;
  std::vector<std::uint32_t> renumbered(data.dictionary.size());
  for (std::size_t code = 0; code < used.size(); ++code) {
    if (used[code] == 0) continue;
    renumbered[code] = static_cast<std::uint32_t>(some.dictionary.size());
    some.dictionary.push_back(data.dictionary[code]);
  }
  for (const std::uint32_t row : rows) some.codes.push_back(known(row) ? renumbered[data.codes[row]] : 0);
  return some;
}

}  // namespace

ColumnData taken(const ColumnData& column, const std::vector<std::uint32_t>& rows) {
  ColumnData some{column.name, column.type, {}, column.unit, {}};
  if (!column.valid.empty()) some.valid = picked(column.valid, rows);
  if (std::find(some.valid.begin(), some.valid.end(), std::uint8_t{0}) == some.valid.end()) some.valid.clear();
  plan::match(
      column.values, [&](const IntegerData& data) { some.values = picked(data, rows); },
      [&](const RealData& data) { some.values = picked(data, rows); },
      [&](const BooleanData& data) { some.values = BooleanData{picked(data.values, rows)}; },
      [&](const LabelData& data) { some.values = picked_labels(column, data, rows); },
      [&](const TextData& data) {
        TextData texts;
        for (const std::uint32_t row : rows) {
          texts.bytes += text_of_row(data, row);
          texts.ends.push_back(texts.bytes.size());
        }
        some.values = std::move(texts);
      });
  return some;
}

EdgeColumns::EdgeColumns(const ColumnSpec& how) : how_(how) {}

void EdgeColumns::add(Column& column, std::optional<std::int64_t> key) {
  column.keys.push_back(key.value_or(0));
  column.valid.push_back(key ? 1 : 0);
}

void EdgeColumns::add(std::optional<std::int64_t> above, std::optional<std::int64_t> upto) {
  add(above_, above);
  add(upto_, upto);
}

ColumnData EdgeColumns::made(Column& column, std::string_view suffix) const {
  ColumnData data{how_.source + std::string(suffix), how_.type, {}, how_.unit, std::move(column.valid)};
  if (std::find(data.valid.begin(), data.valid.end(), std::uint8_t{0}) == data.valid.end()) data.valid.clear();
  if (how_.type != plan::FieldType::real) {
    data.values = std::move(column.keys);
    return data;
  }
  RealData reals;
  for (const std::int64_t key : column.keys) reals.push_back(value_of(key));  // of 0, the key of a null: 0
  data.values = std::move(reals);
  return data;
}

std::vector<ColumnData> EdgeColumns::take() {
  std::vector<ColumnData> both;
  both.push_back(made(above_, ".above"));
  both.push_back(made(upto_, ".upto"));
  return both;
}

}  // namespace proofmark::snapshot
