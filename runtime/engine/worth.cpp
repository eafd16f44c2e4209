// Time to interpret against time to compile, from costs measured on one core of a Zen 3 server. They only choose
// between two ways to the same facts: a wrong one costs milliseconds.
#include "runtime/engine/worth.h"

#include <algorithm>
#include <cstdint>
#include <map>

namespace proofmark::engine {
namespace {

// Interpreted, a row: picoseconds.
constexpr std::uint64_t kAtomPs = 40, kMaskPs = 4, kCountPs = 5, kGroupedCountPs = 1000;
// Compiled, the same takes two thirds of it, once LLVM has run: nanoseconds.
constexpr std::uint64_t kStartNs = 8'000'000, kInstructionNs = 100'000;
constexpr std::uint64_t kSavedOneIn = 3;
constexpr std::uint64_t kFindNs = 500'000;

constexpr std::uint64_t kMostCompileNs = 1'000'000'000;

std::uint64_t saved_ns(const Collector& collector) {
  const plan::Scan& scan = *collector.bound.scan;
  std::uint64_t row_ps = scan.atoms.size() * kAtomPs + scan.masks.size() * kMaskPs;
  for (const plan::Accumulator& accumulator : scan.accumulators)
    if (std::holds_alternative<plan::CountRows>(accumulator.what))
      row_ps += accumulator.grouping ? kGroupedCountPs : kCountPs;
  return collector.bound.stream->rows / 1000 * row_ps / kSavedOneIn;
}

// Instructions that are no loop (codegen_abi.h).
std::uint64_t written_out(const KernelProgram& program) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> alike;  // column and code, or counts
  std::uint64_t instructions = 0;
  for (const proofmark_kernel_instruction& one : program.instructions) {
    if (compares(one))
      ++alike[{one.a, one.code}];
    else if (one.code == PROOFMARK_COUNT)
      ++alike[{0, one.code}];
    else
      ++instructions;
  }
  for (const auto& [what, count] : alike) instructions += std::min<std::uint64_t>(count, PROOFMARK_MOST_WRITTEN_OUT);
  return instructions;
}

}  // namespace

Worth worth_of(const Collector& collector, const KernelProgram& program) {
  const std::uint64_t saved = saved_ns(collector);
  if (saved <= kFindNs) return Worth::nothing;
  const std::uint64_t compile_ns = kStartNs + written_out(program) * kInstructionNs;
  if (saved <= compile_ns) return Worth::finding;
  return compile_ns > kMostCompileNs ? Worth::too_long : Worth::compiling;
}

}  // namespace proofmark::engine
