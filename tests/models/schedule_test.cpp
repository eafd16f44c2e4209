// Random programs, as deep and as tangled as no policy is: every width gives what one trial after the other gives.
#include "runtime/models/schedule.h"

#include <gtest/gtest.h>

#include <random>

#include "runtime/models/run.h"

namespace proofmark::models {
namespace {

using plan::Model;
using plan::ModelConstant;
using plan::ModelDraw;
using plan::ModelFamily;
using plan::ModelOperation;
using plan::ModelStep;
using plan::Rational;

struct Source {
  std::mt19937 random;
  std::uint32_t below(std::size_t n) { return static_cast<std::uint32_t>(random() % n); }
};

// A family and constants that fit it, by place among those that every model begins with.
struct Family {
  ModelFamily family;
  std::vector<std::uint32_t> fitting;
};
constexpr std::array<const char*, 8> kConstants{"0", "1", "0.25", "2", "20", "-1.5", "1/3", "0.001"};
const std::vector<Family>& families() {
  static const std::vector<Family> kFamilies{
      {ModelFamily::bernoulli, {2}},    {ModelFamily::bernoulli, {6}},  {ModelFamily::bernoulli, {1}},
      {ModelFamily::uniform, {5, 4}},   {ModelFamily::uniform, {0, 1}}, {ModelFamily::normal, {5, 3}},
      {ModelFamily::lognormal, {1, 2}}, {ModelFamily::weibull, {4, 3}}, {ModelFamily::pareto, {7, 3}},
      {ModelFamily::exponential, {6}},  {ModelFamily::poisson, {3}},    {ModelFamily::binomial, {4, 2}},
      {ModelFamily::gamma, {3, 4}},     {ModelFamily::beta, {3, 4}},    {ModelFamily::categorical, {2, 2, 2, 2}}};
  return kFamilies;
}

// Now and then a parameter is any earlier node, fitting or not; operands always are.
Model random_model(Source& source, std::uint64_t trials) {
  Model model{"random", source.below(3), source.random(), trials, {}, {}, {}};
  for (const char* text : kConstants) model.nodes.emplace_back(ModelConstant{*Rational::parse(text)});
  std::uint32_t draw = 0;
  const int length = 5 + static_cast<int>(source.below(25));
  for (int i = 0; i < length; ++i) {
    const auto any = [&] { return source.below(model.nodes.size()); };
    if (source.below(2) == 0) {
      const Family& family = families()[source.below(families().size())];
      std::vector<std::uint32_t> parameters = family.fitting;
      for (std::uint32_t& parameter : parameters)
        if (source.below(20) == 0) parameter = any();
      const bool measured = family.family != ModelFamily::bernoulli && source.below(3) == 0;
      const std::uint32_t elements = 1 + source.below(3);
      for (std::uint32_t element = 0; element < elements; ++element)
        model.nodes.emplace_back(ModelDraw{family.family, draw, element, parameters, Rational(measured ? 1000 : 1)});
      ++draw;
      continue;
    }
    const auto operation =
        static_cast<ModelOperation>(source.below(static_cast<std::size_t>(ModelOperation::choose) + 1));
    if (operation == ModelOperation::divide && source.below(4) != 0) continue;
    const bool one = operation == ModelOperation::negate || operation == ModelOperation::inverse;
    std::vector<std::uint32_t> operands{any()};
    if (!one) operands.push_back(any());
    if (operation == ModelOperation::choose) operands.push_back(any());
    model.nodes.emplace_back(ModelStep{operation, operands});
  }
  for (int i = 0; i < 4; ++i) model.counts.push_back(source.below(model.nodes.size()));
  model.ranks.push_back({source.below(model.nodes.size()), *Rational::parse("0.5"), *Rational::parse("0.05"), false});
  return model;
}

TEST(Schedule, EveryWidthGivesWhatTheReferenceGives) {
  Source source{std::mt19937(20260101)};
  int with_known = 0;
  for (int round = 0; round < 150; ++round) {
    const Model model = random_model(source, round % 60 == 0 ? 20'000 : 700);
    const plan::ModelFact reference = run(model, {.reference = true, .threads = 1});
    if (reference.unknown < reference.trials) ++with_known;
    for (const statistics::Lanes lanes : {statistics::Lanes::one, statistics::Lanes::four, statistics::Lanes::eight}) {
      if (lanes > statistics::widest_lanes()) continue;
      ASSERT_EQ(run(model, {.reference = false, .threads = 1U + source.below(3), .lanes = lanes}), reference)
          << "round " << round;
    }
  }
  EXPECT_GT(with_known, 50);
}

}  // namespace
}  // namespace proofmark::models
