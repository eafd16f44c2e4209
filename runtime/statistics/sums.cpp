// Sums and moments with the same bits whatever the thread count: one order, compensated (Neumaier 1974).
#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {
namespace {

class RunningSum {
 public:
  void add(double value) {
    const double next = whole_ + value;
    rest_ += std::fabs(whole_) >= std::fabs(value) ? (whole_ - next) + value : (value - next) + whole_;
    whole_ = next;
  }
  // Past the largest double the compensation is not a number: the plain sum says more.
  double value() const { return std::isfinite(whole_) ? whole_ + rest_ : whole_; }

 private:
  double whole_ = 0, rest_ = 0;
};

}  // namespace

double sum(std::span<const double> values) {
  RunningSum total;
  for (const double value : values) total.add(value);
  return total.value();
}

Moments moments(std::span<const double> values) {
  PROOFMARK_CHECK(!values.empty());
  const auto n = static_cast<double>(values.size());
  const double centre = sum(values) / n;
  RunningSum first, second;
  for (const double value : values) {
    const double difference = value - centre;
    first.add(difference);
    second.add(difference * difference);
  }
  const double shift = first.value() / n;
  double variance = values.size() < 2 ? 0 : (second.value() - n * shift * shift) / (n - 1);
  if (std::isnan(variance)) variance = HUGE_VAL;  // infinity less infinity
  return {centre + shift, variance > 0 ? variance : 0, values.size()};
}

bool are_equal(std::span<const double> values) {
  return std::ranges::all_of(values, [&](double value) { return value == values.front(); });
}

}  // namespace proofmark::statistics
