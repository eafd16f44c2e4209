// What must hold of one distribution against another, whatever the values: swapped arms mirror, units do not matter, a
// value that grows worse never helps, more confidence never decides more; and of the guard of the split.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "runtime/engine/contrast.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::ContrastKind;

using Values = std::vector<std::int64_t>;

struct Compared {
  ContrastKind kind = ContrastKind::drift;
  Values first, second;
  std::uint64_t unknown_first = 0, unknown_second = 0;
  Comparison op = Comparison::at_most;
  std::string threshold = "0.3", confidence = "0.9";
};

plan::FactRef collected(CaseBuilder& builder, const Values& values, const plan::FactRef& population) {
  const plan::FactRef ref = builder.collect(population, {values}, exact("0.5"), Comparison::at_most, exact("0.05"));
  std::get<plan::CollectValues>(builder.plan.scans[0].accumulators[ref.accumulator].what).contrasted = true;
  return ref;
}

Judged judged(const Compared& one) {
  CaseBuilder builder;
  plan::Contrast contrast;
  contrast.kind = one.kind;
  contrast.population = builder.count({one.first.size() + one.unknown_first});
  contrast.other_population = builder.count({one.second.size() + one.unknown_second});
  contrast.values = collected(builder, one.first, contrast.population);
  contrast.other_values = collected(builder, one.second, contrast.other_population);
  contrast.contrast =
      builder.contrast(contrast.values, contrast.other_values, engine::contrast(one.first, one.second, false));
  plan::Leaf leaf;
  leaf.outside = builder.count({0});
  leaf.what = contrast;
  leaf.text = "two distributions";
  builder.objective("alike", {CaseBuilder::direct(leaf, one.op, one.threshold)}, one.confidence);
  builder.usual_rules();
  return headline(builder.judged_first());
}

bool is_decided(const Judged& found) {
  return found.verdict == Verdict::pass || found.verdict == Verdict::fail;
}
int worth(const Judged& found) {
  return found.verdict == Verdict::pass ? 2 : found.verdict == Verdict::fail ? 0 : 1;
}

Values draw_values(std::int64_t most) {
  Values values(*rc::gen::inRange<std::size_t>(1, 400));
  for (auto& value : values) value = *rc::gen::inRange<std::int64_t>(0, most);
  return values;
}

Compared draw(std::initializer_list<ContrastKind> kinds) {
  Compared one;
  one.kind = *rc::gen::elementOf(std::vector<ContrastKind>(kinds));
  one.first = draw_values(*rc::gen::inRange<std::int64_t>(1, 60));
  one.second = draw_values(*rc::gen::inRange<std::int64_t>(1, 60));
  one.unknown_first = *rc::gen::weightedElement<std::uint64_t>({{4, 0}, {1, 3}});
  one.unknown_second = *rc::gen::weightedElement<std::uint64_t>({{4, 0}, {1, 5}});
  one.threshold = *rc::gen::element<std::string>("0.15", "0.3", "0.5", "0.7");
  one.op = one.kind == ContrastKind::similarity ? Comparison::at_least : Comparison::at_most;
  return one;
}

const auto kAll = {ContrastKind::similarity, ContrastKind::drift, ContrastKind::worse_by,
                   ContrastKind::probability_worse};

TEST(ContrastProperty, SwappedPopulationsMirror) {
  EXPECT_TRUE(rc::check("both populations change places", [] {
    const Compared one = draw({ContrastKind::similarity, ContrastKind::drift});
    Compared other = one;
    std::swap(other.first, other.second);
    std::swap(other.unknown_first, other.unknown_second);
    const Judged here = judged(one), there = judged(other);
    RC_ASSERT(here.verdict == there.verdict && here.lower == there.lower && here.upper == there.upper);
  }));
  EXPECT_TRUE(rc::check("the probability of being worse is one less that of being better", [] {
    Compared one = draw({ContrastKind::probability_worse});
    Compared other = one;
    std::swap(other.first, other.second);
    std::swap(other.unknown_first, other.unknown_second);
    other.op = Comparison::at_least;
    other.threshold = plan::subtract(plan::Rational(1), exact(one.threshold))->to_decimal();
    const Judged here = judged(one), there = judged(other);
    RC_ASSERT(here.verdict == there.verdict);
    RC_ASSERT(std::abs(exact(here.upper).nearest_double() - (1 - exact(there.lower).nearest_double())) < 1e-9);
    RC_ASSERT(std::abs(exact(here.lower).nearest_double() - (1 - exact(there.upper).nearest_double())) < 1e-9);
  }));
}

