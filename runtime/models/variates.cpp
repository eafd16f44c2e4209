// The formulas over blocks: the operations of variate.cpp in its order, a loop each, without a branch on a value.
#include <array>
#include <cmath>
#include <limits>

#include "runtime/models/variate.h"
#include "runtime/statistics/normal.h"

namespace proofmark::models {
namespace {

using plan::ModelFamily;
using Parameters = std::span<const double* const>;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

void bernoulli(const double* p, double* u, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double hit = u[i] < p[i] ? 1.0 : 0.0;
    u[i] = ((p[i] >= 0) & (p[i] <= 1)) ? hit : kUnknown;
  }
}

void uniform(const double* low, const double* high, double* u, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double x = low[i] + (high[i] - low[i]) * u[i];
    const bool good = (low[i] < high[i]) & (std::fabs(low[i]) < HUGE_VAL) & (std::fabs(high[i]) < HUGE_VAL);
    u[i] = good ? x : kUnknown;
  }
}

// a + b z, as normal and the exponent of lognormal have it.
void located(const double* a, const double* b, double* z, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const double x = a[i] + b[i] * z[i];
    const bool good = (std::fabs(a[i]) < HUGE_VAL) & (b[i] > 0) & (b[i] < HUGE_VAL);
    z[i] = good ? x : kUnknown;
  }
}

// -log1p(-u): a waiting time of mean 1.
void waiting(double* u, std::size_t n, const statistics::BlockFunctions& functions) {
  for (std::size_t i = 0; i < n; ++i) u[i] = -u[i];
  functions.log1p(u, n);
}

void exponential(const double* mean, double* u, std::size_t n, const statistics::BlockFunctions& functions) {
  waiting(u, n, functions);
  for (std::size_t i = 0; i < n; ++i) u[i] = ((mean[i] > 0) & (mean[i] < HUGE_VAL)) ? -mean[i] * u[i] : kUnknown;
}

// scale exp(x / shape), where `x` is -log1p(-u) for pareto and its logarithm for weibull.
void powers(const double* scale, const double* shape, double* x, std::size_t n,
            const statistics::BlockFunctions& functions) {
  for (std::size_t i = 0; i < n; ++i) x[i] /= shape[i];
  functions.exp(x, n);
  for (std::size_t i = 0; i < n; ++i) {
    const bool good = (scale[i] > 0) & (scale[i] < HUGE_VAL) & (shape[i] > 0) & (shape[i] < HUGE_VAL);
    x[i] = good ? scale[i] * x[i] : kUnknown;
  }
}

void one_by_one(ModelFamily family, Parameters parameters, double* u, std::size_t n) {
  std::vector<double> own(parameters.size());
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < own.size(); ++k) own[k] = parameters[k][i];
    u[i] = variate(family, own, u[i]);
  }
}

}  // namespace

void variates(ModelFamily family, Parameters of, double* u, std::size_t n, statistics::Lanes lanes) {
  const statistics::BlockFunctions& functions = statistics::block_functions(lanes);
  switch (family) {
    case ModelFamily::bernoulli:
      return bernoulli(of[0], u, n);
    case ModelFamily::uniform:
      return uniform(of[0], of[1], u, n);
    case ModelFamily::normal:
      statistics::normal_quantiles(u, n, functions);
      return located(of[0], of[1], u, n);
    case ModelFamily::lognormal:
      statistics::normal_quantiles(u, n, functions);
      located(of[0], of[1], u, n);
      return functions.exp(u, n);
    case ModelFamily::exponential:
      return exponential(of[0], u, n, functions);
    case ModelFamily::weibull:
      waiting(u, n, functions);
      for (std::size_t i = 0; i < n; ++i) u[i] = -u[i];
      functions.log(u, n);
      return powers(of[0], of[1], u, n, functions);
    case ModelFamily::pareto:
      waiting(u, n, functions);
      for (std::size_t i = 0; i < n; ++i) u[i] = -u[i];
      return powers(of[0], of[1], u, n, functions);
    case ModelFamily::binomial:
    case ModelFamily::poisson:
    case ModelFamily::gamma:
    case ModelFamily::beta:
    case ModelFamily::categorical:
      return one_by_one(family, of, u, n);
  }
}

}  // namespace proofmark::models
