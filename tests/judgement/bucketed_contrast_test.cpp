// Two distributions of values that are known by their buckets: against every placement of the values, against the
// values themselves, and how often a claim that just fails to hold passes.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>

#include "runtime/engine/contrast.h"
#include "runtime/statistics/contrast.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::ContrastKind;
using plan::ContrastSums;
using plan::Told;

using Values = std::vector<std::int64_t>;

// Whole numbers above `lower` and up to `upper`; nothing: no edge there.
struct Bucket {
  std::optional<std::int64_t> lower, upper;
};
using Buckets = std::vector<Bucket>;

// The edges of one end that there are.
Values edges(const Buckets& values, std::optional<std::int64_t> Bucket::* end) {
  Values known;
  for (const Bucket& bucket : values)
    if (bucket.*end) known.push_back(*(bucket.*end));
  return known;
}

// The first's values as great and the second's as small as they can be, or the reverse.
ContrastSums placed(const Buckets& first, const Buckets& second, bool greatest) {
  const auto side = [](const Values& keys, const Buckets& all, bool upper) {
    return engine::ToldSample{keys, {}, upper ? Told::upto : Told::above, all.size()};
  };
  const Values one = edges(first, greatest ? &Bucket::upper : &Bucket::lower);
  const Values two = edges(second, greatest ? &Bucket::lower : &Bucket::upper);
  return engine::contrast(side(one, first, greatest), side(two, second, !greatest), false);
}

statistics::ContrastCounts counts_of(const Buckets& first, const Buckets& second) {
  return {placed(first, second, true), 0, 0, placed(first, second, false)};
}

// The bucket of each value, by upper edges in ascending order.
Buckets bucketed(const Values& values, const Values& upper_edges) {
  Buckets buckets;
  for (const std::int64_t value : values) {
    const auto at = std::lower_bound(upper_edges.begin(), upper_edges.end(), value);
    Bucket& bucket = buckets.emplace_back();
    if (at != upper_edges.begin()) bucket.lower = *(at - 1);
    if (at != upper_edges.end()) bucket.upper = *at;
  }
  return buckets;
}

constexpr std::array kAll{ContrastKind::similarity, ContrastKind::drift, ContrastKind::worse_by,
                          ContrastKind::probability_worse};

double exact_estimate(ContrastKind kind, const Values& first, const Values& second) {
  return statistics::contrast_bounds(kind, {engine::contrast(first, second, false), 0, 0}, 0.05).estimate;
}

// ---------------------------------------------------------------- every placement

// Calls with every list of whole numbers that lie in the buckets; edges that are not there are taken at -1 and 9.
void for_each_placement(const Buckets& buckets, const std::function<void(const Values&)>& visit) {
  Values values(buckets.size());
  const std::function<void(std::size_t)> place = [&](std::size_t i) {
    if (i == buckets.size()) return visit(values);
    for (values[i] = buckets[i].lower.value_or(-1) + 1; values[i] <= buckets[i].upper.value_or(9); ++values[i])
      place(i + 1);
  };
  place(0);
}

Buckets some_buckets(std::mt19937_64& random) {
  Buckets buckets(1 + random() % 3);
  for (Bucket& bucket : buckets) {
    const auto lower = static_cast<std::int64_t>(random() % 8);
    bucket = {lower, lower + 1 + static_cast<std::int64_t>(random() % 3)};
    if (random() % 9 == 0) bucket.lower.reset();
    if (random() % 9 == 0) bucket.upper.reset();
  }
  return buckets;
}

TEST(BucketedContrast, TheEndsAreThoseOfAllPlacements) {
  std::mt19937_64 random(5);
  int attained = 0, all = 0;
  for (int trial = 0; trial < 300; ++trial) {
    const Buckets first = some_buckets(random), second = some_buckets(random);
    for (const ContrastKind kind : kAll) {
      const auto found = statistics::contrast_bounds(kind, counts_of(first, second), 0.05);
      double least = 2, most = -1;
      for_each_placement(first, [&](const Values& one) {
        for_each_placement(second, [&](const Values& two) {
          const double estimate = exact_estimate(kind, one, two);
          least = std::min(least, estimate);
          most = std::max(most, estimate);
        });
      });
      const bool alike = kind == ContrastKind::similarity, gap = alike || kind == ContrastKind::drift;
      // Of the greatest gap the one end is attained always; the other where it is that of one of the two placements.
      EXPECT_DOUBLE_EQ(alike ? found.estimate : found.estimate_most, alike ? least : most) << trial;
      if (!gap) {
        EXPECT_DOUBLE_EQ(found.estimate, least) << trial;
        continue;
      }
      EXPECT_LE(alike ? most : found.estimate, (alike ? found.estimate_most : least) + 1e-12) << trial;
      attained += (alike ? most == found.estimate_most : least == found.estimate) ? 1 : 0;
      ++all;
    }
  }
  EXPECT_GT(attained * 10, all * 6);  // the rest by the coarseness of one value in three, or of nested buckets
}

