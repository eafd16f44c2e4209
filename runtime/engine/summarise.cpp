// Order statistics by selection: the k-th smallest key is unique, however the selection gets there.
#include "runtime/engine/summarise.h"

#include <algorithm>
#include <cmath>

#include "runtime/engine/contrast.h"
#include "runtime/engine/order_key.h"
#include "runtime/plan/match.h"
#include "runtime/plan/windowed_masks.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::engine {
namespace {

using plan::Id;

// The rank that a rule asks for among `known` values of a population of `n`, or nothing when there is no such bound.
std::optional<std::uint64_t> rank_of(const plan::RankRule& rule, std::uint64_t n, std::uint64_t known) {
  if (known == 0) return std::nullopt;
  PROOFMARK_CHECK(known <= n);
  const std::uint64_t unknown = n - known;
  std::uint64_t rank = 0;
  switch (rule.kind) {
    case plan::RankKind::nearest:
      rank = statistics::nearest_rank(known, rule.p);
      break;
    case plan::RankKind::upper:
      rank = statistics::upper_rank(n, rule.p, rule.alpha, rule.strict);
      break;
    case plan::RankKind::lower: {
      const std::uint64_t of_all = statistics::lower_rank(n, rule.p, rule.alpha, rule.strict);
      rank = of_all > unknown ? of_all - unknown : 0;
      break;
    }
  }
  if (rank < 1 || rank > known) return std::nullopt;
  return rank;
}

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

// A sum that is no number (infinities of both signs) is left out, as NaN is never a fact.
void add_sum(const CollectedValues& values, bool real, std::uint64_t blocks, plan::ValueSummary& out) {
  if (!real) {
    out.sum = values.sum;
    return;
  }
  const double sum = sum_of_blocks(values.block_sums, blocks);
  if (!std::isnan(sum)) out.sum = sum;
}

struct Population {
  const plan::CollectValues& what;
  bool real;
  std::uint64_t blocks;
};

plan::ValueSummary summary_of(const Population& of, CollectedValues&& values, std::uint64_t n) {
  plan::ValueSummary summary;
  summary.known = values.known;
  if (of.what.sum) add_sum(values, of.real, of.blocks, summary);
  if (of.what.extremes && values.known > 0) {
    summary.minimum = number_of(values.least, of.real);
    summary.maximum = number_of(values.greatest, of.real);
  }
  if (of.what.distinct) summary.distinct = count_distinct(values.keys, of.real);
  std::vector<std::optional<std::uint64_t>> ranks;
  std::vector<std::uint64_t> wanted;
  for (const plan::RankRule& rule : of.what.ranks) {
    ranks.push_back(rank_of(rule, n, values.known));
    if (ranks.back()) wanted.push_back(*ranks.back());
  }
  std::sort(wanted.begin(), wanted.end());
  select(values.keys, wanted);
  for (const auto& rank : ranks) {
    summary.ranks.emplace_back();
    if (rank) summary.ranks.back() = plan::RankedValue{*rank, number_of(values.keys[*rank - 1], of.real)};
  }
  return summary;
}

// Rows that may belong to a population, and nobody knows.
std::uint64_t unplaced_rows(const Collector& collector, Id population, const Partial& partial) {
  const plan::Scan& scan = *collector.bound.scan;
  const bool windowed = plan::windowed_masks(scan)[plan::mask_of(scan.accumulators[population])];
  return collector.bound.stream->skipped_rows + (windowed ? partial.untimed : 0);
}

plan::Fact values_fact(const Collector& collector, const plan::Accumulator& accumulator, ValuesState&& state,
                       const Partial& partial) {
  const plan::Scan& scan = *collector.bound.scan;
  const auto& what = std::get<plan::CollectValues>(accumulator.what);
  const Population of{what, scan.values[what.value].real, collector.bound.blocks.size()};
  const auto& population = std::get<CountState>(partial.states[what.population]).counts;
  const std::uint64_t unplaced = unplaced_rows(collector, what.population, partial);
  plan::ValuesFact fact;
  for (std::size_t group = 0; group < state.groups.size(); ++group)
    fact.groups.push_back(summary_of(of, std::move(state.groups[group]), population[group] + unplaced));
  return fact;
}

plan::Fact contrast_fact(const Collector& collector, const plan::Accumulator& accumulator, const Partial& partial) {
  const auto& what = std::get<plan::ContrastValues>(accumulator.what);
  const auto& first = std::get<ValuesState>(partial.states[what.first]).groups;
  const auto& second = std::get<ValuesState>(partial.states[what.second]).groups;
  const plan::Scan& scan = *collector.bound.scan;
  const bool real = scan.values[std::get<plan::CollectValues>(scan.accumulators[what.first].what).value].real;
  plan::ContrastFact fact;
  for (std::size_t group = 0; group < first.size(); ++group)
    fact.groups.push_back(contrast(first[group].keys, second[group].keys, real));
  return fact;
}

plan::Fact fact_of(const Collector& collector, Id id, Partial& partial) {
  const plan::Accumulator& accumulator = collector.bound.scan->accumulators[id];
  return plan::match(
      partial.states[id],
      [&](const CountState& state) -> plan::Fact {
        const auto groups = static_cast<std::ptrdiff_t>(collector.groups_of(accumulator));
        return plan::CountFact{{state.counts.begin(), state.counts.begin() + groups}};
      },
      [&](ValuesState& state) { return values_fact(collector, accumulator, std::move(state), partial); },
      [&](const DistinctCodes& state) -> plan::Fact { return plan::CountFact{state.sizes()}; },
      [&](const DistinctTexts& state) -> plan::Fact { return plan::CountFact{state.sizes()}; },
      [&](const NumberedClusters& state) -> plan::Fact { return plan::ClustersFact{state.sums()}; },
      [&](const NamedClusters& state) -> plan::Fact { return plan::ClustersFact{state.sums()}; },
      [&](const IntegerMoments& state) -> plan::Fact { return plan::MomentsFact{state.sums()}; },
      [&](const RealMoments& state) -> plan::Fact {
        return plan::MomentsFact{state.sums(collector.bound.blocks.size())};
      },
      [&](const ContrastState&) { return contrast_fact(collector, accumulator, partial); },
      [](const Series& state) -> plan::Fact { return state.fact(); });
}

}  // namespace

plan::StreamFacts finish(const Collector& collector, Partial&& partial) {
  const snapshot::Stream& stream = *collector.bound.stream;
  plan::StreamFacts facts;
  facts.stream = stream.name;
  facts.rows = stream.rows;
  facts.skipped = stream.skipped_rows;
  facts.future = partial.future;
  facts.untimed = partial.untimed;
  facts.covers_from_ns = stream.covers_from;
  facts.covers_to_ns = stream.covers_to;
  facts.undeclared = partial.undeclared;
  for (const BoundGrouping& grouping : collector.groupings) facts.groups.push_back(grouping.keys);
  // Contrasts read what others collected, and making their facts spends it: they come first.
  const auto is_contrast = [&](Id id) { return std::holds_alternative<ContrastState>(partial.states[id]); };
  facts.facts.resize(partial.states.size());
  for (const bool contrasts : {true, false})
    for (Id id = 0; id < partial.states.size(); ++id)
      if (is_contrast(id) == contrasts) facts.facts[id] = fact_of(collector, id, partial);
  return facts;
}

}  // namespace proofmark::engine
