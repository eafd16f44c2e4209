// A share of rows that come in clusters, against a constant: the test of runtime/statistics/clustered_decision.h,
// worded.
//
// The sums of the engine speak of the rows that it could read; rows that ingest skipped are one more cluster, unknown
// as a whole. `unknown counts as` places unknown rows as it does without clusters.
#include <algorithm>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/growth.h"
#include "runtime/judgement/quantity.h"
#include "runtime/statistics/clustered_decision.h"

namespace proofmark::judgement {
namespace {

using plan::ClusterSums;
using plan::Rational;
using statistics::Outcome;

ClusterSums with_unplaced(ClusterSums sums, std::uint64_t rows, bool in_part) {
  if (rows == 0) return sums;
  const plan::Int128 square = plan::Int128(rows) * rows;
  sums.clusters += 1;
  sums.rows += rows;
  sums.largest = std::max(sums.largest, rows);
  sums.rows_rows += square;
  if (in_part) {
    sums.part += rows;
    sums.with_part += 1;
    sums.rows_part += square;
    sums.part_part += square;
  } else {
    sums.with_rest += 1;
  }
  return sums;
}

struct Placed {
  ClusterSums certain, possible;
};

Placed placed(const ClusteredQuestion& asked) {
  const Question& question = asked.question;
  const ClusterSums& certain = question.facts.clusters(asked.clusters.certain, question.group);
  const ClusterSums& possible = question.facts.clusters(asked.clusters.possible, question.group);
  const plan::UnknownAs unknown_as = question.objective.unknown_as;
  const bool excluded = unknown_as == plan::UnknownAs::excluded;
  const std::uint64_t skipped = excluded ? 0 : asked.skipped;
  const ClusterSums low = with_unplaced(certain, skipped, false),
                    high = with_unplaced(excluded ? certain : possible, skipped, true);
  const bool counts = unknown_as == plan::UnknownAs::good ? asked.claim.at_least : !asked.claim.at_least;
  const bool placed = unknown_as == plan::UnknownAs::good || unknown_as == plan::UnknownAs::bad;
  // A cluster of events that may not have happened makes no tenth of nine, of which nothing is decided.
  const std::uint64_t late = low.clusters < statistics::kFewestClusters ? 0 : asked.late;
  return {with_unplaced(placed && counts ? high : low, late, false),
          with_unplaced(placed && !counts ? low : high, late, true)};
}

statistics::ClusteredClaim claim_at(const ClusteredQuestion& asked, const Rational& alpha) {
  return {asked.claim, alpha, asked.question.objective.clustering->design_effect};
}

std::string cluster_words(const plan::Clustering& clustering) {
  if (!clustering.field.empty()) return "clusters by `" + clustering.field + "`";
  return "blocks of " + measured_quantity(std::to_string(clustering.block_ns), Rounding::half_even, Rational(-1),
                                          {plan::Unit::duration, false}, 3);
}

void explain(Judged& judged, const ClusteredQuestion& asked, const Placed& sums,
             const statistics::ClusteredDecision& decision) {
  const statistics::ClusteredClaim claim = claim_at(asked, asked.question.alpha);
  if (decision.counts_clusters) {
    const ClusterSums& against = asked.claim.at_least ? sums.certain : sums.possible;
    const std::uint64_t failing = asked.claim.at_least ? against.with_rest : against.with_part;
    judged.reason = Reason::dependent;
    if (against.clusters < statistics::kFewestClusters) {
      judged.note = "rows of one cluster are alike, and fewer than ten clusters (here " +
                    grouped_digits(against.clusters) + ") tell nothing of others";
      return;
    }
    judged.note = "rows of one cluster are alike, and " + grouped_digits(failing) + " of " +
                  grouped_digits(against.clusters) + " " + cluster_words(*asked.question.objective.clustering) +
                  (failing == 1 ? " speaks" : " speak") + " against it, which is too few to measure how much";
    return;
  }
  if (decision.held_back) {
    judged.reason = Reason::dependent;
    judged.note = "with nine of its " + grouped_digits(sums.certain.clusters) + " " +
                  cluster_words(*asked.question.objective.clustering) +
                  " speaking against it they would be too few, or the largest too large, to tell; that more of them "
                  "do is no reason for a pass; declare a `design effect`";
    return;
  }
  const std::uint64_t rows = sums.certain.rows;
  judged.samples_needed = smallest_growth(rows, rows, [&](std::uint64_t extra) {
    return statistics::passes_grown(sums.certain, sums.possible, claim,
                                    static_cast<double>(rows + extra) / static_cast<double>(rows));
  });
  judged.reason = judged.samples_needed ? Reason::too_few : Reason::threshold_too_close;
}

Rational rounded(double value, Rounding rounding) {
  const auto exact = exact_rational(value);
  if (exact)
    if (const auto parsed = Rational::parse(decimal(*exact, kReportedDigits, rounding))) return *parsed;
  return rounding == Rounding::down ? Rational(0) : Rational(1);  // too small to be held: the safe end
}

}  // namespace

Judged judge_clusters(const ClusteredQuestion& asked) {
  const Placed sums = placed(asked);
  const auto decision = statistics::decide_clusters(sums.certain, sums.possible, claim_at(asked, asked.question.alpha));
  Judged judged;
  judged.method = decision.counts_clusters ? "cluster_count" : "korn_graubard";
  judged.guarantee = decision.counts_clusters                                       ? Guarantee::finite_sample
                     : asked.question.objective.clustering->design_effect.is_zero() ? Guarantee::asymptotic
                                                                                    : Guarantee::assumed;
  judged.n = sums.certain.rows;
  judged.clusters = sums.certain.clusters;
  if (!decision.counts_clusters)
    judged.design_effect = decimal(*exact_rational(decision.divisor), 4, Rounding::half_even);
  judged.p_pass = decision.p_pass;
  judged.p_fail = decision.p_fail;
  judged.verdict = decision.outcome == Outcome::pass   ? Verdict::pass
                   : decision.outcome == Outcome::fail ? Verdict::fail
                                                       : Verdict::inconclusive;
  const ShareBounds bounds = kept_on_side(
      {rounded(decision.lower, Rounding::down), rounded(decision.upper, Rounding::up)}, asked.claim, decision.outcome);
  judged.lower = decimal(bounds.lower, kReportedDigits, Rounding::down);
  judged.upper = decimal(bounds.upper, kReportedDigits, Rounding::up);
  if (judged.verdict == Verdict::inconclusive) explain(judged, asked, sums, decision);
  return judged;
}

bool clusters_fail_at(const ClusteredQuestion& asked, const Rational& level) {
  const Placed sums = placed(asked);
  return statistics::decide_clusters(sums.certain, sums.possible, claim_at(asked, level)).outcome == Outcome::fail;
}

}  // namespace proofmark::judgement
