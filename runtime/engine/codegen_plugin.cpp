// dlopen, a few symbols, one call.
#include "runtime/engine/codegen_plugin.h"

#include <dlfcn.h>

#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

#include "runtime/engine/host.h"

namespace proofmark::engine {
namespace {

namespace fs = std::filesystem;

struct Plugin {
  proofmark_codegen_compile_function compile = nullptr;
  proofmark_codegen_jit_function jit = nullptr;
  proofmark_codegen_release_function release = nullptr;
  std::string problem;  // set when there is no `compile`
};

std::string found_plugin() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  for (const fs::path& directory : {program.parent_path(), program.parent_path() / ".." / "lib" / "proofmark"}) {
    const fs::path candidate = directory / PROOFMARK_CODEGEN_LIBRARY;
    if (fs::exists(candidate, ignored)) return candidate.string();
  }
  return {};
}

Plugin unusable(std::string problem) {
  return {nullptr, nullptr, nullptr, std::move(problem)};
}

template <typename Function>
Function symbol(void* library, const char* name) {
  return reinterpret_cast<Function>(dlsym(library, name));
}

// It stays open to the end: code generators do not like to be unloaded.
Plugin open_plugin() {
  const std::string path = found_plugin();
  if (path.empty())
    return unusable("the code generator `" PROOFMARK_CODEGEN_LIBRARY "` is not installed beside the program");
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return unusable(std::string("the code generator cannot be opened: ") + dlerror());
  const auto abi = symbol<proofmark_codegen_abi_function>(library, PROOFMARK_CODEGEN_ABI_SYMBOL);
  Plugin opened{symbol<proofmark_codegen_compile_function>(library, PROOFMARK_CODEGEN_COMPILE_SYMBOL),
                symbol<proofmark_codegen_jit_function>(library, PROOFMARK_CODEGEN_JIT_SYMBOL),
                symbol<proofmark_codegen_release_function>(library, PROOFMARK_CODEGEN_RELEASE_SYMBOL),
                {}};
  if (abi == nullptr || abi() != PROOFMARK_CODEGEN_ABI || opened.compile == nullptr || opened.jit == nullptr ||
      opened.release == nullptr)
    return unusable("the code generator is of another version than the program");
  return opened;
}

const Plugin& plugin() {
  static const Plugin opened = open_plugin();
  return opened;
}

void append(void* context, const char* bytes, std::size_t count) {
  static_cast<std::string*>(context)->append(bytes, count);
}

constexpr std::array<std::pair<std::string_view, const char*>, 4> kProcessors = {
    {{"host", "host"}, {"v4", "x86-64-v4"}, {"v3", "x86-64-v3"}, {"baseline", "x86-64"}}};

const char* llvm_name(std::string_view cpu) {
  for (const auto& [name, llvm] : kProcessors)
    if (name == cpu) return llvm;
  return nullptr;
}

}  // namespace

std::string generator_identity() {
  return build_id(found_plugin());
}

bool runs_here(const std::string& cpu) {
  PROOFMARK_CHECK(llvm_name(cpu) != nullptr);
  if (cpu == "v4") return __builtin_cpu_supports("x86-64-v4") != 0;
  if (cpu == "v3") return __builtin_cpu_supports("x86-64-v3") != 0;
  return true;
}

namespace {

proofmark_codegen_request wire(const CodegenRequest& request) {
  const char* cpu = llvm_name(request.cpu);
  PROOFMARK_CHECK(cpu != nullptr);
  return {request.output, static_cast<std::uint32_t>(request.level), cpu, request.program.data(),
          static_cast<std::uint32_t>(request.program.size())};
}

}  // namespace

JitAnswer jit_code(const CodegenRequest& request) {
  JitAnswer answer;
  if (plugin().jit == nullptr) {
    answer.problem = plugin().problem;
    return answer;
  }
  const proofmark_codegen_request wanted = wire(request);
  void* session = nullptr;
  if (plugin().jit(&wanted, &answer.kernel, &session, append, &answer.problem) == 0)
    answer.session = {session, plugin().release};
  else if (answer.problem.empty())
    answer.problem = "the code generator failed without a reason";
  return answer;
}

CodegenAnswer generate_code(const CodegenRequest& request) {
  CodegenAnswer answer;
  if (plugin().compile == nullptr) {
    answer.problem = plugin().problem;
    return answer;
  }
  const proofmark_codegen_request wanted = wire(request);
  if (plugin().compile(&wanted, append, &answer.bytes, append, &answer.problem) != 0 && answer.problem.empty())
    answer.problem = "the code generator failed without a reason";
  return answer;
}

}  // namespace proofmark::engine
