// How long a CUSUM chart runs until it alarms, on average. The run length L(u) from the sum u solves the integral
// equation of Page (1954), L(u) = 1 + L(0) P(next sum is 0) + integral over [0, h] of L times the density of the next
// sum; it is solved at Gauss-Legendre nodes half a standard deviation apart. Where that is too many nodes, or the run
// too long for the system to be solved in doubles, Siegmund's approximation (1985) takes its place: within 2 %.
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/drift.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/gauss_legendre.h"

namespace proofmark::statistics {
namespace {

constexpr double kInverseRoot2Pi = 0.39894228040143267794;
constexpr double kWidestSolved = 25, kLongestSolved = 1e9;

// Shift minus slack is the drift of the sum.
double siegmund(double drift, double h) {
  const double b = h + 1.166;  // the correction for overshoot
  if (std::fabs(drift) < 1e-6) return b * b;
  const double exponent = -2 * drift * b;
  return (expm1_of(exponent) - exponent) / (2 * drift * drift);
}

struct Points {
  std::vector<double> place, weight;
};

Points points_of(double h) {
  const auto panels = static_cast<std::size_t>(std::max(1.0, std::ceil(2 * h)));
  const double half = h / static_cast<double>(panels) / 2;
  Points points;
  for (std::size_t panel = 0; panel < panels; ++panel)
    for (std::size_t i = 0; i < 8; ++i) {
      const Node& node = kGaussLegendre.at(i < 4 ? 3 - i : i - 4);
      points.place.push_back(half * (static_cast<double>(2 * panel + 1) + (i < 4 ? -node.place : node.place)));
      points.weight.push_back(half * node.weight);
    }
  return points;
}

// Of rows [coefficients | right side], by elimination with the largest pivot; the first unknown.
double first_unknown(std::vector<std::vector<double>> rows) {
  const std::size_t n = rows.size();
  for (std::size_t at = n; at-- > 0;) {  // the first unknown is left for the end
    std::size_t best = 0;
    for (std::size_t i = 1; i <= at; ++i)
      if (std::fabs(rows[i][at]) > std::fabs(rows[best][at])) best = i;
    std::swap(rows[best], rows[at]);
    for (std::size_t i = 0; i < at; ++i) {
      const double factor = rows[i][at] / rows[at][at];
      if (factor == 0) continue;
      for (std::size_t j = 0; j < at; ++j) rows[i][j] -= factor * rows[at][j];
      rows[i][n] -= factor * rows[at][n];
    }
  }
  return rows[0][n] / rows[0][0];
}

double solved(double drift, double h) {
  const Points points = points_of(h);
  const std::size_t n = points.place.size() + 1;  // the sum at 0, and at each of the points
  std::vector<std::vector<double>> rows(n, std::vector<double>(n + 1, 0));
  for (std::size_t i = 0; i < n; ++i) {
    const double from = (i == 0 ? 0 : points.place[i - 1]) + drift;
    rows[i][0] = -normal_upper(from);
    for (std::size_t j = 1; j < n; ++j) {
      const double z = points.place[j - 1] - from;
      rows[i][j] = -points.weight[j - 1] * kInverseRoot2Pi * exp_of(-z * z / 2);
    }
    rows[i][i] += 1;
    rows[i][n] = 1;
  }
  return first_unknown(std::move(rows));
}

double one_sided_run_length(double drift, double h) {
  const double about = siegmund(drift, h);
  return h <= kWidestSolved && about <= kLongestSolved ? solved(drift, h) : about;
}

}  // namespace

double cusum_run_length(double k, double h, double shift) {
  const double up = one_sided_run_length(shift - k, h), down = one_sided_run_length(-shift - k, h);
  if (std::isinf(up) || std::isinf(down)) return std::min(up, down);
  return 1 / (1 / up + 1 / down);
}

}  // namespace proofmark::statistics
