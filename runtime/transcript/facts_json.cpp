// A document of facts: streams with the facts of each, models, earlier looks.
#include "runtime/transcript/facts_json.h"

#include "runtime/plan/match.h"
#include "runtime/transcript/facts_reader.h"
#include "runtime/transcript/history_json.h"
#include "runtime/transcript/json_parts.h"
#include "runtime/transcript/models_json.h"
#include "runtime/transcript/series_json.h"
#include "runtime/transcript/sums_json.h"

namespace proofmark::transcript {

using namespace parts;

namespace {

Value fact_to_json(const plan::Fact& fact) {
  return plan::match(
      fact, [](const plan::CountFact& one) { return Object{{"counts", list(one.counts, count_to_json)}}; },
      [](const plan::ValuesFact& one) { return Object{{"values", list(one.groups, summary_to_json)}}; },
      [](const plan::ClustersFact& one) { return Object{{"clusters", list(one.groups, clusters_to_json)}}; },
      [](const plan::MomentsFact& one) { return Object{{"moments", list(one.groups, moments_to_json)}}; },
      [](const plan::ContrastFact& one) { return Object{{"contrasts", list(one.groups, contrast_to_json)}}; },
      [](const plan::SeriesFact& one) { return Object{{"series", series_to_json(one)}}; },
      [](const plan::MomentSeriesFact& one) { return Object{{"momentSeries", series_to_json(one)}}; });
}

Value stream_to_json(const plan::StreamFacts& stream) {
  const auto keys = [](const std::vector<plan::GroupKey>& group) { return list(group, key_to_json); };
  Object object{{"stream", stream.stream},
                {"rows", stream.rows},
                {"skipped", stream.skipped},
                {"future", stream.future},
                {"untimed", stream.untimed},
                {"coversFrom", instant(stream.covers_from_ns)},
                {"coversTo", instant(stream.covers_to_ns)},
                {"undeclared", list(stream.undeclared, count_to_json)},
                {"groups", list(stream.groups, keys)},
                {"facts", list(stream.facts, fact_to_json)}};
  if (stream.events) object.set("events", *stream.events);
  if (stream.late > 0) object.set("late", stream.late);
  return object;
}

bool keys(FactsReader& reader, const Value& value, const JsonPath& path, std::vector<plan::GroupKey>& out) {
  return reader.items(value, path, out, &FactsReader::key);
}

bool fact(FactsReader& reader, const Value& value, const JsonPath& path, plan::Fact& out) {
  const Object* object = value.as_object();
  if (object != nullptr && object->find("values") != nullptr) {
    plan::ValuesFact& values = out.emplace<plan::ValuesFact>();
    return reader.members(value, path, {"values"}) != nullptr &&
           reader.items(member(*object, "values"), JsonPath(path, "values"), values.groups, read_summary);
  }
  if (object != nullptr && object->find("clusters") != nullptr) {
    plan::ClustersFact& clusters = out.emplace<plan::ClustersFact>();
    return reader.members(value, path, {"clusters"}) != nullptr &&
           reader.items(member(*object, "clusters"), JsonPath(path, "clusters"), clusters.groups, read_cluster_sums);
  }
  if (object != nullptr && object->find("moments") != nullptr) {
    plan::MomentsFact& moments = out.emplace<plan::MomentsFact>();
    return reader.members(value, path, {"moments"}) != nullptr &&
           reader.items(member(*object, "moments"), JsonPath(path, "moments"), moments.groups, read_moment_sums);
  }
  if (object != nullptr && object->find("contrasts") != nullptr) {
    plan::ContrastFact& contrasts = out.emplace<plan::ContrastFact>();
    return reader.members(value, path, {"contrasts"}) != nullptr &&
           reader.items(member(*object, "contrasts"), JsonPath(path, "contrasts"), contrasts.groups,
                        read_contrast_sums);
  }
  if (object != nullptr && object->find("series") != nullptr) {
    plan::SeriesFact& one = out.emplace<plan::SeriesFact>();
    return reader.members(value, path, {"series"}) != nullptr &&
           read_series(reader, member(*object, "series"), JsonPath(path, "series"), one);
  }
  if (object != nullptr && object->find("momentSeries") != nullptr) {
    plan::MomentSeriesFact& one = out.emplace<plan::MomentSeriesFact>();
    return reader.members(value, path, {"momentSeries"}) != nullptr &&
           read_moment_series(reader, member(*object, "momentSeries"), JsonPath(path, "momentSeries"), one);
  }
  plan::CountFact& counts = out.emplace<plan::CountFact>();
  object = reader.members(value, path, {"counts"});
  return object != nullptr &&
         reader.items(member(*object, "counts"), JsonPath(path, "counts"), counts.counts, &FactsReader::count);
}

bool late_events(FactsReader& reader, const Value& value, const JsonPath& path, std::uint64_t& out) {
  return reader.count(value, path, out) && (out > 0 || reader.refuse(path, "is left out where it is 0"));
}

bool stream(FactsReader& reader, const Value& value, const JsonPath& path, plan::StreamFacts& out) {
  std::vector<std::string_view> keys_of_stream{"stream",     "rows",     "skipped",    "future", "untimed",
                                               "coversFrom", "coversTo", "undeclared", "groups", "facts"};
  const bool weighted = value.as_object() != nullptr && value.as_object()->find("events") != nullptr;
  if (weighted) keys_of_stream.emplace_back("events");
  const bool late = weighted && value.as_object()->find("late") != nullptr;
  if (late) keys_of_stream.emplace_back("late");
  const Object* object = reader.members(value, path, keys_of_stream);
  return object != nullptr && reader.string(member(*object, "stream"), JsonPath(path, "stream"), out.stream) &&
         reader.count(member(*object, "rows"), JsonPath(path, "rows"), out.rows) &&
         (!weighted || reader.count(member(*object, "events"), JsonPath(path, "events"), out.events.emplace())) &&
         reader.count(member(*object, "skipped"), JsonPath(path, "skipped"), out.skipped) &&
         (!late || late_events(reader, member(*object, "late"), JsonPath(path, "late"), out.late)) &&
         reader.count(member(*object, "future"), JsonPath(path, "future"), out.future) &&
         reader.count(member(*object, "untimed"), JsonPath(path, "untimed"), out.untimed) &&
         reader.instant(member(*object, "coversFrom"), JsonPath(path, "coversFrom"), out.covers_from_ns) &&
         reader.instant(member(*object, "coversTo"), JsonPath(path, "coversTo"), out.covers_to_ns) &&
         reader.items(member(*object, "undeclared"), JsonPath(path, "undeclared"), out.undeclared,
                      &FactsReader::count) &&
         reader.items(member(*object, "groups"), JsonPath(path, "groups"), out.groups, keys) &&
         reader.items(member(*object, "facts"), JsonPath(path, "facts"), out.facts, fact);
}

bool read(FactsReader& reader, const Value& value, const JsonPath& path, plan::Facts& facts) {
  const auto has = [&](std::string_view key) {
    return value.as_object() != nullptr && value.as_object()->find(key) != nullptr;
  };
  const bool attested = has("history"), simulated = has("models");
  std::vector<std::string_view> keys{"asOf", "scans"};
  if (attested) keys.emplace_back("history");
  if (simulated) keys.emplace_back("models");
  const Object* object = reader.members(value, path, keys);
  return object != nullptr &&
         (!simulated || reader.items(member(*object, "models"), JsonPath(path, "models"), facts.models, read_model)) &&
         reader.instant(member(*object, "asOf"), JsonPath(path, "asOf"), facts.as_of_ns) &&
         reader.items(member(*object, "scans"), JsonPath(path, "scans"), facts.scans, stream) &&
         (!attested || reader.items(member(*object, "history"), JsonPath(path, "history"), facts.history.emplace(),
                                    read_earlier_look));
}

}  // namespace

Value facts_to_json(const plan::Facts& facts) {
  Object object{{"asOf", instant(facts.as_of_ns)}, {"scans", list(facts.scans, stream_to_json)}};
  if (!facts.models.empty()) object.set("models", list(facts.models, model_to_json));
  if (facts.history) object.set("history", list(*facts.history, earlier_to_json));
  return object;
}

Result<plan::Facts> facts_from_json(const Value& value, const std::string& file) {
  FactsReader reader(file);
  plan::Facts facts;
  if (!read(reader, value, JsonPath("facts"), facts)) return reader.problem();
  return facts;
}

}  // namespace proofmark::transcript
