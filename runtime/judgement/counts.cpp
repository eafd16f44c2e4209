// Where unknown rows go, which test decides, and why it did not.
#include "runtime/judgement/counts.h"

#include <algorithm>

#include "runtime/judgement/anytime.h"
#include "runtime/judgement/growth.h"
#include "runtime/judgement/mid_p.h"
#include "runtime/judgement/planned_looks.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::Outcome;
using statistics::ProportionClaim;
using statistics::ProportionCounts;

// Of the known rows, as the estimate is.
bool observed_meets(const ProportionCounts& counts, const ProportionClaim& claim) {
  const std::uint64_t known = counts.n - counts.unknown;
  if (known == 0) return false;
  const Rational share = *Rational::make(static_cast<plan::Int128>(counts.good), static_cast<plan::Int128>(known));
  return claim.at_least ? share >= claim.threshold : share <= claim.threshold;
}

std::optional<std::uint64_t> further_rows(const Question& question, const ProportionCounts& counts,
                                          const ProportionClaim& claim, bool planned) {
  if (planned) return further_rows_to_next_look(question, counts, claim);
  if (!by_anytime(question) && !by_mid_p(question))
    return statistics::further_rows_to_pass(counts, claim, question.alpha);
  if (!observed_meets(counts, claim)) return std::nullopt;
  return smallest_growth(counts.n, counts.n, [&](std::uint64_t extra) {
    const ProportionCounts more{grown(counts.good, counts.n, extra), grown(counts.unknown, counts.n, extra),
                                counts.n + extra};
    return decide_counts(question, more, claim, question.alpha).outcome == Outcome::pass;
  });
}

}  // namespace

ProportionCounts place_unknown(const RawCounts& raw, bool at_least, plan::UnknownAs unknown_as) {
  ProportionCounts counts{raw.good, raw.unknown + raw.skipped, raw.population + raw.skipped};
  switch (unknown_as) {
    case plan::UnknownAs::worst:
      break;
    case plan::UnknownAs::good:
      if (at_least) counts.good += counts.unknown;
      counts.unknown = 0;
      break;
    case plan::UnknownAs::bad:
      if (!at_least) counts.good += counts.unknown;
      counts.unknown = 0;
      break;
    case plan::UnknownAs::excluded:
      counts = {raw.good, 0, raw.population};
      break;
  }
  counts.unknown += raw.late;
  counts.n += raw.late;
  return counts;
}

bool by_mid_p(const Question& question) {
  return question.objective.method == plan::Method::mid_p;
}

bool by_anytime(const Question& question) {
  return is_anytime(question.objective, question.requirement);
}

statistics::ProportionDecision decide_counts(const Question& question, const ProportionCounts& counts,
                                             const ProportionClaim& claim, const Rational& level,
                                             const std::optional<LookTaken>& look) {
  if (by_anytime(question)) return decide_anytime(counts, claim, level);
  if (by_mid_p(question)) return decide_mid_p(counts, claim, level);
  statistics::ProportionDecision decision = statistics::decide_proportion(counts, claim, level);
  if (!look || decision.outcome == Outcome::fail) return decision;
  const bool passes = look->most_bad && bad_rows(counts, claim) <= *look->most_bad;
  decision.outcome = passes ? Outcome::pass : Outcome::inconclusive;
  return decision;
}

ShareBounds kept_on_side(ShareBounds bounds, const ProportionClaim& claim, Outcome outcome) {
  const Rational step = *Rational::make(1, 10'000'000'000);
  const Rational& t = claim.threshold;
  const bool above = outcome == (claim.at_least ? Outcome::pass : Outcome::fail);
  const bool below = outcome == (claim.at_least ? Outcome::fail : Outcome::pass);
  if (above)
    bounds.lower = std::max(bounds.lower, t);
  else if (bounds.lower >= t && !t.is_zero())
    bounds.lower = std::max(Rational(), *subtract(t, step));
  if (below)
    bounds.upper = std::min(bounds.upper, t);
  else if (bounds.upper <= t && t < Rational(1))
    bounds.upper = std::min(Rational(1), *add(t, step));
  return bounds;
}

void explain_inconclusive(Judged& judged, const Question& question, const ProportionCounts& counts,
                          const ProportionClaim& claim, bool borderline) {
  const ProportionCounts favourable{counts.good + (claim.at_least ? counts.unknown : 0), 0, counts.n};
  judged.samples_needed = further_rows(question, counts, claim, judged.look.has_value());
  if (borderline) {
    judged.reason = Reason::borderline;
  } else if (counts.unknown > 0 &&
             decide_counts(question, favourable, claim, question.alpha, judged.look).outcome == Outcome::pass) {
    judged.reason = Reason::unknown_rows;
  } else if (judged.samples_needed || observed_meets(counts, claim)) {
    judged.reason = Reason::too_few;
  } else {
    judged.reason = Reason::threshold_too_close;
  }
}

void tell_quantised(Judged& judged) {
  if (judged.reason == Reason::unknown_rows) judged.reason = Reason::quantised;
}

}  // namespace proofmark::judgement
