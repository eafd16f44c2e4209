// Deciding and bounding a proportion, exactly (Clopper & Pearson 1934), and the order-statistic ranks that
// decide and bound a quantile.
//
// In: integer counts and exact rationals. Out: verdicts settled on the tail probability, bounds as decimal
// strings that can never contradict the verdict. The same bits on every processor and compiler: elementary
// functions come from SLEEF's deterministic variants, the incomplete beta function is our own
// (special_functions.h), and a tail within its proven error of alpha is settled with 256-bit MPFR.
// Assumption of every method here: the rows are independent, n was fixed in advance, and the estimand is
// the average success probability of the rows (Hoeffding 1956: identity is not needed).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/plan/number.h"

namespace proofmark::statistics {

using plan::Rational;

// Every function takes at most this many rows (smallest_n_to_pass answers up to 1e18); more breaks an invariant.
inline constexpr std::uint64_t kMaximumRows = 10'000'000'000'000;

// How P(X <= k) or P(X >= k), X ~ Bin(n, p), lies to a level.
enum class Against : std::uint8_t { below, equal, above, unsettled };

// Exact comparison of a binomial tail with `level` (0 < level < 1). p in [0,1], k <= n.
// Double arithmetic with a proven error decides what is ten such errors away; MPFR settles what is closer
// (directed rounding, 256 bits); `unsettled` only when even that cannot separate them. Exact rational ties such as
// (1/2)^5 = 1/32 are recognised: any with n up to some thousands, and P = 1/2 of the fair coin with any n.
Against compare_lower_tail(std::uint64_t k, std::uint64_t n, const Rational& p, const Rational& level);  // P(X <= k)
Against compare_upper_tail(std::uint64_t k, std::uint64_t n, const Rational& p, const Rational& level);  // P(X >= k)

// The tails as doubles, relative error <= 1e-12 (measured: 7e-14 above 1e-20, 3e-13 above 1e-290); 0 and 1 are exact.
double lower_tail(std::uint64_t k, std::uint64_t n, const Rational& p);
double upper_tail(std::uint64_t k, std::uint64_t n, const Rational& p);

// What is claimed of a success probability theta: theta >= threshold, or theta <= threshold. Strict and
// non-strict claims have the same tests (the boundary has the same supremum).
struct ProportionClaim {
  bool at_least = true;
  Rational threshold;
};

enum class Outcome : std::uint8_t { pass, fail, inconclusive, borderline };

// Counts of one population. A row unknown to the condition counts against a pass and against a fail:
// pass is decided with `good`, `unknown` counted as bad (for at_least claims; as good for at_most claims);
// fail with the opposite.
struct ProportionCounts {
  std::uint64_t good = 0;     // rows known to meet the condition
  std::uint64_t unknown = 0;  // rows of the population whose condition is unknown
  std::uint64_t n = 0;        // rows of the population, unknown ones included
};

struct ProportionDecision {
  Outcome outcome = Outcome::inconclusive;
  double p_pass = 1;  // sup over the false null of P(data at least this good)
  double p_fail = 1;
};

// pass iff p_pass <= alpha, fail iff p_fail < alpha (ties go to neither fail). n == 0 is inconclusive: the caller
// says no_data. threshold outside [0,1] breaks an invariant.
ProportionDecision decide_proportion(const ProportionCounts& counts, const ProportionClaim& claim,
                                     const Rational& alpha);

// One-sided level-(1-alpha) bounds as decimal strings, at least 10 significant digits, rounded outward, with more
// digits where fewer would contradict the outcome (pass at_least: lower >= threshold; fail: upper < threshold;
// inconclusive: lower < threshold <= upper; mirrored for at_most). `lower` uses good, `upper` good + unknown.
// A threshold that proves the claim and is nearer than the digits show is printed itself, "1/3" as the fraction.
// At most 36 places: alpha >= 1e-20. A claim of >= 0 (<= 1) is inconclusive without a good (bad) row.
struct ReportedBounds {
  std::string lower;  // "0" when k = 0
  std::string upper;  // "1" when k = n
};
ReportedBounds report_bounds(const ProportionCounts& counts, const ProportionClaim& claim, const Rational& alpha,
                             Outcome outcome);

// The same bounds without a claim, as doubles rounded outward (relative error <= 1e-12); level alpha each side.
struct Interval {
  double lower = 0;
  double upper = 1;
};
Interval clopper_pearson(std::uint64_t good, std::uint64_t unknown, std::uint64_t n, const Rational& alpha);

// Further rows m that would let the claim pass if they came at the observed proportion: n + m rows, of which the bad
// ones (at_least: bad or unknown; at_most: good or unknown) are bad * (n + m) / n rounded up, pass, and n + m - 1 such
// rows do not. 0 when the claim passes already; nothing when the observed proportion does not meet the claim (or is
// exactly the threshold), when n is 0, or when more than 1e12 rows (kMaximumRows in all) would be needed. Found by
// bisection over the bad rows: because counts are whole, a somewhat smaller number of rows can happen to pass as well.
std::optional<std::uint64_t> further_rows_to_pass(const ProportionCounts& counts, const ProportionClaim& claim,
                                                  const Rational& alpha);

// Smallest n that can pass with `bad` bad rows (at_least: not good; at_most: good). With none it is the success run
// ceil(ln alpha / ln t), searched up to 1e18; with some, up to kMaximumRows. threshold in (0,1); nothing when no such n
// does.
std::optional<std::uint64_t> smallest_n_to_pass(const ProportionClaim& claim, const Rational& alpha,
                                                std::uint64_t bad = 0);

// Ranks (1-based, in ascending order) of the order statistics that bound the p-quantile of n rows, one-sided each:
// lower = max{l : P(B <= l-1) <= alpha}, upper = min{u : P(B >= u) <= alpha}, B ~ Bin(n,p); with `strict`, < replaces
// <= (the side on which a fail is decided). 0 and n+1 mean that no such bound exists.
std::uint64_t lower_rank(std::uint64_t n, const Rational& p, const Rational& alpha, bool strict);
std::uint64_t upper_rank(std::uint64_t n, const Rational& p, const Rational& alpha, bool strict);
// Nearest rank: ceil(p n), at least 1. n >= 1.
std::uint64_t nearest_rank(std::uint64_t n, const Rational& p);

}  // namespace proofmark::statistics
