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
struct ModelRecorded {  // a recorded value, of a row that no other element and no other trial of the round takes
  std::uint32_t element = 0;
};
struct ModelStep {
  ModelOperation operation = ModelOperation::add;
  std::vector<std::uint32_t> operands;  // earlier nodes
};
using ModelNode = std::variant<ModelConstant, ModelDraw, ModelRecorded, ModelStep>;

// Order statistics of a node over the trials that are known. Ranks are 1-based, of n trials, with the unknown ones at
// their worst: below all others for `lower`, above for `upper`.
struct ModelRanks {
  std::uint32_t node = 0;
  Rational p, alpha;
  bool at_least = false;  // of a claim that the quantile is at least something: on the failing side < alpha, else <=
};

// Where recorded values come from: the rows of a mask, in their order; an unknown value makes its trial unknown, and so
// do the rows of the stream that may belong to the mask and nobody knows (skipped, and in a window untimed ones).
struct ModelSource {
  std::uint32_t scan = 0, mask = 0, value = 0;
  std::uint32_t population = 0;  // the CountRows accumulator of the mask
  std::uint32_t elements = 0;    // recorded values that a trial takes
};

struct Model {
  std::string name;
  std::uint32_t number = 0;  // among the models of the policy; part of the counter
  std::uint64_t seed = 0, trials = 0;
  std::vector<ModelNode> nodes;
  std::vector<std::uint32_t> counts;  // truths: in how many known trials do they hold
  std::vector<ModelRanks> ranks;
  std::optional<ModelSource> source;  // of recorded values
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
// With recorded values there are rounds of trials: `rows` rows suffice for `independent` trials that share none, at
// most as many as the model asks for, and as many whole rounds of these are run as it asks trials for.
struct ModelRows {
  std::uint64_t rows = 0, independent = 0;
  friend bool operator==(const ModelRows&, const ModelRows&) = default;
};
struct ModelFact {
  std::string model;
  std::uint64_t trials = 0, unknown = 0;  // trials that were run
  std::vector<std::uint64_t> counts;      // per Model::counts, among the known trials
  std::vector<ModelRanksFact> ranks;      // per Model::ranks
  std::optional<ModelRows> recorded;      // of models with a source
  friend bool operator==(const ModelFact&, const ModelFact&) = default;
};

// The trials of a model over so many rows.
constexpr ModelRows rows_of(const Model& model, std::uint64_t rows) {
  const std::uint64_t most = rows / model.source->elements;
  return {rows, most < model.trials ? most : model.trials};
}
constexpr std::uint64_t rounds_of(const Model& model, const ModelRows& rows) {
  return rows.independent == 0 ? 0 : model.trials / rows.independent;
}

inline constexpr std::uint64_t kMostModelTrials = 10'000'000;
inline constexpr std::uint32_t kMostModelElements = 100;  // of an array of draws
inline constexpr std::uint32_t kMostModelNodes = 4096;

}  // namespace proofmark::plan
