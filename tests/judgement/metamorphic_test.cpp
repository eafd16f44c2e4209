// What must hold of every family, whatever the counts (the catalogue's metamorphic checks): a further bad row never
// helps, more confidence never decides more, units do not matter, swapped arms mirror each other.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "tests/judgement/case_builder.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Rational;

// Of a claim that bad rows hurt.
int worth(Verdict verdict) {
  return verdict == Verdict::pass ? 2 : verdict == Verdict::fail ? 0 : 1;
}
bool is_decided(Verdict verdict) {
  return verdict == Verdict::pass || verdict == Verdict::fail;
}
std::string higher_confidence() {
  return *rc::gen::element<std::string>("0.97", "0.99", "0.9999");
}

// ---------------------------------------------------------------- two shares, in strata or not

struct Shares {
  plan::TwoSharesKind kind = plan::TwoSharesKind::difference;
  std::vector<std::uint64_t> bad1, rows1, bad2, rows2;  // by stratum; the whole where there is one
  std::string threshold = "0.02", confidence = "0.95";
  Comparison op = Comparison::at_most;
};

std::uint64_t total(const std::vector<std::uint64_t>& counts) {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts) sum += count;
  return sum;
}

ObjectiveVerdict judged(const Shares& one) {
  CaseBuilder builder;
  const auto arm = [&](const std::vector<std::uint64_t>& bad, const std::vector<std::uint64_t>& rows) {
    plan::Proportion share;
    share.population = builder.count(rows);
    share.good = builder.count(bad);
    share.unknown = builder.count(std::vector<std::uint64_t>(rows.size(), 0));
    return share;
  };
  plan::TwoShares shares{
      one.kind, arm({total(one.bad1)}, {total(one.rows1)}), arm({total(one.bad2)}, {total(one.rows2)}), {}};
  plan::Leaf leaf;
  leaf.outside = builder.count({0});
  if (one.rows1.size() > 1) {
    std::vector<plan::GroupKey> keys;
    for (std::size_t i = 0; i < one.rows1.size(); ++i) keys.emplace_back(std::string(1, static_cast<char>('a' + i)));
    builder.group_by("region", keys);
    shares.strata = plan::TwoShares::Strata{arm(one.bad1, one.rows1), arm(one.bad2, one.rows2)};
  }
  leaf.what = shares;
  leaf.text = "two shares";
  plan::Objective& objective =
      builder.objective("o", {CaseBuilder::direct(leaf, one.op, one.threshold)}, one.confidence);
  objective.grouping.reset();
  objective.group_field.reset();
  if (one.rows1.size() > 1) objective.strata_field = "region";
  builder.usual_rules();
  return builder.judged_first();
}

Shares draw_shares() {
  Shares drawn;
  drawn.kind = *rc::gen::element(plan::TwoSharesKind::difference, plan::TwoSharesKind::odds_ratio);
  const auto strata = *rc::gen::inRange<std::size_t>(1, 4);
  for (std::size_t i = 0; i < strata; ++i)
    for (auto [bad, rows] : {std::pair(&drawn.bad1, &drawn.rows1), std::pair(&drawn.bad2, &drawn.rows2)}) {
      rows->push_back(*rc::gen::inRange<std::uint64_t>(0, 400));
      bad->push_back(*rc::gen::inRange<std::uint64_t>(0, std::min<std::uint64_t>(rows->back(), 40) + 1));
    }
  drawn.threshold = drawn.kind == plan::TwoSharesKind::odds_ratio
                        ? *rc::gen::element<std::string>("0.8", "1.2", "2", "5")
                        : *rc::gen::element<std::string>("-0.01", "0.02", "0.1");
  drawn.confidence = *rc::gen::element<std::string>("0.9", "0.95", "0.999", "0.999999");
  // Within several strata the normal tail of a ratio is not monotone that far out (decision 0015).
  if (drawn.kind == plan::TwoSharesKind::odds_ratio && strata > 1 && drawn.confidence.size() > 4)
    drawn.confidence = "0.95";
  return drawn;
}

