// Census claims: exact values, unknown rows on either side, and calculations over recorded facts.
#include <gtest/gtest.h>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::CensusKind;
using plan::Comparison;

Judged counted(std::uint64_t known, std::uint64_t unknown, std::uint64_t population, Comparison op,
               const std::string& threshold, std::uint64_t skipped = 0,
               plan::UnknownAs unknown_as = plan::UnknownAs::worst) {
  CaseBuilder one;
  one.stream().skipped = skipped;
  one.objective("errors", {one.direct(one.row_count(known, unknown, population, "count(requests, status == 500)"), op,
                                      threshold)});
  one.plan.objectives[0].unknown_as = unknown_as;
  one.usual_rules();
  return headline(one.judged_first());
}

Judged summarised(CensusKind kind, const std::vector<std::int64_t>& values, std::uint64_t population, Comparison op,
                  const std::string& threshold) {
  CaseBuilder one;
  one.objective("size", {one.direct(one.census(kind, {values}, {population}, "of(requests.size)"), op, threshold)});
  one.usual_rules();
  return headline(one.judged_first());
}

TEST(Census, ACountIsExactAndNeedsNoConfidence) {
  EXPECT_EQ(counted(5, 0, 100, Comparison::at_most, "5").verdict, Verdict::pass);
  EXPECT_EQ(counted(5, 0, 100, Comparison::less, "5").verdict, Verdict::fail);
  EXPECT_EQ(counted(5, 0, 100, Comparison::at_least, "5").verdict, Verdict::pass);
  EXPECT_EQ(counted(5, 0, 100, Comparison::greater, "5").verdict, Verdict::fail);
  EXPECT_EQ(counted(5, 0, 100, Comparison::at_most, "9/2").verdict, Verdict::fail);
  const Judged one = counted(0, 0, 100, Comparison::at_most, "0");
  EXPECT_EQ(one.verdict, Verdict::pass);
  EXPECT_EQ(one.method, "census");
  EXPECT_EQ(one.guarantee, Guarantee::exact);
  EXPECT_EQ(one.margin, "0");
}

TEST(Census, UnknownRowsLeaveASpan) {
  const Judged open = counted(4, 3, 100, Comparison::at_most, "5");
  EXPECT_EQ(open.verdict, Verdict::inconclusive);
  EXPECT_EQ(open.reason, Reason::unknown_rows);
  EXPECT_EQ(open.estimate, "4");
  EXPECT_EQ(open.lower, "4");
  EXPECT_EQ(open.upper, "7");
  EXPECT_EQ(counted(4, 3, 100, Comparison::at_most, "7").verdict, Verdict::pass);
  EXPECT_EQ(counted(6, 3, 100, Comparison::at_most, "5").verdict, Verdict::fail);
  EXPECT_EQ(counted(1, 3, 100, Comparison::at_least, "5").verdict, Verdict::fail);
  EXPECT_EQ(counted(4, 3, 100, Comparison::at_least, "5").verdict, Verdict::inconclusive);
}

// Beside 3 unknown rows there are 2 events that may not have happened.
TEST(Census, LateEventsWidenWhateverIsSaidOfUnknownRows) {
  const auto with = [](plan::UnknownAs unknown_as, Comparison op, const char* threshold) {
    CaseBuilder one;
    one.stream().late = 2;
    one.objective("errors", {one.direct(one.row_count(4, 3, 100, "count(requests, status == 500)"), op, threshold)});
    one.plan.objectives[0].unknown_as = unknown_as;
    one.usual_rules();
    const Judged judged = headline(one.judged_first());
    EXPECT_EQ(judged.unknown, 5u);
    return judged.lower + ".." + judged.upper;
  };
  EXPECT_EQ(with(plan::UnknownAs::worst, Comparison::at_most, "5"), "4..9");
  EXPECT_EQ(with(plan::UnknownAs::excluded, Comparison::at_most, "5"), "4..6");
  EXPECT_EQ(with(plan::UnknownAs::good, Comparison::at_most, "5"), "4..6");
  EXPECT_EQ(with(plan::UnknownAs::bad, Comparison::at_most, "5"), "7..9");
  EXPECT_EQ(with(plan::UnknownAs::good, Comparison::at_least, "5"), "7..9");
  CaseBuilder largest;
  largest.stream().late = 1;
  largest.objective("size", {largest.direct(largest.census(CensusKind::maximum, {{3, 4, 5}}, {3}, "max(requests.size)"),
                                            Comparison::at_most, "9")});
  largest.plan.objectives[0].unknown_as = plan::UnknownAs::excluded;
  largest.usual_rules();
  EXPECT_EQ(headline(largest.judged_first()).verdict, Verdict::inconclusive);
}

