// One scan: bind, find the groups, pass over the blocks, finish.
#include "runtime/engine/scan.h"
#include "runtime/engine/block_driver.h"
#include "runtime/engine/collect.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/native.h"
#include "runtime/engine/order_statistics.h"
#include "runtime/engine/scan_warnings.h"
#include "runtime/engine/summarise.h"
#include "runtime/engine/worth.h"

namespace proofmark::engine {
namespace {

using plan::Id;

bool wants_native(const Collector& collector, const Options& options) {
  if (options.engine == Options::Choice::automatic) return worth_compiling(collector);
  return options.engine == Options::Choice::native;
}

// Compiled code where it is wanted and can be had; a note where it is wanted and cannot.
std::unique_ptr<const NativeScan> native_code(const Collector& collector, const Options& options, RanScan& ran) {
  if (!wants_native(collector, options)) return nullptr;
  std::string declined;
  auto native = compile_scan(collector, options, declined);
  ran.native = native != nullptr;
  ran.kept = native != nullptr && native->was_kept;
  if (native != nullptr && !native->note.empty()) ran.notes.push_back(native->note);
  if (native == nullptr) ran.notes.push_back("interpreted, as " + declined);
  return native;
}

Partial merged(std::vector<Partial>&& partials) {
  Partial all = std::move(partials.front());
  for (std::size_t p = 1; p < partials.size(); ++p) append(all, std::move(partials[p]));
  return all;
}

Partial pass(const Collector& collector, const NativeScan& scan, unsigned threads) {
  return merged(over_blocks(collector.bound.blocks.size(), threads,
                            [&](BlockRun run) { return run_native(collector, scan, run); }));
}

}  // namespace

plan::StreamFacts facts_of(const Collector& collector, const NativeScan* native, unsigned threads) {
  std::optional<NativeScan> interpreted;
  if (native == nullptr) native = &interpreted.emplace(interpreted_scan(collector));
  if (!wants_sample(collector.bound)) return finish(collector, pass(collector, *native, threads));
  BoundScan pieces = collector.bound;
  pieces.blocks = sample_of(collector.bound.blocks);
  const Collector sampled{pieces, collector.groupings};
  const Partial sample = pass(sampled, *native, 1);
  for (const double margin : {4.0, 40.0}) {
    const Kept kept = kept_by(collector, sample, margin);
    const Collector keeping{collector.bound, collector.groupings, &kept};
    Partial partial = pass(keeping, *native, threads);
    if (holds_ranks(keeping, partial)) return finish(keeping, std::move(partial));
  }
  return finish(collector, pass(collector, *native, threads));
}

Result<RanScan> run_scan(const plan::Scan& scan, const snapshot::Stream& stream, std::optional<std::int64_t> as_of_ns,
                         const Options& options) {
  auto bound = bind(scan, stream, as_of_ns);
  if (!bound) return bound.problems();
  auto groupings = find_groups(*bound, options.threads);
  if (!groupings) return groupings.problems();
  const Collector collector{*bound, *groupings};
  RanScan ran;
  const auto native = native_code(collector, options, ran);
  ran.facts = facts_of(collector, native.get(), options.threads);
  ran.warnings = undeclared_warnings(scan, ran.facts);
  return ran;
}

}  // namespace proofmark::engine
