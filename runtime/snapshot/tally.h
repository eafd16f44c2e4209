// Samples of counters and of histograms become rows that stand for events.
//
// In: a table whose count column holds, as it was spelled, whole numbers or arrays of them, and whose edge column,
// where the rows are histograms, holds edges of buckets: an array of upper edges beside an array of counts that is one
// longer (the last bucket has no edge), or one upper edge a row, `+Inf` for the last, beside the count of all events up
// to it. Out: the table with the count column in the place of `C` called `C.events` (of totals `C.added`), and
// `E.above` and `E.upto` in the place of the edge column `E`: a row a bucket that holds events, its value above the one
// and up to the other. Edges are taken as they are; nothing is interpolated, and buckets with different edges stand
// side by side.
//
// Where the counts are cumulative they are totals since some start. A series is what all other columns say; its samples
// are put in the order of their times, and a row stands for what was added since the sample before. The first sample
// only starts its series: how long its total had been growing is not known. A total below the one before is a reset: it
// started anew from 0, and the row stands for what it has grown to since (what was added before the reset and after the
// last sample is lost; the resets are counted). A histogram with other edges is another series.
#pragma once

#include <string>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/column_data.h"
#include "runtime/snapshot/create.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot {

// The time column is the one that orders rows, if there is one. Errors, located by the number of the row: PM0845 a
// count that is none, PM0846 buckets that are none, PM0847 samples of one series that time does not tell apart.
Result<Tallied> tally_samples(Table& table, const Tally& tally, const std::optional<std::string>& time_column,
                              const std::string& file);

}  // namespace proofmark::snapshot
