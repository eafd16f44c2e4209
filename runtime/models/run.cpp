// Each thread takes neighbouring trials; counts are added up and values joined in the order of trials. An order
// statistic is a value that does not depend on how it was found.
#include "runtime/models/run.h"

#include <algorithm>
#include <future>
#include <thread>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/models/schedule.h"
#include "runtime/statistics/rounds.h"

namespace proofmark::models {
namespace {

using plan::Model;

void append(Tally& all, const Tally& more) {
  all.unknown += more.unknown;
  for (std::size_t i = 0; i < all.counts.size(); ++i) all.counts[i] += more.counts[i];
  for (std::size_t i = 0; i < all.values.size(); ++i)
    all.values[i].insert(all.values[i].end(), more.values[i].begin(), more.values[i].end());
}

Tally tally_by_threads(const Program& program, const Way& way, std::uint64_t trials) {
  const Schedule schedule = way.reference ? Schedule{} : schedule_of(program, kernels_of(way.lanes));
  constexpr std::uint64_t kTrialsAPiece = 16 * kTrialsInABlock;
  const auto tally = [&](std::uint64_t begin, std::uint64_t end) {
    Tally all = empty_tally(*program.model, end - begin);
    for (std::uint64_t first = begin; first < end; first += kTrialsAPiece) {
      const std::uint64_t last = std::min(end, first + kTrialsAPiece);
      append(all, way.reference ? tally_one_by_one(program, first, last)
                                : tally_by_blocks(program, schedule, first, last, way.lanes));
      if (way.done != nullptr) way.done->fetch_add(last - first, std::memory_order_relaxed);
    }
    return all;
  };
  constexpr std::uint64_t kTrialsWorthAThread = 1U << 15;
  const std::uint64_t machine = std::max(1U, std::thread::hardware_concurrency());
  const std::uint64_t wanted =
      way.threads != 0 ? way.threads : std::clamp<std::uint64_t>(trials / kTrialsWorthAThread, 1, machine);
  const std::uint64_t count = std::clamp<std::uint64_t>(wanted, 1, std::max<std::uint64_t>(1, trials));
  const auto begin_of = [trials, count](std::uint64_t t) {
    return t == count ? trials : trials * t / count / kTrialsInABlock * kTrialsInABlock;
  };
  std::vector<std::future<Tally>> others;
  for (std::uint64_t t = 1; t < count; ++t)
    others.push_back(std::async(std::launch::async, [&, t] { return tally(begin_of(t), begin_of(t + 1)); }));
  Tally all = tally(0, begin_of(1));
  for (auto& other : others) append(all, other.get());
  return all;
}

std::optional<plan::ModelRanked> ranked(std::vector<double>& values, std::uint64_t rank) {
  if (rank < 1 || rank > values.size()) return std::nullopt;
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(values.begin(), place, values.end());
  return plan::ModelRanked{rank, *place + 0.0};  // 0 for either zero: they are equal, and either might be found
}

plan::ModelRanksFact ranks_of(const plan::ModelRanks& rule, std::vector<double> values, std::uint64_t unknown,
                              const statistics::Rounds& rounds) {
  plan::ModelRanksFact fact;
  if (values.empty()) return fact;
  const std::uint64_t lower = statistics::rounds_lower_rank(rounds, rule.p, rule.alpha, !rule.at_least);
  fact.nearest = ranked(values, statistics::nearest_rank(values.size(), rule.p));
  fact.lower = ranked(values, lower > unknown ? lower - unknown : 0);
  fact.upper = ranked(values, statistics::rounds_upper_rank(rounds, rule.p, rule.alpha, rule.at_least));
  return fact;
}

}  // namespace

plan::ModelFact run(const Model& model, const Way& way, std::span<const double> values, std::uint64_t rows) {
  PROOFMARK_CHECK(model.trials >= 1 && model.trials <= plan::kMostModelTrials);
  plan::ModelFact fact{model.name,
                       model.trials,
                       0,
                       std::vector<std::uint64_t>(model.counts.size()),
                       std::vector<plan::ModelRanksFact>(model.ranks.size()),
                       {}};
  statistics::Rounds rounds{model.trials, 1};
  Recorded recorded;
  if (model.source) {
    fact.recorded = plan::rows_of(model, rows);
    rounds = {fact.recorded->independent, plan::rounds_of(model, *fact.recorded)};
    fact.trials = rounds.trials();
    recorded = {values, rounds.independent, model.source->elements};
    if (fact.trials == 0) return fact;
    PROOFMARK_CHECK(recorded.independent * recorded.elements <= values.size());
  }
  const Program program = ready(model, recorded);
  Tally tally = tally_by_threads(program, way, fact.trials);
  fact.unknown = tally.unknown;
  fact.counts = tally.counts;
  for (std::size_t i = 0; i < model.ranks.size(); ++i)
    fact.ranks[i] = ranks_of(model.ranks[i], std::move(tally.values[i]), tally.unknown, rounds);
  return fact;
}

std::uint64_t rows_worth_keeping(const Model& model) {
  return model.trials * model.source->elements;
}

}  // namespace proofmark::models
