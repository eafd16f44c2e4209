// Loading a compiled object: the little of a linker that a kernel needs.
//
// In goes a relocatable ELF file, out comes its one function. Sections are laid out in memory of their own, which is
// written first and executed after, never both. The file is not trusted: every offset, size, symbol and relocation is
// checked against the bytes that are there, and anything that a kernel does not need is refused.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/plan/codegen_abi.h"

namespace proofmark::engine {

class NativeObject {
 public:
  // Nothing, and `problem` says why, when the object is not one that we load.
  static std::unique_ptr<const NativeObject> load(std::string_view object, std::string& problem);
  ~NativeObject();
  NativeObject(const NativeObject&) = delete;
  NativeObject& operator=(const NativeObject&) = delete;

  proofmark_kernel kernel() const { return kernel_; }

 private:
  NativeObject(void* memory, std::size_t bytes) : memory_(memory), bytes_(bytes) {}

  void* memory_;
  std::size_t bytes_;
  proofmark_kernel kernel_ = nullptr;
};

}  // namespace proofmark::engine