// ---------------------------------------------------------------- judged

struct Compared {
  ContrastKind kind = ContrastKind::drift;
  Buckets first, second;
  Comparison op = Comparison::at_most;
  std::string threshold = "0.3", confidence = "0.9";
  std::uint64_t late = 0;
};

plan::FactRef collected(CaseBuilder& builder, const Values& values, const plan::FactRef& population) {
  const plan::FactRef ref = builder.collect(population, {values}, exact("0.5"), Comparison::at_most, exact("0.05"));
  std::get<plan::CollectValues>(builder.plan.scans[0].accumulators[ref.accumulator].what).contrasted = true;
  return ref;
}

plan::Leaf leaf_of(CaseBuilder& builder, const Compared& one) {
  plan::Contrast contrast;
  contrast.kind = one.kind;
  contrast.population = builder.count({one.first.size()});
  contrast.other_population = builder.count({one.second.size()});
  contrast.values = collected(builder, edges(one.first, &Bucket::lower), contrast.population);
  contrast.other_values = collected(builder, edges(one.second, &Bucket::lower), contrast.other_population);
  plan::ContrastBuckets& buckets = contrast.buckets.emplace();
  buckets.upper_values = collected(builder, edges(one.first, &Bucket::upper), contrast.population);
  buckets.other_upper_values = collected(builder, edges(one.second, &Bucket::upper), contrast.other_population);
  contrast.contrast = builder.contrast(*buckets.upper_values, contrast.other_values,
                                       placed(one.first, one.second, true), Told::upto, Told::above);
  buckets.least = builder.contrast(contrast.values, *buckets.other_upper_values, placed(one.first, one.second, false),
                                   Told::above, Told::upto);
  plan::Leaf leaf;
  leaf.outside = builder.count({0});
  leaf.what = contrast;
  leaf.text = "two histograms";
  return leaf;
}

ObjectiveVerdict verdict_of(const Compared& one) {
  CaseBuilder builder;
  builder.stream().late = one.late;
  const plan::Leaf leaf = leaf_of(builder, one);
  builder.objective("alike", {CaseBuilder::direct(leaf, one.op, one.threshold)}, one.confidence);
  builder.usual_rules();
  return builder.judged_first();
}
Judged judged(const Compared& one) {
  return headline(verdict_of(one));
}

// The same of the values themselves.
Judged judged_exactly(const Compared& one, const Values& first, const Values& second) {
  CaseBuilder builder;
  plan::Contrast contrast;
  contrast.kind = one.kind;
  contrast.population = builder.count({first.size()});
  contrast.other_population = builder.count({second.size()});
  contrast.values = collected(builder, first, contrast.population);
  contrast.other_values = collected(builder, second, contrast.other_population);
  contrast.contrast = builder.contrast(contrast.values, contrast.other_values, engine::contrast(first, second, false));
  plan::Leaf leaf;
  leaf.outside = builder.count({0});
  leaf.what = contrast;
  builder.objective("alike", {CaseBuilder::direct(leaf, one.op, one.threshold)}, one.confidence);
  builder.usual_rules();
  return headline(builder.judged_first());
}

bool is_decided(const Judged& found) {
  return found.verdict == Verdict::pass || found.verdict == Verdict::fail;
}

constexpr std::int64_t kMost = 60;

