// Module to callable code in this process, by LLVM's ORC.
#pragma once

#include <memory>
#include <string>

#include "runtime/plan/codegen_abi.h"

namespace llvm::orc {
class LLJIT;
}

namespace proofmark::codegen {

// Here because only jit.cpp sees the session's type.
void release(llvm::orc::LLJIT* session);

struct SessionRelease {
  void operator()(llvm::orc::LLJIT* session) const { release(session); }
};

struct Jitted {
  std::unique_ptr<llvm::orc::LLJIT, SessionRelease> session;  // owns the code
  proofmark_kernel kernel = nullptr;
  std::string problem;  // a sentence; empty: none
};

Jitted jit(const proofmark_codegen_request& request);

}  // namespace proofmark::codegen
