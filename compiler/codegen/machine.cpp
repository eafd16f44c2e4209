// The target, once; the module, checked.
#include "compiler/codegen/machine.h"

#include <llvm/Config/llvm-config.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/Triple.h>

#include <algorithm>
#include <iterator>
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

// LLVM 21 made of the triple's text a type.
void set_triple(llvm::Module& module) {
#if LLVM_VERSION_MAJOR >= 21
  module.setTargetTriple(llvm::Triple(kTriple));
#else
  module.setTargetTriple(kTriple);
#endif
}

// Instruction selection takes more than linear time in the length of a block: longer ones are cut, which costs a kernel
// of that size nothing that shows (1,000 objectives: from 15 s to under one).
constexpr std::size_t kMostInBlock = 256;

// Above level 0 some passes take quadratic time in the length of the whole loop; those of LLVM 19 sooner.
constexpr unsigned kMostAboveLevelNone = LLVM_VERSION_MAJOR >= 22 ? 16384 : 4096;

void cut_long_blocks(llvm::Module& module) {
  for (llvm::Function& function : module) {
    std::vector<llvm::BasicBlock*> blocks;
    for (llvm::BasicBlock& block : function) blocks.push_back(&block);
    for (llvm::BasicBlock* block : blocks)
      for (std::size_t left = block->size(); left > 2 * kMostInBlock; left -= kMostInBlock)
        block = block->splitBasicBlock(std::next(block->getFirstNonPHIIt(), kMostInBlock));
  }
}

// Zen 4 follows the widest columns, too, by itself, and loses a twelfth of its speed where it is asked for them.
Ahead ahead_on(const Processor& processor) {
  return processor.name == "znver4" ? Ahead::leaves_to_processor : Ahead::asks_for_widest;
}

// What the code generator's own defaults would spend on kernels without gain: reordering instructions for latency in a
// loop that waits for memory, and putting cut blocks together again.
void set_options() {
  const char* const options[] = {"proofmark_codegen", "-enable-misched=false", "-disable-cgp"};
  llvm::cl::ParseCommandLineOptions(static_cast<int>(std::size(options)), options);
}

}  // namespace

void initialize_target() {
  static std::once_flag once;
  std::call_once(once, [] {
    set_options();
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

llvm::CodeGenOptLevel level_of(const proofmark_codegen_request& request, const llvm::Module& module) {
  switch (module.getInstructionCount() > kMostAboveLevelNone ? 0 : request.level) {
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
                                        std::string& problem) {
  const std::span<const Instruction> program(request.program, request.program_length);
  if (const std::string defect = defect_of(program); !defect.empty()) {
    problem = "the kernel program is malformed: " + defect;
    return nullptr;
  }
  auto module = emit_kernel(program, ahead_on(processor_of(request)), context);
  set_triple(*module);
  llvm::raw_string_ostream why(problem);
  if (llvm::verifyModule(*module, &why)) return nullptr;
  if (request.output != PROOFMARK_LLVM_IR) cut_long_blocks(*module);
  return module;
}

}  // namespace proofmark::codegen
