// Equal values in all steps of a group have one midrank.
#include "runtime/engine/ranks_over_time.h"

#include "runtime/engine/order_key.h"

namespace proofmark::engine {
void RanksOverTime::add(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
                        const GroupsOfRows& groups, const std::uint64_t* weights) {
  for_each_grouped_row_in_step(
      bound, grid_, block, mask, groups, [&](std::uint32_t row, std::size_t step, std::uint32_t group) {
        const std::int64_t key = value.integers != nullptr ? value.integers[row] : order_key(value.reals[row]);
        KeyedPart& into = groups_[group][step];
        into.keys.push_back(real_ && key == kNegativeZeroKey ? 0 : key);
        if (weights != nullptr) into.weights.push_back(weights[row]);
      });
}

void RanksOverTime::append(RanksOverTime&& next) {
  for (std::size_t group = 0; group < groups_.size(); ++group) append(groups_[group], std::move(next.groups_[group]));
}

void RanksOverTime::append(std::vector<KeyedPart>& steps, std::vector<KeyedPart>&& next) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    KeyedPart& into = steps[i];
    KeyedPart& from = next[i];
    if (into.keys.empty()) {
      into = std::move(from);
      continue;
    }
    into.keys.insert(into.keys.end(), from.keys.begin(), from.keys.end());
    into.weights.insert(into.weights.end(), from.weights.begin(), from.weights.end());
  }
}

plan::MomentSeriesFact RanksOverTime::fact(unsigned threads) {
  auto fact = fact_over<plan::MomentSeriesFact>(grid_);
  for (std::vector<KeyedPart>& steps : groups_) fact.groups.push_back(doubled_midranks(steps, threads));
  return fact;
}

}  // namespace proofmark::engine
