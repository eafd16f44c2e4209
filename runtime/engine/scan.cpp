// One scan: bind, find the groups, pass over the blocks, finish.
#include "runtime/engine/block_driver.h"
#include "runtime/engine/codegen_plugin.h"
#include "runtime/engine/collect.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/native.h"
#include "runtime/engine/pass.h"
#include "runtime/engine/scan_warnings.h"
#include "runtime/engine/summarise.h"
#include "runtime/engine/worth.h"

namespace proofmark::engine {
namespace {

using plan::Id;

// What the interpreter must compute of each block.
Needs needs_of(const BoundScan& bound, const Rest& rest) {
  const plan::Scan& scan = *bound.scan;
  Needs needs(scan);
  for (const plan::Accumulator& accumulator : scan.accumulators) {
    std::visit([&](const auto& what) { needs.mask(bound, what.mask); }, accumulator.what);
    if (const auto* values = std::get_if<plan::CollectValues>(&accumulator.what)) needs.value(scan, values->value);
    if (const auto* moments = std::get_if<plan::SumMoments>(&accumulator.what)) needs.value(scan, moments->value);
    if (const auto* clusters = std::get_if<plan::SumClusters>(&accumulator.what)) needs.mask(bound, clusters->part);
    if (const auto* series = std::get_if<plan::CountSeries>(&accumulator.what)) needs.mask(bound, series->part);
  }
  for (Id id = 0; id < scan.groupings.size(); ++id)
    if (rest.undeclared[id]) needs.mask(bound, scan.groupings[id].universe);
  return needs;
}

std::vector<Partial> interpret_all(const Collector& collector, unsigned threads) {
  const BoundScan& bound = collector.bound;
  const Rest rest = rest_of(*bound.scan, {}, {});
  const Needs needs = needs_of(bound, rest);
  return over_blocks(bound.blocks.size(), threads, [&](BlockRun run) {
    Partial partial = empty_partial(collector);
    BlockState state(*bound.scan);
    for (std::size_t b = run.begin; b < run.end; ++b) {
      const Block& block = bound.blocks[b];
      interpret(bound, needs, block, state);
      count_times(bound, block, state, partial);
      collect_rest(collector, rest, block, state, partial);
    }
    return partial;
  });
}

bool wants_native(const Collector& collector, const Options& options) {
  if (options.engine == Options::Choice::automatic) return worth_compiling(collector);
  return options.engine == Options::Choice::native;
}

std::vector<Partial> scan_all(const Collector& collector, const Options& options, RanScan& ran) {
  if (wants_native(collector, options)) {
    std::string declined;
    if (const auto native = compile_scan(collector, options, declined)) {
      ran.native = true;
      ran.kept = native->was_kept;
      if (!native->note.empty()) ran.notes.push_back(native->note);
      return over_blocks(collector.bound.blocks.size(), options.threads,
                         [&](BlockRun run) { return run_native(collector, *native, run); });
    }
    ran.notes.push_back("interpreted, as " + declined);
  }
  return interpret_all(collector, options.threads);
}

Partial merged(std::vector<Partial>&& partials) {
  Partial all = std::move(partials.front());
  for (std::size_t p = 1; p < partials.size(); ++p) append(all, std::move(partials[p]));
  return all;
}

}  // namespace

Result<RanScan> run_scan(const plan::Scan& scan, const snapshot::Stream& stream, std::optional<std::int64_t> as_of_ns,
                         const Options& options) {
  auto bound = bind(scan, stream, as_of_ns);
  if (!bound) return bound.problems();
  auto groupings = find_groups(*bound, options.threads);
  if (!groupings) return groupings.problems();
  const Collector collector{*bound, *groupings};
  RanScan ran;
  ran.facts = finish(collector, merged(scan_all(collector, options, ran)));
  ran.warnings = undeclared_warnings(scan, ran.facts);
  return ran;
}

}  // namespace proofmark::engine
