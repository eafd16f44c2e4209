// The hypothesis is handed on as delta and 1 - |delta|, each summed from what is small, so that shares near 1 lose no
// digits; the limits are found as distances from the estimate, where the numerator is known without subtraction.
#include "runtime/statistics/stratified_difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "runtime/statistics/distributions.h"
#include "runtime/statistics/root_search.h"

namespace proofmark::statistics {
namespace {

constexpr double kSmallest = 1e-290;

struct Weighed {
  TwoGroups groups;
  double weight = 0;
};

double as_double(std::uint64_t count) {
  return static_cast<double>(count);
}

std::vector<Weighed> telling(std::span<const TwoGroups> strata, bool swapped = false) {
  std::vector<Weighed> all;
  for (const TwoGroups& groups : strata) {
    if (groups.n1 == 0 || groups.n2 == 0) continue;
    const double n1 = as_double(groups.n1), n2 = as_double(groups.n2);
    all.push_back({swapped ? groups.swapped() : groups, n1 * (n2 / (n1 + n2))});
  }
  return all;
}

template <typename Term>
double summed(const std::vector<Weighed>& strata, const Term& term) {
  std::vector<double> terms;
  terms.reserve(strata.size());
  for (const Weighed& stratum : strata) terms.push_back(term(stratum));
  return sum(terms);
}

double total_weight(const std::vector<Weighed>& strata) {
  return summed(strata, [](const Weighed& one) { return one.weight; });
}

double score_at(const std::vector<Weighed>& strata, double numerator, const Hypothesis& hypothesis) {
  if (numerator == 0) return 0;
  const double variance = summed(strata, [&](const Weighed& one) {
    return one.weight * one.weight * restricted_variance(one.groups, hypothesis, Variance::miettinen_nurminen);
  });
  if (variance <= 0) return std::copysign(std::numeric_limits<double>::infinity(), numerator);
  return numerator / std::sqrt(variance);
}

double lower_limit(const std::vector<Weighed>& strata, double z) {
  const double weight = total_weight(strata);
  const auto average = [&](const auto& term) {
    return summed(strata, [&](const Weighed& one) { return one.weight * term(one.groups); }) / weight;
  };
  const auto share = [](std::uint64_t count, std::uint64_t n) { return as_double(count) / as_double(n); };
  const double observed = average(observed_difference);
  const double above =  // 1 - observed
      average([&](const TwoGroups& one) { return share(one.failures1(), one.n1) + share(one.k2, one.n2); });
  const double below =  // 1 + observed
      average([&](const TwoGroups& one) { return share(one.k1, one.n1) + share(one.failures2(), one.n2); });
  if (below <= 0) return -1;
  const double distance = first_double(kSmallest, below, [&](double w) {
    const double delta = std::max(-1.0, observed - w);
    const Hypothesis hypothesis{delta, std::min(1.0, delta >= 0 ? above + w : std::max(0.0, below - w))};
    return score_at(strata, weight * w, hypothesis) >= z;
  });
  return std::max(-1.0, observed - distance);
}

}  // namespace

std::optional<double> stratified_difference(std::span<const TwoGroups> strata) {
  const std::vector<Weighed> all = telling(strata);
  if (all.empty()) return std::nullopt;
  if (all.size() == 1) return observed_difference(all.front().groups);
  return summed(all, [](const Weighed& one) { return one.weight * observed_difference(one.groups); }) /
         total_weight(all);
}

double stratified_score(std::span<const TwoGroups> strata, const plan::Rational& delta) {
  const std::vector<Weighed> all = telling(strata);
  if (all.empty()) return 0;
  if (all.size() == 1) return difference_score(all.front().groups, delta, Variance::miettinen_nurminen);
  const double numerator =
      summed(all, [&](const Weighed& one) { return one.weight * difference_from(one.groups, delta); });
  return score_at(all, numerator, hypothesis_of(delta));
}

Interval stratified_score_limits(std::span<const TwoGroups> strata, double z) {
  const std::vector<Weighed> all = telling(strata);
  if (all.empty()) return {-1, 1};
  if (all.size() == 1) return difference_score_limits(all.front().groups, z, Variance::miettinen_nurminen);
  return {lower_limit(all, z), -lower_limit(telling(strata, true), z)};
}

ChiSquared difference_homogeneity(std::span<const TwoGroups> strata) {
  const std::optional<double> common = stratified_difference(strata);
  ChiSquared test;
  if (!common) return test;
  const Hypothesis hypothesis{*common, 1 - std::fabs(*common)};
  std::vector<double> precisions, differences, weighted;
  for (const Weighed& stratum : telling(strata)) {
    const double variance = restricted_variance(stratum.groups, hypothesis, Variance::miettinen_nurminen);
    if (!(variance > 0)) continue;
    differences.push_back(observed_difference(stratum.groups));
    precisions.push_back(1 / variance);
    weighted.push_back(differences.back() / variance);
  }
  if (precisions.size() < 2) return test;
  const double mean = sum(weighted) / sum(precisions);
  std::vector<double> terms;
  for (std::size_t i = 0; i < precisions.size(); ++i)
    terms.push_back((differences[i] - mean) * (differences[i] - mean) * precisions[i]);
  test.statistic = sum(terms);
  test.df = precisions.size() - 1;
  test.p_value = chi_squared_upper(test.statistic, as_double(test.df));
  return test;
}

}  // namespace proofmark::statistics
