// The plan's fraction of each look; the boundary of the last one.
#include "runtime/judgement/planned_looks.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "runtime/judgement/quantity.h"
#include "runtime/judgement/warning_at.h"
#include "runtime/statistics/sequential.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::ProportionClaim;
using statistics::ProportionCounts;

// Rows of the group at an earlier look; none when it had not been seen then.
std::uint64_t rows_at(const plan::EarlierLook& look, const Question& question) {
  const plan::EarlierCount* count = earlier_count(look, question);
  return count == nullptr ? 0 : count->rows.front();
}

// How many steps of the plan look `number` stands for.
std::uint64_t steps_at(const plan::Objective& objective, std::uint64_t number, std::optional<std::int64_t> as_of_ns) {
  const std::optional<Scheduled> found = scheduled(objective, as_of_ns);
  return found ? found->step : std::min(number, objective.looks.maximum);
}

constexpr std::int64_t kTolerance = 20;  // a twentieth, as of windows (gates.cpp)

// The first earlier look that was counted by the same step, from 1; 0: none was.
std::size_t earlier_at(const plan::Objective& objective, const plan::History& history, std::uint64_t step) {
  for (std::size_t i = 0; i < history.size(); ++i)
    if (const auto before = scheduled(objective, history[i].as_of_ns); before && before->step == step) return i + 1;
  return 0;
}

std::string off_schedule_text(const plan::Objective& objective, const Scheduled& found, std::size_t earlier) {
  const plan::Looks& looks = objective.looks;
  const plan::Int128 off = found.late_ns < 0 ? -found.late_ns : found.late_ns;
  const std::string step = "step " + std::to_string(found.step) + " of " + std::to_string(looks.maximum);
  std::string text = "the look at `" + objective.name + "` lies " +
                     (off == 0 ? "at " : span_text(off) + (found.late_ns > 0 ? " after " : " before ")) + step +
                     " of `looks every " + span_text(looks.every_ns) + "`";
  if (off > looks.every_ns / kTolerance) text += ", and is counted as that step";
  if (found.step == 0) text += ", at which nothing can pass";
  if (earlier != 0) text += ", as look " + std::to_string(earlier) + " was: nothing more is spent";
  return text;
}

double fraction_of(std::uint64_t steps, std::uint64_t of) {
  return steps == of ? 1 : static_cast<double>(steps) / static_cast<double>(of);
}

Rational whole_alpha(const plan::Objective& objective) {
  return *subtract(Rational(1), objective.confidence);
}

// Looks at which the group had rows. Looks at the same rows are one, with what the last of them may spend: whoever
// passes at the later boundary of the same rows is counted once.
struct Schedule {
  std::vector<std::uint64_t> rows;
  std::vector<double> fractions;

  void add(std::uint64_t n, double fraction) {
    if (n == 0) return;
    if (!rows.empty() && rows.back() == n) {
      fractions.back() = fraction;
      return;
    }
    rows.push_back(n);
    fractions.push_back(fraction);
  }
};

// Of a claim that an earlier look asked otherwise the rows of all looks are not known.
bool is_planned(const Question& question) {
  const std::optional<plan::History>& history = question.facts.facts().history;
  return history && question.objective.looks.kind == plan::LooksKind::at_most && question.objective.looks.maximum > 1 &&
         question.objective.method == plan::Method::standard && is_counted(question.objective, question.requirement) &&
         !asked_otherwise(question.facts.plan(), *history, question.objective);
}

}  // namespace

std::optional<Scheduled> scheduled(const plan::Objective& objective, std::optional<std::int64_t> as_of_ns) {
  const plan::Looks& looks = objective.looks;
  if (looks.kind != plan::LooksKind::at_most || looks.every_ns <= 0 ||
      objective.window.kind != plan::WindowKind::since || !as_of_ns)
    return std::nullopt;
  const plan::Int128 elapsed = plan::Int128(*as_of_ns) - objective.window.anchor_ns;
  const plan::Int128 nearest = elapsed <= 0 ? 0 : (elapsed + looks.every_ns / 2) / looks.every_ns;
  const plan::Int128 step = std::min<plan::Int128>(nearest, looks.maximum);
  return Scheduled{static_cast<std::uint64_t>(step), elapsed - step * looks.every_ns};
}

