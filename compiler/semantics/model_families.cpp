#include "compiler/semantics/model_families.h"

#include <algorithm>

namespace proofmark::semantics {
namespace {

using plan::ModelFamily;
using enum ParameterDomain;

constexpr std::int64_t kMost = 1'000'000'000;

}  // namespace

std::span<const FamilyRecord> model_families() {
  static const std::vector<FamilyRecord> kFamilies{
      {"bernoulli", "bernoulli(p)", ModelFamily::bernoulli, {{"p", share}}, true},
      {"binomial", "binomial(n, p)", ModelFamily::binomial, {{"n", whole}, {"p", share}}},
      {"poisson", "poisson(mean)", ModelFamily::poisson, {{"mean", mean_count}}},
      {"uniform", "uniform(low, high)", ModelFamily::uniform, {{"low", any, true}, {"high", any, true}}},
      {"normal", "normal(mean, sd)", ModelFamily::normal, {{"mean", any, true}, {"sd", positive, true}}},
      {"lognormal", "lognormal(mu, sigma)", ModelFamily::lognormal, {{"mu", any}, {"sigma", positive}}},
      {"exponential", "exponential(mean)", ModelFamily::exponential, {{"mean", positive, true}}},
      {"gamma", "gamma(shape, scale)", ModelFamily::gamma, {{"shape", gamma_shape}, {"scale", positive, true}}},
      {"beta", "beta(a, b)", ModelFamily::beta, {{"a", beta_shape}, {"b", beta_shape}}},
      {"weibull", "weibull(scale, shape)", ModelFamily::weibull, {{"scale", positive, true}, {"shape", positive}}},
      {"pareto", "pareto(scale, shape)", ModelFamily::pareto, {{"scale", positive, true}, {"shape", positive}}},
      {"categorical", "categorical(p0, p1, …)", ModelFamily::categorical, {{"p", share}}},
  };
  return kFamilies;
}

const FamilyRecord* model_family(std::string_view name) {
  const auto families = model_families();
  const auto found = std::find_if(families.begin(), families.end(), [&](const auto& one) { return one.name == name; });
  return found == families.end() ? nullptr : &*found;
}

std::string_view domain_phrase(ParameterDomain domain) {
  switch (domain) {
    case share:
      return "lies between 0% and 100%";
    case whole:
      return "is a whole number from 0 to 1000000000";
    case mean_count:
      return "lies between 0 and 1000000000";
    case any:
      return "";
    case positive:
      return "is above 0";
    case gamma_shape:
      return "lies between 0.01 and 1000000000";
    case beta_shape:
      return "lies between 0.5 and 1000000000";
  }
  return "";
}

std::string_view domain_rule(ParameterDomain domain, const Rational& value) {
  const auto fits = [&] {
    switch (domain) {
      case share:
        return !value.is_negative() && value <= Rational(1);
      case whole:
        return !value.is_negative() && value.is_integer() && value <= Rational(kMost);
      case mean_count:
        return !value.is_negative() && value <= Rational(kMost);
      case any:
        return true;
      case positive:
        return value > Rational(0);
      case gamma_shape:
        return value >= *Rational::make(1, 100) && value <= Rational(kMost);
      case beta_shape:
        return value >= *Rational::make(1, 2) && value <= Rational(kMost);
    }
    return true;
  };
  return fits() ? "" : domain_phrase(domain);
}

}  // namespace proofmark::semantics
