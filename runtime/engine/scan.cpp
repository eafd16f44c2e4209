// One scan: bind, find the groups, pass over the blocks, finish.
#include "runtime/engine/scan.h"

#include <set>

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

// With code where it is asked for or pays; the notes say why not when it was wanted.
NativeScan ready_scan(const Collector& collector, const Options& options, RanScan& ran) {
  using Choice = Options::Choice;
  NativeScan scan = interpreted_scan(collector);
  if (options.engine == Choice::interpreter) return scan;
  const Worth worth = options.engine == Choice::native ? Worth::compiling : worth_of(collector, scan.program);
  if (worth == Worth::nothing) return scan;
  const std::string declined = worth == Worth::compiling ? add_code(scan, collector, options) : "";
  if (worth != Worth::compiling) add_kept_code(scan, collector, options);
  if (scan.kernel == nullptr && worth == Worth::too_long)
    ran.notes.emplace_back("interpreted, as its code would take over a second to generate; `--engine native` does it");
  if (!declined.empty()) ran.notes.push_back("interpreted, as " + declined);
  if (!scan.note.empty()) ran.notes.push_back(scan.note);
  return scan;
}

// Of the columns that the scan reads.
std::uint64_t bytes_read(const BoundScan& bound) {
  const std::set<const snapshot::Column*> columns(bound.fields.begin(), bound.fields.end());
  std::uint64_t bytes = 0;
  for (const snapshot::Column* column : columns) {
    if (column == nullptr) continue;
    for (const snapshot::Chunk& chunk : column->chunks) {
      const std::uint64_t bits = (chunk.rows + 7) / 8;
      bytes += chunk.rows * width_bytes(column->physical) + (chunk.validity != nullptr ? bits : 0);
      if (column->physical == snapshot::Physical::bit) bytes += bits;
      if (chunk.offsets != nullptr) bytes += static_cast<std::uint64_t>(chunk.offsets[chunk.rows]);
    }
  }
  return bytes;
}

Partial merged(std::vector<Partial>&& partials) {
  Partial all = std::move(partials.front());
  for (std::size_t p = 1; p < partials.size(); ++p) append(all, std::move(partials[p]));
  return all;
}

Partial pass_over_all(const Collector& collector, const NativeScan& scan, unsigned threads, Measures* measures) {
  return merged(over_blocks(collector.bound.blocks.size(), threads,
                            [&](BlockRun run) { return run_native(collector, scan, run, measures); }));
}

Partial pass(const Collector& collector, const NativeScan& scan, const PassOptions& options) {
  if (options.store != nullptr)
    if (auto partial =
            pass_over_new(collector, scan, options.threads, *options.store, options.measures, *options.kept_rows))
      return std::move(*partial);
  return pass_over_all(collector, scan, options.threads, options.measures);
}

// The ranges that were kept by are tried again: only they find what was counted by them.
std::optional<plan::StreamFacts> facts_in_kept_ranges(const Collector& collector, const NativeScan& scan,
                                                      const PassOptions& options) {
  if (options.store == nullptr) return std::nullopt;
  const auto kept = find_ranges(collector, *options.store);
  if (!kept) return std::nullopt;
  const Collector keeping{collector.bound, collector.groupings, &*kept};
  Partial partial = pass(keeping, scan, options);
  if (!holds_ranks(keeping, partial)) return std::nullopt;
  return finish(keeping, std::move(partial));
}

}  // namespace

plan::StreamFacts facts_of(const Collector& collector, const NativeScan& scan, const PassOptions& options) {
  if (!wants_sample(collector.bound)) return finish(collector, pass(collector, scan, options));
  if (auto facts = facts_in_kept_ranges(collector, scan, options)) return std::move(*facts);
  BoundScan pieces = collector.bound;
  pieces.blocks = sample_of(collector.bound.blocks);
  const Collector sampled{pieces, collector.groupings};
  const Partial sample = pass_over_all(sampled, scan, 1, nullptr);
  const double first_margin = options.store == nullptr ? 4.0 : 8.0;  // of what is kept more rows shall find their ranks
  for (const double margin : {first_margin, 40.0}) {
    const Kept kept = kept_by(collector, sample, margin);
    const Collector keeping{collector.bound, collector.groupings, &kept};
    Partial partial = pass(keeping, scan, options);
    if (!holds_ranks(keeping, partial)) continue;
    if (options.store != nullptr) keep_ranges(collector, *options.store, kept);
    return finish(keeping, std::move(partial));
  }
  return finish(collector, pass(collector, scan, options));
}

Result<RanScan> run_scan(const plan::Scan& scan, const snapshot::Stream& stream, std::optional<std::int64_t> as_of_ns,
                         const Options& options) {
  Stopwatch watch;
  ScanMeasure measure{stream.name, "", stream.rows};
  auto bound = bind(scan, stream, as_of_ns);
  if (!bound) return bound.problems();
  auto groupings = find_groups(*bound, options.threads);
  if (!groupings) return groupings.problems();
  const Collector collector{*bound, *groupings};
  measure.bind_ns = watch.lap_ns();
  RanScan ran;
  const NativeScan ready = ready_scan(collector, options, ran);
  measure.code_ns = watch.lap_ns();
  ran.native = ready.kernel != nullptr;
  ran.kept = ready.was_kept;
  measure.tier = !ran.native ? "interpreter" : ran.kept ? "native, code from the cache" : "native, compiled";
  const FactStore store{options.facts, options.fact_unit_batches};
  ran.facts =
      facts_of(collector, ready,
               {options.threads, options.measures, options.facts == nullptr ? nullptr : &store, &measure.kept_rows});
  measure.pass_ns = watch.lap_ns();
  if (options.measures != nullptr) {
    measure.bytes = bytes_read(*bound);
    options.measures->scans.push_back(std::move(measure));
  }
  ran.warnings = undeclared_warnings(scan, ran.facts);
  return ran;
}

}  // namespace proofmark::engine
