// What follows the scan: decisions from facts alone. Boost.Math is the peer where it has the same function.
#include <boost/math/distributions/binomial.hpp>
#include <stdexcept>

#include "bench/measures.h"
#include "bench/policies.h"
#include "bench/report.h"
#include "runtime/judgement/decider.h"
#include "runtime/judgement/verdicts.h"
#include "runtime/plan/canonical.h"
#include "runtime/statistics/binomial.h"
#include "runtime/transcript/transcript.h"

namespace proofmark::bench {
namespace {

constexpr int kRounds = 5;
constexpr std::size_t kGroups = 10'000, kRules = 100, kDecisions = 1'000;
constexpr std::uint64_t kMillion = 1'000'000;

plan::Plan plan_from(const std::string& text) {
  auto plan = plan_of(text);
  if (!plan) throw std::runtime_error(plan.problems().front().message);
  return std::move(*plan);
}

// Facts as an engine would have measured them: every count is asked for over a million rows.
plan::Facts made_facts(const plan::Plan& plan) {
  plan::Facts facts;
  facts.as_of_ns = 1'767'225'600'000'000'000;
  for (const plan::Scan& scan : plan.scans) {
    plan::StreamFacts stream;
    stream.stream = scan.stream;
    stream.rows = 1'000'000;
    stream.covers_from_ns = *facts.as_of_ns - 86'400'000'000'000;
    stream.covers_to_ns = facts.as_of_ns;
    for (const plan::Accumulator& accumulator : scan.accumulators) {
      if (std::holds_alternative<plan::CountRows>(accumulator.what))
        stream.facts.emplace_back(plan::CountFact{{0}});
      else if (std::holds_alternative<plan::CountSeries>(accumulator.what))
        stream.facts.emplace_back(plan::SeriesFact{1'800'000'000'000,
                                                   {std::vector<plan::SeriesStep>(48, {20'800, 20'644})},
                                                   stream.covers_from_ns,
                                                   *facts.as_of_ns - 1});
      else
        stream.facts.emplace_back(plan::ValuesFact{
            {{1'000'000, std::nullopt, *stream.covers_from_ns, *stream.covers_to_ns, std::nullopt, {}}}});
    }
    facts.scans.push_back(std::move(stream));
  }
  const auto set = [&](const plan::FactRef& fact, std::uint64_t rows) {
    std::get<plan::CountFact>(facts.scans[fact.scan].facts[fact.accumulator]).counts = {rows};
  };
  for (std::size_t i = 0; i < plan.objectives.size(); ++i) {
    const auto& leaf = plan.objectives[i].requirements.front().leaves.front();
    if (const auto* share = std::get_if<plan::Proportion>(&leaf.what)) {
      set(share->population, 1'000'000);
      set(share->good, 991'000 + 7 * i);
    } else if (const auto* census = std::get_if<plan::Census>(&leaf.what)) {
      set(census->population, 1'000'000);
      set(census->fact, 500 + i);
    }
  }
  return facts;
}

void judge_all(const plan::Plan& plan, const plan::Facts& facts) {
  const judgement::Verdicts verdicts = judgement::judge(plan, facts);
  if (verdicts.objectives.size() != plan.objectives.size()) throw std::runtime_error("an objective was not judged");
}

// As `eval` does of a policy that is kept: the plan's digest is kept with it.
std::size_t write_transcript(const plan::Plan& plan, const plan::Facts& facts, const std::string& plan_digest) {
  transcript::Inputs inputs;
  inputs.policy = {"bench.pmk", "sha256:" + std::string(64, '0')};
  inputs.snapshot_id = "sha256:" + std::string(64, '0');
  inputs.plan_digest = plan_digest;
  return transcript::text(transcript::build(plan, facts, judgement::judge(plan, facts), inputs)).size();
}

struct Group {
  std::uint64_t good, rows;
};

std::vector<Group> groups() {
  std::vector<Group> made;
  for (std::size_t i = 0; i < kGroups; ++i) {
    const std::uint64_t rows = 1'000 + 997 * (i % 1009);
    made.push_back({rows - rows * (i % 17) / 1000 - i % 3, rows});
  }
  return made;
}

void judge_groups(const std::vector<Group>& all) {
  const statistics::ProportionClaim claim{true, *plan::Rational::make(99, 100)};
  const plan::Rational alpha = *plan::Rational::make(1, 20);
  std::size_t decided = 0;
  for (const Group& group : all)
    decided += statistics::decide_proportion({group.good, 0, group.rows}, claim, alpha).outcome !=
                       statistics::Outcome::borderline
                   ? 1
                   : 0;
  if (decided == 0) throw std::runtime_error("nothing was decided");
}

// As the transcript states them: bounds on the safe side in decimals.
void judge_groups_with_bounds(const std::vector<Group>& all) {
  const statistics::ProportionClaim claim{true, *plan::Rational::make(99, 100)};
  const plan::Rational alpha = *plan::Rational::make(1, 20);
  std::size_t digits = 0;
  for (const Group& group : all) {
    const statistics::ProportionCounts counts{group.good, 0, group.rows};
    const auto outcome = statistics::decide_proportion(counts, claim, alpha).outcome;
    const statistics::ReportedBounds bounds = statistics::report_bounds(counts, claim, alpha, outcome);
    digits += bounds.lower.size() + bounds.upper.size();
  }
  if (digits == 0) throw std::runtime_error("nothing was stated");
}

// Clopper and Pearson's test at a million rows, around the share where it turns.
std::vector<Group> at_a_million() {
  std::vector<Group> made;
  for (std::size_t i = 0; i < kDecisions; ++i) made.push_back({kMillion * 99 / 100 - 500 + i, kMillion});
  return made;
}

// The two tails that such a decision needs, by Boost.Math, undecided what lies near alpha.
void judge_groups_by_boost(const std::vector<Group>& all) {
  std::size_t passed = 0;
  for (const Group& group : all) {
    const boost::math::binomial_distribution<double> binomial(static_cast<double>(group.rows), 0.99);
    const auto good = static_cast<double>(group.good);
    const double pass = good > 0 ? cdf(complement(binomial, good - 1)) : 1.0, fail = cdf(binomial, good);
    passed += pass <= 0.05 || fail < 0.05 ? 1 : 0;
  }
  if (passed == 0) throw std::runtime_error("nothing was decided");
}

}  // namespace

Report measure_judging() {
  Report report;
  const plan::Plan thresholds = plan_from(threshold_policy(kRules)),
                   statistical = plan_from(statistical_policy(kRules));
  const plan::Facts counts = made_facts(thresholds), shares = made_facts(statistical);
  const std::string digest = plan::digest(statistical);
  const std::vector<Group> many = groups(), millions = at_a_million();
  const judgement::Decider decider(thresholds);
  if (decider.rule(counts) != judgement::judge(thresholds, counts).decision.rule)
    throw std::runtime_error("another rule applies");
  volatile std::size_t kept = 0;
  report.add(measure({
      {"100 thresholds decided", [&] { kept = decider.rule(counts); }, 200},
      {"100 thresholds judged", [&] { judge_all(thresholds, counts); }, 50},
      {"100 statistical judged", [&] { judge_all(statistical, shares); }, 20},
      {"100 statistical with transcript", [&] { write_transcript(statistical, shares, digest); }, 20},
      {"10000 groups judged", [&] { judge_groups(many); }, kRounds},
      {"10000 groups judged with bounds", [&] { judge_groups_with_bounds(many); }, kRounds},
      {"1000 decisions at a million rows", [&] { judge_groups(millions); }, 20},
      {"1000 decisions by Boost.Math", [&] { judge_groups_by_boost(millions); }, 20},
      {"10000 groups by Boost.Math", [&] { judge_groups_by_boost(many); }, kRounds},
  }));
  report.numbers["decisions"] = kGroups;
  return report;
}

}  // namespace proofmark::bench
