#include "runtime/engine/recorded_values.h"

#include <algorithm>
#include <limits>

#include "runtime/engine/checked_rows.h"
#include "runtime/engine/interpret.h"
#include "runtime/engine/kernels.h"
#include "runtime/plan/windowed_masks.h"

namespace proofmark::engine {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// Every row where there are few, else every so manieth.
class Chosen {
 public:
  Chosen(std::uint64_t rows, std::uint64_t most) : rows_(rows), most_(most) {}

  void add(double value, std::vector<double>& out) {
    if (rows_ <= most_) {
      out.push_back(value);
      return;
    }
    sum_ += most_;  // below 2 rows
    if (sum_ < rows_) return;
    sum_ -= rows_;
    out.push_back(value);
  }

 private:
  std::uint64_t rows_, most_, sum_ = 0;
};

}  // namespace

Result<RecordedValues> recorded_values(const plan::Plan& plan, const plan::ModelSource& source,
                                       const snapshot::Snapshot& snapshot, const plan::Facts& facts,
                                       std::uint64_t most) {
  const plan::Scan& scan = plan.scans[source.scan];
  const plan::StreamFacts& counted = facts.scans[source.scan];
  const auto stream = checked_stream(scan, snapshot);
  if (!stream) return stream.problems();
  auto bound = bind(scan, **stream, snapshot.as_of());
  if (!bound) return bound.problems();
  const std::uint64_t perhaps =
      plan::unplaced_rows(counted) + (plan::windowed_masks(scan)[source.mask] ? counted.untimed : 0);
  RecordedValues recorded;
  recorded.rows = std::get<plan::CountFact>(counted.facts[source.population]).counts[0] + perhaps;
  recorded.values.reserve(std::min(recorded.rows, most));
  Chosen chosen(recorded.rows, most);
  Needs needs;
  needs.mask(*bound, source.mask);
  needs.value(scan, source.value);
  BlockState state(scan);
  std::vector<double> memory;
  for (const Block& block : bound->blocks) {
    interpret(*bound, needs, block, state);
    const ValueBlock& value = state.values[source.value];
    const double* numbers = as_doubles(value, block, memory);
    for_each_row(state.masks[source.mask], block.words(), [&](std::uint32_t row) {
      const bool known = (value.known[row / kWordBits] >> (row % kWordBits) & 1U) != 0;
      chosen.add(known ? numbers[row] : kUnknown, recorded.values);
    });
  }
  for (std::uint64_t i = 0; i < perhaps; ++i) chosen.add(kUnknown, recorded.values);
  return recorded;
}

}  // namespace proofmark::engine
