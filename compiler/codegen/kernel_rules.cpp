#include "compiler/codegen/kernel_rules.h"

#include <map>

namespace proofmark::codegen {
namespace {

constexpr unsigned kMostInstructions = 1U << 16;

bool makes_mask(std::uint32_t code) {
  return code < PROOFMARK_COUNT;
}
bool combines(std::uint32_t code) {
  return code >= PROOFMARK_AND && code <= PROOFMARK_AND_NOT;
}

// A column is read as one physical type throughout.
bool consistent(std::span<const Instruction> program) {
  std::map<std::uint32_t, std::uint32_t> physical;
  for (const Instruction& instruction : program) {
    if (!compares(instruction.code)) continue;
    const auto [entry, fresh] = physical.try_emplace(instruction.a, instruction.physical);
    if (!fresh && entry->second != instruction.physical) return false;
  }
  return true;
}

}  // namespace

std::string defect_of(std::span<const Instruction> program) {
  if (program.empty() || program.size() > kMostInstructions)
    return "a program of " + std::to_string(program.size()) + " instructions";
  for (std::size_t i = 0; i < program.size(); ++i) {
    const Instruction& instruction = program[i];
    const auto is_mask = [&](std::uint32_t id) { return id < i && makes_mask(program[id].code); };
    const bool consumes = instruction.code == PROOFMARK_COUNT || instruction.code == PROOFMARK_STORE;
    const bool sound = instruction.code <= PROOFMARK_STORE && (!consumes || is_mask(instruction.a)) &&
                       (!combines(instruction.code) || (is_mask(instruction.a) && is_mask(instruction.b))) &&
                       (!reads_integers(instruction.code) || instruction.physical < PROOFMARK_F64) &&
                       (!reads_doubles(instruction.code) || instruction.physical == PROOFMARK_F64);
    if (!sound) return "instruction " + std::to_string(i) + " breaks the rules of kernel programs";
  }
  return consistent(program) ? "" : "a column is read with two widths";
}

}  // namespace proofmark::codegen
