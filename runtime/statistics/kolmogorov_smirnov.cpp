// A split of the pooled sample is a path from (0, 0) to (n1, n2): a step right for a value of the first sample, up for
// one of the second. touched(i, j) is the probability that a path through (i, j) has reached a gap of at least d by
// then; it is a weighted mean of its two predecessors, so that small p-values keep their digits.
#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distribution_tests.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

// The gap i/n1 - j/n2 in units of 1/(n1 n2), as the alternative counts it.
std::int64_t gap_at(std::uint64_t i, std::uint64_t j, std::uint64_t n1, std::uint64_t n2, Alternative alternative) {
  const auto gap = static_cast<std::int64_t>(i * n2) - static_cast<std::int64_t>(j * n1);
  if (alternative == Alternative::greater) return gap;
  return alternative == Alternative::less ? -gap : std::abs(gap);
}

}  // namespace

KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> first, std::span<const double> second,
                                     Alternative alternative) {
  std::vector<double> x(first.begin(), first.end()), y(second.begin(), second.end());
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  KolmogorovSmirnov test;
  test.ends_of_ties.assign(x.size() + y.size() + 1, false);
  test.ends_of_ties.front() = true;
  std::int64_t largest = 0;
  for (std::size_t i = 0, j = 0; i < x.size() || j < y.size();) {
    const double value = j == y.size() || (i < x.size() && x[i] <= y[j]) ? x[i] : y[j];
    while (i < x.size() && x[i] == value) ++i;
    while (j < y.size() && y[j] == value) ++j;
    test.ends_of_ties[i + j] = true;
    largest = std::max(largest, gap_at(i, j, x.size(), y.size(), alternative));
  }
  test.gap = static_cast<std::uint64_t>(largest);
  test.d = static_cast<double>(largest) / (static_cast<double>(x.size()) * static_cast<double>(y.size()));
  return test;
}

double kolmogorov_smirnov_exact(const KolmogorovSmirnov& test, std::uint64_t n1, std::uint64_t n2,
                                Alternative alternative) {
  PROOFMARK_CHECK(n1 <= kMaximumPaths / n2);
  const auto bound = static_cast<std::int64_t>(test.gap);
  const auto reached = [&](std::uint64_t i, std::uint64_t j) {
    return test.ends_of_ties[i + j] && gap_at(i, j, n1, n2, alternative) >= bound;
  };
  std::vector<double> touched(n2 + 1, 0);
  for (std::uint64_t i = 0; i <= n1; ++i)
    for (std::uint64_t j = 0; j <= n2; ++j) {
      if (reached(i, j)) {
        touched[j] = 1;
        continue;
      }
      const auto right = static_cast<double>(i), up = static_cast<double>(j);
      const double from_left = i > 0 ? right / (right + up) * touched[j] : 0;
      const double from_below = j > 0 ? up / (right + up) * touched[j - 1] : 0;
      touched[j] = from_left + from_below;
    }
  return std::min(1.0, touched[n2]);
}

double kolmogorov_smirnov_asymptotic(double d, std::uint64_t n1, std::uint64_t n2, Alternative alternative) {
  const auto m = static_cast<double>(n1), n = static_cast<double>(n2);
  const double squared = m / (m + n) * n * d * d;
  if (alternative != Alternative::two_sided) return exp_of(-2 * squared);
  if (squared == 0) return 1;
  double total = 0;
  if (squared >= 1) {  // 2 sum (-1)^(k-1) exp(-2 k^2 x^2)
    for (int k = 6; k >= 1; --k) total = exp_of(-2.0 * k * k * squared) - total;
    return std::min(1.0, 2 * total);
  }
  constexpr double kPi = 3.141592653589793;
  for (int k = 6; k >= 1; --k) total += exp_of(-(2.0 * k - 1) * (2 * k - 1) * kPi * kPi / (8 * squared));
  return std::max(0.0, 1 - std::sqrt(2 * kPi / squared) * total);
}

}  // namespace proofmark::statistics