TEST(Metamorphic, AFurtherFailureOfTheFirstPopulationNeverHelps) {
  EXPECT_TRUE(rc::check("one more bad row in the first, one fewer in the second", [] {
    Shares drawn = draw_shares();
    const Verdict before = judged(drawn).verdict;
    const auto stratum = *rc::gen::inRange<std::size_t>(0, drawn.rows1.size());
    RC_PRE(drawn.rows1[stratum] > 0 && drawn.rows2[stratum] > 0);
    const bool in_first = *rc::gen::arbitrary<bool>();
    if (in_first) {
      RC_PRE(drawn.bad1[stratum] < drawn.rows1[stratum]);
      ++drawn.bad1[stratum];
    } else {
      RC_PRE(drawn.bad2[stratum] > 0);
      --drawn.bad2[stratum];
    }
    const Verdict after = judged(drawn).verdict;
    if (before != Verdict::no_data) RC_ASSERT(worth(after) <= worth(before));
  }));
}

TEST(Metamorphic, MoreConfidenceNeverDecidesTwoShares) {
  EXPECT_TRUE(rc::check("two shares at a higher confidence", [] {
    Shares drawn = draw_shares();
    const Verdict before = judged(drawn).verdict;
    drawn.confidence = drawn.confidence.size() > 4 ? "0.9999999" : higher_confidence();
    const Verdict after = judged(drawn).verdict;
    RC_ASSERT(!is_decided(after) || after == before);
  }));
}

TEST(Metamorphic, SwappedArmsMirrorTheInterval) {
  EXPECT_TRUE(rc::check("a difference seen from the other side", [] {
    Shares drawn = draw_shares();
    drawn.kind = plan::TwoSharesKind::difference;
    drawn.threshold = "0.05";
    Shares mirrored = drawn;
    std::swap(mirrored.bad1, mirrored.bad2);
    std::swap(mirrored.rows1, mirrored.rows2);
    mirrored.op = Comparison::at_least;
    mirrored.threshold = "-0.05";
    const ObjectiveVerdict one = judged(drawn), other = judged(mirrored);
    RC_ASSERT(one.verdict == other.verdict);
    if (one.verdict == Verdict::no_data) return;
    RC_ASSERT(exact(headline(one).upper) == *plan::negate(exact(headline(other).lower)));
    RC_ASSERT(exact(headline(one).lower) == *plan::negate(exact(headline(other).upper)));
  }));
}

// ---------------------------------------------------------------- rates

Judged judged_rate(const std::vector<std::uint64_t>& hours, bool poisson, const std::string& threshold,
                   const std::string& confidence, std::int64_t unit_ns) {
  CaseBuilder builder;
  const plan::Leaf leaf =
      builder.rate({hours, unit_ns, static_cast<std::int64_t>(hours.size()), poisson}, "rate(errors, per: 1h)");
  plan::Requirement requirement = CaseBuilder::direct(leaf, Comparison::at_most, threshold);
  requirement.unit = plan::Unit::number;
  builder.objective("rare", {requirement}, confidence);
  builder.usual_rules();
  return headline(builder.judged_first());
}

TEST(Metamorphic, RatesKnowTheirDirectionTheirLevelAndTheirUnit) {
  EXPECT_TRUE(rc::check("events an hour", [] {
    constexpr std::int64_t kHour = 3'600'000'000'000;
    const auto count = *rc::gen::inRange<std::size_t>(1, 60);
    std::vector<std::uint64_t> hours(count);
    for (auto& events : hours) events = *rc::gen::inRange<std::uint64_t>(0, 6);
    const bool poisson = *rc::gen::arbitrary<bool>();
    const std::string threshold = *rc::gen::element<std::string>("1", "2", "3", "4");
    const Judged before = judged_rate(hours, poisson, threshold, "0.9", kHour);
    const Judged strict = judged_rate(hours, poisson, threshold, higher_confidence(), kHour);
    RC_ASSERT(!is_decided(strict.verdict) || strict.verdict == before.verdict);
    // The same events a minute in as many minutes: only the unit is another.
    const Judged scaled = judged_rate(hours, poisson, threshold, "0.9", kHour / 60);
    RC_ASSERT(scaled.verdict == before.verdict);
    RC_ASSERT(scaled.upper == before.upper && scaled.lower == before.lower);
    if (!poisson) return;
    ++hours[*rc::gen::inRange<std::size_t>(0, count)];
    RC_ASSERT(worth(judged_rate(hours, true, threshold, "0.9", kHour).verdict) <= worth(before.verdict));
  }));
}

