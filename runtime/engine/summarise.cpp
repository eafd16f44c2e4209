// Order statistics by selection: the k-th smallest key is unique, however the selection gets there.
#include "runtime/engine/summarise.h"

#include <algorithm>
#include <cmath>

#include "runtime/engine/block_driver.h"
#include "runtime/engine/collect_weighted.h"
#include "runtime/engine/contrast.h"
#include "runtime/engine/order_key.h"
#include "runtime/engine/order_statistics.h"
#include "runtime/engine/weights.h"
#include "runtime/plan/match.h"

namespace proofmark::engine {
namespace {

using plan::Id;

// Moves the keys of the ranks, which are ascending, to their places.
void select(std::vector<std::int64_t>& keys, const std::vector<std::uint64_t>& ranks) {
  auto begin = keys.begin();
  for (const std::uint64_t rank : ranks) {
    const auto place = keys.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    if (place < begin) continue;  // the same rank again
    std::nth_element(begin, place, keys.end());
    begin = place + 1;
  }
}

std::uint64_t count_distinct(std::vector<std::int64_t>& keys, bool real) {
  std::sort(keys.begin(), keys.end());
  std::uint64_t distinct = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool again = i > 0 && keys[i] == keys[i - 1];
    const bool other_zero = real && i > 0 && keys[i] == 0 && keys[i - 1] == kNegativeZeroKey;
    if (!again && !other_zero) ++distinct;
  }
  return distinct;
}

// A sum that a double cannot hold is left out: of finite values whose sum was finite, a lane may have been too large on
// the way, and infinity would then be a false fact.
void add_sum(const CollectedValues& values, bool real, std::uint64_t blocks, plan::ValueSummary& out) {
  if (!real) {
    out.sum = values.sum;
    return;
  }
  const double sum = sum_of_blocks(values.block_sums, blocks);
  if (std::isfinite(sum)) out.sum = sum;
}

struct Population {
  const plan::CollectValues& what;
  bool real;
  std::uint64_t blocks;
};

// The keys of the ranks, in their order. `wanted` are ascending places from 1 among what is kept.
std::vector<std::int64_t> keys_of(CollectedValues& values, const std::vector<std::uint64_t>& wanted) {
  if (!values.weights.empty()) return keys_at(values, wanted);
  select(values.keys, wanted);
  std::vector<std::int64_t> keys;
  for (const std::uint64_t place : wanted) keys.push_back(values.keys[place - 1]);
  return keys;
}

// `ranks` as the rules of `of.what`.
plan::ValueSummary summary_of(const Population& of, CollectedValues&& values,
                              const std::vector<std::optional<std::uint64_t>>& ranks) {
  plan::ValueSummary summary;
  summary.known = values.known;
  if (of.what.sum) add_sum(values, of.real, of.blocks, summary);
  if (of.what.extremes && values.known > 0) {
    summary.minimum = number_of(values.least, of.real);
    summary.maximum = number_of(values.greatest, of.real);
  }
  std::vector<std::uint64_t> wanted;
  for (const auto& rank : ranks)
    if (rank) wanted.push_back(*rank - values.below);
  std::sort(wanted.begin(), wanted.end());
  const std::vector<std::int64_t> keys = keys_of(values, wanted);
  for (const auto& rank : ranks) {
    summary.ranks.emplace_back();
    if (!rank) continue;
    const auto place = std::lower_bound(wanted.begin(), wanted.end(), *rank - values.below) - wanted.begin();
    summary.ranks.back() = plan::RankedValue{*rank, number_of(keys[static_cast<std::size_t>(place)], of.real)};
  }
  if (of.what.distinct) summary.distinct = count_distinct(values.keys, of.real);  // sorts them: weights are lost
  return summary;
}

plan::Fact values_fact(const Collector& collector, Id id, Partial& partial) {
  const plan::Scan& scan = *collector.bound.scan;
  const auto& what = std::get<plan::CollectValues>(scan.accumulators[id].what);
  const Population of{what, scan.values[what.value].real, collector.bound.blocks.size()};
  plan::ValuesFact fact;
  auto& groups = std::get<ValuesState>(partial.states[id]).groups;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const auto ranks = wanted_ranks(collector, id, group, partial);
    fact.groups.push_back(summary_of(of, std::move(groups[group]), ranks));
  }
  return fact;
}

