// The diagnosis of a leaf, and the same test on fewer rows.
#include "runtime/judgement/dependence.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/mean.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/weights.h"
#include "runtime/plan/match.h"
#include "runtime/plan/sampled_series.h"
#include "runtime/statistics/series_diagnosis.h"

namespace proofmark::judgement {
namespace {

using plan::Int128;
using statistics::Outcome;
using statistics::ProportionCounts;

constexpr double kUnbelievable = 1e-3;
constexpr double kMuchWider = 1.2;

std::vector<plan::FactRef> series_of(const plan::Plan& plan, const plan::Requirement& requirement,
                                     const plan::Leaf& leaf) {
  std::vector<plan::FactRef> all;
  const auto add = [&](const std::optional<plan::FactRef>& series) {
    if (series) all.push_back(*series);
  };
  if (requirement.model) add(plan::series_of(plan, *plan.models[requirement.model->model].source));
  if (const auto* proportion = std::get_if<plan::Proportion>(&leaf.what)) add(proportion->series);
  if (const auto* quantile = std::get_if<plan::Quantile>(&leaf.what)) add(quantile->series);
  if (const auto* mean = std::get_if<plan::Mean>(&leaf.what)) add(mean->series);
  if (const auto* contrast = std::get_if<plan::Contrast>(&leaf.what)) {
    add(contrast->series);
    add(contrast->other_series);
  }
  if (const auto* shares = std::get_if<plan::TwoShares>(&leaf.what)) {
    add(shares->first.series);
    add(shares->second.series);
  }
  return all;
}

std::optional<MeasuredDependence> measured_by(std::int64_t step_ns,
                                              const std::optional<statistics::SeriesDiagnosis>& found) {
  if (!found) return std::nullopt;
  const bool significant =
      std::min(found->p_value, found->spread_p_value) < kUnbelievable && found->design_effect > kMuchWider;
  return MeasuredDependence{.step_ns = step_ns,
                            .steps = found->steps,
                            .lags = found->lags,
                            .lag1 = found->lag1,
                            .ljung_box = found->ljung_box,
                            .p_value = found->p_value,
                            .design_effect = found->design_effect,
                            .spread_p_value = found->spread_p_value,
                            .told = found->told,
                            .significant = significant};
}

std::optional<MeasuredDependence> measured_in(const FactView& facts, const plan::FactRef& ref) {
  return std::visit(
      [](const auto& series) -> std::optional<MeasuredDependence> {
        if constexpr (requires { statistics::diagnose(series); })
          return measured_by(series.step_ns, statistics::diagnose(series));
        else
          return std::nullopt;  // no series; a leaf refers to none such
      },
      facts.fact(ref));
}

// How much wider the counts of buckets spread than Poisson counts do: the test of a rate reckons with that already.
double dispersion_of_buckets(const FactView& facts, const plan::Rate& leaf, const plan::SeriesFact& series) {
  if (!leaf.buckets || !series.first_ns || !series.last_ns) return 1;
  const double span = static_cast<double>(*series.last_ns) - static_cast<double>(*series.first_ns);
  double spread = 0, events = 0;
  for (const plan::ClusterSums& group : std::get<plan::ClustersFact>(facts.fact(*leaf.buckets)).groups) {
    const auto rows = static_cast<double>(group.rows);
    const double buckets =
        std::max(static_cast<double>(group.clusters), std::ceil(span / static_cast<double>(leaf.bucket_ns)));
    events += rows;
    if (buckets > 1)
      spread += (static_cast<double>(group.rows_rows) - rows * (rows / buckets)) * buckets / (buckets - 1);
  }
  return events > 0 ? std::max(1.0, spread / events) : 1;
}

std::optional<MeasuredDependence> measured_of_rate(const FactView& facts, const plan::Rate& leaf) {
  if (!leaf.series) return std::nullopt;
  const auto& series = std::get<plan::SeriesFact>(facts.fact(*leaf.series));
  return measured_by(series.step_ns, statistics::diagnose_events(series, dispersion_of_buckets(facts, leaf, series)));
}

// The outcome of a direct claim at the level of one look, were only one row in `divisor` independent.
template <typename Counted>
Outcome outcome_among_fewer(const Question& question, const Counted& leaf, double divisor) {
  const statistics::ProportionClaim claim = claim_of(question.requirement, leaf);
  if (leaf.weights) return weighed_among_fewer({question, *leaf.weights, claim, raw_counts(question, leaf)}, divisor);
  const ProportionCounts fewer =
      thinned(place_unknown(raw_counts(question, leaf), claim.at_least, question.objective.unknown_as), divisor);
  if (fewer.n == 0) return Outcome::inconclusive;
  return decide_counts(question, fewer, claim, question.alpha).outcome;
}

bool stands_among_fewer(const Judged& judged, const Question& question, const MeasuredDependence& measured) {
  if (!question.requirement.direct_op) return false;
  const statistics::SeriesDiagnosis diagnosis{.design_effect = measured.design_effect};
  const double divisor = statistics::rows_per_independent_row(diagnosis, question.alpha.nearest_double());
  const Outcome wanted = judged.verdict == Verdict::pass ? Outcome::pass : Outcome::fail;
  if (question.requirement.model) return model_among_fewer(question, divisor) == wanted;
  const Outcome outcome = plan::match(
      question.requirement.leaves[0].what,
      [&](const plan::Proportion& leaf) { return outcome_among_fewer(question, leaf, divisor); },
      [&](const plan::Quantile& leaf) { return outcome_among_fewer(question, leaf, divisor); },
      [&](const plan::TwoShares& leaf) { return two_shares_among_fewer(question, leaf, divisor); },
      [&](const plan::Mean& leaf) { return mean_among_fewer(question, leaf, divisor); },
      [&](const plan::Rate& leaf) { return rate_among_fewer(question, leaf, divisor); },
      [&](const plan::Contrast& leaf) { return contrast_among_fewer(question, leaf, divisor); },
      [](const auto&) { return Outcome::inconclusive; });
  return outcome == wanted;
}

std::string rounded(double value, int digits) {
  const auto exact = exact_rational(value);
  return exact ? decimal(*exact, digits, Rounding::half_even) : "0";
}

// Arithmetic on several estimates has none, nor has a method that was named (docs/errors/PM0421.md).
bool has_test_for_clusters(const Question& question) {
  if (!question.requirement.direct_op || question.objective.looks.kind == plan::LooksKind::unlimited) return false;
  if (weights_of(question.requirement) != nullptr) return false;
  const auto& what = question.requirement.leaves[0].what;
  return question.objective.method == plan::Method::standard &&
         (std::holds_alternative<plan::Proportion>(what) || std::holds_alternative<plan::Quantile>(what));
}

// Nobody has said how rows hang together, or answers for it that they do not.
bool takes_for_independent(const plan::Objective& objective) {
  return !objective.clustering && objective.independent_because.empty();
}

// Likewise: a Poisson process is assumed with a reason.
bool is_answered_for(const plan::Leaf& leaf) {
  const auto* rate = std::get_if<plan::Rate>(&leaf.what);
  return rate != nullptr && !rate->buckets;
}

bool contradicts(const std::optional<MeasuredDependence>& measured, const plan::Leaf& leaf) {
  return measured && measured->significant && !is_answered_for(leaf);
}

std::string remedy(const Question& question) {
  if (has_test_for_clusters(question)) return "`blocks of` a longer time, `clustered by` a field, or ";
  const bool by_buckets = std::holds_alternative<plan::Rate>(question.requirement.leaves[0].what);
  return by_buckets ? "longer `buckets`, or " : "";
}

}  // namespace

ProportionCounts thinned_to(const ProportionCounts& counts, std::uint64_t n) {
  ProportionCounts fewer;
  fewer.n = n;
  if (fewer.n == 0) return fewer;
  const Int128 possible = Int128(counts.good + counts.unknown) * fewer.n;
  fewer.good = static_cast<std::uint64_t>(Int128(counts.good) * fewer.n / counts.n);
  fewer.unknown = static_cast<std::uint64_t>((possible + counts.n - 1) / counts.n) - fewer.good;
  return fewer;
}

ProportionCounts thinned(const ProportionCounts& counts, double divisor) {
  return thinned_to(counts, static_cast<std::uint64_t>(std::floor(static_cast<double>(counts.n) / divisor)));
}

// Of two populations the one that depends more, or may.
std::optional<MeasuredDependence> measured_dependence(const FactView& facts, const plan::Requirement& requirement,
                                                      const plan::Leaf& leaf) {
  if (const auto* rate = std::get_if<plan::Rate>(&leaf.what)) return measured_of_rate(facts, *rate);
  std::optional<MeasuredDependence> worst;
  for (const plan::FactRef& ref : series_of(facts.plan(), requirement, leaf)) {
    const std::optional<MeasuredDependence> measured = measured_in(facts, ref);
    const auto weight = [](const MeasuredDependence& one) {
      return std::tuple(one.significant, !one.told, one.design_effect);
    };
    if (measured && (!worst || weight(*measured) > weight(*worst))) worst = measured;
  }
  return worst;
}

std::string dependence_text(const MeasuredDependence& measured) {
  return "over steps of " + span_text(measured.step_ns) + " a design effect of " + rounded(measured.design_effect, 3) +
         ", autocorrelation " + rounded(measured.lag1, 2);
}

std::optional<std::string> doubt_of_independence(const plan::Objective& objective, const ObjectiveVerdict& verdict) {
  if (!takes_for_independent(objective)) return std::nullopt;
  std::string rows = "the rows that `" + objective.name + "` takes for independent depend on those before them";
  std::optional<std::string> doubt;
  for (std::size_t r = 0; r < objective.requirements.size(); ++r)
    for (std::size_t l = 0; l < objective.requirements[r].leaves.size(); ++l) {
      const auto& measured = verdict.dependence[r][l];
      if (contradicts(measured, objective.requirements[r].leaves[l])) return rows;
      if (measured && !measured->told)
        doubt = "whether " + rows + " cannot be told: nearly all lie in few steps of " + span_text(measured->step_ns);
    }
  return doubt;
}

bool contradicts_assumed_independence(const plan::Objective& objective, const ObjectiveVerdict& verdict) {
  if (objective.independent_because.empty() || objective.clustering) return false;
  return std::any_of(verdict.dependence.begin(), verdict.dependence.end(), [](const auto& leaves) {
    return std::any_of(leaves.begin(), leaves.end(),
                       [](const auto& measured) { return measured && measured->significant; });
  });
}

void take_back_dependent(Judged& judged, const Question& question) {
  if (judged.verdict != Verdict::pass && judged.verdict != Verdict::fail) return;
  if (!takes_for_independent(question.objective)) return;
  const MeasuredDependence* worst = nullptr;
  for (std::size_t l = 0; l < question.dependence.size(); ++l)
    if (const auto& measured = question.dependence[l]; contradicts(measured, question.requirement.leaves[l]))
      if (worst == nullptr || worst->design_effect < measured->design_effect) worst = &*measured;
  if (worst == nullptr) return;
  judged.guarantee = std::max(judged.guarantee, Guarantee::asymptotic);
  if (stands_among_fewer(judged, question, *worst)) return;
  judged.verdict = Verdict::inconclusive;
  judged.reason = Reason::dependent;
  judged.lower.clear();
  judged.upper.clear();
  judged.margin.clear();
  judged.samples_needed.reset();
  judged.note = "its rows depend on those before them (" + dependence_text(*worst) +
                "), and so few independent ones decide nothing; say " + remedy(question) +
                "`assume independent because`";
}

}  // namespace proofmark::judgement
