// The generator against the published known answers, every width against the scalar form, and truths against their
// definition where a word alone does not say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
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

// The first and the third word above, cut to 52 bits with a last bit of 1; 256 trials on the second and the fourth.
TEST(Uniforms, AreOddMultiplesOfTheSmallestStep) {
  EXPECT_EQ(uniform_of({0, 0}, 0, 0), static_cast<double>((0x6627e8d5bc57ac4cULL >> 11) | 1) * 0x1p-53);
  EXPECT_EQ(uniform_of({0, 0}, 256, 0), static_cast<double>((0xe169c58d9b00dbd8ULL >> 11) | 1) * 0x1p-53);
}

// By a Python program that was written from the text of uniforms.h.
TEST(Uniforms, AreWhatTheTextSays) {
  struct Known {
    std::uint32_t trial;
    double uniform;
    std::uint32_t word, half, levels;
  };
  const Stream stream{std::uint64_t{7} << 32 | 5, 3};
  for (const Known& known : {Known{0U, 0x1.849549fa37da0p-6, 0x06125527U, 0x5527U, 205U},
                             {300U, 0x1.a63a670fdb0dfp-1, 0xcdcac080U, 0xf072U, 246U},
                             {511U, 0x1.7a75b62f0ddfcp-3, 0xa36fb1e2U, 0xc5eeU, 231U},
                             {512U, 0x1.ba45da1ce0a46p-2, 0x13214b7bU, 0x5958U, 196U},
                             {9999U, 0x1.e6d89dcfffcf5p-1, 0xa1d2f321U, 0x70faU, 194U}}) {
    EXPECT_EQ(uniform_of(stream, known.trial, 4), known.uniform) << known.trial;
    EXPECT_EQ(word_of(stream, known.trial, 4), known.word) << known.trial;
    EXPECT_EQ(half_of(stream, known.trial, 4), known.half) << known.trial;
    EXPECT_EQ(levels_of(stream, known.trial, 4), known.levels) << known.trial;
  }
  EXPECT_EQ(uniform_of_word(stream, 0, 4, 0x06125527U), (0x06125527U + 0.5) * 0x1p-32);
  EXPECT_EQ(uniform_of_word(stream, 520, 4, word_of(stream, 520, 4)), 0x1.6487b57812c00p-11);
  EXPECT_EQ(uniform_of_word(stream, 1128, 4, word_of(stream, 1128, 4)), 0x1.ffa8bd783ae5bp-1);
}

std::vector<Lanes> lanes_here() {
  std::vector<Lanes> all{Lanes::one, Lanes::two, Lanes::four, Lanes::eight};
  std::erase_if(all, [](Lanes lanes) { return lanes > statistics::widest_lanes(); });
  return all;
}

