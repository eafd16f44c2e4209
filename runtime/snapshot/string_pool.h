// Distinct strings and their codes in order of first appearance. Nearly all labels are short: up to sixteen bytes are
// two words, by which they are looked up and compared without a loop or a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/number.h"

namespace proofmark::snapshot {

class StringPool {
 public:
  std::uint32_t code_of(std::string_view text) {  // adds it when it is new
    const Words words = words_of(text);
    const std::uint32_t hash = hash_of(words);
    const std::size_t mask = slots_.size() - 1;
    if (!slots_.empty())
      for (std::size_t slot = hash & mask; slots_[slot].code_after != 0; slot = (slot + 1) & mask)
        if (slots_[slot].hash == hash && is_at(slots_[slot].code_after - 1, words, text))
          return slots_[slot].code_after - 1;
    return add(text, words, hash);
  }
  std::size_t size() const { return entries_.size(); }
  std::string_view operator[](std::uint32_t code) const {
    return {bytes_.data() + entries_[code].begin, entries_[code].words.size};
  }
  std::uint64_t bytes() const { return bytes_.size(); }

 private:
  static constexpr std::size_t kShort = 16;

  // Of a short string both ends, which are all of it; of a longer one its digest.
  struct Words {
    std::uint64_t first = 0, last = 0;
    std::size_t size = 0;
  };
  struct Entry {
    std::uint64_t begin = 0;
    Words words;
  };
  struct Slot {
    std::uint32_t hash = 0, code_after = 0;  // the code and one; 0: empty
  };

  template <typename Word>
  static std::uint64_t word_at(const char* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }
  static Words words_of(std::string_view text) {
    const char* at = text.data();
    const std::size_t size = text.size();
    if (size > kShort) return words_of_long(text);
    if (size >= 8) return {word_at<std::uint64_t>(at), word_at<std::uint64_t>(at + size - 8), size};
    if (size >= 4) return {word_at<std::uint32_t>(at), word_at<std::uint32_t>(at + size - 4), size};
    if (size >= 2) return {word_at<std::uint16_t>(at), word_at<std::uint16_t>(at + size - 2), size};
    return {size == 0 ? 0 : word_at<std::uint8_t>(at), 0, size};
  }
  static std::uint32_t hash_of(const Words& words) {
    constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15, kLast = 0xD6E8FEB86659FD93;
    const plan::UInt128 product = plan::UInt128(words.first ^ kFirst) * (words.last ^ kLast ^ words.size);
    return static_cast<std::uint32_t>(
        (static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64)) >> 16);
  }
  bool is_at(std::uint32_t code, const Words& words, std::string_view text) const {
    const Words& there = entries_[code].words;
    if (((there.first ^ words.first) | (there.last ^ words.last) | (there.size ^ words.size)) != 0) return false;
    return words.size <= kShort || (*this)[code] == text;
  }

  static Words words_of_long(std::string_view text);
  std::uint32_t add(std::string_view text, const Words& words, std::uint32_t hash);
  void grow();

  std::string bytes_;
  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // open addressing; a power of two of them
};

}  // namespace proofmark::snapshot
