#include "runtime/transcript/series_json.h"

#include "runtime/transcript/json_parts.h"

namespace proofmark::transcript {

using namespace parts;

namespace {

Value steps_to_json(const std::vector<plan::SeriesStep>& steps) {
  return Object{{"rows", list(steps, [](const plan::SeriesStep& step) { return Value(step.rows); })},
                {"part", list(steps, [](const plan::SeriesStep& step) { return Value(step.part); })}};
}

Value moment_steps_to_json(const std::vector<plan::MomentSums>& steps) {
  const auto squares = [](const plan::MomentSums& step) {
    return nullable(step.squares, [](const auto& sum) { return exact_text(sum); });
  };
  return Object{{"known", list(steps, [](const plan::MomentSums& step) { return Value(step.known); })},
                {"below", list(steps, [](const plan::MomentSums& step) { return Value(step.below); })},
                {"above", list(steps, [](const plan::MomentSums& step) { return Value(step.above); })},
                {"sum", list(steps, [](const plan::MomentSums& step) { return Value(exact_text(step.sum)); })},
                {"squares", list(steps, squares)}};
}

template <typename Series, typename Steps>
Value over_time_to_json(const Series& series, Steps steps) {
  return Object{{"first", instant(series.first_ns)},
                {"last", instant(series.last_ns)},
                {"step", std::to_string(series.step_ns)},
                {"groups", list(series.groups, steps)}};
}

template <typename Fact>
bool stretch(FactsReader& reader, const Object& object, const JsonPath& path, Fact& out) {
  return reader.instant(member(object, "first"), JsonPath(path, "first"), out.first_ns) &&
         reader.instant(member(object, "last"), JsonPath(path, "last"), out.last_ns) &&
         reader.duration(member(object, "step"), JsonPath(path, "step"), out.step_ns);
}

// One of several lists side by side, an entry a step.
template <typename Item, typename Read>
bool column(FactsReader& reader, const Object& object, const JsonPath& path, std::string_view key, std::size_t steps,
            std::vector<Item>& out, Read read_one) {
  const JsonPath list(path, key);
  return reader.items(member(object, key), list, out, read_one) &&
         (out.size() == steps || reader.refuse(list, "has another length than the list before it"));
}

bool steps(FactsReader& reader, const Value& value, const JsonPath& path, std::vector<plan::SeriesStep>& out) {
  const Object* object = reader.members(value, path, {"rows", "part"});
  std::vector<std::uint64_t> rows, part;
  if (object == nullptr || !reader.items(member(*object, "rows"), JsonPath(path, "rows"), rows, &FactsReader::count) ||
      !column(reader, *object, path, "part", rows.size(), part, &FactsReader::count))
    return false;
  for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({rows[i], part[i]});
  return true;
}

bool moment_steps(FactsReader& reader, const Value& value, const JsonPath& path, std::vector<plan::MomentSums>& out) {
  const Object* object = reader.members(value, path, {"known", "below", "above", "sum", "squares"});
  std::vector<std::uint64_t> known, below, above;
  std::vector<std::optional<std::variant<plan::Int128, double>>> sums, squares;
  if (object == nullptr ||
      !reader.items(member(*object, "known"), JsonPath(path, "known"), known, &FactsReader::count) ||
      !column(reader, *object, path, "below", known.size(), below, &FactsReader::count) ||
      !column(reader, *object, path, "above", known.size(), above, &FactsReader::count) ||
      !column(reader, *object, path, "sum", known.size(), sums, &FactsReader::sum) ||
      !column(reader, *object, path, "squares", known.size(), squares, &FactsReader::sum))
    return false;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!sums[i]) return reader.refuse(JsonPath(JsonPath(path, "sum"), i), "is null where a number belongs");
    out.push_back({known[i], below[i], above[i], *sums[i], squares[i]});
  }
  return true;
}

}  // namespace

Value series_to_json(const plan::SeriesFact& series) {
  return over_time_to_json(series, steps_to_json);
}

Value series_to_json(const plan::MomentSeriesFact& series) {
  return over_time_to_json(series, moment_steps_to_json);
}

bool read_series(FactsReader& reader, const Value& value, const JsonPath& path, plan::SeriesFact& out) {
  const Object* object = reader.members(value, path, {"first", "last", "step", "groups"});
  return object != nullptr && stretch(reader, *object, path, out) &&
         reader.items(member(*object, "groups"), JsonPath(path, "groups"), out.groups, steps);
}

bool read_moment_series(FactsReader& reader, const Value& value, const JsonPath& path, plan::MomentSeriesFact& out) {
  const Object* object = reader.members(value, path, {"first", "last", "step", "groups"});
  return object != nullptr && stretch(reader, *object, path, out) &&
         reader.items(member(*object, "groups"), JsonPath(path, "groups"), out.groups, moment_steps);
}

}  // namespace proofmark::transcript
