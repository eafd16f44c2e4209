// What the checks of facts take for impossible never is: facts of values that are drawn and counted here pass, whatever
// the values are; and what they are there to find is found.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "runtime/plan/cluster_sums.h"
#include "runtime/transcript/clusters_shape.h"
#include "runtime/transcript/contrast_shape.h"
#include "runtime/transcript/moments_shape.h"
#include "runtime/transcript/ranks_shape.h"
#include "runtime/transcript/summary_shape.h"

namespace proofmark::transcript {
namespace {

using plan::Int128;
using plan::MomentSums;
using Random = std::mt19937_64;

std::int64_t drawn(Random& random, std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(random);
}

std::vector<std::int64_t> values_of(Random& random, std::int64_t most, std::int64_t high) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(drawn(random, 0, most)));
  const std::int64_t low = drawn(random, 0, high);
  for (std::int64_t& value : values) value = drawn(random, 0, 3) == 0 ? low : drawn(random, low, high);
  return values;
}

const plan::SumMoments kRange{0, 0, plan::Rational(-3), plan::Rational(40)};

// Values beyond 40 are above.
MomentSums moments(const std::vector<std::int64_t>& values) {
  Int128 sum = 0, squares = 0;
  MomentSums sums;
  for (const Int128 value : values) {
    sums.known += 1;
    sums.above += value > 40 ? 1 : 0;
    if (value > 40) continue;
    sum += value + 3;
    squares += (value + 3) * (value + 3);
  }
  sums.sum = sum;
  sums.squares = squares;
  return sums;
}

TEST(PossibleFacts, MomentsOfWholeNumbers) {
  Random random(1);
  for (int i = 0; i < 3'000; ++i) {
    std::vector<std::vector<std::int64_t>> steps(4);
    std::vector<std::int64_t> all;
    std::vector<MomentSums> parts;
    for (auto& step : steps) {
      step = values_of(random, 9, 44);
      parts.push_back(moments(step));
      all.insert(all.end(), step.begin(), step.end());
    }
    const std::vector<std::int64_t> others = values_of(random, 3, 44);
    all.insert(all.end(), others.begin(), others.end());
    MomentSums whole = moments(all);
    ASSERT_TRUE(could_be_moments(kRange, whole));
    ASSERT_TRUE(could_be_parts(kRange, whole, parts, others.size()));
    if (others.empty()) {
      MomentSums altered = whole;
      altered.squares = std::get<Int128>(*whole.squares) + 2;
      ASSERT_FALSE(could_be_parts(kRange, altered, parts, 0));
      altered.squares.reset();
      ASSERT_FALSE(could_be_parts(kRange, altered, parts, 0));
      altered = whole;
      altered.sum = std::get<Int128>(whole.sum) + 1;
      ASSERT_FALSE(could_be_parts(kRange, altered, parts, 0));
    } else {
      ASSERT_FALSE(could_be_parts(kRange, whole, parts, others.size() - 1));
    }
    whole.squares = std::get<Int128>(*whole.squares) + 1;
    ASSERT_FALSE(could_be_moments(kRange, whole));  // x^2 is odd just when x is
  }
}

TEST(PossibleFacts, SquaresThatNoNumberHolds) {
  const std::int64_t far = INT64_MAX;
  const plan::SumMoments range{0, 0, plan::Rational(0), plan::Rational(far)};
  const auto of = [&](std::uint64_t n, std::optional<Int128> squares) {
    MomentSums sums{n, 0, 0, Int128(n) * far, std::nullopt};
    if (squares) sums.squares = *squares;
    return sums;
  };
  const Int128 square = Int128(far) * far;  // two of them have 127 bits, three more
  EXPECT_TRUE(could_be_moments(range, of(2, 2 * square)));
  EXPECT_FALSE(could_be_moments(range, of(2, std::nullopt)));
  EXPECT_TRUE(could_be_moments(range, of(3, std::nullopt)));
  EXPECT_TRUE(could_be_parts(range, of(3, std::nullopt), {of(2, 2 * square), of(1, square)}, 0));
  EXPECT_TRUE(could_be_parts(range, of(4, std::nullopt), {of(3, std::nullopt), of(1, square)}, 0));
  EXPECT_TRUE(could_be_parts(range, of(3, std::nullopt), {of(2, 2 * square)}, 1));
  EXPECT_FALSE(could_be_parts(range, of(2, std::nullopt), {of(1, square), of(1, square)}, 0));
  EXPECT_FALSE(could_be_parts(range, of(3, 2 * square), {of(2, 2 * square), of(1, square)}, 0));
}

