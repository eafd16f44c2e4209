// Rows behind rows: tables of the same columns become one, as if their files had been one file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/snapshot/column_data.h"

namespace proofmark::snapshot {

// The union of two sorted dictionaries and where the entries of each have gone; a list is empty where every code is
// what it was.
struct JoinedDictionary {
  std::vector<std::string> entries;
  std::vector<std::uint32_t> first, second;
};
JoinedDictionary join_dictionaries(const std::vector<std::string>& first, const std::vector<std::string>& second);

// Adds the rows of `more`, whose columns have the same types in the same order; each table is in the order of its time
// column, when there is one, and so is the outcome: equal times in the order of the tables, nulls last.
void join(Table& into, Table&& more, std::optional<std::size_t> time_column);

}  // namespace proofmark::snapshot
