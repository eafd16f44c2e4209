// What must hold for any counts: more good rows never hurt, more confidence never decides more, bounds enclose
// the observed proportion, ranking and counting agree, and good and bad mirror each other.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "runtime/statistics/binomial.h"

namespace proofmark::statistics {
namespace {

struct Case {
  std::uint64_t k = 0, n = 0;
  Rational threshold, alpha;
};

// Sample sizes over eleven decades, counts mostly near the threshold (where verdicts turn), alphas with ties.
Case any_case() {
  static const std::vector<const char*> kThresholds = {"0.5",   "0.9",    "0.95", "0.99",
                                                       "0.999", "0.9999", "1/3",  "0.123456789"};
  static const std::vector<const char*> kAlphas = {"0.05", "0.01", "0.1", "1/32", "1/1024", "0.000001", "0.4999"};
  Case result;
  const int decade = *rc::gen::inRange(0, 9);
  const auto largest = static_cast<std::uint64_t>(std::pow(10.0, decade)) * 9;
  result.n = *rc::gen::inRange<std::uint64_t>(1, largest + 1);
  result.threshold = *Rational::parse(*rc::gen::elementOf(kThresholds));
  result.alpha = *Rational::parse(*rc::gen::elementOf(kAlphas));
  const double t = result.threshold.nearest_double(), rows = static_cast<double>(result.n);
  const double near = rows * t + *rc::gen::inRange(-500, 501) / 100.0 * std::sqrt(rows * t * (1 - t));
  const auto clamped = static_cast<std::uint64_t>(std::fmin(std::fmax(std::floor(near + 0.5), 0), rows));
  result.k = *rc::gen::inRange(0, 5) == 0 ? *rc::gen::inRange<std::uint64_t>(0, result.n + 1) : clamped;
  return result;
}

Outcome outcome(std::uint64_t k, std::uint64_t n, bool is_at_least, const Rational& t, const Rational& alpha) {
  return decide_proportion({k, 0, n}, {is_at_least, t}, alpha).outcome;
}

int worth(Outcome value) {
  return value == Outcome::pass ? 2 : value == Outcome::fail ? 0 : 1;
}

RC_GTEST_PROP(Decision, OneMoreGoodRowNeverMakesItWorse, ()) {
  const Case c = any_case();
  RC_PRE(c.k < c.n);
  const auto before = outcome(c.k, c.n, true, c.threshold, c.alpha),
             after = outcome(c.k + 1, c.n, true, c.threshold, c.alpha);
  RC_ASSERT(worth(after) >= worth(before));
}

RC_GTEST_PROP(Decision, MoreConfidenceNeverDecidesWhatLessLeftOpen, ()) {
  const Case c = any_case();
  const Rational stricter = *divide(c.alpha, Rational(*rc::gen::inRange(2, 1000)));
  if (outcome(c.k, c.n, true, c.threshold, c.alpha) == Outcome::inconclusive)
    RC_ASSERT(outcome(c.k, c.n, true, c.threshold, stricter) == Outcome::inconclusive);
}

RC_GTEST_PROP(Decision, KnowingARowNeverUndoesAVerdict, ()) {
  const Case c = any_case();
  const auto unknown = *rc::gen::inRange<std::uint64_t>(0, c.n - c.k + 1);
  const auto open = decide_proportion({c.k, unknown, c.n}, {true, c.threshold}, c.alpha).outcome;
  if (open == Outcome::pass) RC_ASSERT(outcome(c.k, c.n, true, c.threshold, c.alpha) == Outcome::pass);
  if (open == Outcome::fail) RC_ASSERT(outcome(c.k + unknown, c.n, true, c.threshold, c.alpha) == Outcome::fail);
}

RC_GTEST_PROP(Decision, SwappingGoodAndBadMirrorsTheVerdict, ()) {
  const Case c = any_case();
  const Rational opposite = *subtract(Rational(1), c.threshold);
  const auto here = decide_proportion({c.k, 0, c.n}, {true, c.threshold}, c.alpha);
  const auto there = decide_proportion({c.n - c.k, 0, c.n}, {false, opposite}, c.alpha);
  RC_ASSERT(here.outcome == there.outcome);
  RC_ASSERT(here.p_pass == there.p_pass);
  RC_ASSERT(here.p_fail == there.p_fail);
  const auto bounds = report_bounds({c.k, 0, c.n}, {true, c.threshold}, c.alpha, here.outcome);
  const auto mirror = report_bounds({c.n - c.k, 0, c.n}, {false, opposite}, c.alpha, there.outcome);
  RC_ASSERT(*Rational::parse(bounds.lower) == *subtract(Rational(1), *Rational::parse(mirror.upper)));
  RC_ASSERT(*Rational::parse(bounds.upper) == *subtract(Rational(1), *Rational::parse(mirror.lower)));
}

RC_GTEST_PROP(Bounds, EncloseTheObservedProportion, ()) {
  const Case c = any_case();
  const Interval interval = clopper_pearson(c.k, 0, c.n, c.alpha);
  const double observed = static_cast<double>(c.k) / static_cast<double>(c.n);
  RC_ASSERT(interval.lower <= observed);
  RC_ASSERT(observed <= interval.upper);
}

// A printed lower bound is a valid one and would not be with one unit more in its last digit.
RC_GTEST_PROP(Bounds, AreTheLastValidDecimals, ()) {
  const Case c = any_case();
  const auto bounds =
      report_bounds({c.k, 0, c.n}, {true, c.threshold}, c.alpha, Outcome::borderline);  // no threshold to show
  const auto neighbour = [](const std::string& text, int units) {                       // "0.ddd", its last digit moved
    plan::Int128 scale = 1;
    for (std::size_t place = 2; place < text.size(); ++place) scale *= 10;
    return *Rational::make(*plan::parse_int128(text.substr(2)) + units, scale);
  };
  const auto holds = [](Against order) { return order == Against::below || order == Against::equal; };
  if (c.k > 0) {
    const Rational lower = *Rational::parse(bounds.lower);
    RC_ASSERT(holds(compare_upper_tail(c.k, c.n, lower, c.alpha)));
    RC_ASSERT(!holds(compare_upper_tail(c.k, c.n, neighbour(bounds.lower, 1), c.alpha)));
  }
  if (c.k < c.n) {
    const Rational upper = *Rational::parse(bounds.upper);
    RC_ASSERT(holds(compare_lower_tail(c.k, c.n, upper, c.alpha)));
    RC_ASSERT(!holds(compare_lower_tail(c.k, c.n, neighbour(bounds.upper, -1), c.alpha)));
  }
}

// The double is a rational like any other: outward, and not by more than 1e-12 of the nearer end.
RC_GTEST_PROP(Bounds, AsDoublesAreOutwardAndTight, ()) {
  const Case c = any_case();
  const auto exact = [](double value) {
    return *Rational::make(static_cast<plan::Int128>(value * 0x1p120), plan::Int128(1) << 120);
  };
  const auto inward = [&](double bound, double direction) {
    const double near = std::fmin(bound, 1 - bound);
    return exact(bound + direction * (1e-12 * near + 0x1p-52 * bound));
  };
  const Interval interval = clopper_pearson(c.k, 0, c.n, c.alpha);
  if (c.k > 0) {
    RC_ASSERT(compare_upper_tail(c.k, c.n, exact(interval.lower), c.alpha) == Against::below);
    RC_ASSERT(compare_upper_tail(c.k, c.n, inward(interval.lower, 1), c.alpha) == Against::above);
  }
  if (c.k < c.n) {
    RC_ASSERT(compare_lower_tail(c.k, c.n, exact(interval.upper), c.alpha) == Against::below);
    RC_ASSERT(compare_lower_tail(c.k, c.n, inward(interval.upper, -1), c.alpha) == Against::above);
  }
}

// With b rows <= t: q_p <= t passes by counting iff X_(upper rank) <= t iff b >= upper rank; it fails iff
// X_(strict lower rank) > t iff b < strict lower rank. Ties included.
RC_GTEST_PROP(Ranks, AndCountingAgree, ()) {
  const Case c = any_case();
  const auto verdict = outcome(c.k, c.n, true, c.threshold, c.alpha);
  RC_ASSERT((verdict == Outcome::pass) == (c.k >= upper_rank(c.n, c.threshold, c.alpha, false)));
  RC_ASSERT((verdict == Outcome::fail) == (c.k < lower_rank(c.n, c.threshold, c.alpha, true)));
}

RC_GTEST_PROP(Ranks, StrictnessMovesARankByATieAtMost, ()) {
  const Case c = any_case();
  const auto upper = upper_rank(c.n, c.threshold, c.alpha, false), strict = upper_rank(c.n, c.threshold, c.alpha, true);
  RC_ASSERT(strict == upper ||
            (strict == upper + 1 && compare_upper_tail(upper, c.n, c.threshold, c.alpha) == Against::equal));
}

RC_GTEST_PROP(FurtherRows, SufficeAtTheObservedProportionAndOneLessDoesNot, ()) {
  const Case c = any_case();
  const auto further = further_rows_to_pass({c.k, 0, c.n}, {true, c.threshold}, c.alpha);
  RC_CLASSIFY(further.has_value());
  if (!further || *further == 0) return;
  const auto at = [&](std::uint64_t rows) {
    const auto bad = static_cast<std::uint64_t>((plan::UInt128(c.n - c.k) * rows + c.n - 1) / c.n);
    return outcome(rows - bad, rows, true, c.threshold, c.alpha);
  };
  RC_ASSERT(at(c.n + *further) == Outcome::pass);
  RC_ASSERT(at(c.n + *further - 1) != Outcome::pass);
}

}  // namespace
}  // namespace proofmark::statistics
