// The r-th smallest of the n1 n2 differences x - y, without forming them: both samples sorted, the differences make a
// matrix that rises along rows and columns, and the number of its entries up to a value is counted in n1 + n2 steps.
// Bisection over the doubles ends after 64 counts.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/rank_tests.h"

namespace proofmark::statistics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

// Doubles as integers in the same order.
std::uint64_t place_of(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}
double value_at(std::uint64_t place) {
  return std::bit_cast<double>((place & kSign) != 0 ? place ^ kSign : ~place);
}

class Differences {
 public:
  Differences(std::span<const double> first, std::span<const double> second)
      : x_(first.begin(), first.end()), y_(second.begin(), second.end()) {
    std::sort(x_.begin(), x_.end());
    std::sort(y_.begin(), y_.end());
  }

  std::uint64_t count() const { return x_.size() * y_.size(); }

  // The rank-th smallest, 1 <= rank <= count().
  double at(std::uint64_t rank) const {
    std::uint64_t low = place_of(x_.front() - y_.back()), high = place_of(x_.back() - y_.front());
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (up_to(value_at(middle)) >= rank)
        high = middle;
      else
        low = middle + 1;
    }
    return value_at(low) + 0.0;  // -0 is 0
  }

  double tie_sum() const { return ties(x_) + ties(y_); }

 private:
  std::uint64_t up_to(double value) const {
    std::uint64_t total = 0;
    std::size_t first_fitting = 0;  // y_[first_fitting...] have x - y <= value; moves right as x grows
    for (const double x : x_) {
      while (first_fitting < y_.size() && x - y_[first_fitting] > value) ++first_fitting;
      total += y_.size() - first_fitting;
    }
    return total;
  }

  static double ties(const std::vector<double>& sorted) {
    double total = 0;
    for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
      while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
      const auto t = static_cast<double>(end - begin);
      total += t * t * t - t;
    }
    return total;
  }

  std::vector<double> x_, y_;
};

// Differences at `rank` from below and from above; nothing bounds at rank 0.
Interval at_ranks(const Differences& differences, std::uint64_t rank) {
  if (rank == 0) return {-kInfinity, kInfinity};
  return {differences.at(rank), differences.at(differences.count() + 1 - rank)};
}

}  // namespace

double hodges_lehmann_shift(std::span<const double> first, std::span<const double> second) {
  const Differences differences(first, second);
  const std::uint64_t count = differences.count();
  if (count % 2 == 1) return differences.at(count / 2 + 1);
  const double below = differences.at(count / 2), above = differences.at(count / 2 + 1);
  return below == above ? below : below / 2 + above / 2;
}

std::optional<Interval> shift_limits_exact(std::span<const double> first, std::span<const double> second,
                                           double alpha) {
  const auto tails = mann_whitney_lower_tails(first.size(), second.size());
  if (!tails) return std::nullopt;
  // The rank is the number of values of U whose lower tail is within alpha.
  const auto rank = static_cast<std::uint64_t>(
      std::find_if(tails->begin(), tails->end(), [&](double tail) { return tail > alpha; }) - tails->begin());
  return at_ranks(Differences(first, second), rank);
}

Interval shift_limits_asymptotic(std::span<const double> first, std::span<const double> second, double alpha) {
  const Differences differences(first, second);
  const auto n1 = static_cast<double>(first.size()), n2 = static_cast<double>(second.size());
  const double n = n1 + n2, variance = n1 * n2 / 12 * (n + 1 - differences.tie_sum() / (n * (n - 1)));
  if (!(variance > 0)) return {-kInfinity, kInfinity};
  // Beyond the rank-th difference U is at most n1 n2 - rank: the least rank at which the test no longer rejects.
  const double turn = std::ceil(n1 * n2 / 2 - 0.5 - normal_upper_quantile(alpha) * std::sqrt(variance));
  return at_ranks(differences, turn >= 1 ? static_cast<std::uint64_t>(turn) : 0);
}

}  // namespace proofmark::statistics
