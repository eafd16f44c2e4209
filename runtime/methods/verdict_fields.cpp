#include "runtime/methods/verdict_fields.h"

#include "runtime/statistics/proportion_intervals.h"

namespace proofmark::methods {

std::string_view verdict_word(statistics::Outcome outcome) {
  switch (outcome) {
    case statistics::Outcome::pass:
      return "pass";
    case statistics::Outcome::fail:
      return "fail";
    case statistics::Outcome::inconclusive:
    case statistics::Outcome::borderline:
      return "inconclusive";
  }
  return "";
}

std::optional<Diagnostic> undecidable(const Arguments& call) {
  if (call.exact("confidence") > *Rational::make(1, 2)) return std::nullopt;
  return refused("`confidence` is not above 50%", "at 50% or less the same data could both pass and fail; give 95%");
}

void set_verdict(json::Object& into, const statistics::ProportionCounts& counts,
                 const statistics::ProportionClaim& claim, const Rational& alpha) {
  const statistics::ProportionDecision decision = statistics::decide_proportion(counts, claim, alpha);
  into.set("verdict", verdict_word(decision.outcome));
  into.set("p_value_pass", decision.p_pass);
  into.set("p_value_fail", decision.p_fail);
  if (decision.outcome == statistics::Outcome::borderline) into.set("borderline", true);
}

void set_one_sided_bounds(json::Object& into, const statistics::ProportionCounts& counts, const Rational& confidence) {
  const auto level = statistics::tail_level(confidence, false);
  into.set("lower", statistics::exact_interval({counts.good, counts.n}, level).lower);
  into.set("upper", statistics::exact_interval({counts.good + counts.unknown, counts.n}, level).upper);
}

}  // namespace proofmark::methods
