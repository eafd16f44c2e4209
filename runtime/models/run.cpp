// Each thread takes neighbouring trials; counts are added up and values joined in the order of trials. An order
// statistic is a value that does not depend on how it was found.
#include "runtime/models/run.h"

#include <algorithm>
#include <future>
#include <map>
#include <thread>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/models/program.h"
#include "runtime/plan/match.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::models {
namespace {

using plan::Model;

std::shared_ptr<const Inverse> inverse_of(const Model& model, const plan::ModelDraw& draw) {
  if (!Inverse::helps(draw.family)) return nullptr;
  std::vector<double> parameters;
  for (const std::uint32_t id : draw.parameters) {
    const auto* constant = std::get_if<plan::ModelConstant>(&model.nodes[id]);
    if (constant == nullptr) return nullptr;
    parameters.push_back(constant->value.nearest_double());
  }
  return std::make_shared<const Inverse>(draw.family, std::move(parameters));
}

Tally tally(const Program& program, const Way& way, std::uint64_t begin, std::uint64_t end) {
  return way.reference ? tally_one_by_one(program, begin, end) : tally_by_blocks(program, begin, end, way.lanes);
}

Tally tally_by_threads(const Program& program, const Way& way) {
  constexpr std::uint64_t kTrialsWorthAThread = 1U << 15;
  const std::uint64_t trials = program.model->trials;
  const std::uint64_t machine = std::max(1U, std::thread::hardware_concurrency());
  const std::uint64_t wanted =
      way.threads != 0 ? way.threads : std::clamp<std::uint64_t>(trials / kTrialsWorthAThread, 1, machine);
  const std::uint64_t count = std::clamp<std::uint64_t>(wanted, 1, std::max<std::uint64_t>(1, trials));
  std::vector<std::future<Tally>> others;
  for (std::uint64_t t = 1; t < count; ++t)
    others.push_back(std::async(std::launch::async, [&program, &way, trials, t, count] {
      return tally(program, way, trials * t / count, trials * (t + 1) / count);
    }));
  Tally all = tally(program, way, 0, trials / count);
  for (auto& other : others) {
    const Tally more = other.get();
    all.unknown += more.unknown;
    for (std::size_t i = 0; i < all.counts.size(); ++i) all.counts[i] += more.counts[i];
    for (std::size_t i = 0; i < all.values.size(); ++i)
      all.values[i].insert(all.values[i].end(), more.values[i].begin(), more.values[i].end());
  }
  return all;
}

std::optional<plan::ModelRanked> ranked(std::vector<double>& values, std::uint64_t rank) {
  if (rank < 1 || rank > values.size()) return std::nullopt;
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(values.begin(), place, values.end());
  return plan::ModelRanked{rank, *place + 0.0};  // 0 for either zero: they are equal, and either might be found
}

plan::ModelRanksFact ranks_of(const plan::ModelRanks& rule, std::vector<double> values, std::uint64_t unknown) {
  plan::ModelRanksFact fact;
  if (values.empty()) return fact;
  const std::uint64_t n = values.size() + unknown;
  const std::uint64_t lower = statistics::lower_rank(n, rule.p, rule.alpha, !rule.at_least);
  fact.nearest = ranked(values, statistics::nearest_rank(values.size(), rule.p));
  fact.lower = ranked(values, lower > unknown ? lower - unknown : 0);
  fact.upper = ranked(values, statistics::upper_rank(n, rule.p, rule.alpha, rule.at_least));
  return fact;
}

}  // namespace

Program ready(const Model& model) {
  Program program{&model, {}};
  std::map<std::uint32_t, std::shared_ptr<const Inverse>> tables;  // elements of an array share their parameters' nodes
  for (const plan::ModelNode& node : model.nodes)
    program.nodes.push_back(plan::match(
        node, [](const plan::ModelConstant& one) -> ReadyNode { return ReadyConstant{one.value.nearest_double()}; },
        [&](const plan::ModelDraw& one) -> ReadyNode {
          auto [table, fresh] = tables.emplace(one.draw, nullptr);
          if (fresh) table->second = inverse_of(model, one);
          return ReadyDraw{one.family,
                           {model.seed, model.number, one.draw, one.element},
                           one.parameters,
                           table->second,
                           one.scale.nearest_double()};
        },
        [](const plan::ModelStep& one) -> ReadyNode { return one; }));
  return program;
}

plan::ModelFact run(const Model& model, const Way& way) {
  PROOFMARK_CHECK(model.trials >= 1 && model.trials <= plan::kMostModelTrials);
  const Program program = ready(model);
  Tally tally = tally_by_threads(program, way);
  plan::ModelFact fact{model.name, model.trials, tally.unknown, tally.counts, {}};
  for (std::size_t i = 0; i < model.ranks.size(); ++i)
    fact.ranks.push_back(ranks_of(model.ranks[i], std::move(tally.values[i]), tally.unknown));
  return fact;
}

std::vector<plan::ModelFact> run(const std::vector<Model>& models, const Way& way) {
  std::vector<plan::ModelFact> facts;
  for (const Model& model : models) facts.push_back(run(model, way));
  return facts;
}

}  // namespace proofmark::models
