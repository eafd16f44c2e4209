// A smoothing spline with a given smoothing parameter, as R's smooth.spline(x, y, spar = smoothing) fits it.
//
// In: at least four points with ascending x. Out: the cubic spline f with a knot at every point that minimises the sum
// of (y - f)^2 + lambda times the integral of f''^2, x scaled to [0, 1]; beyond the ends it goes on linearly.
// lambda = r * 256^(3 * smoothing - 1), where r compares the sizes of the two terms, so that the parameter means the
// same whatever the scale of x and the number of points. Not here: weights, points with the same x, a parameter chosen
// by the data, and the fewer knots that R takes from 50 points on. The normal equations keep nine digits up to a
// parameter of 0.9 with gaps of thousandths of the range; where points crowd, digits are lost, as R loses them.
#pragma once

#include <span>
#include <vector>

namespace proofmark::statistics {

struct CurvePoint {
  double x = 0, y = 0;
};

struct SmoothingSpline {
  double first = 0, range = 1;       // of x: the knots are scaled by them
  std::vector<double> knots;         // 0 … 1, either end four times
  std::vector<double> coefficients;  // of the cubic B-splines, two more than there are points
};
SmoothingSpline smoothing_spline(std::span<const CurvePoint> points, double smoothing);

double value_at(const SmoothingSpline& spline, double x);

}  // namespace proofmark::statistics
