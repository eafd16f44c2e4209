// Chains of services.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "runtime/statistics/compose.h"

namespace proofmark::statistics {
namespace {

plan::Rational number(const char* text) {
  return *plan::Rational::parse(text);
}

TEST(Budgets, SeriesBoundsAreOrdered) {
  const std::array<Trials, 2> components = {Trials{299, 299}, Trials{299, 299}};
  const SeriesBound bound = series_bound(components, number("0.95"));
  EXPECT_NEAR(bound.bonferroni_product, std::pow(0.025, 2.0 / 299), 1e-14);
  EXPECT_LE(bound.bonferroni_union, bound.bonferroni_product);
  EXPECT_LE(bound.bonferroni_product, bound.sidak_product);
  EXPECT_EQ(bound.point, 1);
}

}  // namespace
}  // namespace proofmark::statistics
