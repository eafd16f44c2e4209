// Distinct strings and their codes in order of first appearance. Nearly all labels are short: up to sixteen bytes are
// two words, by which they are looked up and compared without a loop or a call.
#pragma once

#include <array>
#include <bit>
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
    for (std::size_t at = hash & mask_; slots_[at].code_after != 0; at = (at + 1) & mask_)
      if (slots_[at].hash == hash && is_at(slots_[at].code_after - 1, words, text)) return slots_[at].code_after - 1;
    return add(text, words, hash);
  }
  // The same, where sixteen bytes can be read from the text's first on.
  std::uint32_t code_of_padded(std::string_view text) {
    if (std::endian::native != std::endian::little || text.size() > sizeof(std::uint64_t)) return code_of(text);
    const std::uint64_t word = word_at<std::uint64_t>(text.data()) & kMasks[text.size()];
    Known& known = known_[(word * kSpread) >> (64 - kKnownBits)];
    if (known.word != word || known.size != text.size())
      known = {word, static_cast<std::uint32_t>(text.size()), code_of(text)};
    return known.code;
  }
  std::size_t size() const { return entries_.size(); }
  std::string_view operator[](std::uint32_t code) const {
    return {bytes_.data() + entries_[code].begin, entries_[code].words.size};
  }
  std::uint64_t bytes() const { return bytes_.size(); }

 private:
  static constexpr std::size_t kShort = 16;
  static constexpr int kKnownBits = 8;
  static constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;
  static constexpr std::array<std::uint64_t, 9> kMasks = [] {
    std::array<std::uint64_t, 9> masks{};  // of so many bytes, the first the lowest
    for (std::size_t i = 1; i < masks.size(); ++i) masks[i] = masks[i - 1] << 8 | 0xFF;
    return masks;
  }();

  // Of a short string both ends, which are all of it; of a longer one its digest.
  struct Words {
    std::uint64_t first = 0, last = 0;
    std::size_t size = 0;
  };
  struct Entry {
    std::uint64_t begin = 0;
    Words words;
  };
  struct Known {  // a text that was looked up; at first none has the size
    std::uint64_t word = 0;
    std::uint32_t size = UINT32_MAX, code = 0;
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

  std::vector<Known> known_ = std::vector<Known>(std::size_t{1} << kKnownBits);
  std::string bytes_;
  std::vector<Entry> entries_;
  std::vector<Slot> slots_ = std::vector<Slot>(1);  // open addressing; a power of two of them
  std::size_t mask_ = 0;                            // their number less one
};

}  // namespace proofmark::snapshot