TEST(ContrastProperty, UnitsAndOrderDoNotMatter) {
  EXPECT_TRUE(rc::check("another unit, another zero, another order", [] {
    const Compared one = draw(kAll);
    Compared other = one;
    const auto factor = *rc::gen::element<std::int64_t>(7, 1'000, 1'000'000);
    for (Values* values : {&other.first, &other.second}) {
      for (auto& value : *values) value = value * factor - 12'345;
      std::reverse(values->begin(), values->end());
    }
    const Judged here = judged(one), there = judged(other);
    RC_ASSERT(here.verdict == there.verdict && here.lower == there.lower && here.upper == there.upper);
    RC_ASSERT(here.estimate == there.estimate);
  }));
}

TEST(ContrastProperty, AWorseValueNeverHelps) {
  EXPECT_TRUE(rc::check("one greater value of the first, one smaller of the second", [] {
    Compared one = draw({ContrastKind::worse_by, ContrastKind::probability_worse});
    const Judged before = judged(one);
    const auto by = *rc::gen::inRange<std::int64_t>(1, 40);
    one.first[*rc::gen::inRange<std::size_t>(0, one.first.size())] += by;
    const Judged first = judged(one);
    RC_ASSERT(worth(first) <= worth(before));
    one.second[*rc::gen::inRange<std::size_t>(0, one.second.size())] -= by;
    RC_ASSERT(worth(judged(one)) <= worth(first));
  }));
}

TEST(ContrastProperty, AnUnknownValueNeverDecides) {
  EXPECT_TRUE(rc::check("one value more is unknown", [] {
    Compared one = draw(kAll);
    RC_PRE(one.first.size() > 1);
    const Judged before = judged(one);
    one.first.pop_back();
    ++one.unknown_first;
    const Judged after = judged(one);
    // Whatever was open may be decided without the value that is gone, but pass and fail do not change places.
    RC_ASSERT(std::abs(worth(after) - worth(before)) < 2);
  }));
}

TEST(ContrastProperty, MoreConfidenceNeverDecidesMore) {
  EXPECT_TRUE(rc::check("two distributions at a higher confidence", [] {
    Compared one = draw(kAll);
    const Judged before = judged(one);
    one.confidence = *rc::gen::element<std::string>("0.95", "0.999", "0.999999");
    const Judged after = judged(one);
    RC_ASSERT(!is_decided(after) || after.verdict == before.verdict);
  }));
}

// ---------------------------------------------------------------- the declared split

Judged judged_split(std::uint64_t first, std::uint64_t second, const std::string& share, std::uint64_t bad) {
  CaseBuilder one;
  plan::Requirement requirement =
      CaseBuilder::direct(one.proportion({first - bad}, {0}, {first}), Comparison::at_least, "0.9");
  plan::Split split{"a : b", {one.count({first}), one.count({second})}, {exact(share)}};
  split.shares.push_back(*plan::subtract(plan::Rational(1), split.shares[0]));
  requirement.split = split;
  one.objective("o", {requirement});
  one.usual_rules();
  return headline(one.judged_first());
}

TEST(SplitProperty, OnlyWithholds) {
  EXPECT_TRUE(rc::check("a verdict over a split, and without one", [] {
    const auto first = *rc::gen::inRange<std::uint64_t>(1, 5'000), second = *rc::gen::inRange<std::uint64_t>(1, 5'000);
    const auto bad = *rc::gen::inRange<std::uint64_t>(0, first + 1);
    const std::string share = *rc::gen::element<std::string>("0.1", "0.5", "0.9");
    const Judged found = judged_split(first, second, share, bad);
    CaseBuilder plain = one_proportion(first - bad, 0, first, Comparison::at_least, "0.9");
    const Verdict without = headline(plain.judged_first()).verdict;
    RC_ASSERT(found.split.has_value());
    if (found.reason == Reason::sample_ratio_mismatch) {
      RC_ASSERT(found.verdict == Verdict::inconclusive && found.lower.empty() && found.upper.empty());
    } else {
      RC_ASSERT(found.verdict == without);
    }
    RC_ASSERT((found.split->p < 0.001) == (found.reason == Reason::sample_ratio_mismatch));
  }));
}

TEST(SplitProperty, NamesChangePlaces) {
  EXPECT_TRUE(rc::check("a : b as s : t, b : a as t : s; and the further off, the less it fits", [] {
    const auto rows = *rc::gen::inRange<std::uint64_t>(10, 5'000);
    const auto off = *rc::gen::inRange<std::uint64_t>(0, rows);
    const Judged one = judged_split(rows + off, rows, "0.5", 0), other = judged_split(rows, rows + off, "0.5", 0);
    RC_ASSERT(one.split->p == other.split->p);
    const Judged further = judged_split(rows + off + 1, rows - 1, "0.5", 0);
    RC_ASSERT(further.split->p <= one.split->p);
  }));
}

}  // namespace
}  // namespace proofmark::judgement
