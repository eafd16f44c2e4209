// What both ways out of the plugin share: a checked program as an LLVM module, and the processor it is for.
#pragma once

#include <llvm/ADT/StringRef.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/CodeGen.h>

#include <memory>
#include <string>

#include "runtime/plan/codegen_abi.h"

namespace proofmark::codegen {

inline constexpr const char* kTriple = "x86_64-unknown-linux-gnu";

struct Processor {
  std::string name;      // LLVM's: "znver5", "x86-64-v4"
  std::string features;  // "+avx2,-avx512f,…" for the host; empty for a named level
};

void initialize_target();
Processor processor_of(const proofmark_codegen_request& request);

// The kernel's module, verified; nothing, and `problem` says why, when the program is malformed.
std::unique_ptr<llvm::Module> module_of(const proofmark_codegen_request& request, llvm::LLVMContext& context,
                                        std::string& problem);
// The level that was asked for; the least for very long modules.
llvm::CodeGenOptLevel level_of(const proofmark_codegen_request& request, const llvm::Module& module);

}  // namespace proofmark::codegen
