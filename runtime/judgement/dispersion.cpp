// The counts of a rate's series, and the words for what they say.
#include "runtime/judgement/dispersion.h"

#include <algorithm>
#include <vector>

#include "runtime/judgement/decimal.h"
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

std::vector<statistics::CountedTime> counted_times(const plan::SeriesFact& series) {
  std::vector<statistics::CountedTime> times;
  if (!series.first_ns || !series.last_ns) return times;
  const plan::TimeSteps steps = plan::time_steps(*series.first_ns, *series.last_ns);
  if (steps.steps != series.steps.size() || steps.steps < 2) return times;
  for (std::size_t i = 0; i < steps.steps; ++i) {
    const bool inside = i > 0 && i + 1 < steps.steps;
    const plan::Int128 end = i + 1 < steps.steps ? steps.start_of(i + 1) : *series.last_ns;
    times.push_back({inside ? series.steps[i].part : inner_events(series.steps[i]),
                     static_cast<std::uint64_t>(end - steps.start_of(i))});
  }
  return times;
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

std::optional<MeasuredDispersion> measured_dispersion(const FactView& facts, const plan::Requirement& requirement) {
  if (requirement.leaves.empty()) return std::nullopt;  // of a model
  const auto* rate = std::get_if<plan::Rate>(&requirement.leaves[0].what);
  if (rate == nullptr || rate->buckets || !rate->series || facts.stream(rate->series->scan).events) return std::nullopt;
  const auto& series = std::get<plan::SeriesFact>(facts.fact(*rate->series));
  const auto found = statistics::index_of_dispersion(counted_times(series));
  if (!found) return std::nullopt;
  return MeasuredDispersion{found->cells, found->events, found->ratio, found->p_value, found->p_value < kUnbelievable};
}

std::string dispersion_text(const MeasuredDispersion& measured) {
  return "over " + std::to_string(measured.cells) + " stretches of time their counts spread " +
         rounded(measured.ratio, 3) + " times as wide as a Poisson process's (" + chance_text(measured.p_value) + ")";
}

bool contradicts_assumption(const ObjectiveVerdict& verdict) {
  return std::any_of(verdict.dispersion.begin(), verdict.dispersion.end(),
                     [](const auto& measured) { return measured && measured->contradicts; });
}

Diagnostics assumption_warnings(const plan::Plan& plan, const std::vector<ObjectiveVerdict>& verdicts) {
  Diagnostics warnings;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const auto& all = verdicts[i].dispersion;
    const auto found =
        std::find_if(all.begin(), all.end(), [](const auto& measured) { return measured && measured->contradicts; });
    if (found == all.end()) continue;
    const plan::Requirement& requirement =
        plan.objectives[i].requirements[static_cast<std::size_t>(found - all.begin())];
    Diagnostic warning = plain_problem(
        "PM0458", "the events of `" + verdicts[i].name + "` contradict `assume poisson`: " + dispersion_text(**found),
        "leave `assume poisson` out, and the spread between buckets of time decides; or count what has one cause once");
    warning.severity = Severity::warning;
    warning.primary.place.line = warning.primary.place.end_line = requirement.origin.line;
    warning.primary.place.column = warning.primary.place.end_column = requirement.origin.column;
    warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace proofmark::judgement
