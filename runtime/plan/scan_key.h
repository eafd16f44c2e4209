// What the nodes of scans say, as bytes: two nodes have the same bytes just when they say the same. By them nodes of
// several scans are known again (fuse.h), and whole scans (same_scans.h).
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/plan/plan.h"

namespace proofmark::plan {

// Strings are led by their length and numbers are of one width, so that nothing runs over.
class Key {
 public:
  // What a node is, before what it says.
  Key& kind(char kind) {
    *room_for(sizeof kind) = kind;
    return *this;
  }
  Key& operator<<(std::string_view text) {
    *this << text.size();
    if (!text.empty()) std::memcpy(room_for(text.size()), text.data(), text.size());
    return *this;
  }
  template <std::integral Integer>
  Key& operator<<(Integer number) {
    const auto wide = static_cast<std::int64_t>(number);
    std::memcpy(room_for(sizeof wide), &wide, sizeof wide);
    return *this;
  }
  Key& operator<<(const Rational& number) {
    for (const Int128 part : {number.numerator(), number.denominator()})
      *this << static_cast<std::int64_t>(part >> 64) << static_cast<std::int64_t>(part);
    return *this;
  }
  Key& operator<<(const std::vector<std::string>& list) {
    *this << list.size();
    for (const std::string& one : list) *this << one;
    return *this;
  }
  Key& operator<<(const std::optional<Id>& id) {
    return *this << (id ? static_cast<std::int64_t>(*id) : std::int64_t{-1});
  }
  template <typename Enum>
    requires std::is_enum_v<Enum>
  Key& operator<<(Enum value) {
    return *this << static_cast<std::int64_t>(value);
  }
  // What was said since it was made or cleared.
  std::string_view bytes() const { return std::string_view(bytes_).substr(0, used_); }
  // Keeps its room, for the next of many.
  void clear() { used_ = 0; }
  std::string take() {
    bytes_.resize(used_);
    used_ = 0;
    return std::move(bytes_);
  }

 private:
  static constexpr std::size_t kLeastRoom = 64;

  char* room_for(std::size_t count) {
    if (bytes_.size() - used_ < count) bytes_.resize(2 * (bytes_.size() + count) + kLeastRoom);
    used_ += count;
    return bytes_.data() + used_ - count;
  }

  std::string bytes_;  // the first `used_` of them
  std::size_t used_ = 0;
};

Key& operator<<(Key& key, const Field& field);  // without its name
Key& operator<<(Key& key, const RowValue& value);
Key& operator<<(Key& key, const Atom& atom);
Key& operator<<(Key& key, const Window& window);
Key& operator<<(Key& key, const Mask& mask);
Key& operator<<(Key& key, const Grouping& grouping);
// What is kept of collected values is no part of it: one collection serves all who read the same rows.
Key& operator<<(Key& key, const Accumulator& accumulator);

}  // namespace proofmark::plan
