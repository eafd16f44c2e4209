// Looking facts up; a missing group reads as no rows.
#include "runtime/judgement/fact_view.h"

#include <algorithm>
#include <set>

#include "runtime/plan/match.h"
#include "runtime/plan/windowed_masks.h"

namespace proofmark::judgement {

const plan::FactRef& population_of(const plan::Leaf& leaf) {
  return std::visit(
      [](const auto& what) -> const plan::FactRef& {
        if constexpr (requires { what.first.population; })
          return what.first.population;
        else
          return what.population;
      },
      leaf.what);
}

std::vector<plan::FactRef> populations_of(const plan::Leaf& leaf) {
  std::vector<plan::FactRef> all{population_of(leaf)};
  if (const auto* contrast = std::get_if<plan::Contrast>(&leaf.what)) all.push_back(contrast->other_population);
  if (const auto* shares = std::get_if<plan::TwoShares>(&leaf.what)) all.push_back(shares->second.population);
  return all;
}

FactView::FactView(const plan::Plan& plan, const plan::Facts& facts) : plan_(plan), facts_(facts) {
  for (const plan::Scan& scan : plan.scans) windowed_.push_back(plan::windowed_masks(scan));
}

std::uint64_t FactView::skipped(const plan::FactRef& ref) const {
  const plan::StreamFacts& stream = facts_.scans[ref.scan];
  const bool windowed = windowed_[ref.scan][plan::mask_of(plan_.scans[ref.scan].accumulators[ref.accumulator])];
  return stream.skipped + (windowed ? stream.untimed : 0);
}

std::vector<Group> FactView::groups(const plan::Objective& objective) const {
  if (!objective.group_field) return {Group{}};
  std::set<plan::GroupKey> keys;  // nothing sorts before every text
  for (const plan::Requirement& requirement : objective.requirements)
    for (const plan::Leaf& leaf : requirement.leaves) {
      const plan::FactRef& ref = population_of(leaf);
      const std::optional<plan::Id>& grouping = plan_.scans[ref.scan].accumulators[ref.accumulator].grouping;
      if (!grouping) continue;
      const auto& known = facts_.scans[ref.scan].groups[*grouping];
      keys.insert(known.begin(), known.end());
    }
  std::vector<Group> groups;
  for (const plan::GroupKey& key : keys) groups.push_back({false, key});
  return groups;
}

std::optional<std::size_t> FactView::place(const plan::FactRef& ref, const Group& group) const {
  const std::optional<plan::Id>& grouping = plan_.scans[ref.scan].accumulators[ref.accumulator].grouping;
  if (!grouping || group.is_whole) return 0;
  const auto& keys = facts_.scans[ref.scan].groups[*grouping];
  const auto found = std::lower_bound(keys.begin(), keys.end(), group.key);
  if (found == keys.end() || *found != group.key) return std::nullopt;
  return static_cast<std::size_t>(found - keys.begin());
}

template <typename Series>
const auto& FactView::steps_of(const plan::FactRef& ref, const Group& group) const {
  const auto& groups = std::get<Series>(fact(ref)).groups;
  static const typename std::decay_t<decltype(groups)>::value_type kNone;
  const std::optional<std::size_t> index = is_series_by_group(ref) ? place(ref, group) : 0;
  return index && *index < groups.size() ? groups[*index] : kNone;
}

std::uint64_t FactView::count(const plan::FactRef& ref, const Group& group) const {
  const std::optional<std::size_t> index = place(ref, group);
  if (!index) return 0;
  return plan::match(
      facts_.scans[ref.scan].facts[ref.accumulator], [&](const plan::CountFact& fact) { return fact.counts[*index]; },
      [&](const plan::ValuesFact& fact) { return fact.groups[*index].known; },
      [&](const plan::ClustersFact& fact) { return fact.groups[*index].rows; },
      [&](const plan::MomentsFact& fact) { return fact.groups[*index].known; },
      [&](const plan::ContrastFact& fact) { return fact.groups[*index].first; },
      [&](const plan::SeriesFact&) { return plan::rows_of(steps_of<plan::SeriesFact>(ref, group)); },
      [&](const plan::MomentSeriesFact&) { return plan::rows_of(steps_of<plan::MomentSeriesFact>(ref, group)); });
}

const plan::ValueSummary& FactView::values(const plan::FactRef& ref, const Group& group) const {
  static const plan::ValueSummary kNothing;
  const std::optional<std::size_t> index = place(ref, group);
  return index ? std::get<plan::ValuesFact>(facts_.scans[ref.scan].facts[ref.accumulator]).groups[*index] : kNothing;
}

const plan::ClusterSums& FactView::clusters(const plan::FactRef& ref, const Group& group) const {
  static const plan::ClusterSums kNothing;
  const std::optional<std::size_t> index = place(ref, group);
  return index ? std::get<plan::ClustersFact>(facts_.scans[ref.scan].facts[ref.accumulator]).groups[*index] : kNothing;
}

const plan::MomentSums& FactView::moments(const plan::FactRef& ref, const Group& group) const {
  static const plan::MomentSums kNothing;
  const std::optional<std::size_t> index = place(ref, group);
  return index ? std::get<plan::MomentsFact>(facts_.scans[ref.scan].facts[ref.accumulator]).groups[*index] : kNothing;
}

const plan::ContrastSums& FactView::contrast(const plan::FactRef& ref, const Group& group) const {
  static const plan::ContrastSums kNothing;
  const std::optional<std::size_t> index = place(ref, group);
  return index ? std::get<plan::ContrastFact>(facts_.scans[ref.scan].facts[ref.accumulator]).groups[*index] : kNothing;
}

bool FactView::is_series_by_group(const plan::FactRef& ref) const {
  const std::optional<plan::Id>& grouping = plan_.scans[ref.scan].accumulators[ref.accumulator].grouping;
  return grouping && plan::has_own_series(facts_.scans[ref.scan].groups[*grouping].size());
}

std::span<const plan::SeriesStep> FactView::counts_over_time(const plan::FactRef& ref, const Group& group) const {
  return steps_of<plan::SeriesFact>(ref, group);
}

std::span<const plan::MomentSums> FactView::moments_over_time(const plan::FactRef& ref, const Group& group) const {
  return steps_of<plan::MomentSeriesFact>(ref, group);
}

const plan::Fact& FactView::fact(const plan::FactRef& ref) const {
  return facts_.scans[ref.scan].facts[ref.accumulator];
}

std::uint64_t FactView::total(const plan::FactRef& ref) const {
  std::uint64_t sum = 0;
  plan::match(
      facts_.scans[ref.scan].facts[ref.accumulator],
      [&](const plan::CountFact& fact) {
        for (const std::uint64_t count : fact.counts) sum += count;
      },
      [&](const plan::ValuesFact& fact) {
        for (const plan::ValueSummary& group : fact.groups) sum += group.known;
      },
      [&](const plan::ClustersFact& fact) {
        for (const plan::ClusterSums& group : fact.groups) sum += group.rows;
      },
      [&](const plan::MomentsFact& fact) {
        for (const plan::MomentSums& group : fact.groups) sum += group.known;
      },
      [&](const plan::ContrastFact& fact) {
        for (const plan::ContrastSums& group : fact.groups) sum += group.first;
      },
      [&](const plan::SeriesFact& fact) { sum = plan::rows_over_time(fact); },
      [&](const plan::MomentSeriesFact& fact) { sum = plan::rows_over_time(fact); });
  return sum;
}

}  // namespace proofmark::judgement
