// One walk over both sorted samples, a run of equal values at a time (runtime/statistics/contrast.h).
#include "runtime/engine/contrast.h"

#include <algorithm>
#include <compare>
#include <limits>
#include <numeric>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/engine/order_key.h"
#include "runtime/statistics/contrast.h"

namespace proofmark::engine {
namespace {

using statistics::ContrastWalk;

void sort_keys(std::vector<std::int64_t>& keys, bool real) {
  if (real) std::replace(keys.begin(), keys.end(), kNegativeZeroKey, std::int64_t{0});
  std::sort(keys.begin(), keys.end());
}

// The end of the run of `value` that begins at `from`.
std::size_t run_end(const std::vector<std::int64_t>& keys, std::size_t from, std::int64_t value) {
  while (from < keys.size() && keys[from] == value) ++from;
  return from;
}

// Where a value is taken to lie: at a key, or beyond all of them on either side.
struct Place {
  int beyond = 0;
  std::int64_t key = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};
struct Placed {
  Place at;
  std::uint64_t rows = 0;
};

constexpr Place kBelowAll{-1, 0}, kAboveAll{1, 0};

Place place_of(std::int64_t key, plan::Told told, bool real) {
  const auto with_one_zero = [&](std::int64_t one) { return real && one == kNegativeZeroKey ? 0 : one; };
  if (told != plan::Told::above) return {0, with_one_zero(key)};
  const std::int64_t greatest = real ? order_key(std::numeric_limits<double>::infinity()) : INT64_MAX;
  return key == greatest ? kAboveAll : Place{0, with_one_zero(with_one_zero(key) + 1)};
}

std::vector<Placed> placed(const ToldSample& sample, bool real) {
  std::vector<Placed> all;
  all.reserve(sample.keys.size() + 1);
  std::uint64_t known = 0;
  for (std::size_t i = 0; i < sample.keys.size(); ++i) {
    const std::uint64_t rows = sample.weights.empty() ? 1 : sample.weights[i];
    all.push_back({place_of(sample.keys[i], sample.told, real), rows});
    known += rows;
  }
  if (sample.told != plan::Told::exactly) {
    PROOFMARK_CHECK(known <= sample.rows);
    all.push_back({sample.told == plan::Told::above ? kBelowAll : kAboveAll, sample.rows - known});
  }
  std::sort(all.begin(), all.end(), [](const Placed& a, const Placed& b) { return a.at < b.at; });
  return all;
}

std::uint64_t rows_of(const std::vector<Placed>& all) {
  return std::accumulate(all.begin(), all.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Placed& one) { return sum + one.rows; });
}

// The rows of the run at `place` that begins at `from`, which is moved behind it.
std::uint64_t take_run(const std::vector<Placed>& all, std::size_t& from, const Place& place) {
  std::uint64_t rows = 0;
  for (; from < all.size() && all[from].at == place; ++from) rows += all[from].rows;
  return rows;
}

}  // namespace

plan::ContrastSums contrast(std::vector<std::int64_t> first, std::vector<std::int64_t> second, bool real) {
  sort_keys(first, real);
  sort_keys(second, real);
  ContrastWalk walk(first.size(), second.size());
  std::size_t i = 0, j = 0;
  while (i < first.size() || j < second.size()) {
    const bool from_first = j == second.size() || (i < first.size() && first[i] <= second[j]);
    const std::int64_t value = from_first ? first[i] : second[j];
    const std::size_t i_end = run_end(first, i, value), j_end = run_end(second, j, value);
    walk.pass(i_end - i, j_end - j);
    i = i_end;
    j = j_end;
  }
  return walk.sums();
}

plan::ContrastSums contrast(const ToldSample& first, const ToldSample& second, bool real) {
  const std::vector<Placed> a = placed(first, real), b = placed(second, real);
  ContrastWalk walk(rows_of(a), rows_of(b));
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const bool from_a = j == b.size() || (i < a.size() && a[i].at <= b[j].at);
    const Place place = from_a ? a[i].at : b[j].at;
    const std::uint64_t of_a = take_run(a, i, place), of_b = take_run(b, j, place);
    walk.pass(of_a, of_b);
  }
  return walk.sums();
}

}  // namespace proofmark::engine
