// Cells, then Pearson's statistic.
#include "runtime/statistics/dispersion.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {

std::optional<Dispersion> index_of_dispersion(std::span<const std::uint64_t> counts) {
  const std::uint64_t events = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  const std::uint64_t times = counts.size(), cells = std::min(times, events / kLeastExpected);
  if (cells < 2) return std::nullopt;
  const double in_one = static_cast<double>(events) / static_cast<double>(times);
  std::vector<double> terms;
  for (std::uint64_t cell = 0; cell < cells; ++cell) {
    const std::uint64_t begin = cell * times / cells, end = (cell + 1) * times / cells;
    const auto part = counts.subspan(begin, end - begin);
    const auto found = static_cast<double>(std::accumulate(part.begin(), part.end(), std::uint64_t{0}));
    const double expected = in_one * static_cast<double>(part.size());
    terms.push_back((found - expected) * (found - expected) / expected);
  }
  const double statistic = sum(terms), df = static_cast<double>(cells - 1);
  return Dispersion{cells, events, statistic / df, chi_squared_upper(statistic, df)};
}

}  // namespace proofmark::statistics