TEST(Census, SkippedRowsWidenItTheSameWay) {
  EXPECT_EQ(counted(4, 0, 100, Comparison::at_most, "5", 1).verdict, Verdict::pass);
  EXPECT_EQ(counted(4, 0, 100, Comparison::at_most, "5", 2).verdict, Verdict::inconclusive);
  EXPECT_EQ(counted(4, 0, 100, Comparison::at_most, "5", 2, plan::UnknownAs::excluded).verdict, Verdict::pass);
}

TEST(Census, UnknownCountsAsThePolicySays) {
  EXPECT_EQ(counted(4, 3, 100, Comparison::at_most, "5", 0, plan::UnknownAs::good).verdict, Verdict::pass);
  EXPECT_EQ(counted(4, 3, 100, Comparison::at_most, "5", 0, plan::UnknownAs::bad).verdict, Verdict::fail);
  EXPECT_EQ(counted(4, 3, 100, Comparison::at_least, "5", 0, plan::UnknownAs::good).verdict, Verdict::pass);
  EXPECT_EQ(counted(4, 3, 100, Comparison::at_least, "5", 0, plan::UnknownAs::bad).verdict, Verdict::fail);
}

TEST(Census, ExtremesAreProvenByOneRowAndSparedByNone) {
  EXPECT_EQ(summarised(CensusKind::maximum, {3, 9}, 2, Comparison::at_most, "9").verdict, Verdict::pass);
  EXPECT_EQ(summarised(CensusKind::maximum, {3, 9}, 3, Comparison::at_most, "9").verdict, Verdict::inconclusive);
  EXPECT_EQ(summarised(CensusKind::maximum, {3, 9}, 3, Comparison::at_most, "8").verdict, Verdict::fail);
  EXPECT_EQ(summarised(CensusKind::maximum, {3, 9}, 3, Comparison::at_least, "9").verdict, Verdict::pass);
  EXPECT_EQ(summarised(CensusKind::minimum, {3, 9}, 3, Comparison::at_most, "3").verdict, Verdict::pass);
  EXPECT_EQ(summarised(CensusKind::minimum, {3, 9}, 3, Comparison::at_least, "3").verdict, Verdict::inconclusive);
  EXPECT_EQ(summarised(CensusKind::minimum, {3, 9}, 3, Comparison::at_least, "4").verdict, Verdict::fail);
}

TEST(Census, ASumWithUnknownValuesDecidesNothing) {
  EXPECT_EQ(summarised(CensusKind::sum, {3, 9}, 2, Comparison::at_most, "12").verdict, Verdict::pass);
  EXPECT_EQ(summarised(CensusKind::sum, {3, 9}, 2, Comparison::at_most, "11").verdict, Verdict::fail);
  const Judged open = summarised(CensusKind::sum, {3, 9}, 3, Comparison::at_most, "11");
  EXPECT_EQ(open.verdict, Verdict::inconclusive);
  EXPECT_EQ(open.upper, "");
}

