// Wichura's three rational approximations; the logarithm is SLEEF's deterministic one.
#include "runtime/statistics/normal.h"

#include <sleef.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace proofmark::statistics {
namespace {

using Coefficients = std::array<double, 8>;  // from the constant term up

constexpr Coefficients kCentralAbove{3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
                                     1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                     3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr Coefficients kCentralBelow{1.0,
                                     4.2313330701600911252e+1,
                                     6.8718700749205790830e+2,
                                     5.3941960214247511077e+3,
                                     2.1213794301586595867e+4,
                                     3.9307895800092710610e+4,
                                     2.8729085735721942674e+4,
                                     5.2264952788528545610e+3};
constexpr Coefficients kMiddleAbove{1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
                                    3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
                                    2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr Coefficients kMiddleBelow{1.0,
                                    2.05319162663775882187e0,
                                    1.67638483018380384940e0,
                                    6.89767334985100004550e-1,
                                    1.48103976427480074590e-1,
                                    1.51986665636164571966e-2,
                                    5.47593808499534494600e-4,
                                    1.05075007164441684324e-9};
constexpr Coefficients kTailAbove{6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
                                  2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                  2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Coefficients kTailBelow{1.0,
                                  5.99832206555887937690e-1,
                                  1.36929880922735805310e-1,
                                  1.48753612908506148525e-2,
                                  7.86869131145613259100e-4,
                                  1.84631831751005468180e-5,
                                  1.42151175831644588870e-7,
                                  2.04426310338993978564e-15};

inline double polynomial(const Coefficients& coefficients, double x) {
  double sum = coefficients.back();
  for (std::size_t i = coefficients.size() - 1; i-- > 0;) sum = sum * x + coefficients[i];
  return sum;
}

constexpr double kCentral = 0.425;

inline double central(double q) {
  const double r = 0.180625 - q * q;
  return q * polynomial(kCentralAbove, r) / polynomial(kCentralBelow, r);
}

// |z| from r = sqrt(-ln p).
inline double outer(double r) {
  return r <= 5 ? polynomial(kMiddleAbove, r - 1.6) / polynomial(kMiddleBelow, r - 1.6)
                : polynomial(kTailAbove, r - 5) / polynomial(kTailBelow, r - 5);
}

// A block that stays in the nearest cache.
constexpr std::size_t kBlock = 512;

void quantiles_of_block(double* p, std::size_t n, const BlockFunctions& functions) {
  std::array<double, kBlock> tails;
  std::array<std::uint16_t, kBlock> places;
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i) {
    places[count] = static_cast<std::uint16_t>(i);
    tails[count] = p[i] < 0.5 ? p[i] : 1 - p[i];
    count += std::fabs(p[i] - 0.5) > kCentral ? 1 : 0;
  }
  functions.log(tails.data(), count);
  for (std::size_t i = 0; i < count; ++i) tails[i] = outer(std::sqrt(-tails[i]));
  for (std::size_t i = 0; i < count; ++i) tails[i] = p[places[i]] < 0.5 ? -tails[i] : tails[i];
  for (std::size_t i = 0; i < n; ++i) p[i] = central(p[i] - 0.5);
  for (std::size_t i = 0; i < count; ++i) p[places[i]] = tails[i];
}

}  // namespace

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::fabs(q) <= kCentral) return central(q);
  const double z = outer(std::sqrt(-Sleef_cinz_logd1_u10purec(q < 0 ? p : 1 - p)));
  return q < 0 ? -z : z;
}

void normal_quantiles(double* p, std::size_t n, const BlockFunctions& functions) {
  for (std::size_t i = 0; i < n; i += kBlock) quantiles_of_block(p + i, std::min(kBlock, n - i), functions);
}

}  // namespace proofmark::statistics
