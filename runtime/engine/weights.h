// Rows that stand for several events: how many, and counting with it.
//
// A scan with a weight counts events (plan.h). Which rows take part is found as for every scan, less those that stand
// for no event; what is then counted of them adds weights up, in this file and in collect_weighted.cpp, for both
// engines alike: native code makes the masks and counts nothing.
#pragma once

#include <cstdint>

#include "runtime/engine/bind.h"

namespace proofmark::engine {

// Of all rows of a stream together; the tests of judgement take as many, and products of two such counts are exact.
inline constexpr std::uint64_t kMostEvents = 1'000'000'000'000;

// Fills `bound.weights`. PM0611: a row whose count is unknown or negative; PM0612: more events than are reckoned with,
// late ones among them; PM0613: rows of the source were skipped, and nobody knows how many events they stood for.
Status bind_weights(BoundScan& bound);

inline const std::uint64_t* weights_of(const BoundScan& bound, const Block& block) {
  return bound.weights.data() + block.first_row();
}

// Takes the rows that stand for no event out of the mask.
void leave_out_weightless(const BoundScan& bound, const Block& block, Words& mask);

// How many events the rows of the mask stand for.
std::uint64_t events_of(const BoundScan& bound, const Block& block, const Words& mask);

// Of series that began later than others (snapshot.h, Tallied): in no row, and so many that may belong to any. A scan
// without a weight counts rows, of which there are no more than the snapshot holds.
std::uint64_t late_events(const BoundScan& bound);

// Of all rows of the stream.
std::uint64_t all_events(const BoundScan& bound);

}  // namespace proofmark::engine
