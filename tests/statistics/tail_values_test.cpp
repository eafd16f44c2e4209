// The kernel against tails computed another way (data/make_tail_values.py: integer sums and term-by-term summation),
// and against Boost.Math, which is good to about 5e-11 up to a million rows.
#include <gtest/gtest.h>

#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/binomial_tails.h"
#include "runtime/statistics/exact_tail.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

struct Row {
  bool is_lower = true;
  std::uint64_t k = 0, n = 0;
  Rational p;
  std::string tail;  // 30 digits, "d.ddde-x"
};

std::vector<Row> recorded() {
  std::ifstream file(PROOFMARK_SOURCE_DIR "/tests/statistics/data/tail_values.tsv");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    std::string side, p;
    Row row;
    fields >> side >> row.k >> row.n >> p >> row.tail;
    row.is_lower = side == "lower";
    row.p = *Rational::parse(p);
    rows.push_back(row);
  }
  return rows;
}

TEST(TailValues, AreMetToOnePartInTenToTheTwelve) {
  const auto rows = recorded();
  ASSERT_GT(rows.size(), 500u);
  double worst = 0;
  for (const Row& row : rows) {
    const double wanted = std::stod(row.tail);
    const double got = row.is_lower ? lower_tail(row.k, row.n, row.p) : upper_tail(row.k, row.n, row.p);
    const double error = std::fabs(got / wanted - 1);
    EXPECT_LE(error, 1e-12) << row.k << " of " << row.n << " at " << row.p.to_string();
    worst = std::max(worst, error);
  }
  RecordProperty("worst_relative_error", std::to_string(worst * 1e15) + "e-15");
}

// What the kernel claims of its own error, it keeps; and near usual levels the claim is useful.
TEST(TailValues, KeepTheErrorBoundThatComesWithThem) {
  for (const Row& row : recorded()) {
    const Ratio p = ratio_of(row.p);
    const BetaTail tail =
        row.is_lower ? BetaTail{row.n - row.k, row.k + 1, complement(p)} : BetaTail{row.k, row.n - row.k + 1, p};
    const auto [value, error] =
        bounded_incomplete_beta({static_cast<double>(tail.a), static_cast<double>(tail.b), to_double(tail.x),
                                 to_double(complement(tail.x)), deviation(tail.a, tail.b, tail.x)});
    const double wanted = std::stod(row.tail);
    EXPECT_LE(std::fabs(value - wanted), (error + 0x1p-53) * wanted) << row.k << " of " << row.n;
    if (wanted > 1e-9 && wanted < 0.11) {
      EXPECT_LE(error, 1e-12) << row.k << " of " << row.n;
    }
  }
}

// The recorded tail with its digits after `digits` cut off, and that plus one unit: levels 1e-20 below and above it.
TEST(TailValues, AreSettledOnTheRightSideOfLevelsTenToTheMinusTwentyAway) {
  int settled = 0;
  for (const Row& row : recorded()) {
    const auto exponent = row.tail.find('e');
    const std::string mantissa = row.tail.substr(0, exponent),
                      power = exponent == std::string::npos ? "" : row.tail.substr(exponent);
    if (mantissa.size() < 24) continue;  // a short exact value: the next test has ties
    const auto below = Rational::parse(mantissa.substr(0, 22) + power);
    if (!below || *below >= Rational(1)) continue;
    std::string next = mantissa.substr(0, 22);
    std::size_t digit = next.size() - 1;
    while (next[digit] == '9') next[digit--] = '0';
    if (next[digit] == '.') continue;
    ++next[digit];
    const auto above = Rational::parse(next + power);
    if (!above || *above >= Rational(1)) continue;
    const auto compare = row.is_lower ? compare_lower_tail : compare_upper_tail;
    EXPECT_EQ(compare(row.k, row.n, row.p, *below), Against::above)
        << row.k << " of " << row.n << " at " << row.p.to_string();
    EXPECT_EQ(compare(row.k, row.n, row.p, *above), Against::below)
        << row.k << " of " << row.n << " at " << row.p.to_string();
    ++settled;
  }
  EXPECT_GT(settled, 200);
}

