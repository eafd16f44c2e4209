// Every node of a scan gets the digest of its canonical form, in which the places of other nodes are their digests.
#include "runtime/transcript/claims.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "runtime/json/digest.h"
#include "runtime/json/utf8.h"
#include "runtime/judgement/quantity.h"
#include "runtime/members/over_members.h"
#include "runtime/plan/canonical.h"
#include "runtime/plan/match.h"
#include "runtime/plan/spelling.h"
#include "runtime/transcript/json_members.h"

namespace proofmark::transcript {
namespace {

using json::Array;
using json::Object;
using json::Value;

// ---------------------------------------------------------------- digests of a scan's nodes

// Which list of a scan a member's number is a place in, by the list that the member stands in.
struct Reference {
  std::string_view list, member, into;
};
constexpr Reference kReferences[] = {{"values", "field", "fields"},
                                     {"values", "left", "values"},
                                     {"values", "right", "values"},
                                     {"atoms", "value", "values"},
                                     {"atoms", "left", "values"},
                                     {"atoms", "right", "values"},
                                     {"atoms", "field", "fields"},
                                     {"masks", "window", "windows"},
                                     {"masks", "atom", "atoms"},
                                     {"masks", "left", "masks"},
                                     {"masks", "right", "masks"},
                                     {"groupings", "field", "fields"},
                                     {"groupings", "universe", "masks"},
                                     {"accumulators", "mask", "masks"},
                                     {"accumulators", "part", "masks"},
                                     {"accumulators", "value", "values"},
                                     {"accumulators", "field", "fields"},
                                     {"accumulators", "window", "windows"},
                                     {"accumulators", "population", "accumulators"},
                                     {"accumulators", "first", "accumulators"},
                                     {"accumulators", "second", "accumulators"},
                                     {"accumulators", "grouping", "groupings"}};
// Each after those that it refers to.
constexpr std::array<std::string_view, 7> kLists{"fields", "values",    "atoms",       "windows",
                                                 "masks",  "groupings", "accumulators"};

using Digests = std::map<std::string_view, std::vector<std::string>>;

std::string digest_of(const Value& value) {
  return json::sha256(json::canonical(value));
}

// What the node says, wherever it stands. A place in a list that is not known here would be one of this plan alone:
// `own` then makes the digest one that no other plan has.
Value without_places(std::string_view list, const Object& node, const Digests& known, const std::string& own) {
  Object out;
  for (const auto& [key, value] : node.members()) {
    if (list == "fields" && key == "name") continue;
    const std::int64_t* place = value.as_integer();
    if (place == nullptr) {
      out.set(key, value);
      continue;
    }
    const auto* found = std::find_if(std::begin(kReferences), std::end(kReferences),
                                     [&](const Reference& one) { return one.list == list && one.member == key; });
    out.set(key, found == std::end(kReferences) ? Value(own + key + std::to_string(*place))
                                                : Value(known.at(found->into).at(static_cast<std::size_t>(*place))));
  }
  const Value* kind = node.find("kind");
  const bool either_order = kind != nullptr && kind->as_string() != nullptr && list == "masks" &&
                            (*kind->as_string() == "both" || *kind->as_string() == "either");
  if (either_order && *out.find("right")->as_string() < *out.find("left")->as_string()) {
    const Value left = *out.find("left");
    out.set("left", *out.find("right"));
    out.set("right", left);
  }
  return out;
}

Digests digests_of(const plan::Scan& scan, const std::string& own) {
  const Value whole = plan::scan_to_json(scan);
  Digests known;
  for (const std::string_view list : kLists) {
    std::vector<std::string>& digests = known[list];
    for (const Value& node : *whole.as_object()->find(list)->as_array())
      digests.push_back(digest_of(without_places(list, *node.as_object(), known, own)));
  }
  return known;
}

std::string header_of(const plan::Plan& plan, const plan::Scan& scan, const Digests& digests) {
  const auto field = [&](const std::optional<plan::Id>& id) { return id ? Value(digests.at("fields")[*id]) : Value(); };
  Object header{{"stream", scan.stream}, {"time", field(scan.time_field)}, {"weight", field(scan.weight)}};
  for (const plan::StreamPromise& promise : plan.streams)
    if (promise.stream == scan.stream)
      header.set("sampling", std::string(plan::spelling(promise.sampling)) + " " + promise.head_rate.to_string() + " " +
                                 promise.weighted_by + (promise.kept_by.empty() ? "" : " by " + promise.kept_by));
  return digest_of(header);
}

// ---------------------------------------------------------------- references of an objective

template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;
template <typename T>
inline constexpr bool kIsOptional = false;
template <typename T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <typename T>
inline constexpr bool kIsVariant = false;
template <typename... Ts>
inline constexpr bool kIsVariant<std::variant<Ts...>> = true;

// Calls visit(ref) with every reference to a fact within a part of an objective, in the order of its members: none can
// be forgotten when a leaf gets another.
template <typename T, typename Visit>
void over_references(T& node, const Visit& visit) {
  using Node = std::remove_const_t<T>;
  if constexpr (std::is_same_v<Node, plan::FactRef>) {
    visit(node);
  } else if constexpr (kIsVector<Node>) {
    if constexpr (std::is_class_v<typename Node::value_type>)
      for (auto& one : node) over_references(one, visit);
  } else if constexpr (kIsOptional<Node>) {
    if (node) over_references(*node, visit);
  } else if constexpr (kIsVariant<Node>) {
    std::visit([&](auto& held) { over_references(held, visit); }, node);
  } else if constexpr (std::is_aggregate_v<Node> && std::is_class_v<Node>) {
    members::over_members(node, [&](auto&... member) { (over_references(member, visit), ...); });
  }
}

// The accumulators that one is made of.
template <typename Visit>
void over_operands(plan::Accumulator& accumulator, const Visit& visit) {
  plan::match(
      accumulator.what, [&](plan::CollectValues& what) { visit(what.population); },
      [&](plan::ContrastValues& what) {
        visit(what.first);
        visit(what.second);
      },
      [](plan::CountRows&) {}, [](plan::CountDistinct&) {}, [](plan::SumClusters&) {}, [](plan::SumMoments&) {},
      [](plan::CountSeries&) {}, [](plan::MomentSeries&) {}, [](plan::RankSeries&) {});
}

// The place in the list, which the item gets at its end where it has none.
plan::Id place_in(std::vector<plan::Id>& list, plan::Id item) {
  const auto found = std::find(list.begin(), list.end(), item);
  const auto place = static_cast<plan::Id>(found - list.begin());
  if (found == list.end()) list.push_back(item);
  return place;
}

class FactFinder {
 public:
  FactFinder(const plan::Plan& plan, const std::vector<PlanClaims::Alike>& alike) : plan_(plan), alike_(alike) {}

