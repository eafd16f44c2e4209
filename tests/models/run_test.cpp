// Whole models: known probabilities, the same facts by every way, unknown trials.
#include "runtime/models/run.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "runtime/models/recorded.h"

namespace proofmark::models {
namespace {

using plan::Model;
using plan::ModelConstant;
using plan::ModelDraw;
using plan::ModelFamily;
using plan::ModelOperation;
using plan::ModelRecorded;
using plan::ModelStep;
using plan::Rational;

Rational exact(const char* text) {
  return *Rational::parse(text);
}

// p ~ beta(6, 996); three calls fail with p; all of them do, or the waits exceed 800.
Model outage(std::uint64_t trials) {
  Model model{"outage", 0, 7, trials, {}, {}, {}};
  model.nodes = {ModelConstant{6}, ModelConstant{996}, ModelDraw{ModelFamily::beta, 0, 0, {0, 1}, 1}};
  for (std::uint32_t i = 0; i < 3; ++i) model.nodes.emplace_back(ModelDraw{ModelFamily::bernoulli, 1, i, {2}, 1});
  model.nodes.emplace_back(ModelConstant{exact("4.2")});
  model.nodes.emplace_back(ModelConstant{exact("0.6")});
  for (std::uint32_t i = 0; i < 3; ++i) model.nodes.emplace_back(ModelDraw{ModelFamily::lognormal, 2, i, {6, 7}, 1});
  model.nodes.emplace_back(ModelStep{ModelOperation::both, {3, 4}});
  model.nodes.emplace_back(ModelStep{ModelOperation::both, {11, 5}});
  model.nodes.emplace_back(ModelStep{ModelOperation::choose, {3, 9, 0}});
  model.nodes.emplace_back(ModelStep{ModelOperation::add, {8, 13}});
  model.nodes.emplace_back(ModelConstant{800});
  model.nodes.emplace_back(ModelStep{ModelOperation::greater, {14, 15}});
  model.nodes.emplace_back(ModelStep{ModelOperation::either, {12, 16}});
  model.counts = {3, 16, 17};
  model.ranks = {{14, exact("0.99"), exact("0.01"), false}, {2, exact("0.5"), exact("0.05"), true}};
  return model;
}

TEST(ModelRun, EveryWayGivesTheSameFacts) {
  const Model model = outage(20'011);
  const plan::ModelFact reference = run(model, {.reference = true, .threads = 1});
  EXPECT_EQ(reference.trials, 20'011U);
  EXPECT_EQ(reference.unknown, 0U);
  for (const unsigned threads : {1U, 2U, 3U, 7U})
    for (const statistics::Lanes lanes :
         {statistics::Lanes::one, statistics::Lanes::two, statistics::Lanes::four, statistics::Lanes::eight}) {
      if (lanes > statistics::widest_lanes()) continue;
      EXPECT_EQ(run(model, {.reference = false, .threads = threads, .lanes = lanes}), reference) << threads;
    }
  EXPECT_EQ(run(model, {.reference = true, .threads = 3}), reference);
}

TEST(ModelRun, TellsHowManyTrialsAreDone) {
  const Model model = outage(20'011);
  for (const bool reference : {true, false})
    for (const unsigned threads : {1U, 3U}) {
      std::atomic<std::uint64_t> done = 0;
      const plan::ModelFact fact = run(model, {.reference = reference, .threads = threads, .done = &done});
      EXPECT_EQ(done.load(), 20'011U);
      EXPECT_EQ(fact, run(model, {.reference = reference, .threads = threads}));
    }
}

// P(fail) = 6 / 1002 = 0.005988; four standard errors of 200,000 trials are 0.00069.
TEST(ModelRun, CountsComeNearTheTruth) {
  const plan::ModelFact fact = run(outage(200'000), {});
  EXPECT_NEAR(static_cast<double>(fact.counts[0]) / 200'000, 6.0 / 1002, 0.00069);
  // The median of beta(6, 996) is 0.0056626 (scipy.stats.beta.ppf).
  EXPECT_NEAR(fact.ranks[1].nearest->value, 0.0056626, 0.00004);
  EXPECT_LT(fact.ranks[0].lower->rank, fact.ranks[0].nearest->rank);
  EXPECT_GT(fact.ranks[0].upper->value, fact.ranks[0].lower->value);
}

TEST(ModelRun, SeedsAndModelsAreIndependentOfEachOther) {
  Model model = outage(50'000);
  const plan::ModelFact first = run(model, {});
  model.seed = 8;
  EXPECT_NE(run(model, {}).counts, first.counts);
  model.seed = 7;
  model.number = 1;
  EXPECT_NE(run(model, {}).counts, first.counts);
}

// A share drawn from [-1, 1] is none in half of the trials: these are unknown, and in no count.
TEST(ModelRun, WhatIsNoNumberMakesTheTrialUnknown) {
  Model model{"wrong", 0, 1, 10'000, {}, {}, {}};
  model.nodes = {ModelConstant{-1}, ModelConstant{1}, ModelDraw{ModelFamily::uniform, 0, 0, {0, 1}, 1},
                 ModelDraw{ModelFamily::bernoulli, 1, 0, {2}, 1}, ModelStep{ModelOperation::inverse, {3}}};
  model.counts = {3, 4};
  model.ranks = {{2, exact("0.5"), exact("0.05"), false}};
  const plan::ModelFact fact = run(model, {});
  EXPECT_NEAR(static_cast<double>(fact.unknown), 5000, 250);
  EXPECT_EQ(fact.unknown + fact.counts[0] + fact.counts[1], 10'000U);
  EXPECT_GT(fact.ranks[0].nearest->value, 0);
  EXPECT_FALSE(fact.ranks[0].lower.has_value() && fact.ranks[0].lower->rank > 200);
  EXPECT_EQ(run(model, {.reference = true}), fact);

  Model zero{"zero", 0, 1, 100, {}, {}, {}};
  zero.nodes = {ModelConstant{0}, ModelConstant{1}, ModelDraw{ModelFamily::uniform, 0, 0, {0, 1}, 1},
                ModelStep{ModelOperation::divide, {2, 0}}, ModelStep{ModelOperation::greater, {3, 1}}};
  zero.counts = {4};
  EXPECT_EQ(run(zero, {}).unknown, 100U);
  EXPECT_EQ(run(zero, {.reference = true}).unknown, 100U);
}

TEST(ModelRun, OperationsMeanTheSameInBlocks) {
  Model model{"steps", 0, 3, 4'099, {}, {}, {}};
  model.nodes = {ModelConstant{0}, ModelConstant{4}, ModelDraw{ModelFamily::binomial, 0, 0, {1, 5}, 1}};
  model.nodes = {ModelConstant{4}, ModelConstant{exact("0.5")}, ModelDraw{ModelFamily::binomial, 0, 0, {0, 1}, 1},
                 ModelDraw{ModelFamily::binomial, 0, 1, {0, 1}, exact("2.5")}};
  for (int op = 0; op <= static_cast<int>(ModelOperation::choose); ++op) {
    const auto operation = static_cast<ModelOperation>(op);
    if (operation == ModelOperation::divide) continue;
    const bool one = operation == ModelOperation::negate || operation == ModelOperation::inverse;
    model.nodes.emplace_back(ModelStep{operation, one ? std::vector<std::uint32_t>{2}
                                                  : operation == ModelOperation::choose
                                                      ? std::vector<std::uint32_t>{2, 3, 0}
                                                      : std::vector<std::uint32_t>{2, 3}});
    model.counts.push_back(static_cast<std::uint32_t>(model.nodes.size() - 1));
    model.ranks.push_back({static_cast<std::uint32_t>(model.nodes.size() - 1), exact("0.3"), exact("0.1"), false});
  }
  EXPECT_EQ(run(model, {}), run(model, {.reference = true}));
}

// Whoever chooses is any number, a constant among them; what is chosen are truths.
TEST(ModelRun, NumbersChooseAmongTruths) {
  Model model{"choice", 0, 3, 4'099, {}, {}, {}};
  model.nodes = {ModelConstant{4},
                 ModelConstant{exact("0.25")},
                 ModelDraw{ModelFamily::binomial, 0, 0, {0, 1}, 1},
                 ModelDraw{ModelFamily::bernoulli, 1, 0, {1}, 1},
                 ModelDraw{ModelFamily::bernoulli, 1, 1, {1}, 1},
                 ModelStep{ModelOperation::choose, {2, 3, 4}},
                 ModelStep{ModelOperation::choose, {0, 3, 4}},
                 ModelStep{ModelOperation::inverse, {3}},
                 ModelStep{ModelOperation::choose, {2, 3, 7}}};
  model.counts = {3, 5, 6, 8};
  const plan::ModelFact fact = run(model, {});
  EXPECT_EQ(fact, run(model, {.reference = true}));
  EXPECT_EQ(fact.counts[2], fact.counts[0]);
  // Binomial(4, 1/4) is above 0 with 0.6836: P = 0.6836 / 4 + 0.3164 * 3 / 4.
  EXPECT_NEAR(static_cast<double>(fact.counts[3]) / 4'099, 0.4082, 4 * 0.0077);
}

// Two values a trial, of 500 rows that are all different: within a round no row is taken twice, and none is left out.
TEST(ModelRun, RoundsTakeEveryRowOnce) {
  std::vector<double> values(500);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  const Recorded recorded{values, 250, 2};
  const Stream stream{7, 0};
  std::set<std::pair<double, double>> pairs;
  for (std::uint64_t round = 0; round < 20; ++round) {
    std::set<double> seen;
    for (std::uint64_t g = 0; g < 250; ++g) {
      const double a = recorded_value(recorded, stream, 250 * round + g, 0);
      const double b = recorded_value(recorded, stream, 250 * round + g, 1);
      seen.insert({a, b});
      pairs.insert({a, b});
    }
    EXPECT_EQ(seen.size(), 500U) << round;
  }
  EXPECT_GT(pairs.size(), 4'000U);  // of 5,000: in ever other company
  std::vector<double> run(1'000);
  for (const std::uint64_t first : {0U, 3U, 249U, 777U}) {
    recorded_values(recorded, stream, first, 1, run.data(), run.size());
    for (std::size_t i = 0; i < run.size(); ++i)
      ASSERT_EQ(run[i], recorded_value(recorded, stream, first + i, 1)) << first << " " << i;
  }
}

Model over_rows(std::uint64_t trials) {
  Model model{"rows", 0, 7, trials, {}, {}, {}, {}};
  model.nodes = {ModelRecorded{0},
                 ModelRecorded{1},
                 ModelConstant{490},
                 ModelStep{ModelOperation::greater, {0, 2}},
                 ModelStep{ModelOperation::greater, {1, 2}},
                 ModelStep{ModelOperation::either, {3, 4}}};
  model.counts = {3, 4, 5};
  model.ranks = {{0, exact("0.9"), exact("0.05"), false}};
  model.source = plan::ModelSource{0, 0, 0, 0, 2};
  return model;
}

TEST(ModelRun, RecordedValuesGiveTheSameFactsEveryWay) {
  std::vector<double> values(500);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  const Model model = over_rows(20'100);  // 80 rounds of 250, and 100 that make no round
  const plan::ModelFact reference = run(model, {.reference = true, .threads = 1}, values, values.size());
  EXPECT_EQ(reference.trials, 20'000U);
  EXPECT_EQ(reference.recorded, (plan::ModelRows{500, 250}));
  EXPECT_EQ(reference.counts[0] + reference.counts[1], 80U * 9);  // nine of 500 are above 490, each once a round
  EXPECT_EQ(reference.unknown, 0U);
  for (const unsigned threads : {1U, 2U, 5U})
    for (const statistics::Lanes lanes : {statistics::Lanes::one, statistics::Lanes::four, statistics::Lanes::eight}) {
      if (lanes > statistics::widest_lanes()) continue;
      EXPECT_EQ(run(model, {.threads = threads, .lanes = lanes}, values, values.size()), reference);
    }
}

TEST(ModelRun, AnUnknownValueMakesItsTrialUnknown) {
  std::vector<double> values(500, 1.0);
  values[17] = values[400] = std::numeric_limits<double>::quiet_NaN();
  const plan::ModelFact fact = run(over_rows(5'000), {}, values, values.size());
  EXPECT_GE(fact.unknown, 20U);  // 20 rounds, of two rows in one trial or in two
  EXPECT_LE(fact.unknown, 40U);
  EXPECT_EQ(run(over_rows(5'000), {.reference = true}, values, values.size()), fact);
}

TEST(ModelRun, FewRowsMakeFewTrialsAndNoneMakesNone) {
  const std::vector<double> one(1, 1.0), three(3, 1.0);
  EXPECT_EQ(run(over_rows(5'000), {}, one, 1).trials, 0U);
  EXPECT_EQ(run(over_rows(5'000), {}, {}, 0).trials, 0U);
  const plan::ModelFact fact = run(over_rows(5'000), {}, three, 3);
  EXPECT_EQ(fact.recorded, (plan::ModelRows{3, 1}));
  EXPECT_EQ(fact.trials, 5'000U);
  // More rows than trials take: one round, and not all rows are kept.
  const std::vector<double> many(rows_worth_keeping(over_rows(100)), 1.0);
  EXPECT_EQ(run(over_rows(100), {}, many, 1'000'000).recorded, (plan::ModelRows{1'000'000, 100}));
}

}  // namespace
}  // namespace proofmark::models
