// Cases that R, SciPy and others computed. They lie beside the project, not in it: without them these tests skip.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "runtime/statistics/binomial.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

using nlohmann::json;

const std::filesystem::path kOracles = std::filesystem::path(PROOFMARK_SOURCE_DIR) / "../shared/oracles";

Rational number(const json& value) {
  return *Rational::parse(value.dump());
}  // shortest text: the decimal that was meant
Rational one_minus(const Rational& x) {
  return *subtract(Rational(1), x);
}
std::uint64_t count(const json& value) {
  return value.get<std::uint64_t>();
}
double real(const json& value) {
  return value == "Infinity" ? INFINITY : value.get<double>();
}

Rational one_sided_alpha(const json& params) {
  return one_minus(number(params["confidence"]));
}
Rational alpha_of(const json& params) {
  const Rational alpha = one_sided_alpha(params);
  return params.value("side", "two-sided") == "two-sided" ? *divide(alpha, Rational(2)) : alpha;
}

void expect_near(const json& expected_case, const char* field, double got) {
  const auto& expected = expected_case["expected"];
  if (!expected.contains(field)) return;
  const double wanted = real(expected[field]), relative = expected_case["tol"]["rel"],
               absolute = expected_case["tol"]["abs"];
  if (std::isinf(wanted)) {
    EXPECT_EQ(got, wanted) << expected_case["id"] << " " << field;
    return;
  }
  EXPECT_LE(std::fabs(got - wanted), absolute + relative * std::fabs(wanted))
      << expected_case["id"] << " " << field << " " << got;
}

// A rank that does not exist is 0 or n+1 here, and 0 or Infinity there.
void expect_rank(const json& expected_case, const char* field, std::uint64_t rank, std::uint64_t n) {
  const auto& expected = expected_case["expected"];
  if (!expected.contains(field)) return;
  if (expected[field] == "Infinity")
    EXPECT_EQ(rank, n + 1) << expected_case["id"];
  else
    EXPECT_EQ(rank, count(expected[field])) << expected_case["id"] << " " << field;
}

class Oracles : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kOracles)) GTEST_SKIP() << "no oracles beside the project";
  }

  int each(const char* family, const char* method, const std::function<void(const json&)>& check) {
    std::ifstream file(kOracles / (std::string(family) + ".json"));
    const json pack = json::parse(file);
    int checked = 0;
    for (const json& expected_case : pack["cases"])
      if (expected_case["method"] == method) check(expected_case), ++checked;
    EXPECT_GT(checked, 0) << method;
    return checked;
  }

  static std::vector<double> sample(const json& name) {
    std::ifstream file(kOracles / "data" / name.get<std::string>());
    std::string line;
    std::getline(file, line);
    std::vector<double> values;
    while (std::getline(file, line)) values.push_back(std::stod(line));
    std::sort(values.begin(), values.end());
    return values;
  }
};

const char* word(Outcome outcome) {
  return outcome == Outcome::pass ? "pass" : outcome == Outcome::fail ? "fail" : "inconclusive";
}

void expect_decision(const json& c, const ProportionCounts& counts, const ProportionClaim& claim) {
  const Rational alpha = one_sided_alpha(c["params"]);
  const auto decision = decide_proportion(counts, claim, alpha);
  const Interval interval = clopper_pearson(counts.good, counts.unknown, counts.n, alpha);
  EXPECT_EQ(c["expected"]["verdict"], word(decision.outcome)) << c["id"];
  expect_near(c, "p_value_pass", decision.p_pass);
  expect_near(c, "p_value_fail", decision.p_fail);
  expect_near(c, "lower", interval.lower);
  expect_near(c, "upper", interval.upper);
  report_bounds(counts, claim, alpha, decision.outcome);  // checks its own agreement with the verdict
}

// The table printed in the Boost.Math manual solves I_L(k+1, n-k) = alpha for its lower column: that is the bound of
// k+1 successes, not of k (2 of 20 at 75 %: .06229, where P(X >= 2 | .06229) = .357 and not .125). Its upper column is
// right.
bool lower_column_is_off_by_one(const json& c) {
  return c.value("cite", "").starts_with("Boost.Math manual");
}

TEST_F(Oracles, ClopperPearson) {
  each("binomial_ci", "binomial_ci.clopper_pearson", [](const json& c) {
    const std::string side = c["params"]["side"];
    const std::uint64_t k = count(c["inputs"]["k"]), n = count(c["inputs"]["n"]);
    const Interval interval = clopper_pearson(k, 0, n, alpha_of(c["params"]));
    const double lower =
        lower_column_is_off_by_one(c) ? clopper_pearson(k + 1, 0, n, alpha_of(c["params"])).lower : interval.lower;
    expect_near(c, "lower", side == "upper" ? 0 : lower);
    expect_near(c, "upper", side == "lower" ? 1 : interval.upper);
  });
}

TEST_F(Oracles, ProportionVerdicts) {
  each("verdict", "verdict.proportion_ge", [](const json& c) {
    expect_decision(c, {count(c["inputs"]["k"]), 0, count(c["inputs"]["n"])}, {true, number(c["params"]["threshold"])});
  });
}

TEST_F(Oracles, QuantileVerdictsByCounting) {
  each("verdict", "verdict.quantile_le", [](const json& c) {
    const auto values = sample(c["inputs"]["sample"]);
    const auto within = std::upper_bound(values.begin(), values.end(), real(c["params"]["threshold"])) - values.begin();
    EXPECT_EQ(within, c["expected"]["count_le"].get<std::ptrdiff_t>());
    expect_decision(c, {static_cast<std::uint64_t>(within), 0, values.size()}, {true, number(c["params"]["p"])});
  });
}

