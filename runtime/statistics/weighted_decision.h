// Deciding a proportion of events of which a sampler kept some, as they went: each row that was kept says for how many
// events it stands, 1 over the probability that it was kept.
//
// With W the sum of the weights, B that of the rows against the claim and w the greatest weight, the exact binomial
// tail is taken at W / w trials of which B / w are bad. Each kept row then counts for no more than one trial, and the
// heaviest for one. It is asymptotic: the estimated variance of the ratio B / W (Hajek 1971), the sum of w_i^2
// (y_i - p)^2 over W^2, is at most w p (1 - p) / W, so that the design effect which Korn & Graubard (1998) would
// measure is never larger than this one, up to n / (n - 1); and where no bad row was kept, of classes that are kept
// with probability 1 / w or more none has a chance above (1 - p)^(W / w) to hide a share p. Kish's effective number
// (sum w)^2 / (sum w^2) promises neither: events of a heavy class fail unseen. docs/decisions/0025 has the figures.
// Nothing bounds a class of which no row was kept, and which would have been heavier than all others.
#pragma once

#include "runtime/statistics/binomial.h"

namespace proofmark::statistics {

// Sums of weights: of rows that meet the condition, of those that do not, and of those of which that is not known.
struct WeightSums {
  double good = 0, bad = 0, unknown = 0;
  double heaviest = 1;  // of all rows; at least 1, as every weight is

  double total() const { return good + bad + unknown; }
  double rows() const { return total() / heaviest; }  // in effect
};

struct WeightedDecision {
  Outcome outcome = Outcome::inconclusive;
  double p_pass = 1, p_fail = 1;
  double lower = 0, upper = 1;  // of the good ones' share, one-sided each, rounded outward; relative error 1e-9
};

// Unknown rows count against either verdict. Each sum may be off by 1e-12 of itself.
WeightedDecision decide_weighted(const WeightSums& sums, const ProportionClaim& claim, const Rational& alpha);

// The same sums of `growth` times as many rows, each as heavy as before.
WeightSums grown(const WeightSums& sums, double growth);

}  // namespace proofmark::statistics
