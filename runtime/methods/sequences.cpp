// Looking as often as one likes: e-values, confidence sequences, uniform boundaries.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/levels.h"
#include "runtime/statistics/beta_mixture.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/uniform_boundaries.h"

namespace proofmark::methods {
namespace {

constexpr Parameter kSuccesses{"successes", "k", Kind::count, "number of successes so far"};
constexpr Parameter kTrials{"trials", "n", Kind::count, "number of rows so far"};
constexpr Parameter kAlpha{"alpha", "", Kind::level, "chance ever to err"};
constexpr Parameter kPriorA{"prior_a", "a", Kind::positive, "the mixture's beta prior: pseudo-successes", "1"};
constexpr Parameter kPriorB{"prior_b", "b", Kind::positive, "the mixture's beta prior: pseudo-failures", "1"};
constexpr Parameter kNullP{"p0", "null_value", Kind::level, "the null proportion of successes"};

constexpr std::array kMixtureSequenceParameters{
    kSuccesses, kTrials, Parameter{"confidence", "", Kind::level, "of the sequence over all times, such as 95%"},
    kPriorA,    kPriorB,
};

std::optional<Diagnostic> bad_counts(const Arguments& call) {
  if (call.count("successes") > call.count("trials"))
    return refused("`successes` exceeds `trials`", "successes are among the trials");
  return std::nullopt;
}

std::optional<Diagnostic> bad_prior(const Arguments& call) {
  for (const char* name : {"prior_a", "prior_b"})
    if (call.real(name) < 1e-6 || call.real(name) > 1e12)
      return refused(fmt::format("`{}` lies outside 1e-6 ... 1e12", name), "the uniform prior is 1, 1");
  return std::nullopt;
}

Answer beta_mixture_sequence(const Arguments& call) {
  if (auto problem = bad_counts(call)) return std::move(*problem);
  if (auto problem = bad_prior(call)) return std::move(*problem);
  const auto alpha = plan::subtract(Rational(1), call.exact("confidence"));
  const auto span =
      statistics::beta_mixture_sequence(call.count("successes"), call.count("trials"), call.real("prior_a"),
                                        call.real("prior_b"), alpha->nearest_double());
  return span_of(span.lower, span.upper);
}

constexpr std::array kHowardParameters{
    kSuccesses,
    kTrials,
    kAlpha,
    Parameter{"t_opt", "", Kind::positive, "rows near which the sequence is tightest"},
    Parameter{"alpha_opt", "", Kind::level, "level for which it is tightest; `alpha` if left out", kOptional},
};

Answer howard_sequence(const Arguments& call) {
  if (auto problem = bad_counts(call)) return std::move(*problem);
  const auto span = statistics::centred_mixture_sequence(call.count("successes"), call.count("trials"), level(call),
                                                         call.real("t_opt"),
                                                         level(call, call.has("alpha_opt") ? "alpha_opt" : "alpha"));
  return span_of(span.lower, span.upper);
}

constexpr std::array kEValueParameters{kSuccesses, kTrials, kNullP, kPriorA, kPriorB};

json::Object e_value_of(double log_e) {
  json::Object result;
  result.set("log_e", number(log_e));
  result.set("always_valid_p", number(log_e > 0 ? statistics::exp_of(-log_e) : 1.0));
  return result;
}

Answer e_value(const Arguments& call) {
  if (auto problem = bad_counts(call)) return std::move(*problem);
  if (auto problem = bad_prior(call)) return std::move(*problem);
  return e_value_of(statistics::log_e_value(call.count("successes"), call.count("trials"),
                                            statistics::proportion_of(call.exact("p0")), call.real("prior_a"),
                                            call.real("prior_b")));
}

constexpr std::array kOneSidedParameters{
    kSuccesses,
    kTrials,
    kNullP,
    Parameter{"null", "", Kind::word, "the null hypothesis about the proportion p of successes", "p<=p0",
              "p<=p0|p>=p0"},
    Parameter{"prior", "", Kind::word, "the mixture's prior, uniform over the alternatives", kOptional,
              "uniform(p0,1)|uniform(0,p0)"},
};

Answer e_value_one_sided(const Arguments& call) {
  if (auto problem = bad_counts(call)) return std::move(*problem);
  const bool above = call.word("null") == "p<=p0";
  if (call.has("prior") && (call.word("prior") == "uniform(p0,1)") != above)
    return refused(fmt::format("the prior {} lies within the null {}", call.word("prior"), call.word("null")),
                   "the prior covers the alternatives");
  const std::uint64_t k = call.count("successes"), n = call.count("trials");
  const auto complement = plan::subtract(Rational(1), call.exact("p0"));
  return e_value_of(above ? statistics::log_e_value_above(k, n, call.exact("p0"))
                          : statistics::log_e_value_above(n - k, n, *complement));
}

constexpr std::array kNormalParameters{
    Parameter{"v", "", Kind::non_negative, "intrinsic time: sum of the variance proxies so far"},
    kAlpha,
    Parameter{"v_opt", "", Kind::positive, "intrinsic time near which the boundary is tightest"},
    Parameter{"alpha_opt", "", Kind::level, "level for which it is tightest; `alpha` if left out", kOptional},
    Parameter{"one_sided", "is_one_sided", Kind::flag, "bound the sum above only, instead of its size", "true"},
};

json::Object bound_of(double bound) {
  json::Object result;
  result.set("bound", number(bound));
  return result;
}

Answer normal_mixture(const Arguments& call) {
  const double best = level(call, call.has("alpha_opt") ? "alpha_opt" : "alpha");
  if (call.flag("one_sided") && best >= 0.5)
    return refused("a one-sided boundary is tuned for a level of 1/2 or more", "give `alpha_opt` below 0.5");
  if (call.real("v") > 1e100 || call.real("v_opt") > 1e100 || call.real("v_opt") < 1e-100)
    return refused("an intrinsic time lies beyond 1e100", "give the sum in another unit");
  return bound_of(
      statistics::normal_mixture_bound(call.real("v"), level(call), call.real("v_opt"), best, call.flag("one_sided")));
}

constexpr Parameter kS{"s", "", Kind::real, "exponent of the stitching, above 1", "1.4"};
constexpr Parameter kEta{"eta", "", Kind::real, "growth of the epochs, above 1", "2"};
constexpr std::array kPolyParameters{
    Parameter{"v", "", Kind::non_negative, "intrinsic time: sum of the variance proxies so far"},
    kAlpha,
    Parameter{"v_min", "", Kind::positive, "intrinsic time from which the boundary grows"},
    Parameter{"c", "", Kind::non_negative, "scale of a sub-gamma tail; 0: sub-Gaussian", "0"},
    kS,
    kEta,
};

std::optional<Diagnostic> bad_stitching(const Arguments& call) {
  if (!(call.real("s") > 1 && call.real("s") <= 100)) return refused("`s` is not in 1 ... 100, 1 left out");
  if (!(call.real("eta") > 1 && call.real("eta") <= 1e6)) return refused("`eta` is not in 1 ... 1e6, 1 left out");
  return std::nullopt;
}

Answer poly_stitching(const Arguments& call) {
  if (auto problem = bad_stitching(call)) return std::move(*problem);
  return bound_of(statistics::poly_stitching_bound(call.real("v"), level(call), call.real("v_min"), call.real("c"),
                                                   call.real("s"), call.real("eta")));
}

constexpr std::array kProcessParameters{
    Parameter{"t", "n", Kind::positive, "number of values so far"},
    kAlpha,
    Parameter{"t_min", "", Kind::positive, "number of values from which the band holds, at least 1"},
    Parameter{"A", "", Kind::positive, "constant of the iterated logarithm, above 0.7071...", "0.85"},
};

Answer empirical_process(const Arguments& call) {
  if (call.real("t_min") < 1) return refused("`t_min` is below 1", "give at least 1");
  if (!(call.real("A") > 0.7072 && call.real("A") <= 100))
    return refused("`A` is not in 0.7072 ... 100", "it lies above 1/sqrt(2); 0.85 is usual");
  return bound_of(statistics::empirical_process_bound(call.real("t"), level(call), call.real("t_min"), call.real("A")));
}

constexpr std::array kQuantileParameters{
    Parameter{"t", "n", Kind::positive, "number of values so far"},
    Parameter{"p", "quantile", Kind::level, "order of the quantile"},
    kAlpha,
    Parameter{"t_opt", "", Kind::positive, "number of values near which the bound is tightest, at least 1"},
    Parameter{"delta", "", Kind::positive, "spacing of the grid of quantiles", "0.5"},
    kS,
    kEta,
};

Answer quantile_stitching(const Arguments& call) {
  if (auto problem = bad_stitching(call)) return std::move(*problem);
  if (call.real("t_opt") < 1) return refused("`t_opt` is below 1", "give at least 1");
  return bound_of(statistics::quantile_stitching_bound(call.real("t"), level(call, "p"), level(call),
                                                       call.real("t_opt"), call.real("delta"), call.real("s"),
                                                       call.real("eta")));
}

constexpr std::string_view kBernoulli = "rows are independent with one probability, in a window that only grows";
constexpr std::string_view kHoward = "Howard, Ramdas, McAuliffe & Sekhon 2021";
constexpr std::string_view kEnds = "lower, upper: of the interval at this time; all times hold together";

constexpr std::array kMethods{
    Method{"sequential.confidence_sequence_bernoulli_howard",
           "A confidence sequence of a proportion, tightest near a chosen number of rows.", kHowardParameters, kEnds,
           kBernoulli, Guarantee::finite_sample, "Howard, Ramdas, McAuliffe & Sekhon 2021; Howard & Ramdas 2022",
           "confidence_sequence_bernoulli_howard(successes: 999, trials: 1000, alpha: 5%, t_opt: 1000)",
           howard_sequence},
    Method{"sequential.confidence_sequence_beta_mixture", "A confidence sequence of a proportion: valid at every look.",
           kMixtureSequenceParameters, kEnds, kBernoulli, Guarantee::finite_sample,
           "Robbins 1970; Waudby-Smith & Ramdas 2020",
           "confidence_sequence_beta_mixture(successes: 999, trials: 1000, confidence: 95%)", beta_mixture_sequence},
    Method{"sequential.e_value_beta_mixture", "Evidence against a null proportion that may be looked at any time.",
           kEValueParameters, "log_e: natural logarithm of the e-value; always_valid_p: min(1, 1/e)", kBernoulli,
           Guarantee::finite_sample, "Ville 1939; Robbins 1970",
           "e_value_beta_mixture(successes: 50, trials: 50, p0: 0.5)", e_value},
    Method{"sequential.e_value_beta_mixture_one_sided",
           "Evidence against \"the proportion is at most p0\" (or at least p0) that may be looked at any time.",
           kOneSidedParameters, "log_e: natural logarithm of the e-value; always_valid_p: min(1, 1/e)", kBernoulli,
           Guarantee::finite_sample, "Ville 1939; Robbins 1970; Howard & Ramdas 2022",
           "e_value_beta_mixture_one_sided(successes: 50, trials: 50, p0: 0.5)", e_value_one_sided},
    Method{"sequential.empirical_process_lil_bound", "A band around the empirical distribution at all times.",
           kProcessParameters, "bound: of the largest distance of the distributions; Infinity before t_min",
           "values are independent with one distribution", Guarantee::finite_sample, "Howard & Ramdas 2022",
           "empirical_process_lil_bound(t: 1000, alpha: 5%, t_min: 10)", empirical_process},
    Method{"sequential.normal_mixture_bound", "A boundary that a sub-Gaussian sum ever crosses with probability alpha.",
           kNormalParameters, "bound: of the sum at intrinsic time v", "increments are sub-Gaussian given the past",
           Guarantee::finite_sample, kHoward, "normal_mixture_bound(v: 10000, alpha: 5%, v_opt: 100, one_sided: false)",
           normal_mixture},
    Method{"sequential.poly_stitching_bound", "A boundary of the rate of the iterated logarithm.", kPolyParameters,
           "bound: of the sum at intrinsic time v", "increments are sub-Gaussian (c = 0) or sub-gamma given the past",
           Guarantee::finite_sample, kHoward, "poly_stitching_bound(v: 100, alpha: 1%, v_min: 10)", poly_stitching},
    Method{"sequential.quantile_double_stitching_bound",
           "How far the count below any quantile strays, for all quantiles and times together.", kQuantileParameters,
           "bound: in rows", "values are independent with one distribution", Guarantee::finite_sample,
           "Howard & Ramdas 2022, theorem 3", "quantile_double_stitching_bound(t: 1000, p: 0.9, alpha: 5%, t_opt: 100)",
           quantile_stitching},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> sequence_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
