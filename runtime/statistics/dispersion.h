// Whether counts of events spread as those of a Poisson process do: the index of dispersion (Fisher 1925, section 16),
// of equal times variance over mean of their counts.
//
// Given how many events there are, a Poisson process of constant rate throws each into any time with a chance that is
// its share of all time, so that (b - 1) D over b times is Pearson's statistic against these shares: chi-squared with
// b - 1 degrees of freedom in the limit. Neighbouring times are taken together until kLeastExpected events are expected
// in a cell, as the limit asks for (Cochran 1952). Too wide a spread comes of bursts, of a rate that changes and of
// events that bring others: whichever, Poisson bounds are too narrow by the root of D. A diagnosis; it decides nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace proofmark::statistics {

inline constexpr std::uint64_t kLeastExpected = 5;

struct CountedTime {
  std::uint64_t events = 0, length = 0;  // of the lengths only the ratios matter
};

struct Dispersion {
  std::uint64_t cells = 0, events = 0;
  double ratio = 1;    // D
  double p_value = 1;  // of so wide a spread or a wider one
};

// Of times in their order. Nothing where there are fewer than two cells to compare.
std::optional<Dispersion> index_of_dispersion(std::span<const CountedTime> times);

}  // namespace proofmark::statistics
