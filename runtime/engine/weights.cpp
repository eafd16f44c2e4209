// The weights of all rows as one list: telemetry that is counted already has few.
#include "runtime/engine/weights.h"

#include <numeric>

#include "runtime/engine/column_values.h"

namespace proofmark::engine {
namespace {

Diagnostic no_count(const plan::Field& field, const BoundScan& bound, std::uint64_t row, const std::string& what) {
  return plain_problem("PM0611",
                       "row " + std::to_string(row + 1) + " of stream `" + bound.stream->name + "` stands for " + what +
                           " in column `" + field.source + "`",
                       "a row of counts says how many events it stands for; leave out rows that are none, and read "
                       "totals that only ever grow with `cumulative`");
}

Diagnostic too_many(const plan::Field& field, const BoundScan& bound) {
  const bool differenced =
      bound.stream->origin.tallied && (field.source.ends_with(".added") || field.source.ends_with(".added_from_0"));
  return plain_problem("PM0612",
                       "the rows of stream `" + bound.stream->name + "`" +
                           (late_events(bound) > 0 ? " and its series that began late" : "") + " stand for more than " +
                           std::to_string(kMostEvents) + " events",
                       differenced ? "take a shorter stretch of time, and look whether the column that was read holds "
                                     "totals of events, and no seconds or bytes"
                                   : "take a shorter stretch of time, or look whether column `" + field.source +
                                         "` holds totals that only ever grow: those are read with `cumulative`");
}

}  // namespace

Status bind_weights(BoundScan& bound) {
  const plan::Field& field = bound.scan->fields[*bound.scan->weight];
  if (bound.stream->skipped_rows > 0)
    return plain_problem("PM0613",
                         std::to_string(bound.stream->skipped_rows) +
                             (bound.stream->skipped_rows == 1 ? " row" : " rows") + " of stream `" +
                             bound.stream->name + "` could not be read, and how many events " +
                             (bound.stream->skipped_rows == 1 ? "it stands" : "they stand") + " for is not known",
                         "mend the telemetry: a row of counts that is skipped may have held any number of failures");
  const snapshot::Column* column = bound.fields[*bound.scan->weight];
  bound.weights.reserve(bound.stream->rows);
  std::uint64_t sum = late_events(bound);
  if (sum > kMostEvents) return too_many(field, bound);
  for (const Block& block : bound.blocks) {
    Words known;
    known.fill(false);
    if (column != nullptr) valid_rows(*column, block, known);
    for (std::uint32_t row = 0; row < block.rows; ++row) {
      const std::uint64_t place = bound.weights.size();
      if ((known[row / kWordBits] >> (row % kWordBits) & 1U) == 0)
        return no_count(field, bound, place, "an unknown number of events");
      const auto weight = value_at<std::int64_t>(*column, block.batch, block.offset + row);
      if (weight < 0) return no_count(field, bound, place, std::to_string(weight) + " events");
      if (static_cast<std::uint64_t>(weight) > kMostEvents - sum) return too_many(field, bound);
      sum += static_cast<std::uint64_t>(weight);
      bound.weights.push_back(static_cast<std::uint64_t>(weight));
    }
  }
  return Done{};
}

void leave_out_weightless(const BoundScan& bound, const Block& block, Words& mask) {
  const std::uint64_t* weights = weights_of(bound, block);
  for_each_row(mask, block.words(), [&](std::uint32_t row) {
    if (weights[row] == 0) mask[row / kWordBits] &= ~(std::uint64_t{1} << (row % kWordBits));
  });
}

std::uint64_t events_of(const BoundScan& bound, const Block& block, const Words& mask) {
  const std::uint64_t* weights = weights_of(bound, block);
  std::uint64_t sum = 0;
  for_each_row(mask, block.words(), [&](std::uint32_t row) { sum += weights[row]; });
  return sum;
}

std::uint64_t late_events(const BoundScan& bound) {
  const auto& tallied = bound.stream->origin.tallied;
  return bound.weighted() && tallied ? tallied->late_events : 0;
}

std::uint64_t all_events(const BoundScan& bound) {
  return std::accumulate(bound.weights.begin(), bound.weights.end(), std::uint64_t{0});
}

}  // namespace proofmark::engine
