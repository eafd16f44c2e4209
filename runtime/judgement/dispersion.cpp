// The counts of a rate's series, and the words for what they say.
#include "runtime/judgement/dispersion.h"

#include <algorithm>
#include <vector>

#include "runtime/judgement/decimal.h"
#include "runtime/judgement/warning_at.h"
#include "runtime/judgement/wording.h"
#include "runtime/plan/time_steps.h"
#include "runtime/statistics/dispersion.h"

namespace proofmark::judgement {
namespace {

constexpr double kUnbelievable = 1e-3;  // at up to 114 cells: a spread more than 1.4 times as wide

// The first and the last row say by being there where the stretch ends, and between them a process has its events. Of a
// step whose rows are not all events nobody knows whether the one at the end is.
std::uint64_t inner_events(const plan::SeriesStep& step) {
  return step.part > 0 && step.part == step.rows ? step.part - 1 : step.part;
}

// Of one group among several nobody knows whether the rows at the ends are its own.
std::vector<statistics::CountedTime> counted_times(const plan::SeriesFact& series,
                                                   std::span<const plan::SeriesStep> counts, bool has_ends) {
  std::vector<statistics::CountedTime> times;
  if (!series.first_ns || !series.last_ns) return times;
  const plan::TimeSteps steps = plan::time_steps(*series.first_ns, *series.last_ns);
  if (steps.steps != counts.size() || steps.steps < 2) return times;
  for (std::size_t i = 0; i < steps.steps; ++i) {
    const bool inside = !has_ends || (i > 0 && i + 1 < steps.steps);
    const plan::Int128 end = i + 1 < steps.steps ? steps.start_of(i + 1) : *series.last_ns;
    times.push_back(
        {inside ? counts[i].part : inner_events(counts[i]), static_cast<std::uint64_t>(end - steps.start_of(i))});
  }
  return times;
}

// The series that a Poisson process's events are counted by, where that is by group or where it is not.
const plan::FactRef* poisson_series(const FactView& facts, const plan::Requirement& requirement, bool by_group) {
  if (requirement.leaves.empty()) return nullptr;  // of a model
  const auto* rate = std::get_if<plan::Rate>(&requirement.leaves[0].what);
  if (rate == nullptr || rate->buckets || !rate->series || facts.stream(rate->series->scan).events) return nullptr;
  return facts.is_series_by_group(*rate->series) == by_group ? &*rate->series : nullptr;
}

std::optional<MeasuredDispersion> measured_in(const FactView& facts, const plan::FactRef& ref, const Group& group) {
  const auto& series = std::get<plan::SeriesFact>(facts.fact(ref));
  const auto found = statistics::index_of_dispersion(
      counted_times(series, facts.counts_over_time(ref, group), !facts.is_series_by_group(ref)));
  if (!found) return std::nullopt;
  return MeasuredDispersion{found->cells, found->events, found->ratio, found->p_value, false};
}

// Of a requirement in each group.
void set_contradictions(std::vector<std::optional<MeasuredDispersion>>& all) {
  const auto asked = std::count_if(all.begin(), all.end(), [](const auto& one) { return one.has_value(); });
  for (auto& one : all)
    if (one) one->contradicts = one->p_value < kUnbelievable / static_cast<double>(asked);
}

std::string rounded(double value, int digits) {
  const auto exact = exact_rational(value);
  return exact ? decimal(*exact, digits, Rounding::half_even) : "0";
}

std::string chance_text(double p) {
  constexpr double kShown = 1e-9;
  return p < kShown ? "p < 0.000000001" : "p = " + rounded(p, 2);
}

}  // namespace

DispersionList dispersion_together(const FactView& facts, const plan::Objective& objective) {
  DispersionList all;
  for (const plan::Requirement& requirement : objective.requirements) {
    std::vector<std::optional<MeasuredDispersion>> one(1);
    if (const plan::FactRef* series = poisson_series(facts, requirement, false))
      one.front() = measured_in(facts, *series, Group{});
    set_contradictions(one);
    all.push_back(one.front());
  }
  return all;
}

std::vector<DispersionList> dispersion_by_group(const FactView& facts, const plan::Objective& objective,
                                                const std::vector<Group>& groups) {
  std::vector<DispersionList> all(groups.size());
  for (const plan::Requirement& requirement : objective.requirements) {
    std::vector<std::optional<MeasuredDispersion>> one(groups.size());
    const plan::FactRef* series = poisson_series(facts, requirement, true);
    for (std::size_t g = 0; series != nullptr && g < groups.size(); ++g)
      one[g] = measured_in(facts, *series, groups[g]);
    set_contradictions(one);
    for (std::size_t g = 0; g < groups.size(); ++g) all[g].push_back(one[g]);
  }
  return all;
}

std::string dispersion_text(const MeasuredDispersion& measured) {
  return "over " + std::to_string(measured.cells) + " stretches of time their counts spread " +
         rounded(measured.ratio, 3) + " times as wide as a Poisson process's (" + chance_text(measured.p_value) + ")";
}

// The first requirement whose events say otherwise, of all of them or of a group.
static const std::optional<MeasuredDispersion>* first_contradiction(const DispersionList& all) {
  const auto found =
      std::find_if(all.begin(), all.end(), [](const auto& measured) { return measured && measured->contradicts; });
  return found == all.end() ? nullptr : &*found;
}

bool contradicts_assumption(const ObjectiveVerdict& verdict) {
  return first_contradiction(verdict.dispersion) != nullptr ||
         std::any_of(verdict.groups.begin(), verdict.groups.end(),
                     [](const GroupVerdict& group) { return first_contradiction(group.dispersion) != nullptr; });
}

// One warning, which is of a requirement of the objective.
static Diagnostic assumption_warning(const plan::Objective& objective, const std::string& whose,
                                     std::size_t requirement, const MeasuredDispersion& measured) {
  return warning_at(
      objective.requirements[requirement].origin, "PM0458",
      "the events of `" + objective.name + "`" + whose + " contradict `assume poisson`: " + dispersion_text(measured),
      "leave `assume poisson` out, and the spread between buckets of time decides; or count what has one cause once");
}

Diagnostics assumption_warnings(const plan::Plan& plan, const std::vector<ObjectiveVerdict>& verdicts) {
  Diagnostics warnings;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const plan::Objective& objective = plan.objectives[i];
    const auto warn_of = [&](const DispersionList& all, const std::string& whose) {
      const auto* found = first_contradiction(all);
      if (found == nullptr) return false;
      warnings.push_back(assumption_warning(objective, whose, static_cast<std::size_t>(found - all.data()), **found));
      return true;
    };
    if (warn_of(verdicts[i].dispersion, "")) continue;
    for (const GroupVerdict& group : verdicts[i].groups)
      if (warn_of(group.dispersion, " in " + group_text(objective, group))) break;
  }
  return warnings;
}

}  // namespace proofmark::judgement
