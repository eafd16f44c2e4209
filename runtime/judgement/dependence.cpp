// The diagnosis of a leaf, and the same test on fewer rows.
#include "runtime/judgement/dependence.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/mean.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/weights.h"
#include "runtime/judgement/wording.h"
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

// What the series of one leaf say, before it is asked how believable that is.
using Found = std::vector<MeasuredDependence>;

void add_found(Found& all, std::int64_t step_ns, const std::optional<statistics::SeriesDiagnosis>& found) {
  if (!found) return;
  all.push_back({.step_ns = step_ns,
                 .steps = found->steps,
                 .lags = found->lags,
                 .lag1 = found->lag1,
                 .ljung_box = found->ljung_box,
                 .p_value = found->p_value,
                 .design_effect = found->design_effect,
                 .spread_p_value = found->spread_p_value,
                 .told = found->told});
}

void add_measured(Found& all, const FactView& facts, const plan::FactRef& ref, const Group& group) {
  if (const auto* counts = std::get_if<plan::SeriesFact>(&facts.fact(ref)))
    add_found(all, counts->step_ns, statistics::diagnose(facts.counts_over_time(ref, group)));
  if (const auto* moments = std::get_if<plan::MomentSeriesFact>(&facts.fact(ref)))
    add_found(all, moments->step_ns, statistics::diagnose(facts.moments_over_time(ref, group)));
}

// How much wider the counts of buckets spread than Poisson counts do: the test of a rate reckons with that already. Of
// the group's buckets, or of those of all groups where events are not counted over time group by group.
double dispersion_of_buckets(const FactView& facts, const plan::Rate& leaf, const Group& group, bool by_group) {
  const auto& series = std::get<plan::SeriesFact>(facts.fact(*leaf.series));
  if (!leaf.buckets || !series.first_ns || !series.last_ns) return 1;
  const double span = static_cast<double>(*series.last_ns) - static_cast<double>(*series.first_ns);
  double spread = 0, events = 0;
  const auto add = [&](const plan::ClusterSums& sums) {
    const auto rows = static_cast<double>(sums.rows);
    const double buckets =
        std::max(static_cast<double>(sums.clusters), std::ceil(span / static_cast<double>(leaf.bucket_ns)));
    events += rows;
    if (buckets > 1)
      spread += (static_cast<double>(sums.rows_rows) - rows * (rows / buckets)) * buckets / (buckets - 1);
  };
  if (by_group) {
    add(facts.clusters(*leaf.buckets, group));
  } else {
    for (const plan::ClusterSums& one : std::get<plan::ClustersFact>(facts.fact(*leaf.buckets)).groups) add(one);
  }
  return events > 0 ? std::max(1.0, spread / events) : 1;
}

void add_measured(Found& all, const FactView& facts, const plan::Rate& leaf, const Group& group, bool by_group) {
  const double dispersion = dispersion_of_buckets(facts, leaf, group, by_group);
  add_found(all, std::get<plan::SeriesFact>(facts.fact(*leaf.series)).step_ns,
            statistics::diagnose_events(facts.counts_over_time(*leaf.series, group), dispersion));
}

// By the leaf's series that are by group, or by the others.
Found found_in(const FactView& facts, const plan::Requirement& requirement, const plan::Leaf& leaf, const Group& group,
               bool by_group) {
  Found all;
  if (const auto* rate = std::get_if<plan::Rate>(&leaf.what)) {
    if (rate->series && facts.is_series_by_group(*rate->series) == by_group)
      add_measured(all, facts, *rate, group, by_group);
    return all;
  }
  for (const plan::FactRef& ref : series_of(facts.plan(), requirement, leaf))
    if (facts.is_series_by_group(ref) == by_group) add_measured(all, facts, ref, group);
  return all;
}

// Of a leaf in each group.
void ask_how_believable(std::vector<Found>& groups) {
  const auto told = std::count_if(groups.begin(), groups.end(), [](const Found& found) {
    return std::any_of(found.begin(), found.end(), [](const MeasuredDependence& one) { return one.told; });
  });
  for (Found& found : groups)
    for (MeasuredDependence& one : found) {
      const double p = std::min(one.p_value, one.spread_p_value);
      one.significant = p < kUnbelievable && one.design_effect > kMuchWider;
      one.significant_among_all = one.significant && p < kUnbelievable / static_cast<double>(told);
    }
}

