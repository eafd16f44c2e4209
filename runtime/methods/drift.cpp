// Change over time: divergences, distances, control charts.
#include "runtime/statistics/drift.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/statistics/distributions.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::methods {
namespace {

std::optional<Diagnostic> bad_cells(std::string_view name, const std::vector<double>& counts) {
  double largest = 0;
  for (const double count : counts) {
    if (!(count >= 0 && count <= 1e15))
      return refused(fmt::format("`{}` holds {}", name, count), "give counts from 0 to 1e15");
    largest = std::max(largest, count);
  }
  if (largest == 0)
    return refused(fmt::format("`{}` counts nothing", name), "nothing was measured, so nothing can be compared");
  return std::nullopt;
}

std::optional<Diagnostic> bad_histograms(const Arguments& call, std::string_view first, std::string_view second) {
  const auto &p = call.reals(first), &q = call.reals(second);
  if (p.size() != q.size())
    return refused(fmt::format("`{}` has {} cells and `{}` {}", first, p.size(), second, q.size()),
                   "count the same cells");
  if (p.size() < 2) return refused("there is one cell", "two cells or more show a change");
  if (auto problem = bad_cells(first, p)) return problem;
  return bad_cells(second, q);
}

std::vector<double> smoothed(const std::vector<double>& counts, double added) {
  std::vector<double> result;
  for (const double count : counts) result.push_back(count + added);
  return statistics::shares(result);
}

double log_base(const Arguments& call) {
  const std::string& base = call.word("log_base");
  return base == "e" ? 1.0 : statistics::log_of(base == "2" ? 2.0 : 10.0);
}

constexpr Parameter kSmoothing{"smoothing", "", Kind::non_negative, "declared addition to every cell", "0"};
constexpr std::array kPsiParameters{
    Parameter{"expected_counts", "expected", Kind::reals, "counts of the reference, a cell each"},
    Parameter{"actual_counts", "actual", Kind::reals, "counts now, of the same cells"},
    kSmoothing,
};

std::optional<Diagnostic> empty_cell(const std::vector<double>& counts, std::string_view name, double smoothing) {
  if (smoothing > 0 || std::find(counts.begin(), counts.end(), 0.0) == counts.end()) return std::nullopt;
  return refused(fmt::format("`{}` has an empty cell", name),
                 "join cells, declare a `smoothing`, or use `jensen_shannon`");
}

Answer psi(const Arguments& call) {
  if (auto problem = bad_histograms(call, "expected_counts", "actual_counts")) return std::move(*problem);
  const auto &expected = call.reals("expected_counts"), &actual = call.reals("actual_counts");
  const double added = call.real("smoothing");
  if (auto problem = empty_cell(expected, "expected_counts", added)) return std::move(*problem);
  if (auto problem = empty_cell(actual, "actual_counts", added)) return std::move(*problem);
  const double index = statistics::stability_index(smoothed(expected, added), smoothed(actual, added));
  const double noise = 1 / statistics::sum(expected) + 1 / statistics::sum(actual);
  const auto df = static_cast<double>(expected.size() - 1);
  json::Object result;
  result.set("psi", number(index));
  result.set("chi_squared", number(index / noise));
  result.set("df", static_cast<std::int64_t>(expected.size() - 1));
  result.set("p_value", number(index > 0 ? statistics::chi_squared_upper(index / noise, df) : 1.0));
  result.set("expected_psi", number(df * noise));
  return result;
}

constexpr std::array kHomogeneityParameters{
    Parameter{"expected_counts", "expected", Kind::reals, "counts of the reference, a cell each"},
    Parameter{"actual_counts", "actual", Kind::reals, "counts now, of the same cells"},
};

Answer chi_squared(const Arguments& call) {
  if (auto problem = bad_histograms(call, "expected_counts", "actual_counts")) return std::move(*problem);
  for (const std::string_view name : {"expected_counts", "actual_counts"})
    if (auto problem = empty_cell(call.reals(name), name, 0)) {
      problem->help =
          "join cells, or use `jensen_shannon`: the law of the statistic is that of cells that are not empty";
      return std::move(*problem);
    }
  const auto test = statistics::homogeneity(call.reals("expected_counts"), call.reals("actual_counts"));
  json::Object result;
  result.set("chi_squared", number(test.statistic));
  result.set("df", static_cast<std::int64_t>(test.df));
  result.set(
      "p_value",
      number(test.statistic > 0 ? statistics::chi_squared_upper(test.statistic, static_cast<double>(test.df)) : 1.0));
  return result;
}

constexpr Parameter kFirst{"p_counts", "p", Kind::reals, "counts of the first histogram, a cell each"};
constexpr Parameter kSecond{"q_counts", "q", Kind::reals, "counts of the second histogram, of the same cells"};
constexpr Parameter kBase{"log_base", "base", Kind::word, "of the logarithm: 2 gives bits, e nats", "e", "2|e|10"};
constexpr std::array kKlParameters{kFirst, kSecond, kBase, kSmoothing};
constexpr std::array kJsParameters{
    kFirst, kSecond,
    Parameter{"log_base", "base", Kind::word, "of the logarithm: 2 gives bits, e nats", "2", "2|e|10"}};

Answer kl(const Arguments& call) {
  if (auto problem = bad_histograms(call, "p_counts", "q_counts")) return std::move(*problem);
  const double added = call.real("smoothing");
  const auto p = smoothed(call.reals("p_counts"), added), q = smoothed(call.reals("q_counts"), added);
  for (std::size_t i = 0; i < p.size(); ++i)
    if (p[i] > 0 && !(q[i] > 0))
      return refused(fmt::format("cell {} is empty in `q_counts` alone", i + 1),
                     "join cells, declare a `smoothing`, or use `jensen_shannon`");
  json::Object result;
  result.set("kl", number(statistics::kullback_leibler(p, q) / log_base(call)));
  return result;
}

Answer jensen_shannon(const Arguments& call) {
  if (auto problem = bad_histograms(call, "p_counts", "q_counts")) return std::move(*problem);
  const double divergence = statistics::jensen_shannon(statistics::shares(call.reals("p_counts")),
                                                       statistics::shares(call.reals("q_counts"))) /
                            log_base(call);
  json::Object result;
  result.set("distance", number(std::sqrt(divergence)));
  result.set("divergence", number(divergence));
  return result;
}

constexpr std::array kDistanceParameters{
    Parameter{"sample1", "values1|first", Kind::reals, "values of the first sample"},
    Parameter{"sample2", "values2|second", Kind::reals, "values of the second sample, in the same unit"},
};

std::optional<Diagnostic> too_large(const std::vector<double>& values) {
  for (const double value : values)
    if (std::fabs(value) > 1e150) return refused(fmt::format("the value {} exceeds 1e150", value), "give another unit");
  return std::nullopt;
}

Answer wasserstein(const Arguments& call) {
  if (auto problem = too_large(call.reals("sample1"))) return std::move(*problem);
  if (auto problem = too_large(call.reals("sample2"))) return std::move(*problem);
  const auto found = statistics::distances(call.reals("sample1"), call.reals("sample2"));
  json::Object result;
  result.set("distance", number(found.wasserstein));
  result.set("energy_distance", number(found.energy));
  return result;
}

constexpr Parameter kValues{"values", "series|sample", Kind::reals, "values in their order"};
constexpr std::array kCusumParameters{
    kValues,
    Parameter{"target", "mu0", Kind::real, "mean under control, in the unit of the values"},
    Parameter{"K", "slack", Kind::non_negative, "slack, in the unit of the values"},
    Parameter{"H", "limit", Kind::non_negative, "decision limit, in the unit of the values"},
    Parameter{"after_alarm", "", Kind::word, "whether the sums go on after an alarm or start again from 0", "go-on",
              "go-on|reset"},
};

// Sums of values within 1e150 of a target within 1e150 stay numbers.
std::optional<Diagnostic> chart_out_of_range(const Arguments& call) {
  for (const std::string_view name : {"target", "K", "H"})
    if (std::fabs(call.real(name)) > 1e150)
      return refused(fmt::format("`{}` is {}, which exceeds 1e150", name, call.real(name)), "give another unit");
  return std::nullopt;
}

json::Value alarm(const std::optional<std::uint64_t>& row) {
  return row ? json::Value(static_cast<std::int64_t>(*row)) : json::Value();
}

Answer cusum(const Arguments& call) {
  if (auto problem = too_large(call.reals("values"))) return std::move(*problem);
  if (auto problem = chart_out_of_range(call)) return std::move(*problem);
  const auto chart = statistics::cusum(
      call.reals("values"), call.real("target"), call.real("K"), call.real("H"),
      call.word("after_alarm") == "reset" ? statistics::AfterAlarm::reset : statistics::AfterAlarm::go_on);
  json::Array alarms;
  for (const std::uint64_t row : chart.alarms) alarms.push_back(row);
  json::Object result;
  result.set("first_alarm", alarm(chart.first_alarm));
  result.set("upper_last", number(chart.upper.back()));
  result.set("lower_last", number(chart.lower.back()));
  result.set("upper_max", number(*std::max_element(chart.upper.begin(), chart.upper.end())));
  result.set("lower_max", number(*std::max_element(chart.lower.begin(), chart.lower.end())));
  result.set("upper", numbers(chart.upper));
  result.set("lower", numbers(chart.lower));
  result.set("alarms", std::move(alarms));
  return result;
}

constexpr std::array kRunLengthParameters{
    Parameter{"K", "slack", Kind::non_negative, "slack in standard deviations"},
    Parameter{"H", "limit", Kind::positive, "decision limit in standard deviations"},
    Parameter{"shift", "", Kind::real, "shift of the mean in standard deviations", "0"},
};

Answer cusum_arl(const Arguments& call) {
  if (call.real("K") > 10 || call.real("H") > 100 || std::fabs(call.real("shift")) > 20)
    return refused("an argument is out of range",
                   "give K <= 10, H <= 100 and a shift of at most 20 standard deviations");
  json::Object result;
  result.set("run_length", number(statistics::cusum_run_length(call.real("K"), call.real("H"), call.real("shift"))));
  return result;
}

constexpr std::array kPageHinkleyParameters{
    kValues,
    Parameter{"delta", "", Kind::non_negative, "tolerated change, in the unit of the values"},
    Parameter{"lambda", "threshold", Kind::non_negative, "alarm limit, in the unit of the values"},
    Parameter{"direction", "", Kind::word, "of the change looked for", "increase", "increase|decrease"},
};

Answer page_hinkley(const Arguments& call) {
  if (auto problem = too_large(call.reals("values"))) return std::move(*problem);
  if (call.real("delta") > 1e150)
    return refused(fmt::format("`delta` is {}, which exceeds 1e150", call.real("delta")), "give another unit");
  const auto found = statistics::page_hinkley(call.reals("values"), call.real("delta"), call.real("lambda"),
                                              call.word("direction") == "increase");
  json::Object result;
  result.set("statistic_last", number(found.last));
  result.set("statistic_max", number(found.largest));
  result.set("first_alarm", alarm(found.first_alarm));
  return result;
}

constexpr std::string_view kCells = "rows are independent and cells were fixed in advance";

constexpr std::array kMethods{
    Method{"drift.chi_squared", "Pearson's test that two histograms come from one distribution.",
           kHomogeneityParameters, "chi_squared: statistic; df: degrees of freedom; p_value", kCells,
           Guarantee::asymptotic, "Pearson 1900",
           "drift.chi_squared(expected_counts: [10, 20, 30], actual_counts: [12, 25, 23])", chi_squared},
    Method{"drift.cusum_arl", "How long a CUSUM chart runs until it alarms, on average.", kRunLengthParameters,
           "run_length: values", "values are independent and normal; both sides are watched", Guarantee::assumed,
           "Page 1954; Siegmund 1985; Montgomery 2013, section 9.1", "cusum_arl(K: 0.5, H: 5)", cusum_arl},
    Method{"drift.cusum_tabular", "Cumulated deviations above and below a target.", kCusumParameters,
           "first_alarm: the first value at which a sum exceeds H, from 1, null without one; upper_last, lower_last, "
           "upper_max, lower_max; upper, lower: sums after each value; alarms: values at which a sum comes to exceed H",
           "values are independent around the target: state the run length, not a level", Guarantee::descriptive,
           "Page 1954; Montgomery & Runger 2014, section 15.8",
           "cusum_tabular(values: [102, 94.8, 98.3], target: 100, K: 1, H: 5)", cusum},
    Method{"drift.jensen_shannon", "Jensen-Shannon divergence of two histograms; empty cells are fine.", kJsParameters,
           "distance: root of the divergence; divergence: in bits (base 2: 0 to 1) or nats", kCells,
           Guarantee::descriptive, "Lin 1991; Endres & Schindelin 2003",
           "jensen_shannon(p_counts: [50, 50], q_counts: [20, 80])", jensen_shannon},
    Method{"drift.kl", "Kullback-Leibler divergence of the first histogram from the second.", kKlParameters,
           "kl: in nats, bits (base 2) or decimal digits (base 10)", kCells, Guarantee::descriptive,
           "Kullback & Leibler 1951", "kl(p_counts: [50, 50], q_counts: [20, 80])", kl},
    Method{"drift.page_hinkley", "Page-Hinkley: cumulated deviations from the mean so far.", kPageHinkleyParameters,
           "statistic_last, statistic_max: in the unit of the values; first_alarm: the first value at which lambda is "
           "exceeded, from 1, null without one",
           "values are independent: state the run length, not a level", Guarantee::descriptive,
           "Page 1954; Hinkley 1971", "page_hinkley(values: [1, 2, 9, 9], delta: 1, lambda: 5)", page_hinkley},
    Method{"drift.psi", "Population stability index, with what it would be without drift.", kPsiParameters,
           "psi: in nats; chi_squared: psi / (1/n + 1/m); df: cells - 1; p_value; expected_psi: without drift", kCells,
           Guarantee::asymptotic, "Kullback & Leibler 1951; Yurdakul & Naranjo 2020",
           "psi(expected_counts: [10, 20, 30, 40], actual_counts: [40, 30, 20, 10])", psi},
    Method{"drift.wasserstein_1", "Distances of two samples in the unit of the values.", kDistanceParameters,
           "distance: Wasserstein; energy_distance: root unit", "none beyond one unit", Guarantee::descriptive,
           "Vallender 1974; Székely & Rizzo 2013", "wasserstein_1(sample1: [1, 2, 3], sample2: [2, 4, 6])",
           wasserstein},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> drift_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
