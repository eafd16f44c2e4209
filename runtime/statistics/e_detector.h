// E-detectors: change of a bounded mean, watched value by value, with a run length that is guaranteed and no model.
//
// Before a change the mean of each value given the past is at most m. Then 1 + s (x - m) / m with a stake s in (0, 1)
// is 1 or less on average for values x >= 0, and the sums over all starts of its products (Shiryaev-Roberts) grow by at
// most 1 a value: an alarm when they reach R comes after R values or more, on average (Shin, Ramdas & Rinaldo 2023,
// theorem 2.4, and sections 3 and 4). CUSUM takes the greatest product instead of the sum, which is never larger and
// keeps the same run length. Several stakes are averaged. For values 0 and 1 the increment is the likelihood ratio of a
// share m + s (1 - m) to m.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace proofmark::statistics {

enum class DetectorKind : std::uint8_t { shiryaev_roberts, cusum };

struct EDetector {
  DetectorKind kind = DetectorKind::shiryaev_roberts;
  double mean = 0.5;               // m > 0
  double run_length = 1000;        // R > 1
  std::span<const double> stakes;  // each in (0, 1), at least one
};

struct Detection {
  double log_last = 0, log_largest = 0;      // of the averaged detector
  std::optional<std::uint64_t> first_alarm;  // from 1: the first value at which it reaches R
};

// Values x >= 0, at least one, in their order.
Detection detect(const EDetector& detector, std::span<const double> values);

}  // namespace proofmark::statistics
