// A kernel program without compiled code: one loop an operation, over a block's words. What small data uses, and what
// every machine has.
#pragma once

#include <optional>
#include <vector>

#include "runtime/engine/bit_loops.h"
#include "runtime/engine/lines_ahead.h"
#include "runtime/engine/rows.h"
#include "runtime/plan/codegen_abi.h"

namespace proofmark::engine {

class KernelInterpreter {
 public:
  explicit KernelInterpreter(const std::vector<proofmark_kernel_instruction>& program);
  void run(const proofmark_kernel_call& call);

 private:
  // A column that the program compares.
  struct Read {
    std::uint32_t column = 0;
    std::size_t width_bytes = 0;
  };
  // What is done for an instruction; nothing is done for masks that are only counted, once.
  struct Operation {
    std::uint32_t id = 0;
    proofmark_kernel_instruction instruction;
    CompareLoop compare = nullptr;
    CombineLoop combine = nullptr;
    CountLoop count = nullptr;   // of the words of a and b
    std::uint32_t a = 0, b = 0;  // instructions
  };
  // A block's share of a call.
  struct Part {
    const proofmark_kernel_call& call;
    std::size_t first, words;
  };

  static std::vector<Read> columns_read(const std::vector<proofmark_kernel_instruction>& program);
  void plan_operations();
  void run(const Part& part);
  void make(const Operation& operation, const Part& part);
  void take(std::uint32_t id, const std::uint64_t* words, std::uint64_t stride, const Part& part);
  std::uint64_t* own(std::uint32_t id) { return memory_[id].word.data(); }

  const std::vector<proofmark_kernel_instruction>& program_;
  std::vector<Operation> operations_;
  std::vector<Read> reads_;
  std::optional<LinesAhead> ahead_;          // of reads_, a share an operation
  std::vector<Words> memory_;                // an instruction
  std::vector<const std::uint64_t*> words_;  // an instruction: where its words are, of this part
};

}  // namespace proofmark::engine
