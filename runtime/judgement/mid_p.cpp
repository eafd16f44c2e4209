// Both tails of a count and its neighbour are exact to 1e-12; their half sums are compared with alpha beyond kError.
#include "runtime/judgement/mid_p.h"

#include "runtime/judgement/decimal.h"
#include "runtime/statistics/proportion_intervals.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::Outcome;
using statistics::ProportionClaim;
using statistics::ProportionCounts;

constexpr double kError = 1e-11;

double many(std::uint64_t k, std::uint64_t n, const Rational& p) {
  const double more = k == n ? 0 : statistics::upper_tail(k + 1, n, p);
  return (statistics::upper_tail(k, n, p) + more) / 2;
}

double few(std::uint64_t k, std::uint64_t n, const Rational& p) {
  const double fewer = k == 0 ? 0 : statistics::lower_tail(k - 1, n, p);
  return (statistics::lower_tail(k, n, p) + fewer) / 2;
}

Rational placed(double value, Rounding rounding) {
  const double slack = rounding == Rounding::down ? 1 - kError : 1 + kError;
  const auto exact = exact_rational(value * slack);
  const auto shown = exact ? Rational::parse(decimal(*exact, kReportedDigits, rounding)) : std::nullopt;
  const Rational end(rounding == Rounding::down ? 0 : 1);
  return shown && *shown <= Rational(1) ? *shown : end;
}

}  // namespace

statistics::ProportionDecision decide_mid_p(const ProportionCounts& counts, const ProportionClaim& claim,
                                            const Rational& level) {
  const std::uint64_t least = counts.good, most = counts.good + counts.unknown;
  statistics::ProportionDecision decision;
  decision.p_pass = claim.at_least ? many(least, counts.n, claim.threshold) : few(most, counts.n, claim.threshold);
  decision.p_fail = claim.at_least ? few(most, counts.n, claim.threshold) : many(least, counts.n, claim.threshold);
  const double alpha = level.nearest_double();
  if (decision.p_pass * (1 + kError) <= alpha)
    decision.outcome = Outcome::pass;
  else if (decision.p_fail * (1 + kError) < alpha)
    decision.outcome = Outcome::fail;
  else if (decision.p_pass * (1 - kError) <= alpha || decision.p_fail * (1 - kError) < alpha)
    decision.outcome = Outcome::borderline;
  return decision;
}

ShareBounds mid_p_bounds(const ProportionCounts& counts, const Rational& level) {
  const statistics::TailLevel tail{level.nearest_double(), subtract(Rational(1), level)->nearest_double()};
  const double lower = statistics::mid_p({counts.good, counts.n}, tail).lower;
  const double upper = statistics::mid_p({counts.good + counts.unknown, counts.n}, tail).upper;
  return {placed(lower, Rounding::down), placed(upper, Rounding::up)};
}

}  // namespace proofmark::judgement
