// Each step is sorted by itself, and all of a group are merged: equal values in all of its steps have one midrank.
#include "runtime/engine/ranks_over_time.h"

#include <algorithm>
#include <functional>
#include <queue>

#include "runtime/engine/order_key.h"

namespace proofmark::engine {
namespace {

using plan::Int128;

void sort_together(std::vector<std::int64_t>& keys, std::vector<std::uint64_t>& weights) {
  if (weights.empty()) return std::sort(keys.begin(), keys.end());
  std::vector<std::pair<std::int64_t, std::uint64_t>> pairs;
  for (std::size_t i = 0; i < keys.size(); ++i) pairs.emplace_back(keys[i], weights[i]);
  std::sort(pairs.begin(), pairs.end());
  for (std::size_t i = 0; i < keys.size(); ++i) std::tie(keys[i], weights[i]) = pairs[i];
}

// Squares that 127 bits do not hold are left out, as of all moments.
void add_rank(plan::MomentSums& into, Int128 doubled_rank, std::uint64_t times) {
  into.known += times;
  std::get<Int128>(into.sum) += doubled_rank * Int128(times);
  if (!into.squares) return;
  Int128 more = 0;
  auto& squares = std::get<Int128>(*into.squares);
  if (__builtin_mul_overflow(doubled_rank * doubled_rank, Int128(times), &more) ||
      __builtin_add_overflow(squares, more, &squares))
    into.squares.reset();
}

}  // namespace

void RanksOverTime::add(const BoundScan& bound, const Block& block, const Words& mask, const ValueBlock& value,
                        const GroupsOfRows& groups, const std::uint64_t* weights) {
  for_each_grouped_row_in_step(
      bound, grid_, block, mask, groups, [&](std::uint32_t row, std::size_t step, std::uint32_t group) {
        const std::int64_t key = value.integers != nullptr ? value.integers[row] : order_key(value.reals[row]);
        Step& into = groups_[group][step];
        into.keys.push_back(real_ && key == kNegativeZeroKey ? 0 : key);
        if (weights != nullptr) into.weights.push_back(weights[row]);
      });
}

void RanksOverTime::append(RanksOverTime&& next) {
  for (std::size_t group = 0; group < groups_.size(); ++group) append(groups_[group], std::move(next.groups_[group]));
}

void RanksOverTime::append(std::vector<Step>& steps, std::vector<Step>&& next) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Step& into = steps[i];
    Step& from = next[i];
    if (into.keys.empty()) {
      into = std::move(from);
      continue;
    }
    into.keys.insert(into.keys.end(), from.keys.begin(), from.keys.end());
    into.weights.insert(into.weights.end(), from.weights.begin(), from.weights.end());
  }
}

plan::MomentSeriesFact RanksOverTime::fact() {
  auto fact = fact_over<plan::MomentSeriesFact>(grid_);
  for (std::vector<Step>& steps : groups_) fact.groups.push_back(ranked(steps));
  return fact;
}

std::vector<plan::MomentSums> RanksOverTime::ranked(std::vector<Step>& steps) {
  std::vector<plan::MomentSums> sums(steps.size(), {0, 0, 0, Int128(0), Int128(0)});
  using Head = std::pair<std::int64_t, std::size_t>;  // a step's least key that is left
  std::priority_queue<Head, std::vector<Head>, std::greater<>> heads;
  std::vector<std::size_t> places(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    sort_together(steps[i].keys, steps[i].weights);
    if (!steps[i].keys.empty()) heads.emplace(steps[i].keys.front(), i);
  }
  Int128 below = 0;
  std::vector<std::pair<std::size_t, std::uint64_t>> equal;  // of one value: steps, and how often each has it
  while (!heads.empty()) {
    const std::int64_t key = heads.top().first;
    Int128 all = 0;
    equal.clear();
    while (!heads.empty() && heads.top().first == key) {
      const std::size_t i = heads.top().second;
      heads.pop();
      const Step& step = steps[i];
      std::uint64_t times = 0;
      std::size_t& place = places[i];
      for (; place < step.keys.size() && step.keys[place] == key; ++place)
        times += step.weights.empty() ? 1 : step.weights[place];
      if (place < step.keys.size()) heads.emplace(step.keys[place], i);
      equal.emplace_back(i, times);
      all += Int128(times);
    }
    for (const auto& [i, times] : equal) add_rank(sums[i], 2 * below + all + 1, times);
    below += all;
  }
  return sums;
}

}  // namespace proofmark::engine