TEST(PossibleFacts, MomentsOfReals) {
  const plan::SumMoments range{0, 0, plan::Rational(0), plan::Rational(2)};
  Random random(2);
  std::uniform_real_distribution<double> value(0, 2);
  std::vector<MomentSums> parts;
  double sum = 0, squares = 0;
  for (int step = 0; step < 60; ++step) {
    double part = 0, of_squares = 0;
    for (int i = 0; i < 4'000; ++i) {
      const double x = value(random);
      part += x;
      of_squares += x * x;
    }
    parts.push_back({4'000, 0, 0, part, of_squares});
    sum = part + sum;
    squares += of_squares;
  }
  const MomentSums whole{240'000, 0, 0, sum * (1 + 0x1p-50), squares * (1 - 0x1p-50)};
  EXPECT_TRUE(could_be_parts(range, whole, parts, 0));
  for (const double factor : {3.0, 1 + 1e-12, 1 - 1e-12}) {
    EXPECT_FALSE(could_be_parts(range, {240'000, 0, 0, sum * factor, squares}, parts, 0)) << factor;
    EXPECT_FALSE(could_be_parts(range, {240'000, 0, 0, sum, squares * factor}, parts, 0)) << factor;
  }
  EXPECT_TRUE(could_be_parts(range, {240'001, 0, 0, sum + 2, squares + 4}, parts, 1));
  EXPECT_FALSE(could_be_parts(range, {240'001, 0, 0, sum + 2.1, squares + 4}, parts, 1));
  EXPECT_FALSE(could_be_parts(range, {240'001, 0, 0, sum - 0.1, squares}, parts, 1));
  EXPECT_TRUE(could_be_moments(range, {0, 0, 0, 0.0, 0.0}));
  EXPECT_FALSE(could_be_moments(range, {0, 0, 0, 0.5, 0.0}));
}

// Twice the midranks of the values, and of each step the moments of its own.
std::vector<MomentSums> ranked(const std::vector<std::vector<std::int64_t>>& steps) {
  std::vector<std::int64_t> all;
  for (const auto& step : steps) all.insert(all.end(), step.begin(), step.end());
  std::vector<MomentSums> sums;
  for (const auto& step : steps) {
    Int128 sum = 0, squares = 0;
    for (const std::int64_t value : step) {
      const auto less = [&](std::int64_t other) { return other < value; };
      const Int128 rank =
          2 * std::count_if(all.begin(), all.end(), less) + std::count(all.begin(), all.end(), value) + 1;
      sum += rank;
      squares += rank * rank;
    }
    sums.push_back({step.size(), 0, 0, sum, squares});
  }
  return sums;
}

TEST(PossibleFacts, Ranks) {
  Random random(3);
  for (int i = 0; i < 2'000; ++i) {
    std::vector<std::vector<std::int64_t>> steps(5);
    for (auto& step : steps) step = values_of(random, 6, 30);
    std::vector<MomentSums> sums = ranked(steps);
    ASSERT_EQ(wrong_ranks(sums), std::nullopt);
    if (sums[0].known == 0) continue;
    const Int128 squares = std::get<Int128>(*sums[0].squares), sum = std::get<Int128>(sums[0].sum);
    for (const Int128 other : {squares + 1, squares * 3, Int128(0)}) {
      sums[0].squares = other;
      ASSERT_TRUE(wrong_ranks(sums));
    }
    sums[0].squares = squares;
    sums[0].sum = sum + 1;
    ASSERT_TRUE(wrong_ranks(sums));
  }
}

TEST(PossibleFacts, Clusters) {
  Random random(4);
  for (int i = 0; i < 5'000; ++i) {
    plan::ClusterSums certain, possible;
    for (std::int64_t c = drawn(random, 0, 6); c > 0; --c) {
      const auto rows = static_cast<std::uint64_t>(drawn(random, 0, 5));
      const auto part = static_cast<std::uint64_t>(drawn(random, 0, static_cast<std::int64_t>(rows)));
      const auto more =
          static_cast<std::uint64_t>(drawn(random, static_cast<std::int64_t>(part), static_cast<std::int64_t>(rows)));
      plan::add_cluster(certain, rows, part);
      plan::add_cluster(possible, rows, more);
    }
    ASSERT_TRUE(could_be_clusters(certain));
    ASSERT_TRUE(could_be_clusters(possible));
    ASSERT_TRUE(could_be_of_one_clustering(certain, possible));
    for (Int128 plan::ClusterSums::* sums : {&plan::ClusterSums::rows_rows, &plan::ClusterSums::part_part}) {
      plan::ClusterSums altered = certain;
      altered.*sums += 1;
      ASSERT_FALSE(could_be_clusters(altered));
    }
  }
}

plan::ContrastSums contrasted(const std::vector<std::int64_t>& first, const std::vector<std::int64_t>& second) {
  const auto n1 = static_cast<Int128>(first.size()), n2 = static_cast<Int128>(second.size());
  plan::ContrastSums sums{first.size(), second.size(), 0, 0, 0};
  std::vector<std::int64_t> all = first;
  all.insert(all.end(), second.begin(), second.end());
  for (const std::int64_t at : all) {
    const auto up_to = [&](std::int64_t value) { return value <= at; };
    const Int128 gap = Int128(std::count_if(first.begin(), first.end(), up_to)) * n2 -
                       Int128(std::count_if(second.begin(), second.end(), up_to)) * n1;
    sums.above = std::max(sums.above, gap);
    sums.below = std::max(sums.below, -gap);
  }
  for (const std::int64_t x : first)
    for (const std::int64_t y : second) sums.wins += x > y ? 2 : x == y ? 1 : 0;
  return sums;
}

plan::ValueSummary summary(std::vector<std::int64_t> values) {
  std::sort(values.begin(), values.end());
  plan::ValueSummary summary;
  summary.known = values.size();
  Int128 sum = 0;
  for (const std::int64_t value : values) sum += value;
  summary.sum = sum;
  if (values.empty()) return summary;
  summary.minimum = values.front();
  summary.maximum = values.back();
  for (const std::size_t rank : {values.size() / 2 + 1, std::size_t{1}, values.size()})
    summary.ranks.emplace_back(plan::RankedValue{rank, values[rank - 1]});
  return summary;
}

TEST(PossibleFacts, Contrasts) {
  Random random(5);
  for (int i = 0; i < 5'000; ++i) {
    const std::vector<std::int64_t> first = values_of(random, 8, 20), second = values_of(random, 8, 20);
    const plan::ContrastSums sums = contrasted(first, second);
    const plan::ValueSummary one = summary(first), two = summary(second);
    const auto wrong = [&](const plan::ContrastSums& altered) {
      return wrong_contrast(altered, {first.size(), one, plan::Told::exactly},
                            {second.size(), two, plan::Told::exactly});
    };
    ASSERT_EQ(wrong(sums), std::nullopt);
    if (first.empty() || second.empty()) continue;
    plan::ContrastSums altered = sums;
    altered.wins = 2 * Int128(sums.first) * sums.second + 1;
    ASSERT_TRUE(wrong(altered));
    altered = sums;
    altered.above = Int128(sums.first) * sums.second + 1;
    ASSERT_TRUE(wrong(altered));
  }
}

TEST(PossibleFacts, Summaries) {
  Random random(6);
  for (int i = 0; i < 5'000; ++i) {
    plan::ValueSummary of = summary(values_of(random, 8, 20));
    ASSERT_EQ(wrong_order(of), std::nullopt);
    ASSERT_EQ(wrong_sum(of), std::nullopt);
    if (of.known == 0) continue;
    of.sum = std::get<Int128>(*of.sum) + 20 * Int128(of.known) + 1;
    ASSERT_TRUE(wrong_sum(of));
    of.ranks[1]->value = std::get<std::int64_t>(*of.minimum) + 1;
    ASSERT_TRUE(wrong_order(of));
  }
}

}  // namespace
}  // namespace proofmark::transcript