  void add(const plan::FactRef& ref) {
    ClaimFacts::OfScan& scan = of(ref.scan);
    add(scan, ref.accumulator);
  }

  ClaimFacts take() { return std::move(facts_); }

 private:
  ClaimFacts::OfScan& of(plan::Id scan) {
    const auto found = std::find_if(facts_.scans.begin(), facts_.scans.end(),
                                    [&](const ClaimFacts::OfScan& one) { return one.scan == scan; });
    if (found != facts_.scans.end()) return *found;
    return facts_.scans.emplace_back(ClaimFacts::OfScan{scan, {}, {}});
  }

  void add(ClaimFacts::OfScan& scan, plan::Id named) {
    const PlanClaims::Alike& alike = alike_[scan.scan];
    const plan::Id id = alike.accumulators[named];
    if (std::find(scan.accumulators.begin(), scan.accumulators.end(), id) != scan.accumulators.end()) return;
    plan::Accumulator accumulator = plan_.scans[scan.scan].accumulators[id];
    over_operands(accumulator, [&](plan::Id operand) { add(scan, operand); });
    if (accumulator.grouping) place_in(scan.groupings, alike.groupings[*accumulator.grouping]);
    scan.accumulators.push_back(id);
  }

  const plan::Plan& plan_;
  const std::vector<PlanClaims::Alike>& alike_;
  ClaimFacts facts_;
};

std::vector<plan::Id> first_alike(const std::vector<std::string>& digests) {
  std::vector<plan::Id> first;
  for (const std::string& digest : digests)
    first.push_back(static_cast<plan::Id>(std::find(digests.begin(), digests.end(), digest) - digests.begin()));
  return first;
}

// ---------------------------------------------------------------- words

std::string looks_text(const plan::Looks& looks) {
  switch (looks.kind) {
    case plan::LooksKind::once:
      return "once";
    case plan::LooksKind::at_most:
      return "at most " + std::to_string(looks.maximum) +
             (looks.every_ns > 0 ? ", every " + judgement::duration_text(looks.every_ns) : "");
    case plan::LooksKind::unlimited:
      break;
  }
  return "unlimited";
}

std::string window_text(const plan::Window& window) {
  switch (window.kind) {
    case plan::WindowKind::whole:
      return "all of the telemetry";
    case plan::WindowKind::last:
      return "last " + judgement::duration_text(window.length_ns);
    case plan::WindowKind::since:
      break;
  }
  return "since " + judgement::timestamp_text(window.anchor_ns);
}

// The clauses that say something else than what holds without them.
std::vector<std::string> clauses_of(const plan::Objective& objective) {
  std::vector<std::string> clauses;
  const auto add = [&](bool said, std::string text) {
    if (said) clauses.push_back(std::move(text));
  };
  add(objective.family_least > 0, "at least " + std::to_string(objective.family_least) + " of its requirements");
  add(objective.group_field.has_value(), "for each " + objective.group_field.value_or(""));
  add(objective.strata_field.has_value(), "stratified by " + objective.strata_field.value_or(""));
  add(objective.minimum_rows > 0,
      "at least " + std::to_string(objective.minimum_rows) + " rows" + (objective.minimum_rows_each ? " each" : ""));
  add(objective.covers_at_least_ns > 0, "over at least " + judgement::duration_text(objective.covers_at_least_ns));
  add(objective.on_no_data != plan::NoDataVerdict::no_data,
      "on_no_data " + std::string(plan::spelling(objective.on_no_data)));
  add(objective.unknown_as != plan::UnknownAs::worst,
      "unknown counts as " + std::string(plan::spelling(objective.unknown_as)));
  if (const auto& clustering = objective.clustering) {
    add(!clustering->field.empty(), "clustered by " + clustering->field);
    add(clustering->block_ns > 0, "blocks of " + judgement::duration_text(clustering->block_ns));
    add(!clustering->design_effect.is_zero(), "design effect " + clustering->design_effect.to_decimal());
  }
  add(objective.method != plan::Method::standard, "method " + std::string(plan::spelling(objective.method)));
  add(!objective.independent_because.empty(), "assume independent");
  add(!objective.poisson_because.empty(), "assume poisson");
  add(!objective.split_because.empty(), "assume split");
  return clauses;
}

Value texts(const std::vector<std::string>& list) {
  Array array;
  for (const std::string& one : list) array.emplace_back(one);
  return array;
}

Value ids(const std::vector<plan::Id>& list) {
  Array array;
  for (const plan::Id id : list) array.emplace_back(id);
  return array;
}

// The texts of a member, as a list in a sentence.
std::string listed(const Value& then, std::string_view key) {
  std::string text;
  for (const Value& one : array_at(then, {key}))
    if (one.as_string() != nullptr) text += (text.empty() ? "" : " and ") + *one.as_string();
  return text;
}

std::string joined(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& one : list) text += (text.empty() ? "" : " and ") + one;
  return text;
}

}  // namespace

