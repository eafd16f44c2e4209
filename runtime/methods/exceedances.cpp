// Two samples by their distribution functions, with guarantees: the whole, and the tail of one against a quantile of
// the other.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runtime/methods/contrast_measure.h"
#include "runtime/methods/families.h"
#include "runtime/methods/two_samples.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/contrast.h"
#include "runtime/statistics/hypergeometric.h"
#include "runtime/statistics/quantiles.h"

namespace proofmark::methods {
namespace {

constexpr std::array kExceedanceParameters{
    Parameter{"sample1", "values1|x", Kind::reals, "the first sample, such as the candidate"},
    kSample2,
    Parameter{"p", "quantile", Kind::level, "of the second sample: what lies beyond it is counted in the first"},
};

constexpr std::array kComparisonParameters{
    kSample1, kSample2, kMeasure,
    Parameter{"confidence", "", Kind::level, "one-sided, of either bound, above 50%", "0.95"}};

// Both in ascending order, a run of equal values at a time.
plan::ContrastSums contrast_of(const std::vector<double>& first, const std::vector<double>& second) {
  const auto a = statistics::sorted(first), b = statistics::sorted(second);
  statistics::ContrastWalk walk(a.size(), b.size());
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const double value = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    std::uint64_t of_first = 0, of_second = 0;
    for (; i < a.size() && a[i] == value; ++i) ++of_first;
    for (; j < b.size() && b[j] == value; ++j) ++of_second;
    walk.pass(of_first, of_second);
  }
  return walk.sums();
}

Answer comparison(const Arguments& call) {
  const auto &first = call.reals("sample1"), &second = call.reals("sample2");
  const double alpha = plan::subtract(Rational(1), call.exact("confidence"))->nearest_double();
  if (alpha >= 0.5) return refused("`confidence` is at most 50%", "a bound holds more often than not: give 95%");
  const auto found = statistics::contrast_bounds(measure_of(call), {contrast_of(first, second), 0, 0, {}}, alpha);
  json::Object result;
  result.set("estimate", number(found.estimate));
  result.set("lower", number(found.lower));
  result.set("upper", number(found.upper));
  result.set("n1", static_cast<std::int64_t>(first.size()));
  result.set("n2", static_cast<std::int64_t>(second.size()));
  return result;
}

// k or more values of the first exceed the r-th of the second where among the n2 - r + k greatest of both at least k
// are of the first: hypergeometric, whatever the distribution.
Answer exceedances(const Arguments& call) {
  const auto &first = call.reals("sample1"), &second = call.reals("sample2");
  const auto ascending = statistics::sorted(second);
  const std::uint64_t n1 = first.size(), n2 = second.size();
  const std::uint64_t rank = statistics::nearest_rank(n2, call.exact("p"));
  const double quantile = ascending[rank - 1];
  const auto beyond = static_cast<std::uint64_t>(
      std::count_if(first.begin(), first.end(), [quantile](double value) { return value > quantile; }));
  const statistics::Hypergeometric greatest(n1, n2, n2 - rank + beyond);
  json::Object result;
  result.set("quantile", number(quantile));
  result.set("beyond", beyond);
  result.set("expected",
             number(static_cast<double>(n1) * static_cast<double>(n2 - rank + 1) / static_cast<double>(n2 + 1)));
  result.set("share", number(static_cast<double>(beyond) / static_cast<double>(n1)));
  result.set("p_value", number(beyond <= greatest.lowest() ? 1.0 : greatest.at_least(beyond)));
  return result;
}

constexpr std::array kMethods{
    Method{"distribution.comparison", "How far two distributions lie apart, with bounds for any number of values.",
           kComparisonParameters, "estimate: of the samples; lower, upper: bounds of the truth; n1, n2",
           "values are independent within and between the samples", Guarantee::finite_sample,
           "Massart 1990; Hoeffding 1963",
           "distribution.comparison(sample1: [12, 7, 9, 30, 8, 11], sample2: [5, 6, 4, 9, 7, 8], measure: similarity)",
           comparison},
    Method{
        "tail_regression.exceedances",
        "Whether more of one sample lies beyond a quantile of another than equal distributions allow.",
        kExceedanceParameters,
        "quantile: of sample2, one of its values; beyond: values of sample1 above it; expected: of equal "
        "distributions; share: of sample1; p_value: of so many or more",
        "values are independent within and between the samples; the distributions are equal under the null, ties make "
        "the test safe",
        Guarantee::finite_sample, "Gumbel & von Schelling 1950; Epstein 1954",
        "exceedances(sample1: [30, 8, 41, 28, 12, 35, 9, 44], sample2: [12, 7, 9, 30, 8, 11, 10, 9, 14, 13], p: "
        "80%)",
        exceedances},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> exceedance_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
