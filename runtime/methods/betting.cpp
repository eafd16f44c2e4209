// Looking as often as one likes at the mean of bounded values: predictable mixtures and betting.
#include "runtime/statistics/betting.h"

#include <array>

#include "runtime/methods/families.h"
#include "runtime/methods/levels.h"
#include "runtime/methods/marked_rows.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::methods {
namespace {

constexpr Parameter kAlpha{"alpha", "", Kind::level, "chance ever to err"};
constexpr Parameter kValues{"values", "sample|series", Kind::reals, "values in [0, 1], in their order", kOptional};
constexpr Parameter kTime{"t", "", Kind::count, "look after this many values; all if left out", kOptional};
constexpr Parameter kRunning{"running_intersection", "", Kind::flag, "intersect the intervals of all times so far",
                             "false"};

constexpr std::array kHoeffdingParameters{
    kValues, kFailuresAt, kSuccessesAt, kRowCount,
    kAlpha,  kTime,       kRunning,     Parameter{"truncation", "", Kind::positive, "largest stake", "1"},
};
constexpr std::array kBernsteinParameters{
    kValues, kFailuresAt, kSuccessesAt, kRowCount,
    kAlpha,  kTime,       kRunning,     Parameter{"truncation", "", Kind::positive, "largest stake, below 1", "0.5"},
};

Answer hoeffding_sequence(const Arguments& call) {
  const auto values = unit_values(call);
  if (!values) return values.problems();
  const auto span =
      statistics::hoeffding_sequence(*values, level(call), call.real("truncation"), call.flag("running_intersection"));
  return span_of(span.lower, span.upper);
}

Answer bernstein_sequence(const Arguments& call) {
  if (call.real("truncation") >= 1) return refused("`truncation` is 1 or more", "the largest stake lies below 1");
  const auto values = unit_values(call);
  if (!values) return values.problems();
  const auto span = statistics::empirical_bernstein_sequence(*values, level(call), call.real("truncation"),
                                                             call.flag("running_intersection"));
  return span_of(span.lower, span.upper);
}

constexpr Parameter kTheta{"theta", "", Kind::level, "share of the capital that bets on a larger mean", "0.5"};
constexpr Parameter kTruncScale{"trunc_scale", "", Kind::positive,
                                "stakes are at most this over the distance to the range's end, at most 1", "0.5"};
constexpr Parameter kBets{
    "bets", "", Kind::word, "how stakes are chosen", "lambda_predmix_eb(alpha/2)", "lambda_predmix_eb(alpha/2)"};
constexpr std::array kCapitalParameters{
    kValues, kFailuresAt, kSuccessesAt, kRowCount, Parameter{"null_mean", "m", Kind::level, "the candidate mean"},
    kAlpha,  kTheta,      kTruncScale,  kBets,     kTime,
};

std::optional<Diagnostic> bad_betting(const Arguments& call, std::size_t values) {
  if (call.real("trunc_scale") >= 1)
    return refused("`trunc_scale` is 1 or more", "a stake that can lose everything is not made: give less than 1");
  if (values > 5'000'000)
    return refused("there are more than 5e6 values", "use `confidence_sequence_beta_mixture` for counts");
  return std::nullopt;
}

Answer hedged_capital(const Arguments& call) {
  const auto values = unit_values(call);
  if (!values) return values.problems();
  if (auto problem = bad_betting(call, values->size())) return std::move(*problem);
  const double alpha = level(call);
  const auto capital = statistics::hedged_capital(*values, level(call, "null_mean"), alpha, level(call, "theta"),
                                                  call.real("trunc_scale"));
  json::Object result;
  result.set("log_capital_final", number(capital.log_final));
  result.set("log_capital_max", number(capital.log_largest));
  result.set("reject", capital.log_largest >= -statistics::log_of(alpha));
  return result;
}

constexpr std::array kBettingParameters{
    kValues,
    kFailuresAt,
    kSuccessesAt,
    kRowCount,
    kAlpha,
    kTime,
    Parameter{"running_intersection", "", Kind::flag, "intersect the intervals of all times so far", "true"},
    kTheta,
    kTruncScale,
};

Answer betting_sequence(const Arguments& call) {
  const auto values = unit_values(call);
  if (!values) return values.problems();
  if (auto problem = bad_betting(call, values->size())) return std::move(*problem);
  const auto span = statistics::hedged_sequence(*values, level(call), level(call, "theta"), call.real("trunc_scale"),
                                                call.flag("running_intersection"));
  if (span.lower > span.upper)
    return refused("the intervals of all times have nothing in common: the mean has drifted",
                   "look at a window in which the mean is stable, or without `running_intersection`");
  return span_of(span.lower, span.upper);
}

constexpr std::string_view kBounded = "values lie in [0, 1] and have the same mean given the past";
constexpr std::string_view kWaudbySmith = "Waudby-Smith & Ramdas 2024";
constexpr std::string_view kEnds = "lower, upper: of the interval at this time; all times hold together";

constexpr std::array kMethods{
    Method{"sequential.betting_capital_hedged", "The capital of a gambler who bets against a candidate mean.",
           kCapitalParameters,
           "log_capital_final, log_capital_max: natural logarithms; reject: the capital ever reached 1/alpha", kBounded,
           Guarantee::finite_sample, kWaudbySmith,
           "betting_capital_hedged(failures_at: [3, 9], n: 40, null_mean: 0.5, alpha: 5%)", hedged_capital},
    Method{"sequential.cs_betting_hedged", "A confidence sequence of a bounded mean, by betting.", kBettingParameters,
           kEnds, kBounded, Guarantee::finite_sample, kWaudbySmith,
           "cs_betting_hedged(failures_at: [3, 9], n: 40, alpha: 5%)", betting_sequence},
    Method{"sequential.cs_predmix_empirical_bernstein",
           "A confidence sequence of a bounded mean that adapts to the variance.", kBernsteinParameters, kEnds,
           kBounded, Guarantee::finite_sample, kWaudbySmith,
           "cs_predmix_empirical_bernstein(failures_at: [3, 9], n: 40, alpha: 5%)", bernstein_sequence},
    Method{"sequential.cs_predmix_hoeffding", "A confidence sequence of a bounded mean, from its range alone.",
           kHoeffdingParameters, kEnds, kBounded, Guarantee::finite_sample, kWaudbySmith,
           "cs_predmix_hoeffding(failures_at: [3, 9], n: 40, alpha: 5%)", hoeffding_sequence},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> betting_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
