// One trial after the other, one node after the other.
#include <algorithm>

#include "runtime/models/program.h"
#include "runtime/models/variate.h"
#include "runtime/plan/match.h"

namespace proofmark::models {
namespace {

double drawn(const ReadyDraw& node, const Stream& stream, const std::vector<double>& values, std::uint32_t trial) {
  if (node.family == plan::ModelFamily::bernoulli) {
    const double p = values[node.parameters[0]];
    if (!in_domain(node.family, {&p, 1})) return variate(node.family, {&p, 1}, 0.5);
    const auto truth = node.supply == Supply::levels ? truth_of : truth_by_half;
    return truth(stream, trial, node.number, p) ? 1 : 0;
  }
  const bool short_of_bits = node.supply == Supply::words;
  const std::uint32_t word = short_of_bits ? word_of(stream, trial, node.number) : 0;
  if (node.inverse) return node.inverse->drawn(stream, trial, node.number, word) * node.scale;
  const double u =
      short_of_bits ? uniform_of_word(stream, trial, node.number, word) : uniform_of(stream, trial, node.number);
  std::vector<double> parameters;
  for (const std::uint32_t id : node.parameters) parameters.push_back(values[id]);
  return variate(node.family, parameters, u) * node.scale;
}

}  // namespace

Tally tally_one_by_one(const Program& program, std::uint64_t begin, std::uint64_t end) {
  const plan::Model& model = *program.model;
  Tally tally = empty_tally(model, end - begin);
  std::vector<double> values(program.nodes.size());
  for (std::uint64_t trial = begin; trial < end; ++trial) {
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = plan::match(
          program.nodes[i], [](const ReadyConstant& node) { return node.value; },
          [&](const ReadyDraw& node) { return drawn(node, program.stream, values, static_cast<std::uint32_t>(trial)); },
          [&](const plan::ModelRecorded& node) {
            return recorded_value(program.recorded, program.stream, trial, node.element);
          },
          [&](const plan::ModelStep& node) {
            const auto operand = [&](std::size_t k) {
              return k < node.operands.size() ? values[node.operands[k]] : 0.0;
            };
            return calculated(node.operation, operand(0), operand(1), operand(2));
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
