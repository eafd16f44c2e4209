// Several tests at once: adjusted p-values, and combined evidence.
//
// In: p-values in [0, 1] of m tests, in any order, tests without data included as 1. Out: adjusted p-values in the same
// order: rejecting those at most alpha keeps the chance of any false rejection (Bonferroni, Holm, Hochberg, Hommel) or
// the expected share of false ones among the rejected (Benjamini & Hochberg, Benjamini & Yekutieli) within alpha.
// Bonferroni, Holm and Benjamini-Yekutieli hold however the tests depend on each other; Hochberg, Hommel and
// Benjamini-Hochberg need independence or positive dependence.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace proofmark::statistics {

std::vector<double> bonferroni(std::span<const double> p);           // Bonferroni 1936
std::vector<double> holm(std::span<const double> p);                 // Holm 1979
std::vector<double> hochberg(std::span<const double> p);             // Hochberg 1988
std::vector<double> hommel(std::span<const double> p);               // Hommel 1988; quadratic in m
std::vector<double> benjamini_hochberg(std::span<const double> p);   // Benjamini & Hochberg 1995
std::vector<double> benjamini_yekutieli(std::span<const double> p);  // Benjamini & Yekutieli 2001

// One test of "all hypotheses are true" from independent tests.
struct Combined {
  double statistic = 0, p_value = 1;
};
Combined fisher(
    std::span<const double> p);  // -2 sum ln p, chi-squared with 2m degrees of freedom; a 0 makes it infinite
// Weighted sum of normal scores over the root of the sum of squared weights; p in (0, 1), weights >= 0, one above 0.
Combined stouffer(std::span<const double> p, std::span<const double> weights);

}  // namespace proofmark::statistics
