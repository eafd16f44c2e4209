// Rows that depend on those before them: what a time series says about its own independence, and the standard error of
// its mean.
//
// In: a series in its order, at least two values that are not all equal (callers check). Autocovariances have the
// divisor n. Out: autocorrelations, tests, and effective numbers of rows; all asymptotic: they back no certificate.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace proofmark::statistics {

// Autocovariances of lags 0 ... max_lag < n: sum (x_t - m)(x_{t+k} - m) / n.
std::vector<double> autocovariances(std::span<const double> series, std::size_t max_lag);

// n (n + 2) sum r_k^2 / (n - k) over lags 1 ... lag, chi-squared with lag - fitted degrees of freedom (Ljung & Box
// 1978).
struct LjungBox {
  double q = 0, p_value = 1;
};
LjungBox ljung_box(std::span<const double> series, std::size_t lag, std::size_t fitted);

// Means of consecutive batches; a last incomplete batch is left out. At least two batches.
struct BatchMeans {
  std::uint64_t batches = 0;
  double mean = 0, std_error = 0, effective_n = 0;
};
BatchMeans batch_means(std::span<const double> series, std::size_t batch_size);

// Standard error of the mean with Bartlett weights 1 - k/(lag + 1) (Newey & West 1987).
double newey_west_error(std::span<const double> series, std::size_t lag);

// Integrated autocorrelation time 1 + 2 sum (1 - k/n) r_k over lags 1 ... max_lag; not positive when negative
// correlations outweigh.
double autocorrelation_time(std::span<const double> series, std::size_t max_lag);

// The same over Geyer's initial positive sequence: pairs r_{2j} + r_{2j+1} up to the first that is not positive (Geyer
// 1992), lags at most max_lag.
struct GeyerTime {
  double tau = 1;
  std::size_t lags = 0;
};
GeyerTime geyer_time(std::span<const double> series, std::size_t max_lag);

// An autoregression by the Yule-Walker equations, its order chosen by Akaike's criterion among 0 ... min(n - 1, 10
// log10 n), and the spectral density at frequency zero that follows; n s^2 / density is the effective number of rows
// (Heidelberger & Welch 1981). The density is 0 when the series is a straight line.
struct Autoregression {
  std::vector<double> coefficients;
  double innovation = 0;  // variance, with divisor n - order - 1
  double spectrum0 = 0;
};
Autoregression autoregression(std::span<const double> series);

}  // namespace proofmark::statistics
