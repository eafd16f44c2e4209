#include "runtime/engine/fact_key.h"

#include <algorithm>

#include "runtime/cache/archive.h"
#include "runtime/engine/host.h"
#include "runtime/plan/canonical.h"

namespace proofmark::engine {
namespace {

constexpr std::string_view kKind = "facts";

// As it lies in the snapshot, whatever binding makes of it.
const snapshot::Column* column_of(const BoundScan& bound, const plan::Field& field) {
  return bound.stream->find(field.source);
}

// How far back a window goes moves with as_of, and places say what matters of it.
plan::Plan without_ends(const plan::Scan& scan) {
  plan::Plan plan;
  plan.scans.push_back(scan);
  for (plan::Window& window : plan.scans.front().windows) window = {window.kind, 0, 0};
  return plan;
}

void add_column(const snapshot::Column* column, cache::Key& key) {
  if (column == nullptr) {
    key.add("absent");
    return;
  }
  key.add(column->name).add(plan::field_type_name(column->type)).add(column->unit);
  key.add(std::to_string(column->scale))
      .add(std::to_string(static_cast<int>(column->physical)))
      .add(std::to_string(column->dictionary.size()));
  for (const std::string_view entry : column->dictionary) key.add(entry);
}

void add_groups(const Collector& collector, cache::Key& key) {
  for (const BoundGrouping& grouping : collector.groupings) {
    key.add(std::to_string(grouping.keys.size()));
    for (const plan::GroupKey& group : grouping.keys) key.add(group ? "some" : "null").add(group ? *group : "");
  }
}

bool counts_back_from_as_of(const plan::Scan& scan) {
  return std::any_of(scan.accumulators.begin(), scan.accumulators.end(), [](const plan::Accumulator& accumulator) {
    const auto* clusters = std::get_if<plan::SumClusters>(&accumulator.what);
    return clusters != nullptr && !clusters->field;
  });
}

}  // namespace

std::string scan_identity(const Collector& collector) {
  const BoundScan& bound = collector.bound;
  const std::string program = build_id("/proc/self/exe");
  if (program.empty()) return {};
  cache::Key key{std::string(kKind)};
  key.add(program).add(plan::canonical(without_ends(*bound.scan)));
  for (const plan::Field& field : bound.scan->fields) {
    const snapshot::Column* column = column_of(bound, field);
    if (column != nullptr && column->digests.size() != column->chunks.size()) return {};
    add_column(column, key);
  }
  add_groups(collector, key);
  key.add(counts_back_from_as_of(*bound.scan) && bound.as_of_ns ? std::to_string(*bound.as_of_ns) : "");
  return key.hex();
}

std::string counts_identity(const Collector& collector) {
  const std::string scan = scan_identity(collector);
  if (scan.empty()) return {};
  cache::Key key{std::string(kKind)};
  key.add(scan).add(collector.kept == nullptr ? "" : cache::archived(collector.kept->ranges));
  for (const SeriesGrid& grid : collector.bound.grids) key.add(std::to_string(grid.step_ns));
  return key.hex();
}

std::string unit_identity(const std::string& scan, const BoundScan& bound, const std::vector<SettledBatch>& batches,
                          std::size_t first, std::size_t last) {
  cache::Key key{std::string(kKind)};
  key.add(scan).add(batches[first].place).add(std::to_string(first)).add(std::to_string(last));
  for (std::size_t batch = first; batch < last; ++batch) {
    key.add(std::to_string(bound.stream->batch_rows[batch]));
    for (const plan::Field& field : bound.scan->fields)
      if (const snapshot::Column* column = column_of(bound, field); column != nullptr)
        key.add(std::to_string(column->chunks[batch].nulls)).add(column->digests[batch]);
  }
  return key.hex();
}

}  // namespace proofmark::engine
