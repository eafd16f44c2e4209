// Compiling and linking the kernel, and running it over a thread's blocks.
#include "runtime/engine/native.h"

#include "runtime/engine/alike.h"
#include "runtime/engine/codegen_plugin.h"
#include "runtime/engine/kernel_calls.h"
#include "runtime/engine/object_cache.h"
#include "runtime/engine/step_runs.h"
#include "runtime/plan/match.h"

namespace proofmark::engine {
namespace {

// What the kernel needs before it can run on a block.
void prepare(const BoundScan& bound, const KernelProgram& program, const Block& block, BlockState& state,
             Partial& out) {
  if (!program.times_inside) {
    interpret(bound, program.prepared, block, state);
    return count_times(bound, block, state, out);
  }
  existing_rows(block, state.present);
  state.present_filled = BlockState::Filled::somehow;
  interpret_within_present(bound, program.prepared, block, state);
}

void add_counters(const KernelProgram& program, const KernelCalls& calls, Partial& out) {
  for (const CountedBy& counted : program.counters) {
    std::uint64_t rows = calls.count(counted.rows.from);
    for (const std::uint32_t counter : counted.rows.less) rows -= calls.count(counter);
    plan::match(
        counted.what,
        [&](const RowsOf& of) { std::get<CountState>(out.states[of.accumulator]).counts[of.group] += rows; },
        [&](const UndeclaredRowsOf& of) { out.undeclared[of.grouping] += rows; },
        [&](const FutureRows&) { out.future += rows; }, [&](const UntimedRows&) { out.untimed += rows; });
  }
}

// Callable code for the program, found in the object cache or compiled, and loaded here; or linked by LLVM's ORC in
// the plugin. Says why when there is none.
enum class From : std::uint8_t { cache, anywhere };

std::string link(NativeScan& native, const Options& options, From from) {
  const CodegenRequest request{native.program.instructions, PROOFMARK_OBJECT, options.cpu, options.codegen_level};
  if (from == From::anywhere && options.linker == Options::Linker::orc) {
    JitAnswer answer = jit_code(request);
    native.code = std::move(answer.session);
    native.kernel = answer.kernel;
    return answer.problem;
  }
  CompiledObject compiled =
      from == From::cache ? kept_object(request, options.objects) : compiled_object(request, options.objects);
  if (compiled.object != nullptr) native.kernel = compiled.object->kernel();
  native.code = std::move(compiled.object);
  native.was_kept = compiled.was_kept;
  native.note = std::move(compiled.note);
  return compiled.problem;
}

std::string add_code(NativeScan& scan, const Collector& collector, const Options& options, From from) {
  if (!runs_here(options.cpu)) return "this machine cannot run code for `" + options.cpu + "`";
  if (scan.program.counter_count == 0 && !(collector.bound.weighted() && !scan.program.outputs.empty()))
    return "the scan counts nothing that native code would count";
  return link(scan, options, from);
}

}  // namespace

NativeScan interpreted_scan(const Collector& collector) {
  NativeScan scan{kernel_program(collector), {}, nullptr, nullptr, false, {}};
  scan.rest = rest_of(collector, scan.program.counted, scan.program.undeclared_counted);
  return scan;
}

std::string add_code(NativeScan& scan, const Collector& collector, const Options& options) {
  return add_code(scan, collector, options, From::anywhere);
}

void add_kept_code(NativeScan& scan, const Collector& collector, const Options& options) {
  if (options.objects != nullptr) (void)add_code(scan, collector, options, From::cache);
}

Partial run_native(const Collector& collector, const NativeScan& native, BlockRun run, Measures* measures,
                   BatchesInTurn& batches) {
  const BoundScan& bound = collector.bound;
  Partial partial = empty_partial(collector);
  for (const plan::Id id : native.rest.sums)
    std::get<ValuesState>(partial.states[id]).groups[0].block_sums.reserve(run.end - run.begin);
  BlockState state(*bound.scan);
  KernelCalls calls(native.program, native.kernel, state);
  StepRuns steps(bound, native.program, calls, partial);
  const bool counts = counts_alone(native.program, native.rest), sums = sums_alone(native.program, native.rest);
  for (std::size_t b = run.begin; b < run.end;) {
    const Block& block = bound.blocks[b];
    if (!batches.move_to(block.batch)) return partial;
    prepare(bound, native.program, block, state, partial);
    const auto span = steps.enter(block);
    const std::size_t alike =
        (counts || sums) && span ? alike_from(bound, native.program, state, *span, b, run.end) : 0;
    if (alike > 1 && counts) {
      calls.run_alike(block, alike);
    } else if (alike > 1) {
      calls.run_repeated(block, alike);
      collect_sums(collector, native.rest, {&block, alike}, state, partial);
    } else {
      span ? calls.run(block) : steps.run_in_pieces(block);
      collect_rest(collector, native.rest, block, state, partial, calls.behind(block, native.rest.accumulators.size()));
      if (!span) steps.add_rows(collector, block, state);
    }
    const std::size_t done = std::max<std::size_t>(alike, 1);
    const std::uint64_t rows = done > 1 ? done * kBlockRows : block.rows;
    b += done;
    if (measures != nullptr) measures->rows_done.fetch_add(rows, std::memory_order_relaxed);
  }
  steps.finish();
  add_counters(native.program, calls, partial);
  return partial;
}

}  // namespace proofmark::engine
