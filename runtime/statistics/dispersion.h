// Whether counts of events spread as those of a Poisson process do: the index of dispersion (Fisher 1925, section 16),
// variance over mean of the counts of b equal times.
//
// Given how many events there are, a Poisson process of constant rate throws each into any cell with equal chance, so
// that (b - 1) D is Pearson's statistic against equal shares: chi-squared with b - 1 degrees of freedom in the limit.
// Neighbouring counts are taken together until kLeastExpected events are expected in a cell, as the limit asks for
// (Cochran 1952). Too wide a spread comes of bursts, of a rate that changes and of events that bring others: whichever,
// Poisson bounds are too narrow by the root of D. A diagnosis; it decides nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace proofmark::statistics {

inline constexpr std::uint64_t kLeastExpected = 5;

struct Dispersion {
  std::uint64_t cells = 0, events = 0;
  double ratio = 1;    // D
  double p_value = 1;  // of so wide a spread or a wider one
};

// Of the counts of equal times in their order. Nothing where there are fewer than two cells to compare.
std::optional<Dispersion> index_of_dispersion(std::span<const std::uint64_t> counts);

}  // namespace proofmark::statistics
