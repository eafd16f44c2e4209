// Cells, then Pearson's statistic.
#include "runtime/statistics/dispersion.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/plan/number.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {
namespace {

CountedTime together(const CountedTime& one, const CountedTime& other) {
  return {one.events + other.events, one.length + other.length};
}

CountedTime all_of(std::span<const CountedTime> times) {
  CountedTime all;
  for (const CountedTime& time : times) all = together(all, time);
  return all;
}

// What is left at the end belongs to the last cell.
std::vector<CountedTime> cells_of(std::span<const CountedTime> times, const CountedTime& all) {
  std::vector<CountedTime> cells;
  CountedTime open;
  for (const CountedTime& time : times) {
    open = together(open, time);
    if (plan::Int128(all.events) * open.length < plan::Int128(all.length) * kLeastExpected) continue;
    cells.push_back(open);
    open = {};
  }
  if (!cells.empty()) cells.back() = together(cells.back(), open);
  return cells;
}

}  // namespace

std::optional<Dispersion> index_of_dispersion(std::span<const CountedTime> times) {
  const CountedTime all = all_of(times);
  if (all.length == 0) return std::nullopt;
  const std::vector<CountedTime> cells = cells_of(times, all);
  if (cells.size() < 2) return std::nullopt;
  std::vector<double> terms;
  for (const CountedTime& cell : cells) {
    const double share = static_cast<double>(cell.length) / static_cast<double>(all.length);
    const double expected = static_cast<double>(all.events) * share,
                 beyond = static_cast<double>(cell.events) - expected;
    terms.push_back(beyond * beyond / expected);
  }
  const double statistic = sum(terms), df = static_cast<double>(cells.size() - 1);
  return Dispersion{cells.size(), all.events, statistic / df, chi_squared_upper(statistic, df)};
}

EqualTimes equal_times(std::span<const std::uint64_t> counts) {
  EqualTimes all;
  all.times = counts.size();
  for (const std::uint64_t count : counts) {
    all.events += count;
    all.holding += count > 0 ? 1 : 0;
  }
  const double mean = static_cast<double>(all.events) / static_cast<double>(all.times);
  std::vector<double> terms;
  for (const std::uint64_t count : counts) {
    const double beyond = static_cast<double>(count) - mean;
    terms.push_back(beyond * beyond / mean);
  }
  all.statistic = sum(terms);
  all.ratio = all.statistic / static_cast<double>(all.times - 1);
  return all;
}

double quasi_poisson_half_width(const EqualTimes& of, double alpha_each) {
  const double times = static_cast<double>(of.times), events = static_cast<double>(of.events);
  // Of a Poisson count the squares of what the counts are off by come to the events, give or take.
  const double spread = std::max(of.ratio, times / (times - 1)) * events;
  return student_t_upper_quantile(alpha_each, times - 1) * std::sqrt(spread);
}

Interval quasi_poisson(const EqualTimes& of, const TailLevel& level) {
  const double events = static_cast<double>(of.events), df = static_cast<double>(of.times - 1);
  const double z = normal_upper_quantile(level.alpha);
  constexpr double kMedian = 1e-6;  // of a bound near the median no quantile is left to widen
  const double wider = std::fabs(z) > kMedian ? student_t_upper_quantile(level.alpha, df) / z : 1;
  const double inflated = std::max(1.0, of.ratio * wider * wider);
  return {inflated * gamma_quantile(events / inflated, level.alpha, level.co_alpha),
          inflated * gamma_quantile(events / inflated + 1, level.co_alpha, level.alpha)};
}

}  // namespace proofmark::statistics
