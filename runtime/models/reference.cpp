// One trial after the other, one node after the other.
#include <algorithm>

#include "runtime/models/program.h"
#include "runtime/plan/match.h"

namespace proofmark::models {
namespace {

using plan::ModelOperation;

double truth(bool holds) {
  return holds ? 1 : 0;
}

double step(ModelOperation operation, double a, double b, double c) {
  switch (operation) {
    case ModelOperation::add:
      return a + b;
    case ModelOperation::subtract:
      return a - b;
    case ModelOperation::multiply:
      return a * b;
    case ModelOperation::divide:
      return a / b;
    case ModelOperation::negate:
      return -a;
    case ModelOperation::minimum:
      return b < a ? b : a;
    case ModelOperation::maximum:
      return a < b ? b : a;
    case ModelOperation::less:
      return truth(a < b);
    case ModelOperation::at_most:
      return truth(a <= b);
    case ModelOperation::greater:
      return truth(a > b);
    case ModelOperation::at_least:
      return truth(a >= b);
    case ModelOperation::equal:
      return truth(a == b);
    case ModelOperation::not_equal:
      return truth(a != b);
    case ModelOperation::both:
      return a * b;
    case ModelOperation::either:
      return a < b ? b : a;
    case ModelOperation::inverse:
      return 1 - a;
    case ModelOperation::choose:
      return a != 0 ? b : c;
  }
  return 0;
}

double draw(const ReadyDraw& node, const std::vector<double>& values, std::uint32_t trial) {
  const double u = uniform_of(node.stream, trial);
  if (node.inverse) return node.inverse->at(u) * node.scale;
  std::vector<double> parameters;
  for (const std::uint32_t id : node.parameters) parameters.push_back(values[id]);
  return variate(node.family, parameters, u) * node.scale;
}

}  // namespace

Tally empty_tally(const plan::Model& model) {
  return {0, std::vector<std::uint64_t>(model.counts.size()), std::vector<std::vector<double>>(model.ranks.size())};
}

Tally tally_one_by_one(const Program& program, std::uint64_t begin, std::uint64_t end) {
  const plan::Model& model = *program.model;
  Tally tally = empty_tally(model);
  std::vector<double> values(program.nodes.size());
  for (std::uint64_t trial = begin; trial < end; ++trial) {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = plan::match(
          program.nodes[i], [](const ReadyConstant& node) { return node.value; },
          [&](const ReadyDraw& node) { return draw(node, values, static_cast<std::uint32_t>(trial)); },
          [&](const plan::ModelStep& node) {
            const auto operand = [&](std::size_t k) {
              return k < node.operands.size() ? values[node.operands[k]] : 0.0;
            };
            return step(node.operation, operand(0), operand(1), operand(2));
          });
    if (!std::all_of(values.begin(), values.end(), is_number)) {
      ++tally.unknown;
      continue;
    }
    for (std::size_t i = 0; i < model.counts.size(); ++i) tally.counts[i] += values[model.counts[i]] != 0 ? 1 : 0;
    for (std::size_t i = 0; i < model.ranks.size(); ++i) tally.values[i].push_back(values[model.ranks[i].node]);
  }
  return tally;
}

}  // namespace proofmark::models
