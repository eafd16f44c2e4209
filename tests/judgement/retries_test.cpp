// Looks without a limit on their number by tests that hold at one look: levels, how looks are counted, how often a
// release at the edge passes or fails however often it is asked about, and looks that contradict each other.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <random>

#include "runtime/judgement/earlier_looks.h"
#include "runtime/statistics/binomial.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Rational;
using Random = std::mt19937_64;

const std::string kDigest = "sha256:" + std::string(64, '0');
constexpr plan::Looks kUnlimited{plan::LooksKind::unlimited, 1, 0};

void set_count(CaseBuilder& one, const plan::FactRef& ref, std::uint64_t count) {
  one.facts.scans[0].facts[ref.accumulator] = plan::CountFact{{count}};
}

// A release that is asked about again: every look is handed on to the next.
class Asked {
 public:
  explicit Asked(CaseBuilder builder) : builder_(std::move(builder)) { builder_.facts.history.emplace(); }

  CaseBuilder& builder() { return builder_; }
  void begin_anew() { builder_.facts.history->clear(); }
  ObjectiveVerdict look() {
    const auto number = static_cast<std::int64_t>(builder_.facts.history->size() + 1);
    builder_.facts.as_of_ns = number * 1'000'000;
    const Verdicts verdicts = judge(builder_.plan, builder_.facts);
    builder_.facts.history->push_back(earlier_look(builder_.plan, builder_.facts, verdicts, kDigest));
    return verdicts.objectives.front();
  }

 private:
  CaseBuilder builder_;
};

// How often of `walks` a release passes, fails or drifts at any of `looks`; it is asked no more once it has passed or
// failed, but for that. `more` adds the rows of a look.
struct Ever {
  double passed = 0, failed = 0, drifted = 0;
};
Ever ever(Asked& asked, int walks, int looks, const std::function<void(Random&)>& begin,
          const std::function<void(Random&)>& more) {
  Random random(20'261'129);
  Ever found;
  for (int walk = 0; walk < walks; ++walk) {
    asked.begin_anew();
    begin(random);
    bool passed = false, failed = false, drifted = false;
    for (int look = 0; look < looks; ++look) {
      more(random);
      const ObjectiveVerdict verdict = asked.look();
      passed = passed || verdict.verdict == Verdict::pass;
      failed = failed || verdict.verdict == Verdict::fail;
      drifted = drifted || verdict.reason == Reason::drifted;
    }
    found.passed += passed;
    found.failed += failed;
    found.drifted += drifted;
  }
  found.passed /= walks;
  found.failed /= walks;
  found.drifted /= walks;
  return found;
}

constexpr int kLooks = 12;

// PROOFMARK_WALKS=2000 gives the figures of docs/decisions/0027; every test run has fewer.
const long kWalks =
    std::getenv("PROOFMARK_WALKS") != nullptr ? std::strtol(std::getenv("PROOFMARK_WALKS"), nullptr, 10) : 150;
const double kAtMost = 0.05 + 3 * std::sqrt(0.05 * 0.95 / kWalks);  // three standard errors

// 90 % are good, and 90 % are required.
struct Shares {
  Asked asked;
  std::uint64_t rows = 0, good = 0;

  explicit Shares(plan::Method method, plan::Looks looks = kUnlimited)
      : asked(one_proportion(90, 0, 100, Comparison::at_least, "0.9")) {
    plan::Objective& objective = asked.builder().plan.objectives[0];
    objective.method = method;
    objective.looks = looks;
  }
  Ever walked(bool history = true) {
    const auto& leaf = std::get<plan::Proportion>(asked.builder().plan.objectives[0].requirements[0].leaves[0].what);
    return ever(
        asked, kWalks, kLooks, [&](Random&) { rows = good = 0; },
        [&](Random& random) {
          if (!history) asked.begin_anew();
          rows += 60;
          good += std::binomial_distribution<std::uint64_t>(60, 0.9)(random);
          set_count(asked.builder(), leaf.population, rows);
          set_count(asked.builder(), leaf.good, good);
        });
  }
};

