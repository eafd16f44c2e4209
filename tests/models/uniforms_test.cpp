// The generator against the published known answers, and every width against the scalar form.
#include <gtest/gtest.h>

#include <vector>

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
  EXPECT_EQ(uniform_of({0, 0, 0, 0}, 0), static_cast<double>((0x6627e8d5e169c58dULL >> 11) | 1) * 0x1p-53);
  EXPECT_EQ(uniform_of({0, 0, 0, 1}, 0), static_cast<double>((0xbc57ac4c9b00dbd8ULL >> 11) | 1) * 0x1p-53);
}

TEST(Uniforms, HaveTheSameBitsForEveryWidth) {
  const Lanes widest = statistics::widest_lanes();
  for (const std::uint32_t element : {0U, 1U, 6U, 7U})
    for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{7}, ~std::uint64_t{0}}) {
      const DrawStream stream{seed, 3, 5, element};
      for (const Lanes lanes : {Lanes::one, Lanes::two, Lanes::four, Lanes::eight}) {
        if (lanes > widest) continue;
        std::vector<double> all(1003);
        uniforms_of(stream, 77, all.data(), all.size(), lanes);
        for (std::uint32_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], uniform_of(stream, 77 + i)) << i;
      }
    }
}

TEST(Uniforms, DependOnEverythingThatNamesThem) {
  const double one = uniform_of({1, 1, 1, 2}, 1);
  EXPECT_NE(one, uniform_of({2, 1, 1, 2}, 1));
  EXPECT_NE(one, uniform_of({1, 2, 1, 2}, 1));
  EXPECT_NE(one, uniform_of({1, 1, 2, 2}, 1));
  EXPECT_NE(one, uniform_of({1, 1, 1, 3}, 1));
  EXPECT_NE(one, uniform_of({1, 1, 1, 4}, 1));
  EXPECT_NE(one, uniform_of({1, 1, 1, 2}, 2));
  EXPECT_NE(one, uniform_of({1 + (std::uint64_t{1} << 32), 1, 1, 2}, 1));
}

}  // namespace
}  // namespace proofmark::models
