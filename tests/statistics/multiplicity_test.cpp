// Adjusted and combined p-values against R 4.2.2: p.adjust, pchisq(-2 * sum(log(p)), 2 * m, lower = FALSE), qnorm.
#include "runtime/statistics/multiplicity.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace proofmark::statistics {
namespace {

const std::vector<double> kValues = {0.2, 0.001, 0.04, 0.9, 0.03, 0.0005, 0.04};

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-15) << i;
}

TEST(Multiplicity, AdjustsAsR) {
  expect_near(bonferroni(kValues), {1, 0.007, 0.28, 1, 0.21, 0.0035, 0.28});
  expect_near(holm(kValues), {0.4, 0.006, 0.16, 0.9, 0.15, 0.0035, 0.16});
  expect_near(hochberg(kValues), {0.4, 0.006, 0.12, 0.9, 0.12, 0.0035, 0.12});
  expect_near(hommel(kValues), {0.4, 0.006, 0.12, 0.9, 0.09, 0.0035, 0.12});
  expect_near(benjamini_hochberg(kValues), {0.7 / 3, 0.0035, 0.056, 0.9, 0.056, 0.0035, 0.056});
  expect_near(benjamini_yekutieli(kValues), {0.605, 0.009075, 0.1452, 1, 0.1452, 0.009075, 0.1452});
}

TEST(Multiplicity, OneTestStaysAsItIs) {
  const std::vector<double> one = {0.03};
  for (const auto& adjust : {bonferroni, holm, hochberg, hommel, benjamini_hochberg, benjamini_yekutieli})
    EXPECT_EQ(adjust(one), one);
}

RC_GTEST_PROP(Multiplicity, OrdersTheMethodsByPower, ()) {
  auto values = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(
      rc::gen::map(rc::gen::inRange(0, 1001), [](int i) { return i / 1000.0; })));
  const auto a = bonferroni(values), b = holm(values), c = hochberg(values), d = hommel(values),
             e = benjamini_hochberg(values);
  for (std::size_t i = 0; i < values.size(); ++i) {
    RC_ASSERT(a[i] >= b[i] - 1e-15);
    RC_ASSERT(b[i] >= c[i] - 1e-15);
    RC_ASSERT(c[i] >= d[i] - 1e-15);
    RC_ASSERT(c[i] >= e[i] - 1e-15);
    RC_ASSERT(d[i] >= values[i] && e[i] >= values[i]);
  }
}

// The chance of any false rejection among ten independent true hypotheses: 1 - .95^10 uncorrected, and 1 - (1 -
// .05/m)^m with Holm, whose first step is Bonferroni's.
TEST(Multiplicity, FamilywiseErrorOfTenMetrics) {
  EXPECT_NEAR(1 - std::pow(0.95, 10), 0.4012630607616213, 1e-15);
  const std::vector<double> at_edge = {0.005, 1, 1, 1, 1, 1, 1, 1, 1, 1},
                            above = {0.0050001, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  EXPECT_LE(holm(at_edge).front(), 0.05);
  EXPECT_GT(holm(above).front(), 0.05);
  EXPECT_NEAR(1 - std::pow(1 - 0.005, 10), 0.048889869534228136, 1e-15);
}

TEST(Combined, AsR) {
  EXPECT_NEAR(fisher(kValues).statistic, 52.33553142734506, 1e-12);
  EXPECT_NEAR(fisher(kValues).p_value / 2.4670260710611156e-06, 1, 1e-11);
  const std::vector<double> equal(7, 1.0), rising = {1, 2, 3, 4, 5, 6, 7};
  EXPECT_NEAR(stouffer(kValues, equal).statistic, 4.2796896325783145, 1e-12);
  EXPECT_NEAR(stouffer(kValues, rising).statistic, 4.103212812025558, 1e-12);
  EXPECT_EQ(fisher(std::vector<double>{1, 1}).p_value, 1);
  EXPECT_EQ(fisher(std::vector<double>{0, 1}).p_value, 0);
}

}  // namespace
}  // namespace proofmark::statistics
