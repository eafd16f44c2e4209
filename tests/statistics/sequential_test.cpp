// Looks on a schedule. The figures of peeking were computed elsewhere by exact dynamic programming in R (threshold
// 99.9 %, 95 %, horizon 100,000 rows) and are matched here to 1e-9.
#include "runtime/statistics/sequential.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <cmath>

#include "runtime/statistics/beta_mixture.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/group_sequential.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/sprt.h"

namespace proofmark::statistics {
namespace {

Rational number(const char* text) {
  return *Rational::parse(text);
}

const Rational kEdge = number("0.001"), kAlpha = number("0.05");

std::vector<std::uint64_t> even_looks(std::uint64_t count, std::uint64_t horizon = 100'000) {
  std::vector<std::uint64_t> looks;
  for (std::uint64_t i = 1; i <= count; ++i) looks.push_back(horizon / count * i);
  return looks;
}

std::vector<std::int64_t> peeking(const std::vector<std::uint64_t>& looks, const Rational& alpha) {
  std::vector<std::int64_t> result;
  for (const std::uint64_t rows : looks) result.push_back(single_look_boundary(rows, kEdge, alpha));
  return result;
}

// The largest number of bad rows at which the e-value against "at most 99.9 % are good" reaches 1/alpha.
std::vector<std::int64_t> by_e_value(const std::vector<std::uint64_t>& looks) {
  std::vector<std::int64_t> result;
  for (const std::uint64_t rows : looks)
    result.push_back(first_where<std::int64_t>(0, static_cast<std::int64_t>(rows), 0,
                                               [&](std::int64_t bad) {
                                                 const std::uint64_t good = rows - static_cast<std::uint64_t>(bad);
                                                 return !(log_e_value_above(good, rows, number("0.999")) >=
                                                          std::log(20.0));
                                               }) -
                     1);
  return result;
}

struct Figures {
  std::uint64_t looks;
  double naive, e_value, spending;  // 0: not computed
};

TEST(Peeking, PassesAPopulationAtTheEdgeAsOftenAsExactProgrammingSays) {
  for (const Figures& figures : {Figures{1, 0.046240471520892265, 0.0014025200588443508, 0},
                                 Figures{2, 0.07553403550767036, 0.002740128796199304, 0},
                                 Figures{5, 0.1190481772037681, 0.006535483265744885, 0.045238736039403066},
                                 Figures{10, 0.14981328457701695, 0.010418970865355854, 0.04892459604113662},
                                 Figures{20, 0.18874126254482185, 0.019114344849854463, 0.045840330091152404},
                                 Figures{50, 0.21216262928760343, 0.020327199990535266, 0},
                                 Figures{100, 0.24739678438954849, 0.03011974392063511, 0.049812238630028496},
                                 Figures{1000, 0.2729651584181703, 0.036920935966148906, 0}}) {
    const auto looks = even_looks(figures.looks);
    EXPECT_NEAR(crossing(looks, peeking(looks, kAlpha), kEdge)->probability, figures.naive, 1e-9) << figures.looks;
    EXPECT_NEAR(crossing(looks, by_e_value(looks), kEdge)->probability, figures.e_value, 1e-9) << figures.looks;
    if (figures.spending == 0) continue;
    const auto plan = look_boundaries(looks, kEdge, kAlpha, Spending::obrien_fleming);
    EXPECT_TRUE(plan.lattice);
    EXPECT_NEAR(plan.spent.back(), figures.spending, 1e-9) << figures.looks;
    EXPECT_NEAR(crossing(looks, plan.max_bad, kEdge)->probability, figures.spending, 1e-9) << figures.looks;
  }
}

TEST(Peeking, PowerAndDelayAreThoseOfExactProgramming) {
  const auto looks = even_looks(100);
  const auto spending = look_boundaries(looks, kEdge, kAlpha, Spending::obrien_fleming).max_bad;
  EXPECT_NEAR(crossing(looks, spending, number("0.0007"))->probability, 0.9341379387400254, 1e-9);
  EXPECT_NEAR(crossing(looks, spending, number("0.0005"))->mean_rows, 36362.103666763054, 1e-5);
  EXPECT_NEAR(crossing(looks, by_e_value(looks), number("0.0007"))->probability, 0.7099318460778774, 1e-9);
  EXPECT_NEAR(crossing(looks, peeking(looks, number("0.0005")), kEdge)->probability, 0.004306378483607525, 1e-9);
}

TEST(Boundaries, AreThoseOfExactProgramming) {
  EXPECT_EQ(look_boundaries(even_looks(5), kEdge, kAlpha, Spending::obrien_fleming).max_bad,
            (std::vector<std::int64_t>{3, 22, 42, 62, 82}));
  EXPECT_EQ(look_boundaries(even_looks(10), kEdge, kAlpha, Spending::obrien_fleming).max_bad,
            (std::vector<std::int64_t>{-1, 3, 12, 22, 32, 42, 52, 62, 71, 82}));
}

TEST(Boundaries, OfOneLookDecideAsTheFixedTest) {
  for (const std::uint64_t rows : {1u, 59u, 2994u, 2995u, 10'000u, 1'000'000u}) {
    const std::uint64_t looks[] = {rows};
    const auto plan = look_boundaries(looks, kEdge, kAlpha, Spending::pocock);
    EXPECT_EQ(plan.max_bad.front(), single_look_boundary(rows, kEdge, kAlpha)) << rows;
  }
  EXPECT_EQ(single_look_boundary(2994, kEdge, kAlpha), kNeverPasses);
  EXPECT_EQ(single_look_boundary(2995, kEdge, kAlpha), 0);
  EXPECT_EQ(single_look_boundary(1'000'000, kEdge, kAlpha), 947);
  EXPECT_EQ(single_look_boundary(5, number("0.5"), number("1/32")), 0);  // a tie passes
}

TEST(Boundaries, AtTheEndsOfTheRange) {
  const std::uint64_t looks[] = {10, 20};
  const auto perfect = look_boundaries(looks, Rational(0), kAlpha, Spending::pocock);
  EXPECT_EQ(perfect.max_bad, (std::vector<std::int64_t>{-1, -1}));
  EXPECT_EQ(perfect.spent.back(), 0);
  const auto anything = look_boundaries(looks, Rational(1), kAlpha, Spending::pocock);
  EXPECT_EQ(anything.max_bad, (std::vector<std::int64_t>{9, 19}));
}

TEST(Boundaries, SpendWhatIsLeftWhenLooksOverrun) {
  const std::uint64_t planned[] = {50'000, 100'000}, overrun[] = {50'000, 130'000, 150'000};
  const auto plan = look_boundaries(planned, kEdge, kAlpha, Spending::obrien_fleming);
  const auto late = look_boundaries(overrun, kEdge, kAlpha, Spending::obrien_fleming, 100'000);
  EXPECT_EQ(plan.max_bad.front(), late.max_bad.front());
  EXPECT_EQ(late.allowed[1], late.allowed[2]);
  EXPECT_LE(late.spent.back(), 0.05);
}

TEST(Boundaries, OfVeryLargeCountsFallBackToTheUnionBoundAndStayWithinAlpha) {
  const auto started = std::chrono::steady_clock::now();
  const std::uint64_t looks[] = {20'000'000'000, 50'000'000'000, 100'000'000'000};
  const auto plan = look_boundaries(looks, kEdge, kAlpha, Spending::obrien_fleming);
  EXPECT_FALSE(plan.lattice);
  EXPECT_LE(plan.spent.back(), 0.05);
  EXPECT_GT(plan.spent.back(), 0.0499);
  EXPECT_LE(plan.max_bad.back(), single_look_boundary(looks[2], kEdge, kAlpha));
  EXPECT_FALSE(crossing(looks, plan.max_bad, kEdge).has_value());
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

RC_GTEST_PROP(Boundaries, NeverSpendMoreThanAllowedAndGrow, ()) {
  const auto count = *rc::gen::inRange<std::uint64_t>(1, 12), step = *rc::gen::inRange<std::uint64_t>(1, 3000);
  const Rational edge = *Rational::make(*rc::gen::inRange(1, 500), 1000);
  const auto spending = *rc::gen::element(Spending::obrien_fleming, Spending::pocock);
  const auto looks = even_looks(count, count * step);
  const auto plan = look_boundaries(looks, edge, kAlpha, spending);
  for (std::size_t i = 0; i < looks.size(); ++i) {
    RC_ASSERT(plan.spent[i] <= plan.allowed[i] * (1 + 1e-12));
    RC_ASSERT(plan.max_bad[i] <= single_look_boundary(looks[i], edge, kAlpha));
    if (i > 0) RC_ASSERT(plan.max_bad[i] >= plan.max_bad[i - 1]);
  }
  const double at_edge = crossing(looks, plan.max_bad, edge)->probability;
  RC_ASSERT(std::fabs(at_edge - plan.spent.back()) < 1e-12);
  const Rational better = *plan::divide(edge, Rational(2));
  RC_ASSERT(crossing(looks, plan.max_bad, better)->probability >= at_edge);
}

// O'Brien & Fleming (1979), Pocock (1977): constants of Jennison & Turnbull (2000), tables 2.1 and 2.3, two-sided 5 %.
TEST(GroupDesign, PublishedConstants) {
  const std::vector<double> five = {0.2, 0.4, 0.6, 0.8, 1};
  EXPECT_NEAR(group_design(five, 0.05, 2, BoundaryShape{0})->critical_z.back(), 2.040, 5e-4);
  EXPECT_NEAR(group_design(five, 0.05, 2, BoundaryShape{0.5})->critical_z.front(), 2.413, 5e-4);
  const std::vector<double> two = {0.5, 1};
  EXPECT_NEAR(group_design(two, 0.05, 2, BoundaryShape{0.5})->critical_z.back(), 2.178, 5e-4);
  EXPECT_NEAR(group_design(two, 0.01, 2, BoundaryShape{0})->critical_z.back(), 2.580, 5e-4);
}

TEST(GroupDesign, OneLookIsTheNormalQuantile) {
  const std::vector<double> one = {1};
  EXPECT_NEAR(group_design(one, 0.025, 1, BoundaryShape{0.5})->critical_z.front(), 1.9599639845400545, 1e-10);
  EXPECT_NEAR(group_design(one, 0.05, 2, SpendingRule{})->critical_z.front(), 1.9599639845400545, 1e-10);
}

TEST(GroupDesign, SpendsAllOfAlphaAndStopsNowhereTooEarly) {
  std::vector<double> fractions;
  for (int i = 1; i <= 60; ++i) fractions.push_back(i / 60.0);
  const auto design = group_design(fractions, 0.01, 1, SpendingRule{Spending::obrien_fleming});
  EXPECT_EQ(design->critical_z.front(), HUGE_VAL);  // less than a double can tell from nothing
  EXPECT_NEAR(design->alpha_spent.back(), 0.01, 1e-10);
  EXPECT_FALSE(group_design(std::vector<double>{0.5, 0.5 + 1e-15, 1}, 0.01, 1, SpendingRule{}).has_value());
}

// R 4.2.2: 2 - 2 * pnorm(qnorm(1 - alpha / 2) / sqrt(t)), tail by lower.tail = FALSE; alpha * log(1 + (exp(1) - 1) *
// t).
TEST(Spending, Values) {
  EXPECT_NEAR(alpha_spent(Spending::obrien_fleming, 0.5, 0.025), 0.0015253227579889016, 1e-15);
  EXPECT_NEAR(alpha_spent(Spending::obrien_fleming, 0.01, 0.05) / 1.557221083955621e-85, 1, 1e-11);
  EXPECT_NEAR(alpha_spent(Spending::pocock, 0.1, 0.05), 0.007928253937021455, 1e-16);
  EXPECT_EQ(alpha_spent(Spending::power, 0, 0.05, 2), 0);
  EXPECT_EQ(alpha_spent(Spending::hwang_shih_decani, 1.5, 0.05, -4), 0.05);
  EXPECT_NEAR(alpha_spent(Spending::hwang_shih_decani, 0.5, 0.05, 0), 0.025, 1e-16);
}

TEST(Sprt, TruncatedCharacteristicAddsUpAndMatchesExactProgramming) {
  const auto bounds = sprt_bounds(number("0.1"), number("0.3"), number("0.02"), number("0.03"));
  const auto result = sprt_characteristic(bounds, number("0.2"), 400);  // R 4.2.2, dynamic programming over (n, k)
  EXPECT_NEAR(result->reject, 0.5851754038501532, 1e-12);
  EXPECT_NEAR(result->expected_rows, 54.42745136266844, 1e-9);
  EXPECT_NEAR(result->reject + result->accept + result->undecided, 1, 1e-12);
  EXPECT_LE(sprt_characteristic(bounds, number("0.1"), 4000)->reject, 0.02 / 0.97);  // Wald's bound
  EXPECT_LE(sprt_characteristic(bounds, number("0.3"), 4000)->accept, 0.03 / 0.98);
  EXPECT_EQ(sprt_characteristic(bounds, Rational(1), 400)->accept, 0);
}

TEST(Sprt, StopsAtTheFirstCrossing) {
  const auto bounds = sprt_bounds(number("0.999"), number("0.995"), number("0.05"), number("0.1"));
  const auto clean = sprt_run(bounds, 1000, {}, true);
  EXPECT_EQ(clean.rows, 562u);
  EXPECT_EQ(clean.decision, SprtDecision::accept_h0);
  EXPECT_EQ(sprt_run(bounds, 561, {}, true).decision, SprtDecision::undecided);
  const std::uint64_t failures[] = {1, 2};
  EXPECT_EQ(sprt_run(bounds, 5, failures, true).decision, SprtDecision::reject_h0);
  EXPECT_EQ(sprt_run(bounds, 5, failures, true).rows, 2u);
}

}  // namespace
}  // namespace proofmark::statistics
