// What compiled code depends on beside its program, told without opening the code generator.
#pragma once

#include <string>

namespace proofmark::engine {

// This processor: what CPUID says of its model and features, and which registers the system saves. Equal text, equal
// code. Not for reading.
std::string processor_identity();

// The build id that the linker gave a shared library: another emitter or another LLVM in it, another id. Empty: the
// file has none, or is none.
std::string build_id(const std::string& library);
// That of this program, as it lies in memory.
std::string own_build_id();

}  // namespace proofmark::engine
