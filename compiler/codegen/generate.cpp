// Code generation without the mid-end: the IR is already in the shape that it shall have.
#include "compiler/codegen/generate.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>

#include <algorithm>
#include <mutex>
#include <vector>

#include "compiler/codegen/emit_kernel.h"

namespace proofmark::codegen {
namespace {

constexpr const char* kTriple = "x86_64-unknown-linux-gnu";

void initialize_target() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
  });
}

std::string host_features() {
  std::string features;
  auto found = llvm::sys::getHostCPUFeatures();
  std::vector<std::string> names;
  for (const auto& feature : found) names.push_back((feature.second ? "+" : "-") + feature.first().str());
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) features += (features.empty() ? "" : ",") + name;
  return features;
}

llvm::CodeGenOptLevel level_of(std::uint32_t level) {
  switch (level) {
    case 0: return llvm::CodeGenOptLevel::None;
    case 1: return llvm::CodeGenOptLevel::Less;
    case 2: return llvm::CodeGenOptLevel::Default;
    default: return llvm::CodeGenOptLevel::Aggressive;
  }
}

std::unique_ptr<llvm::TargetMachine> machine_for(const proofmark_codegen_request& request, std::string& problem) {
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(kTriple, problem);
  if (target == nullptr) return nullptr;
  const bool host = std::string_view(request.cpu) == "host";
  const std::string cpu = host ? llvm::sys::getHostCPUName().str() : request.cpu;
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      kTriple, cpu, host ? host_features() : "", llvm::TargetOptions(), llvm::Reloc::PIC_, llvm::CodeModel::Small,
      level_of(request.level), true));
  if (machine == nullptr || !machine->getMCSubtargetInfo()->isCPUStringValid(cpu)) {
    problem = "LLVM knows no processor `" + cpu + "`";
    return nullptr;
  }
  return machine;
}

std::string text_of(const llvm::Module& module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return text;
}

Generated machine_code(llvm::Module& module, llvm::TargetMachine& machine, llvm::CodeGenFileType kind) {
  llvm::SmallString<0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, kind)) return {"", "LLVM writes no such file for this target"};
  passes.run(module);
  return {std::string(bytes.str()), ""};
}

}  // namespace

Generated generate(const proofmark_codegen_request& request) {
  const std::span<const Instruction> program(request.program, request.program_length);
  if (std::string defect = defect_of(program); !defect.empty()) return {"", "the kernel program is malformed: " + defect};
  initialize_target();
  Generated result;
  const auto machine = machine_for(request, result.problem);
  if (machine == nullptr) return result;
  llvm::LLVMContext context;
  const auto module = emit_kernel(program, context);
  module->setTargetTriple(kTriple);
  module->setDataLayout(machine->createDataLayout());
  llvm::raw_string_ostream why(result.problem);
  if (llvm::verifyModule(*module, &why)) return result;
  switch (request.output) {
    case PROOFMARK_LLVM_IR: return {text_of(*module), ""};
    case PROOFMARK_ASSEMBLY: return machine_code(*module, *machine, llvm::CodeGenFileType::AssemblyFile);
    default: return machine_code(*module, *machine, llvm::CodeGenFileType::ObjectFile);
  }
}

}  // namespace proofmark::codegen
