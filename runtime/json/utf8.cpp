// One decoder states what a valid character is; everything else here is built on it.
#include "runtime/json/utf8.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace proofmark::json {
namespace {

struct LeadRule {  // which second bytes may follow a lead byte, and how many bytes there are in all
  std::uint8_t length = 0, second_minimum = 0x80, second_maximum = 0xBF;
};

LeadRule rule_of(std::uint8_t lead) {
  if (lead < 0x80) return {1};
  if (lead >= 0xC2 && lead <= 0xDF) return {2};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};  // below: overlong
  if (lead == 0xED) return {3, 0x80, 0x9F};  // above: surrogates
  if (lead >= 0xE1 && lead <= 0xEF) return {3};
  if (lead == 0xF0) return {4, 0x90, 0xBF};  // below: overlong
  if (lead >= 0xF1 && lead <= 0xF3) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};  // above: beyond U+10FFFF
  return {};
}

std::uint8_t byte_at(std::string_view text, std::size_t place) {
  return static_cast<std::uint8_t>(text[place]);
}

// Of so many words at once: most text is ASCII, and most of it long.
constexpr std::size_t kWords = 4, kManyWords = 16;

template <std::size_t Words>
bool are_ascii_words(const char* bytes) {
  std::uint64_t words[Words], all = 0;
  std::memcpy(words, bytes, sizeof words);
  for (const std::uint64_t word : words) all |= word;
  return (all & 0x8080808080808080ULL) == 0;
}

// Behind the words at `place`, where there are as many and all of them ASCII.
template <std::size_t Words>
bool take_ascii_words(std::string_view text, std::size_t& place) {
  constexpr std::size_t kBytes = Words * sizeof(std::uint64_t);
  if (text.size() - place < kBytes || !are_ascii_words<Words>(text.data() + place)) return false;
  place += kBytes;
  return true;
}

// Where they first differ, or the length of the shorter; eight bytes at a time.
std::size_t first_difference(std::string_view a, std::string_view b) {
  const std::size_t both = std::min(a.size(), b.size());
  std::size_t place = 0;
  if constexpr (std::endian::native == std::endian::little)
    for (; both - place >= 8; place += 8) {
      std::uint64_t word_a = 0, word_b = 0;
      std::memcpy(&word_a, a.data() + place, 8);
      std::memcpy(&word_b, b.data() + place, 8);
      if (word_a != word_b) return place + static_cast<std::size_t>(std::countr_zero(word_a ^ word_b)) / 8;
    }
  while (place < both && a[place] == b[place]) ++place;
  return place;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const LeadRule rule = rule_of(byte_at(text, 0));
  if (rule.length == 0 || text.size() < rule.length) return 0;
  for (std::size_t i = 1; i < rule.length; ++i) {
    const std::uint8_t byte = byte_at(text, i);
    const std::uint8_t minimum = i == 1 ? rule.second_minimum : 0x80, maximum = i == 1 ? rule.second_maximum : 0xBF;
    if (byte < minimum || byte > maximum) return 0;
  }
  return rule.length;
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  std::size_t place = 0;
  while (place < text.size()) {
    if (take_ascii_words<kManyWords>(text, place) || take_ascii_words<kWords>(text, place)) continue;
    const std::size_t length = byte_at(text, place) < 0x80 ? 1 : utf8_length(text.substr(place, 4));
    if (length == 0) return place;
    place += length;
  }
  return std::nullopt;
}

void append_utf8(std::string& text, std::uint32_t code_point) {
  const auto push = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (code_point < 0x80) {
    push(code_point);
  } else if (code_point < 0x800) {
    push(0xC0 | code_point >> 6);
    push(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    push(0xE0 | code_point >> 12);
    push(0x80 | (code_point >> 6 & 0x3F));
    push(0x80 | (code_point & 0x3F));
  } else {
    push(0xF0 | code_point >> 18);
    push(0x80 | (code_point >> 12 & 0x3F));
    push(0x80 | (code_point >> 6 & 0x3F));
    push(0x80 | (code_point & 0x3F));
  }
}

bool less_in_utf16(std::string_view a, std::string_view b) {
  const std::size_t place = first_difference(a, b);
  if (place == a.size() || place == b.size()) return a.size() < b.size();
  // Valid texts first differ at the same place within a character. Of lead bytes only 0xEE and 0xEF
  // (U+E000..U+FFFF) are out of step: as UTF-16 they follow the surrogates that 0xF0..0xF4 stand for.
  const auto rank = [](char c) {
    const auto byte = static_cast<std::uint8_t>(c);
    return byte == 0xEE || byte == 0xEF ? byte + 0x10 : int{byte};
  };
  return rank(a[place]) < rank(b[place]);
}

std::string printable(std::string_view text, std::size_t maximum_bytes) {
  std::string result;
  std::size_t place = 0;
  while (place < text.size()) {
    const std::size_t length = utf8_length(text.substr(place, 4));
    if (result.size() + std::max<std::size_t>(length, 3) > maximum_bytes) return result + "…";
    const bool control = length == 1 && (byte_at(text, place) < 0x20 || byte_at(text, place) == 0x7F);
    if (length == 0 || control) {
      result += control ? "␣" : "\uFFFD";
    } else {
      result += text.substr(place, length);
    }
    place += std::max<std::size_t>(length, 1);
  }
  return result;
}

std::string in_backticks(std::string_view text) {
  return "`" + printable(text) + "`";
}

}  // namespace proofmark::json
