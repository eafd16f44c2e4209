// A table of parameters: each row one evaluation, each column a parameter.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::cli {

struct MatrixRow {
  std::uint64_t line = 0;  // of the file, from 1
  std::vector<std::pair<std::string, std::string>> values;
};

// CSV as RFC 4180 has it: a header of parameters' names, a row an evaluation, at least one. PM0714 says line and
// column.
Result<std::vector<MatrixRow>> read_matrix(const std::string& path);

}  // namespace proofmark::cli
