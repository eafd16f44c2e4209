#include "runtime/statistics/dependence.h"

#include <algorithm>
#include <cmath>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

std::vector<double> centred(std::span<const double> series) {
  const double mean = moments(series).mean;
  std::vector<double> result;
  result.reserve(series.size());
  for (const double value : series) result.push_back(value - mean);
  return result;
}

std::vector<double> correlations(std::span<const double> series, std::size_t max_lag) {
  std::vector<double> result = autocovariances(series, max_lag);
  const double variance = result.front();
  for (double& value : result) value /= variance;
  return result;
}

// Levinson's recursion: coefficients and innovation variances of the orders 0 ... covariances.size() - 1.
struct Orders {
  std::vector<std::vector<double>> coefficients;
  std::vector<double> variances;
};

Orders levinson(std::span<const double> covariances) {
  Orders orders{{{}}, {covariances[0]}};
  for (std::size_t order = 1; order < covariances.size(); ++order) {
    const std::vector<double>& before = orders.coefficients.back();
    double residue = covariances[order];
    for (std::size_t j = 0; j + 1 < order; ++j) residue -= before[j] * covariances[order - 1 - j];
    const double reflection = residue / orders.variances.back();
    std::vector<double> next(order, reflection);
    for (std::size_t j = 0; j + 1 < order; ++j) next[j] = before[j] - reflection * before[order - 2 - j];
    orders.coefficients.push_back(std::move(next));
    orders.variances.push_back(orders.variances.back() * (1 - reflection * reflection));
    if (!(orders.variances.back() > 0)) break;
  }
  return orders;
}

// Whether a straight line in time leaves nothing of the series.
bool is_straight(std::span<const double> series) {
  const auto n = static_cast<double>(series.size());
  const std::vector<double> values = centred(series);
  std::vector<double> cross, squares, rest;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double time = static_cast<double>(i) - (n - 1) / 2;
    cross.push_back(time * values[i]);
    squares.push_back(time * time);
  }
  const double slope = sum(cross) / sum(squares);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double residual = values[i] - slope * (static_cast<double>(i) - (n - 1) / 2);
    rest.push_back(residual * residual);
  }
  return std::sqrt(sum(rest) / std::max(1.0, n - 1)) < 1.5e-8;
}

}  // namespace

std::vector<double> autocovariances(std::span<const double> series, std::size_t max_lag) {
  const std::vector<double> values = centred(series);
  std::vector<double> result, products(values.size());
  for (std::size_t lag = 0; lag <= max_lag; ++lag) {
    for (std::size_t i = 0; i + lag < values.size(); ++i) products[i] = values[i] * values[i + lag];
    result.push_back(sum(std::span(products).first(values.size() - lag)) / static_cast<double>(values.size()));
  }
  return result;
}

LjungBox ljung_box(std::span<const double> series, std::size_t lag, std::size_t fitted) {
  const std::vector<double> r = correlations(series, lag);
  const auto n = static_cast<double>(series.size());
  double total = 0;
  for (std::size_t k = 1; k <= lag; ++k) total += r[k] * r[k] / (n - static_cast<double>(k));
  const double q = n * (n + 2) * total;
  return {q, q > 0 ? chi_squared_upper(q, static_cast<double>(lag - fitted)) : 1};
}

BatchMeans batch_means(std::span<const double> series, std::size_t batch_size) {
  std::vector<double> means;
  for (std::size_t at = 0; at + batch_size <= series.size(); at += batch_size)
    means.push_back(sum(series.subspan(at, batch_size)) / static_cast<double>(batch_size));
  const Moments of_means = moments(means);
  const double squared = of_means.variance / static_cast<double>(means.size());
  return {means.size(), of_means.mean, std::sqrt(squared), moments(series).variance / squared};
}

double newey_west_error(std::span<const double> series, std::size_t lag) {
  const std::vector<double> covariance = autocovariances(series, lag);
  double total = covariance[0];
  for (std::size_t k = 1; k <= lag; ++k)
    total += 2 * (1 - static_cast<double>(k) / static_cast<double>(lag + 1)) * covariance[k];
  return std::sqrt(std::max(0.0, total) / static_cast<double>(series.size()));
}

double autocorrelation_time(std::span<const double> series, std::size_t max_lag) {
  const std::vector<double> r = correlations(series, max_lag);
  const auto n = static_cast<double>(series.size());
  double tau = 1;
  for (std::size_t k = 1; k <= max_lag; ++k) tau += 2 * (1 - static_cast<double>(k) / n) * r[k];
  return tau;
}

GeyerTime geyer_time(std::span<const double> series, std::size_t max_lag) {
  const std::vector<double> r = correlations(series, max_lag);
  GeyerTime result{-1, 0};
  for (std::size_t k = 0; k + 1 <= max_lag; k += 2) {
    const double pair = r[k] + r[k + 1];
    if (!(pair > 0)) break;
    result.tau += 2 * pair;
    result.lags = k + 1;
  }
  return result;
}

Autoregression autoregression(std::span<const double> series) {
  if (is_straight(series)) return {};
  const auto n = static_cast<double>(series.size());
  const double most = std::floor(10 * (log_of(n) / log_of(10.0)) + 1e-12);
  const auto max_order = static_cast<std::size_t>(std::min(n - 1, most));
  const Orders orders = levinson(autocovariances(series, max_order));
  std::size_t best = 0;
  double least = HUGE_VAL;
  for (std::size_t order = 0; order < orders.variances.size(); ++order) {
    if (!(orders.variances[order] > 0)) break;
    const double criterion = n * log_of(orders.variances[order]) + 2 * static_cast<double>(order);
    if (criterion < least) least = criterion, best = order;
  }
  Autoregression result{orders.coefficients[best], 0, 0};
  result.innovation = orders.variances[best] * n / (n - static_cast<double>(best + 1));
  const double rest = 1 - sum(result.coefficients);
  result.spectrum0 = result.innovation / (rest * rest);
  return result;
}

}  // namespace proofmark::statistics
