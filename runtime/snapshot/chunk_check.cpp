// Each check is one pass over a chunk that the digest has just brought into the cache.
#include "runtime/snapshot/chunk_check.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

std::uint64_t count_bits(const std::byte* bits, std::uint64_t bytes) {
  std::uint64_t count = 0, at = 0;
  for (; at + 8 <= bytes; at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bits + at, sizeof word);
    count += static_cast<std::uint64_t>(std::popcount(word));
  }
  for (; at < bytes; ++at) count += static_cast<std::uint64_t>(std::popcount(std::to_integer<unsigned>(bits[at])));
  return count;
}

bool rest_is_zero(const std::byte* bits, std::uint64_t rows) {
  return rows % 8 == 0 || (std::to_integer<unsigned>(bits[rows / 8]) >> (rows % 8)) == 0;
}

template <typename Code>
std::uint64_t greatest_code(const std::byte* values, std::uint64_t offset, std::uint64_t rows) {
  const auto* codes = reinterpret_cast<const Code*>(values) + offset;
  Code greatest = 0;
  for (std::uint64_t i = 0; i < rows; ++i) greatest = std::max(greatest, codes[i]);
  return greatest;
}

bool is_text(const Chunk& chunk, std::size_t size) {
  std::int32_t before = 0;
  std::uint64_t backwards = 0;
  for (std::uint64_t i = 0; i <= chunk.rows; ++i) {
    backwards += chunk.offsets[i] < before ? 1 : 0;
    before = chunk.offsets[i];
  }
  if (backwards != 0 || chunk.offsets[0] != 0 || static_cast<std::uint64_t>(before) != size) return false;
  const std::string_view characters(reinterpret_cast<const char*>(chunk.values), size);
  if (json::first_invalid_utf8(characters)) return false;
  for (std::uint64_t i = 0; i < chunk.rows; ++i) {  // no value starts within a character
    const auto begin = static_cast<std::size_t>(chunk.offsets[i]);
    if (begin < size && (static_cast<unsigned char>(characters[begin]) & 0xC0U) == 0x80U) return false;
  }
  return true;
}

bool is_valid(const Chunk& chunk, std::uint64_t row) {
  return chunk.validity == nullptr || (std::to_integer<unsigned>(chunk.validity[row / 8]) >> (row % 8) & 1U) != 0;
}

// Whether no time is before its predecessor. A comparison of 64 bits is no instruction of every processor's vectors:
// the top bit of this formula is it (Warren, Hacker's Delight, 2-12).
bool ascend(const std::int64_t* times, std::uint64_t count) {
  std::uint64_t descents = 0;
  for (std::uint64_t row = 1; row < count; ++row) {
    const auto now = static_cast<std::uint64_t>(times[row]), before = static_cast<std::uint64_t>(times[row - 1]);
    descents |= (now & ~before) | (~(now ^ before) & (now - before));
  }
  return descents >> 63 == 0;
}

#ifdef __x86_64__
// The same with the comparison.
__attribute__((target("avx2"))) bool ascend_avx2(const std::int64_t* times, std::uint64_t count) {
  constexpr std::uint64_t kTimes = 4;
  __m256i descents = _mm256_setzero_si256();
  std::uint64_t row = 1;
  for (; row + kTimes <= count; row += kTimes) {
    const __m256i now = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(times + row));
    const __m256i before = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(times + row - 1));
    descents = _mm256_or_si256(descents, _mm256_cmpgt_epi64(before, now));
  }
  return _mm256_testz_si256(descents, descents) != 0 && (row >= count || ascend(times + row - 1, count - row + 1));
}
#endif

bool is_ascending(const std::int64_t* times, std::uint64_t count) {
#ifdef __x86_64__
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx2) return ascend_avx2(times, count);
#endif
  return ascend(times, count);
}

}  // namespace

