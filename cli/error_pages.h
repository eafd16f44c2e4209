// The pages of docs/errors, built into the program for `proofmark explain`.
#pragma once

#include <string_view>
#include <vector>

namespace proofmark::cli {

struct ErrorPage {
  std::string_view code;  // "PM0312"
  std::string_view text;  // Markdown
};

// Sorted by code.
const std::vector<ErrorPage>& error_pages();

}  // namespace proofmark::cli