TEST(Retries, NeverPassNorFailAReleaseAtTheEdgeMoreOftenThanAlpha) {
  const Ever exactly = Shares(plan::Method::clopper_pearson).walked();
  EXPECT_LE(exactly.passed, kAtMost);
  EXPECT_LE(exactly.failed, kAtMost);
  EXPECT_LE(exactly.drifted, 0.1);
  const Ever mixed = Shares(plan::Method::standard).walked();  // by evidence that is valid at any time
  EXPECT_LE(mixed.passed, kAtMost);
  EXPECT_LE(mixed.failed, kAtMost);
  EXPECT_LE(mixed.drifted, 0.1);
  // Who asks at all of alpha every time, and tells nobody, is served in more than a tenth of all cases.
  const Ever peeking = Shares(plan::Method::clopper_pearson, {}).walked(false);
  EXPECT_GT(peeking.passed, 0.07);
  EXPECT_GT(peeking.failed, 0.07);
  RecordProperty("retries_passed", std::to_string(exactly.passed));
  RecordProperty("retries_failed", std::to_string(exactly.failed));
  RecordProperty("anytime_passed", std::to_string(mixed.passed));
  RecordProperty("peeking_passed", std::to_string(peeking.passed));
}

// Values uniform over [0, 1] s, and a mean of at most 0.5 s required.
struct Means {
  CaseBuilder builder;
  plan::FactRef rows, moments;
  plan::MomentSums sums;

