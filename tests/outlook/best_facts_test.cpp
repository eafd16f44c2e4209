// What is said to be the fewest rows agrees with the judge: with so many the best facts pass, through all that a
// verdict goes through, and with one row fewer neither these nor any others do.
#include "runtime/outlook/best_facts.h"

#include <gtest/gtest.h>

#include <random>

#include "runtime/builtins/reach.h"
#include "runtime/judgement/family.h"
#include "runtime/outlook/binomial_test.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::outlook {
namespace {

using judgement::CaseBuilder;
using judgement::exact;
using judgement::Verdict;
using plan::Calculation;
using plan::Comparison;

struct Calculated {
  std::vector<plan::Leaf> leaves;  // two
  Calculation operation = Calculation::subtract;
  Comparison op = Comparison::at_most;
  std::string threshold;
  std::uint32_t splits = 2;
};

plan::Requirement requirement_of(const Calculated& calculated) {
  plan::Requirement requirement;
  requirement.leaves = calculated.leaves;
  requirement.terms = {plan::LeafTerm{0}, plan::LeafTerm{1}, plan::CalculatedTerm{calculated.operation, {0, 1}}};
  requirement.op = calculated.op;
  requirement.threshold = exact(calculated.threshold);
  requirement.splits = calculated.splits;
  requirement.origin = {"checkout.pmk", 7, 5};
  requirement.text = "calculated";
  return requirement;
}

Claim claim_of(plan::Requirement requirement, const std::string& confidence) {
  Claim claim;
  claim.objective.name = "claim";
  claim.objective.confidence = exact(confidence);
  claim.objective.requirements = {std::move(requirement)};
  return claim;
}

plan::Leaf quantile_leaf(const std::string& p) {
  plan::Quantile quantile;
  quantile.p = exact(p);
  quantile.unit = plan::Unit::duration;
  plan::Leaf leaf;
  leaf.what = quantile;
  return leaf;
}

plan::Leaf share_leaf() {
  plan::Leaf leaf;
  leaf.what = plan::Proportion{};
  return leaf;
}

plan::Requirement direct(plan::Leaf leaf, Comparison op, const std::string& threshold) {
  return CaseBuilder::direct(std::move(leaf), op, threshold);
}

const Supply kAny{{1}, {}, 0};

Verdict judged(CaseBuilder& made, plan::Requirement requirement, const std::string& confidence,
               const plan::Looks& looks = {}) {
  plan::Objective& objective = made.objective("claim", {std::move(requirement)}, confidence);
  objective.looks = looks;
  return made.judged_first().verdict;
}

// Two quantiles, of so many values each.
struct Values {
  std::vector<std::int64_t> first, second;
};
Verdict judge_quantiles(const Calculated& calculated, const std::string& confidence, const Values& values,
                        const std::vector<std::string>& p) {
  CaseBuilder made;
  const Claim claim = claim_of(requirement_of(calculated), confidence);
  const auto leaf = [&](const std::vector<std::int64_t>& list, const std::string& share) {
    plan::Leaf one = made.quantile({list}, {list.size()}, share, Comparison::at_most, 0, bound_alpha(claim));
    std::get<plan::Quantile>(one.what).below.reset();
    return one;
  };
  plan::Requirement requirement = requirement_of(calculated);
  requirement.unit = calculated.operation == Calculation::divide ? plan::Unit::number : plan::Unit::duration;
  requirement.leaves = {leaf(values.first, p[0]), leaf(values.second, p[1])};
  return judged(made, std::move(requirement), confidence);
}

std::vector<std::int64_t> random_values(std::mt19937_64& random, std::uint64_t rows) {
  std::vector<std::int64_t> values(rows);
  for (std::int64_t& value : values) value = static_cast<std::int64_t>(random() % 1'000'000);
  return values;
}

void expect_agreement(const Calculated& calculated, const std::string& confidence, const std::vector<std::string>& p) {
  const Claim claim = claim_of(requirement_of(calculated), confidence);
  const auto rows = fewest_rows_to_pass(claim, kAny);
  ASSERT_TRUE(rows);
  const auto best = [&](std::uint64_t n) {
    return Values{std::vector<std::int64_t>(n, 1), std::vector<std::int64_t>(n, 1)};
  };
  EXPECT_EQ(judge_quantiles(calculated, confidence, best(*rows), p), Verdict::pass) << *rows;
  if (*rows == 1) return;
  EXPECT_NE(judge_quantiles(calculated, confidence, best(*rows - 1), p), Verdict::pass) << *rows;
  std::mt19937_64 random(*rows);
  for (int i = 0; i < 3; ++i) {
    const Values values{random_values(random, *rows - 1), random_values(random, *rows - 1)};
    EXPECT_NE(judge_quantiles(calculated, confidence, values, p), Verdict::pass) << *rows;
  }
}

TEST(BestFacts, ShiftsOfQuantilesPassFromTheRowsThatAreSaid) {
  for (const std::string confidence : {"0.9", "0.95", "0.99", "0.999"})
    for (const std::string p : {"0.5", "0.9", "0.99", "0.995"})
      expect_agreement({{quantile_leaf(p), quantile_leaf(p)}, Calculation::subtract, Comparison::at_most, "5"},
                       confidence, {p, p});
  const Claim claim = claim_of(
      requirement_of({{quantile_leaf("0.99"), quantile_leaf("0.99")}, Calculation::subtract, Comparison::at_most, "5"}),
      "0.95");
  EXPECT_EQ(fewest_rows_to_pass(claim, kAny), 368);  // .99^368 < .025 < .99^367
}

TEST(BestFacts, RatiosOfQuantilesPassFromTheRowsThatAreSaid) {
  for (const std::string confidence : {"0.9", "0.95", "0.99"})
    for (const auto& [first, second] : {std::pair("0.99", "0.5"), {"0.9", "0.1"}, {"0.5", "0.99"}})
      for (const Comparison op : {Comparison::at_most, Comparison::at_least})
        expect_agreement({{quantile_leaf(first), quantile_leaf(second)},
                          Calculation::divide,
                          op,
                          op == Comparison::at_most ? "2" : "0.5",
                          4},
                         confidence, {first, second});
  const Claim claim =
      claim_of(requirement_of(
                   {{quantile_leaf("0.99"), quantile_leaf("0.5")}, Calculation::divide, Comparison::at_most, "10", 4}),
               "0.95");
  EXPECT_EQ(fewest_rows_to_pass(claim, kAny), 437);  // .99^437 < .0125 < .99^436
}

// What `plan` says of quantiles in a calculation among several comparisons.
TEST(BestFacts, QuantilesOfACalculationNeverFailAmongSeveralComparisons) {
  const Calculated calculated{{}, Calculation::subtract, Comparison::at_most, "5"};
  for (const bool alone : {true, false}) {
    CaseBuilder made;
    const auto leaf = [&](std::int64_t value) {
      plan::Leaf one = made.quantile({std::vector<std::int64_t>(10'000, value)}, {10'000}, "0.5", Comparison::at_most,
                                     0, exact("0.025"));
      std::get<plan::Quantile>(one.what).below.reset();
      return one;
    };
    plan::Requirement requirement = requirement_of(calculated);
    requirement.unit = plan::Unit::duration;
    requirement.leaves = {leaf(100), leaf(1)};
    std::vector<plan::Requirement> requirements{requirement};
    if (!alone) requirements.push_back(direct(made.proportion({10'000}, {0}, {10'000}), Comparison::at_least, "0.9"));
    made.objective("claim", std::move(requirements));
    EXPECT_EQ(made.judged_first().verdict, alone ? Verdict::fail : Verdict::inconclusive);
  }
}

TEST(BestFacts, QuantilesOfACalculationAreNeverDecidedByLooksWithoutLimit) {
  Claim claim =
      claim_of(requirement_of(
                   {{quantile_leaf("0.99"), quantile_leaf("0.5")}, Calculation::divide, Comparison::at_most, "10", 4}),
               "0.95");
  EXPECT_FALSE(is_never_decided(claim));
  claim.objective.looks.kind = plan::LooksKind::unlimited;
  EXPECT_TRUE(is_never_decided(claim));
  EXPECT_FALSE(fewest_rows_to_pass(claim, kAny));
  // The smaller of one that has no bounds and one that is known has an upper bound.
  plan::Requirement smaller =
      requirement_of({{quantile_leaf("0.99"), quantile_leaf("0.5")}, Calculation::minimum, Comparison::at_most, "10"});
  smaller.terms[1] = plan::ConstantTerm{exact("5")};
  claim.objective.requirements = {smaller};
  EXPECT_FALSE(is_never_decided(claim));
}

Verdict judge_shares(const Calculated& calculated, const std::string& confidence, std::uint64_t rows,
                     std::uint64_t first, std::uint64_t second, const plan::Looks& looks = {}) {
  CaseBuilder made;
  plan::Requirement requirement = requirement_of(calculated);
  requirement.leaves = {made.proportion({first}, {0}, {rows}), made.proportion({second}, {0}, {rows})};
  return judged(made, std::move(requirement), confidence, looks);
}

TEST(BestFacts, WithOneRowFewerNoCountsOfTwoSharesPass) {
  for (const std::string confidence : {"0.8", "0.95", "0.999"})
    for (const auto& [operation, op, threshold] : {std::tuple(Calculation::subtract, Comparison::at_most, "0.001"),
                                                   {Calculation::subtract, Comparison::at_least, "-0.01"},
                                                   {Calculation::subtract, Comparison::at_most, "-0.5"},
                                                   {Calculation::divide, Comparison::at_most, "1.1"},
                                                   {Calculation::divide, Comparison::at_least, "2"},
                                                   {Calculation::multiply, Comparison::at_least, "0.6"},
                                                   {Calculation::add, Comparison::at_most, "0.4"}}) {
      const Calculated calculated{{share_leaf(), share_leaf()}, operation, op, threshold};
      const auto rows = fewest_rows_to_pass(claim_of(requirement_of(calculated), confidence), kAny);
      ASSERT_TRUE(rows) << threshold;
      const auto some = [&](std::uint64_t n, Verdict wanted) {
        for (std::uint64_t first = 0; first <= n; ++first)
          for (std::uint64_t second = 0; second <= n; ++second)
            if (judge_shares(calculated, confidence, n, first, second) == wanted) return true;
        return false;
      };
      const auto some_pass = [&](std::uint64_t n) { return some(n, Verdict::pass); };
      EXPECT_TRUE(some_pass(*rows)) << threshold;
      const auto to_fail = fewest_rows_to_fail(claim_of(requirement_of(calculated), confidence), kAny);
      ASSERT_TRUE(to_fail) << threshold;
      EXPECT_TRUE(some(*to_fail, Verdict::fail)) << threshold;
      EXPECT_FALSE(*to_fail > 1 && some(*to_fail - 1, Verdict::fail)) << threshold << " " << *to_fail;
      EXPECT_FALSE(*rows > 1 && some_pass(*rows - 1)) << threshold << " " << *rows;
    }
}

TEST(BestFacts, PopulationsThatAreAlikePassFromTheRowsThatAreSaid) {
  for (const std::string confidence : {"0.9", "0.95", "0.99"}) {
    const Calculated calculated{{share_leaf(), share_leaf()}, Calculation::subtract, Comparison::at_most, "0.01"};
    const Claim claim = claim_of(requirement_of(calculated), confidence);
    const auto rows = fewest_rows_to_pass(claim, kAny, Best::of_alike);
    ASSERT_TRUE(rows);
    EXPECT_EQ(judge_shares(calculated, confidence, *rows, 0, 0), Verdict::pass);
    std::mt19937_64 random(1);
    for (const std::uint64_t share : {std::uint64_t{0}, *rows - 1, *rows / 2, random() % *rows})
      EXPECT_NE(judge_shares(calculated, confidence, *rows - 1, share, share), Verdict::pass);
    EXPECT_GT(*rows, *fewest_rows_to_pass(claim, kAny));
  }
  const Claim claim = claim_of(
      requirement_of({{share_leaf(), share_leaf()}, Calculation::subtract, Comparison::at_most, "0.001"}), "0.95");
  EXPECT_EQ(fewest_rows_to_pass(claim, kAny, Best::of_alike), 3'688);  // .999^3688 < .025 < .999^3687
}

// Both sides of a margin at once are met by nothing that populations which are alike do not meet.
TEST(BestFacts, NoCountsMeetBothSidesOfAMarginBeforeThoseThatAreAlike) {
  for (const std::string confidence : {"0.9", "0.95", "0.99"}) {
    const Calculated above{{share_leaf(), share_leaf()}, Calculation::subtract, Comparison::at_most, "0.3"};
    const Calculated below{{share_leaf(), share_leaf()}, Calculation::subtract, Comparison::at_least, "-0.3"};
    const auto rows = fewest_rows_to_pass(claim_of(requirement_of(above), confidence), kAny, Best::of_alike);
    ASSERT_TRUE(rows);
    const auto both_pass = [&](std::uint64_t n, std::uint64_t first, std::uint64_t second) {
      return judge_shares(above, confidence, n, first, second) == Verdict::pass &&
             judge_shares(below, confidence, n, first, second) == Verdict::pass;
    };
    EXPECT_TRUE(both_pass(*rows, 0, 0));
    for (std::uint64_t first = 0; first < *rows; ++first)
      for (std::uint64_t second = 0; second < *rows; ++second)
        EXPECT_FALSE(both_pass(*rows - 1, first, second)) << first << " " << second;
  }
}

TEST(BestFacts, LooksWithoutLimitTakeMoreRows) {
  const plan::Looks unlimited{plan::LooksKind::unlimited, 1, 0};
  for (const std::string threshold : {"0.9", "0.99", "0.999"}) {
    Claim claim = claim_of(direct(share_leaf(), Comparison::at_least, threshold), "0.95");
    const auto once = fewest_rows_to_pass(claim, kAny);
    claim.objective.looks = unlimited;
    const auto rows = fewest_rows_to_pass(claim, kAny);
    ASSERT_TRUE(once && rows);
    EXPECT_GT(*rows, *once);
    const auto clean = [&](std::uint64_t n) {
      CaseBuilder made;
      return judged(made, direct(made.proportion({n}, {0}, {n}), Comparison::at_least, threshold), "0.95", unlimited);
    };
    EXPECT_EQ(clean(*rows), Verdict::pass);
    EXPECT_NE(clean(*rows - 1), Verdict::pass);
  }
}

// Clean rows in clusters of one.
Verdict judge_clusters(std::uint64_t rows, const std::string& threshold, const std::string& confidence,
                       const plan::Clustering& clustering) {
  CaseBuilder made;
  plan::Leaf leaf = made.proportion({rows}, {0}, {rows});
  plan::ClusterSums sums;
  sums.clusters = sums.rows = sums.part = sums.with_part = rows;
  sums.largest = 1;
  sums.rows_rows = sums.rows_part = sums.part_part = rows;
  plan::Scan& scan = made.plan.scans[0];
  scan.fields.push_back({"session", "session", plan::FieldType::label});
  scan.accumulators.push_back({plan::SumClusters{0, 0, static_cast<plan::Id>(scan.fields.size() - 1), 0}, {}});
  made.stream().facts.emplace_back(plan::ClustersFact{{sums}});
  const plan::FactRef ref{0, static_cast<plan::Id>(scan.accumulators.size() - 1)};
  std::get<plan::Proportion>(leaf.what).clusters = plan::ClusterFacts{ref, ref};
  made.objective("claim", {direct(std::move(leaf), Comparison::at_least, threshold)}, confidence).clustering =
      clustering;
  return made.judged_first().verdict;
}

TEST(BestFacts, ADesignEffectTakesThatManyTimesTheRows) {
  for (const std::string effect : {"0", "1", "2.5", "10", "300"})
    for (const std::string threshold : {"0.5", "0.9", "0.99", "0.999"})
      for (const std::string confidence : {"0.9", "0.95", "0.999"}) {
        Claim claim = claim_of(direct(share_leaf(), Comparison::at_least, threshold), confidence);
        const auto independent = fewest_rows_to_pass(claim, kAny);
        claim.objective.clustering = plan::Clustering{"session", 0, exact(effect)};
        const auto rows = fewest_rows_to_pass(claim, kAny);
        ASSERT_TRUE(rows && independent);
        EXPECT_GE(*rows, *independent);
        EXPECT_EQ(judge_clusters(*rows, threshold, confidence, *claim.objective.clustering), Verdict::pass);
        EXPECT_NE(judge_clusters(*rows - 1, threshold, confidence, *claim.objective.clustering), Verdict::pass);
      }
  Claim claim = claim_of(direct(share_leaf(), Comparison::at_least, "0.99"), "0.95");
  claim.objective.clustering = plan::Clustering{"session", 0, exact("10")};
  EXPECT_FALSE(can_pass(claim, {{300}, {}, 0}));
  EXPECT_EQ(fewest_rows_to_pass(claim, kAny), 2'981);  // 10 ln(.05) / ln(.99) = 2,980.7
}

TEST(BestFacts, FewerThanTenBlocksDecideNothing) {
  Claim claim = claim_of(direct(share_leaf(), Comparison::at_least, "0.9"), "0.95");
  claim.objective.clustering = plan::Clustering{"", 600'000'000'000, exact("2")};
  EXPECT_FALSE(can_pass(claim, {{1'000'000}, 9, 0}));
  EXPECT_TRUE(can_pass(claim, {{1'000'000}, 10, 0}));
  EXPECT_EQ(fewest_clusters_to_pass(claim), 10);
  claim.objective.clustering->design_effect = Rational();
  EXPECT_EQ(fewest_clusters_to_pass(claim), 29);  // .9^29 < .05
}

plan::Leaf rate_leaf(std::int64_t per_ns, std::int64_t bucket_ns) {
  plan::Rate rate;
  rate.per_ns = per_ns;
  rate.bucket_ns = bucket_ns;
  plan::Leaf leaf;
  leaf.what = rate;
  return leaf;
}

constexpr std::int64_t kHour = 3'600'000'000'000;

TEST(BestFacts, ARateWithoutAnEventNeedsItsTime) {
  for (const std::string confidence : {"0.9", "0.95", "0.99"}) {
    const Claim claim = claim_of(direct(rate_leaf(kHour, 0), Comparison::at_most, "3"), confidence);
    const auto ns = shortest_time_to_pass(claim);
    ASSERT_TRUE(ns);
    const auto silent = [&](std::int64_t time) {
      CaseBuilder made;
      plan::Leaf leaf = made.rate({{}, kHour, 1}, "rate(errors, per: 1h)");
      made.stream().covers_from_ns = *made.facts.as_of_ns - time;
      plan::Objective& objective =
          made.objective("claim", {direct(std::move(leaf), Comparison::at_most, "3")}, confidence);
      objective.poisson_because = "they are";
      return made.judged_first().verdict;
    };
    EXPECT_EQ(silent(*ns), Verdict::pass);
    EXPECT_NE(silent(*ns - 1), Verdict::pass);
    EXPECT_NEAR(static_cast<double>(*ns) / kHour, confidence == "0.95" ? 0.99858 : static_cast<double>(*ns) / kHour,
                1e-5);  // -ln(.05) / 3
  }
}

TEST(BestFacts, ARateByBucketsNeedsTenThatHoldAnEvent) {
  const Claim fewest = claim_of(direct(rate_leaf(kHour, kHour), Comparison::at_least, "3"), "0.95");
  const auto nine = shortest_time_to_pass(fewest);
  ASSERT_TRUE(nine);
  EXPECT_EQ(*nine, 9 * kHour + 1);  // a tenth bucket has begun
  const Claim claim = claim_of(direct(rate_leaf(kHour, kHour), Comparison::at_most, "1"), "0.95");
  const auto ns = shortest_time_to_pass(claim);
  ASSERT_TRUE(ns);
  const auto judged_over = [&](std::int64_t hours) {
    CaseBuilder made;
    std::vector<std::uint64_t> counts(static_cast<std::size_t>(hours), 0);
    std::fill_n(counts.begin(), 10, 1);
    plan::Leaf leaf = made.rate({counts, kHour, hours, false}, "rate(errors, per: 1h)");
    return judged(made, direct(std::move(leaf), Comparison::at_most, "1"), "0.95");
  };
  const std::int64_t hours = (*ns + kHour - 1) / kHour;
  EXPECT_EQ(judged_over(hours), Verdict::pass);
  EXPECT_NE(judged_over(hours - 1), Verdict::pass);
}

plan::Leaf two_shares_leaf(plan::TwoSharesKind kind) {
  plan::TwoShares shares;
  shares.kind = kind;
  plan::Leaf leaf;
  leaf.what = shares;
  return leaf;
}

TEST(BestFacts, SharesByTheScoreTestPassFromTheRowsThatAreSaid) {
  for (const auto& [kind, threshold] : {std::pair(plan::TwoSharesKind::difference, "0.01"),
                                        {plan::TwoSharesKind::difference, "0.1"},
                                        {plan::TwoSharesKind::odds_ratio, "1.5"}}) {
    Claim claim = claim_of(direct(two_shares_leaf(kind), Comparison::at_most, threshold), "0.95");
    claim.objective.method =
        kind == plan::TwoSharesKind::difference ? plan::Method::miettinen_nurminen : plan::Method::mantel_haenszel;
    const auto counted = [&](std::uint64_t rows, std::uint64_t good) {
      CaseBuilder made;
      plan::Leaf leaf = two_shares_leaf(kind);
      auto& shares = std::get<plan::TwoShares>(leaf.what);
      shares.first = std::get<plan::Proportion>(made.proportion({good}, {0}, {rows}).what);
      shares.second = std::get<plan::Proportion>(made.proportion({good}, {0}, {rows}).what);
      leaf.outside = made.count({0});
      leaf.text = "two shares";
      made.objective("claim", {direct(std::move(leaf), Comparison::at_most, threshold)}).method =
          claim.objective.method;
      return made.judged_first().verdict;
    };
    const auto alike = fewest_rows_to_pass(claim, kAny, Best::of_alike);
    ASSERT_TRUE(alike);
    EXPECT_TRUE(counted(*alike, 0) == Verdict::pass || counted(*alike, *alike / 2) == Verdict::pass ||
                counted(*alike, *alike) == Verdict::pass);
    for (std::uint64_t good = 0; good < *alike; ++good) EXPECT_NE(counted(*alike - 1, good), Verdict::pass) << *alike;
  }
}

// What reach.h says of distributions and means, against the judge.
Verdict judge_distributions(plan::ContrastKind kind, std::uint64_t rows, const std::string& margin,
                            const std::string& confidence) {
  CaseBuilder made;
  plan::ContrastSums alike;
  alike.first = alike.second = rows;
  plan::Contrast contrast;
  contrast.kind = kind;
  contrast.population = made.count({rows});
  contrast.other_population = made.count({rows});
  contrast.values = made.summarise(contrast.population, {{1}});
  contrast.other_values = made.summarise(contrast.other_population, {{1}});
  contrast.contrast = made.contrast(contrast.values, contrast.other_values, alike);
  plan::Leaf leaf;
  leaf.outside = made.count({0});
  leaf.what = contrast;
  leaf.text = "two distributions";
  made.objective("claim", {direct(std::move(leaf), Comparison::at_most, margin)}, confidence);
  const judgement::FactView view(made.plan, made.facts);
  return judgement::judge_objective(view, made.plan.objectives[0]).verdict;
}

TEST(BestFacts, DistributionsPassFromTheRowsThatAreSaid) {
  for (const auto& [kind, builtin] : {std::pair(plan::ContrastKind::drift, builtins::Kind::drift),
                                      {plan::ContrastKind::worse_by, builtins::Kind::worse_by},
                                      {plan::ContrastKind::probability_worse, builtins::Kind::probability_worse}})
    for (const std::string margin : {"0.01", "0.013", "0.05", "0.1", "0.3"})
      for (const std::string confidence : {"0.9", "0.95", "0.99", "0.999"}) {
        const Rational alpha = *subtract(Rational(1), exact(confidence));
        const auto rows = builtins::fewest_rows_to_compare(builtin, false, exact(margin), alpha);
        ASSERT_TRUE(rows);
        EXPECT_EQ(judge_distributions(kind, *rows, margin, confidence), Verdict::pass) << *rows;
        EXPECT_NE(judge_distributions(kind, *rows - 1, margin, confidence), Verdict::pass) << *rows;
      }
}

Verdict judge_mean(plan::Method method, std::uint64_t rows, const std::string& threshold,
                   const std::string& confidence) {
  CaseBuilder made;
  plan::MomentSums sums;
  sums.known = rows;
  sums.sum = plan::Int128(0);
  sums.squares = plan::Int128(0);
  plan::Mean mean;
  mean.high = 1'000'000'000;
  mean.population = made.count({rows});
  made.plan.scans[0].accumulators.push_back({plan::SumMoments{0, 0, mean.low, mean.high}, {}});
  made.stream().facts.emplace_back(plan::MomentsFact{{sums}});
  mean.moments = {0, static_cast<plan::Id>(made.stream().facts.size() - 1)};
  plan::Leaf leaf;
  leaf.outside = made.count({0});
  leaf.what = mean;
  leaf.text = "mean";
  made.objective("claim", {direct(std::move(leaf), Comparison::at_most, threshold)}, confidence).method = method;
  return made.judged_first().verdict;
}

TEST(BestFacts, MeansPassFromTheRowsThatAreSaid) {
  for (const plan::Method method : {plan::Method::standard, plan::Method::hoeffding})
    for (const std::string threshold : {"10000000", "33000000", "100000000", "500000000"})
      for (const std::string confidence : {"0.9", "0.95", "0.99", "0.999"}) {
        const Rational alpha = *subtract(Rational(1), exact(confidence));
        const auto rows =
            builtins::fewest_rows_for_mean(method, *divide(exact(threshold), Rational(1'000'000'000)), alpha);
        ASSERT_TRUE(rows);
        EXPECT_EQ(judge_mean(method, *rows, threshold, confidence), Verdict::pass) << *rows;
        EXPECT_NE(judge_mean(method, *rows - 1, threshold, confidence), Verdict::pass) << *rows;
      }
}

}  // namespace
}  // namespace proofmark::outlook
