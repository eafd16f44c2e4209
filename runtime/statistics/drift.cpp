#include "runtime/statistics/drift.h"

#include <algorithm>
#include <cmath>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

// p ln(p/q) + q - p >= 0; over distributions these sum to the divergence.
double term(double p, double q) {
  return p > 0 ? deviance(p, q, p - q) : q;
}

}  // namespace

std::vector<double> shares(std::span<const double> counts) {
  const double total = sum(counts);
  std::vector<double> result;
  for (const double count : counts) result.push_back(count / total);
  return result;
}

double kullback_leibler(std::span<const double> p, std::span<const double> q) {
  std::vector<double> terms;
  for (std::size_t i = 0; i < p.size(); ++i) terms.push_back(term(p[i], q[i]));
  return sum(terms);
}

double jensen_shannon(std::span<const double> p, std::span<const double> q) {
  std::vector<double> terms;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double middle = (p[i] + q[i]) / 2, half = (p[i] - q[i]) / 2;
    if (middle == 0) continue;
    terms.push_back(p[i] > 0 ? deviance(p[i], middle, half) : middle);
    terms.push_back(q[i] > 0 ? deviance(q[i], middle, -half) : middle);
  }
  return sum(terms) / 2;
}

double stability_index(std::span<const double> expected, std::span<const double> actual) {
  return kullback_leibler(actual, expected) + kullback_leibler(expected, actual);
}

Homogeneity homogeneity(std::span<const double> expected, std::span<const double> actual) {
  const std::vector<double> p = shares(expected), q = shares(actual);
  const double n = sum(expected), m = sum(actual);
  std::vector<double> terms;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (const double column = expected[i] + actual[i]; column > 0)
      terms.push_back(n * m * (p[i] - q[i]) * (p[i] - q[i]) / column);
  return {sum(terms), terms.size() - 1};
}

Distances distances(std::span<const double> first, std::span<const double> second) {
  std::vector<double> a(first.begin(), first.end()), b(second.begin(), second.end());
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<double> areas, squares;
  std::size_t i = 0, j = 0;
  double before = std::min(a[0], b[0]);
  while (i < a.size() || j < b.size()) {
    const double next = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    const double gap =
        static_cast<double>(i) / static_cast<double>(a.size()) - static_cast<double>(j) / static_cast<double>(b.size());
    areas.push_back(std::fabs(gap) * (next - before));
    squares.push_back(gap * gap * (next - before));
    while (i < a.size() && a[i] == next) ++i;
    while (j < b.size() && b[j] == next) ++j;
    before = next;
  }
  return {sum(areas), std::sqrt(2 * sum(squares))};
}

Cusum cusum(std::span<const double> values, double target, double k, double h, AfterAlarm after) {
  Cusum chart;
  double upper = 0, lower = 0;
  bool alarmed = false;
  for (const double value : values) {
    upper = std::max(0.0, value - (target + k) + upper);
    lower = std::max(0.0, (target - k) - value + lower);
    chart.upper.push_back(upper);
    chart.lower.push_back(lower);
    const bool exceeds = upper > h || lower > h;
    if (exceeds && !alarmed) chart.alarms.push_back(chart.upper.size());
    alarmed = exceeds && after == AfterAlarm::go_on;
    if (exceeds && after == AfterAlarm::reset) upper = lower = 0;
  }
  if (!chart.alarms.empty()) chart.first_alarm = chart.alarms.front();
  return chart;
}

PageHinkley page_hinkley(std::span<const double> values, double delta, double lambda, bool increase) {
  PageHinkley result;
  double mean = 0, total = 0, least = HUGE_VAL, largest = -HUGE_VAL;
  std::uint64_t n = 0;
  for (const double value : values) {
    ++n;
    mean += (value - mean) / static_cast<double>(n);
    total += (increase ? value - mean : mean - value) - delta;
    least = std::min(least, total);
    result.last = total - least;
    largest = std::max(largest, result.last);
    if (!result.first_alarm && result.last > lambda) result.first_alarm = n;
  }
  result.largest = largest;
  return result;
}

}  // namespace proofmark::statistics
