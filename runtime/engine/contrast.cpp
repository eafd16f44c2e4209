// One walk over both sorted samples, a run of equal values at a time: after each run the distribution functions stand
// at i / n1 and j / n2, and their difference is (i n2 - j n1) / (n1 n2).
#include "runtime/engine/contrast.h"

#include <algorithm>

#include "runtime/engine/order_key.h"

namespace proofmark::engine {
namespace {

void sort_keys(std::vector<std::int64_t>& keys, bool real) {
  if (real) std::replace(keys.begin(), keys.end(), kNegativeZeroKey, std::int64_t{0});
  std::sort(keys.begin(), keys.end());
}

// The end of the run of `value` that begins at `from`.
std::size_t run_end(const std::vector<std::int64_t>& keys, std::size_t from, std::int64_t value) {
  while (from < keys.size() && keys[from] == value) ++from;
  return from;
}

}  // namespace

plan::ContrastSums contrast(std::vector<std::int64_t> first, std::vector<std::int64_t> second, bool real) {
  sort_keys(first, real);
  sort_keys(second, real);
  plan::ContrastSums sums;
  sums.first = first.size();
  sums.second = second.size();
  const plan::Int128 n1 = first.size(), n2 = second.size();
  std::size_t i = 0, j = 0;
  while (i < first.size() || j < second.size()) {
    const bool from_first = j == second.size() || (i < first.size() && first[i] <= second[j]);
    const std::int64_t value = from_first ? first[i] : second[j];
    const std::size_t i_end = run_end(first, i, value), j_end = run_end(second, j, value);
    sums.wins += plan::Int128(i_end - i) * (2 * plan::Int128(j) + plan::Int128(j_end - j));
    i = i_end;
    j = j_end;
    const plan::Int128 gap = plan::Int128(i) * n2 - plan::Int128(j) * n1;
    sums.above = std::max(sums.above, gap);
    sums.below = std::max(sums.below, -gap);
  }
  return sums;
}

}  // namespace proofmark::engine
