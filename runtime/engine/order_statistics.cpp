// Ranks from counts, bounds from a sample.
#include "runtime/engine/order_statistics.h"

#include <algorithm>
#include <cmath>

#include "runtime/engine/block_driver.h"
#include "runtime/engine/grouped_ranks.h"
#include "runtime/engine/weights.h"
#include "runtime/plan/windowed_masks.h"
#include "runtime/statistics/rank_rule.h"

namespace proofmark::engine {
namespace {

using plan::Id;

// Of few rows a small sample is enough: what it costs and what its uncertainty lets through shall both be small.
constexpr std::size_t kMostPieces = 512, kFewestPieces = 128, kPieceRows = 512;
constexpr std::uint64_t kSampledOneIn = 64;
constexpr std::uint64_t kFewestRows = std::uint64_t{1} << 20;  // fewer are kept whole
constexpr std::size_t kFewestSampled = 100;                    // of a smaller population everything is kept

// Rows that may belong to a population, and nobody knows.
std::uint64_t unplaced_rows(const Collector& collector, Id population, const Partial& partial) {
  const plan::Scan& scan = *collector.bound.scan;
  const bool windowed = plan::windowed_masks(scan)[plan::mask_of(scan.accumulators[population])];
  return collector.bound.stream->skipped_rows + late_events(collector.bound) + (windowed ? partial.untimed : 0);
}

// The sample stands for a stream `scale` times as long: where its ranks lie, as shares of the known values.
KeyRange range_of(const plan::CollectValues& what, CollectedValues values, std::uint64_t n, double scale,
                  double margin) {
  std::vector<std::int64_t>& keys = values.keys;
  if (keys.size() < kFewestSampled) return {};
  const auto scaled = [&](std::uint64_t count) {
    return static_cast<std::uint64_t>(static_cast<double>(count) * scale);
  };
  double least = 1, greatest = 0;
  for (const plan::RankRule& rule : what.ranks) {
    const auto rank = statistics::rank_of(rule, std::max(scaled(n), scaled(values.known)), scaled(values.known));
    if (!rank) continue;
    const double share = static_cast<double>(*rank) / static_cast<double>(scaled(values.known));
    least = std::min(least, share);
    greatest = std::max(greatest, share);
  }
  if (least > greatest) return {INT64_MAX, INT64_MAX};  // no rank is wanted: no value need be kept
  const auto m = static_cast<double>(keys.size());
  const auto place = [&](double share, double direction) {
    return share * m + direction * margin * (1 + std::sqrt(m * share * (1 - share)));
  };
  const double from = std::floor(place(least, -1)), to = std::ceil(place(greatest, 1));
  KeyRange range;
  const auto key_at = [&](double at) {
    const auto nth = keys.begin() + static_cast<std::ptrdiff_t>(at);
    std::nth_element(keys.begin(), nth, keys.end());
    return *nth;
  };
  if (from >= 0) range.low = key_at(from);
  if (to < m) range.high = key_at(to);
  return range;
}

}  // namespace

bool asks_for_ranks_alone(const plan::Accumulator& accumulator) {
  const auto* values = std::get_if<plan::CollectValues>(&accumulator.what);
  return values != nullptr && !values->ranks.empty() && !values->distinct && !values->contrasted && !values->sum &&
         !values->extremes;
}

std::vector<std::optional<std::uint64_t>> wanted_ranks(const Collector& collector, Id accumulator, std::size_t group,
                                                       const Partial& partial) {
  const auto& what = std::get<plan::CollectValues>(collector.bound.scan->accumulators[accumulator].what);
  const std::uint64_t known = std::get<ValuesState>(partial.states[accumulator]).groups[group].known;
  const std::uint64_t n = std::get<CountState>(partial.states[what.population]).counts[group] +
                          unplaced_rows(collector, what.population, partial);
  std::vector<std::optional<std::uint64_t>> ranks;
  PROOFMARK_CHECK(known <= n);
  for (const plan::RankRule& rule : what.ranks) ranks.push_back(statistics::rank_of(rule, n, known));
  return ranks;
}

bool wants_sample(const BoundScan& bound) {
  return !bound.weighted() && bound.stream->rows >= kFewestRows &&
         std::any_of(bound.scan->accumulators.begin(), bound.scan->accumulators.end(), asks_for_ranks_alone);
}

// Places within the blocks vary, lest telemetry with a beat of its own is met on the same beat every time.
std::vector<Block> sample_of(const std::vector<Block>& blocks) {
  std::vector<Block> pieces;
  const std::size_t count =
      std::clamp<std::size_t>(blocks.size() * kBlockRows / kSampledOneIn / kPieceRows, kFewestPieces, kMostPieces);
  for (std::size_t i = 0; i < count; ++i) {
    Block piece = blocks[i * blocks.size() / count];
    const std::size_t offset = i * 2'654'435'761U % (kBlockRows / kPieceRows) * kPieceRows;
    if (offset + kPieceRows > piece.rows) continue;
    piece.offset += offset;
    piece.rows = kPieceRows;
    pieces.push_back(piece);
  }
  return pieces;
}

Kept kept_by(const Collector& collector, const Partial& sample, double margin, unsigned threads) {
  const plan::Scan& scan = *collector.bound.scan;
  const double scale = static_cast<double>(collector.bound.stream->rows) /
                       static_cast<double>(sample_of(collector.bound.blocks).size() * kPieceRows);
  std::vector<std::vector<KeyRange>> ranges(scan.accumulators.size());
  over_tasks(scan.accumulators.size(), threads, kept_values(sample), [&](std::size_t id) {
    if (!asks_for_ranks_alone(scan.accumulators[id])) return;
    const auto& what = std::get<plan::CollectValues>(scan.accumulators[id].what);
    const auto& groups = std::get<ValuesState>(sample.states[id]).groups;
    const auto& population = std::get<CountState>(sample.states[what.population]).counts;
    for (std::size_t group = 0; group < groups.size(); ++group)
      ranges[id].push_back(range_of(what, groups[group], population[group], scale, margin));
  });
  return kept_within(collector, std::move(ranges));
}

// The second bound is the middle one of the ranges' ends: half of the populations take part in looking for what lies
// above it alone. Where it is the first again it is not asked for.
Kept kept_within(const Collector& collector, std::vector<std::vector<KeyRange>> ranges) {
  const plan::Scan& scan = *collector.bound.scan;
  std::vector<std::vector<std::int64_t>> lows(scan.values.size());
  Kept kept{std::move(ranges), std::vector<Kept::Bounds>(scan.values.size(), {INT64_MAX, INT64_MAX}),
            std::vector<std::int64_t>(scan.accumulators.size(), INT64_MAX),
            std::vector<WholeGroups>(scan.accumulators.size())};
  for (Id id = 0; id < scan.accumulators.size(); ++id) {
    const auto* what = std::get_if<plan::CollectValues>(&scan.accumulators[id].what);
    if (what == nullptr || kept.ranges[id].empty()) continue;
    const auto& grouping = scan.accumulators[id].grouping;
    if (grouping) kept.whole[id] = whole_groups(collector.groupings[*grouping], kept.ranges[id]);
    for (const KeyRange& range : kept.ranges[id])
      if (!grouping || range.low != INT64_MIN) kept.least_low[id] = std::min(kept.least_low[id], range.low);
    if (kept.least_low[id] != INT64_MIN) lows[what->value].push_back(kept.least_low[id]);
  }
  for (Id value = 0; value < scan.values.size(); ++value) {
    std::vector<std::int64_t>& ends = lows[value];
    if (ends.empty()) continue;
    std::sort(ends.begin(), ends.end());
    kept.bounds[value] = {ends.front(), ends[ends.size() / 2]};
  }
  return kept;
}

bool holds_ranks(const Collector& collector, const Partial& partial) {
  for (Id id = 0; id < partial.states.size(); ++id) {
    if (collector.ranges_of(id) == nullptr) continue;
    const auto& groups = std::get<ValuesState>(partial.states[id]).groups;
    for (std::size_t group = 0; group < groups.size(); ++group)
      for (const auto& rank : wanted_ranks(collector, id, group, partial))
        if (rank && (*rank <= groups[group].below || *rank > groups[group].below + groups[group].keys.size()))
          return false;
  }
  return true;
}

}  // namespace proofmark::engine
