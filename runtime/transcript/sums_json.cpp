#include "runtime/transcript/sums_json.h"

#include "runtime/transcript/json_parts.h"

namespace proofmark::transcript {

using namespace parts;

Value summary_to_json(const plan::ValueSummary& summary) {
  const auto number = [](const auto& value) { return exact_text(value); };
  return Object{{"known", summary.known},
                {"sum", nullable(summary.sum, number)},
                {"minimum", nullable(summary.minimum, number)},
                {"maximum", nullable(summary.maximum, number)},
                {"distinct", nullable(summary.distinct, [](std::uint64_t count) { return Value(count); })},
                {"ranks", list(summary.ranks, rank_to_json)}};
}

Value clusters_to_json(const plan::ClusterSums& sums) {
  return Object{{"clusters", sums.clusters},
                {"rows", sums.rows},
                {"part", sums.part},
                {"withPart", sums.with_part},
                {"withRest", sums.with_rest},
                {"largest", sums.largest},
                {"rowsRows", plan::to_string(sums.rows_rows)},
                {"rowsPart", plan::to_string(sums.rows_part)},
                {"partPart", plan::to_string(sums.part_part)}};
}

Value moments_to_json(const plan::MomentSums& sums) {
  return Object{{"known", sums.known},
                {"below", sums.below},
                {"above", sums.above},
                {"sum", exact_text(sums.sum)},
                {"squares", nullable(sums.squares, [](const auto& squares) { return exact_text(squares); })}};
}

Value contrast_to_json(const plan::ContrastSums& sums) {
  return Object{{"first", sums.first},
                {"second", sums.second},
                {"above", plan::to_string(sums.above)},
                {"below", plan::to_string(sums.below)},
                {"wins", plan::to_string(sums.wins)}};
}

bool read_summary(FactsReader& reader, const Value& value, const JsonPath& path, plan::ValueSummary& out) {
  const Object* object = reader.members(value, path, {"known", "sum", "minimum", "maximum", "distinct", "ranks"});
  return object != nullptr && reader.count(member(*object, "known"), JsonPath(path, "known"), out.known) &&
         reader.sum(member(*object, "sum"), JsonPath(path, "sum"), out.sum) &&
         reader.measured(member(*object, "minimum"), JsonPath(path, "minimum"), out.minimum) &&
         reader.measured(member(*object, "maximum"), JsonPath(path, "maximum"), out.maximum) &&
         reader.optional_count(member(*object, "distinct"), JsonPath(path, "distinct"), out.distinct) &&
         reader.items(member(*object, "ranks"), JsonPath(path, "ranks"), out.ranks, &FactsReader::rank);
}

bool read_cluster_sums(FactsReader& reader, const Value& value, const JsonPath& path, plan::ClusterSums& out) {
  const Object* object = reader.members(
      value, path, {"clusters", "rows", "part", "withPart", "withRest", "largest", "rowsRows", "rowsPart", "partPart"});
  const auto read = [&](std::string_view key, std::uint64_t& count_out) {
    return reader.count(member(*object, key), JsonPath(path, key), count_out);
  };
  return object != nullptr && read("clusters", out.clusters) && read("rows", out.rows) && read("part", out.part) &&
         read("withPart", out.with_part) && read("withRest", out.with_rest) && read("largest", out.largest) &&
         reader.square(*object, path, "rowsRows", out.rows_rows) &&
         reader.square(*object, path, "rowsPart", out.rows_part) &&
         reader.square(*object, path, "partPart", out.part_part);
}

bool read_moment_sums(FactsReader& reader, const Value& value, const JsonPath& path, plan::MomentSums& out) {
  const Object* object = reader.members(value, path, {"known", "below", "above", "sum", "squares"});
  std::optional<std::variant<plan::Int128, double>> first;
  if (object == nullptr || !reader.count(member(*object, "known"), JsonPath(path, "known"), out.known) ||
      !reader.count(member(*object, "below"), JsonPath(path, "below"), out.below) ||
      !reader.count(member(*object, "above"), JsonPath(path, "above"), out.above) ||
      !reader.sum(member(*object, "sum"), JsonPath(path, "sum"), first) ||
      !reader.sum(member(*object, "squares"), JsonPath(path, "squares"), out.squares))
    return false;
  if (!first) return reader.refuse(JsonPath(path, "sum"), "is null where a number belongs");
  out.sum = *first;
  return true;
}

bool read_contrast_sums(FactsReader& reader, const Value& value, const JsonPath& path, plan::ContrastSums& out) {
  const Object* object = reader.members(value, path, {"first", "second", "above", "below", "wins"});
  return object != nullptr && reader.count(member(*object, "first"), JsonPath(path, "first"), out.first) &&
         reader.count(member(*object, "second"), JsonPath(path, "second"), out.second) &&
         reader.square(*object, path, "above", out.above) && reader.square(*object, path, "below", out.below) &&
         reader.square(*object, path, "wins", out.wins);
}

}  // namespace proofmark::transcript
