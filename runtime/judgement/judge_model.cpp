// A probability or a quantile of a model against a constant, by counting trials.
//
// Trials are independent and alike by construction and their number stands in the policy, so Clopper and Pearson's test
// is exact for the error of the simulation. It is for nothing else: what the model supposes is judged by nobody, so the
// guarantee is `model` and backs no certificate's bound. An unknown trial counts against a pass, and for a failure as
// if it were good. Where a model draws recorded values, its trials are rounds that use every row at most once, and the
// test is for these (runtime/statistics/rounds.h): it bounds both the error of the simulation and that of having so
// few rows, at one alpha. The declared looks divide alpha as everywhere, though the same seed gives the same answer at
// each.
#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/number_value.h"
#include "runtime/statistics/rounds.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::Outcome;
using statistics::ProportionClaim;
using statistics::ProportionCounts;
using statistics::Rounds;

struct Trials {
  ProportionCounts counts;
  ProportionClaim claim;
  Rounds rounds;
  bool of_rows = false;  // recorded values are drawn
};

Trials trials_of(const Question& question) {
  const plan::Requirement& requirement = question.requirement;
  const plan::ModelFact& fact = question.facts.facts().models[requirement.model->model];
  const plan::Model& model = question.facts.plan().models[requirement.model->model];
  const bool at_least = is_at_least(requirement.op);
  ProportionClaim claim{at_least, requirement.threshold};
  if (requirement.model->ranks) claim = {!at_least, model.ranks[*requirement.model->ranks].p};
  Rounds rounds{fact.trials, 1};
  if (fact.recorded) rounds = {fact.recorded->independent, plan::rounds_of(model, *fact.recorded)};
  return {{fact.counts[requirement.model->count], fact.unknown, fact.trials}, claim, rounds, fact.recorded.has_value()};
}

Verdict verdict_of(Outcome outcome) {
  return outcome == Outcome::pass ? Verdict::pass : outcome == Outcome::fail ? Verdict::fail : Verdict::inconclusive;
}

std::string ranked_text(const std::optional<plan::ModelRanked>& ranked) {
  return ranked ? number_text(plan::Number(ranked->value)) : "";
}

// Of trials in rounds, put on the side of the threshold that was decided.
statistics::ReportedBounds bounds_of(const Question& question, const Trials& trials, Outcome outcome) {
  if (trials.rounds.rounds == 1) return statistics::report_bounds(trials.counts, trials.claim, question.alpha, outcome);
  const statistics::Interval found = statistics::rounds_interval(trials.counts, trials.rounds, question.alpha);
  const ShareBounds kept =
      kept_on_side({*exact_rational(found.lower), *exact_rational(found.upper)}, trials.claim, outcome);
  return {decimal(kept.lower, kReportedDigits, Rounding::down), decimal(kept.upper, kReportedDigits, Rounding::up)};
}

void add_probability(Judged& judged, const Question& question, const Trials& trials, Outcome outcome) {
  const auto bounds = bounds_of(question, trials, outcome);
  const std::uint64_t known = trials.counts.n - trials.counts.unknown;
  const Rational share =
      known == 0 ? Rational()
                 : *Rational::make(static_cast<plan::Int128>(trials.counts.good), static_cast<plan::Int128>(known));
  judged.method = trials.of_rows ? "model_rounds" : "model_clopper_pearson";
  if (known > 0) judged.estimate = decimal(share, kReportedDigits, Rounding::half_even);
  judged.lower = bounds.lower;
  judged.upper = bounds.upper;
}

// Order statistics, which follow the same tails as the count: that they agree is checked.
void add_quantile(Judged& judged, const Question& question, const Trials& trials, Outcome outcome) {
  const plan::Requirement& requirement = question.requirement;
  const plan::ModelRanksFact& ranks =
      question.facts.facts().models[requirement.model->model].ranks[*requirement.model->ranks];
  judged.method = trials.of_rows ? "model_order_statistic_rounds" : "model_order_statistic_count";
  judged.estimate = ranked_text(ranks.nearest);
  judged.lower = ranked_text(ranks.lower);
  judged.upper = ranked_text(ranks.upper);
  const bool at_least = is_at_least(requirement.op);
  const auto meets = [&](const std::optional<plan::ModelRanked>& bound) {
    return bound && compare(plan::Number(bound->value), requirement.op, requirement.threshold);
  };
  const auto& passing = at_least ? ranks.lower : ranks.upper;
  const auto& failing = at_least ? ranks.upper : ranks.lower;
  if (outcome == Outcome::borderline) return;
  PROOFMARK_CHECK(meets(passing) == (outcome == Outcome::pass));
  PROOFMARK_CHECK((failing && !meets(failing)) == (outcome == Outcome::fail));
}

