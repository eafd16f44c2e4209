// Module to bytes: the target machine, and the text or object that it writes.
#pragma once

#include <string>

#include "runtime/plan/codegen_abi.h"

namespace proofmark::codegen {

struct Generated {
  std::string bytes;    // the output, when there is no problem
  std::string problem;  // a sentence; empty: none
};

Generated generate(const proofmark_codegen_request& request);

}  // namespace proofmark::codegen
