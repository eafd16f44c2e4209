// One requirement in one group: from counts and ranked values to a verdict, before the gates (minimum rows, coverage,
// sampling) and the family (Holm) have their say.
//
// A direct requirement compares one measured quantity with a constant and is decided exactly, on a tail probability
// (proportion, quantile) or on the recorded value itself (census). Everything else is interval arithmetic.
#pragma once

#include <span>

#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

struct Question {
  const FactView& facts;
  const plan::Objective& objective;
  const plan::Requirement& requirement;
  const Group& group;
  plan::Rational alpha;
  std::uint64_t family_rows = 0;  // rows of all groups, of the leaf with the fewest; for `at least N rows`
  std::span<const std::optional<MeasuredDependence>> dependence = {};  // of the requirement's leaves
};

Judged judge_requirement(const Question& question);

// Whether a raw fail still stands at `level` <= alpha: P(this failure although the requirement holds) < level, or what
// a retry has of it (earlier_looks.h), compared exactly. Pre: the requirement failed at alpha, or what a retry has of
// it.
bool fails_at(const Question& question, const plan::Rational& level);

// The kinds, each in its own file. All set everything but the verdict of an empty population.
Judged judge_proportion(const Question& question, const plan::Proportion& leaf);
Judged judge_quantile(const Question& question, const plan::Quantile& leaf);
Judged judge_mean(const Question& question, const plan::Mean& leaf);
Judged judge_rate(const Question& question, const plan::Rate& leaf);
Judged judge_census(const Question& question, const plan::Census& leaf);
Judged judge_contrast(const Question& question, const plan::Contrast& leaf);
Judged judge_two_shares(const Question& question, const plan::TwoShares& leaf);
Judged judge_arithmetic(const Question& question);
Judged judge_model(const Question& question);
bool proportion_fails_at(const Question& question, const plan::Proportion& leaf, const plan::Rational& level);
bool quantile_fails_at(const Question& question, const plan::Quantile& leaf, const plan::Rational& level);
bool mean_fails_at(const Question& question, const plan::Mean& leaf, const plan::Rational& level);
bool contrast_fails_at(const Question& question, const plan::Contrast& leaf, const plan::Rational& level);
bool rate_fails_at(const Question& question, const plan::Rate& leaf, const plan::Rational& level);
bool two_shares_fail_at(const Question& question, const plan::TwoShares& leaf, const plan::Rational& level);
bool model_fails_at(const Question& question, const plan::Rational& level);
bool arithmetic_fails_at(const Question& question, const plan::Rational& level);

constexpr bool is_at_least(plan::Comparison op) {
  return op == plan::Comparison::at_least || op == plan::Comparison::greater;
}
constexpr bool is_strict(plan::Comparison op) {
  return op == plan::Comparison::less || op == plan::Comparison::greater;
}

// Signed distance of the deciding bound from the threshold, towards the claim; empty without a bound.
std::string margin_text(const Judged& judged);

}  // namespace proofmark::judgement
