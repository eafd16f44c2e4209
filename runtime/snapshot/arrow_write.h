// A table as an Arrow IPC file. Integers and dictionary codes are narrowed to what the whole column needs; rows come
// in the table's order, in batches that are multiples of kBlockRows.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/column_data.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/output_file.h"

namespace proofmark::snapshot {

// Returns what the manifest records of each column. Failures to write are kept by `out`. No batch has more than
// `maximum_batch_text` characters in one text column, as long as 4096 rows have no more.
std::vector<ColumnRecord> write_arrow(OutputFile& out, const Table& table,
                                      std::uint64_t maximum_batch_text = kMaximumBatchText);

// The narrowest width that holds every value of a column; what write_arrow uses.
Physical narrowest(const ColumnData& column);

}  // namespace proofmark::snapshot
