// A table as an Arrow IPC file. Integers and dictionary codes are narrowed to what the whole column needs; rows come
// in the table's order, in batches that are multiples of kBlockRows.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/column_data.h"
#include "runtime/snapshot/kept_batches.h"
#include "runtime/snapshot/manifest.h"
#include "runtime/snapshot/measures.h"
#include "runtime/snapshot/output_file.h"

namespace proofmark::snapshot {

struct ArrowOptions {
  std::uint64_t maximum_batch_text = kMaximumBatchText;  // characters of one text column in one batch of over 4096 rows
  const KeptBatches* kept = nullptr;  // in front of the table's rows, which the dictionaries of the table cover too
  Measures* measures = nullptr;       // whose written rows grow
  Lasting lasting = Lasting::yes;     // of the files
};

// Returns what the manifest records of each column. Failures to write are kept by `out`.
std::vector<ColumnRecord> write_arrow(OutputFile& out, const Table& table, const ArrowOptions& options = {});

}  // namespace proofmark::snapshot
