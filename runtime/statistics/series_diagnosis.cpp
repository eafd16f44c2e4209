// Residuals of the steps, then the tests on them.
#include "runtime/statistics/series_diagnosis.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/statistics/dependence.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::statistics {
namespace {

constexpr std::size_t kMostLags = 20;

// The least part of the mean squared distance that a variance, being the difference of two sums, is told from.
constexpr double kLeastVariance = 1e-9;

struct Step {
  double rows = 0, sum = 0;
};

// (y - m n)^2 / n.
double spread_of(const Step& step, double mean) {
  const double gap = step.sum - mean * step.rows;
  return gap * gap / step.rows;
}

double batched_spread(const std::vector<Step>& steps, double mean) {
  std::vector<double> spreads;
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    Step whole;
    for (std::size_t i = batch * steps.size() / kBatches; i < (batch + 1) * steps.size() / kBatches; ++i) {
      whole.rows += steps[i].rows;
      whole.sum += steps[i].sum;
    }
    spreads.push_back(spread_of(whole, mean));
  }
  return sum(spreads);
}

// Rows come together, several to a step.
bool come_in_groups(const std::vector<Step>& steps) {
  double rows = 0;
  for (const Step& step : steps) rows += step.rows;
  return !steps.empty() && rows >= static_cast<double>(kRowsOfAGroup * steps.size());
}

// Whether so many rows, or such that come together, lie in too few steps to tell anything from.
bool lie_in_few(const std::vector<Step>& steps) {
  double rows = 0, squares = 0;
  for (const Step& step : steps) {
    rows += step.rows;
    squares += step.rows * step.rows;
  }
  if (rows < static_cast<double>(kRowsToTell) && !come_in_groups(steps)) return false;
  return steps.size() < kBatches || rows * rows < static_cast<double>(kBatches) / 2 * squares;
}

// Rows that are all alike tell nothing of the groups that they come in.
bool hide_groups(const std::vector<Step>& steps, std::size_t of_steps) {
  return come_in_groups(steps) && 2 * steps.size() < of_steps;
}

SeriesDiagnosis untold(const std::vector<Step>& steps) {
  return {.told = false, .steps = steps.size()};
}

// The chance that the batches of independent rows spread so wide.
void ask_spread(SeriesDiagnosis& diagnosis) {
  constexpr auto kFreedom = static_cast<double>(kBatches - 1);
  diagnosis.spread_p_value = chi_squared_upper(diagnosis.design_effect * kFreedom, kFreedom);
}

// Pre: at least kBatches steps, all with rows; `expected` is what the batches' spread of independent rows comes to.
SeriesDiagnosis diagnosis_of(const std::vector<Step>& steps, double mean, double expected) {
  SeriesDiagnosis diagnosis;
  diagnosis.steps = steps.size();
  diagnosis.lags = std::min(kMostLags, steps.size() / 5);
  diagnosis.design_effect = batched_spread(steps, mean) / expected;
  std::vector<double> residuals;
  for (const Step& step : steps) residuals.push_back((step.sum - mean * step.rows) / std::sqrt(step.rows));
  const std::vector<double> covariances = autocovariances(residuals, 1);
  if (!(covariances[0] > 0)) return diagnosis;  // every step has the same residual: nothing correlates
  const LjungBox test = ljung_box(residuals, diagnosis.lags, 0);
  diagnosis.lag1 = covariances[1] / covariances[0];
  diagnosis.ljung_box = test.q;
  diagnosis.p_value = test.p_value;
  return diagnosis;
}

double as_double(const std::variant<plan::Int128, double>& number) {
  if (const auto* exact = std::get_if<plan::Int128>(&number)) return static_cast<double>(*exact);
  return std::get<double>(number);
}

}  // namespace

std::optional<SeriesDiagnosis> diagnose(std::span<const plan::SeriesStep> series) {
  std::vector<Step> steps;
  plan::SeriesStep all;
  for (const plan::SeriesStep& step : series) {
    if (step.rows == 0) continue;
    steps.push_back({static_cast<double>(step.rows), static_cast<double>(step.part)});
    all.rows += step.rows;
    all.part += step.part;
  }
  const bool alike = all.part == 0 || all.part == all.rows;
  if (lie_in_few(steps) || (alike && hide_groups(steps, series.size()))) return untold(steps);
  if (alike || steps.size() < kBatches) return std::nullopt;
  const auto rows = static_cast<double>(all.rows);
  const double p = static_cast<double>(all.part) / rows, q = static_cast<double>(all.rows - all.part) / rows;
  SeriesDiagnosis diagnosis = diagnosis_of(steps, p, static_cast<double>(kBatches - 1) * p * q);
  if (std::min(all.part, all.rows - all.part) >= kRareRowsToSpread) ask_spread(diagnosis);
  return diagnosis;
}

std::optional<SeriesDiagnosis> diagnose(std::span<const plan::MomentSums> series) {
  std::vector<Step> steps;
  std::vector<double> sums, squares;
  std::uint64_t rows = 0;
  for (const plan::MomentSums& moments : series) {
    const std::uint64_t inside = moments.known - moments.below - moments.above;
    if (inside == 0) continue;
    if (!moments.squares) return std::nullopt;
    rows += inside;
    sums.push_back(as_double(moments.sum));
    squares.push_back(as_double(*moments.squares));
    steps.push_back({static_cast<double>(inside), sums.back()});
  }
  if (steps.empty()) return std::nullopt;
  const auto n = static_cast<double>(rows);
  const double mean = sum(sums) / n, square = sum(squares) / n, variance = square - mean * mean;
  if (!std::isfinite(square)) return std::nullopt;
  const bool alike = !(variance > kLeastVariance * square);
  if (lie_in_few(steps) || (alike && hide_groups(steps, series.size()))) return untold(steps);
  if (alike || steps.size() < kBatches) return std::nullopt;
  SeriesDiagnosis diagnosis = diagnosis_of(steps, mean, static_cast<double>(kBatches - 1) * variance);
  ask_spread(diagnosis);
  return diagnosis;
}

std::optional<SeriesDiagnosis> diagnose_events(std::span<const plan::SeriesStep> series, double dispersion) {
  std::vector<Step> steps;
  std::vector<double> events;
  for (std::size_t i = 1; i + 1 < series.size(); ++i) {
    events.push_back(static_cast<double>(series[i].part));
    steps.push_back({1, events.back()});
  }
  if (steps.size() < kBatches) return std::nullopt;
  const double mean = sum(events) / static_cast<double>(steps.size());
  if (!(mean > 0)) return std::nullopt;
  return diagnosis_of(steps, mean, static_cast<double>(kBatches - 1) * mean * dispersion);
}

double rows_per_independent_row(const SeriesDiagnosis& diagnosis, double alpha) {
  const double ratio =
      student_t_upper_quantile(alpha, static_cast<double>(kBatches - 1)) / normal_upper_quantile(alpha);
  return std::max(1.0, diagnosis.design_effect * ratio * ratio);
}

}  // namespace proofmark::statistics
