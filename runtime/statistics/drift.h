// Change over time: divergences of two histograms, distances of two samples, and control charts of a series.
//
// Divergences take counts of the same cells; each term is a deviance, so that near-equal histograms keep their digits.
// Charts process values in their order; what they yield belongs to that order. A chart states how long it runs until a
// false alarm (average run length), not a level.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace proofmark::statistics {

// Shares of counts, each count above or at 0, one above.
std::vector<double> shares(std::span<const double> counts);

// sum p ln(p/q); q > 0 wherever p > 0 (Kullback & Leibler 1951).
double kullback_leibler(std::span<const double> p, std::span<const double> q);
// Mean divergence from the average of both, in [0, ln 2]; any empty cells (Lin 1991).
double jensen_shannon(std::span<const double> p, std::span<const double> q);
// sum (a - e) ln(a/e) = KL(a, e) + KL(e, a); no empty cells.
double stability_index(std::span<const double> expected, std::span<const double> actual);
// Pearson's statistic of homogeneity of two rows of counts; cells - 1 degrees of freedom, empty cells left out.
struct Homogeneity {
  double statistic = 0;
  std::uint64_t df = 0;
};
Homogeneity homogeneity(std::span<const double> expected, std::span<const double> actual);

struct Distances {
  double wasserstein = 0;  // integral of |F - G|, in the unit of the values
  double energy = 0;       // root of twice the integral of (F - G)^2 (Székely & Rizzo 2013)
};
Distances distances(std::span<const double> first, std::span<const double> second);

// Tabular CUSUM: upper sums of x - (target + k), lower sums of (target - k) - x, neither below 0 (Page 1954). After an
// alarm the sums go on, or start again from 0.
enum class AfterAlarm : std::uint8_t { go_on, reset };
struct Cusum {
  std::vector<double> upper, lower;
  std::optional<std::uint64_t> first_alarm;  // from 1: the first value at which a sum exceeds h
  std::vector<std::uint64_t> alarms;         // values at which a sum exceeds h and none did at the value before
};
Cusum cusum(std::span<const double> values, double target, double k, double h, AfterAlarm after = AfterAlarm::go_on);

// Values until a CUSUM of independent normal values alarms, on average: slack k and limit h in standard deviations,
// `shift` of the mean likewise. Two-sided. Page's integral equation (1954), good to 1e-6 up to h = 25 and 1e9 values,
// and beyond that Siegmund's approximation (1985).
double cusum_run_length(double k, double h, double shift);

// Page-Hinkley: the mean so far includes the value; m sums value - mean - delta (mean - value - delta for decreases);
// the statistic is m minus its least so far (Page 1954; Hinkley 1971).
struct PageHinkley {
  double last = 0, largest = 0;
  std::optional<std::uint64_t> first_alarm;  // the first value at which the statistic exceeds lambda
};
PageHinkley page_hinkley(std::span<const double> values, double delta, double lambda, bool increase);

}  // namespace proofmark::statistics
