// Smoothing splines against R's smooth.spline, and what kSamples makes of them: data/smoothing_splines.tsv and
// data/ksamples_p_values.tsv, recorded by make_smoothed_values.R; and by what the definition says of lines and limits.
#include "runtime/statistics/smoothing_spline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/statistics/anderson_darling_table.h"

namespace proofmark::statistics {
namespace {

// The fields of each row, each a list of numbers.
std::vector<std::vector<std::vector<double>>> recorded(const std::string& name) {
  std::ifstream file(std::string(PROOFMARK_SOURCE_DIR "/tests/statistics/data/") + name);
  std::vector<std::vector<std::vector<double>>> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    auto& row = rows.emplace_back();
    for (std::string field; std::getline(fields, field, '\t');) {
      std::istringstream words(field);
      auto& values = row.emplace_back();
      for (std::string word; words >> word;) values.push_back(std::stod(word));
    }
  }
  return rows;
}

TEST(SmoothingSpline, IsThatOfR) {
  const auto rows = recorded("smoothing_splines.tsv");
  ASSERT_EQ(rows.size(), 12u);
  for (const auto& row : rows) {
    ASSERT_EQ(row.size(), 5u);
    std::vector<CurvePoint> points;
    for (std::size_t i = 0; i < row[1].size(); ++i) points.push_back({row[1][i], row[2][i]});
    const auto spline = smoothing_spline(points, row[0][0]);
    for (std::size_t i = 0; i < row[3].size(); ++i)
      EXPECT_NEAR(value_at(spline, row[3][i]), row[4][i], 1e-9 * (1 + std::fabs(row[4][i])))
          << points.size() << " points, at " << row[3][i];
  }
}

TEST(SmoothingSpline, KeepsALineWhateverTheParameter) {
  const std::vector<CurvePoint> line = {{-1, 5}, {0, 3}, {0.25, 2.5}, {2, -1}, {7, -11}, {7.5, -12}};
  for (const double smoothing : {0.0, 0.4, 1.0})
    for (const double x : {-4.0, -1.0, 0.1, 3.0, 7.5, 20.0})
      EXPECT_NEAR(value_at(smoothing_spline(line, smoothing), x), 3 - 2 * x, 1e-8) << smoothing << ", " << x;
}

TEST(SmoothingSpline, RunsFromThePointsToTheLineOfLeastSquares) {
  const std::vector<CurvePoint> points = {{0, 1}, {1, 3}, {2, 2}, {3, 5}, {4, 4}};  // least squares: 1.4 + 0.8 x
  const auto rough = smoothing_spline(points, -2), stiff = smoothing_spline(points, 1.5);
  for (const CurvePoint& point : points) {
    EXPECT_NEAR(value_at(rough, point.x), point.y, 1e-4);
    EXPECT_NEAR(value_at(stiff, point.x), 1.4 + 0.8 * point.x, 1e-4);
  }
}

TEST(SmoothingSpline, DoesNotDependOnTheScaleOfX) {
  const std::vector<CurvePoint> points = {{0, 1}, {1, 3}, {2.5, 2}, {3, 5}, {8, 4}};
  auto scaled = points;
  for (CurvePoint& point : scaled) point.x = 1024 * point.x - 4096;  // exactly
  for (const double x : {-2.0, 0.5, 2.75, 8.0, 9.0})
    EXPECT_NEAR(value_at(smoothing_spline(points, 0.5), x), value_at(smoothing_spline(scaled, 0.5), 1024 * x - 4096),
                1e-12);
}

TEST(InterpolatedAndersonDarling, IsThatOfKSamples) {
  const auto rows = recorded("ksamples_p_values.tsv");
  ASSERT_EQ(rows.size(), 300u);
  for (const auto& row : rows) {
    ASSERT_EQ(row.size(), 4u);
    const auto df = static_cast<std::uint64_t>(row[1][0]);
    const Ties ties = row[0][0] == 1 ? Ties::right_continuous : Ties::midrank;
    const double got = anderson_darling_interpolated(row[2][0], df, ties);
    EXPECT_NEAR(got / row[3][0], 1, 1e-8) << df << ", " << row[2][0];
  }
}

// What the declaration says of the distance from the limit law.
TEST(InterpolatedAndersonDarling, LiesNearTheLimitWhereItSaysSo) {
  constexpr double kVarianceOfOne = 0.57973626739290574;  // 2 (pi^2 / 3 - 3)
  const auto worst = [](double from, double to) {
    double furthest = 0;
    for (const std::uint64_t df : {1, 3, 9, 12, 50})
      for (double t = -1.3; t < 16; t += 0.3) {
        const double mean = static_cast<double>(df);
        const double limit = anderson_darling_upper(mean + std::sqrt(kVarianceOfOne * mean) * t, df);
        if (limit < from || limit > to) continue;
        for (const Ties ties : {Ties::right_continuous, Ties::midrank})
          furthest = std::max(furthest, std::fabs(anderson_darling_interpolated(t, df, ties) / limit - 1));
      }
    return furthest;
  };
  EXPECT_LT(worst(0.01, 1), 0.015);
  EXPECT_LT(worst(0.001, 0.01), 0.03);
  EXPECT_GT(worst(1e-6, 1e-4), 0.2);  // of no use there
}

// No two quantiles are so near to each other that R would take them for one (1e-6 of their interquartile range), or
// out of order.
TEST(InterpolatedAndersonDarling, QuantilesAscend) {
  for (const Ties ties : {Ties::right_continuous, Ties::midrank})
    for (std::size_t column = 0; column < kTabulatedDegrees.size(); ++column)
      for (std::size_t i = 1; i < kTabulatedProbabilities.size(); ++i) {
        const auto& table = simulated_quantiles(ties);
        EXPECT_GT(table[i][column] - table[i - 1][column], 0.01);
      }
  // Where the smoothed ones do not, the spline's own check ends the run.
  for (const std::uint64_t df : {1ULL, 5ULL, 11ULL, 1'000ULL, 1'000'000ULL, 10'000'000'000'000ULL})
    EXPECT_GT(anderson_darling_interpolated(0, df, Ties::midrank), 0.3);
}

TEST(InterpolatedAndersonDarling, FarAwayStaysAProbability) {
  for (const std::uint64_t df : {1, 10, 1'000'000}) {
    EXPECT_EQ(anderson_darling_interpolated(1e6, df, Ties::midrank), 0);
    EXPECT_EQ(anderson_darling_interpolated(-1e6, df, Ties::midrank), 1);
  }
}

}  // namespace
}  // namespace proofmark::statistics
