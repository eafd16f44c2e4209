// A claim on a share of events of which rows were kept as they went: decided by the weights of the rows
// (runtime/statistics/weighted_decision.h).
#pragma once

#include "runtime/judgement/among_fewer.h"
#include "runtime/judgement/counts.h"

namespace proofmark::judgement {

// Of a requirement that weights decide; else null.
const plan::Weights* weights_of(const plan::Requirement& requirement);

struct WeighedQuestion {
  const Question& question;
  const plan::Weights& weights;
  statistics::ProportionClaim claim;
  RawCounts raw;
};
Judged judge_weighed(const WeighedQuestion& asked);
bool weights_fail_at(const WeighedQuestion& asked, const plan::Rational& level);
// Were only one row in `divisor` independent.
AmongFewer weighed_among_fewer(const WeighedQuestion& asked, double divisor);

}  // namespace proofmark::judgement
