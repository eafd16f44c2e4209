// Wald's sequential probability ratio test.
#include "runtime/statistics/sprt.h"

#include <array>

#include "runtime/methods/families.h"
#include "runtime/methods/marked_rows.h"

namespace proofmark::methods {
namespace {

constexpr Parameter kP0{"p0", "", Kind::level, "share of successes under H0"};
constexpr Parameter kP1{"p1", "", Kind::level, "share of successes under H1"};
constexpr Parameter kAlpha{"alpha", "", Kind::level, "chance to reject a true H0"};
constexpr Parameter kBeta{"beta", "", Kind::level, "chance to accept H0 when H1 is true"};

constexpr std::array kSprtParameters{kP0, kP1, kAlpha, kBeta};
constexpr std::array kRunParameters{
    kP0, kP1, kAlpha, kBeta, kSuccessesAt, kFailuresAt, kRowCount,
};
constexpr std::array kCharacteristicParameters{
    kP0,
    kP1,
    kAlpha,
    kBeta,
    Parameter{"true_p", "p", Kind::proportion, "the population's share of successes"},
    Parameter{"max_n", "n", Kind::count, "rows after which the test ends undecided"},
};

std::optional<Diagnostic> bad_hypotheses(const Arguments& call) {
  if (call.exact("p0") == call.exact("p1")) return refused("`p0` equals `p1`", "the hypotheses must differ");
  const auto errors = plan::add(call.exact("alpha"), call.exact("beta"));
  if (!errors || *errors >= Rational(1)) return refused("`alpha` and `beta` make 1 or more", "give smaller errors");
  return std::nullopt;
}

statistics::SprtBounds bounds_of(const Arguments& call) {
  return statistics::sprt_bounds(call.exact("p0"), call.exact("p1"), call.exact("alpha"), call.exact("beta"));
}

Answer sprt_bounds(const Arguments& call) {
  if (auto problem = bad_hypotheses(call)) return std::move(*problem);
  const auto bounds = bounds_of(call);
  json::Object result;
  result.set("log_A", number(bounds.log_a));
  result.set("log_B", number(bounds.log_b));
  result.set("llr_success", number(bounds.llr_success));
  result.set("llr_failure", number(bounds.llr_failure));
  result.set("slope", number(bounds.slope));
  result.set("intercept_upper", number(bounds.intercept_upper));
  result.set("intercept_lower", number(bounds.intercept_lower));
  return result;
}

Answer sprt_run(const Arguments& call) {
  if (auto problem = bad_hypotheses(call)) return std::move(*problem);
  const auto rows = marked_rows(call);
  if (!rows) return rows.problems();
  if (rows->n == 0 && !call.has("n")) return refused("there are no rows", "give `n`, 0 if none was seen");
  const auto stop = statistics::sprt_run(bounds_of(call), rows->n, rows->marked, rows->marked_fail);
  const bool decided = stop.decision != statistics::SprtDecision::undecided;
  json::Object result;
  result.set("stop_at", decided ? json::Value(static_cast<std::int64_t>(stop.rows)) : json::Value());
  result.set("decision", stop.decision == statistics::SprtDecision::reject_h0 ? "reject_H0"
                         : decided                                            ? "accept_H0"
                                                                              : "continue");
  result.set("llr", number(stop.llr));
  return result;
}

Answer sprt_characteristic(const Arguments& call) {
  if (auto problem = bad_hypotheses(call)) return std::move(*problem);
  const auto found = statistics::sprt_characteristic(bounds_of(call), call.exact("true_p"), call.count("max_n"));
  if (!found) return refused("the walk has too many states", "give a smaller `max_n`");
  json::Object result;
  result.set("p_reject", number(found->reject));
  result.set("p_accept", number(found->accept));
  result.set("p_undecided", number(found->undecided));
  result.set("expected_n", number(found->expected_rows));
  return result;
}

constexpr std::array kMethods{
    Method{"sequential.sprt_bounds", "Wald's limits of the log likelihood ratio of two proportions.", kSprtParameters,
           "log_A, log_B: upper and lower limit; llr_success, llr_failure: of one row; slope, intercept_upper, "
           "intercept_lower: the limits in successes over rows",
           "rows are independent and of one probability", Guarantee::finite_sample, "Wald 1945",
           "sprt_bounds(p0: 0.01, p1: 0.03, alpha: 1%, beta: 5%)", sprt_bounds},
    Method{"sequential.sprt_oc_truncated", "Operating characteristic of a truncated probability ratio test, exact.",
           kCharacteristicParameters,
           "p_reject, p_accept, p_undecided: probabilities; expected_n: rows, those of an undecided end included",
           "rows are independent and of one probability", Guarantee::exact, "Wald 1945; Aroian 1968",
           "sprt_oc_truncated(p0: 0.1, p1: 0.3, alpha: 2%, beta: 3%, true_p: 0.2, max_n: 400)", sprt_characteristic},
    Method{
        "sequential.sprt_run", "Wald's probability ratio test run over rows in their order.", kRunParameters,
        "stop_at: the row of the decision, null without one; decision: reject_H0, accept_H0 or continue; llr: at the "
        "end",
        "rows are independent and of one probability", Guarantee::finite_sample, "Wald 1945",
        "sprt_run(p0: 0.1, p1: 0.5, alpha: 5%, beta: 10%, failures_at: [3], n: 8)", sprt_run},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> ratio_test_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
