// `expect split canary : baseline = 10 : 90`, and what it is expected of.
#include "compiler/semantics/splits.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

const PopulationNode& population_at(const Policy& policy, TypedId id) {
  return std::get<PopulationNode>(policy.at(id).node);
}

std::set<std::string> condition_keys(const Policy& policy, const PopulationNode& population) {
  std::set<std::string> keys;
  for (const TypedId id : population.conditions) keys.insert(leaf_key(policy, id));
  return keys;
}

// Every condition of `whole` is one of `part`.
bool is_part_of(const Policy& policy, TypedId part, TypedId whole) {
  const PopulationNode &small = population_at(policy, part), &large = population_at(policy, whole);
  if (small.stream != large.stream) return false;
  const auto inner = condition_keys(policy, small), outer = condition_keys(policy, large);
  return std::includes(inner.begin(), inner.end(), outer.begin(), outer.end());
}

void collect(const Policy& policy, TypedId population, std::set<std::string>& seen, std::vector<TypedId>& all) {
  if (seen.insert(leaf_key(policy, population)).second) all.push_back(population);
}

}  // namespace

std::vector<TypedId> populations_of(const Policy& policy, const EstimateForm& form) {
  std::set<std::string> seen;
  std::vector<TypedId> all;
  for (const TypedId id : form.leaves) {
    const auto& leaf = std::get<LeafNode>(policy.at(id).node);
    if (leaf.builtin->census) continue;  // a fact about recorded rows compares nothing
    collect(policy, leaf.population, seen, all);
    if (leaf.other) collect(policy, *leaf.other, seen, all);
    if (leaf.shares)
      for (const TypedId share : {leaf.shares->first, leaf.shares->second})
        collect(policy, std::get<LeafNode>(policy.at(share).node).population, seen, all);
  }
  return all;
}

bool compares_two(const Policy& policy, const EstimateForm& form) {
  const std::vector<TypedId> all = populations_of(policy, form);
  for (const TypedId one : all)
    for (const TypedId other : all)
      if (one != other && population_at(policy, one).stream == population_at(policy, other).stream &&
          !is_part_of(policy, one, other) && !is_part_of(policy, other, one))
        return true;
  return false;
}

std::optional<std::size_t> split_of(const Policy& policy, const EstimateForm& form) {
  const std::vector<TypedId> all = populations_of(policy, form);
  for (std::size_t i = 0; i < policy.splits.size(); ++i) {
    const auto arms_met = std::count_if(policy.splits[i].arms.begin(), policy.splits[i].arms.end(), [&](TypedId arm) {
      return std::any_of(all.begin(), all.end(), [&](TypedId one) { return is_part_of(policy, one, arm); });
    });
    if (arms_met >= 2) return i;
  }
  return std::nullopt;
}

void Analyser::split(const syntax::SplitItem& item) {
  Split split;
  split.span = item.span;
  if (item.arms.size() != item.shares.size()) {
    error("PM0432", item.span,
          fmt::format("{} populations are split, and {} shares are named", item.arms.size(), item.shares.size()))
        .help = "write `expect split canary : baseline = 10 : 90`";
    return;
  }
  constexpr std::size_t kMostArms = 5;  // of which exact shares add up
  if (item.arms.size() > kMostArms) {
    error("PM0432", item.span, fmt::format("a split is among at most {} populations", kMostArms));
    return;
  }
  std::set<std::string> seen;
  bool good = true;
  for (const syntax::ExprId id : item.arms) {
    const TypedId arm = population(id);
    if (sort(arm) == Sort::error) return;
    const PopulationNode& node = population_at(policy_, arm);
    if (node.conditions.empty() || !seen.insert(leaf_key(policy_, arm)).second ||
        (!split.arms.empty() && population_at(policy_, split.arms.front()).stream != node.stream)) {
      error("PM0432", tree_.expr(id).span, "a split is among different parts of one telemetry").help =
          "name populations such as `let canary = requests where version == candidate.label`";
      good = false;
    }
    split.arms.push_back(arm);
  }
  for (const syntax::ExprId id : item.shares) {
    const TypedId share = type(id, {});
    if (sort(share) == Sort::error) return;
    const auto value = constant(share);
    const bool plain = at(share).type.unit == Unit::number || at(share).type.unit == Unit::ratio;
    if (sort(share) != Sort::constant || !plain ||
        (value && (*value <= Rational(0) || *value > Rational(1'000'000'000) || value->denominator() > 100'000))) {
      error("PM0432", tree_.expr(id).span, "a share of a split is a number above 0").help =
          "write `expect split canary : baseline = 10 : 90`";
      good = false;
    }
    split.shares.push_back(share);
  }
  if (good) policy_.splits.push_back(std::move(split));
}

// Two arms that something chose between are compared: by what share was it to choose?
void Analyser::check_split(const Objective& objective, const Requirement& requirement, const EstimateForm& form) {
  if (const auto found = split_of(policy_, form)) {
    policy_.splits[*found].used = true;
    if (objective.split_span)
      also(error("PM0432", *objective.split_span, "the split is expected, and assumed not to matter at once"),
           policy_.splits[*found].span, "expected here");
    return;
  }
  if (objective.split_span || !compares_two(policy_, form)) return;
  std::set<std::string> keys;
  for (const TypedId population : populations_of(policy_, form)) keys.insert(leaf_key(policy_, population));
  if (!told_unsplit_.insert(std::move(keys)).second) return;  // of the same populations, by another comparison
  auto& problem = warning("PM0433", requirement.span,
                          "two populations are compared, and nothing says how rows are split between them");
  problem.help =
      "write `expect split canary : baseline = 10 : 90` in the policy, or `assume split because \"…\"` in the "
      "objective";
}

void Analyser::check_assumed_split(const Objective& objective) {
  if (!objective.split_span) return;
  for (const Requirement& requirement : objective.requirements)
    if (compares_two(policy_, form_of(policy_, requirement.estimate))) return;
  error("PM0432", *objective.split_span, "a split is assumed, and no two populations are compared").help =
      "remove it: `assume split` belongs to comparisons";
}

void Analyser::unused_splits() {
  for (const Split& split : policy_.splits)
    if (!split.used)
      error("PM0432", split.span, "no objective compares two of these populations: the split is never looked at").help =
          "compare two of them, or remove it";
}

}  // namespace proofmark::semantics