// ---------------------------------------------------------------- means

Judged judged_mean(const std::vector<std::int64_t>& values, std::int64_t high, const std::string& threshold,
                   const std::string& confidence, plan::Method method) {
  CaseBuilder builder;
  plan::MomentSums sums;
  plan::Int128 sum = 0, squares = 0;
  for (const std::int64_t value : values) {
    ++sums.known;
    sum += value;
    squares += plan::Int128(value) * value;
  }
  sums.sum = sum;
  sums.squares = squares;
  const plan::FactRef rows = builder.count({sums.known});
  plan::Leaf leaf;
  leaf.outside = builder.count({0});
  builder.plan.scans[0].accumulators.push_back({plan::SumMoments{0, 0, Rational(0), Rational(high)}, {}});
  builder.stream().facts.push_back(plan::MomentsFact{{sums}});
  leaf.what = plan::Mean{Rational(0),
                         Rational(high),
                         rows,
                         {0, static_cast<plan::Id>(builder.stream().facts.size() - 1)},
                         plan::Unit::duration};
  leaf.text = "mean(requests.duration, low: 0s, high: 1s)";
  builder.objective("fast", {CaseBuilder::direct(leaf, Comparison::at_most, threshold)}, confidence).method = method;
  builder.usual_rules();
  return headline(builder.judged_first());
}

