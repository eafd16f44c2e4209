#include "runtime/statistics/proportion_intervals.h"

#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/inversion.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

double real(std::uint64_t count) {
  return static_cast<double>(count);
}

std::uint64_t failures(const Trials& data) {
  PROOFMARK_CHECK(data.successes <= data.trials);
  return data.trials - data.successes;
}

// x^(1/n) and 1 - x^(1/n), where x is given with its complement.
Chance root_of(const TailLevel& x, std::uint64_t n) {
  const double logarithm = log_of(x.alpha, x.co_alpha) / real(n);
  return {exp_of(logarithm), -expm1_of(logarithm)};
}

// The lower bound of Clopper and Pearson as a chance; the upper one is that of the failures from the other end.
Chance exact_lower(std::uint64_t successes, std::uint64_t failures, const TailLevel& level) {
  if (successes == 0) return {0, 1};
  if (failures == 0) return root_of(level, successes);
  const BetaRoot root = inverse_incomplete_beta(real(successes), real(failures) + 1, level.alpha, level.co_alpha);
  return {root.x, root.y};
}

// The smaller root p of (k - n p)^2 = z^2 n p (1 - p) over k successes and f failures (the larger one for z < 0).
Chance score_lower(double k, double f, double z) {
  const double n = k + f, square = z * z, root = std::fabs(z) * std::sqrt(k * (f / n) + square / 4);
  const auto far_root = [&](double count) { return (count + square / 2 + root) / (n + square); };
  const auto near_root = [&](double count) { return count * (count / n) / (count + square / 2 + root); };
  if (z == 0) return {k / n, f / n};
  return z > 0 ? Chance{near_root(k), far_root(f)} : Chance{far_root(k), near_root(f)};
}

Interval interval(const Chance& lower, const Chance& upper) {
  return {lower.p <= 0.5 ? lower.p : 1 - lower.q, upper.p <= 0.5 ? upper.p : 1 - upper.q};
}

// An interval from the lower bound of successes and that of failures, seen from the other end.
Interval mirrored_interval(const Chance& lower, const Chance& lower_of_failures) {
  return interval(lower, {lower_of_failures.q, lower_of_failures.p});
}

double z_of(const TailLevel& level) {
  return level.alpha <= 0.5 ? normal_upper_quantile(level.alpha) : -normal_upper_quantile(level.co_alpha);
}

double clipped(double value, bool clip) {
  return clip ? std::clamp(value, 0.0, 1.0) : value;
}

// Successes of the centre minus z standard errors, times n + z^2, without cancellation.
double agresti_coull_lower(double k, double f, double z) {
  const double n = k + f, square = z * z, whole = n + square, a = k + square / 2, b = f + square / 2;
  const double spread = std::sqrt(a * (b / whole));
  if (z <= 0) return (a - z * spread) / whole;
  return a * (k * n + square * (1.5 * k - 0.5 * f)) / whole / whole / (a + z * spread);
}

// -1/2 ln of the likelihood ratio of p to k/n, for 0 < k < n.
double likelihood_drop(double k, double f, const Chance& chance) {
  const double n = k + f;
  const bool rare = chance.p <= chance.q;
  const double share = rare ? chance.p : chance.q, product = n * share, rest = std::fma(n, share, -product);
  const double above = ((rare ? k : f) - product) - rest, by_success = rare ? above : -above;
  return deviance(k, n * chance.p, by_success) + deviance(f, n * chance.q, -by_success);
}

Chance likelihood_lower(double k, double f, double z) {
  if (k == 0) return {0, 1};
  if (f == 0) return z <= 0 ? Chance{1, 0} : Chance{exp_of(-z * z / 2 / k), -expm1_of(-z * z / 2 / k)};
  const double n = k + f, drop = z * z / 2;
  return first_chance([&](const Chance& chance) {
    const bool left = chance.p <= 0.5 ? chance.p <= k / n : chance.q >= f / n;
    return z >= 0 ? !left || likelihood_drop(k, f, chance) <= drop : !left && likelihood_drop(k, f, chance) >= drop;
  });
}

Chance mid_p_lower(std::uint64_t k, std::uint64_t n, const TailLevel& level) {
  if (k == 0) return {0, 1};
  if (k == n) return level.alpha >= 0.5 ? Chance{1, 0} : root_of({2 * level.alpha, 1 - 2 * level.alpha}, n);
  return first_chance([&](const Chance& chance) {
    if (chance.p == 0 || chance.q == 0) return chance.q == 0;
    const double half = exp_of(log_binomial_pmf(k, n, chance.p, chance.q)) / 2;
    return binomial_upper(k + 1, n, chance) + half >= level.alpha;
  });
}

}  // namespace

