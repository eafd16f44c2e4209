// The random number generator against its authors' vectors, and the simulation with a known answer.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/monte_carlo.h"

namespace proofmark::statistics {
namespace {

// Random123, kat_vectors.
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox4x64_10({0, 0, 0, 0}, {0, 0}),
            (PhiloxWords{0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}));
  constexpr std::uint64_t kOnes = ~std::uint64_t{0};
  EXPECT_EQ(philox4x64_10({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (PhiloxWords{0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}));
  EXPECT_EQ(next_counter({kOnes, kOnes, 4, 0}), (PhiloxWords{0, 0, 5, 0}));
}

TEST(MonteCarlo, SumsOfUniforms) {
  EXPECT_NEAR(sum_above_probability(3, 2.7), 0.0045, 1e-15);
  EXPECT_NEAR(sum_above_probability(4, 2), 0.5, 1e-15);
  EXPECT_NEAR(sum_above_probability(2, 0.5), 0.875, 1e-15);
  const std::uint64_t count = sums_above(PhiloxStream({7, 7}, {0, 0, 0, 0}), 100'000, 3, 2.7);
  EXPECT_NEAR(static_cast<double>(count), 450, 4 * std::sqrt(450.0));
}

}  // namespace
}  // namespace proofmark::statistics
