// Posteriors under declared priors: probabilities of what is believed, not confidences.
#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/statistics/beta_comparison.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/level.h"

namespace proofmark::methods {
namespace {

constexpr double kMinimumPrior = 1e-6, kMaximumPrior = 1e13;

constexpr Parameter kPriorA{"prior_a", "a", Kind::positive, "first shape of the beta prior: successes believed in",
                            "0.5"};
constexpr Parameter kPriorB{"prior_b", "b", Kind::positive, "second shape of the beta prior: failures believed in",
                            "0.5"};
constexpr Parameter kCredibility{"credibility", "confidence", Kind::level,
                                 "posterior probability of the interval, such as 95%"};

constexpr std::array kBetaParameters{
    Parameter{"successes", "k", Kind::count, "number of successes"},
    Parameter{"trials", "n", Kind::count, "number of trials"},
    kPriorA,
    kPriorB,
    kCredibility,
    Parameter{"threshold", "", Kind::proportion, "of which the posterior probability is wanted", kOptional}};
constexpr std::array kGammaParameters{
    Parameter{"events", "k|x", Kind::count, "number of events"},
    Parameter{"exposure", "t", Kind::non_negative, "time in which they came"},
    Parameter{"prior_shape", "", Kind::positive, "shape of the gamma prior: events believed in", "0.5"},
    Parameter{"prior_rate", "", Kind::non_negative, "rate of the gamma prior: time believed in", "0"},
    kCredibility,
    Parameter{"threshold", "", Kind::non_negative, "rate, of which the posterior probability is wanted", kOptional}};
constexpr std::array kComparisonParameters{Parameter{"k1", "successes1|count1", Kind::count, "successes of A"},
                                           Parameter{"n1", "trials1", Kind::count, "trials of A"},
                                           Parameter{"k2", "successes2|count2", Kind::count, "successes of B"},
                                           Parameter{"n2", "trials2", Kind::count, "trials of B"},
                                           kPriorA,
                                           kPriorB};

std::optional<Diagnostic> extreme_prior(const Arguments& call) {
  const double a = call.real("prior_a"), b = call.real("prior_b");
  if (std::min(a, b) >= kMinimumPrior && std::max(a, b) <= kMaximumPrior) return std::nullopt;
  return refused("a shape of the prior is not from 1e-6 to 1e13", "Jeffreys' prior has 0.5, the uniform one has 1");
}

Answer beta_binomial(const Arguments& call) {
  const std::uint64_t k = call.count("successes"), n = call.count("trials");
  if (k > n) return refused("`successes` exceeds `trials`", "successes are among the trials");
  if (auto problem = extreme_prior(call)) return std::move(*problem);
  const double prior_a = call.real("prior_a"), prior_b = call.real("prior_b");
  const double a = static_cast<double>(k) + prior_a, b = static_cast<double>(n - k) + prior_b;
  const auto both = statistics::tail_level(call.exact("credibility"), true);
  const auto one = statistics::tail_level(call.exact("credibility"), false);
  json::Object result;
  result.set("post_a", a);
  result.set("post_b", b);
  result.set("mean", a / (a + b));
  result.set("lower", statistics::beta_quantile(a, b, both.alpha, both.co_alpha));
  result.set("upper", statistics::beta_quantile(a, b, both.co_alpha, both.alpha));
  result.set("lower_one_sided", statistics::beta_quantile(a, b, one.alpha, one.co_alpha));
  if (call.has("threshold")) {
    const Rational& threshold = call.exact("threshold");
    const statistics::Chance x{threshold.nearest_double(), statistics::alpha_of(threshold).nearest_double()};
    result.set("prob_ge_threshold", statistics::beta_upper(a, b, x));
  }
  result.set("prior_outweighs_data", prior_a + prior_b > static_cast<double>(n));
  return result;
}

Answer gamma_poisson(const Arguments& call) {
  const double shape = static_cast<double>(call.count("events")) + call.real("prior_shape");
  const double rate = call.real("exposure") + call.real("prior_rate");
  if (!(rate > 0))
    return refused("`exposure` and `prior_rate` are both 0", "without any time the posterior is not a distribution");
  if (call.real("prior_shape") < kMinimumPrior || call.real("prior_shape") > kMaximumPrior)
    return refused("`prior_shape` is not from 1e-6 to 1e13", "Jeffreys' prior has 0.5");
  const auto both = statistics::tail_level(call.exact("credibility"), true);
  json::Object result;
  result.set("mean", number(shape / rate));
  result.set("lower", number(statistics::gamma_quantile(shape, both.alpha, both.co_alpha) / rate));
  result.set("upper", number(statistics::gamma_quantile(shape, both.co_alpha, both.alpha) / rate));
  if (call.has("threshold"))
    result.set("prob_le_threshold", statistics::gamma_lower(shape, call.real("threshold") * rate));
  return result;
}

Answer prob_a_greater_b(const Arguments& call) {
  if (call.count("k1") > call.count("n1") || call.count("k2") > call.count("n2"))
    return refused("there are more successes than trials", "successes are among the trials");
  if (auto problem = extreme_prior(call)) return std::move(*problem);
  const auto posterior = [&](std::uint64_t k, std::uint64_t n) {
    return statistics::BetaShape{static_cast<double>(k) + call.real("prior_a"),
                                 static_cast<double>(n - k) + call.real("prior_b")};
  };
  json::Object result;
  result.set("prob", statistics::probability_greater(posterior(call.count("k1"), call.count("n1")),
                                                     posterior(call.count("k2"), call.count("n2"))));
  return result;
}

constexpr std::string_view kPrior = "trials are independent, and the prior is what was believed before them";

constexpr std::array kMethods{
    Method{"bayes.beta_binomial", "The posterior of a proportion under a beta prior.", kBetaParameters,
           "post_a, post_b: its shapes; mean; lower, upper: equal tails; lower_one_sided; prob_ge_threshold: posterior "
           "probability; prior_outweighs_data",
           kPrior, Guarantee::assumed, "Bayes 1763; Jeffreys 1946",
           "beta_binomial(successes: 999, trials: 1000, credibility: 95%, threshold: 99.9%)", beta_binomial},
    Method{"bayes.gamma_poisson", "The posterior of a rate of events under a gamma prior.", kGammaParameters,
           "mean, lower, upper: rates; prob_le_threshold: posterior probability",
           "events are independent and come at a constant rate, and the prior is what was believed before them",
           Guarantee::assumed, "Jeffreys 1946", "gamma_poisson(events: 3, exposure: 720, credibility: 95%)",
           gamma_poisson},
    Method{"bayes.prob_a_greater_b", "The posterior probability that one proportion exceeds another.",
           kComparisonParameters, "prob: posterior probability that A's proportion is the greater", kPrior,
           Guarantee::assumed, "Bayes 1763",
           "prob_a_greater_b(k1: 120, n1: 1000, k2: 100, n2: 1000, prior_a: 1, prior_b: 1)", prob_a_greater_b},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> bayes_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
