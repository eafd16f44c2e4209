// Residuals of the steps, then the tests on them.
#include "runtime/statistics/count_series.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/statistics/dependence.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {
namespace {

constexpr std::size_t kMostLags = 20;

// (y - p n)^2 / n, with p = part / rows.
double spread_of(const plan::SeriesStep& step, double p) {
  const auto rows = static_cast<double>(step.rows);
  const double gap = static_cast<double>(step.part) - p * rows;
  return gap * gap / rows;
}

double batched_spread(const std::vector<plan::SeriesStep>& steps, double p) {
  std::vector<double> spreads;
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    plan::SeriesStep whole;
    for (std::size_t i = batch * steps.size() / kBatches; i < (batch + 1) * steps.size() / kBatches; ++i) {
      whole.rows += steps[i].rows;
      whole.part += steps[i].part;
    }
    spreads.push_back(spread_of(whole, p));
  }
  return sum(spreads);
}

}  // namespace

std::optional<SeriesDiagnosis> diagnose(const plan::SeriesFact& series) {
  std::vector<plan::SeriesStep> steps;
  plan::SeriesStep all;
  for (const plan::SeriesStep& step : series.steps) {
    if (step.rows == 0) continue;
    steps.push_back(step);
    all.rows += step.rows;
    all.part += step.part;
  }
  if (steps.size() < kBatches || all.part == 0 || all.part == all.rows) return std::nullopt;
  const auto rows = static_cast<double>(all.rows);
  const double p = static_cast<double>(all.part) / rows, q = static_cast<double>(all.rows - all.part) / rows;
  SeriesDiagnosis diagnosis;
  diagnosis.steps = steps.size();
  diagnosis.lags = std::min(kMostLags, steps.size() / 5);
  diagnosis.design_effect = batched_spread(steps, p) / (static_cast<double>(kBatches - 1) * p * q);
  std::vector<double> residuals;
  for (const plan::SeriesStep& step : steps)
    residuals.push_back((static_cast<double>(step.part) - p * static_cast<double>(step.rows)) /
                        std::sqrt(static_cast<double>(step.rows)));
  const std::vector<double> covariances = autocovariances(residuals, 1);
  if (!(covariances[0] > 0)) return diagnosis;  // every step has the same residual: nothing correlates
  const LjungBox test = ljung_box(residuals, diagnosis.lags, 0);
  diagnosis.lag1 = covariances[1] / covariances[0];
  diagnosis.ljung_box = test.q;
  diagnosis.p_value = test.p_value;
  return diagnosis;
}

double rows_per_independent_row(const SeriesDiagnosis& diagnosis, double alpha) {
  const double ratio =
      student_t_upper_quantile(alpha, static_cast<double>(kBatches - 1)) / normal_upper_quantile(alpha);
  return std::max(1.0, diagnosis.design_effect * ratio * ratio);
}

}  // namespace proofmark::statistics
