// The target, once; the module, checked.
#include "compiler/codegen/machine.h"

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>

#include <algorithm>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/codegen/emit_kernel.h"

namespace proofmark::codegen {
namespace {

std::string host_features() {
  std::string features;
  auto found = llvm::sys::getHostCPUFeatures();
  std::vector<std::string> names;
  for (const auto& feature : found) names.push_back((feature.second ? "+" : "-") + feature.first().str());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) features += (features.empty() ? "" : ",") + name;
  return features;
}

}  // namespace

void initialize_target() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
  });
}

Processor processor_of(const proofmark_codegen_request& request) {
  if (std::string_view(request.cpu) != "host") return {request.cpu, ""};
  return {llvm::sys::getHostCPUName().str(), host_features()};
}

llvm::CodeGenOptLevel level_of(std::uint32_t level) {
  switch (level) {
    case 0:
      return llvm::CodeGenOptLevel::None;
    case 1:
      return llvm::CodeGenOptLevel::Less;
    case 2:
      return llvm::CodeGenOptLevel::Default;
    default:
      return llvm::CodeGenOptLevel::Aggressive;
  }
}

std::unique_ptr<llvm::Module> module_of(const proofmark_codegen_request& request, llvm::LLVMContext& context,
                                        const llvm::DataLayout& layout, std::string& problem) {
  const std::span<const Instruction> program(request.program, request.program_length);
  if (const std::string defect = defect_of(program); !defect.empty()) {
    problem = "the kernel program is malformed: " + defect;
    return nullptr;
  }
  auto module = emit_kernel(program, context);
  module->setTargetTriple(kTriple);
  module->setDataLayout(layout);
  llvm::raw_string_ostream why(problem);
  return llvm::verifyModule(*module, &why) ? nullptr : std::move(module);
}

}  // namespace proofmark::codegen
