// Binding as for a run, then the code generator's text instead of its object.
#include "runtime/engine/emit.h"

#include "runtime/engine/canonical_layout.h"
#include "runtime/engine/checked_rows.h"
#include "runtime/engine/codegen_plugin.h"
#include "runtime/engine/kernel_program.h"

namespace proofmark::engine {
namespace {

struct Emitter {
  Stage stage;
  const Options& options;

  std::string comment(const std::string& text) const { return (stage == Stage::llvm ? "; " : "# ") + text + "\n"; }

  Result<std::string> scan(const plan::Scan& scan, const snapshot::Stream& stream,
                           std::optional<std::int64_t> as_of_ns) const {
    const auto bound = bind(scan, stream, as_of_ns);
    if (!bound) return bound.problems();
    const auto groupings = find_groups(*bound, options.threads);
    if (!groupings) return groupings.problems();
    const KernelProgram program = kernel_program(Collector{*bound, *groupings});
    const std::string title = comment("stream " + scan.stream);
    if (program.counters.empty()) return title + comment("counts nothing that native code would count");
    const auto output = stage == Stage::llvm ? PROOFMARK_LLVM_IR : PROOFMARK_ASSEMBLY;
    const CodegenAnswer answer = generate_code({program.instructions, output, options.cpu, options.codegen_level});
    if (answer.problem.empty()) return title + answer.bytes;
    return plain_problem("PM1001", "no native code could be made: " + answer.problem,
                         "install the code generator beside the program; `--engine interpreter` needs none");
  }
};

}  // namespace

Result<std::string> emit(const plan::Plan& plan, const snapshot::Snapshot* snapshot, Stage stage,
                         const Options& options) {
  const Emitter emitter{stage, options};
  std::string text;
  for (const plan::Scan& scan : plan.scans) {
    Result<std::string> section = std::string();
    if (snapshot == nullptr) {
      section = emitter.scan(scan, canonical_layout(scan).stream, 0);
    } else {
      const auto stream = checked_stream(scan, *snapshot);
      section = stream ? emitter.scan(scan, **stream, snapshot->as_of()) : Result<std::string>(stream.problems());
    }
    if (!section) return section;
    text += *section;
  }
  return text;
}

}  // namespace proofmark::engine
