// The distributions everything stands on: beta, binomial, chi-squared, F, gamma, normal, Poisson, Student's t.
#include <array>

#include "runtime/methods/families.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/level.h"

namespace proofmark::methods {
namespace {

using statistics::Chance;

constexpr double kMinimumShape = 1e-6, kMaximumShape = 1e13;  // between them the fractions end within milliseconds

constexpr Parameter kA{"a", "alpha", Kind::positive, "first shape"};
constexpr Parameter kB{"b", "beta", Kind::positive, "second shape"};
constexpr Parameter kShape{"shape", "a", Kind::positive, "shape of the gamma distribution of scale 1"};
constexpr Parameter kDegrees{"df", "", Kind::positive, "degrees of freedom"};
constexpr Parameter kLevel{"p", "probability", Kind::positive, "probability left of the quantile, below 1"};

constexpr std::array kTailParameters{
    Parameter{"k", "successes", Kind::count, "number of successes"},
    Parameter{"n", "trials", Kind::count, "number of trials"},
    Parameter{"p", "probability", Kind::proportion, "probability of success in one trial"},
};
constexpr std::array kPoissonParameters{
    Parameter{"k", "events", Kind::count, "number of events"},
    Parameter{"mean", "mu|lambda", Kind::non_negative, "expected number of events"},
};
constexpr std::array kBetaParameters{
    kA, kB, Parameter{"x", "", Kind::non_negative, "where the distribution is cut, at most 1"}};
constexpr std::array kBetaQuantileParameters{kLevel, kA, kB};
constexpr std::array kGammaParameters{kShape, Parameter{"x", "", Kind::non_negative, "where the distribution is cut"}};
constexpr std::array kGammaQuantileParameters{kLevel, kShape};
constexpr std::array kNormalParameters{Parameter{"z", "x", Kind::real, "where the distribution is cut"}};
constexpr std::array kNormalQuantileParameters{kLevel};
constexpr std::array kChiSquaredParameters{Parameter{"x", "", Kind::non_negative, "where the distribution is cut"},
                                           kDegrees};
constexpr std::array kFisherParameters{Parameter{"x", "f", Kind::non_negative, "where the distribution is cut"},
                                       Parameter{"df1", "", Kind::positive, "degrees of freedom above the line"},
                                       Parameter{"df2", "", Kind::positive, "degrees of freedom below the line"}};
constexpr std::array kStudentParameters{Parameter{"t", "x", Kind::real, "where the distribution is cut"}, kDegrees};
constexpr std::array kStudentQuantileParameters{kLevel, kDegrees};

Chance chance_of(const Rational& p) {
  return {p.nearest_double(), statistics::alpha_of(p).nearest_double()};
}

// These take the double that is given, not the decimal that it spells: 1e-300 is a double, and no ratio of integers.
Chance chance_of(double p) {
  return {p, 1 - p};
}

std::optional<Diagnostic> beyond_one(const Arguments& call, std::string_view name, bool one_is_allowed) {
  if (call.real(name) < 1 || (one_is_allowed && call.real(name) == 1)) return std::nullopt;
  return refused("`" + std::string(name) + (one_is_allowed ? "` exceeds 1" : "` is not below 1"),
                 "a probability is a number from 0 to 1, such as 97.5%");
}

std::optional<Diagnostic> out_of_reach(const Arguments& call, std::string_view name) {
  if (call.real(name) >= kMinimumShape && call.real(name) <= kMaximumShape) return std::nullopt;
  return refused("`" + std::string(name) + "` is not from 1e-6 to 1e13", "no count of events or rows lies beyond");
}

json::Object tails(double cdf, double sf) {
  json::Object result;
  result.set("cdf", cdf);
  result.set("sf", sf);
  return result;
}

json::Object one(std::string_view field, double value) {
  json::Object result;
  result.set(std::string(field), number(value));
  return result;
}

Answer chi_squared_cdf(const Arguments& call) {
  if (auto problem = out_of_reach(call, "df")) return std::move(*problem);
  const double shape = call.real("df") / 2, x = call.real("x") / 2;
  return tails(statistics::gamma_lower(shape, x), statistics::gamma_upper(shape, x));
}

// F's lower tail is the upper one of its reciprocal.
Answer f_cdf(const Arguments& call) {
  for (const std::string_view name : {"df1", "df2"})
    if (auto problem = out_of_reach(call, name)) return std::move(*problem);
  const double x = call.real("x"), df1 = call.real("df1"), df2 = call.real("df2");
  if (x == 0) return tails(0, 1);
  if (x < 1e-150 || x > 1e150) return refused("`x` is not from 1e-150 to 1e150", "no ratio of variances lies beyond");
  return tails(statistics::f_upper(1 / x, df2, df1), statistics::f_upper(x, df1, df2));
}

Answer binomial_tail(const Arguments& call) {
  const std::uint64_t k = call.count("k"), n = call.count("n");
  if (k > n) return refused("`k` exceeds `n`", "successes are among the trials");
  const Chance p = chance_of(call.exact("p"));
  json::Object result;
  result.set("cdf", number(statistics::lower_tail(k, n, call.exact("p"))));
  result.set("sf_ge", number(statistics::upper_tail(k, n, call.exact("p"))));
  result.set("log_pmf", number(statistics::log_binomial_pmf(k, n, p.p, p.q)));
  return result;
}

Answer poisson_tail(const Arguments& call) {
  const std::uint64_t k = call.count("k");
  const double mean = call.real("mean");
  if (mean > kMaximumShape) return refused("`mean` exceeds 1e13", "no count of events lies beyond");
  json::Object result;
  result.set("cdf", statistics::poisson_lower(k, mean));
  result.set("sf_ge", statistics::poisson_upper(k, mean));
  result.set("log_pmf", number(statistics::log_poisson_pmf(k, mean)));
  return result;
}

Answer beta_cdf(const Arguments& call) {
  for (const char* name : {"a", "b"})
    if (auto problem = out_of_reach(call, name)) return std::move(*problem);
  if (auto problem = beyond_one(call, "x", true)) return std::move(*problem);
  const Chance x = chance_of(call.real("x"));
  return tails(statistics::beta_lower(call.real("a"), call.real("b"), x),
               statistics::beta_upper(call.real("a"), call.real("b"), x));
}

Answer beta_quantile(const Arguments& call) {
  for (const char* name : {"a", "b"})
    if (auto problem = out_of_reach(call, name)) return std::move(*problem);
  if (auto problem = beyond_one(call, "p", false)) return std::move(*problem);
  const Chance p = chance_of(call.real("p"));
  return one("x", statistics::beta_quantile(call.real("a"), call.real("b"), p.p, p.q));
}

Answer gamma_cdf(const Arguments& call) {
  if (auto problem = out_of_reach(call, "shape")) return std::move(*problem);
  return tails(statistics::gamma_lower(call.real("shape"), call.real("x")),
               statistics::gamma_upper(call.real("shape"), call.real("x")));
}

Answer gamma_quantile(const Arguments& call) {
  if (auto problem = out_of_reach(call, "shape")) return std::move(*problem);
  if (auto problem = beyond_one(call, "p", false)) return std::move(*problem);
  const Chance p = chance_of(call.real("p"));
  return one("x", statistics::gamma_quantile(call.real("shape"), p.p, p.q));
}

Answer normal_cdf(const Arguments& call) {
  const double z = call.real("z");
  json::Object result = tails(statistics::normal_cdf(z), statistics::normal_upper(z));
  result.set("log_cdf", number(statistics::normal_log_cdf(z)));
  return result;
}

Answer normal_quantile(const Arguments& call) {
  if (auto problem = beyond_one(call, "p", false)) return std::move(*problem);
  const Chance p = chance_of(call.real("p"));
  return one("z", p.p <= 0.5 ? -statistics::normal_upper_quantile(p.p) : statistics::normal_upper_quantile(p.q));
}

Answer t_cdf(const Arguments& call) {
  if (auto problem = out_of_reach(call, "df")) return std::move(*problem);
  return tails(statistics::student_t_cdf(call.real("t"), call.real("df")),
               statistics::student_t_upper(call.real("t"), call.real("df")));
}

Answer t_quantile(const Arguments& call) {
  if (auto problem = out_of_reach(call, "df")) return std::move(*problem);
  if (auto problem = beyond_one(call, "p", false)) return std::move(*problem);
  const Chance p = chance_of(call.real("p"));
  const double df = call.real("df");
  return one("t", p.p <= 0.5 ? statistics::student_t_quantile(p.p, df) : statistics::student_t_upper_quantile(p.q, df));
}

constexpr std::array kMethods{
    Method{"kernel.beta_cdf", "Both tails of the beta distribution at x.", kBetaParameters,
           "cdf: P(X <= x); sf: P(X > x)", "X is beta(a, b)", Guarantee::exact, "Loader 2000; Didonato & Morris 1992",
           "beta_cdf(a: 999, b: 2, x: 99.8%)", beta_cdf},
    Method{"kernel.beta_quantile", "The quantile of the beta distribution.", kBetaQuantileParameters,
           "x: P(X <= x) = p", "X is beta(a, b)", Guarantee::exact, "Didonato & Morris 1992",
           "beta_quantile(p: 97.5%, a: 999_000_001, b: 1_000_000)", beta_quantile},
    Method{"kernel.binomial_tail", "Both tails of the binomial distribution at k, k included in each.", kTailParameters,
           "cdf: P(X <= k); sf_ge: P(X >= k); log_pmf: ln P(X = k), -Infinity where it is 0", "X is binomial(n, p)",
           Guarantee::exact, "Loader 2000; Didonato & Morris 1992", "binomial_tail(k: 2994, n: 2995, p: 99.9%)",
           binomial_tail},
    Method{"kernel.chi_squared_cdf", "Both tails of the chi-squared distribution at x.", kChiSquaredParameters,
           "cdf: P(X <= x); sf: P(X > x)", "X is chi-squared with df degrees of freedom", Guarantee::exact,
           "Pearson 1900; Didonato & Morris 1986", "chi_squared_cdf(x: 3.84, df: 1)", chi_squared_cdf},
    Method{"kernel.f_cdf", "Both tails of Fisher's F distribution at x.", kFisherParameters,
           "cdf: P(F <= x); sf: P(F > x)",
           "F is a ratio of independent mean squares with df1 and df2 degrees of freedom", Guarantee::exact,
           "Fisher 1924; Didonato & Morris 1992", "f_cdf(x: 2.5, df1: 3, df2: 20)", f_cdf},
    Method{"kernel.gamma_cdf", "Both tails of the gamma distribution of scale 1 at x.", kGammaParameters,
           "cdf: P(X <= x); sf: P(X > x)", "X is gamma(shape), scale 1", Guarantee::exact,
           "Didonato & Morris 1986; Loader 2000", "gamma_cdf(shape: 3, x: 2.5)", gamma_cdf},
    Method{"kernel.gamma_quantile", "The quantile of the gamma distribution of scale 1.", kGammaQuantileParameters,
           "x: P(X <= x) = p", "X is gamma(shape), scale 1", Guarantee::exact, "Didonato & Morris 1986",
           "gamma_quantile(p: 97.5%, shape: 100_000_000_001)", gamma_quantile},
    Method{"kernel.normal_cdf", "Both tails of the normal distribution at z.", kNormalParameters,
           "cdf: P(Z <= z); sf: P(Z > z); log_cdf: ln P(Z <= z), -Infinity where no double holds it",
           "Z is standard normal", Guarantee::exact, "Abramowitz & Stegun 1964, 7.1 and 26.2", "normal_cdf(z: -8.3)",
           normal_cdf},
    Method{"kernel.normal_quantile", "The quantile of the normal distribution.", kNormalQuantileParameters,
           "z: P(Z <= z) = p", "Z is standard normal", Guarantee::exact, "Wichura 1988", "normal_quantile(p: 97.5%)",
           normal_quantile},
    Method{"kernel.poisson_tail", "Both tails of the Poisson distribution at k, k included in each.",
           kPoissonParameters, "cdf: P(X <= k); sf_ge: P(X >= k); log_pmf: ln P(X = k), -Infinity where it is 0",
           "X is Poisson(mean)", Guarantee::exact, "Loader 2000", "poisson_tail(k: 3, mean: 10)", poisson_tail},
    Method{"kernel.t_cdf", "Both tails of Student's t distribution at t.", kStudentParameters,
           "cdf: P(T <= t); sf: P(T > t)", "T is Student's t with df degrees of freedom", Guarantee::exact,
           "Student 1908; Didonato & Morris 1992", "t_cdf(t: 2.5, df: 10)", t_cdf},
    Method{"kernel.t_quantile", "The quantile of Student's t distribution.", kStudentQuantileParameters,
           "t: P(T <= t) = p", "T is Student's t with df degrees of freedom", Guarantee::exact, "Student 1908",
           "t_quantile(p: 97.5%, df: 9)", t_quantile},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> kernel_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
