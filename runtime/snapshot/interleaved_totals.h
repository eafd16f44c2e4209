// Whether the totals of one series are those of several counters that took turns.
//
// Two replicas without a label that tells them apart are one series, and its totals go up and down between theirs. Each
// way down would be a reset, and each way up events that nobody counted. A true reset falls, and stays below the
// earlier total until as much was counted again; of two counters in turn the next total but one is no less than the one
// that the fall began at, time and again. Of k counters it is the k-th, and so it is of all the samples in between.
//
// A series holds two counters where falls come back with the second total at least twice, and most of its falls do. It
// holds k of them, from 3 to 32, where it has four turns of k at least, nine tenths of its totals are at least those k
// samples before, and most of its falls lie within k such totals on end, in three turns at least. So few falls as would
// come back by chance prove nothing and stay resets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace proofmark::snapshot {

// Of each bucket; of a plain counter one.
using Totals = std::vector<std::uint64_t>;

// Whether any of them is less than before. Pre: as many.
bool falls(const Totals& before, const Totals& now);

struct Interleaving {
  std::size_t counters = 0;
  std::size_t falls = 0, come_back = 0;
  std::size_t first = 0;  // the sample before the first fall that comes back, `counters` samples later
};

// Of the samples of a series in the order of time. The least number of counters that it shows.
std::optional<Interleaving> interleaving_of(const std::vector<const Totals*>& samples);

}  // namespace proofmark::snapshot
