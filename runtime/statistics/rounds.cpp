#include "runtime/statistics/rounds.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/monotone_search.h"

namespace proofmark::statistics {
namespace {

constexpr double kSlack = 1e-6;  // far more than the tails' error, which the difference of two enlarges

Chance chance_of(const Rational& p) {
  return {p.nearest_double(), subtract(Rational(1), p)->nearest_double()};
}
Chance opposite(const Chance& chance) {
  return {chance.q, chance.p};
}

// E max(a - B, 0), 1 <= a <= n.
double expected_shortfall(std::uint64_t a, std::uint64_t n, const Chance& chance) {
  const double below = static_cast<double>(a) * binomial_lower(a - 1, n, chance);
  if (a < 2) return below;
  return below - static_cast<double>(n) * chance.p * binomial_lower(a - 2, n - 1, chance);
}

// The bound of P(S <= s) for a mean s of several rounds. The least ratio is where the slope, P(B <= a), reaches it.
double hinge_bound(double s, std::uint64_t n, const Chance& chance) {
  const auto count = static_cast<double>(n);
  if (chance.p <= 0 || !(s < count * chance.p)) return 1;
  const auto first = static_cast<std::uint64_t>(std::floor(s)) + 1;
  const double spread = std::sqrt(count * chance.p * chance.q);
  const double guess = std::clamp(s + spread * spread / std::max(count * chance.p - s, spread), 1.0, count);
  const std::uint64_t a =
      first_where<std::uint64_t>(first, n, static_cast<std::uint64_t>(guess), [&](std::uint64_t at) {
        return binomial_lower(at, n, chance) * (static_cast<double>(at) - s) >= expected_shortfall(at, n, chance);
      });
  const double bound = expected_shortfall(a, n, chance) / (static_cast<double>(a) - s);
  return std::clamp(bound * (1 + kSlack), 0.0, 1.0);
}

double lower_tail_at(std::uint64_t count, const Rounds& rounds, const Chance& chance) {
  PROOFMARK_CHECK(rounds.independent >= 1 && count <= rounds.trials());
  if (rounds.rounds == 1) return binomial_lower(count, rounds.independent, chance);
  return hinge_bound(static_cast<double>(count) / static_cast<double>(rounds.rounds), rounds.independent, chance);
}
double upper_tail_at(std::uint64_t count, const Rounds& rounds, const Chance& chance) {
  return lower_tail_at(rounds.trials() - count, rounds, opposite(chance));
}

// What a pass counts: bad trials, whose share has to be at most `most`.
struct Bad {
  std::uint64_t for_pass = 0, for_fail = 0;
  Rational most;
};
Bad bad_of(const ProportionCounts& counts, const ProportionClaim& claim) {
  if (!claim.at_least) return {counts.good + counts.unknown, counts.good, claim.threshold};
  const std::uint64_t bad = counts.n - counts.good - counts.unknown;
  return {bad + counts.unknown, bad, *subtract(Rational(1), claim.threshold)};
}

bool reaches(double tail, double level, bool strict) {
  return strict ? tail < level : tail <= level;
}

// The least p in [0, 1] at which `holds`, which is monotone; half a unit of 2^-48 too high at most.
template <typename Holds>
double least_where(Holds holds) {
  double low = 0, high = 1;
  for (int step = 0; step < 48; ++step) {
    const double middle = low + (high - low) / 2;
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

double rounds_lower_tail(std::uint64_t count, const Rounds& rounds, const Rational& p) {
  return lower_tail_at(count, rounds, chance_of(p));
}
double rounds_upper_tail(std::uint64_t count, const Rounds& rounds, const Rational& p) {
  return upper_tail_at(count, rounds, chance_of(p));
}

ProportionDecision decide_rounds(const ProportionCounts& counts, const Rounds& rounds, const ProportionClaim& claim,
                                 const Rational& alpha) {
  PROOFMARK_CHECK(counts.n == rounds.trials());
  if (rounds.rounds == 1) return decide_proportion(counts, claim, alpha);
  const Bad bad = bad_of(counts, claim);
  ProportionDecision decision{Outcome::inconclusive, rounds_lower_tail(bad.for_pass, rounds, bad.most),
                              rounds_upper_tail(bad.for_fail, rounds, bad.most)};
  const double level = alpha.nearest_double();
  if (decision.p_pass <= level) decision.outcome = Outcome::pass;
  if (decision.p_fail < level) decision.outcome = Outcome::fail;
  return decision;
}

Interval rounds_interval(const ProportionCounts& counts, const Rounds& rounds, const Rational& alpha) {
  if (rounds.rounds == 1) return clopper_pearson(counts.good, counts.unknown, counts.n, alpha);
  const double level = alpha.nearest_double();
  const std::uint64_t most = counts.good + counts.unknown;
  constexpr double kStep = 0x1p-47;  // outward, past what bisection and the slack leave open
  Interval interval;
  if (counts.good > 0)
    interval.lower = std::max(
        0.0, least_where([&](double p) { return upper_tail_at(counts.good, rounds, {p, 1 - p}) > level; }) - kStep);
  if (most < counts.n)
    interval.upper =
        std::min(1.0, least_where([&](double p) { return lower_tail_at(most, rounds, {p, 1 - p}) <= level; }) + kStep);
  return interval;
}

std::uint64_t rounds_lower_rank(const Rounds& rounds, const Rational& p, const Rational& alpha, bool strict) {
  if (rounds.rounds == 1) return lower_rank(rounds.independent, p, alpha, strict);
  const Chance chance = chance_of(p);
  const double level = alpha.nearest_double(), all = static_cast<double>(rounds.trials());
  // The first count that is too likely, and the rank is that: rank - 1 counts are not.
  return first_where<std::uint64_t>(
      0, rounds.trials(), static_cast<std::uint64_t>(all * chance.p),
      [&](std::uint64_t count) { return !reaches(lower_tail_at(count, rounds, chance), level, strict); });
}

std::uint64_t rounds_upper_rank(const Rounds& rounds, const Rational& p, const Rational& alpha, bool strict) {
  if (rounds.rounds == 1) return upper_rank(rounds.independent, p, alpha, strict);
  const Chance chance = chance_of(p);
  const double level = alpha.nearest_double(), all = static_cast<double>(rounds.trials());
  return first_where<std::uint64_t>(
      1, rounds.trials() + 1, static_cast<std::uint64_t>(all * chance.p),
      [&](std::uint64_t count) { return reaches(upper_tail_at(count, rounds, chance), level, strict); });
}

std::optional<std::uint64_t> independent_to_pass(const ProportionCounts& counts, const Rounds& rounds,
                                                 const ProportionClaim& claim, const Rational& alpha) {
  constexpr std::uint64_t kMost = 1'000'000'000'000;
  const Bad bad = bad_of(counts, claim);
  const Chance chance = chance_of(bad.most);
  const double share = static_cast<double>(bad.for_pass) / static_cast<double>(counts.n);
  const double level = alpha.nearest_double();
  const auto passes = [&](std::uint64_t n) { return hinge_bound(share * static_cast<double>(n), n, chance) <= level; };
  if (!(share < chance.p) || !passes(kMost)) return std::nullopt;
  return first_where<std::uint64_t>(rounds.independent, kMost, 2 * rounds.independent, passes);
}

}  // namespace proofmark::statistics
