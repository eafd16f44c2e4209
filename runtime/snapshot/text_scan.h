// Finding the few characters that matter, sixteen at a time where the processor can. The text must end in a newline
// and have kTextPadding readable bytes behind it; every search here stops at a newline at the latest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace proofmark::snapshot {

// The first quote, backslash or control character at or after `at`: what may end or interrupt a JSON string.
inline const char* find_string_stop(const char* at) {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'), control = _mm_set1_epi8(0x1F);
  for (;; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i stops = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                                       _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(stops));
    if (mask != 0) return at + __builtin_ctz(mask);
  }
#else
  while (*at != '"' && *at != '\\' && static_cast<unsigned char>(*at) > 0x1F) ++at;
  return at;
#endif
}

// The first comma, quote, carriage return or newline at or after `at`: what may end an unquoted CSV cell.
inline const char* find_cell_stop(const char* at) {
#ifdef __SSE2__
  const __m128i comma = _mm_set1_epi8(','), quote = _mm_set1_epi8('"'), carriage = _mm_set1_epi8('\r'),
                line = _mm_set1_epi8('\n');
  for (;; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i stops = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, comma), _mm_cmpeq_epi8(bytes, quote)),
                                       _mm_or_si128(_mm_cmpeq_epi8(bytes, carriage), _mm_cmpeq_epi8(bytes, line)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(stops));
    if (mask != 0) return at + __builtin_ctz(mask);
  }
#else
  while (*at != ',' && *at != '"' && *at != '\r' && *at != '\n') ++at;
  return at;
#endif
}

// The first character at or after `at` that is no decimal digit.
inline const char* find_digits_end(const char* at) {
#ifdef __SSE2__
  const __m128i zero = _mm_set1_epi8('0'), nine = _mm_set1_epi8(9);
  for (;; at += 16) {
    const __m128i value = _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), zero);
    const auto digits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(value, nine), value)));
    if (digits != 0xFFFF) return at + __builtin_ctz(~digits);
  }
#else
  while (*at >= '0' && *at <= '9') ++at;
  return at;
#endif
}

// A short text that is looked for in one place again and again, compared eight bytes at a time.
class ExpectedText {
 public:
  static constexpr std::size_t kLongest = 32;

  ExpectedText() = default;  // expects nothing, and stands nowhere
  explicit ExpectedText(std::string_view text) {
    if (text.size() > kLongest) return;
    size_ = text.size();
    std::memcpy(words_.data(), text.data(), size_);
    std::array<unsigned char, kLongest> counted{};
    std::memset(counted.data(), 0xFF, size_);
    std::memcpy(masks_.data(), counted.data(), kLongest);
  }
  std::size_t size() const { return size_; }
  bool stands_at(const char* at) const {
    if (size_ == 0) return false;
    for (std::size_t w = 0; w * 8 < size_; ++w) {
      std::uint64_t word = 0;
      std::memcpy(&word, at + w * 8, sizeof word);
      if ((word & masks_[w]) != words_[w]) return false;
    }
    return true;
  }

 private:
  std::size_t size_ = 0;
  std::array<std::uint64_t, kLongest / 8> words_{}, masks_{};
};

}  // namespace proofmark::snapshot