Interval exact_interval(const Trials& data, const TailLevel& level) {
  const std::uint64_t bad = failures(data);
  return mirrored_interval(exact_lower(data.successes, bad, level), exact_lower(bad, data.successes, level));
}

Interval wilson(const Trials& data, const TailLevel& level) {
  if (data.trials == 0) return {};
  const double k = real(data.successes), f = real(failures(data)), z = z_of(level);
  return mirrored_interval(score_lower(k, f, z), score_lower(f, k, z));
}

Interval wilson_corrected(const Trials& data, const TailLevel& level) {
  if (data.trials == 0) return {};
  const double k = real(data.successes), f = real(failures(data)), z = z_of(level);
  const double shift = std::min(0.5, std::fabs(k - f) / 2);
  const auto lower = [&](double count, double rest) {
    return count <= shift ? Chance{0, 1} : score_lower(count - shift, rest + shift, z);
  };
  return mirrored_interval(lower(k, f), lower(f, k));
}

Interval agresti_coull(const Trials& data, const TailLevel& level, bool clip) {
  if (data.trials == 0) return {};
  const double k = real(data.successes), f = real(failures(data)), z = z_of(level);
  return {clipped(agresti_coull_lower(k, f, z), clip), clipped(1 - agresti_coull_lower(f, k, z), clip)};
}

Interval wald(const Trials& data, const TailLevel& level, bool clip) {
  if (data.trials == 0) return {};
  const double k = real(data.successes), f = real(failures(data)), n = k + f;
  const double width = z_of(level) * std::sqrt(k / n * (f / n) / n);
  return {clipped(k / n - width, clip), clipped(k / n + width, clip)};
}

Interval jeffreys(const Trials& data, const TailLevel& level, bool closed_ends) {
  const std::uint64_t bad = failures(data);
  const auto lower = [&](std::uint64_t count, std::uint64_t rest) {
    if (closed_ends && count == 0) return Chance{0, 1};
    const BetaRoot root = inverse_incomplete_beta(real(count) + 0.5, real(rest) + 0.5, level.alpha, level.co_alpha);
    return Chance{root.x, root.y};
  };
  return mirrored_interval(lower(data.successes, bad), lower(bad, data.successes));
}

Interval mid_p(const Trials& data, const TailLevel& level) {
  if (data.trials == 0) return {};
  return mirrored_interval(mid_p_lower(data.successes, data.trials, level),
                           mid_p_lower(failures(data), data.trials, level));
}

Interval likelihood_ratio(const Trials& data, const TailLevel& level) {
  if (data.trials == 0) return {};
  const double k = real(data.successes), f = real(failures(data)), z = z_of(level);
  return mirrored_interval(likelihood_lower(k, f, z), likelihood_lower(f, k, z));
}

double exact_test_two_sided(const Trials& data, const Chance& p0) {
  constexpr double kFuzz = 9.9999995e-08;  // ln(1 + 1e-7)
  const std::uint64_t k = data.successes, n = data.trials;
  if (p0.p == 0 || p0.q == 0) return (p0.p == 0 ? k == 0 : k == n) ? 1 : 0;
  if (p0.p > p0.q) return exact_test_two_sided({failures(data), n}, {p0.q, p0.p});
  const double mean = real(n) * p0.p;
  const auto as_rare = [&](std::uint64_t count) {
    return log_binomial_pmf(count, n, p0.p, p0.q) <= log_binomial_pmf(k, n, p0.p, p0.q) + kFuzz;
  };
  if (real(k) == mean) return 1;
  if (real(k) < mean) {
    const auto from = std::min(static_cast<std::uint64_t>(std::ceil(mean)), n);
    std::uint64_t low = from, high = n + 1;  // the first of the upper tail that is as rare
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (as_rare(middle))
        high = middle;
      else
        low = middle + 1;
    }
    return std::min(1.0, binomial_lower(k, n, p0) + (low > n ? 0 : binomial_upper(low, n, p0)));
  }
  std::uint64_t low = 0, high = static_cast<std::uint64_t>(std::floor(mean)) + 1;  // how many of the lower tail are
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (as_rare(middle))
      low = middle + 1;
    else
      high = middle;
  }
  return std::min(1.0, binomial_upper(k, n, p0) + (low == 0 ? 0 : binomial_lower(low - 1, n, p0)));
}

double exact_test_two_sided(const Trials& data, const Rational& p0) {
  const Rational trials(static_cast<std::int64_t>(data.trials));
  const auto mean = plan::multiply(trials, p0);
  if (mean && *mean == Rational(static_cast<std::int64_t>(data.successes))) return 1;
  return exact_test_two_sided(data, Chance{p0.nearest_double(), alpha_of(p0).nearest_double()});
}

}  // namespace proofmark::statistics
