// Means of samples: intervals by Student's t, on the log scale, and for values of a declared range.
#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/declared_range.h"
#include "runtime/methods/families.h"
#include "runtime/methods/sides.h"
#include "runtime/statistics/elementary.h"
#include "runtime/statistics/means.h"

namespace proofmark::methods {
namespace {

using statistics::Interval;
using statistics::Moments;

constexpr Parameter kSample{"sample", "values|x|data", Kind::reals, "the values, or the CSV file that holds them"};
constexpr Parameter kRange{"range", "bounds", Kind::reals, "the least and the greatest value possible, such as [0, 1]"};

constexpr std::array kSampleParameters{kSample, kConfidence, kSide};
constexpr std::array kSummaryParameters{Parameter{"mean", "", Kind::real, "mean of the sample"},
                                        Parameter{"sd", "s", Kind::non_negative, "its standard deviation, with n - 1"},
                                        Parameter{"n", "size", Kind::count, "number of values"}, kConfidence, kSide};
constexpr Parameter kSampleOrNone{"sample", "values|x|data", Kind::any_reals,
                                  "the values, or the CSV file that holds them"};
constexpr std::array kBoundedParameters{kSampleOrNone, kConfidence, kRange, kSide};
constexpr std::array kBernsteinParameters{
    kSampleOrNone, kConfidence, kRange, kSide,
    Parameter{"form", "", Kind::word, "which empirical Bernstein bound", "maurer-pontil-2009", "maurer-pontil-2009"}};
constexpr std::array kMomentParameters{kSample};

Result<Moments> moments_of(std::span<const double> values, std::size_t least) {
  if (values.size() < least)
    return refused("`sample` holds " + std::to_string(values.size()) + " value, but at least 2 are needed",
                   "one value says nothing of its own spread");
  const Moments found = statistics::moments(values);
  if (!std::isfinite(found.mean) || !std::isfinite(found.variance))
    return refused("the values of `sample` are too large for their squares", "give them in a larger unit");
  return found;
}

// For what rests on the variance alone.
Result<Moments> spread_of(std::span<const double> values) {
  auto found = moments_of(values, 2);
  if (found && found->variance < statistics::kLeastExactVariance && !statistics::are_equal(values))
    return refused("the values of `sample` differ by too little for their squares", "give them in a smaller unit");
  return found;
}

// Skewness, and Cochran's rule for it: from 25 times its square rows on a mean is normal enough for a 95 % interval.
void set_skewness(json::Object& result, const std::vector<double>& sample, const Moments& found) {
  constexpr double kCochran = 25;
  const double n = static_cast<double>(found.n), sd = std::sqrt(found.variance * (n - 1) / n);
  std::vector<double> cubes;
  for (const double value : sample) {
    const double distance = (value - found.mean) / sd;
    cubes.push_back(distance * distance * distance);
  }
  const double skewness = statistics::sum(cubes) / n;
  result.set("skewness", number(skewness));
  result.set("too_skewed", n < kCochran * skewness * skewness);
  result.set("n_for_skewness", number(std::ceil(kCochran * skewness * skewness)));
}

Answer student_t(const Arguments& call) {
  const auto found = spread_of(call.reals("sample"));
  if (!found) return found.problems();
  const double sd = std::sqrt(found->variance);
  json::Object result;
  result.set("mean", found->mean);
  result.set("sd", sd);
  result.set("n", static_cast<std::int64_t>(found->n));
  set_bounds(result, call, statistics::student_t_interval(found->mean, sd, found->n, level_of(call)),
             {-HUGE_VAL, HUGE_VAL});
  result.set("degenerate", sd == 0);
  if (sd > 0) set_skewness(result, call.reals("sample"), *found);
  return result;
}

Answer student_t_summary(const Arguments& call) {
  const std::uint64_t n = call.count("n");
  if (n < 2) return refused("`n` is below 2", "one value says nothing of its own spread");
  json::Object result;
  set_bounds(result, call, statistics::student_t_interval(call.real("mean"), call.real("sd"), n, level_of(call)),
             {-HUGE_VAL, HUGE_VAL});
  result.set("degenerate", call.real("sd") == 0);
  return result;
}

Answer geometric(const Arguments& call) {
  std::vector<double> logarithms = call.reals("sample");
  for (double& value : logarithms) {
    if (!(value > 0))
      return refused("`sample` holds a value that is not above 0",
                     "only positive values have a "
                     "geometric mean; leave the others out by a declared rule, or ask for a quantile");
    value = statistics::log_of(value);
  }
  const auto found = spread_of(logarithms);
  if (!found) return found.problems();
  const double sd = std::sqrt(found->variance);
  const Interval bounds = statistics::student_t_interval(found->mean, sd, found->n, level_of(call));
  json::Object result;
  result.set("geometric_mean", statistics::exp_of(found->mean));
  set_bounds(result, call, {statistics::exp_of(bounds.lower), statistics::exp_of(bounds.upper)}, {0, HUGE_VAL});
  result.set("degenerate", sd == 0);
  return result;
}

Result<Interval> range_of(const Arguments& call) {
  const std::vector<double>& range = call.reals("range");
  if (auto problem = bad_range(range)) return std::move(*problem);
  const auto& sample = call.reals("sample");
  const auto outside = std::find_if(sample.begin(), sample.end(),
                                    [&range](double value) { return value < range[0] || value > range[1]; });
  if (outside == sample.end()) return Interval{range[0], range[1]};
  return refused("`sample` holds a value outside `range`",
                 "the bound holds only if no value can be outside; declare the range before you look at the values");
}

json::Object bounded(const Arguments& call, const Moments& found, const Interval& range, double half_width) {
  json::Object result;
  result.set("mean", found.mean);
  result.set("half_width", half_width);
  set_bounds(result, call,
             {std::max(range.lower, found.mean - half_width), std::min(range.upper, found.mean + half_width)}, range);
  return result;
}

// Fewer values than a bound needs leave the range that was declared.
json::Object unbounded(const Arguments& call, const Interval& range) {
  const auto& sample = call.reals("sample");
  json::Object result;
  result.set("mean",
             sample.empty() ? json::Value() : number(statistics::sum(sample) / static_cast<double>(sample.size())));
  result.set("half_width", number(range.upper - range.lower));
  set_bounds(result, call, range, range);
  return result;
}

Answer hoeffding(const Arguments& call) {
  const auto range = range_of(call);
  if (!range) return range.problems();
  if (call.reals("sample").empty()) return unbounded(call, *range);
  const auto found = moments_of(call.reals("sample"), 1);
  if (!found) return found.problems();
  return bounded(call, *found, *range,
                 statistics::hoeffding_half_width(range->upper - range->lower, found->n, level_of(call)));
}

Answer empirical_bernstein(const Arguments& call) {
  const auto range = range_of(call);
  if (!range) return range.problems();
  if (call.reals("sample").size() < 2) return unbounded(call, *range);
  const bool is_wide = range->upper - range->lower >= statistics::kLeastBernsteinWidth;
  const auto found = is_wide ? moments_of(call.reals("sample"), 2) : spread_of(call.reals("sample"));
  if (!found) return found.problems();
  return bounded(call, *found, *range,
                 statistics::empirical_bernstein_half_width(range->upper - range->lower, found->variance, found->n,
                                                            level_of(call)));
}

Answer mean_sd(const Arguments& call) {
  const auto found = spread_of(call.reals("sample"));
  if (!found) return found.problems();
  json::Object result;
  result.set("mean", found->mean);
  result.set("sd", std::sqrt(found->variance));
  result.set("variance", found->variance);
  result.set("n", static_cast<std::int64_t>(found->n));
  return result;
}

constexpr std::string_view kNormal =
    "values are independent, from one distribution that is normal or nearly so for this n; skewed values need n of 25 "
    "times their squared skewness";
constexpr std::string_view kBounded = "values are independent and lie within the range, which was declared before them";

constexpr std::array kMethods{
    Method{"mean_ci.student_t", "The interval of a mean by Student's t.", kSampleParameters,
           "mean, sd, lower, upper: in the unit of the sample, -Infinity or Infinity the one not asked for; n; "
           "degenerate: true if all values are equal, which proves "
           "nothing; skewness; too_skewed: n is below 25 times its square; n_for_skewness: that",
           kNormal, Guarantee::asymptotic, "Student 1908; Cochran 1977, section 2.15",
           "student_t(sample: [4.9, 5.1, 5.0, 5.3, 4.8], confidence: 95%)", student_t},
    Method{"mean_ci.student_t_summary", "The interval of a mean by Student's t, from the sample's mean and deviation.",
           kSummaryParameters,
           "lower, upper: in the unit of the mean, -Infinity or Infinity the one not asked for; degenerate: true if sd "
           "is 0",
           kNormal, Guarantee::asymptotic, "Student 1908",
           "student_t_summary(mean: 9.26146, sd: 0.02278881, n: 195, confidence: 90%)", student_t_summary},
    Method{"mean_ci.geometric", "The interval of a geometric mean: Student's t on the logarithms.", kSampleParameters,
           "geometric_mean, lower, upper: in the unit of the sample, upper Infinity where it is not asked for; "
           "degenerate: true if all values are equal",
           "logarithms of the values are independent and nearly normal; the geometric mean is not the mean",
           Guarantee::asymptotic, "Student 1908; Galton 1879",
           "mean_ci.geometric(sample: [80, 95, 102, 75, 88], confidence: 95%)", geometric},
    Method{
        "mean_ci.hoeffding", "The interval of a mean of values within a declared range.", kBoundedParameters,
        "mean, half_width, lower, upper: in the unit of the sample; of no value the mean is null and the range is left",
        kBounded, Guarantee::finite_sample, "Hoeffding 1963",
        "hoeffding(sample: [0.9, 1, 0.8, 0.95], confidence: 95%, range: [0, 1])", hoeffding},
    Method{
        "mean_ci.empirical_bernstein",
        "The interval of a mean of values within a declared range, short where they vary little.", kBernsteinParameters,
        "mean, half_width, lower, upper: in the unit of the sample; of no value the mean is null and the range is left",
        kBounded, Guarantee::finite_sample, "Maurer & Pontil 2009",
        "empirical_bernstein(sample: [0.9, 1, 0.8, 0.95], confidence: 95%, range: [0, 1])", empirical_bernstein},
    Method{"summary.mean_sd", "Mean and standard deviation of a sample, by compensated sums in two passes.",
           kMomentParameters, "mean, sd: in the unit of the sample; variance: its square; n",
           "nothing: a summary of the values themselves", Guarantee::descriptive,
           "Neumaier 1974; Chan, Golub & LeVeque 1983", "mean_sd(sample: [4.9, 5.1, 5.0, 5.3, 4.8])", mean_sd},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> mean_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
