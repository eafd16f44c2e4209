// A kernel program as LLVM IR.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "compiler/codegen/kernel_rules.h"

namespace llvm {
class LLVMContext;
class Module;
}  // namespace llvm

namespace proofmark::codegen {

// Whether the kernel asks for the widest columns' values ahead of time.
enum class Ahead : std::uint8_t { asks_for_widest, leaves_to_processor };

// One function, PROOFMARK_KERNEL_SYMBOL, that runs the program; the program must have no defect. Target and data layout
// are the caller's to set.
std::unique_ptr<llvm::Module> emit_kernel(std::span<const Instruction> program, Ahead ahead,
                                          llvm::LLVMContext& context);

}  // namespace proofmark::codegen
