// Sums of weights from the facts, unknown rows placed as without weights, and the verdict worded.
//
// A row that ingest skipped, or that has no time in a window, has no weight that was read: it stands for as many events
// as the heaviest. One row without a weight leaves all open: nobody knows how heavy the heaviest is.
#include <cmath>
#include <utility>

#include "runtime/judgement/decimal.h"
#include "runtime/judgement/growth.h"
#include "runtime/judgement/number_value.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/weights.h"
#include "runtime/plan/match.h"
#include "runtime/statistics/weighted_decision.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::Outcome;
using statistics::WeightSums;

double nearest_double(const std::optional<Sum>& sum) {
  if (!sum) return std::nan("");
  return plan::match(
      *sum, [](plan::Int128 whole) { return static_cast<double>(whole); }, [](double real) { return real; });
}

double sum_of(const WeighedQuestion& asked, const plan::FactRef& ref) {
  return nearest_double(asked.question.facts.values(ref, asked.question.group).sum);
}

WeightSums recorded(const WeighedQuestion& asked) {
  const plan::ValueSummary& all = asked.question.facts.values(asked.weights.all, asked.question.group);
  WeightSums sums{sum_of(asked, asked.weights.good), sum_of(asked, asked.weights.bad),
                  sum_of(asked, asked.weights.unknown)};
  sums.heaviest = all.maximum ? nearest_double(as_sum(*all.maximum)) : std::nan("");
  return sums;
}

WeightSums placed(const WeighedQuestion& asked) {
  WeightSums sums = recorded(asked);
  const plan::UnknownAs unknown_as = asked.question.objective.unknown_as;
  if (unknown_as != plan::UnknownAs::excluded) sums.unknown += static_cast<double>(asked.raw.skipped) * sums.heaviest;
  const bool counts = unknown_as == plan::UnknownAs::good ? asked.claim.at_least : !asked.claim.at_least;
  if (unknown_as == plan::UnknownAs::good || unknown_as == plan::UnknownAs::bad)
    (counts ? sums.good : sums.bad) += std::exchange(sums.unknown, 0);
  sums.unknown += static_cast<double>(asked.raw.late) * sums.heaviest;
  return sums;
}

const std::string& weight_name(const WeighedQuestion& asked) {
  const plan::Scan& scan = asked.question.facts.plan().scans[asked.weights.all.scan];
  const auto& what = std::get<plan::CollectValues>(scan.accumulators[asked.weights.all.accumulator].what);
  return scan.fields[std::get<plan::FieldValue>(scan.values[what.value].node).field].name;
}

// Why the weights tell nothing; empty where they do.
std::string unfit_note(const WeighedQuestion& asked, const WeightSums& sums) {
  const FactView& facts = asked.question.facts;
  const std::uint64_t unfit = facts.count(asked.weights.unfit, asked.question.group);
  const std::string field = "`" + weight_name(asked) + "`";
  if (unfit == 0)
    return std::isfinite(sums.total()) && std::isfinite(sums.heaviest)
               ? ""
               : "the weights of its rows in " + field + " are no finite numbers";
  const std::uint64_t nameless = asked.raw.population - facts.values(asked.weights.all, asked.question.group).known;
  const std::uint64_t small = unfit - nameless;
  const auto of_all = [&](std::uint64_t rows, const std::string& what) {
    return grouped_digits(rows) + " of its " + grouped_digits(asked.raw.population) + " rows " +
           (rows == 1 ? "has " : "have ") + what + " in " + field;
  };
  const std::string any = "may stand for any number of events", less = "no row stands for less than itself";
  if (small == 0) return of_all(unfit, "no weight") + ", and " + any;
  if (nameless == 0) return of_all(unfit, "a weight below 1") + ", and " + less;
  return of_all(nameless, "no weight") + " and " + any + ", and " + of_all(small, "a weight below 1") + ", and " + less;
}

std::string rounded(double value, Rounding rounding) {
  const auto exact = exact_rational(value);
  return exact ? decimal(*exact, kReportedDigits, rounding) : number_text(Sum(value));
}

Rational share_bound(double value, Rounding rounding) {
  if (const auto exact = exact_rational(value))
    if (const auto parsed = Rational::parse(decimal(*exact, kReportedDigits, rounding))) return *parsed;
  return rounding == Rounding::down ? Rational(0) : Rational(1);  // too small to be held: the safe end
}

// Of the rows that somebody knows of, as without weights (Hajek's estimate).
std::optional<double> observed_share(const WeightSums& sums) {
  const double known = sums.good + sums.bad;
  return known > 0 ? std::optional<double>(sums.good / known) : std::nullopt;
}

