// A kernel program as LLVM IR.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <variant>

#include "runtime/plan/codegen_abi.h"

namespace llvm {
class LLVMContext;
class Module;
}  // namespace llvm

namespace proofmark::codegen {

using Instruction = proofmark_kernel_instruction;

// What is wrong with a program that breaks the rules of codegen_abi.h; empty: nothing.
std::string defect_of(std::span<const Instruction> program);

// One function, PROOFMARK_KERNEL_SYMBOL, that runs the program; the program must have no defect. Target and data layout
// are the caller's to set.
std::unique_ptr<llvm::Module> emit_kernel(std::span<const Instruction> program, llvm::LLVMContext& context);

}  // namespace proofmark::codegen
