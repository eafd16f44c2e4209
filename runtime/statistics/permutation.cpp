// Permuting the labels of two samples. The mean difference rises with the sum over the first sample, so splits are
// compared by that sum; values are centred first, and every sum adds its values in the order of the union.
#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/plan/number.h"
#include "runtime/statistics/two_means.h"

namespace proofmark::statistics {
namespace {

struct Counts {
  std::uint64_t splits = 0, at_most = 0, at_least = 0;
};

class Union {
 public:
  Union(std::span<const double> first, std::span<const double> second) : chosen_(first.size()) {
    values_.assign(first.begin(), first.end());
    values_.insert(values_.end(), second.begin(), second.end());
    const double centre = sum(values_) / static_cast<double>(values_.size());
    double size = 0;
    for (double& value : values_) value -= centre, size += std::fabs(value);
    tolerance_ = 1e-12 * size;
    for (std::size_t i = 0; i < chosen_; ++i) observed_ += values_[i];
  }

  double tolerance() const { return tolerance_; }

  Counts all() const {
    Counts counts;
    split(0, chosen_, 0, counts);
    return counts;
  }

 private:
  void count(double total, Counts& counts) const {
    ++counts.splits;
    if (total <= observed_ + tolerance_) ++counts.at_most;
    if (total >= observed_ - tolerance_) ++counts.at_least;
  }

  void split(std::size_t from, std::size_t left, double total, Counts& counts) const {
    if (left == 0) return count(total, counts);
    for (std::size_t i = from; i + left <= values_.size(); ++i) split(i + 1, left - 1, total + values_[i], counts);
  }

  std::vector<double> values_;
  std::size_t chosen_;
  double observed_ = 0, tolerance_ = 0;
};

// Binomial coefficient, or one more than the limit.
std::uint64_t splits_of(std::uint64_t n, std::uint64_t k) {
  plan::UInt128 total = 1;
  for (std::uint64_t i = 1; i <= std::min(k, n - k); ++i) {
    total = total * (n - i + 1) / i;  // whole at every step
    if (total > kMaximumSplits) return kMaximumSplits + 1;
  }
  return static_cast<std::uint64_t>(total);
}

Permutation judged(const Counts& counts, double statistic, Alternative alternative) {
  Permutation result{statistic, 1, counts.splits, std::min(counts.at_most, counts.at_least), 0};
  if (alternative == Alternative::less) result.extreme = counts.at_most;
  if (alternative == Alternative::greater) result.extreme = counts.at_least;
  const double p = static_cast<double>(result.extreme) / static_cast<double>(counts.splits);
  result.p_value = alternative == Alternative::two_sided ? std::min(1.0, 2 * p) : p;
  return result;
}

}  // namespace

std::optional<Permutation> permutation_of_means(std::span<const double> first, std::span<const double> second,
                                                Alternative alternative) {
  if (splits_of(first.size() + second.size(), first.size()) > kMaximumSplits) return std::nullopt;
  const double statistic = moments(first).mean - moments(second).mean;
  const Union both(first, second);
  Permutation result = judged(both.all(), statistic, alternative);
  result.tolerance = both.tolerance();
  return result;
}

}  // namespace proofmark::statistics
