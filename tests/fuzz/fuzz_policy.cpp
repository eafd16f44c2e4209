// Any bytes as a policy file: refused with places inside the text, or read into a tree within its limits.
#include <cstdint>
#include <string>

#include "runtime/diagnostic/diagnostic.h"
#include "tests/syntax/invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string broken =
      proofmark::syntax::broken_invariant_of(std::string(reinterpret_cast<const char*>(data), size));
  if (!broken.empty()) proofmark::broken_invariant(broken.c_str(), __FILE__, __LINE__);
  return 0;
}
