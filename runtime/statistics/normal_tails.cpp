// Tails of the normal distribution, to the last subnormal.
//
// The argument of erfc is z / sqrt 2 as the sum of two doubles: rounding it once would cost z^2 units of the tail. Far
// out Laplace's continued fraction of Mills' ratio takes over, and e^(-z^2/2) is multiplied in as two equal factors
// so that nothing but the result is subnormal.
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/normal.h"

namespace proofmark::statistics {
namespace {

constexpr double kRootHalf = 0.70710678118654757, kRootHalfRest = -4.8336466567264567e-17;
constexpr double kTwoOverRootPi = 1.1283791670955126, kRootTwoPi = 2.5066282746310002;
constexpr double kFar = 20;  // from here on 12 quotients of the fraction are exact

// (1 - Phi(z)) / phi(z), z >= kFar.
double mills_ratio(double z) {
  double rest = z;
  for (int j = 12; j > 0; --j) rest = z + j / rest;
  return 1 / rest;
}

double far_upper(double z) {
  const double half = z * z / 2, rest = std::fma(z, z, -z * z) / 2;
  const double root = exp_of(-half / 2);
  return root * (mills_ratio(z) / kRootTwoPi * (1 - rest)) * root;
}

}  // namespace

double normal_upper(double z) {
  PROOFMARK_CHECK(!std::isnan(z));
  if (z > 40) return 0;
  if (z < -40) return 1;
  if (z >= kFar) return far_upper(z);
  const double whole = z * kRootHalf, rest = std::fma(z, kRootHalf, -whole) + z * kRootHalfRest;
  return (erfc_of(whole) - rest * kTwoOverRootPi * exp_of(-whole * whole)) / 2;
}

double normal_cdf(double z) {
  return normal_upper(-z);
}

double normal_log_cdf(double z) {
  if (z >= -1) return log1p_of(-normal_upper(z));
  if (z > -kFar) return log_of(normal_upper(-z));
  if (z < -0x1p511) return -HUGE_VAL;
  return -(z * z / 2 + log_of(kRootTwoPi / mills_ratio(-z)));
}

double normal_upper_quantile(double p) {
  PROOFMARK_CHECK(p > 0 && p < 1);
  return -normal_quantile(p);
}

}  // namespace proofmark::statistics
