// What a scan counted of rows that have been seen before, kept from one evaluation to the next: a snapshot that has
// grown costs a pass over what is new.
//
// The unit is a few batches whose rows lie all in, or all out of, every window (settled.h). Its partial is kept under a
// digest of everything that it depends on: the scan with its arguments but without the ends of its windows, the
// columns' types and dictionaries, the groups, the digests of the chunks, the program's build. Neighbouring units are
// kept as one, in powers of two, so that a long snapshot is a handful of entries. Order statistics are never kept: of a
// population whose ranks are asked for, the count of values below a range and the values in it are; whether the ranks
// lie there is found out anew each time.
//
// A partial from here is what the pass over the unit would have made, to the bit, wherever the unit's bytes are those
// that the manifest names. runtime/cache doubts what it finds, and so does partial_archive.h; a miss is always
// possible.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/cache/cache.h"
#include "runtime/engine/native.h"

namespace proofmark::engine {

struct FactStore {
  const cache::Cache* cache = nullptr;
  std::size_t unit_batches = 4;
};

// The outcome of a pass over all blocks, of which the units that are kept were not looked at; what was looked at is
// kept. Nothing when nothing of such a scan can be kept. `kept_rows` is set to the rows that were not looked at.
// Problems are those of rows that had to be read and were not as they should be.
Result<std::optional<Partial>> pass_over_new(const Collector& collector, const NativeScan& scan, unsigned threads,
                                             const FactStore& store, Measures* measures, std::uint64_t& kept_rows);

// The ranges that an earlier evaluation of the scan kept the values of; and keeping them for the next one.
std::optional<Kept> find_ranges(const Collector& collector, const FactStore& store);
void keep_ranges(const Collector& collector, const FactStore& store, const Kept& ranges);

}  // namespace proofmark::engine
