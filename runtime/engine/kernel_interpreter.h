// A kernel program without compiled code: one loop an instruction, over all the words of a call. What small data uses,
// and what every machine has.
#pragma once

#include <vector>

#include "runtime/engine/rows.h"
#include "runtime/plan/codegen_abi.h"

namespace proofmark::engine {

class KernelInterpreter {
 public:
  explicit KernelInterpreter(const std::vector<proofmark_kernel_instruction>& program);
  // At most one block's words.
  void run(const proofmark_kernel_call& call);

 private:
  const std::vector<proofmark_kernel_instruction>& program_;
  std::vector<Words> masks_;  // an instruction
};

}  // namespace proofmark::engine
