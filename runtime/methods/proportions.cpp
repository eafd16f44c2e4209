// One proportion: confidence intervals, the exact test, the verdict against a threshold.
#include <array>

#include "runtime/methods/families.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::methods {
namespace {

constexpr std::array kIntervalParameters{
    Parameter{"successes", "k", Kind::count, "number of successes"},
    Parameter{"trials", "n", Kind::count, "number of trials"},
    Parameter{"confidence", "", Kind::level, "of the interval (two-sided) or of the one bound, such as 95%"},
    Parameter{"side", "", Kind::word, "which bounds are given; the other is 0 or 1", "two-sided",
              "lower|upper|two-sided"},
};

std::optional<Diagnostic> impossible(const Arguments& call) {
  if (call.count("successes") > call.count("trials"))
    return refused("`successes` exceeds `trials`", "successes are among the trials");
  if (call.count("trials") == 0)
    return refused("`trials` is 0", "nothing was measured, so nothing can be said of the proportion");
  return std::nullopt;
}

// alpha on each side that is given.
double alpha_of(const Arguments& call) {
  const auto alpha = plan::subtract(Rational(1), call.exact("confidence"));
  return alpha->nearest_double() / (call.word("side") == "two-sided" ? 2 : 1);
}

Answer clopper_pearson(const Arguments& call) {
  if (auto problem = impossible(call)) return std::move(*problem);
  const auto k = static_cast<double>(call.count("successes")), n = static_cast<double>(call.count("trials"));
  const double alpha = alpha_of(call);
  json::Object result;
  result.set("lower", call.word("side") == "upper" || k == 0
                          ? 0.0
                          : statistics::inverse_incomplete_beta(k, n - k + 1, alpha, 1 - alpha).x);
  result.set("upper", call.word("side") == "lower" || k == n
                          ? 1.0
                          : statistics::inverse_incomplete_beta(k + 1, n - k, 1 - alpha, alpha).x);
  return result;
}

constexpr std::array kMethods{
    Method{"binomial_ci.clopper_pearson", "The exact confidence interval of a proportion, by inverting binomial tails.",
           kIntervalParameters, "lower, upper: proportions",
           "trials are independent and their number was fixed in advance", Guarantee::finite_sample,
           "Clopper & Pearson 1934", "clopper_pearson(successes: 2994, trials: 2995, confidence: 95%, side: lower)",
           clopper_pearson},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> proportion_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
