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

// Ascending, without repetition.
std::vector<std::size_t> batches_of(const std::vector<Block>& blocks) {
  std::vector<std::size_t> batches;
  for (const Block& block : blocks)
    if (batches.empty() || batches.back() != block.batch) batches.push_back(block.batch);
  return batches;
}

// Whole batches: the first block from `at` on that is its batch's first.
std::size_t batch_begin(const std::vector<Block>& blocks, std::size_t at) {
  while (at != 0 && at < blocks.size() && blocks[at].batch == blocks[at - 1].batch) ++at;
  return at;
}

std::vector<snapshot::PieceOfBatch> pieces_of(const std::vector<Block>& blocks) {
  std::vector<snapshot::PieceOfBatch> pieces;
  for (const Block& block : blocks) pieces.push_back({block.index, block.batch, block.offset, block.rows});
  return pieces;
}

// Whether blocks are whole record batches, or a sample's pieces of some.
enum class Rows : std::uint8_t { all, some };

Result<Partial> pass_in_passing(const Collector& collector, const NativeScan& scan, unsigned threads,
                                Measures* measures, Rows rows) {
  const std::vector<Block>& blocks = collector.bound.blocks;
  std::vector<std::size_t> batches = batches_of(blocks);
  const std::size_t count = batches.size();
  const CheckedRows& checked = *collector.bound.rows;
  const auto reader = rows == Rows::some ? checked.reader(pieces_of(blocks)) : checked.reader(std::move(batches));
  auto partials = over_blocks(blocks.size(), threads, [&](BlockRun run) {
    const BlockRun whole{batch_begin(blocks, run.begin), batch_begin(blocks, run.end)};
    BatchesInTurn in_turn(reader.get());
    return run_native(collector, scan, whole, measures, in_turn);
  });
  if (Status finished = collector.bound.rows->finish(*reader, count); !finished) return finished.problems();
  return merged(std::move(partials));
}

Result<Partial> pass_over_all(const Collector& collector, const NativeScan& scan, unsigned threads, Measures* measures,
                              Rows rows = Rows::all) {
  if (collector.bound.rows != nullptr && collector.bound.rows->in_passing())
    return pass_in_passing(collector, scan, threads, measures, rows);
  if (const Status checked = check_all(collector.bound.rows); !checked) return checked.problems();
  return merged(over_blocks(collector.bound.blocks.size(), threads, [&](BlockRun run) {
    BatchesInTurn as_mapped(nullptr);
    return run_native(collector, scan, run, measures, as_mapped);
  }));
}

Result<Partial> pass(const Collector& collector, const NativeScan& scan, const PassOptions& options) {
  if (options.store == nullptr) return pass_over_all(collector, scan, options.threads, options.measures);
  auto passed = pass_over_new(collector, scan, options.threads, *options.store, options.measures, *options.kept_rows);
  if (!passed) return passed.problems();
  if (*passed) {
    if (const CheckedRows* rows = collector.bound.rows) rows->remember();
    return std::move(**passed);
  }
  return pass_over_all(collector, scan, options.threads, options.measures);
}

// Nothing when the wanted ranks lie elsewhere than in what is kept.
Result<std::optional<plan::StreamFacts>> facts_keeping(const Collector& collector, const Kept& kept,
                                                       const NativeScan& scan, const PassOptions& options) {
  const Collector keeping{collector.bound, collector.groupings, &kept};
  auto partial = pass(keeping, scan, options);
  if (!partial) return partial.problems();
  if (!holds_ranks(keeping, *partial)) return std::optional<plan::StreamFacts>();
  return std::optional(finish(keeping, std::move(*partial), options.threads));
}

Result<plan::StreamFacts> facts_without_sample(const Collector& collector, const NativeScan& scan,
                                               const PassOptions& options) {
  auto partial = pass(collector, scan, options);
  if (!partial) return partial.problems();
  return finish(collector, std::move(*partial), options.threads);
}

}  // namespace

Result<plan::StreamFacts> facts_of(const Collector& collector, const NativeScan& scan, const PassOptions& options) {
  if (!wants_sample(collector.bound)) return facts_without_sample(collector, scan, options);
  // The ranges that were kept by are tried first: only they find what was counted by them.
  if (const auto before = options.store == nullptr ? std::nullopt : find_ranges(collector, *options.store)) {
    auto facts = facts_keeping(collector, *before, scan, options);
    if (!facts) return facts.problems();
    if (*facts) return std::move(**facts);
  }
  BoundScan pieces = collector.bound;
  pieces.blocks = sample_of(collector.bound.blocks);
  const auto sample = pass_over_all(Collector{pieces, collector.groupings}, scan, options.threads, nullptr, Rows::some);
  if (!sample) return sample.problems();
  const double first_margin = options.store == nullptr ? 4.0 : 8.0;  // of what is kept more rows shall find their ranks
  for (const double margin : {first_margin, 40.0}) {
    const Kept kept = kept_by(collector, *sample, margin, options.threads);
    auto facts = facts_keeping(collector, kept, scan, options);
    if (!facts) return facts.problems();
    if (!*facts) continue;
    if (options.store != nullptr) keep_ranges(collector, *options.store, kept);
    return std::move(**facts);
  }
  return facts_without_sample(collector, scan, options);
}

namespace {

Result<RanScan> run_bound(const plan::Scan& scan, const snapshot::Stream& stream, CheckedRows* rows,
                          std::optional<std::int64_t> as_of_ns, const Options& options) {
  Stopwatch watch;
  ScanMeasure measure{stream.name, "", stream.rows};
  const std::int64_t checked_first_ns = rows == nullptr ? 0 : rows->spent_ns();
  auto bound = bind(scan, stream, as_of_ns, rows);
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
  auto facts =
      facts_of(collector, ready,
               {options.threads, options.measures, options.facts == nullptr ? nullptr : &store, &measure.kept_rows});
  if (!facts) return facts.problems();
  ran.facts = std::move(*facts);
  measure.pass_ns = watch.lap_ns();
  if (rows != nullptr) {
    measure.check_ns = rows->spent_ns();
    measure.pass_ns -= rows->spent_ns() - checked_first_ns;
  }
  if (options.measures != nullptr) {
    measure.bytes = bytes_read(*bound);
    options.measures->scans.push_back(std::move(measure));
  }
  ran.warnings = undeclared_warnings(scan, ran.facts);
  return ran;
}

}  // namespace

Result<RanScan> run_scan(const plan::Scan& scan, const snapshot::Stream& stream, std::optional<std::int64_t> as_of_ns,
                         const Options& options) {
  return run_bound(scan, stream, nullptr, as_of_ns, options);
}

Result<RanScan> run_scan(const plan::Scan& scan, CheckedRows& rows, std::optional<std::int64_t> as_of_ns,
                         const Options& options) {
  return run_bound(scan, rows.stream(), &rows, as_of_ns, options);
}

}  // namespace proofmark::engine
