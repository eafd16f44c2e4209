// Properties of judgement that no single case shows.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;

struct Drawn {
  std::vector<std::uint64_t> good, unknown, rows;
  std::string threshold, confidence;
  std::size_t groups() const { return rows.size(); }
};

Drawn draw() {
  Drawn drawn;
  const int groups = *rc::gen::inRange(1, 5);
  for (int i = 0; i < groups; ++i) {
    const auto rows = *rc::gen::weightedOneOf<std::uint64_t>(
        {{1, rc::gen::just<std::uint64_t>(0)}, {9, rc::gen::inRange<std::uint64_t>(1, 4'000)}});
    const auto bad =
        std::min(rows, *rc::gen::weightedOneOf<std::uint64_t>({{8, rc::gen::inRange<std::uint64_t>(0, 60)},
                                                               {1, rc::gen::inRange<std::uint64_t>(0, 4'000)}}));
    const auto unknown =
        std::min(rows - bad, *rc::gen::weightedOneOf<std::uint64_t>(
                                 {{3, rc::gen::just<std::uint64_t>(0)}, {1, rc::gen::inRange<std::uint64_t>(0, 20)}}));
    drawn.rows.push_back(rows), drawn.unknown.push_back(unknown), drawn.good.push_back(rows - bad - unknown);
  }
  drawn.threshold = *rc::gen::element<std::string>("0.5", "0.9", "0.99", "0.995", "0.999");
  drawn.confidence = *rc::gen::element<std::string>("0.6", "0.9", "0.95", "0.99");
  return drawn;
}

CaseBuilder build(const Drawn& drawn, Comparison op = Comparison::at_least) {
  CaseBuilder one;
  std::vector<plan::GroupKey> keys;
  for (std::size_t i = 0; i < drawn.groups(); ++i) keys.push_back("g" + std::to_string(10 + i));
  one.group_by("region", keys);
  one.objective("available", {one.direct(one.proportion(drawn.good, drawn.unknown, drawn.rows), op, drawn.threshold)},
                drawn.confidence);
  one.usual_rules();
  return one;
}

bool is_undecided(Verdict verdict) {
  return verdict == Verdict::inconclusive || verdict == Verdict::no_data;
}

TEST(Properties, OneMoreGoodRowNeverHurts) {
  EXPECT_TRUE(rc::check("k to k + 1 never turns a pass into anything else, nor an undecided objective into a fail", [] {
    Drawn drawn = draw();
    const Verdict before = build(drawn).judged_first().verdict;
    const auto group = *rc::gen::inRange<std::size_t>(0, drawn.groups());
    RC_PRE(drawn.good[group] + drawn.unknown[group] < drawn.rows[group]);
    ++drawn.good[group];
    const Verdict after = build(drawn).judged_first().verdict;
    if (before == Verdict::pass) RC_ASSERT(after == Verdict::pass);
    if (is_undecided(before)) RC_ASSERT(after != Verdict::fail);
  }));
}

TEST(Properties, KnowingAnUnknownRowNeverReversesAVerdict) {
  EXPECT_TRUE(rc::check("an unknown row that turns out good or bad leaves a pass and a fail as they were", [] {
    Drawn drawn = draw();
    const Verdict before = build(drawn).judged_first().verdict;
    const auto group = *rc::gen::inRange<std::size_t>(0, drawn.groups());
    RC_PRE(drawn.unknown[group] > 0);
    --drawn.unknown[group];
    if (*rc::gen::arbitrary<bool>()) ++drawn.good[group];
    const Verdict after = build(drawn).judged_first().verdict;
    if (!is_undecided(before)) RC_ASSERT(after == before);
  }));
}

TEST(Properties, MoreConfidenceNeverDecidesMore) {
  EXPECT_TRUE(rc::check("what is undecided stays undecided at a higher confidence", [] {
    Drawn drawn = draw();
    const Verdict before = build(drawn).judged_first().verdict;
    drawn.confidence = "0.9999";
    const Verdict after = build(drawn).judged_first().verdict;
    if (is_undecided(before)) RC_ASSERT(after == before);
    RC_ASSERT(is_undecided(after) || after == before);
  }));
}

TEST(Properties, ClaimsMirrorEachOther) {
  EXPECT_TRUE(rc::check("a share of good rows >= t is a share of the others <= 1 - t", [] {
    Drawn drawn = draw();
    const ObjectiveVerdict of_good = build(drawn).judged_first();
    Drawn mirrored = drawn;
    for (std::size_t i = 0; i < drawn.groups(); ++i)
      mirrored.good[i] = drawn.rows[i] - drawn.good[i] - drawn.unknown[i];
    mirrored.threshold = subtract(plan::Rational(1), exact(drawn.threshold))->to_decimal();
    const ObjectiveVerdict of_bad = build(mirrored, Comparison::at_most).judged_first();
    RC_ASSERT(of_good.verdict == of_bad.verdict);
    for (std::size_t i = 0; i < drawn.groups(); ++i) {
      RC_ASSERT(of_good.groups[i].verdict == of_bad.groups[i].verdict);
      RC_ASSERT(of_good.groups[i].requirements[0].samples_needed == of_bad.groups[i].requirements[0].samples_needed);
    }
  }));
}

TEST(Properties, GroupsInAnotherOrderOfSizeDecideAlike) {
  EXPECT_TRUE(rc::check("the verdict of a family does not depend on which group is which", [] {
    Drawn drawn = draw();
    const ObjectiveVerdict before = build(drawn).judged_first();
    std::reverse(drawn.good.begin(), drawn.good.end());
    std::reverse(drawn.unknown.begin(), drawn.unknown.end());
    std::reverse(drawn.rows.begin(), drawn.rows.end());
    const ObjectiveVerdict after = build(drawn).judged_first();
    RC_ASSERT(before.verdict == after.verdict);
    for (std::size_t i = 0; i < drawn.groups(); ++i)
      RC_ASSERT(before.groups[i].declared_fail == after.groups[drawn.groups() - 1 - i].declared_fail);
  }));
}

TEST(Properties, PrintedBoundsNeverContradictTheVerdict) {
  EXPECT_TRUE(rc::check("the bounds lie to the threshold as the verdict says", [] {
    const Drawn drawn = draw();
    const bool at_least = *rc::gen::arbitrary<bool>();
    const ObjectiveVerdict verdict = build(drawn, at_least ? Comparison::at_least : Comparison::at_most).judged_first();
    for (const GroupVerdict& group : verdict.groups) {
      const Judged& judged = group.requirements[0];
      if (judged.verdict == Verdict::no_data) continue;
      const plan::Rational lower = exact(judged.lower), upper = exact(judged.upper);
      RC_ASSERT(lower <= upper);
      const bool shows_pass = at_least ? lower >= judged.threshold : upper <= judged.threshold;
      const bool shows_fail = at_least ? upper < judged.threshold : lower > judged.threshold;
      RC_ASSERT(shows_pass == (judged.verdict == Verdict::pass));
      RC_ASSERT(shows_fail == (judged.verdict == Verdict::fail));
      RC_ASSERT(exact(judged.margin) ==
                *(at_least ? subtract(judged.verdict == Verdict::fail ? upper : lower, judged.threshold)
                           : subtract(judged.threshold, judged.verdict == Verdict::fail ? lower : upper)));
    }
  }));
}

TEST(Properties, SamplesNeededSuffice) {
  EXPECT_TRUE(rc::check("so many further rows at the observed proportion do pass", [] {
    const auto rows = *rc::gen::inRange<std::uint64_t>(1, 4'000);
    const auto bad = *rc::gen::inRange<std::uint64_t>(0, 2);
    RC_PRE(bad <= rows);
    const Judged held = headline(one_proportion(rows - bad, 0, rows, Comparison::at_least, "0.99").judged_first());
    RC_PRE(held.verdict == Verdict::inconclusive && held.samples_needed.has_value());
    const std::uint64_t n = rows + *held.samples_needed;
    // Rows come whole: round the number of bad ones down, as the estimate of what is needed does.
    const std::uint64_t bad_then = bad * n / rows;
    RC_ASSERT(headline(one_proportion(n - bad_then, 0, n, Comparison::at_least, "0.99").judged_first()).verdict ==
              Verdict::pass);
  }));
}

}  // namespace
}  // namespace proofmark::judgement
