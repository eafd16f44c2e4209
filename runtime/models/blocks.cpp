// Blocks of trials: every node has a row of doubles, and every operation is a loop over it that the compiler turns
// into vector instructions. A row of doubts gathers what was no finite number: x - x is 0 for numbers and NaN else.
#include <algorithm>
#include <array>

#include "runtime/models/program.h"
#include "runtime/plan/match.h"

namespace proofmark::models {
namespace {

using plan::ModelOperation;

struct Rows {
  explicit Rows(std::size_t nodes) : values(nodes * kTrialsInABlock), doubts(kTrialsInABlock) {}
  double* row(std::uint32_t node) { return values.data() + std::size_t{node} * kTrialsInABlock; }

  std::vector<double> values;
  std::vector<double> doubts;  // 0, or NaN where some node is no number
};

template <typename Operation>
void loop(double* out, const double* a, const double* b, std::size_t n, Operation operation) {
  for (std::size_t i = 0; i < n; ++i) out[i] = operation(a[i], b[i]);
}

void step(const plan::ModelStep& node, Rows& rows, double* out, std::size_t n) {
  const double* a = rows.row(node.operands[0]);
  const double* b = rows.row(node.operands[node.operands.size() > 1 ? 1 : 0]);
  const double* c = rows.row(node.operands.back());
  const auto truth = [](bool holds) { return holds ? 1.0 : 0.0; };
  switch (node.operation) {
    case ModelOperation::add:
      return loop(out, a, b, n, [](double x, double y) { return x + y; });
    case ModelOperation::subtract:
      return loop(out, a, b, n, [](double x, double y) { return x - y; });
    case ModelOperation::both:
    case ModelOperation::multiply:
      return loop(out, a, b, n, [](double x, double y) { return x * y; });
    case ModelOperation::divide:
      return loop(out, a, b, n, [](double x, double y) { return x / y; });
    case ModelOperation::negate:
      return loop(out, a, b, n, [](double x, double) { return -x; });
    case ModelOperation::minimum:
      return loop(out, a, b, n, [](double x, double y) { return y < x ? y : x; });
    case ModelOperation::either:
    case ModelOperation::maximum:
      return loop(out, a, b, n, [](double x, double y) { return x < y ? y : x; });
    case ModelOperation::less:
      return loop(out, a, b, n, [&](double x, double y) { return truth(x < y); });
    case ModelOperation::at_most:
      return loop(out, a, b, n, [&](double x, double y) { return truth(x <= y); });
    case ModelOperation::greater:
      return loop(out, a, b, n, [&](double x, double y) { return truth(x > y); });
    case ModelOperation::at_least:
      return loop(out, a, b, n, [&](double x, double y) { return truth(x >= y); });
    case ModelOperation::equal:
      return loop(out, a, b, n, [&](double x, double y) { return truth(x == y); });
    case ModelOperation::not_equal:
      return loop(out, a, b, n, [&](double x, double y) { return truth(x != y); });
    case ModelOperation::inverse:
      return loop(out, a, b, n, [](double x, double) { return 1 - x; });
    case ModelOperation::choose:
      for (std::size_t i = 0; i < n; ++i) out[i] = a[i] != 0 ? b[i] : c[i];
      return;
  }
}

void draw(const ReadyDraw& node, Rows& rows, double* out, std::uint64_t first, std::size_t n, statistics::Lanes lanes) {
  uniforms_of(node.stream, static_cast<std::uint32_t>(first), out, n, lanes);
  if (node.inverse) {
    for (std::size_t i = 0; i < n; ++i) out[i] = node.inverse->at(out[i]);
  } else {
    std::vector<const double*> parameters;
    for (const std::uint32_t id : node.parameters) parameters.push_back(rows.row(id));
    variates(node.family, parameters, out, n, lanes);
  }
  if (node.scale == 1) return;
  for (std::size_t i = 0; i < n; ++i) out[i] *= node.scale;
}

void add_block(const plan::Model& model, Rows& rows, std::size_t n, Tally& tally) {
  std::array<std::uint64_t, kTrialsInABlock> known;
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < n; ++i) all += known[i] = rows.doubts[i] == 0 ? 1 : 0;
  tally.unknown += n - all;
  for (std::size_t k = 0; k < model.counts.size(); ++k) {
    const double* truth = rows.row(model.counts[k]);
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < n; ++i) count += known[i] & (truth[i] != 0 ? 1U : 0U);
    tally.counts[k] += count;
  }
  for (std::size_t k = 0; k < model.ranks.size(); ++k) {
    const double* value = rows.row(model.ranks[k].node);
    for (std::size_t i = 0; i < n; ++i)
      if (known[i] != 0) tally.values[k].push_back(value[i]);
  }
}

}  // namespace

Tally tally_by_blocks(const Program& program, std::uint64_t begin, std::uint64_t end, statistics::Lanes lanes) {
  const plan::Model& model = *program.model;
  Tally tally = empty_tally(model);
  Rows rows(program.nodes.size());
  for (std::uint32_t i = 0; i < program.nodes.size(); ++i)
    if (const auto* constant = std::get_if<ReadyConstant>(&program.nodes[i]))
      std::fill_n(rows.row(i), kTrialsInABlock, constant->value);
  for (std::uint64_t first = begin; first < end; first += kTrialsInABlock) {
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(kTrialsInABlock, end - first));
    std::fill(rows.doubts.begin(), rows.doubts.end(), 0.0);
    for (std::uint32_t i = 0; i < program.nodes.size(); ++i) {
      double* out = rows.row(i);
      plan::match(
          program.nodes[i], [](const ReadyConstant&) {},
          [&](const ReadyDraw& node) { draw(node, rows, out, first, n, lanes); },
          [&](const plan::ModelStep& node) { step(node, rows, out, n); });
      for (std::size_t k = 0; k < n; ++k) rows.doubts[k] += out[k] - out[k];
    }
    add_block(model, rows, n, tally);
  }
  return tally;
}

}  // namespace proofmark::models