plan::Fact contrast_fact(const Collector& collector, const plan::Accumulator& accumulator, const Partial& partial) {
  const auto& what = std::get<plan::ContrastValues>(accumulator.what);
  const auto& first = std::get<ValuesState>(partial.states[what.first]).groups;
  const auto& second = std::get<ValuesState>(partial.states[what.second]).groups;
  const plan::Scan& scan = *collector.bound.scan;
  const bool real = scan.values[std::get<plan::CollectValues>(scan.accumulators[what.first].what).value].real;
  const auto rows = [&](Id collection, std::size_t group) {
    const Id population = std::get<plan::CollectValues>(scan.accumulators[collection].what).population;
    return std::get<CountState>(partial.states[population]).counts[group];
  };
  const auto told = [&](const CollectedValues& values, plan::Told how, Id collection, std::size_t group) {
    return ToldSample{values.keys, values.weights, how, rows(collection, group)};
  };
  const bool plain =
      !collector.bound.weighted() && what.first_told == plan::Told::exactly && what.second_told == plan::Told::exactly;
  plan::ContrastFact fact;
  for (std::size_t group = 0; group < first.size(); ++group)
    fact.groups.push_back(plain ? contrast(first[group].keys, second[group].keys, real)
                                : contrast(told(first[group], what.first_told, what.first, group),
                                           told(second[group], what.second_told, what.second, group), real));
  return fact;
}

plan::Fact fact_of(const Collector& collector, Id id, Partial& partial, unsigned threads) {
  const plan::Accumulator& accumulator = collector.bound.scan->accumulators[id];
  return plan::match(
      partial.states[id],
      [&](const CountState& state) -> plan::Fact {
        const auto groups = static_cast<std::ptrdiff_t>(collector.groups_of(accumulator));
        return plan::CountFact{{state.counts.begin(), state.counts.begin() + groups}};
      },
      [&](ValuesState&) { return values_fact(collector, id, partial); },
      [&](const DistinctCodes& state) -> plan::Fact { return plan::CountFact{state.sizes()}; },
      [&](const DistinctTexts& state) -> plan::Fact { return plan::CountFact{state.sizes()}; },
      [&](const NumberedClusters& state) -> plan::Fact { return plan::ClustersFact{state.sums()}; },
      [&](const NamedClusters& state) -> plan::Fact { return plan::ClustersFact{state.sums()}; },
      [&](const IntegerMoments& state) -> plan::Fact { return plan::MomentsFact{state.sums()}; },
      [&](const RealMoments& state) -> plan::Fact {
        return plan::MomentsFact{state.sums(collector.bound.blocks.size())};
      },
      [&](const ContrastState&) { return contrast_fact(collector, accumulator, partial); },
      [](const Series& state) -> plan::Fact { return state.fact(); },
      [&](const MomentsOverTime& state) -> plan::Fact { return state.fact(collector.bound.blocks.size()); },
      [&](RanksOverTime& state) -> plan::Fact { return state.fact(threads); });
}

}  // namespace

plan::StreamFacts finish(const Collector& collector, Partial&& partial, unsigned threads) {
  const snapshot::Stream& stream = *collector.bound.stream;
  plan::StreamFacts facts;
  facts.stream = stream.name;
  facts.rows = stream.rows;
  if (collector.bound.weighted()) facts.events = all_events(collector.bound);
  facts.skipped = stream.skipped_rows;
  facts.late = late_events(collector.bound);
  facts.future = partial.future;
  facts.untimed = partial.untimed;
  facts.covers_from_ns = stream.covers_from;
  facts.covers_to_ns = stream.covers_to;
  facts.undeclared = partial.undeclared;
  for (const BoundGrouping& grouping : collector.groupings) facts.groups.push_back(grouping.keys);
  // Contrasts read what others collected, and making the others' facts spends it, each its own: they come first.
  const auto is_contrast = [&](Id id) { return std::holds_alternative<ContrastState>(partial.states[id]); };
  facts.facts.resize(partial.states.size());
  const std::size_t kept = kept_values(partial);
  for (const bool contrasts : {true, false})
    over_tasks(partial.states.size(), threads, kept, [&](std::size_t id) {
      if (is_contrast(static_cast<Id>(id)) == contrasts)
        facts.facts[id] = fact_of(collector, static_cast<Id>(id), partial, threads);
    });
  return facts;
}

}  // namespace proofmark::engine