TEST(Uniforms, HaveTheSameBitsForEveryWidth) {
  for (const Lanes lanes : lanes_here())
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{7}, ~std::uint64_t{0}})
      for (const Supply supply : {Supply::levels, Supply::halves, Supply::words, Supply::pairs}) {
        const Kernels& kernels = kernels_of(lanes);
        const Stream stream{seed, 3};
        const std::uint32_t n = count_of(supply);
        std::vector<std::uint32_t> words(std::size_t{4} * n);
        kernels.philox(keys_of(seed), 3, 1023, 5 * n, n, words.data());
        for (std::uint32_t i = 0; i < words.size(); ++i)
          ASSERT_EQ(words[i], block_of(stream, 5 * n + i % n, 1023)[i / n]) << i;
        if (supply != Supply::pairs) continue;
        std::vector<double> uniforms(kTrialsInABlock);
        kernels.uniforms(words.data(), &words[kTrialsInABlock], uniforms.data());
        for (std::uint32_t i = 0; i < kTrialsInABlock; ++i)
          ASSERT_EQ(uniforms[i], uniform_of(stream, 5 * 512 + i, 1023)) << i;
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

TEST(Uniforms, NoTwoTrialsShareTheirBits) {
  const Stream stream{9, 0};
  std::set<double> seen;
  std::set<std::uint32_t> words;
  for (std::uint32_t trial = 0; trial < 3000; ++trial) {
    seen.insert(uniform_of(stream, trial, 0));
    words.insert(word_of(stream, trial, 1));
  }
  EXPECT_EQ(seen.size(), 3000U);
  EXPECT_GE(words.size(), 2999U);  // of 2^32; none falls together here but by chance
  // Two halves a word and 32 trials a word of levels: all of a block's bits are taken once.
  std::array<int, 256> taken{};
  for (std::uint32_t trial = 0; trial < 512; ++trial) ++taken[half_of(stream, trial, 2) & 0xFF];
  for (const int times : taken) EXPECT_LE(times, 12);
}

TEST(Uniforms, WordsNearTheEndsGoOn) {
  for (const std::uint32_t word : {0U, kWordsAtAnEnd - 1, 0U - kWordsAtAnEnd, ~0U}) EXPECT_TRUE(is_near_an_end(word));
  for (const std::uint32_t word : {kWordsAtAnEnd, 1U << 31, 0U - kWordsAtAnEnd - 1}) EXPECT_FALSE(is_near_an_end(word));
  const Stream stream{5, 0};
  for (std::uint32_t trial = 0; trial < 100; ++trial)
    for (const std::uint32_t word : {0U, 77U, ~0U}) {
      const double u = uniform_of_word(stream, trial, 0, word);
      EXPECT_GT(u, word * 0x1p-32);
      EXPECT_LT(u, (word + 1.0) * 0x1p-32);
      EXPECT_NE(u, (word + 0.5) * 0x1p-32);
    }
}

// A half w is a hit for p >= (w + 1) / 2^16, none for p <= w / 2^16, and between them as often as p asks; so are
// levels.
TEST(Truths, AreDecidedByTheirFirstBitsButForTheirOwnCell) {
  const Stream stream{5, 0};
  int halves = 0, levels = 0;
  for (std::uint32_t trial = 0; trial < 4000; ++trial) {
    const std::uint32_t w = half_of(stream, trial, 2), bits = levels_of(stream, trial, 1);
    EXPECT_FALSE(truth_by_half(stream, trial, 2, w * 0x1p-16));
    EXPECT_TRUE(truth_by_half(stream, trial, 2, (w + 1.0) * 0x1p-16));
    EXPECT_FALSE(truth_of(stream, trial, 1, bits * 0x1p-8));
    EXPECT_TRUE(truth_of(stream, trial, 1, (bits + 1.0) * 0x1p-8));
    halves += truth_by_half(stream, trial, 2, (w + 0.25) * 0x1p-16) ? 1 : 0;
    levels += truth_of(stream, trial, 1, (bits + 0.25) * 0x1p-8) ? 1 : 0;
  }
  EXPECT_NEAR(halves, 1000, 4 * 27.4);
  EXPECT_NEAR(levels, 1000, 4 * 27.4);
  EXPECT_FALSE(truth_of(stream, 0, 1, 0));
  EXPECT_TRUE(truth_of(stream, 0, 1, 1));
  EXPECT_FALSE(truth_by_half(stream, 0, 1, 0));
  EXPECT_TRUE(truth_by_half(stream, 0, 1, 1));
}

// Bit for bit: the further number is at least what its own first 53 bits say, and below the next such number.
TEST(Truths, GoOnToTheLastBitOfTheProbability) {
  const Stream stream{5, 0};
  for (std::uint32_t trial = 0; trial < 2000; ++trial) {
    const auto words = block_of(stream, trial, 9, kFurther);
    const std::uint64_t first = (std::uint64_t{words[0]} << 32 | words[1]) >> 11;
    if (first == (std::uint64_t{1} << 53) - 1) continue;
    EXPECT_FALSE(is_below(stream, trial, 9, 0, static_cast<double>(first) * 0x1p-53));
    EXPECT_TRUE(is_below(stream, trial, 9, 0, static_cast<double>(first + 1) * 0x1p-53));
    // What follows the first 64 bits decides too: a chance of the form 2^-64 c needs the last 64.
    EXPECT_EQ(is_below(stream, trial, 9, 0, 0x1p-70),
              first == 0 && words[0] == 0 && words[1] == 0 && words[2] < 1 << 26);
  }
}

std::uint64_t hits_of(double p, std::uint32_t trials) {
  const Stream stream{11, 2};
  std::uint64_t hits = 0;
  for (std::uint32_t trial = 0; trial < trials; ++trial) hits += truth_of(stream, trial, 6, p) ? 1 : 0;
  return hits;
}

// Within 4.5 standard errors of 40,000 trials; chances that eight bits decide, nearly decide, or hardly touch.
TEST(Truths, AreAsFrequentAsTheirProbability) {
  constexpr std::uint32_t kTrials = 40'000;
  for (const double p : {0.004, 1.0 / 256, 1.0 / 256 + 1e-4, 0.02, 1.0 / 3, 0.5, 0.75, 0.9961, 1 - 1e-4}) {
    const double error = std::sqrt(kTrials * p * (1 - p));
    EXPECT_NEAR(static_cast<double>(hits_of(p, kTrials)), kTrials * p, 4.5 * error) << p;
  }
  EXPECT_EQ(hits_of(1e-12, kTrials), 0U);
  EXPECT_EQ(hits_of(1 - 1e-12, kTrials), kTrials);
}

// The kernels find the cells that need a second look: chances are laid around the halves.
TEST(Truths, TiesOfHalvesAreFoundByEveryWidth) {
  std::vector<std::uint32_t> words(kTrialsInABlock / 2);
  for (std::uint32_t i = 0; i < words.size(); ++i) words[i] = i % 7 == 0 ? 0xFFFFFFFFU - i % 3 : i * 0x9E3779B9U;
  const auto half = [&](std::size_t i) { return words[i % 256] >> (i < 256 ? 0 : 16) & 0xFFFF; };
  std::vector<double> chances;
  for (std::size_t i = 0; i < kTrialsInABlock; ++i) {
    const double offsets[] = {-1, -0.5, 0, 0x1p-10, 0.75, 1, 2};
    chances.push_back(std::clamp((half(i) + offsets[i % 7]) * 0x1p-16, 0.0, 1.0));
  }
  const auto bit = [](const auto& bits, std::size_t i) { return (bits[i / 64] >> (i % 64) & 1) != 0; };
  for (const Lanes lanes : lanes_here()) {
    std::array<std::uint64_t, kWordsOfBits> hits, ties;
    kernels_of(lanes).hits_of_chances(words.data(), chances.data(), hits.data(), ties.data());
    for (std::size_t i = 0; i < kTrialsInABlock; ++i) {
      const double x = chances[i] * 0x1p16, w = half(i);
      EXPECT_EQ(bit(hits, i), w + 1 <= x) << i;
      EXPECT_EQ(bit(ties, i), w < x && x < w + 1) << i;
    }
  }
}

TEST(Truths, LevelsAreComparedByEveryWidth) {
  const Stream stream{13, 1};
  for (const Lanes lanes : lanes_here()) {
    const Kernels& kernels = kernels_of(lanes);
    std::vector<std::uint32_t> words(4 * count_of(Supply::levels));
    kernels.philox(keys_of(13), 1, 8, 3 * count_of(Supply::levels), count_of(Supply::levels), words.data());
    const auto bit = [](const auto& bits, std::size_t i) { return (bits[i / 64] >> (i % 64) & 1) != 0; };
    for (std::uint32_t whole = 0; whole < 256; ++whole) {
      std::array<std::uint64_t, kWordsOfBits> hits, ties;
      kernels.truths(words.data(), whole, hits.data(), ties.data());
      for (std::uint32_t i = 0; i < kTrialsInABlock; i += 1 + whole % 3) {
        const std::uint32_t bits = levels_of(stream, 3 * 512 + i, 8);
        ASSERT_EQ(bit(hits, i), bits < whole) << i;
        ASSERT_EQ(bit(ties, i), bits == whole) << i;
      }
    }
  }
}

}  // namespace
}  // namespace proofmark::models
