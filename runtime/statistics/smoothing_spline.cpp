// The normal equations (X'X + lambda S) c = X'y in the basis of cubic B-splines: X holds the basis at the points, S the
// integrals of the products of its second derivatives. Four basis functions are not 0 between two knots, so that both
// are bands of seven diagonals, and a Cholesky factor without roots solves them in linear time. After de Boor, A
// practical guide to splines, 2001; the scale of lambda is that of R's sbart.
#include "runtime/statistics/smoothing_spline.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

constexpr std::size_t kDegree = 3;
using Local = std::array<double, kDegree + 1>;  // of the basis functions that are not 0 between two knots
using Band = std::vector<Local>;                // [i][d]: row i, column i + d of a symmetric matrix

// The basis functions j - 3 … j at x, between the knots j and j + 1 (the recursion of Cox and de Boor).
Local basis_at(const std::vector<double>& knots, std::size_t j, double x) {
  Local basis = {1};
  for (std::size_t degree = 1; degree <= kDegree; ++degree) {
    double from_left = 0;
    for (std::size_t i = 0; i < degree; ++i) {
      const double upper = knots[j + i + 1], lower = knots[j + i + 1 - degree];
      const double share = basis[i] / (upper - lower);
      basis[i] = from_left + (upper - x) * share;
      from_left = (x - lower) * share;
    }
    basis[degree] = from_left;
  }
  return basis;
}

// The second derivatives of the same functions at the knots j and j + 1: linear in between.
struct Curvatures {
  Local left, right;
};
Curvatures curvatures(const std::vector<double>& knots, std::size_t j) {
  Curvatures result{};
  for (std::size_t one = 0; one <= kDegree; ++one) {
    Local values{};
    values[one] = 1;
    for (std::size_t order = 1; order <= 2; ++order) {  // the coefficients of the derivative of this order
      const std::size_t degree = kDegree + 1 - order;
      for (std::size_t i = kDegree; i >= order; --i) {
        const std::size_t first = j - kDegree + i;
        values[i] = static_cast<double>(degree) * (values[i] - values[i - 1]) / (knots[first + degree] - knots[first]);
      }
    }
    result.left[one] = values[2];
    result.right[one] = values[3];
  }
  return result;
}

// Adds the integrals between the knots j and j + 1.
void add_roughness(Band& band, const std::vector<double>& knots, std::size_t j) {
  constexpr double kThird = 0.333;  // R's own constant: with 1/3 the values differ from its in the fifth digit
  const Curvatures ends = curvatures(knots, j);
  const double width = knots[j + 1] - knots[j];
  for (std::size_t a = 0; a <= kDegree; ++a)
    for (std::size_t b = a; b <= kDegree; ++b) {
      const double rise_a = ends.right[a] - ends.left[a], rise_b = ends.right[b] - ends.left[b];
      band[j - kDegree + a][b - a] += width * (ends.left[a] * ends.left[b] + rise_a * rise_b * kThird +
                                               (ends.left[a] * rise_b + rise_a * ends.left[b]) / 2);
    }
}

// Solves band * result = right, the band being positive definite.
std::vector<double> solve(Band band, std::vector<double> right) {
  const std::size_t size = right.size();
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t d = 1; d <= kDegree && i + d < size; ++d) {
      const double factor = band[i][d] / band[i][0];
      for (std::size_t e = d; e <= kDegree && i + e < size; ++e) band[i + d][e - d] -= factor * band[i][e];
      right[i + d] -= factor * right[i];
    }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t d = 1; d <= kDegree && i + d < size; ++d) right[i] -= band[i][d] * right[i + d];
    right[i] /= band[i][0];
  }
  return right;
}

// X'X and S have their ends left out of the comparison: three basis functions at either.
double penalty_scale(const Band& products, const Band& roughness) {
  double fit = 0, rough = 0;
  for (std::size_t i = 2; i + 3 < products.size(); ++i) {
    fit += products[i][0];
    rough += roughness[i][0];
  }
  return fit / rough;
}

}  // namespace

SmoothingSpline smoothing_spline(std::span<const CurvePoint> points, double smoothing) {
  PROOFMARK_CHECK(points.size() > kDegree);
  SmoothingSpline spline{points.front().x, points.back().x - points.front().x, {}, {}};
  spline.knots.assign(kDegree, 0);
  for (const CurvePoint& point : points) {
    spline.knots.push_back((point.x - spline.first) / spline.range);
    PROOFMARK_CHECK(spline.knots.size() == kDegree + 1 || spline.knots.back() > spline.knots.end()[-2]);
  }
  spline.knots.insert(spline.knots.end(), kDegree, 1);

  const std::size_t size = points.size() + kDegree - 1, last_interval = size - 1;
  Band products(size), roughness(size);
  std::vector<double> right(size);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t j = std::min(i + kDegree, last_interval);
    const Local basis = basis_at(spline.knots, j, spline.knots[i + kDegree]);
    for (std::size_t a = 0; a <= kDegree; ++a) {
      right[j - kDegree + a] += basis[a] * points[i].y;
      for (std::size_t b = a; b <= kDegree; ++b) products[j - kDegree + a][b - a] += basis[a] * basis[b];
    }
  }
  for (std::size_t j = kDegree; j <= last_interval; ++j) add_roughness(roughness, spline.knots, j);
  const double lambda = penalty_scale(products, roughness) * pow_of(256, 3 * smoothing - 1);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t d = 0; d <= kDegree; ++d) products[i][d] += lambda * roughness[i][d];
  spline.coefficients = solve(std::move(products), std::move(right));
  return spline;
}

double value_at(const SmoothingSpline& spline, double x) {
  const auto &knots = spline.knots, &c = spline.coefficients;
  const std::size_t last = c.size() - 1;
  const double scaled = (x - spline.first) / spline.range;
  // At an end the curve has the end's coefficient for its value, and its slope is that of the last two.
  if (scaled < 0) return c[0] + kDegree * (c[1] - c[0]) / knots[kDegree + 1] * scaled;
  if (scaled > 1) return c[last] + kDegree * (c[last] - c[last - 1]) / (1 - knots[last]) * (scaled - 1);
  const auto above =
      std::upper_bound(knots.begin() + kDegree + 1, knots.begin() + static_cast<std::ptrdiff_t>(last) + 1, scaled);
  const auto j = static_cast<std::size_t>(above - knots.begin()) - 1;
  const Local basis = basis_at(knots, j, scaled);
  double value = 0;
  for (std::size_t a = 0; a <= kDegree; ++a) value += c[j - kDegree + a] * basis[a];
  return value;
}

}  // namespace proofmark::statistics
