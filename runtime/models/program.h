// A model made ready to run: constants as doubles and folded, what each draw takes of random bits, inverse distribution
// functions with constant parameters tabulated, and of each node the range of what it can be.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "runtime/models/inverse.h"
#include "runtime/models/recorded.h"
#include "runtime/models/uniforms.h"
#include "runtime/plan/model.h"
#include "runtime/statistics/elementary_blocks.h"

namespace proofmark::models {

struct ReadyConstant {
  double value = 0;
};
struct ReadyDraw {
  plan::ModelFamily family = plan::ModelFamily::uniform;
  std::uint32_t number = 0;  // among all draws, each element of an array by itself
  Supply supply = Supply::pairs;
  std::vector<std::uint32_t> parameters;
  std::shared_ptr<const Inverse> inverse;  // shared by the elements of an array; nothing: no table
  double scale = 1;
};
using ReadyNode = std::variant<ReadyConstant, ReadyDraw, plan::ModelRecorded, plan::ModelStep>;

struct Program {
  const plan::Model* model = nullptr;
  Stream stream;
  Recorded recorded;  // of a model with a source
  std::vector<ReadyNode> nodes;
  std::vector<Range> ranges;  // per node
};

Program ready(const plan::Model& model, const Recorded& recorded = {});

// Of one trial.
double calculated(plan::ModelOperation operation, double a, double b, double c);

// What one trial, or several, contribute to the facts.
struct Tally {
  std::uint64_t unknown = 0;
  std::vector<std::uint64_t> counts;        // per model.counts
  std::vector<std::vector<double>> values;  // per model.ranks, of known trials, in their order
};
Tally empty_tally(const plan::Model& model, std::uint64_t trials);

constexpr bool is_number(double x) {
  return x - x == 0;
}

Tally tally_one_by_one(const Program& program, std::uint64_t begin, std::uint64_t end);

}  // namespace proofmark::models
