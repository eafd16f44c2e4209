// Compiled kernels, kept from one run to the next (runtime/cache).
//
// The key is all that the machine code depends on: the kernel program (columns by width, no code, threshold or time in
// it), the processor or its level, the effort, and the code generator's build. A hit opens no code generator; a new
// candidate version is a hit.
#pragma once

#include <memory>
#include <string>

#include "runtime/cache/cache.h"
#include "runtime/engine/codegen_plugin.h"
#include "runtime/engine/native_object.h"

namespace proofmark::engine {

cache::Key object_key(const CodegenRequest& request, const std::string& processor, const std::string& generator);

struct CompiledObject {
  std::shared_ptr<const NativeObject> object;  // null: `problem` says why
  std::string problem;
  bool was_kept = false;  // found, not compiled
  std::string note;       // why something kept was not used, or this could not be kept
};

// From the cache or not at all; then there is neither an object nor a problem.
CompiledObject kept_object(const CodegenRequest& request, const cache::Cache* cache);

// From the cache when it is there (null: no cache), else compiled and kept.
CompiledObject compiled_object(const CodegenRequest& request, const cache::Cache* cache);

}  // namespace proofmark::engine
