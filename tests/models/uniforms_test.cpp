// The generator against the published known answers, every width against the scalar form, and truths against their
// definition where a word alone does not say.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "runtime/models/schedule.h"
#include "runtime/models/uniforms.h"
#include "runtime/statistics/philox4x32.h"

namespace proofmark::models {
namespace {

using statistics::Lanes;
using statistics::philox4x32_10;
using statistics::PhiloxCounter;

// Random123 1.14, kat_vectors: philox4x32 10.
TEST(Uniforms, PhiloxGivesThePublishedAnswers) {
  EXPECT_EQ(philox4x32_10({0, 0, 0, 0}, {0, 0}), (PhiloxCounter{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U}));
  EXPECT_EQ(philox4x32_10({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}),
            (PhiloxCounter{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU}));
  EXPECT_EQ(philox4x32_10({0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}, {0xa4093822U, 0x299f31d0U}),
            (PhiloxCounter{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U}));
}

// The words above, cut to 52 bits with a last bit of 1.
TEST(Uniforms, AreOddMultiplesOfTheSmallestStep) {
  EXPECT_EQ(uniform_of({0, 0}, 0, 0), static_cast<double>((0x6627e8d5e169c58dULL >> 11) | 1) * 0x1p-53);
  EXPECT_EQ(uniform_of({0, 0}, 0, 4), static_cast<double>((0xbc57ac4c9b00dbd8ULL >> 11) | 1) * 0x1p-53);
}

TEST(Uniforms, HaveTheSameBitsForEveryWidth) {
  for (const std::uint32_t block : {0U, 1U, 1023U})
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{7}, ~std::uint64_t{0}}) {
      const Stream stream{seed, 3};
      for (const Lanes lanes : {Lanes::one, Lanes::two, Lanes::four, Lanes::eight}) {
        if (lanes > statistics::widest_lanes()) continue;
        const Kernels& kernels = kernels_of(lanes);
        std::vector<std::uint32_t> words(4 * kTrialsInABlock);
        std::vector<double> uniforms(kTrialsInABlock);
        kernels.philox(seed, 3, block, 77, words.data());
        for (const std::uint32_t pair : {0U, 2U}) {
          kernels.uniforms(&words[pair * kTrialsInABlock], &words[(pair + 1) * kTrialsInABlock], uniforms.data());
          for (std::uint32_t i = 0; i < kTrialsInABlock; ++i) {
            ASSERT_EQ(words[pair * kTrialsInABlock + i], block_of(stream, 77 + i, block)[pair]) << i;
            ASSERT_EQ(uniforms[i], uniform_of(stream, 77 + i, 8 * block + 2 * pair)) << i;
          }
        }
      }
    }
}

TEST(Uniforms, DependOnEverythingThatNamesThem) {
  const double one = uniform_of({1, 1}, 1, 4);
  EXPECT_NE(one, uniform_of({2, 1}, 1, 4));
  EXPECT_NE(one, uniform_of({1, 2}, 1, 4));
  EXPECT_NE(one, uniform_of({1, 1}, 2, 4));
  EXPECT_NE(one, uniform_of({1, 1}, 1, 0));
  EXPECT_NE(one, uniform_of({1, 1}, 1, 8));
  EXPECT_NE(one, uniform_of({1 + (std::uint64_t{1} << 32), 1}, 1, 4));
}

TEST(Uniforms, TrialsThatShareABlockTakeDifferentPartsOfIt) {
  EXPECT_EQ(sharing_of(1), 8U);
  EXPECT_EQ(sharing_of(3), 2U);
  EXPECT_EQ(sharing_of(5), 1U);
  const Stream stream{9, 0, 2};
  const std::uint64_t first = std::uint64_t{block_of(stream, 512 + 3, 0)[0]} << 32 | block_of(stream, 512 + 3, 0)[1];
  EXPECT_EQ(uniform_of(stream, 1024 + 3, 0), statistics::open_unit(first));
  std::set<double> seen;
  for (std::uint32_t trial = 0; trial < 5000; ++trial) seen.insert(uniform_of(stream, trial, 0));
  EXPECT_EQ(seen.size(), 5000U);
}

// A half w is a hit for p >= (w + 1) / 2^16, none for p <= w / 2^16, and between them as often as p asks.
TEST(Truths, AreDecidedByOneHalfButForItsOwnCell) {
  const Stream stream{5, 0};
  for (std::uint32_t trial = 0; trial < 200; ++trial)
    for (const std::uint32_t half : {2U, 3U}) {
      const std::uint32_t w = half_of(stream, trial, half);
      EXPECT_FALSE(truth_of(stream, trial, half, w * 0x1p-16));
      EXPECT_TRUE(truth_of(stream, trial, half, (w + 1.0) * 0x1p-16));
    }
  int hits = 0;
  for (std::uint32_t trial = 0; trial < 4000; ++trial)
    hits += truth_of(stream, trial, 1, (half_of(stream, trial, 1) + 0.25) * 0x1p-16) ? 1 : 0;
  EXPECT_NEAR(hits, 1000, 4 * 27.4);
  EXPECT_FALSE(truth_of(stream, 0, 1, 0));
  EXPECT_TRUE(truth_of(stream, 0, 1, 1));
}

// The kernels find the cells that need a second look: chances are laid around the halves.
TEST(Truths, TiesAreFoundByEveryWidth) {
  std::vector<std::uint32_t> words(kTrialsInABlock);
  for (std::uint32_t i = 0; i < kTrialsInABlock; ++i) words[i] = i % 7 == 0 ? 0xFFFFFFFFU - i % 3 : i * 0x9E3779B9U;
  for (const Lanes lanes : {Lanes::one, Lanes::four, Lanes::eight})
    for (const bool upper : {false, true}) {
      if (lanes > statistics::widest_lanes()) continue;
      const auto half = [&](std::size_t i) { return words[i] >> (upper ? 16 : 0) & 0xFFFF; };
      std::vector<double> chances;
      for (std::size_t i = 0; i < kTrialsInABlock; ++i) {
        const double offsets[] = {-1, -0.5, 0, 0x1p-10, 0.75, 1, 2};
        chances.push_back(std::clamp((half(i) + offsets[i % 7]) * 0x1p-16, 0.0, 1.0));
      }
      std::array<std::uint64_t, kWordsOfBits> hits, ties;
      const auto bit = [](const auto& bits, std::size_t i) { return (bits[i / 64] >> (i % 64) & 1) != 0; };
      kernels_of(lanes).hits_of_chances(words.data(), upper, chances.data(), hits.data(), ties.data());
      for (std::size_t i = 0; i < kTrialsInABlock; ++i) {
        const double x = chances[i] * 0x1p16, w = half(i);
        EXPECT_EQ(bit(hits, i), w + 1 <= x) << i;
        EXPECT_EQ(bit(ties, i), w < x && x < w + 1) << i;
      }
      for (const std::uint32_t whole : {0U, 1U, 0x7FFFU, 0x8000U, 0xFFFEU, half(1)}) {
        kernels_of(lanes).hits(words.data(), upper, whole, hits.data(), ties.data());
        for (std::size_t i = 0; i < kTrialsInABlock; ++i) {
          EXPECT_EQ(bit(hits, i), half(i) < whole) << i;
          EXPECT_EQ(bit(ties, i), half(i) == whole) << i;
        }
      }
    }
}

}  // namespace
}  // namespace proofmark::models
