// Finding the few characters that matter, sixteen at a time where the processor can. The text must end in a newline
// and have kTextPadding readable bytes behind it; every search here stops at a newline at the latest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

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

// The number of eight digits' values, the first in the lowest byte: neighbours are put together in pairs, pairs, and
// pairs.
inline std::uint64_t number_of_digits(std::uint64_t values) {
  const std::uint64_t twos = values * 10 + (values >> 8);
  const std::uint64_t low = (twos & 0x000000FF000000FF) * ((std::uint64_t{1'000'000} << 32) + 100),
                      high = (twos >> 16 & 0x000000FF000000FF) * ((std::uint64_t{10'000} << 32) + 1);
  return (low + high) >> 32;
}

// Decimal digits in front of something else: how many they are, and their number where they are at most 19.
struct Digits {
  std::uint64_t number = 0;
  std::size_t count = 0;
};

constexpr std::size_t kMostDigits = 19;  // so many are always below 2^64

constexpr std::array<std::uint64_t, 19> kPowersOfTen = [] {
  std::array<std::uint64_t, 19> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

inline Digits read_digits(const char* at) {
  Digits read;
#ifdef __SSE2__
  const __m128i values = _mm_sub_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)), _mm_set1_epi8('0'));
  const __m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
  read.count = static_cast<std::size_t>(__builtin_ctz(~static_cast<unsigned>(_mm_movemask_epi8(digits))));
  const auto first = static_cast<std::uint64_t>(_mm_cvtsi128_si64(values)),
             second = static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(values, values)));
  if (read.count <= 8) {  // what is shifted out at one end comes in as leading zeros at the other
    read.number = read.count == 0 ? 0 : number_of_digits(first << (64 - 8 * read.count));
    return read;
  }
  read.number =
      number_of_digits(first) * kPowersOfTen[read.count - 8] + number_of_digits(second << (8 * (16 - read.count)));
  if (read.count < 16) return read;
#endif
  for (; at[read.count] >= '0' && at[read.count] <= '9'; ++read.count)
    if (read.count < kMostDigits) read.number = read.number * 10 + static_cast<unsigned>(at[read.count] - '0');
  return read;
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

// A text of any length, compared sixteen bytes at a time. Where it ends in a newline or holds none, no more than
// sixteen bytes behind the text that it is compared with are read.
class FixedText {
 public:
  FixedText() = default;
  explicit FixedText(std::string_view text) : size_(text.size()), first_(text) {
    for (std::size_t at = kBlock; at < text.size(); at += kBlock) more_.emplace_back(text.substr(at));
  }
  std::size_t size() const { return size_; }
  bool stands_at(const char* at) const {
    if (!first_.stands_at(at)) return false;
    for (const Block& block : more_) {
      at += kBlock;
      if (!block.stands_at(at)) return false;
    }
    return true;
  }

 private:
  static constexpr std::size_t kBlock = 16;
  struct Block {
    std::array<std::uint64_t, kBlock / 8> words{}, masks{};

    Block() = default;
    explicit Block(std::string_view text) {
      const std::size_t size = text.size() < kBlock ? text.size() : kBlock;
      std::array<unsigned char, kBlock> counted{};
      std::memset(counted.data(), 0xFF, size);
      std::memcpy(words.data(), text.data(), size);
      std::memcpy(masks.data(), counted.data(), kBlock);
    }
    bool stands_at(const char* at) const {
#ifdef __SSE2__
      const __m128i there = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)),
                    counted = _mm_loadu_si128(reinterpret_cast<const __m128i*>(masks.data())),
                    wanted = _mm_loadu_si128(reinterpret_cast<const __m128i*>(words.data()));
      return _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_and_si128(there, counted), wanted)) == 0xFFFF;
#else
      std::array<std::uint64_t, kBlock / 8> there{};
      std::memcpy(there.data(), at, kBlock);
      return (((there[0] & masks[0]) ^ words[0]) | ((there[1] & masks[1]) ^ words[1])) == 0;
#endif
    }
  };

  std::size_t size_ = 0;
  Block first_;
  std::vector<Block> more_;
};

}  // namespace proofmark::snapshot
