// Calling the kernel block by block. It works in steps of 64 rows and reads all 64: a block's last, shorter step is
// given a padded copy, and input 0 of the program keeps the rows that do not exist out of every mask.
#include "runtime/engine/native.h"

#include "runtime/engine/codegen_plugin.h"
#include "runtime/engine/object_cache.h"
#include "runtime/engine/values.h"
#include "runtime/plan/match.h"

namespace proofmark::engine {
namespace {

using plan::Id;
using snapshot::Column;
using snapshot::Physical;

constexpr std::size_t kWidestBytes = 8;

// The rows of one call: whole steps of a block, or its padded rest.
struct Rows {
  std::size_t first_word = 0, words = 0;
};

class KernelCalls {
 public:
  KernelCalls(const KernelProgram& program, proofmark_kernel kernel, const BlockState& state,
              std::vector<Words>& outputs)
      : program_(program),
        kernel_(kernel),
        state_(state),
        output_words_(outputs),
        values_(program.columns.size()),
        validity_(program.columns.size()),
        inputs_(program.inputs.size()),
        outputs_(program.outputs.size()),
        counters_(program.counters.size()),
        padded_(program.columns.size()) {
    all_.fill(true);
  }

  void run(const Block& block) {
    const std::size_t whole = block.rows / kWordBits;
    point_at_columns(block);
    if (whole > 0) call({0, whole});
    if (block.rows % kWordBits == 0) return;
    pad(block, whole * kWordBits);
    call({whole, 1});
  }

  const std::vector<std::uint64_t>& counters() const { return counters_; }

 private:
  void point_at_columns(const Block& block) {
    for (std::size_t c = 0; c < program_.columns.size(); ++c) {
      const Column& column = *program_.columns[c];
      const snapshot::Chunk& chunk = column.chunks[block.batch];
      const bool bits = column.physical == Physical::bit;
      values_[c] = chunk.values + (bits ? block.offset / 8 : block.offset * width_bytes(column.physical));
      validity_[c] = chunk.validity == nullptr
                         ? all_.word.data()
                         : reinterpret_cast<const std::uint64_t*>(chunk.validity + block.offset / 8);
    }
  }

  // Bitmaps are padded in the snapshot already; values are copied from `row` on, so that 64 of them can be read.
  void pad(const Block& block, std::size_t row) {
    for (std::size_t c = 0; c < program_.columns.size(); ++c) {
      const Column& column = *program_.columns[c];
      const auto* from = static_cast<const std::byte*>(values_[c]);
      if (column.physical == Physical::bit) {
        values_[c] = from + row / 8;
      } else {
        const std::size_t width = width_bytes(column.physical);
        std::memcpy(padded_[c].bytes, from + row * width, (block.rows - row) * width);
        values_[c] = padded_[c].bytes;
      }
      validity_[c] += row / kWordBits;
    }
  }

  void call(const Rows& rows) {
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      inputs_[i] = input(program_.inputs[i]).word.data() + rows.first_word;
    for (std::size_t i = 0; i < outputs_.size(); ++i)
      outputs_[i] = output_words_[program_.outputs[i]].word.data() + rows.first_word;
    const proofmark_kernel_call call{values_.data(), validity_.data(), program_.arguments.data(),
                                     inputs_.data(), outputs_.data(),  counters_.data(),
                                     rows.words};
    kernel_(&call);
  }

  const Words& input(const KernelInput& source) const {
    return plan::match(
        source, [&](const RowsThatTakePart&) -> const Words& { return state_.present; },
        [&](const WindowWords& words) -> const Words& { return state_.windows[words.window]; },
        [&](const AtomWords& words) -> const Words& { return state_.atoms[words.atom]; });
  }

  struct alignas(64) Padded {
    std::byte bytes[kWordBits * kWidestBytes] = {};
  };

  const KernelProgram& program_;
  proofmark_kernel kernel_;
  const BlockState& state_;
  std::vector<Words>& output_words_;
  std::vector<const void*> values_;
  std::vector<const std::uint64_t*> validity_;
  std::vector<const std::uint64_t*> inputs_;
  std::vector<std::uint64_t*> outputs_;
  std::vector<std::uint64_t> counters_;
  std::vector<Padded> padded_;
  Words all_;
};

// What the kernel needs before it can run on a block.
void prepare(const BoundScan& bound, const KernelProgram& program, const Block& block, BlockState& state,
             Partial& out) {
  if (!program.times_inside) {
    interpret(bound, program.prepared, block, state);
    return count_times(bound, block, state, out);
  }
  existing_rows(block, state.present);
  interpret_within_present(bound, program.prepared, block, state);
}

void add_counters(const KernelProgram& program, const std::vector<std::uint64_t>& counters, Partial& out) {
  for (std::size_t i = 0; i < counters.size(); ++i)
    plan::match(
        program.counters[i],
        [&](const RowsOf& rows) {
          std::get<CountState>(out.states[rows.accumulator]).counts[rows.group] += counters[i];
        },
        [&](const UndeclaredRowsOf& rows) { out.undeclared[rows.grouping] += counters[i]; },
        [&](const FutureRows&) { out.future += counters[i]; }, [&](const UntimedRows&) { out.untimed += counters[i]; });
}

// Callable code for the program, found in the object cache or compiled, and loaded here; or linked by LLVM's ORC in
// the plugin. Says why when there is none.
std::string link(NativeScan& native, const Options& options) {
  const CodegenRequest request{native.program.instructions, PROOFMARK_OBJECT, options.cpu, options.codegen_level};
  if (options.linker == Options::Linker::orc) {
    JitAnswer answer = jit_code(request);
    native.code = std::move(answer.session);
    native.kernel = answer.kernel;
    return answer.problem;
  }
  CompiledObject compiled = compiled_object(request, options.objects);
  if (compiled.object != nullptr) native.kernel = compiled.object->kernel();
  native.code = std::move(compiled.object);
  native.was_kept = compiled.was_kept;
  native.note = std::move(compiled.note);
  return compiled.problem;
}

}  // namespace

std::unique_ptr<const NativeScan> compile_scan(const Collector& collector, const Options& options,
                                               std::string& declined) {
  if (!runs_here(options.cpu)) {
    declined = "this machine cannot run code for `" + options.cpu + "`";
    return nullptr;
  }
  auto native = std::make_unique<NativeScan>(NativeScan{kernel_program(collector), {}, nullptr, nullptr, false, {}});
  native->rest = rest_of(*collector.bound.scan, native->program.counted, native->program.undeclared_counted);
  if (native->program.counters.empty()) {
    declined = "the scan counts nothing that native code would count";
    return nullptr;
  }
  declined = link(*native, options);
  return native->kernel == nullptr ? nullptr : std::move(native);
}

Partial run_native(const Collector& collector, const NativeScan& native, BlockRun run) {
  const BoundScan& bound = collector.bound;
  Partial partial = empty_partial(collector);
  BlockState state(*bound.scan);
  KernelCalls calls(native.program, native.kernel, state, state.masks);
  for (std::size_t b = run.begin; b < run.end; ++b) {
    const Block& block = bound.blocks[b];
    prepare(bound, native.program, block, state, partial);
    calls.run(block);
    collect_rest(collector, native.rest, block, state, partial);
  }
  add_counters(native.program, calls.counters(), partial);
  return partial;
}

}  // namespace proofmark::engine
