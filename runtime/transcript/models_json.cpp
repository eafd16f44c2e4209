#include "runtime/transcript/models_json.h"

#include "runtime/transcript/json_parts.h"

namespace proofmark::transcript {

using namespace parts;

namespace {

Value model_rank_to_json(const std::optional<plan::ModelRanked>& rank) {
  return nullable(rank, [](const plan::ModelRanked& one) {
    return Object{{"rank", one.rank}, {"value", exact_text(plan::Number(one.value))}};
  });
}

Value model_ranks_to_json(const plan::ModelRanksFact& ranks) {
  return Object{{"nearest", model_rank_to_json(ranks.nearest)},
                {"lower", model_rank_to_json(ranks.lower)},
                {"upper", model_rank_to_json(ranks.upper)}};
}

bool model_rank(FactsReader& reader, const Value& value, const JsonPath& path, std::optional<plan::ModelRanked>& out) {
  std::optional<plan::RankedValue> ranked;
  if (!reader.rank(value, path, ranked)) return false;
  if (!ranked) return true;
  const double* real = std::get_if<double>(&ranked->value);
  if (real == nullptr) return reader.refuse(JsonPath(path, "value"), "is a whole number where a real one belongs");
  out = plan::ModelRanked{ranked->rank, *real};
  return true;
}

bool model_ranks(FactsReader& reader, const Value& value, const JsonPath& path, plan::ModelRanksFact& out) {
  const Object* object = reader.members(value, path, {"nearest", "lower", "upper"});
  return object != nullptr && model_rank(reader, member(*object, "nearest"), JsonPath(path, "nearest"), out.nearest) &&
         model_rank(reader, member(*object, "lower"), JsonPath(path, "lower"), out.lower) &&
         model_rank(reader, member(*object, "upper"), JsonPath(path, "upper"), out.upper);
}

bool model_rows(FactsReader& reader, const Value& value, const JsonPath& path, plan::ModelRows& out) {
  const Object* object = reader.members(value, path, {"rows", "independent"});
  return object != nullptr && reader.count(member(*object, "rows"), JsonPath(path, "rows"), out.rows) &&
         reader.count(member(*object, "independent"), JsonPath(path, "independent"), out.independent);
}

}  // namespace

Value model_to_json(const plan::ModelFact& fact) {
  Object object{{"model", fact.model},
                {"trials", fact.trials},
                {"unknown", fact.unknown},
                {"counts", list(fact.counts, count_to_json)},
                {"ranks", list(fact.ranks, model_ranks_to_json)}};
  if (fact.recorded)
    object.set("recorded", Object{{"rows", fact.recorded->rows}, {"independent", fact.recorded->independent}});
  return object;
}

bool read_model(FactsReader& reader, const Value& value, const JsonPath& path, plan::ModelFact& out) {
  const Object* whole = value.as_object();
  const Value* recorded = whole != nullptr ? whole->find("recorded") : nullptr;
  const Object* object =
      recorded != nullptr ? reader.members(value, path, {"model", "trials", "unknown", "counts", "ranks", "recorded"})
                          : reader.members(value, path, {"model", "trials", "unknown", "counts", "ranks"});
  if (recorded != nullptr && !model_rows(reader, *recorded, JsonPath(path, "recorded"), out.recorded.emplace()))
    return false;
  return object != nullptr && reader.string(member(*object, "model"), JsonPath(path, "model"), out.model) &&
         reader.count(member(*object, "trials"), JsonPath(path, "trials"), out.trials) &&
         reader.count(member(*object, "unknown"), JsonPath(path, "unknown"), out.unknown) &&
         reader.items(member(*object, "counts"), JsonPath(path, "counts"), out.counts, &FactsReader::count) &&
         reader.items(member(*object, "ranks"), JsonPath(path, "ranks"), out.ranks, model_ranks);
}

}  // namespace proofmark::transcript
