// Which way a requirement is decided.
#include <algorithm>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/gates.h"
#include "runtime/judgement/interval.h"
#include "runtime/judgement/planned_looks.h"
#include "runtime/judgement/split.h"
#include "runtime/judgement/weights.h"
#include "runtime/plan/match.h"

namespace proofmark::judgement {
namespace {

bool has_no_rows(const Question& question) {
  for (const plan::Leaf& leaf : question.requirement.leaves)
    for (const plan::FactRef& rows : populations_of(leaf))
      if (question.facts.count(rows, question.group) == 0) return true;
  return false;
}

Judged judge_direct(const Question& question) {
  return plan::match(
      question.requirement.leaves[0].what,
      [&](const plan::Proportion& leaf) { return judge_proportion(question, leaf); },
      [&](const plan::Quantile& leaf) { return judge_quantile(question, leaf); },
      [&](const plan::Census& leaf) { return judge_census(question, leaf); },
      [&](const plan::Mean& leaf) { return judge_mean(question, leaf); },
      [&](const plan::Contrast& leaf) { return judge_contrast(question, leaf); },
      [&](const plan::Rate& leaf) { return judge_rate(question, leaf); },
      [&](const plan::TwoShares& leaf) { return judge_two_shares(question, leaf); });
}

bool is_direct(const plan::Requirement& requirement) {
  return requirement.direct_op.has_value();
}

plan::Unit unit_of(const plan::Requirement& requirement) {
  if (!is_direct(requirement) || requirement.model) return requirement.unit;
  return plan::match(
      requirement.leaves[0].what, [](const plan::Proportion&) { return plan::Unit::ratio; },
      [](const plan::Quantile& leaf) { return leaf.unit; }, [](const plan::Census& leaf) { return leaf.unit; },
      [](const plan::Mean& leaf) { return leaf.unit; }, [](const plan::Contrast&) { return plan::Unit::ratio; },
      [](const plan::Rate&) { return plan::Unit::number; },
      [](const plan::TwoShares& leaf) {
        return leaf.kind == plan::TwoSharesKind::difference ? plan::Unit::ratio : plan::Unit::number;
      });
}

Guarantee weaker(Guarantee a, Guarantee b) {
  return a < b ? b : a;
}

// Nothing is left to spend: neither a pass nor a failure would keep its error level. An exact fact needs none.
void hold_back_when_spent(Judged& judged, const Question& question) {
  if (judged.reason == Reason::no_rows || judged.method == "census" || question.requirement.model) return;
  std::optional<std::string> note = spent_note(question);
  if (!note) return;
  judged.verdict = Verdict::inconclusive;
  judged.reason = Reason::spent;
  judged.samples_needed.reset();
  judged.lower.clear();
  judged.upper.clear();
  judged.note = std::move(*note);
}

// What nobody knows a row of has no estimate: a word for it, or nothing.
std::string_view nothing_known(const Judged& judged, const Question& question) {
  const bool estimated = !judged.estimate.empty() || !judged.estimate_above.empty() || judged.in_buckets ||
                         (judged.weights && !judged.weights->share.empty());
  if (estimated || judged.unknown == 0) return {};
  if (!is_direct(question.requirement)) return "of one of its parts no row is known";
  const auto& what = question.requirement.leaves[0].what;
  if (const auto* shares = std::get_if<plan::TwoShares>(&what))
    return shares->kind == plan::TwoSharesKind::difference ? "of one of its shares no row is known" : "";
  const auto* share = std::get_if<plan::Proportion>(&what);
  if (share != nullptr && share->bucketed) return {};  // its rows are known, but for the side of the limit
  return judged.unknown >= judged.n ? "none of its rows is known" : "";
}

// The kinds ask what further rows would show. Where none would, the estimate itself tells why: it meets the claim and
// no more than that, or there is none.
void explain_by_estimate(Judged& judged, const Question& question) {
  if (judged.verdict != Verdict::inconclusive || judged.reason != Reason::threshold_too_close) return;
  if (const std::string_view note = nothing_known(judged, question); !note.empty() && !question.requirement.model) {
    judged.reason = Reason::unknown_rows;
    judged.note = note;
    return;
  }
  if (judged.in_buckets || judged.weights) return;
  const std::optional<plan::Rational> estimate = plan::Rational::parse(judged.estimate);
  if (estimate && claim_over(Range::point(*estimate), judged.op, judged.threshold) == Claimed::everywhere)
    judged.reason = Reason::too_few;
}

}  // namespace

bool has_tails(const Judged& judged) {
  static constexpr std::string_view kTails[] = {"clopper_pearson",       "mid_p",
                                                "order_statistic_count", "beta_mixture_e_value",
                                                "group_sequential",      "miettinen_nurminen",
                                                "mantel_haenszel",       "weighted_clopper_pearson",
                                                "model_clopper_pearson", "model_order_statistic_count",
                                                "model_rounds",          "model_order_statistic_rounds"};
  return judged.clusters > 0 || std::find(std::begin(kTails), std::end(kTails), judged.method) != std::end(kTails);
}

std::string margin_text(const Judged& judged) {
  const bool at_least = is_at_least(judged.op);
  const bool failed = judged.verdict == Verdict::fail;
  const std::string& bound = at_least != failed ? judged.lower : judged.upper;
  const std::optional<plan::Rational> value = plan::Rational::parse(bound);
  if (!value) return {};
  const std::optional<plan::Rational> distance =
      at_least ? subtract(*value, judged.threshold) : subtract(judged.threshold, *value);
  if (!distance) return {};
  const std::string exact = distance->to_decimal();
  return exact.find('/') == std::string::npos ? exact : decimal(*distance, kReportedDigits, Rounding::half_even);
}

Judged judge_requirement(const Question& question) {
  const plan::Requirement& requirement = question.requirement;
  Judged judged;
  if (has_no_rows(question)) {
    judged.reason = Reason::no_rows;
    if (requirement.model) judged.guarantee = Guarantee::model;
  } else if (requirement.model) {
    judged = judge_model(question);
  } else {
    judged = is_direct(requirement) ? judge_direct(question) : judge_arithmetic(question);
  }
  hold_back_when_spent(judged, question);
  hold_to_split(judged, question);
  if (is_anytime(question.objective, requirement))
    judged.guarantee = weaker(judged.guarantee, Guarantee::finite_sample);
  judged.op = is_direct(requirement) ? *requirement.direct_op : requirement.op;
  judged.threshold = is_direct(requirement) ? requirement.direct_threshold : requirement.threshold;
  judged.unit = unit_of(requirement);
  judged.margin = margin_text(judged);
  explain_by_estimate(judged, question);
  for (const plan::Leaf& leaf : requirement.leaves) {
    judged.of_events = judged.of_events || question.facts.stream(population_of(leaf).scan).events;
    judged.late = std::max(judged.late, question.facts.late(population_of(leaf)));
    judged.outside = std::max(judged.outside, question.facts.count(leaf.outside, question.group));
  }
  const plan::UnknownAs unknown_as = question.objective.unknown_as;
  const bool unfair =
      unfair_sampling(question.facts.plan(), requirement) != nullptr && weights_of(requirement) == nullptr;
  if (unknown_as == plan::UnknownAs::good || unknown_as == plan::UnknownAs::excluded ||
      (unfair && !is_witnessed_fail(judged, question)))
    judged.guarantee = weaker(judged.guarantee, Guarantee::assumed);
  return judged;
}

bool fails_at(const Question& question, const plan::Rational& whole) {
  const std::optional<RetryTaken> retry = retry_taken(question, whole);
  const plan::Rational& level = retry ? retry->alpha : whole;
  if (question.requirement.model) return model_fails_at(question, level);
  if (!is_direct(question.requirement)) return arithmetic_fails_at(question, level);
  return plan::match(
      question.requirement.leaves[0].what,
      [&](const plan::Proportion& leaf) { return proportion_fails_at(question, leaf, level); },
      [&](const plan::Quantile& leaf) { return quantile_fails_at(question, leaf, level); },
      [](const plan::Census&) { return true; },
      [&](const plan::Mean& leaf) { return mean_fails_at(question, leaf, level); },
      [&](const plan::Contrast& leaf) { return contrast_fails_at(question, leaf, level); },
      [&](const plan::Rate& leaf) { return rate_fails_at(question, leaf, level); },
      [&](const plan::TwoShares& leaf) { return two_shares_fail_at(question, leaf, level); });
}

}  // namespace proofmark::judgement
