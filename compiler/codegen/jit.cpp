// LLJIT without a platform: a kernel has no constructors, no thread-local data and calls nothing. The IR is already in
// the shape that it shall have, so there is no optimiser in front of the code generator.
#include "compiler/codegen/jit.h"

#include <llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/ThreadSafeModule.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/MC/TargetRegistry.h>

#include "compiler/codegen/machine.h"

namespace proofmark::codegen {
namespace {

using llvm::orc::JITTargetMachineBuilder;

JITTargetMachineBuilder machine_builder(const proofmark_codegen_request& request, const llvm::Module& module) {
  JITTargetMachineBuilder builder{llvm::Triple(kTriple)};
  const Processor processor = processor_of(request);
  builder.setCPU(processor.name);
  llvm::SmallVector<llvm::StringRef, 128> features;
  llvm::StringRef(processor.features).split(features, ',', -1, false);
  for (const llvm::StringRef feature : features) builder.getFeatures().AddFeature(feature);
  builder.setRelocationModel(llvm::Reloc::PIC_);
  builder.setCodeModel(llvm::CodeModel::Small);
  builder.setCodeGenOptLevel(level_of(request, module));
  return builder;
}

Jitted failed(llvm::Error error) {
  return {nullptr, nullptr, llvm::toString(std::move(error))};
}

}  // namespace

Jitted jit(const proofmark_codegen_request& request) {
  initialize_target();
  auto context = std::make_unique<llvm::LLVMContext>();
  Jitted result;
  auto module = module_of(request, *context, result.problem);
  if (module == nullptr) return result;
  llvm::orc::LLJITBuilder builder;
  builder.setJITTargetMachineBuilder(machine_builder(request, *module));
  builder.setPlatformSetUp(llvm::orc::setUpInactivePlatform);
  auto session = builder.create();
  if (!session) return failed(session.takeError());
  module->setDataLayout((*session)->getDataLayout());
  if (auto error = (*session)->addIRModule({std::move(module), std::move(context)})) return failed(std::move(error));
  auto kernel = (*session)->lookup(PROOFMARK_KERNEL_SYMBOL);
  if (!kernel) return failed(kernel.takeError());
  result.kernel = kernel->toPtr<proofmark_kernel>();
  result.session.reset(session->release());
  return result;
}

void release(llvm::orc::LLJIT* session) {
  delete session;
}

}  // namespace proofmark::codegen
