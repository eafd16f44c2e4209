// Probabilities and quantiles of a model, judged by counting trials.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "runtime/plan/match.h"
#include "runtime/statistics/series_diagnosis.h"
#include "runtime/transcript/check_shape.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;

struct Simulated {
  std::uint64_t trials = 10'000, unknown = 0, hits = 0;
  Comparison op = Comparison::at_most;
  const char* threshold = "0.01";
  const char* confidence = "0.95";
};

CaseBuilder simulated(const Simulated& of) {
  CaseBuilder one;
  plan::Model model;
  model.name = "outage";
  model.trials = of.trials;
  model.nodes = {plan::ModelConstant{1}};
  model.counts = {0};
  one.plan.models = {model};
  one.facts.models = {{"outage", of.trials, of.unknown, {of.hits}, {}}};
  plan::Requirement requirement;
  requirement.op = of.op;
  requirement.direct_op = of.op;
  requirement.threshold = requirement.direct_threshold = exact(of.threshold);
  requirement.unit = plan::Unit::ratio;
  requirement.model = plan::ModelClaim{0, 0, {}, "probability(outage.breached)"};
  one.objective("survives", {requirement}, of.confidence);
  one.usual_rules();
  return one;
}

// At most 83 breaches of 10,000 show a probability of at most 1 % with 95 % confidence (the catalogue's `monte_carlo`).
TEST(ModelVerdict, IsClopperPearsonsOverTrials) {
  const Judged pass = headline(simulated({.hits = 83}).judged_first());
  EXPECT_EQ(pass.verdict, Verdict::pass);
  EXPECT_EQ(pass.method, "model_clopper_pearson");
  EXPECT_EQ(pass.guarantee, Guarantee::model);
  EXPECT_EQ(pass.n, 10'000U);
  EXPECT_EQ(headline(simulated({.hits = 84}).judged_first()).verdict, Verdict::inconclusive);
  EXPECT_EQ(headline(simulated({.hits = 130}).judged_first()).verdict, Verdict::fail);
}

TEST(ModelVerdict, UnknownTrialsCountAgainstEveryVerdict) {
  const Judged judged = headline(simulated({.unknown = 1, .hits = 83}).judged_first());
  EXPECT_EQ(judged.verdict, Verdict::inconclusive);
  EXPECT_EQ(judged.reason, Reason::unknown_rows);
  EXPECT_EQ(headline(simulated({.unknown = 10'000}).judged_first()).verdict, Verdict::inconclusive);
  EXPECT_EQ(
      headline(
          simulated({.unknown = 100, .hits = 9'900, .op = Comparison::at_least, .threshold = "0.995"}).judged_first())
          .verdict,
      Verdict::inconclusive);
}

// Without a breach, 1 % needs 299 trials with 95 % confidence.
TEST(ModelVerdict, NeedsTrialsEnough) {
  EXPECT_EQ(headline(simulated({.trials = 299}).judged_first()).verdict, Verdict::pass);
  const Judged few = headline(simulated({.trials = 298}).judged_first());
  EXPECT_EQ(few.verdict, Verdict::inconclusive);
  EXPECT_EQ(few.samples_needed, 1U);
}

TEST(ModelVerdict, BacksNoCertificatesBound) {
  const Verdicts verdicts = simulated({.hits = 5}).judged();
  EXPECT_EQ(verdicts.decision.decision, plan::Decision::certify);
  EXPECT_FALSE(verdicts.decision.bound.stated);
  EXPECT_NE(verdicts.decision.bound.because.find("model"), std::string::npos);
  EXPECT_NE(verdicts.objectives[0].because.find("what the model supposes is not judged"), std::string::npos);
}

TEST(ModelVerdict, FactsThatNoModelGivesAreRefused) {
  const auto refused = [](auto change) {
    CaseBuilder one = simulated({.unknown = 10, .hits = 5});
    change(one.facts.models);
    return !transcript::check_shape(one.plan, one.facts, "facts");
  };
  EXPECT_FALSE(refused([](auto&) {}));
  EXPECT_TRUE(refused([](auto& models) { models.clear(); }));
  EXPECT_TRUE(refused([](auto& models) { models[0].model = "other"; }));
  EXPECT_TRUE(refused([](auto& models) { models[0].trials = 9'999; }));
  EXPECT_TRUE(refused([](auto& models) { models[0].unknown = 10'001; }));
  EXPECT_TRUE(refused([](auto& models) { models[0].counts[0] = 9'991; }));
  EXPECT_TRUE(refused([](auto& models) { models[0].counts.push_back(0); }));
  EXPECT_TRUE(refused([](auto& models) { models[0].ranks.emplace_back(); }));
}

// A model that takes two of 6,000 recorded rows a trial, so that 3,000 share none. Every fourth row is a slow one of
// the ten minutes that its time lies in, and of the others one in four anywhere.
struct Sampled {
  CaseBuilder one;
  double design_effect = 0;
};
Sampled sampled(const std::string& threshold, const std::string& because = "") {
  constexpr std::uint64_t kRows = 6'000, kTrials = 300'000;
  CaseBuilder one;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> values;  // value, step
  for (std::uint64_t i = 0; i < kRows; ++i) {
    const std::uint64_t step = i / 100;
    values.emplace_back(i * 7'919 % kRows + (i % 4 == 0 ? 1'500 * (step / 10 % 2) : 0), step);
  }
  std::sort(values.begin(), values.end());
  plan::MomentSeriesFact series{
      60'000'000'000, {std::vector<plan::MomentSums>(60)}, 0, 60 * std::int64_t{60'000'000'000} - 1};
  for (plan::MomentSums& step : series.groups.front()) step.sum = step.squares.emplace(plan::Int128(0));
  for (std::size_t begin = 0, end = 0; begin < values.size(); begin = end) {
    while (end < values.size() && values[end].first == values[begin].first) ++end;
    for (std::size_t i = begin; i < end; ++i) {
      plan::MomentSums& step = series.groups.front()[values[i].second];
      const plan::Int128 rank = plan::Int128{begin} + end + 1;  // twice the midrank
      step.known += 1;
      std::get<plan::Int128>(step.sum) += rank;
      std::get<plan::Int128>(*step.squares) += rank * rank;
    }
  }
  plan::Leaf rows = one.row_count(kRows, 0, kRows, "requests.duration");
  const plan::FactRef population = std::get<plan::Census>(rows.what).population;
  one.plan.scans[0].accumulators.push_back({plan::RankSeries{0, 0, 0}, {}});
  one.stream().facts.emplace_back(series);
  plan::Model model;
  model.name = "outage";
  model.trials = kTrials;
  model.nodes = {plan::ModelRecorded{0}, plan::ModelRecorded{1}};
  model.counts = {0};
  model.source = plan::ModelSource{0, 0, 0, population.accumulator, 2};
  one.plan.models = {model};
  one.facts.models = {{"outage", kTrials, 0, {0}, {}, plan::ModelRows{kRows, kRows / 2}}};
  plan::Requirement requirement;
  requirement.op = Comparison::at_most;
  requirement.direct_op = requirement.op;
  requirement.threshold = requirement.direct_threshold = exact(threshold);
  requirement.unit = plan::Unit::ratio;
  requirement.model = plan::ModelClaim{0, 0, {}, "probability(outage.breached)"};
  requirement.leaves = {rows};
  one.objective("survives", {requirement}).independent_because = because;
  one.usual_rules();
  const auto diagnosis = statistics::diagnose(series.groups.front());
  EXPECT_TRUE(diagnosis);
  return {one, diagnosis->design_effect};
}

// No breach in 3,000 independent trials shows at most 1 - 0.05^(1/3000) = 0.0998 %. With k = floor(6000 / (2 D r)) it
// is 1 - 0.05^(1/k), where r = (qt(0.95, 19) / qnorm(0.95))^2 = 1.1051 (R).
TEST(ModelVerdict, OfDependentRowsStandsWhereFewerTrialsARoundGiveIt) {
  const double effect = sampled("0.01").design_effect;
  ASSERT_GT(effect, 1.2);
  const double ratio = 1.7291328115213698 / 1.6448536269514715;
  const double trials = std::floor(6'000 / (2 * effect * ratio * ratio));
  const double shown = 1 - std::pow(0.05, 1 / trials);
  const ObjectiveVerdict above = sampled(std::to_string(shown + 2e-6)).one.judged_first();
  ASSERT_TRUE(above.dependence[0][0] && above.dependence[0][0]->significant);
  EXPECT_EQ(above.verdict, Verdict::pass);
  EXPECT_EQ(headline(above).guarantee, Guarantee::model);
  const ObjectiveVerdict below = sampled(std::to_string(shown - 2e-6)).one.judged_first();
  EXPECT_EQ(below.verdict, Verdict::inconclusive);
  EXPECT_EQ(below.reason, Reason::dependent);
  EXPECT_TRUE(headline(below).upper.empty());
  EXPECT_NE(below.because.find("its rows depend on those before them"), std::string::npos) << below.because;
  EXPECT_EQ(sampled(std::to_string(shown - 2e-6), "one row a user").one.judged_first().verdict, Verdict::pass);
}

TEST(ModelVerdict, RanksThatTheSampledRowsDoNotHaveAreRefused) {
  CaseBuilder one = sampled("0.01").one;
  EXPECT_TRUE(transcript::check_shape(one.plan, one.facts, "facts"));
  auto& series = std::get<plan::MomentSeriesFact>(one.stream().facts.back());
  series = {1, {{{1, 0, 0, plan::Int128(2), plan::Int128(4)}}}, 0, 0};  // whole by itself, but of one row
  EXPECT_FALSE(transcript::check_shape(one.plan, one.facts, "facts"));
}

}  // namespace
}  // namespace proofmark::judgement