TEST(Census, DistinctValuesMayBeMore) {
  EXPECT_EQ(summarised(CensusKind::distinct, {3, 9, 9}, 3, Comparison::at_most, "2").verdict, Verdict::pass);
  EXPECT_EQ(summarised(CensusKind::distinct, {3, 9, 9}, 4, Comparison::at_most, "2").verdict, Verdict::inconclusive);
  EXPECT_EQ(summarised(CensusKind::distinct, {3, 9, 9}, 4, Comparison::at_least, "2").verdict, Verdict::pass);
}

// Few rows have few different values, whatever these are; nobody has seen one of them.
TEST(Census, WhereNotOneRowIsKnownNothingPasses) {
  for (const CensusKind kind : {CensusKind::distinct, CensusKind::minimum, CensusKind::maximum, CensusKind::sum})
    for (const Comparison op : {Comparison::at_most, Comparison::at_least}) {
      const Judged open = summarised(kind, {}, 3, op, op == Comparison::at_most ? "5" : "0");
      EXPECT_EQ(open.verdict, Verdict::inconclusive);
      EXPECT_EQ(open.reason, Reason::unknown_rows);
      EXPECT_EQ(open.estimate, "");
      EXPECT_EQ(open.note, "none of its rows is known");
    }
  EXPECT_EQ(summarised(CensusKind::distinct, {7}, 3, Comparison::at_most, "5").verdict, Verdict::pass);
  EXPECT_EQ(summarised(CensusKind::distinct, {}, 3, Comparison::at_least, "5").verdict, Verdict::fail);
  EXPECT_EQ(counted(0, 3, 3, Comparison::at_most, "5").verdict, Verdict::inconclusive);
  EXPECT_EQ(counted(0, 3, 3, Comparison::at_most, "5", 0, plan::UnknownAs::good).verdict, Verdict::inconclusive);
  EXPECT_EQ(counted(0, 3, 4, Comparison::at_most, "5").verdict, Verdict::pass);
}

TEST(Census, ZeroRowsAreNoData) {
  EXPECT_EQ(counted(0, 0, 0, Comparison::at_most, "5").verdict, Verdict::no_data);
}

TEST(Census, CalculationsOverRecordedFactsKeepTheirTies) {
  const auto ratio = [](std::uint64_t a, std::uint64_t b, Comparison op, const std::string& threshold,
                        std::uint64_t unknown = 0) {
    CaseBuilder one;
    plan::Requirement requirement = one.direct(one.row_count(a, unknown, 1'000, "count(a)"), op, threshold);
    requirement.leaves.push_back(one.row_count(b, 0, 1'000, "count(b)"));
    requirement.terms = {plan::LeafTerm{0}, plan::LeafTerm{1}, plan::CalculatedTerm{plan::Calculation::divide, {0, 1}}};
    requirement.direct_op.reset();
    requirement.splits = 2;
    one.objective("ratio", {requirement}, "0.95");
    one.plan.objectives[0].confidence = 0;  // none stated: exact facts need none
    one.usual_rules();
    return headline(one.judged_first());
  };
  EXPECT_EQ(ratio(1, 10, Comparison::at_most, "0.1").verdict, Verdict::pass);
  EXPECT_EQ(ratio(1, 10, Comparison::less, "0.1").verdict, Verdict::fail);
  EXPECT_EQ(ratio(1, 3, Comparison::at_least, "1/3").verdict, Verdict::pass);
  EXPECT_EQ(ratio(1, 0, Comparison::at_most, "0.1").reason, Reason::denominator);
  EXPECT_EQ(ratio(1, 10, Comparison::at_most, "0.1", 1).reason, Reason::unknown_rows);
  const Judged unseen = ratio(0, 1'000, Comparison::at_most, "2", 1'000);  // not one row of the first is known
  EXPECT_EQ(unseen.verdict, Verdict::inconclusive);
  EXPECT_EQ(unseen.reason, Reason::unknown_rows);
  EXPECT_EQ(unseen.note, "of one of its parts no row is known");
  EXPECT_EQ(ratio(1, 10, Comparison::at_most, "0.1").method, "census");
}

}  // namespace
}  // namespace proofmark::judgement
