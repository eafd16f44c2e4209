// Transcripts from anybody: whatever the bytes, reading, judging their facts under a plan and comparing end in a
// verdict or a diagnostic, never in a broken invariant.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/transcript/verify.h"

namespace proofmark::transcript {
namespace {

using plan::Comparison;
using plan::Rational;

plan::FactRef count(plan::Scan& scan, std::optional<plan::Id> grouping) {
  scan.accumulators.push_back({plan::CountRows{0}, grouping});
  return {0, static_cast<plan::Id>(scan.accumulators.size() - 1)};
}

plan::FactRef collect(plan::Scan& scan, const plan::FactRef& rows, std::vector<plan::RankRule> ranks) {
  const bool extremes = ranks.empty();
  scan.accumulators.push_back(
      {plan::CollectValues{0, 0, rows.accumulator, extremes, extremes, extremes, std::move(ranks)}, {}});
  return {0, static_cast<plan::Id>(scan.accumulators.size() - 1)};
}

plan::Requirement direct(plan::Leaf leaf, Comparison op, const Rational& threshold) {
  plan::Requirement requirement;
  leaf.text = "measured(requests)";
  requirement.text = "measured(requests) required";
  requirement.leaves = {std::move(leaf)};
  requirement.terms = {plan::LeafTerm{0}};
  requirement.op = op;
  requirement.threshold = requirement.direct_threshold = threshold;
  requirement.direct_op = op;
  return requirement;
}

plan::Leaf proportion(plan::Scan& scan, std::optional<plan::Id> grouping) {
  plan::Leaf leaf;
  leaf.outside = count(scan, grouping);
  const plan::FactRef rows = count(scan, grouping), good = count(scan, grouping), unknown = count(scan, grouping);
  leaf.what = plan::Proportion{rows, good, unknown};
  return leaf;
}

plan::Leaf quantile(plan::Scan& scan, const Rational& alpha) {
  plan::Leaf leaf;
  leaf.outside = count(scan, {});
  const plan::FactRef rows = count(scan, {});
  const Rational p = *Rational::parse("0.9");
  const plan::FactRef values = collect(scan, rows,
                                       {{plan::RankKind::nearest, p, {}, false},
                                        {plan::RankKind::lower, p, alpha, true},
                                        {plan::RankKind::upper, p, alpha, false}});
  leaf.what = plan::Quantile{p, rows, values, plan::Unit::duration, count(scan, {})};
  return leaf;
}

plan::Leaf largest(plan::Scan& scan) {
  plan::Leaf leaf;
  leaf.outside = count(scan, {});
  const plan::FactRef rows = count(scan, {});
  leaf.what = plan::Census{plan::CensusKind::maximum, rows, collect(scan, rows, {}), {}, plan::Unit::number};
  return leaf;
}

plan::Objective objective(const char* name, plan::Requirement requirement) {
  plan::Objective one;
  one.name = name;
  one.requirements = {std::move(requirement)};
  one.confidence = *Rational::parse("0.95");
  return one;
}

// A share, a quantile, an exact fact, a difference, shares by group, a share under unlimited looks.
plan::Plan some_plan() {
  plan::Plan plan;
  plan::Scan scan;
  scan.stream = "requests";
  scan.fields = {{"duration", "duration", plan::FieldType::duration}, {"region", "region", plan::FieldType::label}};
  scan.values = {{plan::FieldValue{0}, false}};
  scan.windows = {plan::Window{}};
  scan.masks = {plan::InWindow{0}};
  scan.groupings = {{1, 0}};
  const Rational half = *Rational::parse("0.5"), limit(400'000'000);
  plan.objectives = {objective("share", direct(proportion(scan, {}), Comparison::at_least, half)),
                     objective("tail", direct(quantile(scan, *Rational::parse("0.05")), Comparison::at_most, limit)),
                     objective("largest", direct(largest(scan), Comparison::less, limit)),
                     objective("difference", direct(proportion(scan, {}), Comparison::greater, half)),
                     objective("regions", direct(proportion(scan, 0), Comparison::at_most, half)),
                     objective("often", direct(proportion(scan, {}), Comparison::at_least, half))};
  plan::Requirement& difference = plan.objectives[3].requirements[0];
  difference.leaves.push_back(proportion(scan, {}));
  difference.terms = {plan::LeafTerm{0}, plan::LeafTerm{1}, plan::CalculatedTerm{plan::Calculation::divide, {0, 1}}};
  difference.direct_op.reset();
  difference.splits = 2;
  plan.objectives[4].grouping = 0;
  plan.objectives[4].group_field = "region";
  plan.objectives[5].looks.kind = plan::LooksKind::unlimited;
  plan.scans = {std::move(scan)};
  plan.rules = {{plan::Decision::certify,
                 0,
                 {plan::ObjectivesAre{true, {0, 1, 2, 3, 4, 5}, plan::Standing::pass}},
                 "certify when all objectives pass",
                 {"p.pmk", 1, 1}},
                {plan::Decision::deny, 0, {plan::Otherwise{}}, "deny otherwise", {"p.pmk", 2, 1}}};
  return plan;
}

void run(std::string_view bytes) {
  static const plan::Plan kPlan = some_plan();
  const Result<Parsed> given = read(bytes, "given.json");
  if (!given) return;
  const Inputs inputs{{"p.pmk", "sha256:00"}, {}, "sha256:00"};
  const Result<json::Value> rejudged = rejudge(kPlan, inputs, *given);
  if (rejudged) (void)compare(*rejudged, *given);
}

}  // namespace
}  // namespace proofmark::transcript

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  proofmark::transcript::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
