// One operation after the other over at most 64 words, so that what they leave for each other stays near; while they
// run, the rows of the next block are asked for.
#include "runtime/engine/kernel_interpreter.h"

#include <algorithm>

#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {
namespace {

using Instruction = proofmark_kernel_instruction;

bool compares(std::uint32_t code) {
  return code >= PROOFMARK_AT_MOST && code <= PROOFMARK_NUMBER;
}
bool combines(std::uint32_t code) {
  return code >= PROOFMARK_AND && code <= PROOFMARK_AND_NOT;
}
bool makes_mask(std::uint32_t code) {
  return code < PROOFMARK_COUNT;
}

// An instruction: how many others read its words.
std::vector<std::uint32_t> uses_of(const std::vector<Instruction>& program) {
  std::vector<std::uint32_t> uses(program.size());
  for (const Instruction& instruction : program) {
    if (combines(instruction.code) || !makes_mask(instruction.code)) ++uses[instruction.a];
    if (combines(instruction.code)) ++uses[instruction.b];
  }
  return uses;
}

std::size_t width_of(const Instruction& instruction) {
  return width_bytes(static_cast<snapshot::Physical>(instruction.physical));
}

std::vector<std::size_t> widths_of(const auto& reads) {
  std::vector<std::size_t> widths;
  for (const auto& read : reads) widths.push_back(read.width_bytes);
  return widths;
}

}  // namespace

KernelInterpreter::KernelInterpreter(const std::vector<Instruction>& program)
    : program_(program), reads_(columns_read(program)), memory_(program.size()), words_(program.size()) {
  for (std::uint32_t id = 0; id < program.size(); ++id) {
    if (program[id].code == PROOFMARK_ALL) memory_[id].fill(true);
    words_[id] = own(id);
  }
  plan_operations();
  ahead_.emplace(widths_of(reads_), operations_.size());
}

void KernelInterpreter::plan_operations() {
  const BitLoops& loops = bit_loops();
  const std::vector<std::uint32_t> uses = uses_of(program_);
  std::vector<bool> counted_alone(program_.size());
  for (const Instruction& instruction : program_)
    if (instruction.code == PROOFMARK_COUNT && combines(program_[instruction.a].code) && uses[instruction.a] == 1)
      counted_alone[instruction.a] = true;
  for (std::uint32_t id = 0; id < program_.size(); ++id) {
    const Instruction& instruction = program_[id];
    if (counted_alone[id] || instruction.code == PROOFMARK_ALL || instruction.code == PROOFMARK_NONE) continue;
    Operation operation{.id = id, .instruction = instruction, .a = instruction.a, .b = instruction.b};
    if (compares(instruction.code)) {
      operation.compare = loops.comparison(instruction);
    } else if (combines(instruction.code)) {
      operation.combine = loops.combining(instruction.code);
    } else if (instruction.code == PROOFMARK_COUNT) {
      const Instruction& mask = program_[instruction.a];
      const bool alone = counted_alone[instruction.a];
      operation.count = loops.counting(alone ? mask.code : std::uint32_t{PROOFMARK_OR});
      operation.a = alone ? mask.a : instruction.a;
      operation.b = alone ? mask.b : instruction.a;
    }
    operations_.push_back(operation);
  }
}

std::vector<KernelInterpreter::Read> KernelInterpreter::columns_read(const std::vector<Instruction>& program) {
  std::vector<Read> reads;
  for (const Instruction& instruction : program) {
    if (!compares(instruction.code)) continue;
    const bool met =
        std::any_of(reads.begin(), reads.end(), [&](const Read& read) { return read.column == instruction.a; });
    if (!met) reads.push_back({instruction.a, width_of(instruction)});
  }
  return reads;
}

void KernelInterpreter::run(const proofmark_kernel_call& call) {
  for (std::size_t first = 0; first < call.words; first += kBlockWords)
    run({call, first, std::min<std::size_t>(kBlockWords, call.words - first)});
}

// Each operation asks for its share of the next block's rows.
void KernelInterpreter::run(const Part& part) {
  for (std::size_t i = 0; i < reads_.size(); ++i)
    ahead_->point_at(i, reinterpret_cast<std::uintptr_t>(part.call.values[reads_[i].column]) +
                            (part.first + part.words) * kWordBits * reads_[i].width_bytes);
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    make(operations_[i], part);
    if (part.words == kBlockWords) ahead_->ask(i);
  }
}

void KernelInterpreter::make(const Operation& operation, const Part& part) {
  const Instruction& instruction = operation.instruction;
  const proofmark_kernel_call& call = part.call;
  if (operation.count != nullptr) {
    call.counters[instruction.b * PROOFMARK_COUNTER_LANES] +=
        operation.count(words_[operation.a], words_[operation.b], part.words);
  } else if (operation.combine != nullptr) {
    operation.combine(words_[operation.a], words_[operation.b], part.words, own(operation.id));
  } else if (operation.compare != nullptr) {
    const auto* values = static_cast<const std::byte*>(call.values[instruction.a]);
    const std::int64_t argument = instruction.code == PROOFMARK_NUMBER ? 0 : call.arguments[instruction.b];
    operation.compare(values + part.first * kWordBits * width_of(instruction), argument, part.words, own(operation.id));
  } else if (instruction.code == PROOFMARK_STORE) {
    std::memcpy(call.outputs[instruction.b] + part.first, words_[instruction.a], part.words * sizeof(std::uint64_t));
  } else if (instruction.code == PROOFMARK_INPUT) {
    take(operation.id, call.inputs[instruction.a], call.input_strides[instruction.a], part);
  } else if (instruction.code == PROOFMARK_VALID) {
    take(operation.id, call.validity[instruction.a], call.validity_strides[instruction.a], part);
  } else if (instruction.code == PROOFMARK_BITS) {
    take(operation.id, static_cast<const std::uint64_t*>(call.values[instruction.a]), 1, part);
  }
}

// Words that others made: where they lie, or one step of them over and over.
void KernelInterpreter::take(std::uint32_t id, const std::uint64_t* words, std::uint64_t stride, const Part& part) {
  words_[id] = stride == 0 ? own(id) : words + part.first;
  if (stride != 0) return;
  for (std::size_t w = 0; w < part.words; w += PROOFMARK_STEP_WORDS)
    std::copy_n(words, PROOFMARK_STEP_WORDS, own(id) + w);
}

}  // namespace proofmark::engine
