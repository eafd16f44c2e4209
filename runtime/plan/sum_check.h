// What a policy says to add up in every row of a telemetry: `check ok + failed = total`, by the columns that its fields
// read. It is checked where rows are read into a snapshot, which remembers that it was.
#pragma once

#include <string>
#include <vector>

namespace proofmark::plan {

struct SumCheck {
  std::vector<std::string> left, right;  // columns, at least one each

  bool operator==(const SumCheck&) const = default;
};

// "ok + failed = total"; a column whose name is no word stands in double quotes.
std::string spelled(const SumCheck& check);

}  // namespace proofmark::plan
