// Writing facts is plain; reading them trusts nothing: every member is looked for, typed and counted, and the first
// one that is wrong is named by its path.
#include "runtime/transcript/facts_json.h"

#include <algorithm>

#include "runtime/json/utf8.h"
#include "runtime/plan/match.h"
#include "runtime/transcript/json_path.h"
#include "runtime/transcript/number_text.h"

namespace proofmark::transcript {
namespace {

using json::Array;
using json::Object;
using json::Value;

template <typename Items, typename Write>
Value list(const Items& items, Write write) {
  Array array;
  array.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) array.push_back(write(items[i]));
  return Value(std::move(array));
}

template <typename Optional, typename Write>
Value nullable(const Optional& value, Write write) {
  return value ? Value(write(*value)) : Value();
}

Value instant(const std::optional<std::int64_t>& ns) {
  return nullable(ns, [](std::int64_t value) { return std::to_string(value); });
}

Value rank_to_json(const std::optional<plan::RankedValue>& rank) {
  return nullable(
      rank, [](const plan::RankedValue& one) { return Object{{"rank", one.rank}, {"value", exact_text(one.value)}}; });
}

Value summary_to_json(const plan::ValueSummary& summary) {
  const auto number = [](const auto& value) { return exact_text(value); };
  return Object{{"known", summary.known},
                {"sum", nullable(summary.sum, number)},
                {"minimum", nullable(summary.minimum, number)},
                {"maximum", nullable(summary.maximum, number)},
                {"distinct", nullable(summary.distinct, [](std::uint64_t count) { return Value(count); })},
                {"ranks", list(summary.ranks, rank_to_json)}};
}

Value count_to_json(std::uint64_t count) {
  return Value(count);
}
Value key_to_json(const plan::GroupKey& key) {
  return nullable(key, [](const std::string& text) { return text; });
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
Value series_to_json(const Series& series, Steps steps) {
  return Object{{"first", instant(series.first_ns)},
                {"last", instant(series.last_ns)},
                {"step", std::to_string(series.step_ns)},
                {"groups", list(series.groups, steps)}};
}

Value fact_to_json(const plan::Fact& fact) {
  return plan::match(
      fact, [](const plan::CountFact& one) { return Object{{"counts", list(one.counts, count_to_json)}}; },
      [](const plan::ValuesFact& one) { return Object{{"values", list(one.groups, summary_to_json)}}; },
      [](const plan::ClustersFact& one) { return Object{{"clusters", list(one.groups, clusters_to_json)}}; },
      [](const plan::MomentsFact& one) { return Object{{"moments", list(one.groups, moments_to_json)}}; },
      [](const plan::ContrastFact& one) { return Object{{"contrasts", list(one.groups, contrast_to_json)}}; },
      [](const plan::SeriesFact& one) { return Object{{"series", series_to_json(one, steps_to_json)}}; },
      [](const plan::MomentSeriesFact& one) {
        return Object{{"momentSeries", series_to_json(one, moment_steps_to_json)}};
      });
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

Value text_or_null(const std::string& text) {
  return text.empty() ? Value() : Value(text);
}

Value earlier_count_to_json(const plan::EarlierCount& one) {
  return Object{{"rows", list(one.rows, count_to_json)},
                {"bad", nullable(one.bad, count_to_json)},
                {"lower", text_or_null(one.lower)},
                {"upper", text_or_null(one.upper)}};
}

Value earlier_claim_to_json(const plan::EarlierClaim& claim) {
  const auto group = [](const plan::EarlierGroup& one) {
    return Object{{"group", key_to_json(one.key)}, {"requirements", list(one.requirements, earlier_count_to_json)}};
  };
  return Object{{"differs", text_or_null(claim.differs)}, {"groups", list(claim.groups, group)}};
}

Value earlier_to_json(const plan::EarlierLook& look) {
  return Object{{"transcript", look.transcript},
                {"asOf", std::to_string(look.as_of_ns)},
                {"objectives", list(look.objectives, earlier_claim_to_json)},
                {"decidedOtherwise", look.decided_otherwise}};
}

// Reads one document; the first problem ends it. Every method says whether it could read.
class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  bool read(const Value& value, const JsonPath& path, plan::Facts& facts) {
    const auto has = [&](std::string_view key) {
      return value.as_object() != nullptr && value.as_object()->find(key) != nullptr;
    };
    const bool attested = has("history"), simulated = has("models");
    std::vector<std::string_view> keys{"asOf", "scans"};
    if (attested) keys.emplace_back("history");
    if (simulated) keys.emplace_back("models");
    const Object* object = members(value, path, keys);
    return object != nullptr &&
           (!simulated || items(member(*object, "models"), JsonPath(path, "models"), facts.models, &Reader::model)) &&
           instant(member(*object, "asOf"), JsonPath(path, "asOf"), facts.as_of_ns) &&
           items(member(*object, "scans"), JsonPath(path, "scans"), facts.scans, &Reader::stream) &&
           (!attested || items(member(*object, "history"), JsonPath(path, "history"), facts.history.emplace(),
                               &Reader::earlier_look));
  }

  Diagnostic problem() const { return *problem_; }

 private:
  bool refuse(const JsonPath& path, std::string what) {
    problem_ = file_problem("PM0903", file_, "`" + path.text() + "` " + std::move(what),
                            "a transcript is written by Proofmark and never by hand; take the original file");
    return false;
  }

  bool refuse_kind(const JsonPath& path, const Value& found, std::string_view wanted) {
    return refuse(path, "is " + std::string(found.kind()) + " where " + std::string(wanted) + " belongs");
  }

  static const Value& member(const Object& object, std::string_view key) { return *object.find(key); }

  // The value as an object with exactly these members.
  const Object* members(const Value& value, const JsonPath& path, const std::vector<std::string_view>& keys) {
    const Object* object = value.as_object();
    if (object == nullptr) return refuse_kind(path, value, "an object"), nullptr;
    for (const std::string_view key : keys)
      if (object->find(key) == nullptr) return refuse(path, "lacks the member `" + std::string(key) + "`"), nullptr;
    for (const auto& [key, unused] : object->members())
      if (std::find(keys.begin(), keys.end(), key) == keys.end())
        return refuse(path, "has a member `" + json::printable(key) + "` that does not belong"), nullptr;
    return object;
  }

  template <typename Items, typename Item>
  bool items(const Value& value, const JsonPath& path, Items& out,
             bool (Reader::*read_one)(const Value&, const JsonPath&, Item&)) {
    const Array* array = value.as_array();
    if (array == nullptr) return refuse_kind(path, value, "an array");
    out.resize(array->size());
    for (std::size_t i = 0; i < array->size(); ++i)
      if (!(this->*read_one)((*array)[i], JsonPath(path, i), out[i])) return false;
    return true;
  }

  bool string(const Value& value, const JsonPath& path, std::string& out) {
    const std::string* text = value.as_string();
    if (text == nullptr) return refuse_kind(path, value, "a string");
    out = *text;
    return true;
  }

  bool count(const Value& value, const JsonPath& path, std::uint64_t& out) {
    const std::int64_t* integer = value.as_integer();
    if (integer == nullptr) return refuse_kind(path, value, "a count");
    if (*integer < 0) return refuse(path, "is " + std::to_string(*integer) + ", and a count is never negative");
    out = static_cast<std::uint64_t>(*integer);
    return true;
  }

  bool optional_count(const Value& value, const JsonPath& path, std::optional<std::uint64_t>& out) {
    return value.is_null() || count(value, path, out.emplace());
  }

  bool instant(const Value& value, const JsonPath& path, std::optional<std::int64_t>& out) {
    if (value.is_null()) return true;
    std::optional<plan::Number> number;
    if (!measured(value, path, number)) return false;
    if (!std::holds_alternative<std::int64_t>(*number)) return refuse(path, "is no whole number of nanoseconds");
    out = std::get<std::int64_t>(*number);
    return true;
  }

  bool measured(const Value& value, const JsonPath& path, std::optional<plan::Number>& out) {
    if (value.is_null()) return true;
    std::string text;
    if (!string(value, path, text)) return false;
    out = parse_number(text);
    return out || refuse(path, "is `" + json::printable(text) + "`, which is no number as transcripts spell it");
  }

  bool sum(const Value& value, const JsonPath& path, std::optional<std::variant<plan::Int128, double>>& out) {
    if (value.is_null()) return true;
    std::string text;
    if (!string(value, path, text)) return false;
    out = parse_sum(text);
    return out || refuse(path, "is `" + json::printable(text) + "`, which is no number as transcripts spell it");
  }

  bool rank(const Value& value, const JsonPath& path, std::optional<plan::RankedValue>& out) {
    if (value.is_null()) return true;
    const Object* object = members(value, path, {"rank", "value"});
    std::optional<plan::Number> number;
    plan::RankedValue ranked;
    if (object == nullptr || !count(member(*object, "rank"), JsonPath(path, "rank"), ranked.rank) ||
        !measured(member(*object, "value"), JsonPath(path, "value"), number))
      return false;
    if (!number) return refuse(JsonPath(path, "value"), "is null where a number belongs");
    ranked.value = *number;
    out = ranked;
    return true;
  }

  bool summary(const Value& value, const JsonPath& path, plan::ValueSummary& out) {
    const Object* object = members(value, path, {"known", "sum", "minimum", "maximum", "distinct", "ranks"});
    return object != nullptr && count(member(*object, "known"), JsonPath(path, "known"), out.known) &&
           sum(member(*object, "sum"), JsonPath(path, "sum"), out.sum) &&
           measured(member(*object, "minimum"), JsonPath(path, "minimum"), out.minimum) &&
           measured(member(*object, "maximum"), JsonPath(path, "maximum"), out.maximum) &&
           optional_count(member(*object, "distinct"), JsonPath(path, "distinct"), out.distinct) &&
           items(member(*object, "ranks"), JsonPath(path, "ranks"), out.ranks, &Reader::rank);
  }

  bool square(const Object& object, const JsonPath& path, std::string_view key, plan::Int128& out) {
    std::string text;
    if (!string(member(object, key), JsonPath(path, key), text)) return false;
    const auto number = plan::parse_int128(text);
    if (!number || *number < 0 || plan::to_string(*number) != text)
      return refuse(JsonPath(path, key), "is `" + json::printable(text) + "`, which is no sum of products of counts");
    out = *number;
    return true;
  }

  bool cluster_sums(const Value& value, const JsonPath& path, plan::ClusterSums& out) {
    const Object* object =
        members(value, path,
                {"clusters", "rows", "part", "withPart", "withRest", "largest", "rowsRows", "rowsPart", "partPart"});
    const auto read = [&](std::string_view key, std::uint64_t& count_out) {
      return count(member(*object, key), JsonPath(path, key), count_out);
    };
    return object != nullptr && read("clusters", out.clusters) && read("rows", out.rows) && read("part", out.part) &&
           read("withPart", out.with_part) && read("withRest", out.with_rest) && read("largest", out.largest) &&
           square(*object, path, "rowsRows", out.rows_rows) && square(*object, path, "rowsPart", out.rows_part) &&
           square(*object, path, "partPart", out.part_part);
  }

  bool moment_sums(const Value& value, const JsonPath& path, plan::MomentSums& out) {
    const Object* object = members(value, path, {"known", "below", "above", "sum", "squares"});
    std::optional<std::variant<plan::Int128, double>> first;
    if (object == nullptr || !count(member(*object, "known"), JsonPath(path, "known"), out.known) ||
        !count(member(*object, "below"), JsonPath(path, "below"), out.below) ||
        !count(member(*object, "above"), JsonPath(path, "above"), out.above) ||
        !sum(member(*object, "sum"), JsonPath(path, "sum"), first) ||
        !sum(member(*object, "squares"), JsonPath(path, "squares"), out.squares))
      return false;
    if (!first) return refuse(JsonPath(path, "sum"), "is null where a number belongs");
    out.sum = *first;
    return true;
  }

  bool contrast_sums(const Value& value, const JsonPath& path, plan::ContrastSums& out) {
    const Object* object = members(value, path, {"first", "second", "above", "below", "wins"});
    return object != nullptr && count(member(*object, "first"), JsonPath(path, "first"), out.first) &&
           count(member(*object, "second"), JsonPath(path, "second"), out.second) &&
           square(*object, path, "above", out.above) && square(*object, path, "below", out.below) &&
           square(*object, path, "wins", out.wins);
  }

  bool duration(const Value& value, const JsonPath& path, std::int64_t& out) {
    std::optional<std::int64_t> found;
    if (!instant(value, path, found)) return false;
    if (!found) return refuse(path, "is null where a duration belongs");
    out = *found;
    return true;
  }

  template <typename Fact>
  bool stretch(const Object& object, const JsonPath& path, Fact& out) {
    return instant(member(object, "first"), JsonPath(path, "first"), out.first_ns) &&
           instant(member(object, "last"), JsonPath(path, "last"), out.last_ns) &&
           duration(member(object, "step"), JsonPath(path, "step"), out.step_ns);
  }

  // One of several lists side by side, an entry a step.
  template <typename Item, typename Read>
  bool column(const Object& object, const JsonPath& path, std::string_view key, std::size_t steps,
              std::vector<Item>& out, Read read_one) {
    const JsonPath list(path, key);
    return items(member(object, key), list, out, read_one) &&
           (out.size() == steps || refuse(list, "has another length than the list before it"));
  }

  bool steps(const Value& value, const JsonPath& path, std::vector<plan::SeriesStep>& out) {
    const Object* object = members(value, path, {"rows", "part"});
    std::vector<std::uint64_t> rows, part;
    if (object == nullptr || !items(member(*object, "rows"), JsonPath(path, "rows"), rows, &Reader::count) ||
        !column(*object, path, "part", rows.size(), part, &Reader::count))
      return false;
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({rows[i], part[i]});
    return true;
  }

  bool series(const Value& value, const JsonPath& path, plan::SeriesFact& out) {
    const Object* object = members(value, path, {"first", "last", "step", "groups"});
    return object != nullptr && stretch(*object, path, out) &&
           items(member(*object, "groups"), JsonPath(path, "groups"), out.groups, &Reader::steps);
  }

  bool moment_steps(const Value& value, const JsonPath& path, std::vector<plan::MomentSums>& out) {
    const Object* object = members(value, path, {"known", "below", "above", "sum", "squares"});
    std::vector<std::uint64_t> known, below, above;
    std::vector<std::optional<std::variant<plan::Int128, double>>> sums, squares;
    if (object == nullptr || !items(member(*object, "known"), JsonPath(path, "known"), known, &Reader::count) ||
        !column(*object, path, "below", known.size(), below, &Reader::count) ||
        !column(*object, path, "above", known.size(), above, &Reader::count) ||
        !column(*object, path, "sum", known.size(), sums, &Reader::sum) ||
        !column(*object, path, "squares", known.size(), squares, &Reader::sum))
      return false;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (!sums[i]) return refuse(JsonPath(JsonPath(path, "sum"), i), "is null where a number belongs");
      out.push_back({known[i], below[i], above[i], *sums[i], squares[i]});
    }
    return true;
  }

  bool moment_series(const Value& value, const JsonPath& path, plan::MomentSeriesFact& out) {
    const Object* object = members(value, path, {"first", "last", "step", "groups"});
    return object != nullptr && stretch(*object, path, out) &&
           items(member(*object, "groups"), JsonPath(path, "groups"), out.groups, &Reader::moment_steps);
  }

  bool fact(const Value& value, const JsonPath& path, plan::Fact& out) {
    const Object* object = value.as_object();
    if (object != nullptr && object->find("values") != nullptr) {
      plan::ValuesFact& values = out.emplace<plan::ValuesFact>();
      return members(value, path, {"values"}) != nullptr &&
             items(member(*object, "values"), JsonPath(path, "values"), values.groups, &Reader::summary);
    }
    if (object != nullptr && object->find("clusters") != nullptr) {
      plan::ClustersFact& clusters = out.emplace<plan::ClustersFact>();
      return members(value, path, {"clusters"}) != nullptr &&
             items(member(*object, "clusters"), JsonPath(path, "clusters"), clusters.groups, &Reader::cluster_sums);
    }
    if (object != nullptr && object->find("moments") != nullptr) {
      plan::MomentsFact& moments = out.emplace<plan::MomentsFact>();
      return members(value, path, {"moments"}) != nullptr &&
             items(member(*object, "moments"), JsonPath(path, "moments"), moments.groups, &Reader::moment_sums);
    }
    if (object != nullptr && object->find("contrasts") != nullptr) {
      plan::ContrastFact& contrasts = out.emplace<plan::ContrastFact>();
      return members(value, path, {"contrasts"}) != nullptr &&
             items(member(*object, "contrasts"), JsonPath(path, "contrasts"), contrasts.groups, &Reader::contrast_sums);
    }
    if (object != nullptr && object->find("series") != nullptr) {
      plan::SeriesFact& one = out.emplace<plan::SeriesFact>();
      return members(value, path, {"series"}) != nullptr &&
             series(member(*object, "series"), JsonPath(path, "series"), one);
    }
    if (object != nullptr && object->find("momentSeries") != nullptr) {
      plan::MomentSeriesFact& one = out.emplace<plan::MomentSeriesFact>();
      return members(value, path, {"momentSeries"}) != nullptr &&
             moment_series(member(*object, "momentSeries"), JsonPath(path, "momentSeries"), one);
    }
    plan::CountFact& counts = out.emplace<plan::CountFact>();
    object = members(value, path, {"counts"});
    return object != nullptr &&
           items(member(*object, "counts"), JsonPath(path, "counts"), counts.counts, &Reader::count);
  }

  bool key(const Value& value, const JsonPath& path, plan::GroupKey& out) {
    return value.is_null() || string(value, path, out.emplace());
  }

  bool keys(const Value& value, const JsonPath& path, std::vector<plan::GroupKey>& out) {
    return items(value, path, out, &Reader::key);
  }

  bool late_events(const Value& value, const JsonPath& path, std::uint64_t& out) {
    return count(value, path, out) && (out > 0 || refuse(path, "is left out where it is 0"));
  }

  bool stream(const Value& value, const JsonPath& path, plan::StreamFacts& out) {
    std::vector<std::string_view> keys_of_stream{"stream",     "rows",     "skipped",    "future", "untimed",
                                                 "coversFrom", "coversTo", "undeclared", "groups", "facts"};
    const bool weighted = value.as_object() != nullptr && value.as_object()->find("events") != nullptr;
    if (weighted) keys_of_stream.emplace_back("events");
    const bool late = weighted && value.as_object()->find("late") != nullptr;
    if (late) keys_of_stream.emplace_back("late");
    const Object* object = members(value, path, keys_of_stream);
    return object != nullptr && string(member(*object, "stream"), JsonPath(path, "stream"), out.stream) &&
           count(member(*object, "rows"), JsonPath(path, "rows"), out.rows) &&
           (!weighted || count(member(*object, "events"), JsonPath(path, "events"), out.events.emplace())) &&
           count(member(*object, "skipped"), JsonPath(path, "skipped"), out.skipped) &&
           (!late || late_events(member(*object, "late"), JsonPath(path, "late"), out.late)) &&
           count(member(*object, "future"), JsonPath(path, "future"), out.future) &&
           count(member(*object, "untimed"), JsonPath(path, "untimed"), out.untimed) &&
           instant(member(*object, "coversFrom"), JsonPath(path, "coversFrom"), out.covers_from_ns) &&
           instant(member(*object, "coversTo"), JsonPath(path, "coversTo"), out.covers_to_ns) &&
           items(member(*object, "undeclared"), JsonPath(path, "undeclared"), out.undeclared, &Reader::count) &&
           items(member(*object, "groups"), JsonPath(path, "groups"), out.groups, &Reader::keys) &&
           items(member(*object, "facts"), JsonPath(path, "facts"), out.facts, &Reader::fact);
  }

  // A text that says something, or null.
  bool optional_text(const Value& value, const JsonPath& path, std::string& out) {
    if (value.is_null()) return true;
    return string(value, path, out) && (!out.empty() || refuse(path, "is an empty text where null belongs"));
  }

  bool truth(const Value& value, const JsonPath& path, bool& out) {
    const bool* found = value.as_bool();
    if (found == nullptr) return refuse(path, "is neither true nor false");
    out = *found;
    return true;
  }

  bool earlier_count(const Value& value, const JsonPath& path, plan::EarlierCount& out) {
    const Object* object = members(value, path, {"rows", "bad", "lower", "upper"});
    return object != nullptr && items(member(*object, "rows"), JsonPath(path, "rows"), out.rows, &Reader::count) &&
           optional_count(member(*object, "bad"), JsonPath(path, "bad"), out.bad) &&
           optional_text(member(*object, "lower"), JsonPath(path, "lower"), out.lower) &&
           optional_text(member(*object, "upper"), JsonPath(path, "upper"), out.upper);
  }

  bool earlier_group(const Value& value, const JsonPath& path, plan::EarlierGroup& out) {
    const Object* object = members(value, path, {"group", "requirements"});
    return object != nullptr && key(member(*object, "group"), JsonPath(path, "group"), out.key) &&
           items(member(*object, "requirements"), JsonPath(path, "requirements"), out.requirements,
                 &Reader::earlier_count);
  }

  bool earlier_claim(const Value& value, const JsonPath& path, plan::EarlierClaim& out) {
    const Object* object = members(value, path, {"differs", "groups"});
    return object != nullptr && optional_text(member(*object, "differs"), JsonPath(path, "differs"), out.differs) &&
           items(member(*object, "groups"), JsonPath(path, "groups"), out.groups, &Reader::earlier_group);
  }

  bool model_rank(const Value& value, const JsonPath& path, std::optional<plan::ModelRanked>& out) {
    std::optional<plan::RankedValue> ranked;
    if (!rank(value, path, ranked)) return false;
    if (!ranked) return true;
    const double* real = std::get_if<double>(&ranked->value);
    if (real == nullptr) return refuse(JsonPath(path, "value"), "is a whole number where a real one belongs");
    out = plan::ModelRanked{ranked->rank, *real};
    return true;
  }

  bool model_ranks(const Value& value, const JsonPath& path, plan::ModelRanksFact& out) {
    const Object* object = members(value, path, {"nearest", "lower", "upper"});
    return object != nullptr && model_rank(member(*object, "nearest"), JsonPath(path, "nearest"), out.nearest) &&
           model_rank(member(*object, "lower"), JsonPath(path, "lower"), out.lower) &&
           model_rank(member(*object, "upper"), JsonPath(path, "upper"), out.upper);
  }

  bool model_rows(const Value& value, const JsonPath& path, plan::ModelRows& out) {
    const Object* object = members(value, path, {"rows", "independent"});
    return object != nullptr && count(member(*object, "rows"), JsonPath(path, "rows"), out.rows) &&
           count(member(*object, "independent"), JsonPath(path, "independent"), out.independent);
  }

  bool model(const Value& value, const JsonPath& path, plan::ModelFact& out) {
    const Object* whole = value.as_object();
    const Value* recorded = whole != nullptr ? whole->find("recorded") : nullptr;
    const Object* object = recorded != nullptr
                               ? members(value, path, {"model", "trials", "unknown", "counts", "ranks", "recorded"})
                               : members(value, path, {"model", "trials", "unknown", "counts", "ranks"});
    if (recorded != nullptr && !model_rows(*recorded, JsonPath(path, "recorded"), out.recorded.emplace())) return false;
    return object != nullptr && string(member(*object, "model"), JsonPath(path, "model"), out.model) &&
           count(member(*object, "trials"), JsonPath(path, "trials"), out.trials) &&
           count(member(*object, "unknown"), JsonPath(path, "unknown"), out.unknown) &&
           items(member(*object, "counts"), JsonPath(path, "counts"), out.counts, &Reader::count) &&
           items(member(*object, "ranks"), JsonPath(path, "ranks"), out.ranks, &Reader::model_ranks);
  }

  bool earlier_look(const Value& value, const JsonPath& path, plan::EarlierLook& out) {
    const Object* object = members(value, path, {"transcript", "asOf", "objectives", "decidedOtherwise"});
    std::optional<std::int64_t> as_of;
    if (object == nullptr || !string(member(*object, "transcript"), JsonPath(path, "transcript"), out.transcript) ||
        !instant(member(*object, "asOf"), JsonPath(path, "asOf"), as_of))
      return false;
    if (!as_of) return refuse(JsonPath(path, "asOf"), "is null where an instant belongs");
    out.as_of_ns = *as_of;
    if (!truth(member(*object, "decidedOtherwise"), JsonPath(path, "decidedOtherwise"), out.decided_otherwise))
      return false;
    return items(member(*object, "objectives"), JsonPath(path, "objectives"), out.objectives, &Reader::earlier_claim);
  }

  const std::string& file_;
  std::optional<Diagnostic> problem_;
};

}  // namespace

Value facts_to_json(const plan::Facts& facts) {
  Object object{{"asOf", instant(facts.as_of_ns)}, {"scans", list(facts.scans, stream_to_json)}};
  if (!facts.models.empty()) object.set("models", list(facts.models, model_to_json));
  if (facts.history) object.set("history", list(*facts.history, earlier_to_json));
  return object;
}

Result<plan::Facts> facts_from_json(const Value& value, const std::string& file) {
  Reader reader(file);
  plan::Facts facts;
  if (!reader.read(value, JsonPath("facts"), facts)) return reader.problem();
  return facts;
}

}  // namespace proofmark::transcript
