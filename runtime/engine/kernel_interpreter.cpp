// Loops over words that the compiler turns into vectors, and comparisons of whole columns.
#include "runtime/engine/kernel_interpreter.h"

#include <bit>

#include "runtime/engine/kernels.h"

namespace proofmark::engine {
namespace {

using Instruction = proofmark_kernel_instruction;

bool compares(std::uint32_t code) {
  return code >= PROOFMARK_AT_MOST && code <= PROOFMARK_NUMBER;
}

// Words that lie elsewhere, or those of an instruction.
const std::uint64_t* source_of(const Instruction& instruction, const proofmark_kernel_call& call) {
  switch (instruction.code) {
    case PROOFMARK_INPUT:
      return call.inputs[instruction.a];
    case PROOFMARK_VALID:
      return call.validity[instruction.a];
    case PROOFMARK_BITS:
      return static_cast<const std::uint64_t*>(call.values[instruction.a]);
    default:
      return nullptr;
  }
}

}  // namespace

KernelInterpreter::KernelInterpreter(const std::vector<Instruction>& program)
    : program_(program), masks_(program.size()) {}

void KernelInterpreter::run(const proofmark_kernel_call& call) {
  const std::size_t words = call.words;
  for (std::size_t id = 0; id < program_.size(); ++id) {
    const Instruction& instruction = program_[id];
    Words& out = masks_[id];
    if (compares(instruction.code)) {
      const std::int64_t argument = instruction.code == PROOFMARK_NUMBER ? 0 : call.arguments[instruction.b];
      compare_words(instruction, call.values[instruction.a], argument, words, out);
    } else if (const std::uint64_t* source = source_of(instruction, call)) {
      std::memcpy(out.word.data(), source, words * sizeof(std::uint64_t));
    } else if (instruction.code == PROOFMARK_ALL || instruction.code == PROOFMARK_NONE) {
      out.fill(instruction.code == PROOFMARK_ALL);
    } else if (instruction.code == PROOFMARK_COUNT) {
      call.counters[instruction.b * PROOFMARK_COUNTER_LANES] += count_rows(masks_[instruction.a], words);
    } else if (instruction.code == PROOFMARK_STORE) {
      std::memcpy(call.outputs[instruction.b], masks_[instruction.a].word.data(), words * sizeof(std::uint64_t));
    } else {
      combine_words(instruction.code, masks_[instruction.a], masks_[instruction.b], words, out);
    }
  }
}

}  // namespace proofmark::engine