TEST_F(Oracles, Ranks) {
  each("quantile_ci", "quantile_ci.ranks", [](const json& c) {
    const std::uint64_t n = count(c["inputs"]["n"]);
    const Rational p = number(c["params"]["p"]), whole = one_sided_alpha(c["params"]),
                   half = *divide(whole, Rational(2));
    const std::uint64_t lower = lower_rank(n, p, half, false), upper = upper_rank(n, p, half, false);
    expect_rank(c, "two_sided_lower_rank", lower, n);
    expect_rank(c, "two_sided_upper_rank", upper, n);
    expect_rank(c, "one_sided_lower_rank", lower_rank(n, p, whole, false), n);
    expect_rank(c, "one_sided_upper_rank", upper_rank(n, p, whole, false), n);
    const double below = lower == 0 ? 0 : lower_tail(lower - 1, n, p), above = upper > n ? 0 : upper_tail(upper, n, p);
    expect_near(c, "coverage", 1 - below - above);
  });
}

TEST_F(Oracles, OrderStatistics) {
  each("quantile_ci", "quantile_ci.order_statistic", [](const json& c) {
    const auto values = sample(c["inputs"]["sample"]);
    const std::uint64_t n = values.size();
    const Rational p = number(c["params"]["p"]), alpha = alpha_of(c["params"]);
    const std::uint64_t lower = lower_rank(n, p, alpha, false), upper = upper_rank(n, p, alpha, false);
    expect_rank(c, "rank_lower", lower, n);
    expect_rank(c, "rank_upper", upper, n);
    expect_near(c, "lower", lower == 0 ? -INFINITY : values[lower - 1]);
    expect_near(c, "upper", upper > n ? INFINITY : values[upper - 1]);
    expect_near(c, "type1", values[nearest_rank(n, p) - 1]);
  });
}

TEST_F(Oracles, SuccessRuns) {
  each("plan", "plan.success_run", [](const json& c) {
    const auto allowed = c["inputs"].value("failures_allowed", std::uint64_t{0});
    EXPECT_EQ(smallest_n_to_pass({true, number(c["inputs"]["reliability"])}, one_sided_alpha(c["params"]), allowed),
              count(c["expected"]["n"]))
        << c["id"];
  });
}

TEST_F(Oracles, SamplesThatBoundAQuantile) {
  each("plan", "plan.quantile_upper_bound_n", [](const json& c) {
    const Rational p = number(c["inputs"]["p"]), alpha = one_sided_alpha(c["params"]);
    const std::uint64_t n = count(c["expected"]["n"]);
    EXPECT_EQ(smallest_n_to_pass({true, p}, alpha), n) << c["id"];
    EXPECT_EQ(upper_rank(n, p, alpha, false), n) << c["id"];
    EXPECT_EQ(upper_rank(n - 1, p, alpha, false), n) << c["id"];
  });
}

TEST_F(Oracles, PassProbability) {
  each("plan", "plan.pass_probability", [](const json& c) {
    const std::uint64_t n = count(c["inputs"]["n"]);
    const std::uint64_t least = upper_rank(n, number(c["params"]["threshold"]), one_sided_alpha(c["params"]), false);
    EXPECT_EQ(least, count(c["expected"]["min_successes_to_pass"])) << c["id"];
    expect_near(c, "power", least > n ? 0 : upper_tail(least, n, number(c["inputs"]["true_p"])));
  });
}

TEST_F(Oracles, MonteCarloProbabilities) {
  each("monte_carlo", "monte_carlo.probability_lt", [](const json& c) {
    expect_decision(c, {count(c["inputs"]["breaches"]), 0, count(c["inputs"]["replications"])},
                    {false, number(c["params"]["threshold"])});
  });
  each("monte_carlo", "monte_carlo.seeded", [](const json& c) {  // the count is another room's; the interval is ours
    const Interval interval =
        clopper_pearson(count(c["expected"]["breaches"]), 0, count(c["inputs"]["replications"]), alpha_of(c["params"]));
    expect_near(c, "lower", interval.lower);
    expect_near(c, "upper", interval.upper);
  });
}

BetaPoint at(double a, double b, double x) {
  return x <= 0.5 ? point_from_left(a, b, x) : mirrored(point_from_left(b, a, 1 - x));
}

TEST_F(Oracles, Kernel) {
  each("kernel", "kernel.beta_cdf", [](const json& c) {
    const BetaPoint point = at(real(c["inputs"]["a"]), real(c["inputs"]["b"]), real(c["inputs"]["x"]));
    expect_near(c, "cdf", incomplete_beta(point));
    expect_near(c, "sf", incomplete_beta(mirrored(point)));
  });
  each("kernel", "kernel.beta_quantile", [](const json& c) {
    const Rational level = number(c["inputs"]["p"]);
    expect_near(c, "x",
                inverse_incomplete_beta(real(c["inputs"]["a"]), real(c["inputs"]["b"]), level.nearest_double(),
                                        one_minus(level).nearest_double())
                    .x);
  });
  each("kernel", "kernel.binomial_tail", [](const json& c) {
    const std::uint64_t k = count(c["inputs"]["k"]), n = count(c["inputs"]["n"]);
    expect_near(c, "cdf", lower_tail(k, n, number(c["inputs"]["p"])));
    expect_near(c, "sf_ge", upper_tail(k, n, number(c["inputs"]["p"])));
  });
}

}  // namespace
}  // namespace proofmark::statistics
