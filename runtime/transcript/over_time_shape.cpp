// Group by group, what the steps come to against the whole.
#include "runtime/transcript/over_time_shape.h"

#include "runtime/plan/sampled_series.h"
#include "runtime/transcript/moments_shape.h"

namespace proofmark::transcript {

// Whether the counts of all groups stand against one series.
bool OverTimeChecker::is_of_more(const plan::FactRef& series, const plan::FactRef& counted) const {
  const std::optional<plan::Id> grouping = accumulator(series).grouping;
  const bool by_group = grouping && plan::has_own_series(facts_.scans[series.scan].groups[*grouping].size());
  return accumulator(counted).grouping.has_value() && !by_group;
}

// So many rows are in each group, or in all of them where the series is not by group.
std::uint64_t OverTimeChecker::counted_in(const plan::FactRef& series, const plan::FactRef& ref,
                                          std::size_t group) const {
  return is_of_more(series, ref) ? static_cast<std::uint64_t>(total(ref)) : count_at(at(ref), group);
}

bool OverTimeChecker::may_be_over_time(const plan::FactRef& series, const plan::FactRef& ref, std::size_t group,
                                       std::uint64_t rows) const {
  const std::uint64_t counted = counted_in(series, ref, group);
  return rows + untimed_in(ref) >= counted && (rows <= counted || is_of_more(series, ref));
}

bool OverTimeChecker::is_grouped_alike(const plan::FactRef& series, const plan::FactRef& counted) {
  return is_of_more(series, counted) || entries(at(series)) == entries(at(counted)) ||
         misfit_at(series, "is grouped otherwise than its population");
}

bool OverTimeChecker::series_agrees(const std::optional<plan::FactRef>& series, const plan::FactRef& population,
                                    const plan::FactRef& part) {
  if (!series) return true;
  if (!is_grouped_alike(*series, population)) return false;
  const auto& groups = std::get<plan::SeriesFact>(at(*series)).groups;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const std::uint64_t rows = plan::rows_of(groups[group]);
    std::uint64_t in_part = 0;
    for (const plan::SeriesStep& step : groups[group]) in_part += step.part;
    if (!may_be_over_time(*series, population, group, rows) || !may_be_over_time(*series, part, group, in_part))
      return contradiction_at(*series, "counts other rows over time than its population has");
    // Rows without a time are in the part or not.
    const bool alike = !is_of_more(*series, population) && !is_of_more(*series, part);
    if (alike && count_at(at(part), group) - in_part > count_at(at(population), group) - rows)
      return contradiction_at(*series, "leaves more rows of the part out than it leaves out in all");
  }
  return true;
}

bool OverTimeChecker::moment_series_agrees(const plan::Mean& leaf) {
  if (!leaf.series) return true;
  const plan::FactRef& ref = *leaf.series;
  if (!is_grouped_alike(ref, leaf.moments)) return false;
  const auto& groups = std::get<plan::MomentSeriesFact>(at(ref)).groups;
  const auto& moments = std::get<plan::MomentsFact>(at(leaf.moments)).groups;
  const auto& range = std::get<plan::SumMoments>(accumulator(leaf.moments).what);
  for (std::size_t group = 0; group < groups.size(); ++group) {
    if (!may_be_over_time(ref, leaf.moments, group, plan::rows_of(groups[group])))
      return contradiction_at(ref, "sums other rows over time than its population has");
    if (!is_of_more(ref, leaf.moments) &&
        !could_be_parts(range, moments[group], groups[group], untimed_in(leaf.moments)))
      return contradiction_at(ref, "has other sums over time than in all");
  }
  return true;
}

bool OverTimeChecker::ranks_agree(const std::optional<plan::FactRef>& series, const plan::FactRef& values) {
  if (!series) return true;
  if (!is_grouped_alike(*series, values)) return false;
  for (std::size_t group = 0; group < entries(at(*series)); ++group)
    if (!may_be_over_time(*series, values, group, count_at(at(*series), group)))
      return contradiction_at(*series, "ranks other values over time than were collected");
  return true;
}

bool OverTimeChecker::sampled_ranks_agree(const plan::ModelSource& source, const plan::Census& rows) {
  const std::optional<plan::FactRef> series = plan::series_of(plan_, source);
  if (!series) return true;
  const std::uint64_t ranked = count_at(at(*series), 0);
  const std::uint64_t known = count_at(at(rows.population), 0) - count_at(at(*rows.unknown), 0);
  return (ranked <= known && ranked + untimed_in(rows.population) >= known) ||
         contradiction_at(*series, "ranks other values over time than may be sampled");
}

Stretch OverTimeChecker::stretch_of(const plan::Leaf& leaf) const {
  const auto ends_of = [&](const std::optional<plan::FactRef>& ref) -> Stretch {
    if (!ref) return {};
    if (const auto* counts = std::get_if<plan::SeriesFact>(&at(*ref))) return {counts->first_ns, counts->last_ns};
    const auto& moments = std::get<plan::MomentSeriesFact>(at(*ref));
    return {moments.first_ns, moments.last_ns};
  };
  return std::visit(
      [&](const auto& what) -> Stretch {
        if constexpr (requires { what.series; })
          return ends_of(what.series);
        else
          return {};
      },
      leaf.what);
}

}  // namespace proofmark::transcript
