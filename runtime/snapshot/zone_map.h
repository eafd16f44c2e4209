// The zone map of a stream: the least and the greatest time of each block of 4096 rows, so that a window can take or
// leave a whole block without looking at it.
//
//   {"blockRows":4096,"format":"proofmark-zones/1","maximum":["1735689600000000000",…],"minimum":[…]}
//
// Times are integer nanoseconds in strings; null for a block without any time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/column_data.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot {

// Of a timestamp column of `table`, in the order in which the rows are written.
std::vector<Zone> zones_of(const Table& table, const ColumnData& time_column);

// The least and the greatest time of all blocks; nothing where no row has a time.
Zone whole_extent(const std::vector<Zone>& zones);

std::string write_zone_map(const std::vector<Zone>& zones);

// For a stream of `rows` rows; strict, canonical bytes only.
Result<std::vector<Zone>> read_zone_map(std::string_view bytes, std::string_view file, std::uint64_t rows);

}  // namespace proofmark::snapshot
