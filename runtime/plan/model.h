// Models: what a policy simulates. A model is a straight-line program over the doubles of one trial, run for every
// trial from 0 to trials - 1; its results are counts of trials and order statistics over them.
//
// A draw is a pure function of (seed, model, trial, draw, element), so neither threads nor the order of evaluation
// show. Truth is 0 or 1. A value that is no finite number, a draw whose parameters are outside its domain among them,
// makes the whole trial unknown. Arrays of the source are unrolled: a node is one number of one trial.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/plan/number.h"

namespace proofmark::plan {

// bernoulli(p), binomial(n, p), poisson(mean), uniform(low, high), normal(mean, sd), lognormal(mu, sigma),
// exponential(mean), gamma(shape, scale), beta(a, b), weibull(scale, shape), pareto(scale, shape), categorical(p0, p1,
// …) -> 0, 1, …
enum class ModelFamily : std::uint8_t {
  bernoulli,
  binomial,
  poisson,
  uniform,
  normal,
  lognormal,
  exponential,
  gamma,
  beta,
  weibull,
  pareto,
  categorical
};

enum class ModelOperation : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  negate,
  minimum,
  maximum,
  less,
  at_most,
  greater,
  at_least,
  equal,
  not_equal,
  both,     // of truths
  either,   // of truths
  inverse,  // of a truth
  choose    // operands: a truth, the value where it holds, the value where it does not
};

struct ModelConstant {
  Rational value;  // as the nearest double
};
struct ModelDraw {
  ModelFamily family = ModelFamily::uniform;
  std::uint32_t draw = 0, element = 0;    // which draw of the model, and which element of it
  std::vector<std::uint32_t> parameters;  // earlier nodes
  Rational scale = 1;                     // the variate is multiplied by it: base units in the unit of the parameters
};
struct ModelStep {
  ModelOperation operation = ModelOperation::add;
  std::vector<std::uint32_t> operands;  // earlier nodes
};
using ModelNode = std::variant<ModelConstant, ModelDraw, ModelStep>;

// Order statistics of a node over the trials that are known. Ranks are 1-based, of n trials, with the unknown ones at
// their worst: below all others for `lower`, above for `upper`.
struct ModelRanks {
  std::uint32_t node = 0;
  Rational p, alpha;
  bool at_least = false;  // of a claim that the quantile is at least something: on the failing side < alpha, else <=
};

struct Model {
  std::string name;
  std::uint32_t number = 0;  // among the models of the policy; part of the counter
  std::uint64_t seed = 0, trials = 0;
  std::vector<ModelNode> nodes;
  std::vector<std::uint32_t> counts;  // truths: in how many known trials do they hold
  std::vector<ModelRanks> ranks;
};

// What an objective asks of a model: how often something holds, or a quantile of a value.
struct ModelClaim {
  std::uint32_t model = 0;
  std::uint32_t count = 0;             // of model.counts: trials that meet the condition; for a quantile, value <= t or
                                       // value < t as the decision needs it
  std::optional<std::uint32_t> ranks;  // of model.ranks: a quantile
  std::string text;                    // "probability(outage.breached)"
};

struct ModelRanked {
  std::uint64_t rank = 0;
  double value = 0;
  friend bool operator==(const ModelRanked&, const ModelRanked&) = default;
};
struct ModelRanksFact {
  std::optional<ModelRanked> nearest, lower, upper;  // nothing: no such order statistic
  friend bool operator==(const ModelRanksFact&, const ModelRanksFact&) = default;
};
struct ModelFact {
  std::string model;
  std::uint64_t trials = 0, unknown = 0;
  std::vector<std::uint64_t> counts;  // per Model::counts, among the known trials
  std::vector<ModelRanksFact> ranks;  // per Model::ranks
  friend bool operator==(const ModelFact&, const ModelFact&) = default;
};

inline constexpr std::uint64_t kMostModelTrials = 10'000'000;
inline constexpr std::uint32_t kMostModelElements = 100;  // of an array of draws
inline constexpr std::uint32_t kMostModelNodes = 4096;

}  // namespace proofmark::plan
