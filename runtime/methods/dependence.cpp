// Time series that depend on their past, and two proportions under a design effect.
#include "runtime/statistics/dependence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::methods {
namespace {

constexpr double kMaximumProducts = 1e9;
constexpr Parameter kSeries{"series", "values|sample|x", Kind::reals, "values in their order in time"};

// A series of at least `least` values that vary, and lags below its length.
std::optional<Diagnostic> bad_series(const std::vector<double>& series, std::size_t least, std::uint64_t lag) {
  if (series.size() < least)
    return refused(fmt::format("the series has {} values", series.size()),
                   fmt::format("at least {} are needed", least));
  if (lag >= series.size())
    return refused(fmt::format("the lag {} reaches beyond the {} values", lag, series.size()),
                   "give a lag below the number of values");
  if (static_cast<double>(lag + 1) * static_cast<double>(series.size()) > kMaximumProducts)
    return refused(fmt::format("{} values at {} lags are too many", series.size(), lag), "give fewer lags");
  const auto [low, high] = std::minmax_element(series.begin(), series.end());
  if (*low == *high) return refused("all values are equal", "a series without variance says nothing about dependence");
  if (std::fabs(*low) > 1e150 || std::fabs(*high) > 1e150)
    return refused("a value exceeds 1e150", "give the values in another unit");
  if (!(statistics::autocovariances(series, 0).front() > 0))
    return refused("the values differ by less than their squares can show", "subtract their common part first");
  return std::nullopt;
}

// Default numbers of lags are those of practice: min(n - 1, 10 log10 n); for tests min(20, n / 5).
std::uint64_t lag_or(const Arguments& call, std::string_view name, std::uint64_t fallback) {
  return call.has(name) ? call.count(name) : fallback;
}
std::uint64_t usual_lags(const std::vector<double>& series) {
  std::uint64_t lags = 0;
  for (double reach = static_cast<double>(series.size()); reach >= 1 - 1e-9; reach /= 1.2589254117941673)
    ++lags;  // 10^0.1
  return std::min<std::uint64_t>(series.size() - 1, lags > 0 ? lags - 1 : 0);
}

constexpr std::array kAcfParameters{
    kSeries,
    Parameter{"max_lag", "lag", Kind::count, "largest lag; min(n - 1, 10 log10 n) if left out", kOptional},
};

Answer acf(const Arguments& call) {
  const auto& series = call.reals("series");
  const std::uint64_t lag = lag_or(call, "max_lag", usual_lags(series));
  if (auto problem = bad_series(series, 2, lag)) return std::move(*problem);
  std::vector<double> values = statistics::autocovariances(series, lag);
  const double variance = values.front();
  for (double& value : values) value /= variance;
  json::Object result;
  result.set("acf", numbers(values));
  return result;
}

constexpr std::array kLjungBoxParameters{
    kSeries,
    Parameter{"lag", "max_lag", Kind::count, "lags tested; min(20, n / 5), at least 1, if left out", kOptional},
    Parameter{"fitted", "fitdf", Kind::count, "parameters fitted to the series before", "0"},
};

Answer ljung_box(const Arguments& call) {
  const auto& series = call.reals("series");
  const std::uint64_t lag = lag_or(call, "lag", std::clamp<std::uint64_t>(series.size() / 5, 1, 20)),
                      fitted = call.count("fitted");
  if (auto problem = bad_series(series, 2, lag)) return std::move(*problem);
  if (fitted >= lag)
    return refused(fmt::format("`lag` is {} and `fitted` {}", lag, fitted), "test more lags than were fitted");
  const auto test = statistics::ljung_box(series, lag, fitted);
  json::Object result;
  result.set("Q", number(test.q));
  // The approximation says nothing that far out: what a double cannot tell from certainty is given as 0.
  result.set("p_value", number(test.p_value < 0x1p-53 ? 0.0 : test.p_value));
  return result;
}

constexpr Parameter kConfidence{"confidence", "", Kind::level, "of the two-sided interval", "0.95"};
constexpr std::array kBatchParameters{
    kSeries,
    Parameter{"batch_size", "batch", Kind::count, "values a batch; a last incomplete batch is left out"},
    kConfidence,
};

// Alpha on each side.
double alpha_each(const Arguments& call) {
  return plan::subtract(Rational(1), call.exact("confidence"))->nearest_double() / 2;
}

// Twenty batches or more, each of ten times the memory or more.
std::optional<std::string> batch_hint(const std::vector<double>& series, std::uint64_t size, std::uint64_t batches) {
  constexpr std::uint64_t kFewestBatches = 20, kMostLags = 1000;
  constexpr double kMemories = 10;
  if (batches < kFewestBatches) return fmt::format("{} batches are few: twenty or more show how they vary", batches);
  const double tau = statistics::geyer_time(series, std::min<std::uint64_t>(series.size() - 1, kMostLags)).tau;
  if (static_cast<double>(size) >= kMemories * tau) return std::nullopt;
  return fmt::format("batches of {} are short of ten times the memory of {:.1f} values: they depend on each other",
                     size, tau);
}

Answer batch_means(const Arguments& call) {
  const auto& series = call.reals("series");
  const std::uint64_t size = call.count("batch_size");
  if (auto problem = bad_series(series, 2, 0)) return std::move(*problem);
  if (size == 0 || series.size() / size < 2)
    return refused(fmt::format("batches of {} leave fewer than two of {} values", size, series.size()),
                   "give a batch size of at least 1 that leaves at least 20 batches");
  const auto means = statistics::batch_means(series, size);
  if (!(means.std_error > 0)) return refused("all batches have the same mean", "give another batch size");
  const double half =
      statistics::student_t_upper_quantile(alpha_each(call), static_cast<double>(means.batches - 1)) * means.std_error;
  json::Object result;
  result.set("batches", static_cast<std::int64_t>(means.batches));
  result.set("mean", number(means.mean));
  result.set("std_error", number(means.std_error));
  result.set("lower", number(means.mean - half));
  result.set("upper", number(means.mean + half));
  result.set("effective_n", number(means.effective_n));
  if (const auto hint = batch_hint(series, size, means.batches)) result.set("hint", *hint);
  return result;
}

constexpr std::array kNeweyWestParameters{
    kSeries,
    Parameter{"lag", "max_lag", Kind::count, "lags with a weight above 0"},
};

Answer newey_west(const Arguments& call) {
  const auto& series = call.reals("series");
  if (auto problem = bad_series(series, 2, call.count("lag"))) return std::move(*problem);
  json::Object result;
  result.set("mean", number(statistics::moments(series).mean));
  result.set("std_error", number(statistics::newey_west_error(series, call.count("lag"))));
  return result;
}

constexpr std::array kTruncatedParameters{
    kSeries,
    Parameter{"max_lag", "lag", Kind::count, "lags that are summed"},
};

Answer ess_truncated(const Arguments& call) {
  const auto& series = call.reals("series");
  if (auto problem = bad_series(series, 2, call.count("max_lag"))) return std::move(*problem);
  const double tau = statistics::autocorrelation_time(series, call.count("max_lag"));
  if (!(tau > 0))
    return refused(fmt::format("the autocorrelation time is {}", tau),
                   "negative correlations outweigh: give fewer lags");
  json::Object result;
  result.set("tau", number(tau));
  result.set("ess", number(static_cast<double>(series.size()) / tau));
  return result;
}

constexpr std::array kGeyerParameters{
    kSeries,
    Parameter{"max_lag", "lag", Kind::count, "largest lag looked at; min(n - 1, 1000) if left out", kOptional},
};

Answer ess_geyer(const Arguments& call) {
  const auto& series = call.reals("series");
  const std::uint64_t lag = lag_or(call, "max_lag", std::min<std::uint64_t>(series.size() - 1, 1000));
  if (auto problem = bad_series(series, 3, lag)) return std::move(*problem);
  const auto time = statistics::geyer_time(series, lag);
  if (!(time.tau > 0))
    return refused("the first correlation is -1/2 or less: the sequence is empty", "successive values alternate");
  json::Object result;
  result.set("tau", number(time.tau));
  result.set("ess", number(static_cast<double>(series.size()) / time.tau));
  result.set("lags", static_cast<std::int64_t>(time.lags));
  return result;
}

constexpr std::array kArParameters{kSeries};

Answer ess_ar(const Arguments& call) {
  const auto& series = call.reals("series");
  if (auto problem = bad_series(series, 3, 0)) return std::move(*problem);
  const auto model = statistics::autoregression(series);
  const double rows = static_cast<double>(series.size());
  json::Object result;
  result.set("ess", number(model.spectrum0 > 0 ? rows * statistics::moments(series).variance / model.spectrum0 : 0.0));
  result.set("spectrum0", number(model.spectrum0));
  result.set("order", static_cast<std::int64_t>(model.coefficients.size()));
  return result;
}

constexpr std::array kRaoScottParameters{
    Parameter{"k1", "successes1", Kind::count, "successes of the first arm"},
    Parameter{"n1", "trials1", Kind::count, "rows of the first arm"},
    Parameter{"k2", "successes2", Kind::count, "successes of the second arm"},
    Parameter{"n2", "trials2", Kind::count, "rows of the second arm"},
    Parameter{"design_effect", "deff", Kind::positive, "variance of a proportion over that of independent rows"},
};

Answer rao_scott(const Arguments& call) {
  const std::uint64_t k1 = call.count("k1"), n1 = call.count("n1"), k2 = call.count("k2"), n2 = call.count("n2");
  if (k1 > n1 || k2 > n2) return refused("an arm has more successes than rows", "successes are among the rows");
  if (n1 == 0 || n2 == 0) return refused("an arm has no rows", "nothing was measured, so nothing can be compared");
  const std::uint64_t successes = k1 + k2, failures = n1 + n2 - successes;
  if (successes == 0 || failures == 0)
    return refused("all rows of both arms have the same outcome", "they do not differ");
  const auto real = [](std::uint64_t value) { return static_cast<double>(value); };
  // The rarer outcome carries the difference with all its digits.
  const bool rare = failures < successes;
  const double a = real(rare ? n1 - k1 : k1), b = real(rare ? n2 - k2 : k2);
  const double gap = std::fma(a, real(n2), -b * real(n1)) + std::fma(-b, real(n1), b * real(n1));
  const double total = real(n1 + n2);
  const double chi = gap / real(n1) * (gap / real(n2)) * (total / real(successes)) / real(failures);
  const double statistic = chi / call.real("design_effect");
  json::Object result;
  result.set("chi_squared", number(statistic));
  result.set("p_value", number(statistic > 0 ? statistics::chi_squared_upper(statistic, 1) : 1.0));
  return result;
}

constexpr std::string_view kStationary = "the series is stationary";

constexpr std::array kMethods{
    Method{"dependence.acf", "Autocorrelations of a series, lag 0 first, with divisor n.", kAcfParameters,
           "acf: correlations of lags 0, 1, ...", kStationary, Guarantee::descriptive, "Box & Jenkins 1970",
           "acf(series: [1, 3, 2, 5, 4], max_lag: 2)", acf},
    Method{
        "dependence.batch_means", "The mean of a series with an error from the means of batches.", kBatchParameters,
        "batches: number; mean; std_error; lower, upper: Student t interval; effective_n: rows in effect; hint: where "
        "batches are fewer than twenty, or shorter than ten times the memory by Geyer's sequence",
        "the series is stationary and batches are longer than its memory", Guarantee::asymptotic,
        "Conway 1963; Alexopoulos & Seila 1998", "batch_means(series: [1, 3, 2, 5, 4, 4], batch_size: 2)", batch_means},
    Method{"dependence.effective_sample_size_ar", "Rows in effect, from an autoregression fitted to the series.",
           kArParameters, "ess: rows; spectrum0: spectral density at frequency zero; order: of the autoregression",
           kStationary, Guarantee::asymptotic, "Heidelberger & Welch 1981; Plummer et al. 2006",
           "effective_sample_size_ar(series: [1, 3, 2, 5, 4, 4])", ess_ar},
    Method{"dependence.ess_geyer", "Rows in effect, by Geyer's initial positive sequence.", kGeyerParameters,
           "tau: integrated autocorrelation time; ess: rows; lags: summed",
           "the series comes from a stationary reversible chain", Guarantee::asymptotic, "Geyer 1992",
           "ess_geyer(series: [1, 3, 2, 5, 4, 4])", ess_geyer},
    Method{"dependence.ess_truncated", "Rows in effect, from correlations up to a given lag.", kTruncatedParameters,
           "tau: integrated autocorrelation time; ess: rows", kStationary, Guarantee::asymptotic, "Priestley 1981",
           "ess_truncated(series: [1, 3, 2, 5, 4, 4], max_lag: 1)", ess_truncated},
    Method{"dependence.ljung_box", "A test of independence in time.", kLjungBoxParameters,
           "Q: statistic; p_value: 0 below 1.1e-16", "values are independent under the null, with one distribution",
           Guarantee::asymptotic, "Ljung & Box 1978", "ljung_box(series: [1, 3, 2, 5, 4, 4], lag: 2)", ljung_box},
    Method{"dependence.newey_west_mean", "The mean of a series with an error that allows for dependence.",
           kNeweyWestParameters, "mean; std_error", "the series is stationary with a memory shorter than the lag",
           Guarantee::asymptotic, "Newey & West 1987", "newey_west_mean(series: [1, 3, 2, 5, 4, 4], lag: 1)",
           newey_west},
    Method{"dependence.rao_scott_z", "Pearson's comparison of two proportions, deflated by a design effect.",
           kRaoScottParameters, "chi_squared: statistic, 1 degree of freedom; p_value: two-sided",
           "one design effect holds in both arms", Guarantee::asymptotic, "Rao & Scott 1981",
           "rao_scott_z(k1: 9990, n1: 10000, k2: 9985, n2: 10000, design_effect: 1.5)", rao_scott},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> dependence_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
