// Looks whose rows depend on each other by the measure, as rows do that were not of one value: the bounds that such a
// look prints are those that are held against the earlier looks and handed on.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "runtime/judgement/earlier_looks.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::SeriesStep;
using Random = std::mt19937_64;

const std::string kDigest = "sha256:" + std::string(64, '0');

// A share, looked at again and again: each look has the steps of those before it and those of its own.
class Watched {
 public:
  explicit Watched(std::string threshold, plan::Looks looks = {plan::LooksKind::at_most, 12, 0})
      : threshold_(std::move(threshold)), looks_(looks) {}

  ObjectiveVerdict look(const std::vector<SeriesStep>& more) {
    steps_.insert(steps_.end(), more.begin(), more.end());
    std::uint64_t rows = 0, good = 0;
    for (const SeriesStep& step : steps_) {
      rows += step.rows;
      good += step.part;
    }
    CaseBuilder made;
    plan::Leaf leaf = made.proportion({good}, {0}, {rows});
    std::get<plan::Proportion>(leaf.what).series = made.series(steps_);
    made.objective("available", {CaseBuilder::direct(std::move(leaf), Comparison::at_least, threshold_)});
    made.plan.objectives[0].looks = looks_;
    made.usual_rules();
    made.facts.history = history_;
    made.facts.as_of_ns = static_cast<std::int64_t>(history_.size() + 1) * 1'000'000;
    const Verdicts verdicts = judge(made.plan, made.facts);
    history_.push_back(earlier_look(made.plan, made.facts, verdicts, kDigest));
    return verdicts.objectives.front();
  }

 private:
  std::string threshold_;
  plan::Looks looks_;
  std::vector<SeriesStep> steps_;
  plan::History history_;
};

std::vector<SeriesStep> minutes(std::uint64_t number, std::uint64_t bad) {
  return std::vector<SeriesStep>(number, SeriesStep{100, 100 - bad});
}

bool excludes(const std::string& lower, const std::string& upper) {
  return !lower.empty() && !upper.empty() && exact(lower) > exact(upper);
}

