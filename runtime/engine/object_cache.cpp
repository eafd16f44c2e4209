// Find, or compile and keep. What was found is checked by the loader as what was compiled is.
#include "runtime/engine/object_cache.h"

#include "runtime/engine/host.h"

namespace proofmark::engine {
namespace {

std::string_view bytes_of(const std::vector<proofmark_kernel_instruction>& program) {
  return {reinterpret_cast<const char*>(program.data()), program.size() * sizeof(proofmark_kernel_instruction)};
}

CompiledObject compiled(const CodegenRequest& request, std::string& bytes) {
  CompiledObject result;
  CodegenAnswer answer = generate_code(request);
  result.problem = std::move(answer.problem);
  if (!result.problem.empty()) return result;
  bytes = std::move(answer.bytes);
  result.object = NativeObject::load(bytes, result.problem);
  return result;
}

}  // namespace

cache::Key object_key(const CodegenRequest& request, const std::string& processor, const std::string& generator) {
  cache::Key key("object");
  key.add(std::to_string(PROOFMARK_CODEGEN_ABI)).add(generator);
  key.add(request.cpu).add(request.cpu == "host" ? processor : "");  // a level's code is the same on every machine
  key.add(std::to_string(request.level)).add(bytes_of(request.program));
  return key;
}

CompiledObject kept_object(const CodegenRequest& request, const cache::Cache* cache) {
  CompiledObject result;
  const std::string generator = cache == nullptr ? "" : generator_identity();
  if (generator.empty()) return result;
  const cache::Found found = cache->find(object_key(request, processor_identity(), generator));
  std::string refused;
  if (found.bytes) result.object = NativeObject::load(*found.bytes, refused);
  result.was_kept = result.object != nullptr;
  return result;
}

CompiledObject compiled_object(const CodegenRequest& request, const cache::Cache* cache) {
  std::string bytes;
  const std::string generator = cache == nullptr ? "" : generator_identity();
  if (generator.empty()) return compiled(request, bytes);
  const cache::Key key = object_key(request, processor_identity(), generator);
  cache::Found found = cache->find(key);
  if (found.bytes) {
    if (std::shared_ptr<const NativeObject> object = NativeObject::load(*found.bytes, found.refused))
      return {std::move(object), "", true, ""};
  }
  CompiledObject result = compiled(request, bytes);
  if (!found.refused.empty()) result.note = "a kept kernel was not used: " + found.refused;
  if (result.object == nullptr) return result;
  const std::string not_kept = cache->keep(key, bytes);
  if (result.note.empty() && !not_kept.empty()) result.note = "the kernel was not kept: " + not_kept;
  return result;
}

}  // namespace proofmark::engine
