// The C functions that the plugin offers; every exception ends here.
#include <exception>

#include "compiler/codegen/generate.h"
#include "compiler/codegen/jit.h"

namespace {

void hand_over(proofmark_codegen_sink sink, void* context, const std::string& bytes) {
  sink(context, bytes.data(), bytes.size());
}

}  // namespace

extern "C" __attribute__((visibility("default"))) std::uint32_t proofmark_codegen_abi() {
  return PROOFMARK_CODEGEN_ABI;
}

extern "C" __attribute__((visibility("default"))) int proofmark_codegen_compile(
    const proofmark_codegen_request* request, proofmark_codegen_sink output, void* output_context,
    proofmark_codegen_sink problem, void* problem_context) {
  try {
    const auto generated = proofmark::codegen::generate(*request);
    if (generated.problem.empty()) {
      hand_over(output, output_context, generated.bytes);
      return 0;
    }
    hand_over(problem, problem_context, generated.problem);
  } catch (const std::exception& error) {
    hand_over(problem, problem_context, error.what());
  }
  return 1;
}

extern "C" __attribute__((visibility("default"))) int proofmark_codegen_jit(const proofmark_codegen_request* request,
                                                                            proofmark_kernel* kernel, void** session,
                                                                            proofmark_codegen_sink problem,
                                                                            void* problem_context) {
  try {
    auto jitted = proofmark::codegen::jit(*request);
    if (jitted.problem.empty()) {
      *kernel = jitted.kernel;
      *session = jitted.session.release();
      return 0;
    }
    hand_over(problem, problem_context, jitted.problem);
  } catch (const std::exception& error) {
    hand_over(problem, problem_context, error.what());
  }
  return 1;
}

extern "C" __attribute__((visibility("default"))) void proofmark_codegen_release(void* session) {
  proofmark::codegen::release(static_cast<llvm::orc::LLJIT*>(session));
}
