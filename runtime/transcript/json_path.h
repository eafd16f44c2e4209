// Where in a JSON document one stands, kept as a chain on the stack and spelled only when something is wrong.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace proofmark::transcript {

class JsonPath {
 public:
  explicit JsonPath(std::string_view root) : key_(root) {}
  JsonPath(const JsonPath& parent, std::string_view key) : parent_(&parent), key_(key) {}
  JsonPath(const JsonPath& parent, std::size_t index) : parent_(&parent), index_(index), is_index_(true) {}

  std::string text() const {  // "facts.scans[0].rows"
    const std::string before = parent_ != nullptr ? parent_->text() : std::string();
    if (is_index_) return before + "[" + std::to_string(index_) + "]";
    if (before.empty()) return std::string(key_);
    return before + "." + std::string(key_);
  }

 private:
  const JsonPath* parent_ = nullptr;
  std::string_view key_;
  std::size_t index_ = 0;
  bool is_index_ = false;
};

}  // namespace proofmark::transcript