bool is_worse(const MeasuredDependence& a, const MeasuredDependence& b) {
  const auto weight = [](const MeasuredDependence& one) {
    return std::tuple(one.significant, !one.told, one.design_effect);
  };
  return weight(a) > weight(b);
}

std::optional<MeasuredDependence> worst_of(const Found& all) {
  std::optional<MeasuredDependence> worst;
  bool among_all = false;
  for (const MeasuredDependence& one : all) {
    if (!worst || is_worse(one, *worst)) worst = one;
    among_all = among_all || one.significant_among_all;
  }
  if (worst) worst->significant_among_all = among_all;
  return worst;
}

// At the level of one look.
template <typename Counted>
AmongFewer counted_of(const Question& question, const Counted& leaf, double divisor) {
  const statistics::ProportionClaim claim = claim_of(question.requirement, leaf);
  if (leaf.weights) return weighed_among_fewer({question, *leaf.weights, claim, raw_counts(question, leaf)}, divisor);
  const ProportionCounts fewer =
      thinned(place_unknown(raw_counts(question, leaf), claim.at_least, question.objective.unknown_as), divisor);
  if (fewer.n == 0) return {};
  const Outcome outcome = decide_counts(question, fewer, claim, question.alpha).outcome;
  statistics::ReportedBounds bounds = share_bounds(question, fewer, claim, outcome);
  return {outcome, std::move(bounds.lower), std::move(bounds.upper)};
}

double rows_per_independent_row(const Question& question, const MeasuredDependence& measured) {
  const statistics::SeriesDiagnosis diagnosis{.design_effect = measured.design_effect};
  return statistics::rows_per_independent_row(diagnosis, question.alpha.nearest_double());
}

// Of calculations there is nothing.
AmongFewer among_fewer(const Question& question, const MeasuredDependence& measured) {
  if (!question.requirement.direct_op) return {};
  const double divisor = rows_per_independent_row(question, measured);
  if (question.requirement.model) return {model_among_fewer(question, divisor), {}, {}};
  return plan::match(
      question.requirement.leaves[0].what,
      [&](const plan::Proportion& leaf) { return counted_among_fewer(question, leaf, divisor); },
      [&](const plan::Quantile& leaf) { return quantile_among_fewer(question, leaf, divisor); },
      [&](const plan::TwoShares& leaf) { return two_shares_among_fewer(question, leaf, divisor); },
      [&](const plan::Mean& leaf) { return mean_among_fewer(question, leaf, divisor); },
      [&](const plan::Rate& leaf) { return rate_among_fewer(question, leaf, divisor); },
      [&](const plan::Contrast& leaf) { return contrast_among_fewer(question, leaf, divisor); },
      [](const auto&) { return AmongFewer{}; });
}

bool stands_among(const Judged& judged, const Question& question, const MeasuredDependence& measured) {
  return among_fewer(question, measured).outcome == (judged.verdict == Verdict::pass ? Outcome::pass : Outcome::fail);
}

// The one of two bounds that says less; none says least.
std::string wider(const std::string& a, const std::string& b, bool lower) {
  const std::optional<plan::Rational> x = plan::Rational::parse(a), y = plan::Rational::parse(b);
  if (!x || !y) return {};
  return (*x < *y) == lower ? a : b;
}

std::string rounded(double value, int digits) {
  const auto exact = exact_rational(value);
  return exact ? decimal(*exact, digits, Rounding::half_even) : "0";
}