bool codes_are_bound(const Column& column, const Chunk& chunk, std::uint64_t offset, std::uint64_t rows) {
  if (column.type != plan::FieldType::label) return true;
  std::uint64_t greatest = 0;
  if (column.physical == Physical::u8) greatest = greatest_code<std::uint8_t>(chunk.values, offset, rows);
  if (column.physical == Physical::u16) greatest = greatest_code<std::uint16_t>(chunk.values, offset, rows);
  if (column.physical == Physical::u32) greatest = greatest_code<std::uint32_t>(chunk.values, offset, rows);
  return column.dictionary.empty() ? greatest == 0 && chunk.nulls == chunk.rows : greatest < column.dictionary.size();
}

bool times_ascend(const Chunk& chunk, std::uint64_t offset, std::uint64_t rows, const Zone& zone) {
  std::uint64_t timed = 0;
  while (timed < rows && is_valid(chunk, offset + timed)) ++timed;
  for (std::uint64_t row = timed; row < rows; ++row)
    if (is_valid(chunk, offset + row)) return false;
  const auto* times = reinterpret_cast<const std::int64_t*>(chunk.values) + offset;
  return timed == 0 ||
         (zone.minimum && times[0] >= *zone.minimum && times[timed - 1] <= *zone.maximum && is_ascending(times, timed));
}

std::optional<ChunkProblem> check_chunk(const Column& column, const Chunk& chunk, const ChunkBytes& bytes,
                                        std::string_view xxh3_digest) {
  if (xxh3(bytes.begin, bytes.size) != xxh3_digest)
    return ChunkProblem{code::kChunkDigest, "is altered: its digest is not the one that the manifest records"};
  const auto wrong = [](std::string what) { return ChunkProblem{code::kChunkContents, std::move(what)}; };
  if (chunk.validity != nullptr) {
    const std::uint64_t valid = count_bits(chunk.validity, bits_to_bytes(chunk.rows));
    if (valid != chunk.rows - chunk.nulls || !rest_is_zero(chunk.validity, chunk.rows))
      return wrong("has another number of nulls than it states");
  }
  switch (column.physical) {
    case Physical::utf8:
      if (!is_text(chunk, bytes.characters)) return wrong("holds text whose offsets or UTF-8 are not valid");
      break;
    case Physical::bit:
      if (!rest_is_zero(chunk.values, chunk.rows)) return wrong("has bits beyond its last row");
      break;
    default:
      if (!codes_are_bound(column, chunk, 0, chunk.rows))
        return wrong("holds a code that its dictionary does not have");
  }
  return std::nullopt;
}

ChunkTimes read_times(const Chunk& chunk, Zone* zones) {
  const auto* times = reinterpret_cast<const std::int64_t*>(chunk.values);
  std::uint64_t timed = 0;
  while (timed < chunk.rows && is_valid(chunk, timed)) timed += chunk.validity == nullptr ? chunk.rows : 1;
  ChunkTimes seen;
  seen.has_nulls = timed < chunk.rows;
  for (std::uint64_t row = timed; row < chunk.rows; ++row) seen.ascending = seen.ascending && !is_valid(chunk, row);
  if (timed == 0) return seen;
  seen.ascending = seen.ascending && is_ascending(times, timed);
  seen.first = times[0];
  seen.last = times[timed - 1];
  for (std::uint64_t row = 0; row < timed; row += kBlockRows)
    zones[row / kBlockRows] = {times[row], times[std::min<std::uint64_t>(row + kBlockRows, timed) - 1]};
  return seen;
}

std::optional<ChunkProblem> check_times(const std::vector<ChunkTimes>& chunks, const std::vector<Zone>& found,
                                        const std::vector<Zone>& zones) {
  std::int64_t before = INT64_MIN;
  bool null_seen = false;
  for (const ChunkTimes& chunk : chunks) {
    if (!chunk.ascending || (chunk.first && (null_seen || *chunk.first < before)))
      return ChunkProblem{code::kChunkContents, "is not sorted with nulls last"};
    null_seen = null_seen || chunk.has_nulls;
    if (chunk.last) before = *chunk.last;
  }
  for (std::size_t i = 0; i < zones.size(); ++i)
    if (found[i].minimum != zones[i].minimum || found[i].maximum != zones[i].maximum)
      return ChunkProblem{code::kZoneMap, "does not agree with block " + std::to_string(i) + " of the zone map"};
  return std::nullopt;
}

}  // namespace proofmark::snapshot