// ---------------------------------------------------------------- claims

PlanClaims::PlanClaims(const plan::Plan& plan) : plan_(plan) {
  const std::string own = plan::digest(plan);
  for (const plan::Scan& scan : plan.scans) {
    Digests digests = digests_of(scan, own);
    headers_.push_back(header_of(plan, scan, digests));
    alike_.push_back({first_alike(digests["groupings"]), first_alike(digests["accumulators"])});
    accumulators_.push_back(std::move(digests["accumulators"]));
  }
}

// Of a reason only whether there is one; a model as a whole. The rows that it draws from are those of its leaf.
Value PlanClaims::stable_member(const std::string& key, const Value& value) const {
  if (key.ends_with("Because") && value.as_string() != nullptr) return Value(!value.as_string()->empty());
  const Object* object = value.as_object();
  if (key != "model" || object == nullptr) return stable(value);
  Object claim = *object;
  const auto index = static_cast<std::size_t>(*claim.find("model")->as_integer());
  Object model = *plan::model_to_json(plan_.models[index]).as_object();
  model.set("source", Value());
  claim.set("model", digest_of(model));
  return claim;
}

Value PlanClaims::stable(const Value& node) const {
  static constexpr std::string_view kLeftOut[] = {"name", "title", "grouping", "text", "inPpm"};
  if (const Array* array = node.as_array()) {
    Array out;
    for (const Value& one : *array) out.push_back(stable(one));
    return out;
  }
  const Object* object = node.as_object();
  if (object == nullptr) return node;
  const Value *scan = object->find("scan"), *accumulator = object->find("accumulator");
  if (scan != nullptr && accumulator != nullptr) {
    const auto of = static_cast<std::size_t>(*scan->as_integer());
    return Value(headers_[of] + " " + accumulators_[of][static_cast<std::size_t>(*accumulator->as_integer())]);
  }
  Object out;
  for (const auto& [key, value] : object->members()) {
    const bool left_out = std::find(std::begin(kLeftOut), std::end(kLeftOut), key) != std::end(kLeftOut);
    const bool place_of_window = key == "window" && value.as_object() == nullptr;  // the masks say it
    if (!left_out && !place_of_window) out.set(key, stable_member(key, value));
  }
  return out;
}

