// Order statistics without keeping all values: a sample tells where the wanted ranks lie, the pass keeps the values
// near them and counts those below, and afterwards the ranks are looked up exactly, or were missed.
//
// What the sample says never reaches a fact. A rank is right because the values below the kept ones were counted; when
// a sample misleads (rows may be in any order) the rank lies outside of what was kept, which is seen, and the pass is
// repeated with wider bounds, at last with none.
#pragma once

#include <optional>
#include <vector>

#include "runtime/engine/collect.h"

namespace proofmark::engine {

// The ranks that the rules of a CollectValues accumulator ask for among the values of one group; nothing: no such
// bound.
std::vector<std::optional<std::uint64_t>> wanted_ranks(const Collector& collector, plan::Id accumulator,
                                                       std::size_t group, const Partial& partial);

// Whether sampling pays: the scan asks for ranks, of many rows.
bool wants_sample(const BoundScan& bound);

// Pieces of blocks, spread over the stream.
std::vector<Block> sample_of(const std::vector<Block>& blocks);

// What to keep, from what a pass over the sample collected; `margin` is how many standard deviations of the sample's
// ranks to add on each side.
Kept kept_by(const Collector& collector, const Partial& sample, double margin, unsigned threads);

// The same from ranges: of each accumulator that keeps by ranges one for each of its groups.
Kept kept_within(const Collector& collector, std::vector<std::vector<KeyRange>> ranges);

// Whether an accumulator keeps by ranges where there are any.
bool asks_for_ranks_alone(const plan::Accumulator& accumulator);

// Whether every wanted rank is among the values that were kept.
bool holds_ranks(const Collector& collector, const Partial& partial);

}  // namespace proofmark::engine