Diagnostics off_schedule_warnings(const plan::Plan& plan, const plan::Facts& facts) {
  Diagnostics warnings;
  if (!facts.history) return warnings;
  std::vector<std::pair<std::int64_t, std::int64_t>> told;
  for (const plan::Objective& objective : plan.objectives) {
    const auto found = scheduled(objective, facts.as_of_ns);
    if (!found) continue;
    const plan::Int128 off = found->late_ns < 0 ? -found->late_ns : found->late_ns;
    const std::size_t earlier = earlier_at(objective, *facts.history, found->step);
    const std::pair schedule(objective.window.anchor_ns, objective.looks.every_ns);
    if (off <= objective.looks.every_ns / kTolerance && found->step > 0 && earlier == 0) continue;
    if (std::find(told.begin(), told.end(), schedule) != told.end()) continue;
    told.push_back(schedule);
    warnings.push_back(warning_at(objective.origin, "PM0913", off_schedule_text(objective, *found, earlier),
                                  "alpha is spent by the steps that have gone by; look when they are due, or declare "
                                  "the steps that there are"));
  }
  return warnings;
}

std::uint64_t bad_rows(const ProportionCounts& counts, const ProportionClaim& claim) {
  return claim.at_least ? counts.n - counts.good : counts.good + counts.unknown;
}

std::optional<LookTaken> look_taken(const Question& question, const ProportionCounts& counts,
                                    const ProportionClaim& claim) {
  if (!is_planned(question) || spent_note(question)) return std::nullopt;
  const plan::Facts& facts = question.facts.facts();
  const std::uint64_t of = question.objective.looks.maximum;
  Schedule schedule;
  std::uint64_t number = 0;
  for (const plan::EarlierLook& look : *facts.history)
    schedule.add(rows_at(look, question), fraction_of(steps_at(question.objective, ++number, look.as_of_ns), of));
  schedule.add(counts.n, fraction_of(steps_at(question.objective, ++number, facts.as_of_ns), of));
  const Rational edge = claim.at_least ? *subtract(Rational(1), claim.threshold) : claim.threshold;
  const statistics::LookBoundaries found = statistics::look_boundaries(
      schedule.rows, schedule.fractions, edge, whole_alpha(question.objective), statistics::Spending::obrien_fleming);
  LookTaken taken{number, of, bad_rows(counts, claim), std::nullopt, found.allowed.back()};
  if (found.max_bad.back() >= 0) taken.most_bad = static_cast<std::uint64_t>(found.max_bad.back());
  return taken;
}

std::optional<std::uint64_t> further_rows_to_next_look(const Question& question, const ProportionCounts& counts,
                                                       const ProportionClaim& claim) {
  const std::uint64_t of = question.objective.looks.maximum, number = look_number(question.facts);
  if (number >= of) return std::nullopt;
  const std::uint64_t now = steps_at(question.objective, number, question.facts.facts().as_of_ns);
  const double alpha = whole_alpha(question.objective).nearest_double();
  const auto allowed = [&](std::uint64_t steps) {
    return statistics::alpha_spent(statistics::Spending::obrien_fleming, fraction_of(std::min(steps, of), of), alpha);
  };
  // A tail within what is newly allowed passes, whatever the earlier looks left.
  constexpr double kGrain = 1e12;
  const double level = std::floor((allowed(now + 1) - allowed(now)) * (1 - 1e-6) * kGrain);
  if (!(level >= 1)) return std::nullopt;
  return statistics::further_rows_to_pass(
      counts, claim, *Rational::make(static_cast<plan::Int128>(level), static_cast<plan::Int128>(kGrain)));
}

}  // namespace proofmark::judgement
