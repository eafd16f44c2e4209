// Logarithms throughout: the products over thousands of values leave the range of a double on both sides.
#include "runtime/statistics/e_detector.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

// ln(1 + e^x).
double log_of_one_more(double x) {
  return x > 0 ? x + log1p_of(exp_of(-x)) : log1p_of(exp_of(x));
}

// ln of the mean of e^x.
double log_of_mean(std::span<const double> logs) {
  const double largest = *std::max_element(logs.begin(), logs.end());
  std::vector<double> terms;
  for (const double one : logs) terms.push_back(exp_of(one - largest));
  return largest + log_of(sum(terms) / static_cast<double>(logs.size()));
}

}  // namespace

Detection detect(const EDetector& detector, std::span<const double> values) {
  const bool sums = detector.kind == DetectorKind::shiryaev_roberts;
  const double alarm = log_of(detector.run_length);
  std::vector<double> logs;
  Detection found;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double gain = values[i] / detector.mean - 1;
    for (std::size_t k = 0; k < detector.stakes.size(); ++k) {
      const double factor = log1p_of(detector.stakes[k] * gain);
      if (i == 0)
        logs.push_back(factor);
      else
        logs[k] = factor + (sums ? log_of_one_more(logs[k]) : std::max(0.0, logs[k]));
    }
    found.log_last = log_of_mean(logs);
    found.log_largest = i == 0 ? found.log_last : std::max(found.log_largest, found.log_last);
    if (!found.first_alarm && found.log_last >= alarm) found.first_alarm = i + 1;
  }
  return found;
}

}  // namespace proofmark::statistics
