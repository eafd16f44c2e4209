// A plan and its facts side by side, laid out by hand: what an engine would have counted is given, so that a judgement
// can be tested without telemetry. One stream, `requests`; a count or collection is added to the plan and to the facts
// at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/judgement/verdicts.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::judgement {

class CaseBuilder {
 public:
  CaseBuilder();

  plan::Plan plan;
  plan::Facts facts;

  plan::StreamFacts& stream() { return facts.scans[0]; }

  // `for each region` from here on: every count and collection has one entry a key, null first.
  void group_by(const std::string& field, std::vector<plan::GroupKey> keys);

  plan::FactRef count(std::vector<std::uint64_t> counts);
  // Collected values, one list a group; ranks nearest, lower, upper as the deciding side of `op` needs them.
  plan::FactRef collect(const plan::FactRef& population, const std::vector<std::vector<std::int64_t>>& values,
                        const plan::Rational& p, plan::Comparison op, const plan::Rational& alpha);
  plan::FactRef summarise(const plan::FactRef& population, const std::vector<std::vector<std::int64_t>>& values);

  // Two collections set against each other.
  plan::FactRef contrast(const plan::FactRef& first, const plan::FactRef& second, const plan::ContrastSums& sums,
                         plan::Told first_told = plan::Told::exactly, plan::Told second_told = plan::Told::exactly);

  // `expect every FIELD`: the values that it declares, in the order of bytes, and how many rows each has.
  plan::Presence presence(const std::string& field, const std::vector<std::pair<std::string, std::uint64_t>>& rows);

  // Rows and how many of them are in the part, minute by minute; of all groups together.
  plan::FactRef series(const std::vector<plan::SeriesStep>& steps);
  // The same of each group by itself.
  plan::FactRef series_by_group(const std::vector<std::vector<plan::SeriesStep>>& groups);
  // The ranks over an hour of 6,000 values that are all different, a hundred a minute: `order(minute, k)` is how many
  // are less than the minute's k-th.
  static plan::MomentSeriesFact ranks(const std::function<std::int64_t(std::int64_t, std::int64_t)>& order);
  plan::FactRef rank_series(const std::function<std::int64_t(std::int64_t, std::int64_t)>& order);

  plan::Leaf proportion(std::vector<std::uint64_t> good, std::vector<std::uint64_t> unknown,
                        std::vector<std::uint64_t> population, std::string text = "fraction(requests, status < 500)");
  // Rows kept as they went, by their weights, a list a group; `nameless` rows of the first group have none, and meet
  // the condition.
  struct Kept {
    std::vector<std::vector<std::int64_t>> good, bad, unknown;
    std::uint64_t nameless = 0;
  };
  plan::Weights weights(const plan::FactRef& population, const Kept& rows);
  plan::Leaf weighed(const Kept& rows, std::string text = "fraction(requests, status < 500)");
  plan::Leaf quantile(const std::vector<std::vector<std::int64_t>>& values, std::vector<std::uint64_t> population,
                      const std::string& p, plan::Comparison op, std::int64_t threshold_ns, const plan::Rational& alpha,
                      std::string text = "p99(requests.duration)");
  plan::Leaf census(plan::CensusKind kind, const std::vector<std::vector<std::int64_t>>& values,
                    std::vector<std::uint64_t> population, std::string text);
  // Events of each stretch of `unit_ns`, the last ending at as_of; a rate per that unit, judged by the stretches or,
  // with `poisson`, by the assumption. `unknown` more rows may be events; `stretches` are covered.
  struct Events {
    std::vector<std::uint64_t> counts;
    std::int64_t unit_ns = 0;
    std::int64_t stretches = 0;
    bool poisson = true;
    std::uint64_t unknown = 0;
  };
  plan::Leaf rate(const Events& events, std::string text);
  plan::Leaf row_count(std::uint64_t known, std::uint64_t unknown, std::uint64_t population, std::string text);

  static plan::Requirement direct(plan::Leaf leaf, plan::Comparison op, const std::string& threshold);
  plan::Objective& objective(const std::string& name, std::vector<plan::Requirement> requirements,
                             const std::string& confidence = "0.95");
  // deny when any fails; certify for 7d when all pass; hold when any is undecided; deny otherwise
  void usual_rules();
  void rule(plan::Decision decision, std::vector<plan::Condition> conditions, const std::string& text);

  // Checks that facts and plan fit, then judges.
  Verdicts judged() const;
  ObjectiveVerdict judged_first() const { return judged().objectives.front(); }

 private:
  plan::FactRef add(plan::Accumulator accumulator, plan::Fact fact);
  plan::FactRef summed(const plan::FactRef& population, plan::Id value,
                       const std::vector<std::vector<std::int64_t>>& weights, bool extremes);
  std::optional<plan::Id> grouping_;
};

plan::Rational exact(const std::string& text);

// One direct proportion, judged: the shortest way to a verdict.
CaseBuilder one_proportion(std::uint64_t good, std::uint64_t unknown, std::uint64_t n, plan::Comparison op,
                           const std::string& threshold, const std::string& confidence = "0.95");
const Judged& headline(const ObjectiveVerdict& verdict);

}  // namespace proofmark::judgement