TEST(Metamorphic, MeansKnowTheirLevelTheirScaleAndNotTheirOrder) {
  EXPECT_TRUE(rc::check("values in a range", [] {
    std::vector<std::int64_t> values(*rc::gen::inRange<std::size_t>(2, 300));
    for (auto& value : values) value = *rc::gen::inRange<std::int64_t>(0, 1'001);
    const auto method = *rc::gen::element(plan::Method::standard, plan::Method::hoeffding, plan::Method::student_t);
    const std::int64_t limit = *rc::gen::inRange<std::int64_t>(1, 1'000);
    const Judged before = judged_mean(values, 1'000, std::to_string(limit), "0.9", method);
    const Judged strict = judged_mean(values, 1'000, std::to_string(limit), higher_confidence(), method);
    RC_ASSERT(!is_decided(strict.verdict) || strict.verdict == before.verdict);
    std::vector<std::int64_t> scaled = values;
    const auto unit = *rc::gen::element<std::int64_t>(7, 1'000, 1'024);
    for (auto& value : scaled) value *= unit;
    RC_ASSERT(judged_mean(scaled, 1'000 * unit, std::to_string(limit * unit), "0.9", method).verdict == before.verdict);
    if (method != plan::Method::hoeffding) return;  // the others measure a spread, which a greater value may narrow
    auto& one = values[*rc::gen::inRange<std::size_t>(0, values.size())];
    one = std::min<std::int64_t>(1'000, one + 50);
    RC_ASSERT(worth(judged_mean(values, 1'000, std::to_string(limit), "0.9", method).verdict) <= worth(before.verdict));
  }));
}

// ---------------------------------------------------------------- some of several, splits, models, looks

TEST(Metamorphic, AFamilyNeverGainsByABadRowNorByConfidence) {
  EXPECT_TRUE(rc::check("at least k of m shares", [] {
    const auto members = *rc::gen::inRange<std::size_t>(2, 5);
    const auto least = *rc::gen::inRange<std::uint32_t>(1, static_cast<std::uint32_t>(members) + 1);
    std::vector<std::uint64_t> bad(members);
    for (auto& each : bad) each = *rc::gen::inRange<std::uint64_t>(0, 40);
    const auto verdict_of = [&](const std::string& confidence) {
      CaseBuilder one;
      std::vector<plan::Requirement> all;
      for (const std::uint64_t each : bad)
        all.push_back(CaseBuilder::direct(one.proportion({1'000 - each}, {0}, {1'000}), Comparison::at_least, "0.98"));
      one.objective("o", std::move(all), confidence).family_least = least;
      one.usual_rules();
      return one.judged_first().verdict;
    };
    const Verdict before = verdict_of("0.9"), strict = verdict_of(higher_confidence());
    RC_ASSERT(!is_decided(strict) || strict == before);
    ++bad[*rc::gen::inRange<std::size_t>(0, members)];
    RC_ASSERT(worth(verdict_of("0.9")) <= worth(before));
  }));
}

TEST(Metamorphic, AModelNeverGainsByABreachNorByConfidence) {
  EXPECT_TRUE(rc::check("trials of a model", [] {
    const auto trials = *rc::gen::inRange<std::uint64_t>(1, 5'000);
    const auto hits = *rc::gen::inRange<std::uint64_t>(0, std::min<std::uint64_t>(trials, 100));
    const auto verdict_of = [&](std::uint64_t breaches, const std::string& confidence) {
      CaseBuilder one;
      plan::Model model;
      model.name = "outage";
      model.trials = trials;
      model.nodes = {plan::ModelConstant{1}};
      model.counts = {0};
      one.plan.models = {model};
      one.facts.models = {{"outage", trials, 0, {breaches}, {}}};
      plan::Requirement requirement;
      requirement.op = Comparison::at_most;
      requirement.direct_op = Comparison::at_most;
      requirement.threshold = requirement.direct_threshold = exact("0.01");
      requirement.unit = plan::Unit::ratio;
      requirement.model = plan::ModelClaim{0, 0, {}, "probability(outage.breached)"};
      one.objective("survives", {requirement}, confidence);
      one.usual_rules();
      return one.judged_first().verdict;
    };
    const Verdict before = verdict_of(hits, "0.9"), strict = verdict_of(hits, higher_confidence());
    RC_ASSERT(!is_decided(strict) || strict == before);
    RC_ASSERT(worth(verdict_of(hits + 1, "0.9")) <= worth(before));
  }));
}

TEST(Metamorphic, LooksNeverGainByABadRowNorByMoreOfThem) {
  EXPECT_TRUE(rc::check("declared looks, and looks without limit", [] {
    const auto rows = *rc::gen::inRange<std::uint64_t>(1, 4'000);
    const auto bad = *rc::gen::inRange<std::uint64_t>(0, std::min<std::uint64_t>(rows, 60));
    const auto verdict_of = [&](std::uint64_t failing, const plan::Looks& looks, const std::string& confidence) {
      CaseBuilder one = one_proportion(rows - failing, 0, rows, Comparison::at_least, "0.99", confidence);
      one.plan.objectives[0].looks = looks;
      return one.judged_first().verdict;
    };
    const plan::Looks few{plan::LooksKind::at_most, *rc::gen::inRange<std::uint64_t>(1, 10), 0};
    const plan::Looks more{plan::LooksKind::at_most, few.maximum + *rc::gen::inRange<std::uint64_t>(1, 50), 0};
    const plan::Looks unlimited{plan::LooksKind::unlimited, 1, 0};
    for (const plan::Looks& looks : {few, more, unlimited}) {
      const Verdict before = verdict_of(bad, looks, "0.9"), strict = verdict_of(bad, looks, higher_confidence());
      RC_ASSERT(!is_decided(strict) || strict == before);
      RC_ASSERT(worth(verdict_of(bad + 1 > rows ? rows : bad + 1, looks, "0.9")) <= worth(before));
    }
    const Verdict often = verdict_of(bad, more, "0.9");
    RC_ASSERT(!is_decided(often) || often == verdict_of(bad, few, "0.9"));
  }));
}

// Half of the rows each, certified apart at half of alpha: the product of what both certify is not above what one
// certificate over all of them does.
TEST(Metamorphic, SplittingACertificateNeverCertifiesMore) {
  EXPECT_TRUE(rc::check("one certificate in two", [] {
    const auto rows = *rc::gen::inRange<std::uint64_t>(2, 4'000);
    const auto bad = *rc::gen::inRange<std::uint64_t>(0, std::min<std::uint64_t>(rows, 60));
    const std::uint64_t first = rows / 2, first_bad = std::min(first, bad / 2);
    const auto lower = [](std::uint64_t failing, std::uint64_t n, const std::string& confidence) {
      return exact(headline(one_proportion(n - failing, 0, n, Comparison::at_least, "0.5", confidence).judged_first())
                       .lower)
          .nearest_double();
    };
    RC_PRE(bad - first_bad <= rows - first);
    const double whole = lower(bad, rows, "0.95");
    const double parts = lower(first_bad, first, "0.975") * lower(bad - first_bad, rows - first, "0.975");
    RC_ASSERT(parts <= whole + 1e-9);
  }));
}

}  // namespace
}  // namespace proofmark::judgement
