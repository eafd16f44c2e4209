// One scan: bind, find the groups, pass over the blocks, finish.
#include "runtime/engine/block_driver.h"
#include "runtime/engine/closest_name.h"
#include "runtime/engine/collect.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/summarise.h"

namespace proofmark::engine {
namespace {

using plan::Id;

// What the pass over all blocks must compute, and which groupings it must look up row by row.
struct Work {
  Needs needs;
  std::vector<bool> groupings;   // grouped accumulators and declared values need the rows' groups
  std::vector<bool> undeclared;  // groupings whose rows outside the declared values are counted
};

Work work_of(const BoundScan& bound) {
  const plan::Scan& scan = *bound.scan;
  const std::size_t groupings = scan.groupings.size();
  Work work{Needs(scan), std::vector<bool>(groupings), std::vector<bool>(groupings)};
  for (const plan::Accumulator& accumulator : scan.accumulators) {
    std::visit([&](const auto& what) { work.needs.mask(bound, what.mask); }, accumulator.what);
    if (const auto* values = std::get_if<plan::CollectValues>(&accumulator.what)) work.needs.value(scan, values->value);
    if (accumulator.grouping) work.groupings[*accumulator.grouping] = true;
  }
  for (Id id = 0; id < groupings; ++id) {
    if (scan.fields[scan.groupings[id].field].declared.empty()) continue;
    work.needs.mask(bound, scan.groupings[id].universe);
    work.groupings[id] = work.undeclared[id] = true;
  }
  return work;
}

Partial interpret_run(const Collector& collector, const Work& work, BlockRun run) {
  const BoundScan& bound = collector.bound;
  Partial partial = empty_partial(collector);
  BlockState state(*bound.scan);
  for (std::size_t b = run.begin; b < run.end; ++b) {
    const Block& block = bound.blocks[b];
    interpret(bound, work.needs, block, state);
    count_times(bound, block, state, partial);
    for (Id id = 0; id < collector.groupings.size(); ++id) {
      if (work.groupings[id]) group_rows(collector.groupings[id], block, state.groups[id].data());
      if (work.undeclared[id]) count_undeclared(collector, id, block, state, partial);
    }
    for (Id id = 0; id < partial.states.size(); ++id) collect(collector, id, block, state, partial);
  }
  return partial;
}

Partial merged(std::vector<Partial>&& partials) {
  Partial all = std::move(partials.front());
  for (std::size_t p = 1; p < partials.size(); ++p) append(all, std::move(partials[p]));
  return all;
}

Diagnostics undeclared_warnings(const plan::Scan& scan, const plan::StreamFacts& facts) {
  Diagnostics warnings;
  for (Id id = 0; id < scan.groupings.size(); ++id) {
    if (facts.undeclared[id] == 0) continue;
    const plan::Field& field = scan.fields[scan.groupings[id].field];
    warnings.push_back(plain_problem(
        "PM0608",
        std::to_string(facts.undeclared[id]) + " rows of stream `" + scan.stream + "` have a `" + field.name +
            "` outside the declared values " + listed(field.declared) + ", and belong to no group",
        "declare the missing values (a null belongs to none), or drop the list to group by whatever occurs"));
    warnings.back().severity = Severity::warning;
  }
  return warnings;
}

}  // namespace

Result<RanScan> run_scan(const plan::Scan& scan, const snapshot::Stream& stream, std::optional<std::int64_t> as_of_ns,
                         const Options& options) {
  auto bound = bind(scan, stream, as_of_ns);
  if (!bound) return bound.problems();
  auto groupings = find_groups(*bound, options.threads);
  if (!groupings) return groupings.problems();
  const Collector collector{*bound, *groupings};
  const Work work = work_of(*bound);
  RanScan ran;
  ran.facts = finish(collector, merged(over_blocks(bound->blocks.size(), options.threads, [&](BlockRun run) {
                       return interpret_run(collector, work, run);
                     })));
  ran.warnings = undeclared_warnings(scan, ran.facts);
  return ran;
}

}  // namespace proofmark::engine