// Arithmetic on several estimates has none, nor has a method that was named (docs/errors/PM0421.md).
bool has_test_for_clusters(const Question& question) {
  if (!question.requirement.direct_op) return false;
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

// And not by the chance that one of many groups is bound to have.
bool contradicts_among_all(const std::optional<MeasuredDependence>& measured, const plan::Leaf& leaf) {
  return contradicts(measured, leaf) && measured->significant_among_all;
}

bool any_contradicts_among_all(const Question& question) {
  bool any = false;
  for (std::size_t l = 0; l < question.dependence.size(); ++l)
    any = any || contradicts_among_all(question.dependence[l], question.requirement.leaves[l]);
  return any;
}

// Of the leaves that independent rows are taken for, and are none, the one that depends most.
const MeasuredDependence* worst_contradiction(const Question& question) {
  const MeasuredDependence* worst = nullptr;
  if (!takes_for_independent(question.objective)) return worst;
  for (std::size_t l = 0; l < question.dependence.size(); ++l)
    if (const auto& measured = question.dependence[l]; contradicts(measured, question.requirement.leaves[l]))
      if (worst == nullptr || worst->design_effect < measured->design_effect) worst = &*measured;
  return worst;
}

// ": …"; empty: it is told.
std::string untold_because(const MeasuredDependence& measured) {
  if (measured.together && measured.told)
    return " of each group: only up to " + std::to_string(plan::kMostSeriesGroups) + " groups are asked by themselves";
  if (measured.told) return {};
  return ": nearly all lie in few steps of " + span_text(measured.step_ns);
}

// The doubt of one table, `rows` being whose it is of: first of what the rows say, then of what they cannot.
struct Doubts {
  std::optional<std::string> depends, untold;
};

void add_doubts(Doubts& doubts, const plan::Objective& objective, const DependenceTable& table,
                const std::string& rows) {
  for (std::size_t r = 0; r < table.size(); ++r)
    for (std::size_t l = 0; l < table[r].size(); ++l) {
      const auto& measured = table[r][l];
      if (!measured) continue;
      if (!doubts.depends && contradicts_among_all(measured, objective.requirements[r].leaves[l]))
        doubts.depends = rows;
      if (doubts.untold || is_answered_for(objective.requirements[r].leaves[l])) continue;
      if (const std::string why = untold_because(*measured); !why.empty())
        doubts.untold = "whether " + rows + " cannot be told" + why;
    }
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

DependenceTable dependence_together(const FactView& facts, const plan::Objective& objective) {
  DependenceTable table;
  for (const plan::Requirement& requirement : objective.requirements) {
    table.emplace_back();
    for (const plan::Leaf& leaf : requirement.leaves) {
      std::vector<Found> found{found_in(facts, requirement, leaf, Group{}, false)};
      ask_how_believable(found);
      table.back().push_back(worst_of(found.front()));
      if (auto& measured = table.back().back()) measured->together = objective.group_field.has_value();
    }
  }
  return table;
}

std::vector<DependenceTable> dependence_by_group(const FactView& facts, const plan::Objective& objective,
                                                 const std::vector<Group>& groups) {
  std::vector<DependenceTable> tables(groups.size(), DependenceTable(objective.requirements.size()));
  for (std::size_t r = 0; r < objective.requirements.size(); ++r)
    for (const plan::Leaf& leaf : objective.requirements[r].leaves) {
      std::vector<Found> found;
      for (const Group& group : groups) found.push_back(found_in(facts, objective.requirements[r], leaf, group, true));
      ask_how_believable(found);
      for (std::size_t g = 0; g < groups.size(); ++g) tables[g][r].push_back(worst_of(found[g]));
    }
  return tables;
}

std::vector<std::optional<MeasuredDependence>> dependence_for(const ObjectiveVerdict& family, const GroupVerdict& group,
                                                              std::size_t requirement) {
  std::vector<std::optional<MeasuredDependence>> all = family.dependence[requirement];
  if (group.dependence.empty()) return all;
  for (std::size_t l = 0; l < all.size(); ++l) {
    const auto& own = group.dependence[requirement][l];
    if (own && all[l])
      all[l] = worst_of({*all[l], *own});
    else if (own)
      all[l] = own;
  }
  return all;
}

std::string dependence_text(const MeasuredDependence& measured) {
  return "over steps of " + span_text(measured.step_ns) + " a design effect of " + rounded(measured.design_effect, 3) +
         ", autocorrelation " + rounded(measured.lag1, 2);
}

std::optional<std::string> doubt_of_independence(const plan::Objective& objective, const ObjectiveVerdict& verdict) {
  if (!takes_for_independent(objective)) return std::nullopt;
  const auto rows = [&](const std::string& whose) {
    return "the rows" + whose + " that `" + objective.name + "` takes for independent depend on those before them";
  };
  Doubts doubts;
  add_doubts(doubts, objective, verdict.dependence, rows(""));
  for (const GroupVerdict& group : verdict.groups)
    add_doubts(doubts, objective, group.dependence, rows(" of " + group_text(objective, group)));
  return doubts.depends ? doubts.depends : doubts.untold;
}

bool contradicts_assumed_independence(const plan::Objective& objective, const ObjectiveVerdict& verdict) {
  if (objective.independent_because.empty() || objective.clustering) return false;
  const auto any_significant = [](const DependenceTable& table) {
    return std::any_of(table.begin(), table.end(), [](const auto& leaves) {
      return std::any_of(leaves.begin(), leaves.end(),
                         [](const auto& measured) { return measured && measured->significant_among_all; });
    });
  };
  return any_significant(verdict.dependence) ||
         std::any_of(verdict.groups.begin(), verdict.groups.end(),
                     [&](const GroupVerdict& group) { return any_significant(group.dependence); });
}

bool rests_on_dependent_rows(const Question& question) {
  return worst_contradiction(question) != nullptr;
}

bool stands_among_fewer(const Judged& judged, const Question& question) {
  const MeasuredDependence* worst = worst_contradiction(question);
  return worst == nullptr || stands_among(judged, question, *worst);
}

// Pre: a pass or a fail.
static void take_back_dependent(Judged& judged, const Question& question) {
  const MeasuredDependence* worst = worst_contradiction(question);
  if (worst == nullptr) return;
  if (any_contradicts_among_all(question)) judged.guarantee = std::max(judged.guarantee, Guarantee::asymptotic);
  if (stands_among(judged, question, *worst)) return;
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

AmongFewer counted_among_fewer(const Question& question, const plan::Proportion& leaf, double divisor) {
  return counted_of(question, leaf, divisor);
}

AmongFewer counted_among_fewer(const Question& question, const plan::Quantile& leaf, double divisor) {
  return counted_of(question, leaf, divisor);
}

void widen_to_independent_rows(Judged& judged, const Question& question) {
  const MeasuredDependence* worst = worst_contradiction(question);
  PROOFMARK_CHECK(worst != nullptr);
  const bool taken_back = judged.verdict == Verdict::inconclusive && judged.reason == Reason::dependent;
  const AmongFewer fewer = among_fewer(question, *worst);
  const bool decided = fewer.outcome == Outcome::pass || fewer.outcome == Outcome::fail;
  if (taken_back ? decided : judged.lower.empty() && judged.upper.empty()) return;
  judged.lower = taken_back ? fewer.lower : wider(judged.lower, fewer.lower, true);
  judged.upper = taken_back ? fewer.upper : wider(judged.upper, fewer.upper, false);
  judged.margin = margin_text(judged);
  judged.widened_by = rounded(rows_per_independent_row(question, *worst), 4);
}

// Why nobody can tell whether the question's rows depend on each other; empty: it can be told, or was answered for.
static std::string untold_note(const Question& question) {
  for (std::size_t l = 0; l < question.dependence.size(); ++l) {
    const auto& measured = question.dependence[l];
    if (!measured || is_answered_for(question.requirement.leaves[l])) continue;
    if (const std::string why = untold_because(*measured); !why.empty())
      return "whether its rows depend on each other cannot be told" + why;
  }
  return {};
}

static std::string contradiction_note(const Question& question) {
  for (std::size_t l = 0; l < question.dependence.size(); ++l)
    if (const auto& measured = question.dependence[l]; measured && measured->significant_among_all)
      return "their steps of time contradict it: " + dependence_text(*measured);
  return {};
}

void hold_to_independence(Judged& judged, const Question& question) {
  if (judged.verdict != Verdict::pass && judged.verdict != Verdict::fail) return;
  if (judged.method == "census" || question.objective.clustering) return;
  if (!question.objective.independent_because.empty()) {
    judged.note = contradiction_note(question);
    judged.guarantee = std::max(judged.guarantee, Guarantee::assumed);
    return;
  }
  if (std::string note = untold_note(question); !note.empty()) {
    judged.note = std::move(note);
    judged.guarantee = std::max(judged.guarantee, Guarantee::assumed);
  }
  take_back_dependent(judged, question);
}

}  // namespace proofmark::judgement
