// Code generation without the mid-end: the IR is already in the shape that it shall have.
#include "compiler/codegen/generate.h"

#include <llvm/ADT/SmallString.h>
#include <llvm/Config/llvm-config.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Triple.h>

#include "compiler/codegen/machine.h"

namespace proofmark::codegen {
namespace {

// LLVM 21 made of the triple's text a type.
#if LLVM_VERSION_MAJOR >= 21
llvm::Triple triple() {
  return llvm::Triple(kTriple);
}
#else
std::string triple() {
  return kTriple;
}
#endif

std::unique_ptr<llvm::TargetMachine> machine_for(const proofmark_codegen_request& request, const llvm::Module& module,
                                                 std::string& problem) {
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple(), problem);
  if (target == nullptr) return nullptr;
  const Processor processor = processor_of(request);
  std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(triple(), processor.name, processor.features, llvm::TargetOptions(),
                                  llvm::Reloc::PIC_, llvm::CodeModel::Small, level_of(request, module), true));
  if (machine == nullptr || !machine->getMCSubtargetInfo()->isCPUStringValid(processor.name)) {
    problem = "LLVM knows no processor `" + processor.name + "`";
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
  if (machine.addPassesToEmitFile(passes, stream, nullptr, kind))
    return {"", "LLVM writes no such file for this target"};
  passes.run(module);
  return {std::string(bytes.str()), ""};
}

}  // namespace

Generated generate(const proofmark_codegen_request& request) {
  initialize_target();
  Generated result;
  llvm::LLVMContext context;
  const auto module = module_of(request, context, result.problem);
  if (module == nullptr) return result;
  const auto machine = machine_for(request, *module, result.problem);
  if (machine == nullptr) return result;
  module->setDataLayout(machine->createDataLayout());
  switch (request.output) {
    case PROOFMARK_LLVM_IR:
      return {text_of(*module), ""};
    case PROOFMARK_ASSEMBLY:
      return machine_code(*module, *machine, llvm::CodeGenFileType::AssemblyFile);
    default:
      return machine_code(*module, *machine, llvm::CodeGenFileType::ObjectFile);
  }
}

}  // namespace proofmark::codegen
