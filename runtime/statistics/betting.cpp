// One pass over the values per candidate mean. The capital that bets on a larger mean falls with the candidate and the
// other rises, so each end of the sequence is found by bisection, with no grid of candidates.
#include "runtime/statistics/betting.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

// The predictable plug-in stakes for the empirical Bernstein bound: prior mean 1/2 and variance 1/4 as one observation.
class Stakes {
 public:
  explicit Stakes(double level) : log_level_(-log_of(level)) {}

  // The stake at the next time; depends on the values taken in before.
  double next() const {
    const double t = static_cast<double>(n_ + 1);
    return std::sqrt(2 * log_level_ / (t * log1p_of(t) * variance_));
  }
  void take(double value) {
    ++n_;
    total_ += value;
    const double weight = static_cast<double>(n_ + 1), mean = std::min((0.5 + total_) / weight, 1.0);
    squares_ += (value - mean) * (value - mean);
    variance_ = (0.25 + squares_) / weight;
  }

 private:
  double log_level_, total_ = 0, squares_ = 0, variance_ = 0.25;
  std::uint64_t n_ = 0;
};

std::vector<double> stakes_for(std::span<const double> values, double level) {
  Stakes stakes(level);
  std::vector<double> result;
  result.reserve(values.size());
  for (const double value : values) {
    result.push_back(stakes.next());
    stakes.take(value);
  }
  return result;
}

// Sums of the predictable mixture: of stakes, of stakes times values, of penalties.
struct Mixture {
  double log_level = 0, weight = 0, weighted = 0, penalty = 0, best = 0;

  void add(double stake, double value, double cost) {
    weight += stake;
    weighted += stake * value;
    penalty += cost;
    best = std::max(best, bound());
  }
  double bound() const { return (weighted - log_level - penalty) / weight; }
};

// The lower bound of the mean of x -> mirrored ? 1 - x : x.
template <typename Add>
double lower_bound_of(std::span<const double> values, double level, bool mirrored, bool running, const Add& add) {
  Mixture mixture{.log_level = -log_of(level)};
  double total = 0, t = 0;
  for (const double value : values) {
    const double x = mirrored ? 1 - value : value;
    add(mixture, x, t > 0 ? total / t : 0.0, t + 1);
    total += x;
    ++t;
  }
  return std::clamp(running ? mixture.best : mixture.bound(), 0.0, 1.0);
}

struct Side {
  bool on_larger = true;
  double share = 0.5, trunc_scale = 0.5;
};

Capital capital_of(std::span<const double> values, std::span<const double> stakes, double null, const Side& side) {
  const double limit = side.trunc_scale / (side.on_larger ? null : 1 - null);
  double log_capital = log_of(side.share), largest = -HUGE_VAL;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double stake = std::min(stakes[i], limit), gain = side.on_larger ? values[i] - null : null - values[i];
    log_capital += gain == 0 ? 0 : log1p_of(stake * gain);
    largest = std::max(largest, log_capital);
  }
  return {log_capital, largest};
}

// The end of the means whose capital on one side stays within 1/alpha, by bisection.
double betting_end(std::span<const double> values, std::span<const double> stakes, double alpha, const Side& side,
                   bool running) {
  const double limit = -log_of(alpha);
  double low = 0, high = 1;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    if (!(middle > low && middle < high)) break;
    const Capital capital = capital_of(values, stakes, middle, side);
    const bool out = (running ? capital.log_largest : capital.log_final) > limit;
    (out == side.on_larger ? low : high) = middle;
  }
  if (side.on_larger) return low < 0x1p-50 ? 0 : low;
  return high > 1 - 0x1p-50 ? 1 : high;
}

}  // namespace

MeanSpan hoeffding_sequence(std::span<const double> values, double alpha, double truncation, bool running) {
  const double level = alpha / 2, log_level = -log_of(level);
  const auto add = [&](Mixture& mixture, double x, double, double t) {
    const double stake = std::min(std::sqrt(8 * log_level / (t * log1p_of(t))), truncation);
    mixture.add(stake, x, stake * stake / 8);
  };
  return {lower_bound_of(values, level, false, running, add), 1 - lower_bound_of(values, level, true, running, add)};
}

MeanSpan empirical_bernstein_sequence(std::span<const double> values, double alpha, double truncation, bool running) {
  const double level = alpha / 2;
  const auto bound = [&](bool mirrored) {
    Stakes stakes(level);
    return lower_bound_of(values, level, mirrored, running, [&](Mixture& mixture, double x, double mean, double) {
      const double stake = std::min(stakes.next(), truncation);
      mixture.add(stake, x, (x - mean) * (x - mean) * (-log1p_of(-stake) - stake));
      stakes.take(x);
    });
  };
  return {bound(false), 1 - bound(true)};
}

Capital hedged_capital(std::span<const double> values, double null, double alpha, double theta, double trunc_scale) {
  const std::vector<double> stakes = stakes_for(values, alpha / 2);
  const double limits[] = {trunc_scale / null, trunc_scale / (1 - null)};
  double up = log_of(theta), down = log1p_of(-theta);
  Capital capital{0, -HUGE_VAL};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double gain = values[i] - null;
    up += log1p_of(std::min(stakes[i], limits[0]) * gain);
    down += log1p_of(-std::min(stakes[i], limits[1]) * gain);
    capital.log_final = std::max(up, down);
    capital.log_largest = std::max(capital.log_largest, capital.log_final);
  }
  return capital;
}

MeanSpan hedged_sequence(std::span<const double> values, double alpha, double theta, double trunc_scale, bool running) {
  const std::vector<double> stakes = stakes_for(values, alpha / 2);
  return {betting_end(values, stakes, alpha, {true, theta, trunc_scale}, running),
          betting_end(values, stakes, alpha, {false, 1 - theta, trunc_scale}, running)};
}

}  // namespace proofmark::statistics
