// Which series of counters began late: after the telemetry did, so that their first totals may hold events of it.
//
// Targets are sampled at different times within one interval, so that most series begin a little after the first sample
// of all, and nothing of theirs is missing: what they counted before is older than the telemetry of their target. A
// series is late when
//
//   - samples with its labels and other edges of buckets lie before it; or
//   - its first two samples (its only one) fall on two consecutive samples (on a sample) of another series that has one
//     before. One scrape gives all series of a target one time: the target was sampled before, without this series.
//     Neither jitter nor a scrape that failed can hide that; or
//   - its first sample lies at least its sampling interval after the first of the stream. The interval is the lower
//     median of its steps, and of a series with one sample the least interval of any series.
//
// Where no series has two samples nothing is counted and no interval is known: there the last does not apply.
#pragma once

#include <cstdint>
#include <vector>

namespace proofmark::snapshot {

struct SeriesTimes {
  std::uint32_t labels = 0;         // equal numbers: the same labels
  std::vector<std::int64_t> times;  // of its samples, in ns, ascending; at least one
};

// Of each of them.
std::vector<bool> late_series(const std::vector<SeriesTimes>& all);

}  // namespace proofmark::snapshot
