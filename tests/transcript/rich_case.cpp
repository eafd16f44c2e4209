#include "tests/transcript/rich_case.h"

namespace proofmark::transcript {

using judgement::CaseBuilder;
using judgement::exact;
using plan::Comparison;

CaseBuilder rich_case() {
  CaseBuilder one;
  one.plan.revision = 3;
  one.plan.parameters = {{"release", "release", "2.4.0@sha256:00ff"}, {"target", "number", "999/1000"}};
  one.plan.subject[1].digest = "sha256:00ff";
  one.stream().rows = 100'000;
  one.stream().skipped = 1;
  one.stream().future = 2;
  one.stream().covers_from_ns = 1'699'000'000'000'000'000;
  one.stream().covers_to_ns = 1'700'000'000'000'000'000;
  std::vector<std::int64_t> values;
  for (std::int64_t i = 1; i <= 400; ++i) values.push_back(i * 1'000'000);
  one.objective("fast",
                {one.direct(one.quantile({values}, {402}, "0.9", Comparison::at_most, 390'000'000, exact("0.05")),
                            Comparison::at_most, "390000000")});
  one.objective("tail",
                {one.direct(one.quantile({values}, {402}, "0.9999", Comparison::at_most, 390'000'000, exact("0.05")),
                            Comparison::at_most, "390000000")});
  one.objective("largest", {one.direct(one.census(plan::CensusKind::maximum, {{3, 4, 5}}, {3}, "max(requests.size)"),
                                       Comparison::at_most, "9")});
  plan::Requirement difference =
      one.direct(one.proportion({990}, {1}, {1'000}, "fraction(canary, ok)"), Comparison::at_least, "-0.05");
  difference.leaves.push_back(one.proportion({1'980}, {0}, {2'000}, "fraction(stable, ok)"));
  difference.terms = {plan::LeafTerm{0}, plan::LeafTerm{1}, plan::CalculatedTerm{plan::Calculation::subtract, {0, 1}}};
  difference.direct_op.reset();
  difference.splits = 2;
  difference.text = "fraction(canary, ok) - fraction(stable, ok) >= -5%";
  one.objective("close", {difference});
  one.group_by("region", {std::nullopt, "eu", "us"});
  one.objective(
      "regions",
      {one.direct(one.proportion({990, 9'980, 500}, {0, 3, 0}, {1'000, 10'000, 1'000}), Comparison::at_least, "0.99")},
      "0.99");
  one.usual_rules();
  return one;
}

Inputs rich_inputs() {
  return {{"checkout.pmk", "sha256:0000000000000000000000000000000000000000000000000000000000000001"},
          {{"latency.pmk", "sha256:0000000000000000000000000000000000000000000000000000000000000002"}},
          "sha256:0000000000000000000000000000000000000000000000000000000000000003"};
}

json::Value rich_transcript(const CaseBuilder& one) {
  return build(one.plan, one.facts, one.judged(), rich_inputs());
}

Parsed parsed(const json::Value& transcript) {
  return {"decision.json", transcript, text(transcript), true};
}

}  // namespace proofmark::transcript
