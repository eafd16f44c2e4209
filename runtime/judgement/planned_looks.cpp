// Earlier counts by objective, group and requirement; the plan's fraction of each look; the boundary of the last one.
#include "runtime/judgement/planned_looks.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/counts.h"
#include "runtime/judgement/weights.h"
#include "runtime/statistics/sequential.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::ProportionClaim;
using statistics::ProportionCounts;

std::size_t index_of(const plan::Plan& plan, const plan::Objective& objective) {
  const auto found = std::find_if(plan.objectives.begin(), plan.objectives.end(),
                                  [&](const plan::Objective& other) { return &other == &objective; });
  PROOFMARK_CHECK(found != plan.objectives.end());
  return static_cast<std::size_t>(found - plan.objectives.begin());
}

std::size_t index_of(const plan::Objective& objective, const plan::Requirement& requirement) {
  const auto found = std::find_if(objective.requirements.begin(), objective.requirements.end(),
                                  [&](const plan::Requirement& other) { return &other == &requirement; });
  PROOFMARK_CHECK(found != objective.requirements.end());
  return static_cast<std::size_t>(found - objective.requirements.begin());
}

// Rows of the group at an earlier look; none when it had not been seen then.
std::uint64_t rows_at(const plan::EarlierLook& look, const Question& question) {
  const auto& groups = look.objectives[index_of(question.facts.plan(), question.objective)];
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const plan::EarlierGroup& group) { return group.key == question.group.key; });
  if (found == groups.end()) return 0;
  const auto& count = found->requirements[index_of(question.objective, question.requirement)];
  PROOFMARK_CHECK(count.has_value());
  return count->rows;
}

// How many steps of the plan look `number` stands for.
std::uint64_t steps_at(const plan::Objective& objective, std::uint64_t number, std::optional<std::int64_t> as_of_ns) {
  const plan::Looks& looks = objective.looks;
  if (looks.every_ns <= 0 || objective.window.kind != plan::WindowKind::since || !as_of_ns)
    return std::min(number, looks.maximum);
  const plan::Int128 elapsed = plan::Int128(*as_of_ns) - objective.window.anchor_ns;
  const plan::Int128 steps = elapsed <= 0 ? 0 : (elapsed + looks.every_ns / 2) / looks.every_ns;
  return static_cast<std::uint64_t>(std::min<plan::Int128>(steps, looks.maximum));
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

bool is_planned(const Question& question) {
  return question.facts.facts().history && question.objective.looks.kind == plan::LooksKind::at_most &&
         question.objective.looks.maximum > 1 && question.objective.method == plan::Method::standard &&
         is_counted(question.objective, question.requirement);
}

}  // namespace

std::uint64_t look_number(const FactView& facts) {
  const std::optional<plan::History>& history = facts.facts().history;
  return history ? history->size() + 1 : 1;
}

bool looks_spent(const FactView& facts, const plan::Objective& objective) {
  return objective.looks.kind != plan::LooksKind::unlimited && look_number(facts) > objective.looks.maximum;
}

std::uint64_t bad_rows(const ProportionCounts& counts, const ProportionClaim& claim) {
  return claim.at_least ? counts.n - counts.good : counts.good + counts.unknown;
}

bool is_counted(const plan::Objective& objective, const plan::Requirement& requirement) {
  return requirement.direct_op && !requirement.model && !objective.clustering && objective.family_least == 0 &&
         objective.method != plan::Method::mid_p && weights_of(requirement) == nullptr &&
         (std::holds_alternative<plan::Proportion>(requirement.leaves[0].what) ||
          std::holds_alternative<plan::Quantile>(requirement.leaves[0].what));
}

std::optional<LookTaken> look_taken(const Question& question, const ProportionCounts& counts,
                                    const ProportionClaim& claim) {
  if (!is_planned(question) || looks_spent(question.facts, question.objective)) return std::nullopt;
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

plan::EarlierLook earlier_look(const plan::Plan& plan, const plan::Facts& facts, std::string transcript) {
  PROOFMARK_CHECK(facts.as_of_ns.has_value());
  const FactView view(plan, facts);
  plan::EarlierLook look{std::move(transcript), *facts.as_of_ns, {}};
  for (const plan::Objective& objective : plan.objectives) {
    std::vector<plan::EarlierGroup>& groups = look.objectives.emplace_back();
    for (const Group& group : view.groups(objective)) {
      plan::EarlierGroup& handed = groups.emplace_back(plan::EarlierGroup{group.key, {}});
      for (const plan::Requirement& requirement : objective.requirements) {
        std::optional<plan::EarlierCount>& count = handed.requirements.emplace_back();
        if (!is_counted(objective, requirement)) continue;
        const Question question{view, objective, requirement, group, {}};
        const auto counted = [&](const auto& leaf) {
          const ProportionClaim claim = claim_of(requirement, leaf);
          const ProportionCounts counts =
              place_unknown(raw_counts(question, leaf), claim.at_least, objective.unknown_as);
          count = plan::EarlierCount{counts.n, bad_rows(counts, claim)};
        };
        const auto& what = requirement.leaves[0].what;
        if (const auto* share = std::get_if<plan::Proportion>(&what)) counted(*share);
        if (const auto* quantile = std::get_if<plan::Quantile>(&what)) counted(*quantile);
      }
    }
  }
  return look;
}

}  // namespace proofmark::judgement
