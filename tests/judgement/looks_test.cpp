// Declared looks with an attested history: published boundaries, the level by following every path, groups, the end.
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "runtime/judgement/planned_looks.h"
#include "runtime/statistics/binomial.h"
#include "runtime/transcript/history.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using Counts = std::vector<std::uint64_t>;

std::string digest_of(std::size_t i) {
  return "sha256:" + std::string(64, static_cast<char>('0' + i % 10));
}

// One look at one claim without groups.
plan::EarlierLook look_of(std::size_t i, std::int64_t as_of_ns, std::uint64_t rows, std::uint64_t bad,
                          const plan::GroupKey& key = {}) {
  return {digest_of(i), as_of_ns, {plan::EarlierClaim{"", {{key, {plan::EarlierCount{{rows}, bad, "", ""}}}}}}};
}

// Look `rows.size()` of `of`, with `bad` bad rows now, evenly spread over the earlier looks.
CaseBuilder at_look(const Counts& rows, std::uint64_t bad, const std::string& threshold, std::uint64_t of) {
  CaseBuilder one = one_proportion(rows.back() - bad, 0, rows.back(), Comparison::at_least, threshold);
  one.plan.objectives[0].looks = {plan::LooksKind::at_most, of, 0};
  one.facts.as_of_ns = 1'000'000;
  one.facts.history.emplace();
  for (std::size_t i = 0; i + 1 < rows.size(); ++i)
    one.facts.history->push_back(look_of(i, static_cast<std::int64_t>(i), rows[i], bad * rows[i] / rows.back()));
  return one;
}

Counts first_looks(std::uint64_t step, std::uint64_t count) {
  Counts rows;
  for (std::uint64_t i = 1; i <= count; ++i) rows.push_back(step * i);
  return rows;
}

