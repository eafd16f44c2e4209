// The formulas, one variate at a time: the reference that the blocks must agree with to the bit.
#include "runtime/models/variate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/normal.h"

namespace proofmark::models {
namespace {

using plan::ModelFamily;
using statistics::exp_of;
using statistics::log1p_of;
using statistics::log_of;

constexpr double kMost = 1e9;
constexpr double kSmallestGammaShape = 0.01, kSmallestBetaShape = 0.5;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

bool positive(double x) {
  return x > 0 && x < HUGE_VAL;
}
bool finite(double x) {
  return std::fabs(x) < HUGE_VAL;
}
bool share(double p) {
  return p >= 0 && p <= 1;
}

bool categories(std::span<const double> chances) {
  double sum = 0;
  for (const double p : chances) {
    if (!share(p)) return false;
    sum += p;
  }
  return std::fabs(sum - 1) <= 1e-9;
}

double category(std::span<const double> chances, double u) {
  double sum = 0, index = 0;
  for (std::size_t i = 0; i + 1 < chances.size(); ++i) {
    sum += chances[i];
    if (u >= sum) index += 1;
  }
  return index;
}

double binomial(double n, double p, double u) {
  if (p == 0) return 0;
  if (p == 1) return n;
  const auto trials = static_cast<std::uint64_t>(n);
  const statistics::Chance chance{p, 1 - p};
  const double guess = n * p + statistics::normal_quantile(u) * std::sqrt(n * p * (1 - p));
  return static_cast<double>(statistics::first_where<std::uint64_t>(
      0, trials, static_cast<std::uint64_t>(std::clamp(guess, 0.0, n)),
      [&](std::uint64_t k) { return k >= trials || statistics::binomial_lower(k, trials, chance) >= u; }));
}

double poisson(double mean, double u) {
  if (mean == 0) return 0;
  const double spread = std::sqrt(mean), guess = mean + statistics::normal_quantile(u) * spread;
  const auto most = static_cast<std::uint64_t>(mean + 60 * spread + 200);  // beyond it lies less than 2^-60
  return static_cast<double>(
      statistics::first_where<std::uint64_t>(0, most, static_cast<std::uint64_t>(std::max(0.0, guess)),
                                             [&](std::uint64_t k) { return statistics::poisson_lower(k, mean) >= u; }));
}

}  // namespace

bool is_count(ModelFamily family) {
  return family == ModelFamily::binomial || family == ModelFamily::poisson || family == ModelFamily::categorical;
}

bool in_domain(ModelFamily family, std::span<const double> of) {
  switch (family) {
    case ModelFamily::bernoulli:
      return share(of[0]);
    case ModelFamily::binomial:
      return of[0] >= 0 && of[0] <= kMost && of[0] == std::floor(of[0]) && share(of[1]);
    case ModelFamily::poisson:
      return of[0] >= 0 && of[0] <= kMost;
    case ModelFamily::uniform:
      return finite(of[0]) && finite(of[1]) && of[0] < of[1];
    case ModelFamily::normal:
    case ModelFamily::lognormal:
      return finite(of[0]) && positive(of[1]);
    case ModelFamily::exponential:
      return positive(of[0]);
    case ModelFamily::gamma:
      return of[0] >= kSmallestGammaShape && of[0] <= kMost && positive(of[1]);
    case ModelFamily::beta:
      return of[0] >= kSmallestBetaShape && of[0] <= kMost && of[1] >= kSmallestBetaShape && of[1] <= kMost;
    case ModelFamily::weibull:
    case ModelFamily::pareto:
      return positive(of[0]) && positive(of[1]);
    case ModelFamily::categorical:
      return categories(of);
  }
  return false;
}

double variate(ModelFamily family, std::span<const double> of, double u) {
  if (!in_domain(family, of)) return kUnknown;
  switch (family) {
    case ModelFamily::bernoulli:
      return u < of[0] ? 1 : 0;
    case ModelFamily::binomial:
      return binomial(of[0], of[1], u);
    case ModelFamily::poisson:
      return poisson(of[0], u);
    case ModelFamily::uniform:
      return of[0] + (of[1] - of[0]) * u;
    case ModelFamily::normal:
      return of[0] + of[1] * statistics::normal_quantile(u);
    case ModelFamily::lognormal:
      return exp_of(of[0] + of[1] * statistics::normal_quantile(u));
    case ModelFamily::exponential:
      return -of[0] * log1p_of(-u);
    case ModelFamily::gamma:
      return of[1] * statistics::gamma_quantile(of[0], u, 1 - u);
    case ModelFamily::beta:
      return statistics::beta_quantile(of[0], of[1], u, 1 - u);
    case ModelFamily::weibull:
      return of[0] * exp_of(log_of(-log1p_of(-u)) / of[1]);
    case ModelFamily::pareto:
      return of[0] * exp_of(-log1p_of(-u) / of[1]);
    case ModelFamily::categorical:
      return category(of, u);
  }
  return kUnknown;
}

}  // namespace proofmark::models
