// Unlimited looks: the e-value against published values and by enumeration of every path.
#include "runtime/judgement/anytime.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

#include "runtime/json/json.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Rational;

double log_e_above(std::uint64_t k, std::uint64_t n, const std::string& t) {
  return -std::log(anytime_p_above(k, n, exact(t)));
}

TEST(Anytime, AgreesWithTheMixtureComputedElsewhere) {
  EXPECT_NEAR(log_e_above(50, 50, "0.5"), 31.418680575832884, 1e-8);
  EXPECT_EQ(anytime_p_above(0, 50, exact("0.1")), 1);  // log e = -3.93: no evidence
  // The same question asked of failures.
  EXPECT_NEAR(anytime_p_below(0, 50, exact("0.5")), anytime_p_above(50, 50, exact("0.5")), 1e-24);
}

TEST(Anytime, AgreesWithTheOraclesWhenTheyAreHere) {
  std::ifstream file(std::string(PROOFMARK_SOURCE_DIR) + "/../shared/oracles/sequential.json");
  if (!file) GTEST_SKIP() << "no oracles here";
  std::stringstream text;
  text << file.rdbuf();
  const auto pack = json::parse(text.str(), "sequential.json", "PM0901");
  ASSERT_TRUE(pack) << pack.problems().front().message;
  int compared = 0;
  for (const json::Value& one : *pack->as_object()->find("cases")->as_array()) {
    const json::Object& object = *one.as_object();
    if (*object.find("method")->as_string() != "sequential.e_value_beta_mixture_one_sided") continue;
    const json::Object& inputs = *object.find("inputs")->as_object();
    const std::string t = json::canonical(*object.find("params")->as_object()->find("p0"));
    const double expected = *object.find("expected")->as_object()->find("log_e")->as_real();
    const double found = log_e_above(static_cast<std::uint64_t>(*inputs.find("k")->as_integer()),
                                     static_cast<std::uint64_t>(*inputs.find("n")->as_integer()), t);
    EXPECT_NEAR(found, std::max(expected, 0.0), 1e-8 * std::max(1.0, expected));
    ++compared;
  }
  EXPECT_GT(compared, 0);
}

// P(ever passing within `horizon` rows | theta = t), by dynamic programming over the number of good rows, a look at
// each row.
TEST(Anytime, AThresholdExactlyMetIsRarelyEverPassed) {
  const Rational t = exact("0.9"), alpha = exact("0.05");
  constexpr int kHorizon = 300;
  std::vector<double> alive{1.0};
  double passed = 0;
  for (int n = 1; n <= kHorizon; ++n) {
    std::vector<double> next(static_cast<std::size_t>(n) + 1, 0.0);
    for (std::size_t k = 0; k < alive.size(); ++k) {
      next[k] += alive[k] * 0.1;
      next[k + 1] += alive[k] * 0.9;
    }
    for (std::size_t k = 0; k < next.size(); ++k) {
      if (next[k] == 0) continue;
      const auto decision = decide_anytime({k, 0, static_cast<std::uint64_t>(n)}, {true, t}, alpha);
      if (decision.outcome != statistics::Outcome::pass) continue;
      passed += next[k];
      next[k] = 0;
    }
    alive = std::move(next);
  }
  EXPECT_GT(passed, 0.001);
  EXPECT_LE(passed, 0.05);
}

TEST(Anytime, BoundsRejectJustWhatTheTestRejects) {
  for (const auto& [good, n] :
       {std::pair<std::uint64_t, std::uint64_t>{5, 9}, {0, 100}, {100, 100}, {999'123, 1'000'000}}) {
    const AnytimeBounds bounds = anytime_bounds({good, 0, n}, exact("0.05"));
    EXPECT_LT(bounds.lower, bounds.upper);
    const Rational step = exact("1e-10");
    if (!bounds.lower.is_zero()) {
      EXPECT_EQ(decide_anytime({good, 0, n}, {true, bounds.lower}, exact("0.05")).outcome, statistics::Outcome::pass);
    }
    EXPECT_NE(decide_anytime({good, 0, n}, {true, *add(bounds.lower, step)}, exact("0.05")).outcome,
              statistics::Outcome::pass);
    if (bounds.upper < Rational(1)) {
      EXPECT_EQ(decide_anytime({good, 0, n}, {false, bounds.upper}, exact("0.05")).outcome, statistics::Outcome::pass);
    }
  }
}

TEST(Anytime, AnObjectiveWithUnlimitedLooksPaysInRowsAndStatesNoBound) {
  CaseBuilder once = one_proportion(3'000, 0, 3'000, Comparison::at_least, "0.999");
  EXPECT_EQ(once.judged_first().verdict, Verdict::pass);
  once.plan.objectives[0].looks.kind = plan::LooksKind::unlimited;
  once.facts.history.reset();
  const Verdicts verdicts = once.judged();
  const Judged& held = headline(verdicts.objectives[0]);
  EXPECT_EQ(held.verdict, Verdict::inconclusive);
  EXPECT_EQ(held.reason, Reason::too_few);
  EXPECT_EQ(held.method, "beta_mixture_e_value");
  ASSERT_TRUE(held.samples_needed.has_value());
  EXPECT_FALSE(verdicts.decision.bound.stated);
  const std::uint64_t enough = 3'000 + *held.samples_needed;
  CaseBuilder later = one_proportion(enough, 0, enough, Comparison::at_least, "0.999");
  later.plan.objectives[0].looks.kind = plan::LooksKind::unlimited;
  EXPECT_EQ(later.judged_first().verdict, Verdict::pass);
  EXPECT_GE(exact(headline(later.judged_first()).lower), exact("0.999"));
  CaseBuilder earlier = one_proportion(enough - 1, 0, enough - 1, Comparison::at_least, "0.999");
  earlier.plan.objectives[0].looks.kind = plan::LooksKind::unlimited;
  EXPECT_EQ(earlier.judged_first().verdict, Verdict::inconclusive);
  EXPECT_LT(exact(headline(earlier.judged_first()).lower), exact("0.999"));
}

TEST(Anytime, QuantilesPrintOnlyWhatWasProven) {
  CaseBuilder one;
  std::vector<std::int64_t> values;
  for (std::int64_t i = 1; i <= 2'000; ++i) values.push_back(i * 1'000);
  one.objective("fast",
                {one.direct(one.quantile({values}, {2'000}, "0.9", Comparison::at_most, 1'900'000, exact("0.05")),
                            Comparison::at_most, "1900000")});
  one.plan.objectives[0].looks.kind = plan::LooksKind::unlimited;
  const Judged pass = headline(one.judged_first());
  EXPECT_EQ(pass.verdict, Verdict::pass);
  EXPECT_EQ(pass.upper, "1900000");
  EXPECT_EQ(pass.lower, "");
}

}  // namespace
}  // namespace proofmark::judgement