TEST(Looks, PassAtTheBoundariesOfExactProgramming) {
  // Computed elsewhere by dynamic programming: 99.9 %, 95 %, five looks over 100,000 rows.
  const std::array<std::uint64_t, 5> expected{3, 22, 42, 62, 82};
  for (std::uint64_t look = 1; look <= 5; ++look) {
    const Counts rows = first_looks(20'000, look);
    const std::uint64_t most = expected[look - 1];
    const ObjectiveVerdict within = at_look(rows, most, "0.999", 5).judged_first();
    const ObjectiveVerdict beyond = at_look(rows, most + 1, "0.999", 5).judged_first();
    EXPECT_EQ(within.verdict, Verdict::pass) << look;
    EXPECT_EQ(beyond.verdict, Verdict::inconclusive) << look;
    ASSERT_TRUE(headline(beyond).look);
    EXPECT_EQ(headline(beyond).look->number, look);
    EXPECT_EQ(headline(beyond).look->most_bad, most);
    EXPECT_EQ(headline(beyond).method, "group_sequential");
    EXPECT_GE(exact(headline(within).lower), exact("0.999"));
    EXPECT_LT(exact(headline(beyond).lower), exact("0.999"));
    EXPECT_EQ(headline(beyond).samples_needed.has_value(), look < 5);
  }
}

// So `check` does not refuse what the last look could let pass.
TEST(Looks, TheLastMayPassWithTheRowsOfAllOfAlpha) {
  EXPECT_EQ(at_look({60, 120, 180, 240, 299}, 0, "0.99", 5).judged_first().verdict, Verdict::pass);
  EXPECT_EQ(at_look({60, 120, 180, 240, 298}, 0, "0.99", 5).judged_first().verdict, Verdict::inconclusive);
  EXPECT_EQ(at_look({299}, 0, "0.99", 5).judged_first().verdict, Verdict::inconclusive);
}

TEST(Looks, DecideOtherwiseThanTheEqualSharesAndThanPeeking) {
  const Counts rows = first_looks(20'000, 5);
  CaseBuilder unattested = at_look(rows, 82, "0.999", 5);
  unattested.facts.history.reset();
  EXPECT_EQ(unattested.judged_first().verdict, Verdict::inconclusive);  // alpha / 5 at the last look
  CaseBuilder early = at_look({20'000}, 11, "0.999", 5);
  EXPECT_EQ(early.judged_first().verdict, Verdict::inconclusive);
  early.plan.objectives[0].looks = {};
  EXPECT_EQ(early.judged_first().verdict, Verdict::pass);  // who peeks
}

TEST(Looks, NeverPassAPopulationAtTheEdgeMoreOftenThanAlpha) {
  // Every number of bad rows at every look is judged; the walks that have not passed are followed exactly.
  for (const char* threshold : {"0.9", "0.8", "0.95"}) {
    const Counts looks{25, 40, 90, 120};
    const double edge = 1 - exact(threshold).nearest_double();
    std::vector<double> alive{1};
    double passed = 0;
    std::uint64_t before = 0;
    for (std::size_t look = 0; look < looks.size(); ++look) {
      const std::uint64_t step = looks[look] - before;
      std::vector<double> next(alive.size() + step, 0.0);
      for (std::size_t bad = 0; bad < alive.size(); ++bad)
        for (std::uint64_t more = 0; more <= step; ++more)
          next[bad + more] +=
              alive[bad] * std::exp(std::lgamma(step + 1.0) - std::lgamma(more + 1.0) - std::lgamma(step - more + 1.0) +
                                    more * std::log(edge) + (step - more) * std::log1p(-edge));
      const Counts rows(looks.begin(), looks.begin() + static_cast<std::ptrdiff_t>(look) + 1);
      for (std::size_t bad = 0; bad < next.size(); ++bad)
        if (at_look(rows, bad, threshold, looks.size()).judged_first().verdict == Verdict::pass) {
          passed += next[bad];
          next[bad] = 0;
        }
      alive = std::move(next);
      before = looks[look];
    }
    EXPECT_LE(passed, 0.05) << threshold;
    EXPECT_GT(passed, 0.015) << threshold;  // and alpha is used, not kept
  }
}

TEST(Looks, WithoutNewRowsMaySpendMoreOfTheSameRows) {
  const ObjectiveVerdict first = at_look({1'000}, 4, "0.99", 2).judged_first();
  EXPECT_EQ(first.verdict, Verdict::inconclusive);
  EXPECT_EQ(at_look({1'000, 1'000}, 4, "0.99", 2).judged_first().verdict, Verdict::pass);
  // The very same test as one look, since only the last of them could pass.
  std::uint64_t most = 0;
  while (statistics::compare_lower_tail(most + 1, 1'000, exact("0.01"), exact("0.05")) != statistics::Against::above)
    ++most;
  EXPECT_EQ(headline(at_look({1'000, 1'000}, 4, "0.99", 2).judged_first()).look->most_bad, most);
}

TEST(Looks, BeyondTheDeclaredOnesDecideNothing) {
  const ObjectiveVerdict spent = at_look(first_looks(10'000, 4), 0, "0.999", 3).judged_first();
  EXPECT_EQ(spent.verdict, Verdict::inconclusive);
  EXPECT_EQ(spent.reason, Reason::spent);
  EXPECT_NE(spent.because.find("look 4"), std::string::npos);
  EXPECT_EQ(at_look(first_looks(10'000, 4), 40'000, "0.999", 3).judged_first().verdict, Verdict::inconclusive);
  CaseBuilder once = at_look(first_looks(10'000, 2), 0, "0.999", 1);
  once.plan.objectives[0].looks = {};
  EXPECT_EQ(once.judged_first().reason, Reason::spent);
}

TEST(Looks, FailAtTheirEqualShare) {
  const auto fails = [](std::uint64_t bad) {
    return at_look({10'000, 20'000}, bad, "0.999", 4).judged_first().verdict == Verdict::fail;
  };
  std::uint64_t fewest = 20;
  while (!fails(fewest)) ++fewest;
  const auto tail = [](std::uint64_t bad) {
    return statistics::compare_upper_tail(bad, 20'000, exact("0.001"), exact("1/80"));
  };
  EXPECT_EQ(tail(fewest), statistics::Against::below);
  EXPECT_EQ(tail(fewest - 1), statistics::Against::above);
}

TEST(Looks, GroupsHaveTheirOwnRowsAndAllOfAlpha) {
  CaseBuilder one;
  one.group_by("region", {"eu", "us"});
  one.objective("regions", {one.direct(one.proportion({39'978, 19'997}, {0, 0}, {40'000, 20'000}), Comparison::at_least,
                                       "0.999")});
  one.usual_rules();
  one.plan.objectives[0].looks = {plan::LooksKind::at_most, 5, 0};
  one.facts.as_of_ns = 1'000'000;
  // `us` was not there at the first look.
  one.facts.history = plan::History{look_of(0, 1, 20'000, 4, "eu")};
  const ObjectiveVerdict verdict = one.judged_first();
  EXPECT_EQ(verdict.verdict, Verdict::pass);
  EXPECT_EQ(verdict.groups[0].requirements[0].look->most_bad, 22U);
  EXPECT_GT(verdict.groups[1].requirements[0].look->most_bad, 3U);  // at the fraction 2 / 5, nothing spent before
}

TEST(Looks, ByTheClockStandForTheTimeGoneBy) {
  CaseBuilder one = at_look({20'000, 40'000}, 22, "0.999", 5);
  plan::Objective& objective = one.plan.objectives[0];
  objective.looks.every_ns = 100;
  objective.window = {plan::WindowKind::since, 0, 0};
  one.facts.scans[0].covers_from_ns = 0;
  one.facts.history->front().as_of_ns = 60;  // rounds to one step
  for (const auto& [as_of, steps] : {std::pair<std::int64_t, int>{170, 2}, {249, 2}, {250, 3}, {449, 4}, {9'999, 5}}) {
    one.facts.as_of_ns = as_of;
    const LookTaken taken = *headline(one.judged_first()).look;
    EXPECT_EQ(taken.number, 2U);
    EXPECT_NEAR(taken.allowed, std::erfc(1.9599639845400545 / std::sqrt(steps / 5.0) / std::sqrt(2.0)), 1e-12) << as_of;
  }
}

TEST(Looks, OffTheirScheduleAreSaidToBe) {
  CaseBuilder one = at_look({20'000, 40'000}, 22, "0.999", 5);
  plan::Objective& objective = one.plan.objectives[0];
  objective.looks.every_ns = 60'000'000'000;
  objective.window = {plan::WindowKind::since, 0, 0};
  const auto told = [&](std::int64_t first, std::int64_t second) {
    one.facts.history->front().as_of_ns = first * 1'000'000'000;
    one.facts.as_of_ns = second * 1'000'000'000;
    const Diagnostics warnings = off_schedule_warnings(one.plan, one.facts);
    EXPECT_LE(warnings.size(), 1U);
    for (const Diagnostic& warning : warnings) {
      EXPECT_EQ(warning.code, "PM0913");
      EXPECT_EQ(warning.severity, Severity::warning);
    }
    return warnings.empty() ? std::string() : warnings[0].message;
  };
  const std::string name = "the look at `" + objective.name + "` lies ", of = " of `looks every 1m`";
  EXPECT_EQ(told(60, 120), "");
  EXPECT_EQ(told(60, 123), "");  // a twentieth
  EXPECT_EQ(told(60, 117), "");
  EXPECT_EQ(told(60, 140), name + "20s after step 2 of 5" + of + ", and is counted as that step");
  EXPECT_EQ(told(60, 155), name + "25s before step 3 of 5" + of + ", and is counted as that step");
  EXPECT_EQ(told(60, 80), name + "20s after step 1 of 5" + of +
                              ", and is counted as that step, as look 1 was: nothing more is spent");
  EXPECT_EQ(told(60, 61), name + "1s after step 1 of 5" + of + ", as look 1 was: nothing more is spent");
  EXPECT_EQ(told(60, 20),
            name + "20s after step 0 of 5" + of + ", and is counted as that step, at which nothing can pass");
  EXPECT_EQ(told(60, 400), name + "1m 40s after step 5 of 5" + of + ", and is counted as that step");
  one.facts.history.reset();
  EXPECT_TRUE(off_schedule_warnings(one.plan, one.facts).empty());
}

TEST(Looks, AttestedTheCertificateStatesItsBound) {
  const Bound bound = at_look({20'000}, 0, "0.999", 5).judged().decision.bound;
  EXPECT_TRUE(bound.stated);
  EXPECT_EQ(bound.alpha, exact("1/20"));
  EXPECT_EQ(bound.guarantee, Guarantee::exact);
  CaseBuilder unattested = at_look({20'000}, 0, "0.999", 5);
  unattested.facts.history.reset();
  EXPECT_FALSE(unattested.judged().decision.bound.stated);
}

TEST(Looks, AHistoryThatCannotBeIsRefused) {
  const auto code = [](auto change) -> std::string {
    CaseBuilder one = at_look({10'000, 20'000, 30'000}, 10, "0.999", 5);
    change(one.facts);
    const Status fits = transcript::check_history(one.plan, one.facts, "looks.jsonl");
    return fits ? "" : fits.problems().front().code;
  };
  const auto count = [](plan::Facts& facts, std::size_t look) -> plan::EarlierCount& {
    return facts.history->at(look).objectives[0].groups[0].requirements[0];
  };
  EXPECT_EQ(code([](plan::Facts&) {}), "");
  EXPECT_EQ(code([&](plan::Facts& facts) { count(facts, 1).rows = {9'999}; }), "PM0911");
  EXPECT_EQ(code([&](plan::Facts& facts) { count(facts, 1).rows = {30'001}; }), "PM0911");
  EXPECT_EQ(code([&](plan::Facts& facts) { count(facts, 1).bad = 11; }), "PM0911");
  EXPECT_EQ(code([&](plan::Facts& facts) { count(facts, 1).rows = {29'997}; }), "PM0911");  // four bad rows among three
  EXPECT_EQ(code([&](plan::Facts& facts) { count(facts, 0).bad = 10'001; }), "PM0905");
  EXPECT_EQ(code([](plan::Facts& facts) { facts.history->at(1).as_of_ns = 0; }), "PM0909");
  EXPECT_EQ(code([](plan::Facts& facts) { facts.history->at(1).as_of_ns = 1'000'000; }), "PM0909");
  EXPECT_EQ(code([](plan::Facts& facts) { facts.as_of_ns.reset(); }), "PM0909");
  EXPECT_EQ(code([](plan::Facts& facts) { facts.history->at(0).transcript = "sha256:0"; }), "PM0904");
  EXPECT_EQ(code([](plan::Facts& facts) { facts.history->at(0).objectives.clear(); }), "PM0904");
  EXPECT_EQ(code([](plan::Facts& facts) { facts.history->at(0).objectives[0].groups.clear(); }), "PM0904");
  EXPECT_EQ(code([](plan::Facts& facts) { facts.history->at(0).objectives[0].groups[0].key = "eu"; }), "PM0904");
  EXPECT_EQ(code([&](plan::Facts& facts) { count(facts, 0).bad.reset(); }), "PM0904");
  EXPECT_EQ(code([&](plan::Facts& facts) { count(facts, 0).rows = {10'000, 10'000}; }), "PM0904");
  EXPECT_EQ(code([&](plan::Facts& facts) { count(facts, 0).lower = "much"; }), "PM0904");
  EXPECT_EQ(code([&](plan::Facts& facts) { count(facts, 0).lower = "0.9"; }), "PM0905");  // the next one has none
  EXPECT_EQ(code([&](plan::Facts& facts) {
              count(facts, 0).upper = "0.9";
              count(facts, 1).upper = "0.91";
            }),
            "PM0905");
  EXPECT_EQ(code([](plan::Facts& facts) { facts.history->at(0).objectives[0].differs = "it was not asked"; }),
            "PM0904");
  EXPECT_EQ(code([](plan::Facts& facts) { facts.history->at(0).objectives[0] = {"it was not asked", {}}; }), "");
}

}  // namespace
}  // namespace proofmark::judgement
