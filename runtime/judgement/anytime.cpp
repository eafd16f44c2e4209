// One-sided mixture e-values by binomial tails.
#include "runtime/judgement/anytime.h"

#include <algorithm>

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::Outcome;
using statistics::ProportionCounts;

constexpr double kTailError = 4e-12;  // of a difference of two tails, relative to the larger: four times what is proven
constexpr double kMargin = 1e-9;      // at the comparison with alpha
constexpr double kTiny = 1e-290;      // below it tails lose digits; as a bound from above it is enough
constexpr std::int64_t kSteps = 10'000'000'000;  // thresholds tried for a printed bound

// P(X = k) from above: the difference of neighbouring tails, of the smaller side, plus all that their errors can hide.
double point_probability(std::uint64_t k, std::uint64_t n, const Rational& t) {
  const double above = statistics::upper_tail(k, n, t), below = statistics::lower_tail(k, n, t);
  const bool use_upper = above <= below;
  const double tail = use_upper ? above : below;
  const bool last = use_upper ? k == n : k == 0;
  const double beyond = last        ? 0.0
                        : use_upper ? statistics::upper_tail(k + 1, n, t)
                                    : statistics::lower_tail(k - 1, n, t);
  return std::max(tail - beyond + kTailError * tail, kTiny);
}

double p_of(double posterior_tail, double prior_mass, std::uint64_t n, double point) {
  if (posterior_tail <= 0) return 1;
  return std::min(1.0, prior_mass * (static_cast<double>(n) + 1) * point / posterior_tail);
}

bool clearly_below(double p, const Rational& alpha) {
  return p * (1 + kMargin) <= alpha.nearest_double();
}

// The last j in [0, kSteps] for which `rejected(j)` holds, when it holds up to some j and not after; -1: none.
template <typename Rejected>
std::int64_t last_rejected(Rejected rejected) {
  std::int64_t low = -1, high = kSteps + 1;
  while (low + 1 < high) {
    const std::int64_t middle = low + (high - low) / 2;
    (rejected(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

double anytime_p_above(std::uint64_t good, std::uint64_t n, const Rational& t) {
  if (t >= Rational(1)) return 1;
  if (t.is_zero()) return good > 0 ? 0 : 1;  // one success refutes theta = 0
  const double rest = subtract(Rational(1), t)->nearest_double();
  return p_of(statistics::lower_tail(good, n + 1, t), rest, n, point_probability(good, n, t));
}

double anytime_p_below(std::uint64_t good, std::uint64_t n, const Rational& t) {
  if (t.is_zero()) return 1;
  if (t >= Rational(1)) return good < n ? 0 : 1;
  return p_of(statistics::upper_tail(good + 1, n + 1, t), t.nearest_double(), n, point_probability(good, n, t));
}

statistics::ProportionDecision decide_anytime(const ProportionCounts& counts, const statistics::ProportionClaim& claim,
                                              const Rational& alpha) {
  const double above = anytime_p_above(counts.good, counts.n, claim.threshold);
  const double below = anytime_p_below(counts.good + counts.unknown, counts.n, claim.threshold);
  statistics::ProportionDecision decision;
  decision.p_pass = claim.at_least ? above : below;
  decision.p_fail = claim.at_least ? below : above;
  if (clearly_below(decision.p_pass, alpha))
    decision.outcome = Outcome::pass;
  else if (clearly_below(decision.p_fail, alpha))
    decision.outcome = Outcome::fail;
  return decision;
}

AnytimeBounds anytime_bounds(const ProportionCounts& counts, const Rational& alpha) {
  const auto step = [](std::int64_t j) { return *Rational::make(j, kSteps); };
  const std::int64_t below = last_rejected(
      [&](std::int64_t j) { return clearly_below(anytime_p_above(counts.good, counts.n, step(j)), alpha); });
  const std::int64_t above = last_rejected([&](std::int64_t j) {
    return clearly_below(anytime_p_below(counts.good + counts.unknown, counts.n, step(kSteps - j)), alpha);
  });
  return {step(std::max<std::int64_t>(below, 0)), step(kSteps - std::max<std::int64_t>(above, 0))};
}

}  // namespace proofmark::judgement
