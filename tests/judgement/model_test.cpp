// Probabilities and quantiles of a model, judged by counting trials.
#include <gtest/gtest.h>

#include "runtime/plan/match.h"
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

}  // namespace
}  // namespace proofmark::judgement
