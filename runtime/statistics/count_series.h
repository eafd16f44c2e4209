// Whether rows depend on those before them, from counts over time: are the shares of successive steps independent of
// each other, and how much wider than binomial do they spread?
//
// In: rows and the part of them in steps of time, in their order; empty steps are passed over. With p the share of all
// rows, the residual of a step with n rows and y in the part is (y - p n) / sqrt(n). Out: its autocorrelation at lag 1,
// Ljung and Box's test (1978) over lags 1 ... min(20, steps / 5), and the design effect: the sum over kBatches batches
// of neighbouring steps of (Y - p N)^2 / N, over (kBatches - 1) p (1 - p). All asymptotic: a diagnosis that may take a
// verdict back, and never makes one.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/plan/facts.h"

namespace proofmark::statistics {

inline constexpr std::size_t kBatches = 20;

struct SeriesDiagnosis {
  std::uint64_t steps = 0;  // that hold rows
  double lag1 = 0;
  std::uint64_t lags = 0;  // in the test
  double ljung_box = 0, p_value = 1;
  double design_effect = 0;
};

// Nothing where fewer than kBatches steps hold rows, or where all rows are alike.
std::optional<SeriesDiagnosis> diagnose(const plan::SeriesFact& series);

// Rows at which a test at level alpha reckons with the measured effect: the quantile of Student's t with kBatches - 1
// degrees of freedom over the normal one widens it for being measured (Korn & Graubard 1998). At least 1.
double rows_per_independent_row(const SeriesDiagnosis& diagnosis, double alpha);

}  // namespace proofmark::statistics
