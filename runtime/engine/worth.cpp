// Time to interpret against time to compile, from costs measured on one core of a Zen 3 server. They only choose
// between two ways to the same facts: a wrong one costs milliseconds.
#include "runtime/engine/worth.h"

#include <cstdint>

namespace proofmark::engine {
namespace {

// Interpreted, a row: picoseconds.
constexpr std::uint64_t kAtomPs = 40, kMaskPs = 4, kCountPs = 5, kGroupedCountPs = 1000;
// Compiled, the same takes two thirds of it, once LLVM has run: nanoseconds.
constexpr std::uint64_t kStartNs = 8'000'000, kInstructionNs = 100'000;
constexpr std::uint64_t kSavedOneIn = 3;
constexpr std::uint64_t kFindNs = 500'000;

struct Cost {
  std::uint64_t saved_ns = 0, compile_ns = 0;
};

Cost cost_of(const Collector& collector) {
  const plan::Scan& scan = *collector.bound.scan;
  std::uint64_t row_ps = scan.atoms.size() * kAtomPs + scan.masks.size() * kMaskPs;
  std::uint64_t instructions = scan.atoms.size() + scan.masks.size();
  for (const plan::Accumulator& accumulator : scan.accumulators) {
    if (!std::holds_alternative<plan::CountRows>(accumulator.what)) continue;
    row_ps += accumulator.grouping ? kGroupedCountPs : kCountPs;
    instructions += collector.groups_of(accumulator);
  }
  return {collector.bound.stream->rows / 1000 * row_ps / kSavedOneIn, kStartNs + instructions * kInstructionNs};
}

}  // namespace

bool worth_compiling(const Collector& collector) {
  const Cost cost = cost_of(collector);
  return cost.saved_ns > cost.compile_ns;
}

bool worth_finding(const Collector& collector) {
  return cost_of(collector).saved_ns > kFindNs;
}

}  // namespace proofmark::engine
