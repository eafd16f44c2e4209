#include "runtime/plan/sum_check.h"

#include <algorithm>

namespace proofmark::plan {
namespace {

bool is_word(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::string side(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns)
    text += (text.empty() ? "" : " + ") + (is_word(column) ? column : "\"" + column + "\"");
  return text;
}

}  // namespace

std::string spelled(const SumCheck& check) {
  return side(check.left) + " = " + side(check.right);
}

}  // namespace proofmark::plan
