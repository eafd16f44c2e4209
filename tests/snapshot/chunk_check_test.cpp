// The two ways to a chunk's digest, against each other and against the value that its author publishes for no bytes;
// and the order of times.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/chunk_check.h"
#include "runtime/snapshot/xxh3_vectors.h"

namespace proofmark::snapshot {
namespace {

std::vector<std::byte> random_bytes(std::size_t size) {
  std::mt19937_64 random(5);
  std::vector<std::byte> bytes(size);
  for (std::byte& one : bytes) one = static_cast<std::byte>(random());
  return bytes;
}

TEST(Xxh3, OfNothingIsThePublishedDigest) {
  EXPECT_EQ(xxh3(nullptr, 0), "99aa06d3014798d86001c324468d497f");
}

TEST(Xxh3, VectorsOfTheProcessorDoNotShow) {
#ifdef __x86_64__
  std::vector<XXH128_hash_t (*)(const void*, std::size_t)> wider;
  if (__builtin_cpu_supports("avx2") != 0) wider.push_back(proofmark_xxh3_avx2);
  if (__builtin_cpu_supports("avx512f") != 0) wider.push_back(proofmark_xxh3_avx512);
  if (wider.empty()) GTEST_SKIP() << "this processor has no AVX2";
  const auto bytes = random_bytes(300'000);
  for (std::size_t size = 0; size <= bytes.size(); size += size < 3000 ? 1 : 7919)
    for (const std::size_t from : {0UL, 1UL, 8UL}) {
      if (from + size > bytes.size()) continue;
      const XXH128_hash_t plain = XXH3_128bits(bytes.data() + from, size);
      for (const auto ours : wider)
        ASSERT_EQ(XXH128_isEqual(ours(bytes.data() + from, size), plain), 1) << size << " bytes from " << from;
    }
#endif
}

TEST(ReadTimes, SeesEveryDescent) {
  std::mt19937_64 random(9);
  const std::int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
  int ascending = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::int64_t> times(1 + random() % 20);
    for (std::int64_t& time : times)
      time = random() % 2 == 0 ? extremes[random() % std::size(extremes)] : static_cast<std::int64_t>(random());
    if (random() % 2 == 0) std::sort(times.begin(), times.end());
    if (random() % 4 == 0) std::swap(times[random() % times.size()], times[random() % times.size()]);
    Chunk chunk;
    chunk.rows = times.size();
    chunk.values = reinterpret_cast<const std::byte*>(times.data());
    Zone zone;
    const ChunkTimes seen = read_times(chunk, &zone);
    ASSERT_EQ(seen.ascending, std::is_sorted(times.begin(), times.end()));
    ascending += seen.ascending ? 1 : 0;
  }
  EXPECT_GT(ascending, 5'000);
}

}  // namespace
}  // namespace proofmark::snapshot