Claim PlanClaims::of(std::size_t index) const {
  const plan::Objective& objective = plan_.objectives[index];
  Claim claim;
  Object whole = *stable(plan::objective_to_json(objective)).as_object();
  whole.set("edition", plan_.edition);
  for (const plan::Requirement& requirement : objective.requirements) {
    claim.requires_texts.push_back(requirement.text);
    claim.thresholds.push_back(
        std::string(plan::spelling(requirement.op)) + " " +
        judgement::exact_quantity(requirement.threshold, {requirement.unit, requirement.in_ppm}));
  }
  claim.measures = digest_of(*whole.find("requirements"));
  claim.digest = digest_of(whole);
  claim.confidence = objective.confidence.is_zero() ? "" : judgement::percent(objective.confidence);
  claim.looks = looks_text(objective.looks);
  claim.window = window_text(objective.window);
  claim.clauses = clauses_of(objective);
  FactFinder finder(plan_, alike_);
  over_references(objective.requirements, [&](const plan::FactRef& ref) { finder.add(ref); });
  claim.facts = finder.take();
  return claim;
}

Value claim_to_json(const Claim& claim) {
  Array facts;
  for (const ClaimFacts::OfScan& scan : claim.facts.scans)
    facts.push_back(Object{{"scan", scan.scan}, {"groupings", ids(scan.groupings)}, {"facts", ids(scan.accumulators)}});
  return Object{{"digest", claim.digest},
                {"measures", claim.measures},
                {"requires", texts(claim.requires_texts)},
                {"thresholds", texts(claim.thresholds)},
                {"confidence", claim.confidence.empty() ? Value() : Value(claim.confidence)},
                {"looks", claim.looks},
                {"window", claim.window},
                {"clauses", texts(claim.clauses)},
                {"facts", std::move(facts)}};
}

std::string question_digest(const plan::Plan& plan, const std::vector<std::string>& claims) {
  Array rules;
  for (const plan::Rule& rule : plan.rules) {
    Object one = *plan::rule_to_json(rule).as_object();
    one.set("text", Value());
    rules.push_back(std::move(one));
  }
  return digest_of(Object{{"claims", texts(claims)}, {"rules", std::move(rules)}});
}

std::string how_it_differs(const Claim& now, const Value& then) {
  std::vector<std::string> parts;
  const auto quoted = [](const std::string& text) { return "`" + json::printable(text, 200) + "`"; };
  if (const std::string was = listed(then, "thresholds"); was != joined(now.thresholds))
    parts.push_back("its threshold was " + quoted(was));
  else if (const std::string text = listed(then, "requires"); text != joined(now.requires_texts))
    parts.push_back("it required " + quoted(text));
  if (const std::string was = text_at(then, {"confidence"}); was != now.confidence)
    parts.push_back("its confidence was " + quoted(was));
  if (const std::string was = text_at(then, {"looks"}); was != now.looks)
    parts.push_back("its looks were " + quoted(was));
  if (const std::string was = text_at(then, {"window"}); was != now.window)
    parts.push_back("its window was " + quoted(was));
  if (const std::string was = listed(then, "clauses"); was != joined(now.clauses))
    parts.push_back(was.empty() ? "it had no further clauses" : "its further clauses were " + quoted(was));
  if (!parts.empty()) return joined(parts);
  return text_at(then, {"measures"}) != now.measures ? "it measured other rows or values by the same words"
                                                     : "it was asked otherwise in the same words";
}