// The second look has too few rows to decide, and contradicts the first one all the same.
TEST(Contradiction, IsToldOfRowsThatDependOnEachOther) {
  Watched watched("0.98");
  const Judged first = headline(watched.look(minutes(40, 0)));
  EXPECT_EQ(first.verdict, Verdict::pass);
  EXPECT_TRUE(first.widened_by.empty());
  const ObjectiveVerdict second = watched.look(minutes(40, 4));
  EXPECT_EQ(second.verdict, Verdict::inconclusive);
  EXPECT_EQ(second.reason, Reason::drifted);
  EXPECT_TRUE(second.dependence[0][0]->significant);
  EXPECT_TRUE(excludes(first.lower, headline(second).running_upper));
  EXPECT_NE(second.because.find("contradict"), std::string::npos) << second.because;
  // Whatever follows passes no more.
  EXPECT_EQ(watched.look(minutes(2'000, 1)).reason, Reason::drifted);
}

// A failure stands where it stands among as many fewer rows, and is told with the contradiction.
TEST(Contradiction, OfDependentRowsLeavesAFailure) {
  Watched watched("0.95");
  EXPECT_EQ(watched.look(minutes(40, 0)).verdict, Verdict::pass);
  const ObjectiveVerdict second = watched.look(minutes(60, 50));
  EXPECT_EQ(second.verdict, Verdict::fail);
  EXPECT_EQ(second.reason, Reason::drifted);
  EXPECT_TRUE(second.dependence[0][0]->significant);
}

// Bursts at one rate: the bounds are those of as many fewer rows, hold on the side that was decided, and are handed on.
TEST(Contradiction, BoundsOfDependentRowsAreThoseOfFewer) {
  Random random(11);
  const auto bursts = [&](std::uint64_t number) {
    std::vector<SeriesStep> steps;
    for (std::uint64_t i = 0; i < number; ++i) steps.push_back({100, random() % 10 == 0 ? 60U : 100U});
    return steps;
  };
  Watched watched("0.9");
  const Judged one = headline(watched.look(bursts(60)));
  ASSERT_FALSE(one.widened_by.empty());
  EXPECT_GT(exact(one.widened_by), exact("5"));
  EXPECT_EQ(one.running_lower, one.lower);
  EXPECT_EQ(one.running_upper, one.upper);
  // Clopper and Pearson's of 6,000 rows are far within them.
  CaseBuilder independent = one_proportion(one.good, 0, one.n, Comparison::at_least, "0.9");
  independent.plan.objectives[0].looks = {plan::LooksKind::at_most, 12, 0};
  const Judged narrow = headline(independent.judged_first());
  EXPECT_LT(exact(one.lower), exact(narrow.lower));
  EXPECT_GT(exact(one.upper), exact(narrow.upper));
}

// Each look by itself, and all of them together: no look's bounds exclude those of another without a word, and nothing
// passes once they do. Whatever is printed agrees with the verdict.
TEST(Contradiction, IsNeverLeftUntold) {
  Random random(5);
  std::size_t told = 0;
  for (int walk = 0; walk < 400; ++walk) {
    Watched watched("0.97", walk % 2 == 0 ? plan::Looks{plan::LooksKind::at_most, 6, 0}
                                          : plan::Looks{plan::LooksKind::unlimited, 1, 0});
    std::string lower, upper;
    bool drifted = false;
    for (int look = 0; look < 6; ++look) {
      const std::uint64_t bad = random() % 3 == 0 ? random() % 12 : random() % 4;
      const ObjectiveVerdict verdict = watched.look(minutes(20 + random() % 40, bad));
      const Judged& judged = headline(verdict);
      if (judged.reason == Reason::drifted) drifted = true;
      EXPECT_FALSE(drifted && judged.verdict == Verdict::pass);
      EXPECT_FALSE(!drifted && (excludes(lower, judged.upper) || excludes(judged.lower, upper)))
          << "walk " << walk << ", look " << look << ": " << verdict.because;
      if (!judged.lower.empty() && judged.verdict != Verdict::inconclusive) {
        EXPECT_EQ(exact(judged.lower) >= exact("0.97"), judged.verdict == Verdict::pass);
      }
      if (lower.empty() || (!judged.lower.empty() && exact(judged.lower) > exact(lower))) lower = judged.lower;
      if (upper.empty() || (!judged.upper.empty() && exact(judged.upper) < exact(upper))) upper = judged.upper;
    }
    told += drifted ? 1 : 0;
  }
  EXPECT_GT(told, 40U);
}

// Rows that come in bursts, at one rate: looks at them seldom contradict each other, since their bounds are as wide as
// the bursts make them.
TEST(Contradiction, IsSeldomFoundInBurstsAtOneRate) {
  Random random(7);
  int drifted = 0;
  constexpr int kReleases = 300;
  for (int release = 0; release < kReleases; ++release) {
    Watched watched("0.9", {plan::LooksKind::at_most, 6, 0});
    bool any = false;
    for (int look = 0; look < 6; ++look) {
      std::vector<SeriesStep> steps;
      for (int i = 0; i < 60; ++i) steps.push_back({100, random() % 8 == 0 ? 60U : 100U});
      any = any || watched.look(steps).reason == Reason::drifted;
    }
    drifted += any ? 1 : 0;
  }
  EXPECT_LE(drifted, kReleases * 3 / 20);  // 3 alpha
}

// A quantile of dependent rows has no order statistics that hold: its threshold bounds it where it was decided.
TEST(Contradiction, OfAQuantileIsToldByItsThreshold) {
  plan::History history;
  const auto look = [&](std::uint64_t slow, std::uint64_t slow_minutes) {
    CaseBuilder made;
    std::vector<std::int64_t> values;
    std::vector<SeriesStep> steps;
    for (std::uint64_t minute = 0; minute < 60; ++minute) {
      const std::uint64_t some = minute >= 60 - slow_minutes ? slow : 0;
      for (std::uint64_t i = 0; i < 100; ++i) values.push_back(i < some ? 9'000'000 : 1'000'000 + 100 * minute + i);
      steps.push_back({100, 100 - some});
    }
    std::sort(values.begin(), values.end());
    plan::Leaf leaf = made.quantile({values}, {values.size()}, "0.9", Comparison::at_most, 5'000'000, exact("1/40"));
    std::get<plan::Quantile>(leaf.what).series = made.series(steps);
    made.objective("fast", {CaseBuilder::direct(std::move(leaf), Comparison::at_most, "5000000")});
    made.plan.objectives[0].looks = {plan::LooksKind::at_most, 2, 0};
    made.usual_rules();
    made.facts.history = history;
    made.facts.as_of_ns = static_cast<std::int64_t>(history.size() + 1) * 1'000'000;
    const Verdicts verdicts = judge(made.plan, made.facts);
    history.push_back(earlier_look(made.plan, made.facts, verdicts, kDigest));
    return verdicts.objectives.front();
  };
  const ObjectiveVerdict fine = look(20, 10);
  EXPECT_EQ(fine.verdict, Verdict::pass);
  EXPECT_TRUE(fine.dependence[0][0]->significant);
  EXPECT_EQ(headline(fine).upper, "5000000");
  EXPECT_TRUE(headline(fine).lower.empty());
  const ObjectiveVerdict broken = look(90, 40);
  EXPECT_EQ(broken.verdict, Verdict::fail);
  EXPECT_EQ(broken.reason, Reason::drifted);
}

}  // namespace
}  // namespace proofmark::judgement