  plan::Leaf leaf() {
    rows = builder.count({0});
    plan::Leaf leaf;
    leaf.outside = builder.count({0});
    builder.plan.scans[0].accumulators.push_back({plan::SumMoments{0, 0, Rational(0), Rational(1'000'000'000)}, {}});
    builder.stream().facts.push_back(plan::MomentsFact{{{}}});
    moments = {0, static_cast<plan::Id>(builder.stream().facts.size() - 1)};
    leaf.what = plan::Mean{Rational(0), Rational(1'000'000'000), rows, moments, plan::Unit::duration};
    leaf.text = "mean(requests.duration, low: 0s, high: 1s)";
    return leaf;
  }
  void clear() {
    sums = {};
    sums.sum = plan::Int128(0);
    sums.squares = plan::Int128(0);
  }
  void more(Random& random, CaseBuilder& into, int values) {
    std::uniform_int_distribution<std::int64_t> value(0, 1'000'000'000);
    for (int i = 0; i < values; ++i) {
      const plan::Int128 drawn = value(random);
      std::get<plan::Int128>(sums.sum) += drawn;
      std::get<plan::Int128>(*sums.squares) += drawn * drawn;
      ++sums.known;
    }
    set_count(into, rows, sums.known);
    into.facts.scans[0].facts[moments.accumulator] = plan::MomentsFact{{sums}};
  }
};

Ever walked_mean(plan::Method method) {
  Means means;
  means.clear();
  const plan::Leaf leaf = means.leaf();
  plan::Objective& objective =
      means.builder.objective("fast", {CaseBuilder::direct(leaf, Comparison::at_most, "500000000")});
  objective.looks = kUnlimited;
  objective.method = method;
  means.builder.usual_rules();
  Asked asked(means.builder);
  return ever(
      asked, kWalks, kLooks, [&](Random&) { means.clear(); },
      [&](Random& random) { means.more(random, asked.builder(), 60); });
}

TEST(Retries, OfMeansKeepTheirLevel) {
  const Ever student = walked_mean(plan::Method::student_t);
  EXPECT_LE(student.passed, kAtMost);
  EXPECT_LE(student.failed, kAtMost);
  EXPECT_LE(student.drifted, 0.1);
  const Ever bernstein = walked_mean(plan::Method::standard);
  EXPECT_LE(bernstein.passed, kAtMost);
  EXPECT_LE(bernstein.failed, kAtMost);
  RecordProperty("student_passed", std::to_string(student.passed));
  RecordProperty("bernstein_passed", std::to_string(bernstein.passed));
}

TEST(Retries, OfTwoSharesKeepTheirLevel) {
  CaseBuilder builder;
  const auto arm = [&] {
    plan::Proportion share;
    share.population = builder.count({100});
    share.good = builder.count({90});
    share.unknown = builder.count({0});
    return share;
  };
  plan::TwoShares shares{plan::TwoSharesKind::difference, arm(), arm(), {}};
  plan::Leaf leaf;
  leaf.outside = builder.count({0});
  leaf.what = shares;
  leaf.text = "a difference";
  plan::Objective& objective = builder.objective("o", {CaseBuilder::direct(leaf, Comparison::at_least, "-0.05")});
  objective.looks = kUnlimited;
  objective.method = plan::Method::miettinen_nurminen;
  builder.usual_rules();
  Asked asked(builder);
  std::uint64_t rows = 0, good[2] = {0, 0};
  const Ever found = ever(
      asked, kWalks, kLooks, [&](Random&) { rows = good[0] = good[1] = 0; },
      [&](Random& random) {
        rows += 100;
        good[0] += std::binomial_distribution<std::uint64_t>(100, 0.85)(random);
        good[1] += std::binomial_distribution<std::uint64_t>(100, 0.9)(random);
        const plan::Proportion* arms[2] = {&shares.first, &shares.second};
        for (int i = 0; i < 2; ++i) {
          set_count(asked.builder(), arms[i]->population, rows);
          set_count(asked.builder(), arms[i]->good, good[i]);
        }
      });
  EXPECT_LE(found.passed, kAtMost);
  EXPECT_LE(found.failed, kAtMost);
  RecordProperty("score_passed", std::to_string(found.passed));
}

// Any of a share and a mean, both at their edge: Holm's steps at every look.
TEST(Retries, OfAFamilyKeepItsLevel) {
  Means means;
  means.clear();
  plan::Leaf share = means.builder.proportion({90}, {0}, {100});
  const auto counts = std::get<plan::Proportion>(share.what);
  const plan::Leaf mean = means.leaf();
  plan::Objective& objective =
      means.builder.objective("either", {CaseBuilder::direct(share, Comparison::at_least, "0.9"),
                                         CaseBuilder::direct(mean, Comparison::at_most, "500000000")});
  objective.looks = kUnlimited;
  objective.family_least = 1;
  means.builder.usual_rules();
  Asked asked(means.builder);
  std::uint64_t rows = 0, good = 0;
  const Ever found = ever(
      asked, kWalks, kLooks,
      [&](Random&) {
        means.clear();
        rows = good = 0;
      },
      [&](Random& random) {
        means.more(random, asked.builder(), 80);
        rows += 80;
        good += std::binomial_distribution<std::uint64_t>(80, 0.9)(random);
        set_count(asked.builder(), counts.population, rows);
        set_count(asked.builder(), counts.good, good);
      });
  EXPECT_LE(found.passed, kAtMost);
  EXPECT_LE(found.failed, kAtMost);
  RecordProperty("family_passed", std::to_string(found.passed));
}

TEST(Retries, CountEveryLook) {
  CaseBuilder builder = one_proportion(90, 0, 100, Comparison::at_least, "0.9");
  plan::Objective& objective = builder.plan.objectives[0];
  objective.method = plan::Method::clopper_pearson;
  objective.looks = kUnlimited;
  const auto leaf = std::get<plan::Proportion>(objective.requirements[0].leaves[0].what);
  Asked asked(builder);
  const auto look_at = [&](std::uint64_t rows) {
    set_count(asked.builder(), leaf.population, rows);
    set_count(asked.builder(), leaf.good, rows * 9 / 10);
    return headline(asked.look());
  };
  for (const auto& [rows, number] : {std::pair<std::uint64_t, std::uint64_t>{100, 1}, {200, 2}, {200, 3}, {300, 4}}) {
    const Judged judged = look_at(rows);
    ASSERT_TRUE(judged.retry);
    EXPECT_EQ(judged.retry->number, number);
    EXPECT_EQ(judged.retry->alpha, *divide(exact("0.05"), Rational(std::int64_t{1} << number)));
    EXPECT_EQ(judged.method, "clopper_pearson");
  }
  // What a look asked otherwise is a look too, and nobody knows its rows.
  asked.builder().facts.history->back().objectives[0] = {"it was not asked", {}};
  EXPECT_EQ(look_at(300).retry->number, 5U);
  for (std::uint64_t rows = 400; asked.builder().facts.history->size() < 41; rows += 100) (void)look_at(rows);
  const Judged last = look_at(1'000'000'000);
  EXPECT_EQ(last.retry->number, 42U);
  EXPECT_EQ(last.verdict, Verdict::inconclusive);
  EXPECT_EQ(last.reason, Reason::spent);
}

// Regions that were looked at so often, and of 1,000 rows of each so many that are good, where 99 % are required.
ObjectiveVerdict looked_at(const std::vector<std::uint64_t>& numbers, const std::vector<std::uint64_t>& good) {
  CaseBuilder one;
  std::vector<plan::GroupKey> keys;
  for (std::size_t g = 0; g < good.size(); ++g) keys.emplace_back("r" + std::to_string(g));
  one.group_by("region", keys);
  const std::vector<std::uint64_t> none(good.size(), 0), rows(good.size(), 1'000);
  plan::Objective& objective =
      one.objective("regions", {one.direct(one.proportion(good, none, rows), Comparison::at_least, "0.99")});
  objective.method = plan::Method::clopper_pearson;
  objective.looks = kUnlimited;
  one.usual_rules();
  plan::History& history = one.facts.history.emplace();
  for (std::uint64_t look = 1; look < *std::max_element(numbers.begin(), numbers.end()); ++look) {
    plan::EarlierClaim claim;
    for (std::size_t g = 0; g < good.size(); ++g)
      if (numbers[g] > look) claim.groups.push_back({keys[g], {{{1'000}, 1'000 - good[g], "", ""}}});
    history.push_back({kDigest, static_cast<std::int64_t>(look), {claim}});
  }
  return judge(one.plan, one.facts).objectives.front();
}

// What is declared by Holm's steps with weights 2^-number: of those that are left the one whose tail is the least part
// of its own alpha comes first, and must be below it over how many are left.
std::vector<bool> declared_by_weighted_holm(const std::vector<std::uint64_t>& numbers,
                                            const std::vector<std::uint64_t>& good) {
  std::vector<bool> declared(good.size(), false);
  for (std::size_t left = good.size(); left > 0; --left) {
    std::size_t first = good.size();
    double least = 2;
    for (std::size_t g = 0; g < good.size(); ++g) {
      double part = statistics::lower_tail(good[g], 1'000, exact("0.99"));
      for (std::uint64_t i = 0; i < numbers[g]; ++i) part *= 2;
      if (!declared[g] && part < least) first = g, least = part;
    }
    if (first == good.size() || least * static_cast<double>(left) >= 0.05) break;
    declared[first] = true;
  }
  return declared;
}

TEST(Retries, OfSeveralNumbersAreDeclaredInTheOrderOfTheirParts) {
  Random random(31);
  std::size_t reordered = 0;
  for (int i = 0; i < 2'000; ++i) {
    std::vector<std::uint64_t> numbers, good;
    for (int g = 0; g < 4; ++g) {
      numbers.push_back(std::uniform_int_distribution<std::uint64_t>(1, 6)(random));
      good.push_back(std::uniform_int_distribution<std::uint64_t>(968, 985)(random));
    }
    const std::vector<bool> wanted = declared_by_weighted_holm(numbers, good);
    const ObjectiveVerdict verdict = looked_at(numbers, good);
    for (std::size_t g = 0; g < good.size(); ++g) {
      ASSERT_EQ(verdict.groups[g].requirements[0].retry->number, numbers[g]);
      ASSERT_EQ(verdict.groups[g].declared_fail, wanted[g]) << "case " << i << ", region " << g;
      for (std::size_t h = 0; h < good.size(); ++h) reordered += wanted[g] && !wanted[h] && good[h] < good[g] ? 1 : 0;
    }
  }
  EXPECT_GT(reordered, 0U);  // in the order of their tails alone these would have been passed over
}

// At level alpha / 2^number the bounds stand on the side of the threshold that was decided.
TEST(Retries, BoundsAgreeWithTheVerdict) {
  for (std::uint64_t bad = 0; bad < 60; ++bad)
    for (const plan::Method method : {plan::Method::clopper_pearson, plan::Method::mid_p}) {
      CaseBuilder builder = one_proportion(1'000 - bad, 0, 1'000, Comparison::at_least, "0.98");
      builder.plan.objectives[0].method = method;
      builder.plan.objectives[0].looks = kUnlimited;
      Asked asked(builder);
      const auto leaf = std::get<plan::Proportion>(builder.plan.objectives[0].requirements[0].leaves[0].what);
      set_count(asked.builder(), leaf.population, 500);
      set_count(asked.builder(), leaf.good, 490);
      (void)asked.look();
      set_count(asked.builder(), leaf.population, 1'000);
      set_count(asked.builder(), leaf.good, 1'000 - bad);
      const Judged judged = headline(asked.look());
      ASSERT_EQ(judged.retry->alpha, exact("1/80"));
      if (judged.reason == Reason::drifted) continue;
      EXPECT_EQ(exact(judged.lower) >= exact("0.98"), judged.verdict == Verdict::pass) << bad;
      EXPECT_EQ(exact(judged.upper) < exact("0.98"), judged.verdict == Verdict::fail) << bad;
    }
}

// At an equal share of alpha, by evidence that is valid at any time, and by retries.
TEST(Looks, ThatContradictEachOtherPassNothingAndFailWhatThisLookShows) {
  for (const auto& [looks, method] : {std::pair(plan::Looks{plan::LooksKind::at_most, 6, 0}, plan::Method::standard),
                                      {kUnlimited, plan::Method::standard},
                                      {kUnlimited, plan::Method::clopper_pearson}}) {
    CaseBuilder builder = one_proportion(1'000, 0, 1'000, Comparison::at_least, "0.9");
    builder.plan.objectives[0].looks = looks;
    builder.plan.objectives[0].method = method;
    const auto leaf = std::get<plan::Proportion>(builder.plan.objectives[0].requirements[0].leaves[0].what);
    Asked asked(builder);
    const auto look_at = [&](std::uint64_t rows, std::uint64_t good) {
      set_count(asked.builder(), leaf.population, rows);
      set_count(asked.builder(), leaf.good, good);
      return asked.look();
    };
    EXPECT_EQ(look_at(1'000, 1'000).verdict, Verdict::pass);
    // Of the rows that there are, three quarters are good, where nine tenths are required.
    const ObjectiveVerdict broken = look_at(2'000, 1'500);
    EXPECT_EQ(broken.verdict, Verdict::fail);
    EXPECT_EQ(broken.reason, Reason::drifted);
    EXPECT_NE(broken.because.find("contradict"), std::string::npos) << broken.because;
    EXPECT_TRUE(headline(broken).declared_fail);
    EXPECT_LT(exact(headline(broken).upper), exact("0.9"));
    EXPECT_LT(exact(headline(broken).running_upper), exact(headline(broken).running_lower));
    // Whatever follows passes no more.
    const ObjectiveVerdict mended = look_at(100'000, 98'500);
    EXPECT_EQ(mended.verdict, Verdict::inconclusive);
    EXPECT_EQ(mended.reason, Reason::drifted);
    EXPECT_TRUE(headline(mended).lower.empty());
    EXPECT_EQ(look_at(200'000, 198'500).reason, Reason::drifted);
    EXPECT_EQ(look_at(400'000, 320'000).verdict, Verdict::fail);
    // Looks that agree are not touched.
    asked.begin_anew();
    EXPECT_EQ(look_at(1'000, 950).reason, Reason::none);
    EXPECT_EQ(look_at(2'000, 1'900).verdict, Verdict::pass);
  }
}

// A failure that this look does not show by itself is none, though the earlier look's bound is far above.
TEST(Looks, ThatContradictEachOtherFailNothingByWhatEarlierOnesSaw) {
  CaseBuilder builder = one_proportion(100, 0, 1'000, Comparison::at_least, "0.9");
  builder.plan.objectives[0].looks = kUnlimited;
  const auto leaf = std::get<plan::Proportion>(builder.plan.objectives[0].requirements[0].leaves[0].what);
  Asked asked(builder);
  EXPECT_EQ(asked.look().verdict, Verdict::fail);
  set_count(asked.builder(), leaf.population, 100'000);
  set_count(asked.builder(), leaf.good, 90'050);
  const ObjectiveVerdict mended = asked.look();
  EXPECT_EQ(mended.verdict, Verdict::inconclusive);
  EXPECT_EQ(mended.reason, Reason::drifted);
}

// Rows whose share falls while the average of every look stays as required: a failure at any of them is wrong, and no
// likelier than alpha, however the looks contradict each other (docs/decisions/0027).
TEST(Looks, FailNoAverageThatHoldsMoreOftenThanAlpha) {
  for (const plan::Method method : {plan::Method::standard, plan::Method::clopper_pearson}) {
    Shares shares(method);
    Asked& asked = shares.asked;
    const auto& leaf = std::get<plan::Proportion>(asked.builder().plan.objectives[0].requirements[0].leaves[0].what);
    std::uint64_t rows = 0, good = 0;
    int look = 0;
    const Ever found = ever(
        asked, kWalks, kLooks, [&](Random&) { rows = good = look = 0; },
        [&](Random& random) {  // five looks of good rows alone, then five that bring the average down to its limit
          const double share = look < 5 ? 1 : look < 10 ? 0.8 : 0.9;
          ++look;
          rows += 60;
          good += std::binomial_distribution<std::uint64_t>(60, share)(random);
          set_count(asked.builder(), leaf.population, rows);
          set_count(asked.builder(), leaf.good, good);
        });
    EXPECT_GT(found.drifted, 0.5);
    EXPECT_LE(found.failed, kAtMost);
  }
}

}  // namespace
}  // namespace proofmark::judgement
