// Whether rows depend on those before them, from counts or sums over time: are the shares (or means) of successive
// steps independent of each other, and how much wider do they spread than those of independent rows would?
//
// In: rows and the part of them, or the sum of their values, in steps of time, in their order; empty steps are passed
// over. With m the share (the mean) of all rows and v the variance of one, p (1 - p) of a share, the residual of a step
// with n rows that come to y is (y - m n) / sqrt(n). Out: its autocorrelation at lag 1, Ljung and Box's test (1978)
// over lags 1 ... min(20, steps / 5), the design effect: the sum over kBatches batches of neighbouring steps of (Y
// - m N)^2 / N, over (kBatches - 1) v; and the chance of so wide a spread of the batches, were rows independent:
// chi-squared with kBatches - 1 degrees of freedom. Autocorrelation sees what outlasts a step; the spread sees what
// does not, too, such as rows that share one fate within a second. All asymptotic: a diagnosis that may take a verdict
// back, and never makes one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "runtime/plan/facts.h"

namespace proofmark::statistics {

inline constexpr std::size_t kBatches = 20;

// Of fewer rows, each at a time of its own, nobody expects that they tell how they depend on each other. Rows that come
// in groups, so many to a step or more, are asked whatever their number.
inline constexpr std::uint64_t kRowsToTell = 10 * kBatches;
inline constexpr std::uint64_t kRowsOfAGroup = 2;
// Of a share, so many rows of the rarer kind: of fewer, two or three in one batch are a wide spread by chance.
inline constexpr std::uint64_t kRareRowsToSpread = 5;

struct SeriesDiagnosis {
  bool told = true;         // false: nearly all of many rows lie in few steps; only `steps` means anything then
  std::uint64_t steps = 0;  // that hold rows
  double lag1 = 0;
  std::uint64_t lags = 0;  // in the test
  double ljung_box = 0, p_value = 1;
  double design_effect = 0;
  double spread_p_value = 1;  // not asked of events, nor of too few rows of the rarer kind
};

// Not told where kRowsToTell rows or more, or fewer that come kRowsOfAGroup or more to a step, alike or not, lie in
// fewer than kBatches steps, or so unevenly that their steps have the weight of fewer than half as many: (sum n)^2 /
// sum n^2 (Kish 1965). Nor where rows that come so are all alike, and more steps are empty than hold any: groups that
// fail as a whole show nothing as long as none does. Of all three: Nothing where fewer than kBatches steps hold rows,
// or where all rows are alike.
std::optional<SeriesDiagnosis> diagnose(std::span<const plan::SeriesStep> series);

// Of the values that lie in the range. All are alike, too, where rounding could account for what they spread: where
// their variance is below 1e-9 of their mean squared distance to the range's low end. Nothing also where squares are
// missing, or a sum is no finite number.
std::optional<SeriesDiagnosis> diagnose(std::span<const plan::MomentSums> series);

// Of the events (the parts) in steps of time that are alike: a step of none counts like any other, and the first and
// the last, which may have been cut short, are left out. A test that reckons with counts that spread `dispersion` times
// as wide as a Poisson process's has the design effect of what they spread beyond. Nothing where there is no event.
std::optional<SeriesDiagnosis> diagnose_events(std::span<const plan::SeriesStep> series, double dispersion);

// Rows at which a test at level alpha reckons with the measured effect: the quantile of Student's t with kBatches - 1
// degrees of freedom over the normal one widens it for being measured (Korn & Graubard 1998). At least 1.
double rows_per_independent_row(const SeriesDiagnosis& diagnosis, double alpha);

}  // namespace proofmark::statistics
