#include "runtime/outlook/rough.h"

#include <algorithm>
#include <cmath>

#include "runtime/judgement/weigh_two_shares.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/contrast.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/means.h"
#include "runtime/statistics/monotone_search.h"

namespace proofmark::outlook {
namespace {

using statistics::Outcome;

constexpr double kFarthest = 8;  // deviations; Phi is 0 or 1 beyond for every purpose of a plan

struct Sizes {
  std::uint64_t first = 1, second = 1;
};

Sizes sizes_of(std::uint64_t rows, double first_part) {
  const auto first = static_cast<std::uint64_t>(std::llround(static_cast<double>(rows) * first_part));
  const std::uint64_t one = std::clamp<std::uint64_t>(first, 1, std::max<std::uint64_t>(rows, 2) - 1);
  return {one, std::max<std::uint64_t>(rows, 2) - one};
}

statistics::ProportionCounts counts_of(double share, std::uint64_t n) {
  const double good = std::clamp(share, 0.0, 1.0) * static_cast<double>(n);
  return {std::min<std::uint64_t>(n, static_cast<std::uint64_t>(std::llround(good))), 0, n};
}

// Shares as they come out when what is compared lies `z` deviations above its truth: each arm moves by its part of the
// variance (the point of that value which is most likely).
judgement::Arms observed(const TwoSharesTest& test, const TwoSharesTruth& truth, std::uint64_t rows, double z) {
  const Sizes n = sizes_of(rows, test.first_part);
  const double v1 = truth.first * (1 - truth.first) / static_cast<double>(n.first);
  const double v2 = truth.second * (1 - truth.second) / static_cast<double>(n.second);
  const bool ratio = test.kind == plan::TwoSharesKind::odds_ratio;
  const double g1 = ratio ? 1 / (truth.first * (1 - truth.first)) : 1;
  const double g2 = ratio ? 1 / (truth.second * (1 - truth.second)) : 1;
  const double deviation = std::sqrt(g1 * g1 * v1 + g2 * g2 * v2);
  const double step = deviation > 0 ? z / deviation : 0;
  return {counts_of(truth.first + step * g1 * v1, n.first), counts_of(truth.second - step * g2 * v2, n.second)};
}

Outcome by_intervals(const TwoSharesTest& test, const judgement::Arms& arms) {
  const Rational part = *divide(test.alpha, Rational(2));
  const auto one = statistics::clopper_pearson(arms.first.good, 0, arms.first.n, part);
  const auto two = statistics::clopper_pearson(arms.second.good, 0, arms.second.n, part);
  const double lower = one.lower - two.upper, upper = one.upper - two.lower, t = test.threshold.nearest_double();
  if (test.at_least ? lower >= t : upper <= t) return Outcome::pass;
  return (test.at_least ? upper < t : lower > t) ? Outcome::fail : Outcome::inconclusive;
}

Outcome outcome(const TwoSharesTest& test, const judgement::Arms& arms) {
  if (test.by_intervals) return by_intervals(test, arms);
  const judgement::SharesClaim claim{test.kind, test.at_least, test.threshold};
  return judgement::outcome_of(judgement::weigh_tails(claim, {arms}), test.alpha);
}

Reaches reaching(const TwoSharesTest& test, const TwoSharesTruth& truth, Outcome wanted) {
  const double towards = (test.at_least ? -1 : 1) * (wanted == Outcome::pass ? 1 : -1);
  return
      [=](std::uint64_t rows, double z) { return outcome(test, observed(test, truth, rows, towards * z)) == wanted; };
}

// The greatest gap of two samples lies above its truth by less than this with probability Phi(z) (Smirnov's limit; for
// distributions that are apart it is smaller). Over pairs the deviation is that of the rank sum.
double noise(const ContrastTest& test, const Sizes& n, double z) {
  const double rows = 1 / static_cast<double>(n.first) + 1 / static_cast<double>(n.second);
  if (test.kind == plan::ContrastKind::probability_worse) return z * std::sqrt(rows / 12);
  const double miss = statistics::normal_upper(z) / (test.kind == plan::ContrastKind::worse_by ? 1 : 2);
  return std::sqrt(std::max(0.0, -statistics::log_of(miss)) / 2 * rows);
}

statistics::ContrastBounds bounds(const ContrastTest& test, const Sizes& n, double estimate) {
  plan::ContrastSums sums;
  sums.first = n.first;
  sums.second = n.second;
  const double pairs = static_cast<double>(n.first) * static_cast<double>(n.second);
  const auto scaled = [&](double part) { return static_cast<plan::Int128>(std::clamp(part, 0.0, 1.0) * pairs); };
  sums.above = sums.below = scaled(estimate);
  sums.wins = 2 * scaled(estimate);
  return statistics::contrast_bounds(test.kind, {sums, 0, 0}, test.alpha);
}

double half_width(const MeanTest& test, double deviation, std::uint64_t n) {
  const statistics::TailLevel level{test.alpha, 1 - test.alpha};
  if (test.method == plan::Method::hoeffding) return statistics::hoeffding_half_width(test.high - test.low, n, level);
  if (test.method != plan::Method::student_t)
    return statistics::empirical_bernstein_half_width(test.high - test.low, deviation * deviation, n, level);
  const double t = statistics::student_t_upper_quantile(test.alpha, static_cast<double>(n - 1));
  return t * deviation / std::sqrt(static_cast<double>(n));
}

// Distance of the observed mean from the truth at z.
double mean_noise(const MeanTruth& truth, std::uint64_t n, double z) {
  return z * truth.deviation / std::sqrt(static_cast<double>(n));
}

}  // namespace

double chance(const Reaches& reaches, std::uint64_t rows) {
  if (rows < 2) return 0;
  double low = -kFarthest, high = kFarthest;
  if (!reaches(rows, low)) return 0;
  if (reaches(rows, high)) return 1;
  for (int step = 0; step < 24; ++step) {
    const double middle = (low + high) / 2;
    (reaches(rows, middle) ? low : high) = middle;
  }
  return statistics::normal_cdf((low + high) / 2);
}

std::optional<std::uint64_t> fewest_rows_at_best(const Reaches& reaches) {
  const auto enough = [&](std::uint64_t rows) { return reaches(rows, -kFarthest); };
  if (!enough(kMostRows)) return std::nullopt;
  return statistics::first_where<std::uint64_t>(2, kMostRows, 2, enough);
}

std::optional<std::uint64_t> rows_for(const Reaches& reaches, double power) {
  const double z = -statistics::normal_upper_quantile(power);
  std::uint64_t low = 1, high = 2;
  while (!reaches(high, z)) {
    if (high > kMostRows / 2) return std::nullopt;
    low = high;
    high *= 2;
  }
  while (high - low > std::max<std::uint64_t>(1, high / 1000)) {
    const std::uint64_t middle = low + (high - low) / 2;
    (reaches(middle, z) ? high : low) = middle;
  }
  return high;
}

Reaches passes(const TwoSharesTest& test, const TwoSharesTruth& truth) {
  return reaching(test, truth, Outcome::pass);
}
Reaches fails(const TwoSharesTest& test, const TwoSharesTruth& truth) {
  return reaching(test, truth, Outcome::fail);
}

Reaches passes(const ContrastTest& test, double truth) {
  return [=](std::uint64_t rows, double z) {
    const Sizes n = sizes_of(rows, test.first_part);
    return bounds(test, n, truth + noise(test, n, z)).upper <= test.threshold;
  };
}
Reaches fails(const ContrastTest& test, double truth) {
  return [=](std::uint64_t rows, double z) {
    const Sizes n = sizes_of(rows, test.first_part);
    return bounds(test, n, truth - noise(test, n, z)).lower > test.threshold;
  };
}

Reaches passes(const MeanTest& test, const MeanTruth& truth) {
  return [=](std::uint64_t rows, double z) {
    if (rows < 2) return false;
    return truth.mean + mean_noise(truth, rows, z) + half_width(test, truth.deviation, rows) <= test.threshold;
  };
}
Reaches fails(const MeanTest& test, const MeanTruth& truth) {
  return [=](std::uint64_t rows, double z) {
    if (rows < 2) return false;
    return truth.mean - mean_noise(truth, rows, z) - half_width(test, truth.deviation, rows) > test.threshold;
  };
}

}  // namespace proofmark::outlook
