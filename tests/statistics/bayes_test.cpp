// Posteriors compared, against probabilities known in closed form.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/beta_comparison.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {
namespace {

TEST(Posteriors, OneBetaAboveAnother) {
  EXPECT_NEAR(probability_greater({3, 4}, {3, 4}), 0.5, 1e-12);
  EXPECT_NEAR(probability_greater({1, 1}, {2, 1}), 1.0 / 3, 1e-12);  // U > max of two: 1/3
  EXPECT_NEAR(probability_greater({5, 2}, {2, 7}) + probability_greater({2, 7}, {5, 2}), 1, 1e-12);
  // P(U > max of 60 uniforms) = 1/61, and far in the tail P(max of 60 < 1 - max of 60) = 60! 60! / 120!.
  EXPECT_NEAR(probability_greater({1, 60}, {60, 1}) / std::exp(-log_choose(120, 60)), 1, 1e-9);
}

// Beta-binomial under the uniform prior: every count is as likely as another.
TEST(Posteriors, UniformPriorMakesCountsEquallyLikely) {
  for (std::uint64_t least = 0; least <= 12; ++least)
    EXPECT_NEAR(beta_binomial_upper({1, 1}, 11, least), static_cast<double>(12 - least) / 12, 1e-12);
}

}  // namespace
}  // namespace proofmark::statistics
