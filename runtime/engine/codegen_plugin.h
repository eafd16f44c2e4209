// The code generator's plugin: found beside the program, opened when first asked for, spoken to in C.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/codegen_abi.h"

namespace proofmark::engine {

struct CodegenRequest {
  const std::vector<proofmark_kernel_instruction>& program;
  proofmark_codegen_output output = PROOFMARK_OBJECT;
  std::string cpu = "host";  // as in Options, or an invariant is broken
  int level = 1;
};

struct CodegenAnswer {
  std::string bytes;
  std::string problem;  // why there are none; a sentence without a full stop
};

// Looks in the program's own directory, then in ../lib/proofmark from it.
CodegenAnswer generate_code(const CodegenRequest& request);

struct JitAnswer {
  std::shared_ptr<void> session;      // keeps the kernel callable
  proofmark_kernel kernel = nullptr;  // null: `problem` says why
  std::string problem;
};

// Compiled and linked in this process; `output` of the request is ignored.
JitAnswer jit_code(const CodegenRequest& request);

// Which build of the code generator there is, without opening it. Empty: none, or it does not say.
std::string generator_identity();

// Whether this machine can run code for it; it can always be emitted.
bool runs_here(const std::string& cpu);

}  // namespace proofmark::engine
