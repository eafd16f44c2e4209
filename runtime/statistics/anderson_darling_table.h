// Quantiles of the standardised k-sample Anderson-Darling statistic, as R's kSamples holds them.
//
// Source of the figures: ad.pval of the R package kSamples 1.2.9 (F. Scholz, A. Zhu; the same in 1.2-12), computed in
// 2012 from two million simulated statistics of k = 2, 3, 4, 5 and 7 samples of 500 values each; those of more samples
// are sums of these, and those of infinitely many the normal quantiles. They stand here so that what R prints can be
// compared with; see anderson_darling_interpolation.cpp. Four decimals, and in the far tails fewer that can be trusted.
#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "runtime/statistics/distribution_tests.h"

namespace proofmark::statistics {

inline constexpr std::array<double, 8> kTabulatedDegrees = {1, 2, 3,  4,
                                                            6, 8, 10, std::numeric_limits<double>::infinity()};
// P(T <= quantile).
inline constexpr std::array<double, 35> kTabulatedProbabilities = {
    .00001, .00005, .0001, .0005,  .001,  .005,   .01,   .025,    .05,    .075,    .1,    .2,
    .3,     .4,     .5,    .6,     .7,    .8,     .9,    .925,    .95,    .975,    .99,   .9925,
    .995,   .9975,  .999,  .99925, .9995, .99975, .9999, .999925, .99995, .999975, .99999};

// [probability][degrees of freedom k - 1]
using QuantileTable = std::array<std::array<double, kTabulatedDegrees.size()>, kTabulatedProbabilities.size()>;
const QuantileTable& simulated_quantiles(Ties ties);

}  // namespace proofmark::statistics