Values draw_values() {
  const auto most = *rc::gen::inRange<std::int64_t>(1, kMost);
  Values values(*rc::gen::inRange<std::size_t>(1, 1'500));
  for (auto& value : values) value = *rc::gen::inRange<std::int64_t>(0, most);
  return values;
}

Values draw_edges() {
  Values upper_edges;
  const auto part = *rc::gen::element(1, 2, 5, 20);
  for (std::int64_t edge = -1; edge <= kMost; ++edge)
    if (*rc::gen::inRange(0, part) == 0) upper_edges.push_back(edge);
  return upper_edges;
}

// The claim, of values that are drawn beside it.
Compared draw_claim() {
  Compared one;
  one.kind = *rc::gen::elementOf(std::vector<ContrastKind>(kAll.begin(), kAll.end()));
  one.threshold = *rc::gen::element<std::string>("0.1", "0.2", "0.3", "0.5", "0.7", "0.9");
  one.op = *rc::gen::element(Comparison::at_most, Comparison::at_least);
  one.confidence = *rc::gen::element<std::string>("0.6", "0.9");
  return one;
}

TEST(BucketedContrast, NeverDecidesAgainstTheValues) {
  int decided = 0;
  EXPECT_TRUE(rc::check("a verdict of buckets is that of the values in them", [&] {
    Compared one = draw_claim();
    const Values first = draw_values(), second = draw_values();
    one.first = bucketed(first, draw_edges());
    one.second = bucketed(second, draw_edges());
    const Judged coarse = judged(one), exactly = judged_exactly(one, first, second);
    RC_ASSERT(!is_decided(coarse) || coarse.verdict == exactly.verdict);
    RC_ASSERT(exact(coarse.lower) <= exact(exactly.lower) && exact(exactly.upper) <= exact(coarse.upper));
    RC_ASSERT(exact(coarse.estimate_above) <= exact(exactly.estimate));
    RC_ASSERT(exact(exactly.estimate) <= exact(coarse.estimate));
    decided += is_decided(coarse) ? 1 : 0;
  }));
  EXPECT_GT(decided, 10);
}

TEST(BucketedContrast, CoarserBucketsNeverDecideMore) {
  EXPECT_TRUE(rc::check("an edge less", [] {
    Compared one = draw_claim();
    const Values first = draw_values(), second = draw_values();
    Values of_first = draw_edges(), of_second = draw_edges();
    one.first = bucketed(first, of_first);
    one.second = bucketed(second, of_second);
    const Judged fine = judged(one);
    for (Values* upper_edges : {&of_first, &of_second})
      std::erase_if(*upper_edges, [](std::int64_t) { return *rc::gen::inRange(0, 3) == 0; });
    one.first = bucketed(first, of_first);
    one.second = bucketed(second, of_second);
    const Judged coarse = judged(one);
    RC_ASSERT(!is_decided(coarse) || coarse.verdict == fine.verdict);
    RC_ASSERT(exact(coarse.lower) <= exact(fine.lower) && exact(fine.upper) <= exact(coarse.upper));
  }));
}

TEST(BucketedContrast, BucketsOfOneValueAreTheValues) {
  EXPECT_TRUE(rc::check("an edge at every whole number", [] {
    Compared one = draw_claim();
    const Values first = draw_values(), second = draw_values();
    Values every;
    for (std::int64_t edge = -1; edge <= kMost; ++edge) every.push_back(edge);
    one.first = bucketed(first, every);
    one.second = bucketed(second, every);
    const Judged fine = judged(one), exactly = judged_exactly(one, first, second);
    RC_ASSERT(fine.verdict == exactly.verdict && fine.lower == exactly.lower && fine.upper == exactly.upper);
    RC_ASSERT(std::abs(exact(fine.estimate).nearest_double() - exact(exactly.estimate).nearest_double()) < 1e-9);
  }));
}

TEST(BucketedContrast, ABucketThatMayHoldAllDecidesNothing) {
  Compared one;
  one.first = one.second = Buckets(20'000, Bucket{10, 20});
  const ObjectiveVerdict verdict = verdict_of(one);
  const Judged& found = headline(verdict);
  EXPECT_EQ(found.verdict, Verdict::inconclusive);
  EXPECT_EQ(found.reason, Reason::quantised);
  EXPECT_EQ(found.estimate_above, "0");
  EXPECT_EQ(found.estimate, "1");
  EXPECT_FALSE(found.samples_needed.has_value());
  EXPECT_NE(verdict.because.find("between 0 % and 100 % over 20,000"), std::string::npos) << verdict.because;
  EXPECT_NE(verdict.because.find("record finer buckets"), std::string::npos) << verdict.because;
}

// At edges that both have, distributions that lie apart are seen to.
TEST(BucketedContrast, AFailureShowsAtAnEdge) {
  Compared one;
  one.kind = ContrastKind::worse_by;
  one.threshold = "0.05";
  for (int i = 0; i < 4'000; ++i) {
    one.first.push_back(i % 10 < 5 ? Bucket{{}, 100} : Bucket{100, {}});
    one.second.push_back(i % 10 < 8 ? Bucket{{}, 100} : Bucket{100, {}});
  }
  const Judged found = judged(one);
  EXPECT_EQ(found.verdict, Verdict::fail);
  EXPECT_EQ(found.estimate_above, "0.3");
  EXPECT_EQ(found.estimate, "0.8");
}

TEST(BucketedContrast, TooFewAreToldFromTooCoarse) {
  Compared one;
  one.threshold = "0.15";
  for (int i = 0; i < 500; ++i) {
    const std::int64_t lower = i % 10 * 10;
    one.first.push_back({lower, lower + 10});
    one.second.push_back({lower, lower + 10});
  }
  const Judged few = judged(one);  // at the most 0.1
  EXPECT_EQ(few.reason, Reason::too_few);
  ASSERT_TRUE(few.samples_needed.has_value());
  EXPECT_EQ(few.estimate, "0.1");
  one.threshold = "0.08";
  EXPECT_EQ(judged(one).reason, Reason::quantised);
}

// Events of series that began late may lie anywhere, and may not have been at all.
TEST(BucketedContrast, LateEventsWidenTheBounds) {
  Compared one;
  for (int i = 0; i < 4'000; ++i) {
    const std::int64_t lower = i % 40 * 10;
    one.first.push_back({lower, lower + 10});
    one.second.push_back({lower, lower + 10});
  }
  one.threshold = "0.15";
  EXPECT_EQ(judged(one).verdict, Verdict::pass);
  one.late = 400;
  const Judged found = judged(one);
  EXPECT_EQ(found.verdict, Verdict::inconclusive);
  EXPECT_EQ(found.unknown, 800U);
}

// ---------------------------------------------------------------- how often it errs

// Values of 100 equal buckets of which those of the first population lie at the upper ends and those of the second at
// the lower: no placement is worse, so that the estimate that decides a pass is about the truth, which is `drift`.
TEST(BucketedContrast, PassesFalselyNoMoreOftenThanAlpha) {
  constexpr int kRepetitions = 2'000, kRows = 400;
  constexpr double kAlpha = 0.05;
  std::mt19937_64 random(2026);
  int passed = 0, failed = 0;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    Buckets first(kRows), second(kRows);
    for (Bucket& bucket : first) {
      const auto at = static_cast<std::int64_t>(random() % 100);
      bucket = {10 * at, 10 * at + 10};  // worth 10 at + 10
    }
    for (Bucket& bucket : second) {
      const auto at = static_cast<std::int64_t>(random() % 80);  // worth 10 at + 1
      bucket = {10 * at, 10 * at + 10};
    }
    // P(second <= t) - P(first <= t) is greatest just above the last lower end: 1 - 79/100.
    const double truth = 0.21;
    const auto bounds = statistics::contrast_bounds(ContrastKind::worse_by, counts_of(first, second), kAlpha);
    passed += bounds.upper < truth ? 1 : 0;  // below any limit that the truth just breaks
    failed += bounds.lower > truth ? 1 : 0;
  }
  EXPECT_LE(passed, kRepetitions * kAlpha);
  EXPECT_LE(failed, kRepetitions * kAlpha);
}

// Where the first's values alone vary, and each wins against all of the second or none, Hoeffding's bound is nearest to
// what it bounds: P(Bin(100, 1/2) <= 37) = 0.6 % at 5 %.
TEST(BucketedContrast, PairsPassFalselyNoMoreOftenThanAlpha) {
  constexpr int kRepetitions = 20'000, kRows = 100, kOthers = 400;
  constexpr double kAlpha = 0.05, kTruth = 0.5;
  std::mt19937_64 random(7);
  const Buckets second(kOthers, Bucket{10, 20});  // all of them at 11
  int passed = 0;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    Buckets first(kRows);
    for (Bucket& bucket : first) bucket = random() % 2 == 0 ? Bucket{0, 10} : Bucket{10, 20};  // at 10, or at 20
    const auto bounds = statistics::contrast_bounds(ContrastKind::probability_worse, counts_of(first, second), kAlpha);
    passed += bounds.upper < kTruth ? 1 : 0;
  }
  EXPECT_LE(passed, kRepetitions * kAlpha);
  EXPECT_GT(passed, kRepetitions / 500);
}

}  // namespace
}  // namespace proofmark::judgement
