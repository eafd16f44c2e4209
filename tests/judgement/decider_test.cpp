// The decision alone is the decision of the whole judgement, whatever the policy asks.
#include "runtime/judgement/decider.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Standing;

Comparison draw_comparison() {
  return *rc::gen::element(Comparison::less, Comparison::at_most, Comparison::greater, Comparison::at_least);
}

struct Rows {
  std::uint64_t known = 0, unknown = 0, population = 0;
};

Rows draw_rows() {
  if (*rc::gen::inRange(0, 6) == 0) return {};
  const auto known = *rc::gen::inRange<std::uint64_t>(0, 12);
  const auto unknown = *rc::gen::element<std::uint64_t>(0, 0, 1, 5);
  return {known, unknown, known + unknown + *rc::gen::element<std::uint64_t>(0, 1, 100)};
}

plan::Requirement draw_requirement(CaseBuilder& one) {
  const Rows rows = draw_rows();
  const auto threshold = *rc::gen::element<std::string>("0", "1", "3", "4", "9/2", "7", "100");
  if (*rc::gen::inRange(0, 8) == 0)
    return CaseBuilder::direct(one.proportion({rows.known}, {rows.unknown}, {rows.population}), Comparison::at_least,
                               "0.5");
  return CaseBuilder::direct(one.row_count(rows.known, rows.unknown, rows.population, "count(requests, status == 500)"),
                             draw_comparison(), threshold);
}

void draw_objective(CaseBuilder& one, const std::string& name) {
  std::vector<plan::Requirement> requirements;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) requirements.push_back(draw_requirement(one));
  plan::Objective& objective = one.objective(name, std::move(requirements));
  objective.on_no_data =
      *rc::gen::element(plan::NoDataVerdict::no_data, plan::NoDataVerdict::fail, plan::NoDataVerdict::pass);
  objective.unknown_as = *rc::gen::weightedElement<plan::UnknownAs>(
      {{6, plan::UnknownAs::worst}, {1, plan::UnknownAs::good}, {1, plan::UnknownAs::bad}});
  objective.minimum_rows = *rc::gen::element<std::uint64_t>(0, 0, 0, 50, 1'000);
  if (*rc::gen::weightedElement<bool>({{5, false}, {1, true}})) objective.covers_at_least_ns = 3'600'000'000'000;
}

CaseBuilder draw_case() {
  CaseBuilder one;
  one.stream().skipped = *rc::gen::element<std::uint64_t>(0, 0, 2);
  one.stream().late = *rc::gen::element<std::uint64_t>(0, 0, 3);
  one.plan.streams[0].sampling = *rc::gen::weightedElement<plan::StreamPromise::Sampling>(
      {{5, plan::StreamPromise::Sampling::none}, {1, plan::StreamPromise::Sampling::tail}});
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) draw_objective(one, "o" + std::to_string(i));
  if (*rc::gen::weightedElement<bool>({{3, false}, {1, true}})) {
    const plan::Presence presence = one.presence("region", {{"eu", 1'000}, {"us", *rc::gen::element(0U, 1U)}});
    for (plan::Requirement& requirement : one.plan.objectives[0].requirements)
      for (plan::Leaf& leaf : requirement.leaves) leaf.presence = {presence};
  }
  return one;
}

TEST(Decider, FindsTheRuleThatJudgementFinds) {
  EXPECT_TRUE(rc::check("for every objective and standing, and for all of them together", [] {
    CaseBuilder one = draw_case();
    one.usual_rules();
    RC_ASSERT(Decider(one.plan).rule(one.facts) == one.judged().decision.rule);
    for (plan::Id id = 0; id < one.plan.objectives.size(); ++id)
      for (const Standing standing : {Standing::pass, Standing::fail, Standing::inconclusive, Standing::no_data}) {
        one.plan.rules.clear();
        one.rule(plan::Decision::hold, {plan::ObjectivesAre{true, {id}, standing}}, "hold when …");
        one.rule(plan::Decision::deny, {plan::Otherwise{}}, "deny otherwise");
        RC_ASSERT(Decider(one.plan).rule(one.facts) == one.judged().decision.rule);
      }
  }));
}

}  // namespace
}  // namespace proofmark::judgement
