// Histograms as arguments: edges and counts, checked.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/methods/method.h"
#include "runtime/statistics/histograms.h"

namespace proofmark::methods {

inline constexpr double kMostValues = 1e13;

inline constexpr Parameter kLowest{"lowest_edge", "lower_edge", Kind::real,
                                   "no value lies below it; without it the first bucket is open", kOptional};

// The arguments that hold a histogram.
struct HistogramNames {
  std::string_view edges = "upper_edges", counts = "counts";
};

// Buckets as given, or what is wrong with them: PM1203. They may count nothing.
Result<statistics::Histogram> buckets_as_given(const Arguments& call, std::vector<double> counts,
                                               const HistogramNames& names);
// The same where nothing can be said of no values.
Result<statistics::Histogram> histogram_of(const Arguments& call, std::vector<double> counts,
                                           const HistogramNames& names = {});

inline std::uint64_t whole(double count) {
  return static_cast<std::uint64_t>(count);
}

}  // namespace proofmark::methods
