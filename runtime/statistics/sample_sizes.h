// Sample sizes before the data: how much a claim, a comparison or a simulation needs.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/plan/number.h"

namespace proofmark::statistics {

// Smallest n whose range [min, max] covers the p-quantile with the confidence: 1 - p^n - (1-p)^n >= C (Wilks 1941).
std::uint64_t two_sided_range_n(const plan::Rational& p, const plan::Rational& confidence);

enum class TestSide : std::uint8_t { one, two };

// n per arm, real. Asymptotic: normal approximations, as textbooks and R give them (Fleiss 1981; Cohen 1988).
double two_proportion_n(double p1, double p2, double alpha, double power, TestSide side);
double effect_h(double p1, double p2);  // 2 asin sqrt p1 - 2 asin sqrt p2
double two_proportion_arcsine_n(double h, double alpha, double power, TestSide side);
// Two samples of normal values with one sd, by the noncentral t distribution; at least 2. Nothing beyond 1e13.
std::optional<double> two_mean_n(double delta, double sd, double alpha, double power, TestSide side);

// p (1-p) (z / half_width)^2.
double monte_carlo_n(double p, double half_width, const plan::Rational& confidence);

// Finite populations (hypergeometric): P(a sample of n holds at least one of D defects among N). D, n <= N.
double detect_probability(std::uint64_t population, std::uint64_t defects, std::uint64_t sample);
// Smallest such n with at least the confidence. 1 <= D <= N.
std::uint64_t detecting_sample(std::uint64_t population, std::uint64_t defects, const plan::Rational& confidence);

}  // namespace proofmark::statistics
