#include "runtime/engine/settled.h"

#include <algorithm>

namespace proofmark::engine {
namespace {

char place_in(const TimeRange& range, const SettledBatch& batch) {
  if (range.first <= batch.first && batch.last <= range.last) return 'a';
  return batch.last < range.first || range.last < batch.first ? 'n' : '?';
}

void settle(const BoundScan& bound, std::size_t place, SettledBatch& batch) {
  if (bound.time->chunks[place].nulls != 0) return;
  batch.first = *bound.stream->zones[bound.blocks[batch.blocks.begin].index].minimum;
  batch.last = *bound.stream->zones[bound.blocks[batch.blocks.end - 1].index].maximum;
  batch.place = place_in({INT64_MIN, *bound.as_of_ns, true}, batch);
  for (const TimeRange& window : bound.windows) batch.place += place_in(window, batch);
  if (batch.place.find('?') != std::string::npos) batch.place.clear();
}

}  // namespace

std::optional<std::vector<SettledBatch>> settled_batches(const BoundScan& bound) {
  if (bound.scan->time_field && !(bound.zoned && bound.time != nullptr)) return std::nullopt;
  std::vector<SettledBatch> batches;
  for (std::size_t block = 0; block < bound.blocks.size(); ++block) {
    if (bound.blocks[block].batch == batches.size()) batches.push_back({{block, block}, {}});
    batches.back().blocks.end = block + 1;
  }
  for (std::size_t i = 0; i < batches.size(); ++i) {
    if (bound.scan->time_field) {
      settle(bound, i, batches[i]);
    } else {
      batches[i].place = "a";
    }
  }
  return batches;
}

}  // namespace proofmark::engine
