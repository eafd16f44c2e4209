// Samples of counters and of histograms become rows that stand for events.
//
// In: a table whose count column holds, as it was spelled, whole numbers or arrays of them, and whose edge column,
// where the rows are histograms, holds edges of buckets: an array of upper edges beside an array of counts that is one
// longer (the last bucket has no edge), or one upper edge a row, `+Inf` for the last, beside the count of all events up
// to it. Out: the table with the count column in the place of `C` called `C.events` (of totals `C.added` or, where late
// ones count from 0, `C.added_from_0`), and `E.above` and `E.upto` in the place of the edge column `E`: a row a bucket
// that holds events, its value above the one and up to the other. Edges are taken as they are; nothing is interpolated,
// and buckets with different edges stand side by side.
//
// Where the counts are cumulative they are totals since some start. A series is what all other columns say; its samples
// are put in the order of their times, and a row stands for what was added since the sample before. The first sample
// only starts its series: how long its total had been growing is not known. A total below the one before is a reset: it
// started anew from 0, and the row stands for what it has grown to since (what was added before the reset and after the
// last sample is lost; the resets are counted). Totals of several counters that take turns are refused
// (interleaved_totals.h). A histogram with other edges is another series.
//
// Of a series that begins late (late_series.h) between none and all events of the first total fell into the telemetry.
// Where whoever reads knows that counters begin with what they count (`from_zero`), it counts in full, as after a
// reset; else it is in no row, and `late_events` says how many are in doubt.
#pragma once

#include <string>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/column_data.h"
#include "runtime/snapshot/create.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot {

// The time column is the one that orders rows, if there is one. Errors, located by the number of the row: PM0845 a
// count that is none, PM0846 buckets that are none, PM0847 samples of one series that are of several. Warns
// of late events (PM0849).
Result<Tallied> tally_samples(Table& table, const Tally& tally, const std::optional<std::string>& time_column,
                              const std::string& file, Diagnostics& warnings);

}  // namespace proofmark::snapshot
