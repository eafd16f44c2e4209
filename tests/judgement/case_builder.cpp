// Facts are computed here by sorting and counting, independently of any engine.
#include "tests/judgement/case_builder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "runtime/plan/spelling.h"
#include "runtime/statistics/binomial.h"
#include "runtime/transcript/check_shape.h"

namespace proofmark::judgement {

using plan::Comparison;

plan::Rational exact(const std::string& text) {
  const auto value = plan::Rational::parse(text);
  EXPECT_TRUE(value.has_value()) << text;
  return *value;
}

CaseBuilder::CaseBuilder() {
  plan.edition = "2026";
  plan.policy = "checkout";
  plan.title = "Checkout";
  plan.subject = {{"service", "checkout", ""}, {"release", "2.4.0", ""}};
  plan.streams = {{"requests"}};
  plan::Scan scan;
  scan.stream = "requests";
  scan.fields = {{"duration", "duration", plan::FieldType::duration}};
  scan.values = {{plan::FieldValue{0}, false}};
  scan.windows = {plan::Window{}};
  scan.masks = {plan::InWindow{0}};
  plan.scans = {scan};
  facts.scans.resize(1);
  facts.scans[0].stream = "requests";
  facts.scans[0].rows = 1'000'000'000'000;
  facts.as_of_ns = 1'700'000'000'000'000'000;
}

void CaseBuilder::group_by(const std::string& field, std::vector<plan::GroupKey> keys) {
  plan::Scan& scan = plan.scans[0];
  scan.fields.push_back({field, field, plan::FieldType::label});
  scan.groupings.push_back({static_cast<plan::Id>(scan.fields.size() - 1), 0});
  stream().undeclared.push_back(0);
  stream().groups.push_back(std::move(keys));
  grouping_ = static_cast<plan::Id>(scan.groupings.size() - 1);
}

plan::FactRef CaseBuilder::add(plan::Accumulator accumulator, plan::Fact fact) {
  accumulator.grouping = grouping_;
  plan.scans[0].accumulators.push_back(std::move(accumulator));
  stream().facts.push_back(std::move(fact));
  return {0, static_cast<plan::Id>(stream().facts.size() - 1)};
}

plan::FactRef CaseBuilder::count(std::vector<std::uint64_t> counts) {
  return add({plan::CountRows{0}, {}}, plan::CountFact{std::move(counts)});
}

plan::Presence CaseBuilder::presence(const std::string& field,
                                     const std::vector<std::pair<std::string, std::uint64_t>>& rows) {
  std::vector<plan::GroupKey> values;
  std::vector<std::uint64_t> counts;
  std::uint64_t all = 0;
  for (const auto& [value, number] : rows) {
    values.emplace_back(value);
    counts.push_back(number);
    all += number;
  }
  const std::optional<plan::Id> grouping = grouping_;
  group_by(field, values);
  for (const plan::GroupKey& value : values) plan.scans[0].fields.back().declared.push_back(*value);
  stream().undeclared.back() = plan::counted_rows(stream()) - all;
  const plan::FactRef counted = count(std::move(counts));
  grouping_ = grouping;
  return {field, counted};
}

plan::FactRef CaseBuilder::series(const std::vector<plan::SeriesStep>& steps) {
  constexpr std::int64_t kStepNs = 60'000'000'000;
  const std::optional<plan::Id> grouping = std::exchange(grouping_, std::nullopt);
  const plan::FactRef ref =
      add({plan::CountSeries{0, 0, 0}, {}},
          plan::SeriesFact{kStepNs, {steps}, 0, kStepNs * static_cast<std::int64_t>(steps.size()) - 1});
  grouping_ = grouping;
  return ref;
}

plan::FactRef CaseBuilder::series_by_group(const std::vector<std::vector<plan::SeriesStep>>& groups) {
  constexpr std::int64_t kStepNs = 60'000'000'000;
  return add({plan::CountSeries{0, 0, 0}, {}},
             plan::SeriesFact{kStepNs, groups, 0, kStepNs * static_cast<std::int64_t>(groups.front().size()) - 1});
}

plan::MomentSeriesFact CaseBuilder::ranks(const std::function<std::int64_t(std::int64_t, std::int64_t)>& order) {
  constexpr std::int64_t kMinutes = 60, kStepNs = 60'000'000'000;
  plan::MomentSeriesFact series{kStepNs, {{}}, 0, kMinutes * kStepNs - 1};
  for (std::int64_t i = 0; i < kMinutes; ++i) {
    plan::Int128 sum = 0, squares = 0;
    for (std::int64_t k = 0; k < 100; ++k) {
      const plan::Int128 doubled = 2 * (order(i, k) + 1);
      sum += doubled;
      squares += doubled * doubled;
    }
    series.groups.front().push_back({100, 0, 0, sum, squares});
  }
  return series;
}

plan::FactRef CaseBuilder::rank_series(const std::function<std::int64_t(std::int64_t, std::int64_t)>& order) {
  const std::optional<plan::Id> grouping = std::exchange(grouping_, std::nullopt);
  const plan::FactRef ref = add({plan::RankSeries{0, 0, 0}, {}}, ranks(order));
  grouping_ = grouping;
  return ref;
}

plan::FactRef CaseBuilder::collect(const plan::FactRef& population,
                                   const std::vector<std::vector<std::int64_t>>& values, const plan::Rational& p,
                                   Comparison op, const plan::Rational& alpha) {
  const bool upper_passes = op == Comparison::less || op == Comparison::at_most;
  plan::CollectValues what{0,
                           0,
                           population.accumulator,
                           false,
                           false,
                           false,
                           {{plan::RankKind::nearest, p, {}, false},
                            {plan::RankKind::lower, p, alpha, upper_passes},
                            {plan::RankKind::upper, p, alpha, !upper_passes}}};
  plan::ValuesFact fact;
  for (std::size_t g = 0; g < values.size(); ++g) {
    std::vector<std::int64_t> sorted = values[g];
    std::sort(sorted.begin(), sorted.end());
    const std::uint64_t known = sorted.size();
    const std::uint64_t n =
        std::get<plan::CountFact>(stream().facts[population.accumulator]).counts[g] + plan::unplaced_rows(stream());
    plan::ValueSummary summary;
    summary.known = known;
    const auto at = [&](std::uint64_t rank) -> std::optional<plan::RankedValue> {
      if (rank < 1 || rank > known) return std::nullopt;
      return plan::RankedValue{rank, sorted[rank - 1]};
    };
    const std::uint64_t lower = statistics::lower_rank(n, p, alpha, upper_passes), unknown = n - known;
    summary.ranks = {known > 0 ? at(statistics::nearest_rank(known, p)) : std::nullopt,
                     at(lower > unknown ? lower - unknown : 0), at(statistics::upper_rank(n, p, alpha, !upper_passes))};
    fact.groups.push_back(std::move(summary));
  }
  return add({what, {}}, std::move(fact));
}

plan::FactRef CaseBuilder::summarise(const plan::FactRef& population,
                                     const std::vector<std::vector<std::int64_t>>& values) {
  plan::ValuesFact fact;
  for (const std::vector<std::int64_t>& group : values) {
    plan::ValueSummary summary;
    summary.known = group.size();
    plan::Int128 sum = 0;
    for (const std::int64_t value : group) sum += value;
    summary.sum = sum;
    if (!group.empty()) summary.minimum = *std::min_element(group.begin(), group.end());
    if (!group.empty()) summary.maximum = *std::max_element(group.begin(), group.end());
    summary.distinct = std::set<std::int64_t>(group.begin(), group.end()).size();
    fact.groups.push_back(std::move(summary));
  }
  return add({plan::CollectValues{0, 0, population.accumulator, true, true, true, {}}, {}}, std::move(fact));
}

plan::FactRef CaseBuilder::contrast(const plan::FactRef& first, const plan::FactRef& second,
                                    const plan::ContrastSums& sums, plan::Told first_told, plan::Told second_told) {
  return add({plan::ContrastValues{0, first.accumulator, second.accumulator, first_told, second_told}, {}},
             plan::ContrastFact{{sums}});
}

plan::Leaf CaseBuilder::proportion(std::vector<std::uint64_t> good, std::vector<std::uint64_t> unknown,
                                   std::vector<std::uint64_t> population, std::string text) {
  plan::Leaf leaf;
  leaf.outside = count(std::vector<std::uint64_t>(population.size(), 0));
  leaf.what = plan::Proportion{count(std::move(population)), count(std::move(good)), count(std::move(unknown))};
  leaf.text = std::move(text);
  return leaf;
}

plan::FactRef CaseBuilder::summed(const plan::FactRef& population, plan::Id value,
                                  const std::vector<std::vector<std::int64_t>>& weights, bool extremes) {
  plan::CollectValues what{.mask = 0, .value = value, .population = population.accumulator};
  what.sum = true;
  what.extremes = extremes;
  plan::ValuesFact fact;
  for (const std::vector<std::int64_t>& group : weights) {
    plan::ValueSummary summary;
    summary.known = group.size();
    summary.sum = std::accumulate(group.begin(), group.end(), plan::Int128(0));
    if (extremes && !group.empty()) {
      summary.minimum = *std::min_element(group.begin(), group.end());
      summary.maximum = *std::max_element(group.begin(), group.end());
    }
    fact.groups.push_back(std::move(summary));
  }
  return add({what, {}}, std::move(fact));
}

plan::Weights CaseBuilder::weights(const plan::FactRef& population, const Kept& rows) {
  plan::Scan& scan = plan.scans[0];
  plan.streams[0].sampling = plan::StreamPromise::Sampling::tail;
  plan.streams[0].weighted_by = "sample_rate";
  scan.fields.push_back({"sample_rate", "sample_rate", plan::FieldType::integer});
  scan.values.push_back({plan::FieldValue{static_cast<plan::Id>(scan.fields.size() - 1)}, false});
  const auto value = static_cast<plan::Id>(scan.values.size() - 1);
  std::vector<std::vector<std::int64_t>> all = rows.good;
  std::vector<std::uint64_t> unfit;
  for (std::size_t g = 0; g < all.size(); ++g) {
    for (const auto* part : {&rows.bad, &rows.unknown})
      all[g].insert(all[g].end(), (*part)[g].begin(), (*part)[g].end());
    unfit.push_back(
        static_cast<std::uint64_t>(std::count_if(all[g].begin(), all[g].end(), [](auto w) { return w < 1; })) +
        (g == 0 ? rows.nameless : 0));
  }
  return {summed(population, value, all, true), summed(population, value, rows.good, false),
          summed(population, value, rows.bad, false), summed(population, value, rows.unknown, false),
          count(std::move(unfit))};
}

plan::Leaf CaseBuilder::weighed(const Kept& rows, std::string text) {
  std::vector<std::uint64_t> good, unknown, population;
  for (std::size_t g = 0; g < rows.good.size(); ++g) {
    good.push_back(rows.good[g].size() + (g == 0 ? rows.nameless : 0));
    unknown.push_back(rows.unknown[g].size());
    population.push_back(good.back() + unknown.back() + rows.bad[g].size());
  }
  plan::Leaf leaf = proportion(std::move(good), std::move(unknown), std::move(population), std::move(text));
  auto& what = std::get<plan::Proportion>(leaf.what);
  what.weights = weights(what.population, rows);
  return leaf;
}

plan::Leaf CaseBuilder::quantile(const std::vector<std::vector<std::int64_t>>& values,
                                 std::vector<std::uint64_t> population, const std::string& p, Comparison op,
                                 std::int64_t threshold_ns, const plan::Rational& alpha, std::string text) {
  const bool inclusive = op == Comparison::at_most || op == Comparison::greater;
  std::vector<std::uint64_t> below;
  for (const auto& group : values)
    below.push_back(static_cast<std::uint64_t>(std::count_if(group.begin(), group.end(), [&](std::int64_t value) {
      return inclusive ? value <= threshold_ns : value < threshold_ns;
    })));
  plan::Leaf leaf;
  leaf.outside = count(std::vector<std::uint64_t>(population.size(), 0));
  const plan::FactRef rows = count(std::move(population));
  const plan::FactRef collected = collect(rows, values, exact(p), op, alpha);
  leaf.what = plan::Quantile{exact(p), rows, collected, plan::Unit::duration, count(std::move(below))};
  leaf.text = std::move(text);
  return leaf;
}

plan::Leaf CaseBuilder::census(plan::CensusKind kind, const std::vector<std::vector<std::int64_t>>& values,
                               std::vector<std::uint64_t> population, std::string text) {
  plan::Leaf leaf;
  leaf.outside = count(std::vector<std::uint64_t>(population.size(), 0));
  const plan::FactRef rows = count(std::move(population));
  leaf.what = plan::Census{kind, rows, summarise(rows, values), std::nullopt, plan::Unit::number};
  leaf.text = std::move(text);
  return leaf;
}

plan::Leaf CaseBuilder::rate(const Events& events, std::string text) {
  constexpr std::int64_t kAsOf = 1'700'000'000'000'000'000;
  plan::ClusterSums sums;
  for (const std::uint64_t happened : events.counts) {
    if (happened == 0) continue;
    sums.clusters += 1;
    sums.rows += happened;
    sums.largest = std::max(sums.largest, happened);
    sums.rows_rows += plan::Int128(happened) * happened;
  }
  sums.part = sums.rows;
  sums.with_part = sums.clusters;
  sums.rows_part = sums.part_part = sums.rows_rows;
  plan::Rate rate{events.unit_ns, count({10'000}), count({sums.rows}), {}, events.unit_ns};
  plan::Leaf leaf;
  leaf.outside = count({events.unknown});
  if (!events.poisson)
    rate.buckets = add({plan::SumClusters{0, 0, {}, events.unit_ns}, {}}, plan::ClustersFact{{sums}});
  facts.as_of_ns = kAsOf;
  stream().covers_from_ns = kAsOf - events.stretches * events.unit_ns;
  stream().covers_to_ns = kAsOf;
  leaf.what = rate;
  leaf.text = std::move(text);
  return leaf;
}

plan::Leaf CaseBuilder::row_count(std::uint64_t known, std::uint64_t unknown, std::uint64_t population,
                                  std::string text) {
  plan::Leaf leaf;
  leaf.outside = count({0});
  leaf.what =
      plan::Census{plan::CensusKind::count, count({population}), count({known}), count({unknown}), plan::Unit::number};
  leaf.text = std::move(text);
  return leaf;
}

plan::Requirement CaseBuilder::direct(plan::Leaf leaf, Comparison op, const std::string& threshold) {
  plan::Requirement requirement;
  requirement.text = leaf.text + " " + std::string(plan::spelling(op)) + " " + threshold;
  requirement.unit = std::holds_alternative<plan::Quantile>(leaf.what) ? plan::Unit::duration : plan::Unit::ratio;
  requirement.leaves = {std::move(leaf)};
  requirement.terms = {plan::LeafTerm{0}};
  requirement.op = op;
  requirement.threshold = exact(threshold);
  requirement.direct_op = op;
  requirement.direct_threshold = exact(threshold);
  requirement.origin = {"checkout.pmk", 7, 5};
  return requirement;
}

plan::Objective& CaseBuilder::objective(const std::string& name, std::vector<plan::Requirement> requirements,
                                        const std::string& confidence) {
  plan::Objective one;
  one.name = name;
  one.requirements = std::move(requirements);
  one.confidence = exact(confidence);
  if (grouping_) {
    one.grouping = grouping_;
    one.group_field = plan.scans[0].fields[plan.scans[0].groupings[*grouping_].field].name;
  }
  plan.objectives.push_back(std::move(one));
  return plan.objectives.back();
}

void CaseBuilder::rule(plan::Decision decision, std::vector<plan::Condition> conditions, const std::string& text) {
  const auto line = static_cast<std::uint32_t>(20 + plan.rules.size());
  plan.rules.push_back({decision,
                        decision == plan::Decision::certify ? 7 * 86'400'000'000'000 : 0,
                        std::move(conditions),
                        text,
                        {"checkout.pmk", line, 5}});
}

void CaseBuilder::usual_rules() {
  if (!facts.history) facts.history.emplace();  // what may be held may be asked about again
  std::vector<plan::Id> all;
  for (plan::Id id = 0; id < plan.objectives.size(); ++id) all.push_back(id);
  rule(plan::Decision::deny, {plan::ObjectivesAre{false, all, plan::Standing::fail}}, "deny when any objective fails");
  rule(plan::Decision::certify, {plan::ObjectivesAre{true, all, plan::Standing::pass}},
       "certify for 7d when all objectives pass");
  rule(plan::Decision::hold, {plan::ObjectivesAre{false, all, plan::Standing::undecided}},
       "hold when any objective is undecided");
  rule(plan::Decision::deny, {plan::Otherwise{}}, "deny otherwise");
}

Verdicts CaseBuilder::judged() const {
  plan::Plan ruled = plan;
  if (ruled.rules.empty())
    ruled.rules.push_back({plan::Decision::deny, 0, {plan::Otherwise{}}, "deny otherwise", {"checkout.pmk", 20, 5}});
  const Status fits = transcript::check_shape(ruled, facts);
  EXPECT_TRUE(fits) << fits.problems().front().message;
  return judge(ruled, facts);
}

CaseBuilder one_proportion(std::uint64_t good, std::uint64_t unknown, std::uint64_t n, Comparison op,
                           const std::string& threshold, const std::string& confidence) {
  CaseBuilder one;
  one.objective("available", {CaseBuilder::direct(one.proportion({good}, {unknown}, {n}), op, threshold)}, confidence);
  one.usual_rules();
  return one;
}

const Judged& headline(const ObjectiveVerdict& verdict) {
  return verdict.groups[verdict.deciding_group].requirements[verdict.deciding_requirement];
}

}  // namespace proofmark::judgement
