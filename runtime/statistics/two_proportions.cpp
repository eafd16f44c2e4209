// Closed forms. The distances of a Wilson limit from the proportion are written as sums of positive terms:
// p - L = z (k f / n / (w + z/2) + z p) / (n + z^2) with w = sqrt(k f / n + z^2 / 4), f failures; likewise U - p.
#include "runtime/statistics/two_proportions.h"

#include <algorithm>
#include <cmath>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

using plan::Int128;

// (a b' - a' b) / (b b') for a/b - a'/b'.
double difference_of_ratios(std::uint64_t a, std::uint64_t b, std::uint64_t a2, std::uint64_t b2) {
  const Int128 cross = static_cast<Int128>(a) * b2 - static_cast<Int128>(a2) * b;
  return static_cast<double>(cross) / (static_cast<double>(b) * static_cast<double>(b2));
}

double as_double(std::uint64_t count) {
  return static_cast<double>(count);
}

struct Distances {
  double below = 0, above = 0;
};

Distances wilson_distances(std::uint64_t successes, std::uint64_t trials, double z) {
  const double k = as_double(successes), f = as_double(trials - successes), n = as_double(trials);
  const double spread = k * f / n, root = std::sqrt(spread + z * z / 4) + z / 2;
  const double scale = z / (n + z * z);
  return {scale * (spread / root + z * (k / n)), scale * (spread / root + z * (f / n))};
}

double one_variance(std::uint64_t k, std::uint64_t n) {
  return as_double(k) / as_double(n) * (as_double(n - k) / as_double(n)) / as_double(n);
}

}  // namespace

double observed_difference(const TwoGroups& groups) {
  return difference_of_ratios(groups.k1, groups.n1, groups.k2, groups.n2);
}

PooledTest pooled_test(const TwoGroups& groups, Alternative alternative, bool continuity) {
  const std::uint64_t successes = groups.k1 + groups.k2, failures = groups.failures1() + groups.failures2();
  if (successes == 0 || failures == 0) return {};
  const double n1 = as_double(groups.n1), n2 = as_double(groups.n2), all = n1 + n2;
  const double difference = observed_difference(groups), rows = 1 / n1 + 1 / n2;
  double distance = std::fabs(difference);
  if (continuity) distance -= std::min(0.5 * rows, distance);
  const double variance = as_double(successes) / all * (as_double(failures) / all) * rows;
  PooledTest test;
  test.z = std::copysign(distance / std::sqrt(variance), difference);
  if (test.z == 0) test.z = 0;  // never -0
  if (alternative == Alternative::less)
    test.p_value = normal_cdf(test.z);
  else if (alternative == Alternative::greater)
    test.p_value = normal_upper(test.z);
  else
    test.p_value = std::min(1.0, 2 * normal_upper(std::fabs(test.z)));
  return test;
}

Interval newcombe_limits(const TwoGroups& groups, double z) {
  const Distances first = wilson_distances(groups.k1, groups.n1, z), second = wilson_distances(groups.k2, groups.n2, z);
  const double difference = observed_difference(groups);
  const double below = std::sqrt(first.below * first.below + second.above * second.above);
  const double above = std::sqrt(first.above * first.above + second.below * second.below);
  return {std::max(-1.0, difference - below), std::min(1.0, difference + above)};
}

Interval agresti_caffo_limits(const TwoGroups& groups, double z) {
  const TwoGroups more = {groups.k1 + 1, groups.n1 + 2, groups.k2 + 1, groups.n2 + 2};
  const double difference = observed_difference(more);
  const double width = z * std::sqrt(one_variance(more.k1, more.n1) + one_variance(more.k2, more.n2));
  return {difference - width, difference + width};
}

Interval wald_limits(const TwoGroups& groups, double z) {
  const double difference = observed_difference(groups);
  const double width = z * std::sqrt(one_variance(groups.k1, groups.n1) + one_variance(groups.k2, groups.n2));
  return {std::max(-1.0, difference - width), std::min(1.0, difference + width)};
}

Interval katz_limits(const TwoGroups& groups, double z) {
  const double ratio = as_double(groups.k1) / as_double(groups.n1) / (as_double(groups.k2) / as_double(groups.n2));
  const double variance = as_double(groups.failures1()) / as_double(groups.k1) / as_double(groups.n1) +
                          as_double(groups.failures2()) / as_double(groups.k2) / as_double(groups.n2);
  const double width = z * std::sqrt(variance);
  return {ratio * exp_of(-width), ratio * exp_of(width)};
}

double cohens_h(const TwoGroups& groups) {
  const bool mostly_good = groups.k1 / 2 > groups.failures1() / 2 && groups.k2 / 2 > groups.failures2() / 2;
  const auto angle = [](std::uint64_t count, std::uint64_t n) {
    return 2 * asin_of(std::sqrt(as_double(count) / as_double(n)));
  };
  // asin sqrt p = pi/2 - asin sqrt q, and near p = 1 the right-hand side keeps its digits.
  if (mostly_good) return angle(groups.failures2(), groups.n2) - angle(groups.failures1(), groups.n1);
  return angle(groups.k1, groups.n1) - angle(groups.k2, groups.n2);
}

}  // namespace proofmark::statistics
