// The schema of one of our Arrow files as columns without data.
#pragma once

#include <string_view>
#include <vector>

#include "arrow_metadata_generated.h"
#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot {

Result<std::vector<Column>> read_schema(const arrow::Footer& footer, std::string_view file);

}  // namespace proofmark::snapshot