// How many more trials would let it pass at what was seen; of recorded values how many more rows, where it is these
// that are too few.
std::optional<std::uint64_t> needed(const Question& question, const Trials& trials) {
  if (!trials.of_rows) return statistics::further_rows_to_pass(trials.counts, trials.claim, question.alpha);
  const plan::Model& model = question.facts.plan().models[question.requirement.model->model];
  const auto independent = statistics::independent_to_pass(trials.counts, trials.rounds, trials.claim, question.alpha);
  const std::uint64_t rows = question.facts.facts().models[question.requirement.model->model].recorded->rows;
  if (!independent || *independent > model.trials || *independent * model.source->elements <= rows) return std::nullopt;
  return *independent * model.source->elements - rows;
}

void explain_undecided(Judged& judged, const Question& question, const Trials& trials, Outcome outcome) {
  const ProportionCounts certain{trials.counts.good + (trials.claim.at_least ? trials.counts.unknown : 0), 0,
                                 trials.counts.n};
  judged.samples_needed = needed(question, trials);
  if (outcome == Outcome::borderline)
    judged.reason = Reason::borderline;
  else if (trials.counts.unknown > 0 &&
           statistics::decide_rounds(certain, trials.rounds, trials.claim, question.alpha).outcome == Outcome::pass)
    judged.reason = Reason::unknown_rows;
  else
    judged.reason = judged.samples_needed ? Reason::too_few : Reason::threshold_too_close;
}

}  // namespace

Judged judge_model(const Question& question) {
  const Trials trials = trials_of(question);
  Judged judged;
  judged.guarantee = Guarantee::model;
  judged.n = trials.counts.n;
  judged.good = trials.counts.good;
  judged.unknown = trials.counts.unknown;
  if (trials.of_rows) judged.independent = trials.rounds.independent;
  if (trials.counts.n == 0) {  // fewer rows than one trial takes
    judged.verdict = Verdict::inconclusive;
    judged.reason = Reason::too_few;
    judged.method = question.requirement.model->ranks ? "model_order_statistic_rounds" : "model_rounds";
    return judged;
  }
  const auto decision = statistics::decide_rounds(trials.counts, trials.rounds, trials.claim, question.alpha);
  judged.p_pass = decision.p_pass;
  judged.p_fail = decision.p_fail;
  judged.verdict = verdict_of(decision.outcome);
  if (question.requirement.model->ranks)
    add_quantile(judged, question, trials, decision.outcome);
  else
    add_probability(judged, question, trials, decision.outcome);
  if (judged.verdict == Verdict::inconclusive) explain_undecided(judged, question, trials, decision.outcome);
  return judged;
}

// Each trial takes as many rows as before, so that as many fewer fit into a round; there are as many rounds.
Outcome model_among_fewer(const Question& question, double divisor) {
  const Trials trials = trials_of(question);
  const plan::Model& model = question.facts.plan().models[question.requirement.model->model];
  const plan::ModelRows& rows = *question.facts.facts().models[question.requirement.model->model].recorded;
  const auto suffice = static_cast<std::uint64_t>(
      std::floor(static_cast<double>(rows.rows) / (divisor * static_cast<double>(model.source->elements))));
  const Rounds fewer{std::min(rows.independent, suffice), trials.rounds.rounds};
  if (fewer.independent == 0) return Outcome::inconclusive;
  return statistics::decide_rounds(thinned_to(trials.counts, fewer.trials()), fewer, trials.claim, question.alpha)
      .outcome;
}

bool model_fails_at(const Question& question, const Rational& level) {
  const Trials trials = trials_of(question);
  return trials.counts.n > 0 &&
         statistics::decide_rounds(trials.counts, trials.rounds, trials.claim, level).outcome == Outcome::fail;
}

}  // namespace proofmark::judgement
