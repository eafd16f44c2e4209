// Cells, then Pearson's statistic.
#include "runtime/statistics/dispersion.h"

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

}  // namespace proofmark::statistics