bool observed_meets(const WeightSums& sums, const statistics::ProportionClaim& claim) {
  const std::optional<double> share = observed_share(sums);
  const double threshold = claim.threshold.nearest_double();
  return share && (claim.at_least ? *share >= threshold : *share <= threshold);
}

ShareBounds bounds_of(const WeighedQuestion& asked, const statistics::WeightedDecision& decision) {
  return kept_on_side({share_bound(decision.lower, Rounding::down), share_bound(decision.upper, Rounding::up)},
                      asked.claim, decision.outcome);
}

Outcome outcome_of(const WeighedQuestion& asked, const WeightSums& sums) {
  return statistics::decide_weighted(sums, asked.claim, asked.question.alpha).outcome;
}

void explain(Judged& judged, const WeighedQuestion& asked, const WeightSums& sums) {
  const std::uint64_t rows = judged.n;
  judged.samples_needed = smallest_growth(rows, rows, [&](std::uint64_t extra) {
    const double growth = static_cast<double>(rows + extra) / static_cast<double>(rows);
    return outcome_of(asked, statistics::grown(sums, growth)) == Outcome::pass;
  });
  WeightSums favourable = sums;
  (asked.claim.at_least ? favourable.good : favourable.bad) += std::exchange(favourable.unknown, 0);
  if (sums.unknown > 0 && outcome_of(asked, favourable) == Outcome::pass)
    judged.reason = Reason::unknown_rows;
  else
    judged.reason =
        judged.samples_needed || observed_meets(sums, asked.claim) ? Reason::too_few : Reason::threshold_too_close;
}

}  // namespace

const plan::Weights* weights_of(const plan::Requirement& requirement) {
  if (!requirement.direct_op || requirement.model) return nullptr;
  const auto& what = requirement.leaves[0].what;
  const std::optional<plan::Weights>* weights = nullptr;
  if (const auto* proportion = std::get_if<plan::Proportion>(&what)) weights = &proportion->weights;
  if (const auto* quantile = std::get_if<plan::Quantile>(&what)) weights = &quantile->weights;
  return weights != nullptr && *weights ? &**weights : nullptr;
}

Judged judge_weighed(const WeighedQuestion& asked) {
  const Question& question = asked.question;
  const WeightSums sums = placed(asked);
  const bool excluded = question.objective.unknown_as == plan::UnknownAs::excluded;
  Judged judged;
  judged.method = "weighted_clopper_pearson";
  judged.guarantee = Guarantee::asymptotic;
  judged.n = asked.raw.population + (excluded ? 0 : asked.raw.skipped) + asked.raw.late;
  judged.unknown = asked.raw.in_doubt();
  judged.verdict = Verdict::inconclusive;
  judged.note = unfit_note(asked, sums);
  if (!judged.note.empty()) {
    judged.reason = Reason::sampling;
    return judged;
  }
  const plan::ValueSummary& all = question.facts.values(asked.weights.all, question.group);
  const std::optional<double> share = observed_share(recorded(asked));
  judged.weights = WeightsTold{number_text(*all.sum), number_text(*all.maximum), rounded(sums.rows(), Rounding::down),
                               share ? rounded(*share, Rounding::half_even) : ""};
  const auto decision = statistics::decide_weighted(sums, asked.claim, question.alpha);
  judged.p_pass = decision.p_pass;
  judged.p_fail = decision.p_fail;
  const ShareBounds bounds = bounds_of(asked, decision);
  judged.lower = decimal(bounds.lower, kReportedDigits, Rounding::down);
  judged.upper = decimal(bounds.upper, kReportedDigits, Rounding::up);
  if (decision.outcome == Outcome::pass || decision.outcome == Outcome::fail)
    judged.verdict = decision.outcome == Outcome::pass ? Verdict::pass : Verdict::fail;
  else
    explain(judged, asked, sums);
  return judged;
}

bool weights_fail_at(const WeighedQuestion& asked, const Rational& level) {
  const WeightSums sums = placed(asked);
  return unfit_note(asked, sums).empty() &&
         statistics::decide_weighted(sums, asked.claim, level).outcome == Outcome::fail;
}

AmongFewer weighed_among_fewer(const WeighedQuestion& asked, double divisor) {
  const WeightSums sums = placed(asked);
  if (!unfit_note(asked, sums).empty()) return {};
  const auto decision =
      statistics::decide_weighted(statistics::grown(sums, 1 / divisor), asked.claim, asked.question.alpha);
  const ShareBounds bounds = bounds_of(asked, decision);
  return {decision.outcome, decimal(bounds.lower, kReportedDigits, Rounding::down),
          decimal(bounds.upper, kReportedDigits, Rounding::up)};
}

}  // namespace proofmark::judgement
