// A weight of three is three rows.
#include "tests/engine/weighted_case.h"

#include <algorithm>
#include <random>

#include "tests/engine/oracle.h"

namespace proofmark::engine::testing {
namespace {

// A series or a count in the place of what is not asked of weighted rows keeps the numbers of all accumulators.
void leave_out_real_sums(plan::Scan& scan) {
  for (plan::Accumulator& accumulator : scan.accumulators) {
    if (auto* values = std::get_if<plan::CollectValues>(&accumulator.what))
      values->sum = values->sum && !scan.values[values->value].real;
    if (const auto* moments = std::get_if<plan::SumMoments>(&accumulator.what);
        moments != nullptr && scan.values[moments->value].real)
      accumulator.what = plan::CountRows{moments->mask};
    if (const auto* series = std::get_if<plan::MomentSeries>(&accumulator.what);
        series != nullptr && scan.values[series->value].real)
      accumulator.what = plan::CountSeries{series->mask, series->mask, series->window};
  }
}

}  // namespace

Case random_weighted_case(const CaseSize& size) {
  Case made = random_case(size);
  std::mt19937_64 random(size.seed ^ 0x9E3779B97F4A7C15U);
  made.table.skipped = 0;
  made.table.late = random() % 3 == 0 ? random() % 30 : 0;
  std::vector<Cell> weights;
  for (std::size_t row = 0; row < made.table.rows(); ++row)
    weights.emplace_back(static_cast<std::int64_t>(random() % 97 == 0 ? random() % 60 : random() % 4));
  made.table.columns.push_back({"weight", plan::FieldType::integer, std::move(weights), {}, false, {}});
  made.scan.fields.push_back({"weight", "weight", plan::FieldType::integer, 1, false, {}});
  made.scan.weight = static_cast<plan::Id>(made.scan.fields.size() - 1);
  leave_out_real_sums(made.scan);
  return made;
}

plan::StreamFacts facts_of_events(const Case& weighted) {
  Table events = weighted.table;
  const std::vector<Cell> weights = weighted.table.column("weight").cells;
  for (TableColumn& column : events.columns) {
    std::vector<Cell> cells;
    for (std::size_t row = 0; row < weights.size(); ++row)
      cells.insert(cells.end(), static_cast<std::size_t>(std::get<std::int64_t>(weights[row])), column.cells[row]);
    column.cells = std::move(cells);
  }
  plan::Scan scan = weighted.scan;
  scan.weight.reset();
  plan::StreamFacts facts = naive_facts(scan, events, weighted.as_of_ns);
  facts.events = facts.rows;
  facts.rows = weights.size();
  return facts;
}

}  // namespace proofmark::engine::testing
