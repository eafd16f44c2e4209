// The schema of one of our Arrow files as columns without data, and what it says of each in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrow_metadata_generated.h"
#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot {

// What a column's field says of it: `proofmark.type`, `proofmark.unit`; the latter is empty where there is none.
struct Notes {
  std::string_view type, unit;
};
Notes notes_of(plan::FieldType type, std::int64_t scale);

// Of the footer, or of the message in front, which both say it; null is refused.
Result<std::vector<Column>> read_schema(const arrow::Schema* schema, arrow::MetadataVersion version,
                                        std::string_view file);

// Nothing where every field of the schema of these columns has its notes and no other.
std::optional<std::string> wrong_notes(const arrow::Schema& schema, const std::vector<Column>& columns);

}  // namespace proofmark::snapshot
