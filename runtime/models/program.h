// A model made ready to run: constants as doubles, inverse distribution functions with constant parameters tabulated.
#pragma once

#include <memory>
#include <vector>

#include "runtime/models/uniforms.h"
#include "runtime/models/variate.h"
#include "runtime/plan/model.h"

namespace proofmark::models {

struct ReadyConstant {
  double value = 0;
};
struct ReadyDraw {
  plan::ModelFamily family = plan::ModelFamily::uniform;
  DrawStream stream;
  std::vector<std::uint32_t> parameters;
  std::shared_ptr<const Inverse> inverse;  // shared by the elements of an array; nothing: by formula
  double scale = 1;
};
using ReadyNode = std::variant<ReadyConstant, ReadyDraw, plan::ModelStep>;

struct Program {
  const plan::Model* model = nullptr;
  std::vector<ReadyNode> nodes;
};

Program ready(const plan::Model& model);

// What one trial, or several, contribute to the facts.
struct Tally {
  std::uint64_t unknown = 0;
  std::vector<std::uint64_t> counts;        // per model.counts
  std::vector<std::vector<double>> values;  // per model.ranks, of known trials, in their order
};
Tally empty_tally(const plan::Model& model);

constexpr std::size_t kTrialsInABlock = 512;
constexpr bool is_number(double x) {
  return x - x == 0;
}

Tally tally_one_by_one(const Program& program, std::uint64_t begin, std::uint64_t end);
Tally tally_by_blocks(const Program& program, std::uint64_t begin, std::uint64_t end, statistics::Lanes lanes);

}  // namespace proofmark::models
