// Inverse distribution functions against SciPy 1.10.1 (`scipy.stats.NAME.ppf`), blocks against scalars, tables against
// the exact inverse.
#include "runtime/models/variate.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "runtime/models/inverse.h"
#include "runtime/models/schedule.h"
#include "runtime/models/uniforms.h"
#include "runtime/statistics/normal.h"

namespace proofmark::models {
namespace {

using plan::ModelFamily;
using statistics::Lanes;

constexpr std::array<double, 8> kUniforms{0x1.0000000000000p-53, 0x1.0c6f7a0b80000p-20, 0x1.47ae147ae14c0p-7,
                                          0x1.3333333333336p-2,  0x1.0000000000001p-1,  0x1.8000000000001p-1,
                                          0x1.ff7ced916872bp-1,  0x1.fffffff768fa1p-1};

struct Known {
  ModelFamily family;
  std::vector<double> parameters;
  std::array<double, 8> values;
  double tolerance;
};

const std::vector<Known>& known() {
  static const std::vector<Known> kKnown{
      {ModelFamily::binomial, {20, 0.3}, {0, 0, 2, 5, 6, 7, 13, 19}, 0},
      {ModelFamily::binomial, {1'000'000, 0.001}, {752, 853, 927, 983, 1000, 1021, 1099, 1195}, 0},
      {ModelFamily::poisson, {3.5}, {0, 0, 0, 2, 3, 5, 11, 20}, 0},
      {ModelFamily::poisson, {1e6}, {991802, 995250, 997674, 999475, 1000000, 1000674, 1003092, 1006004}, 0},
      {ModelFamily::normal,
       {10, 2},
       {-6.419072303202775, 0.49315138236582534, 5.347304251918326, 8.951198974583919, 10, 11.348979500392165,
        16.180464612335626, 21.995614039203275},
       1e-14},
      {ModelFamily::lognormal,
       {4.2, 0.6},
       {0.4839751623887844, 3.849508257085425, 16.513715459299817, 48.684450736224285, 66.68633104092517,
        99.9523777559478, 425.87223510904175, 2437.3927740254007},
       4e-15},
      {ModelFamily::exponential,
       {3},
       {3.3306690738754696e-16, 3.0000015000872673e-06, 0.030151007560504685, 1.0700248318161978, 2.0794415416798366,
        4.158883083359673, 20.723265836946407, 62.169797595685026},
       1e-15},
      {ModelFamily::gamma,
       {2.5, 1.5},
       {1.0066671983558134e-06, 0.009672120154984273, 0.41572355754621004, 2.2499310995699306, 3.2635951433216457,
        4.969259822871939, 15.386254239324654, 38.01914532113939},
       1e-11},
      {ModelFamily::gamma,
       {0.3, 1},
       {4.5860102724659354e-54, 6.972699097077741e-21, 1.5022226552361021e-07, 0.012726657769948737,
        0.07313113586695208, 0.34289946081457634, 4.618936042791333, 17.583462446593153},
       1e-11},
      {ModelFamily::beta,
       {6, 996},
       {6.579342366778467e-06, 0.0003134530736355079, 0.0017863722516235645, 0.0045137174871954285,
        0.005662600935452845, 0.007406312111563688, 0.016344500307390687, 0.03316311199228096},
       1e-11},
      {ModelFamily::beta,
       {0.5, 0.5},
       {3.041306664850247e-32, 2.467401100412214e-12, 0.00024671981713422737, 0.2061073738537636, 0.5000000000000002,
        0.853553390593274, 0.999997532600929, 1},
       1e-11},
      {ModelFamily::weibull,
       {2, 1.7},
       {8.240948301680955e-10, 0.0005910420208865101, 0.13361096433944017, 1.0905885601962126, 1.6121220343718419,
        2.423674993302587, 6.23386810675488, 11.89644418626615},
       1e-14},
      {ModelFamily::pareto,
       {1.5, 2.5},
       {1.5, 1.50000060000042, 1.506042338881361, 1.7300236616727798, 1.9792618661593417, 2.611651689888373,
        23.773397886916698, 5971.607625857901},
       1e-14},
      {ModelFamily::bernoulli, {0.25}, {1, 1, 1, 0, 0, 0, 0, 0}, 0},
      {ModelFamily::uniform, {10, 20}, {10 + 10 * 0x1p-53, 10.00001, 10.1, 13, 15, 17.5, 19.99, 19.99999999}, 1e-14},
      {ModelFamily::categorical, {0.25, 0.5, 0.25}, {0, 0, 0, 1, 1, 2, 2, 2}, 0},
  };
  return kKnown;
}

TEST(Variate, AgreesWithSciPy) {
  for (const Known& each : known())
    for (std::size_t i = 0; i < kUniforms.size(); ++i)
      EXPECT_NEAR(variate(each.family, each.parameters, kUniforms[i]), each.values[i],
                  each.tolerance * std::fabs(each.values[i]))
          << static_cast<int>(each.family) << " at " << kUniforms[i];
}

TEST(Variate, ATableIsAsAccurateAsItSays) {
  const Stream stream{1, 0};
  for (const Known& each : known()) {
    if (!Inverse::helps(each.family, 1'000'000)) continue;
    const Inverse inverse(each.family, each.parameters);
    ASSERT_TRUE(inverse.has_table());
    const bool counts = is_count(each.family);
    for (std::uint32_t i = 0; i < 20'000; ++i) {
      const std::uint32_t word = word_of(stream, i, 0);
      const double u = counts ? (word + further_uniform(stream, i, 0)) * 0x1p-32 : uniform_of_word(stream, i, 0, word);
      const double exact = variate(each.family, each.parameters, u), drawn = inverse.drawn(stream, i, 0, word);
      ASSERT_NEAR(drawn, exact, counts ? 0 : 2e-8 * std::fabs(exact)) << static_cast<int>(each.family) << " " << u;
      ASSERT_GE(drawn, inverse.range().low);
      ASSERT_LE(drawn, inverse.range().high);
    }
    if (counts) continue;
    for (const double u : kUniforms) {
      const double exact = variate(each.family, each.parameters, u);
      EXPECT_NEAR(inverse.at(u), exact, 2e-8 * std::fabs(exact)) << u;
      EXPECT_GE(inverse.at(u), inverse.range().low);
      EXPECT_LE(inverse.at(u), inverse.range().high);
    }
  }
}

// A word whose cell of 2^-32 holds boundaries of a count goes on; laid around each boundary, against a search of them
// all.
TEST(Variate, CountsAreExactAtTheirBoundaries) {
  const Stream stream{4, 0};
  const std::vector<double> chances{0.5, 1e-12, 0x1p-34, 0x1p-34, 0.25, 0.1, 1 - 0.85 - 1e-12 - 0x1p-33};
  const Inverse inverse(ModelFamily::categorical, chances);
  double sum = 0;
  int gone_on = 0;
  for (std::size_t k = 0; k + 1 < chances.size(); ++k) {
    sum += chances[k];
    const auto at = static_cast<std::uint32_t>(sum * 0x1p32);
    for (std::uint32_t trial = 0; trial < 400; ++trial) {
      const std::uint32_t word = at + trial % 3 - 1;
      const double u = word + further_uniform(stream, trial, 2);  // of 2^32, to 2^-20 of a word's cell
      double value = 0, boundary = 0;
      for (std::size_t j = 0; j + 1 < chances.size(); ++j) {
        boundary += chances[j];
        if (u > boundary * 0x1p32) value = static_cast<double>(j + 1);
      }
      ASSERT_EQ(inverse.drawn(stream, trial, 2, word), value) << k << " " << trial;
      if (word == at) ++gone_on;
    }
  }
  EXPECT_GT(gone_on, 500);
}

// Gamma and beta are searched for beyond the table from a guess: as accurate as without one.
TEST(Variate, WhatLiesBeyondTheTableIsAsAccurateAsTheFormula) {
  const std::vector<std::pair<ModelFamily, std::vector<double>>> all{
      {ModelFamily::gamma, {2.5, 1.5}}, {ModelFamily::gamma, {0.3, 1}}, {ModelFamily::gamma, {1, 3}},
      {ModelFamily::gamma, {1e6, 2}},   {ModelFamily::beta, {6, 996}},  {ModelFamily::beta, {0.5, 0.5}},
      {ModelFamily::beta, {1, 1}},      {ModelFamily::beta, {900, 3}},  {ModelFamily::beta, {1e5, 2e5}}};
  for (const auto& [family, parameters] : all) {
    const Inverse inverse(family, parameters);
    for (int power = 18; power <= 52; ++power)
      for (const double tail : {std::ldexp(1.0, -power), std::ldexp(1.37, -power)})
        for (const double u : {tail, 1 - tail}) {
          const double exact = variate(family, parameters, u);
          EXPECT_NEAR(inverse.at(u), exact, 2e-11 * exact) << static_cast<int>(family) << parameters[0] << " " << u;
        }
  }
}

// The table gives nearly all values: were it left to the formula, it would be no table.
TEST(Variate, TablesHaveTheSameBitsForEveryWidth) {
  constexpr std::array<std::uint32_t, 9> kWords{0,        1,           (1U << 22) - 1, 1U << 22, 0x7FFFFFFFU,
                                                1U << 31, 0xFFBFFFFFU, 0xFFC00000U,    ~0U};
  const Stream stream{3, 0};
  for (const Known& each : known()) {
    if (!Inverse::helps(each.family, 1'000'000)) continue;
    const Inverse inverse(each.family, each.parameters);
    std::vector<std::uint32_t> words(kTrialsInABlock);
    for (std::uint32_t i = 0; i < kTrialsInABlock; ++i) words[i] = word_of(stream, 512 + i, 0);
    std::copy(kWords.begin(), kWords.end(), words.begin());
    for (const Lanes lanes : {Lanes::one, Lanes::four, Lanes::eight}) {
      if (lanes > statistics::widest_lanes()) continue;
      std::vector<double> block(kTrialsInABlock);
      inverse.drawn(stream, 512, 0, words.data(), kernels_of(lanes), block.data());
      for (std::uint32_t i = 0; i < block.size(); ++i)
        ASSERT_EQ(block[i], inverse.drawn(stream, 512 + i, 0, words[i])) << i;
    }
  }
}

// Two words beside each boundary of two cells, on either side of the middle.
TEST(Variate, CellsEndAtTheSameWordForEveryWidth) {
  const Stream stream{4, 0};
  std::vector<std::uint32_t> words;
  for (int octave = 15; octave <= 30; ++octave)
    for (std::uint32_t cell = 64; cell < 128; ++cell) {
      const std::uint32_t first = cell << (octave - 6);
      for (const std::uint32_t word : {first - 1, first}) words.insert(words.end(), {word, ~word});
    }
  ASSERT_EQ(words.size() % kTrialsInABlock, 0U);
  for (const ModelFamily family : {ModelFamily::lognormal, ModelFamily::normal}) {
    const Inverse inverse(family, {3.9, 1});
    for (const Lanes lanes : {Lanes::one, Lanes::four, Lanes::eight}) {
      if (lanes > statistics::widest_lanes()) continue;
      for (std::uint32_t begin = 0; begin < words.size(); begin += kTrialsInABlock) {
        std::vector<double> block(kTrialsInABlock);
        inverse.drawn(stream, begin, 0, words.data() + begin, kernels_of(lanes), block.data());
        for (std::uint32_t i = 0; i < block.size(); ++i)
          ASSERT_EQ(block[i], inverse.drawn(stream, begin + i, 0, words[begin + i])) << words[begin + i];
      }
    }
  }
}

TEST(Variate, BlocksHaveTheBitsOfScalars) {
  const Lanes widest = statistics::widest_lanes();
  constexpr std::size_t kMany = 1003;
  for (const Known& each : known()) {
    std::vector<double> uniforms(kMany);
    for (std::uint32_t i = 0; i < kMany; ++i) uniforms[i] = uniform_of({9, 0}, i, 0);
    std::copy(kUniforms.begin(), kUniforms.end(), uniforms.begin());
    std::vector<std::vector<double>> rows;
    std::vector<const double*> parameters;
    for (const double parameter : each.parameters) rows.emplace_back(kMany, parameter);
    rows.back()[100] = -1;  // outside of every domain
    for (const auto& row : rows) parameters.push_back(row.data());
    for (const Lanes lanes : {Lanes::one, Lanes::two, Lanes::four, Lanes::eight}) {
      if (lanes > widest) continue;
      std::vector<double> block = uniforms;
      variates(each.family, parameters, block.data(), kMany, lanes);
      for (std::size_t i = 0; i < kMany; ++i) {
        std::vector<double> own;
        for (const auto& row : rows) own.push_back(row[i]);
        const double alone = variate(each.family, own, uniforms[i]);
        const bool same = std::isnan(alone) ? std::isnan(block[i]) : block[i] == alone;
        ASSERT_TRUE(same) << static_cast<int>(each.family) << " " << i << ": " << block[i] << ", " << alone;
        ASSERT_TRUE(i == 100 || !std::isnan(alone)) << i;
      }
    }
  }
}

TEST(Variate, NormalQuantilesOfBlocksReachTheFarTails) {
  std::vector<double> block{0x1p-53, 1e-12, 1e-11, 0.074, 0.075, 0.5, 0.925, 0.926, 1 - 0x1p-53};
  const std::vector<double> uniforms = block;
  statistics::normal_quantiles(block.data(), block.size(), statistics::block_functions(Lanes::one));
  for (std::size_t i = 0; i < block.size(); ++i) EXPECT_EQ(block[i], statistics::normal_quantile(uniforms[i])) << i;
}

TEST(Variate, ParametersOutsideOfTheDomainGiveNoNumber) {
  const std::vector<std::pair<ModelFamily, std::vector<double>>> wrong{
      {ModelFamily::bernoulli, {1.5}},      {ModelFamily::binomial, {2.5, 0.5}},   {ModelFamily::binomial, {2, -0.1}},
      {ModelFamily::poisson, {-1}},         {ModelFamily::poisson, {1e10}},        {ModelFamily::uniform, {2, 1}},
      {ModelFamily::normal, {0, 0}},        {ModelFamily::lognormal, {NAN, 1}},    {ModelFamily::exponential, {0}},
      {ModelFamily::gamma, {0, 1}},         {ModelFamily::beta, {0.1, 1}},         {ModelFamily::weibull, {1, -1}},
      {ModelFamily::pareto, {HUGE_VAL, 1}}, {ModelFamily::categorical, {0.5, 0.4}}};
  for (const auto& [family, parameters] : wrong) {
    EXPECT_FALSE(in_domain(family, parameters)) << static_cast<int>(family);
    EXPECT_TRUE(std::isnan(variate(family, parameters, 0.5))) << static_cast<int>(family);
  }
}

}  // namespace
}  // namespace proofmark::models
