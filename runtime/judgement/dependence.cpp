// The diagnosis of a leaf, and the same test on fewer rows.
#include "runtime/judgement/dependence.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/quantity.h"
#include "runtime/plan/match.h"
#include "runtime/statistics/count_series.h"

namespace proofmark::judgement {
namespace {

using plan::Int128;
using statistics::Outcome;
using statistics::ProportionCounts;

constexpr double kUnbelievable = 1e-3;
constexpr double kMuchWider = 1.2;

std::vector<plan::FactRef> series_of(const plan::Leaf& leaf) {
  std::vector<plan::FactRef> all;
  const auto add = [&](const std::optional<plan::FactRef>& series) {
    if (series) all.push_back(*series);
  };
  if (const auto* proportion = std::get_if<plan::Proportion>(&leaf.what)) add(proportion->series);
  if (const auto* quantile = std::get_if<plan::Quantile>(&leaf.what)) add(quantile->series);
  if (const auto* shares = std::get_if<plan::TwoShares>(&leaf.what)) {
    add(shares->first.series);
    add(shares->second.series);
  }
  return all;
}

std::optional<MeasuredDependence> measured_in(const FactView& facts, const plan::FactRef& ref) {
  const plan::SeriesFact& series = facts.series(ref);
  const auto found = statistics::diagnose(series);
  if (!found) return std::nullopt;
  return MeasuredDependence{series.step_ns,       found->steps,
                            found->lags,          found->lag1,
                            found->ljung_box,     found->p_value,
                            found->design_effect, found->p_value < kUnbelievable && found->design_effect > kMuchWider};
}

// The outcome of a direct claim at the level of one look, were only one row in `divisor` independent.
template <typename Counted>
Outcome outcome_among_fewer(const Question& question, const Counted& leaf, double divisor) {
  const statistics::ProportionClaim claim = claim_of(question.requirement, leaf);
  const ProportionCounts fewer =
      thinned(place_unknown(raw_counts(question, leaf), claim.at_least, question.objective.unknown_as), divisor);
  if (fewer.n == 0) return Outcome::inconclusive;
  return decide_counts(question, fewer, claim, question.alpha).outcome;
}

bool stands_among_fewer(const Judged& judged, const Question& question, const MeasuredDependence& measured) {
  if (!question.requirement.direct_op) return false;
  const statistics::SeriesDiagnosis diagnosis{.design_effect = measured.design_effect};
  const double divisor = statistics::rows_per_independent_row(diagnosis, question.alpha.nearest_double());
  const Outcome outcome = plan::match(
      question.requirement.leaves[0].what,
      [&](const plan::Proportion& leaf) { return outcome_among_fewer(question, leaf, divisor); },
      [&](const plan::Quantile& leaf) { return outcome_among_fewer(question, leaf, divisor); },
      [&](const plan::TwoShares& leaf) { return two_shares_among_fewer(question, leaf, divisor); },
      [](const auto&) { return Outcome::inconclusive; });
  return outcome == (judged.verdict == Verdict::pass ? Outcome::pass : Outcome::fail);
}

std::string rounded(double value, int digits) {
  const auto exact = exact_rational(value);
  return exact ? decimal(*exact, digits, Rounding::half_even) : "0";
}

// Arithmetic on several estimates has none, nor has a method that was named (docs/errors/PM0421.md).
bool has_test_for_clusters(const Question& question) {
  if (!question.requirement.direct_op || question.objective.looks.kind == plan::LooksKind::unlimited) return false;
  const auto& what = question.requirement.leaves[0].what;
  return question.objective.method == plan::Method::standard &&
         (std::holds_alternative<plan::Proportion>(what) || std::holds_alternative<plan::Quantile>(what));
}

// Nobody has said how rows hang together, or answers for it that they do not.
bool takes_for_independent(const plan::Objective& objective) {
  return !objective.clustering && objective.independent_because.empty();
}

std::string span_text(std::int64_t ns) {
  return measured_quantity(std::to_string(ns), Rounding::half_even, plan::Rational(-1), {plan::Unit::duration, false},
                           3);
}

}  // namespace

ProportionCounts thinned(const ProportionCounts& counts, double divisor) {
  ProportionCounts fewer;
  fewer.n = static_cast<std::uint64_t>(std::floor(static_cast<double>(counts.n) / divisor));
  if (fewer.n == 0) return fewer;
  const Int128 possible = Int128(counts.good + counts.unknown) * fewer.n;
  fewer.good = static_cast<std::uint64_t>(Int128(counts.good) * fewer.n / counts.n);
  fewer.unknown = static_cast<std::uint64_t>((possible + counts.n - 1) / counts.n) - fewer.good;
  return fewer;
}

// Of two populations the one that depends more.
std::optional<MeasuredDependence> measured_dependence(const FactView& facts, const plan::Leaf& leaf) {
  std::optional<MeasuredDependence> worst;
  for (const plan::FactRef& ref : series_of(leaf)) {
    const std::optional<MeasuredDependence> measured = measured_in(facts, ref);
    const auto weight = [](const MeasuredDependence& one) { return std::pair(one.significant, one.design_effect); };
    if (measured && (!worst || weight(*measured) > weight(*worst))) worst = measured;
  }
  return worst;
}

std::string dependence_text(const MeasuredDependence& measured) {
  return "over steps of " + span_text(measured.step_ns) + " a design effect of " + rounded(measured.design_effect, 3) +
         ", autocorrelation " + rounded(measured.lag1, 2);
}

bool rests_on_dependent_rows(const plan::Objective& objective, const ObjectiveVerdict& verdict) {
  if (!takes_for_independent(objective)) return false;
  for (const auto& leaves : verdict.dependence)
    for (const std::optional<MeasuredDependence>& measured : leaves)
      if (measured && measured->significant) return true;
  return false;
}

void take_back_dependent(Judged& judged, const Question& question) {
  if (judged.verdict != Verdict::pass && judged.verdict != Verdict::fail) return;
  if (!takes_for_independent(question.objective)) return;
  const auto worst =
      std::max_element(question.dependence.begin(), question.dependence.end(), [](const auto& a, const auto& b) {
        const auto effect = [](const auto& one) { return one && one->significant ? one->design_effect : 0; };
        return effect(a) < effect(b);
      });
  if (worst == question.dependence.end() || !*worst || !(*worst)->significant) return;
  judged.guarantee = std::max(judged.guarantee, Guarantee::asymptotic);
  if (stands_among_fewer(judged, question, **worst)) return;
  judged.verdict = Verdict::inconclusive;
  judged.reason = Reason::dependent;
  judged.lower.clear();
  judged.upper.clear();
  judged.margin.clear();
  judged.samples_needed.reset();
  judged.note = "its rows depend on those before them (" + dependence_text(**worst) +
                "), and so few independent ones decide nothing; say " +
                (has_test_for_clusters(question) ? "`blocks of` a longer time, `clustered by` a field, or " : "") +
                "`assume independent because`";
}

}  // namespace proofmark::judgement
