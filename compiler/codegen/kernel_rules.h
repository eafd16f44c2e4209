// The rules of kernel programs (runtime/plan/codegen_abi.h), which are checked before anything is made of one.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "runtime/plan/codegen_abi.h"

namespace proofmark::codegen {

using Instruction = proofmark_kernel_instruction;

constexpr bool reads_integers(std::uint32_t code) {
  return code >= PROOFMARK_AT_MOST && code <= PROOFMARK_EQUAL;
}
constexpr bool reads_doubles(std::uint32_t code) {
  return code >= PROOFMARK_REAL_LESS && code <= PROOFMARK_NUMBER;
}
constexpr bool compares(std::uint32_t code) {
  return reads_integers(code) || reads_doubles(code);
}

constexpr unsigned width_bytes(std::uint32_t physical) {
  switch (physical) {
    case PROOFMARK_I8:
    case PROOFMARK_U8:
      return 1;
    case PROOFMARK_I16:
    case PROOFMARK_U16:
      return 2;
    case PROOFMARK_I32:
    case PROOFMARK_U32:
      return 4;
    default:
      return 8;
  }
}

constexpr bool is_unsigned(std::uint32_t physical) {
  return physical >= PROOFMARK_U8 && physical <= PROOFMARK_U32;
}

// What is wrong with a program that breaks the rules; empty: nothing.
std::string defect_of(std::span<const Instruction> program);

}  // namespace proofmark::codegen