// Every tail of these small samples is a rational that fits; as a level it is a tie and nothing else.
TEST(Ties, OfAllSmallSamplesAreRecognised) {
  for (const auto& [u, d] : {std::pair{1, 2}, {1, 3}, {9, 10}, {99, 100}, {1, 1000}})
    for (int n = 1; n <= 12; ++n) {
      const Rational p = *Rational::make(u, d);
      Rational below_k;  // P(X < k)
      plan::Int128 choose = 1;
      for (int k = 0; k < n; ++k) {
        plan::Int128 numerator = choose, denominator = 1;
        for (int i = 0; i < n; ++i) numerator *= i < k ? u : d - u, denominator *= d;
        choose = choose * (n - k) / (k + 1);
        const auto tail = add(below_k, *Rational::make(numerator, denominator));
        if (!tail || denominator > plan::Int128(1) << 100) break;
        below_k = *tail;
        const auto rows = static_cast<std::uint64_t>(n), count = static_cast<std::uint64_t>(k);
        EXPECT_EQ(compare_lower_tail(count, rows, p, *tail), Against::equal)
            << k << " of " << n << " at " << p.to_string();
        EXPECT_EQ(compare_upper_tail(count + 1, rows, p, *subtract(Rational(1), *tail)), Against::equal);
      }
    }
}

TEST(Ties, OfTheFairCoinHoldForAnyNumberOfRows) {
  const Rational half = *Rational::make(1, 2);
  for (const std::uint64_t n : {1ULL, 101ULL, 99'999'999'999ULL}) {
    EXPECT_EQ(compare_lower_tail(n / 2, n, half, half), Against::equal);
    EXPECT_EQ(compare_upper_tail(n / 2 + 1, n, half, half), Against::equal);
  }
}

TEST(Ties, WithHugeSamplesThatMissByAHairAreNotTies) {
  const Rational half = *Rational::make(1, 2);
  const auto level = *Rational::parse("0.50000000000000000000000000000000001");
  EXPECT_EQ(compare_lower_tail(499'999, 999'999, half, level), Against::below);
  EXPECT_EQ(compare_upper_tail(500'000, 999'999, half, level), Against::below);
}

TEST(Boost, AgreesUpToAMillionRows) {
  for (const std::uint64_t n : {3ULL, 40ULL, 1000ULL, 31'623ULL, 1'000'000ULL})
    for (const char* text : {"0.5", "0.95", "0.999"})
      for (const double z : {-3.0, -1.6, -0.2, 0.4, 2.0, 3.5}) {
        const double p = Rational::parse(text)->nearest_double(), rows = static_cast<double>(n);
        const double count = std::floor(rows * p + z * std::sqrt(rows * p * (1 - p)));
        if (count < 1 || count >= rows) continue;
        const auto k = static_cast<std::uint64_t>(count);
        const double upper = boost::math::ibeta(count, rows - count + 1, p);
        EXPECT_NEAR(upper_tail(k, n, *Rational::parse(text)) / upper, 1, 1e-10) << k << " of " << n << " at " << text;
        const double lower = boost::math::ibetac(count + 1, rows - count, p);
        EXPECT_NEAR(lower_tail(k, n, *Rational::parse(text)) / lower, 1, 1e-10) << k << " of " << n << " at " << text;
        const double bound = boost::math::ibeta_inv(count, rows - count + 1, 0.05);
        EXPECT_NEAR(clopper_pearson(k, 0, n, *Rational::parse("0.05")).lower / bound, 1, 1e-10) << k << " of " << n;
      }
}

TEST(IncompleteBeta, TakesParametersThatAreNotIntegers) {
  for (const double a : {0.5, 1.5, 3.25, 17.5, 1000.5})
    for (const double b : {0.5, 2.5, 40.25, 5000.5})
      for (const double x : {0.001, 0.125, 0.25, 0.375, 0.5}) {
        const double wanted = boost::math::ibeta(a, b, x);
        if (wanted < 1e-280) continue;
        EXPECT_NEAR(incomplete_beta(point_from_left(a, b, x)) / wanted, 1, 1e-11) << a << " " << b << " " << x;
      }
}

TEST(StirlingError, MatchesLogGamma) {
  for (const double n : {0.5, 1.0, 2.0, 2.5, 7.0, 15.0, 15.5, 16.0, 100.0}) {
    const long double x = n;
    const long double wanted = std::lgamma(x + 1) - ((x + 0.5L) * std::log(x) - x + 0.91893853320467274178L);
    EXPECT_NEAR(stirling_error(n), static_cast<double>(wanted), 2e-15) << n;
  }
}

}  // namespace
}  // namespace proofmark::statistics