// ---------------------------------------------------------------- facts of one claim

plan::Plan PlanClaims::alone(std::size_t objective, const ClaimFacts& facts) const {
  plan::Plan own;
  own.edition = plan_.edition;
  own.streams = plan_.streams;
  own.objectives = {plan_.objectives[objective]};
  std::map<plan::Id, plan::Id> scans;
  std::vector<std::map<plan::Id, plan::Id>> accumulators;  // by own scan
  for (const ClaimFacts::OfScan& of : facts.scans) {
    scans[of.scan] = static_cast<plan::Id>(own.scans.size());
    const plan::Scan& from = plan_.scans[of.scan];
    const Alike& alike = alike_[of.scan];
    plan::Scan& scan = own.scans.emplace_back(from);
    auto& places = accumulators.emplace_back();
    scan.groupings.clear();
    scan.accumulators.clear();
    for (const plan::Id id : of.groupings) scan.groupings.push_back(from.groupings[id]);
    for (const plan::Id id : of.accumulators) {
      plan::Accumulator accumulator = from.accumulators[id];
      over_operands(accumulator, [&](plan::Id& operand) { operand = places.at(alike.accumulators[operand]); });
      if (accumulator.grouping) {
        const plan::Id grouping = alike.groupings[*accumulator.grouping];
        const auto found = std::find(of.groupings.begin(), of.groupings.end(), grouping);
        accumulator.grouping = static_cast<plan::Id>(found - of.groupings.begin());
      }
      places[id] = static_cast<plan::Id>(scan.accumulators.size());
      scan.accumulators.push_back(std::move(accumulator));
    }
  }
  plan::Objective& one = own.objectives.front();
  over_references(one.requirements, [&](plan::FactRef& ref) {
    const plan::Id scan = scans.at(ref.scan);
    ref = {scan, accumulators[scan].at(alike_[ref.scan].accumulators[ref.accumulator])};
  });
  one.grouping.reset();
  return own;
}

std::optional<ClaimFacts> claim_facts_from_json(const Value& claim) {
  const Value* scans = value_at(claim, {"facts"});
  if (scans == nullptr || scans->as_array() == nullptr) return std::nullopt;
  const auto id_of = [](const Value* value) -> std::optional<plan::Id> {
    const std::int64_t* number = value != nullptr ? value->as_integer() : nullptr;
    if (number == nullptr || *number < 0 || *number > std::numeric_limits<plan::Id>::max()) return std::nullopt;
    return static_cast<plan::Id>(*number);
  };
  const auto ids_of = [&](const Value* value, std::vector<plan::Id>& out) {
    if (value == nullptr || value->as_array() == nullptr) return false;
    for (const Value& one : *value->as_array()) {
      const auto id = id_of(&one);
      if (!id) return false;
      out.push_back(*id);
    }
    return true;
  };
  ClaimFacts facts;
  for (const Value& one : *scans->as_array()) {
    const auto scan = id_of(value_at(one, {"scan"}));
    if (!scan) return std::nullopt;
    ClaimFacts::OfScan& of = facts.scans.emplace_back(ClaimFacts::OfScan{*scan, {}, {}});
    if (!ids_of(value_at(one, {"groupings"}), of.groupings) || !ids_of(value_at(one, {"facts"}), of.accumulators))
      return std::nullopt;
  }
  return facts;
}

std::optional<plan::Facts> facts_of(const ClaimFacts& claim, const plan::Facts& all) {
  plan::Facts own;
  own.as_of_ns = all.as_of_ns;
  for (const ClaimFacts::OfScan& of : claim.scans) {
    if (of.scan >= all.scans.size()) return std::nullopt;
    const plan::StreamFacts& from = all.scans[of.scan];
    plan::StreamFacts stream = from;
    stream.undeclared.clear();
    stream.groups.clear();
    stream.facts.clear();
    for (const plan::Id id : of.groupings) {
      if (id >= from.groups.size() || id >= from.undeclared.size()) return std::nullopt;
      stream.undeclared.push_back(from.undeclared[id]);
      stream.groups.push_back(from.groups[id]);
    }
    for (const plan::Id id : of.accumulators) {
      if (id >= from.facts.size()) return std::nullopt;
      stream.facts.push_back(from.facts[id]);
    }
    own.scans.push_back(std::move(stream));
  }
  return own;
}

}  // namespace proofmark::transcript
