// Do samples come from one distribution? Kolmogorov and Smirnov look at the largest gap between distribution functions,
// Anderson and Darling at the whole of it with weight on the tails.
//
// Assumption of every method here: values are independent within and between the samples. With a million values every
// difference is significant: require an effect size beside the p-value.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runtime/statistics/two_proportions.h"

namespace proofmark::statistics {

// D = sup |F - G|; for `greater` sup (F - G): the first distribution function lies above, its values are smaller.
// `gap` is D as a whole number of 1/(n1 n2).
struct KolmogorovSmirnov {
  double d = 0;
  std::uint64_t gap = 0;
  std::vector<bool> ends_of_ties;  // by the number of values passed: does a run of equal values end there?
};
KolmogorovSmirnov kolmogorov_smirnov(std::span<const double> first, std::span<const double> second,
                                     Alternative alternative);
// P(D >= d) over all splits of the observed values, ties included, by counting lattice paths (Hodges 1958).
// O(n1 n2): n1 n2 <= kMaximumPaths.
inline constexpr std::uint64_t kMaximumPaths = 400'000'000;
double kolmogorov_smirnov_exact(const KolmogorovSmirnov& test, std::uint64_t n1, std::uint64_t n2,
                                Alternative alternative);
double kolmogorov_smirnov_asymptotic(double d, std::uint64_t n1, std::uint64_t n2, Alternative alternative);

// Scholz & Stephens 1987, k >= 2 samples: A^2 over the pooled sample with ties by the right-continuous distribution
// functions (their eq. 6) or by midranks (eq. 7), its standardised form T, and P(limit > T) where the limit is the
// standardised sum of chi-squared variables with k - 1 degrees of freedom over j(j+1), by inversion of its transform.
// Nothing where all values are equal, or there are fewer than four.
enum class Ties : std::uint8_t { right_continuous, midrank };
struct AndersonDarling {
  double statistic = 0, standardised = 0, p_value = 1;
};
std::optional<AndersonDarling> anderson_darling(std::span<const std::vector<double>> samples, Ties ties);

// P(sum over j of X_j / (j(j+1)) > x), X_j chi-squared with df degrees of freedom.
double anderson_darling_upper(double x, std::uint64_t df);

// What R's kSamples prints as the asymptotic p-value of the standardised statistic T of df + 1 samples: it is smoothed
// from simulated quantiles. It lies within 1.5 % of P(limit > T) where that is 0.01 or more, within 3 % from 0.001 and
// within 13 % from 0.0001 on; below it is off by factors. To be compared with R, not to decide by. `df` is 1 at least.
double anderson_darling_interpolated(double standardised, std::uint64_t df, Ties ties);

}  // namespace proofmark::statistics
