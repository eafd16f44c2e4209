// Counts of events in times of one length: whether they spread as Poisson counts do, and the rate that their spread
// allows.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/sides.h"
#include "runtime/statistics/clustered_decision.h"
#include "runtime/statistics/dispersion.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::methods {
namespace {

constexpr Parameter kCounts{"counts", "events|x", Kind::counts, "events in each time, times of one length"};
constexpr std::array kDispersionParameters{
    kCounts, Parameter{"alternative", "", Kind::word, "what is held to be true if the spread is not Poisson's",
                       "greater", "less|greater"}};
constexpr std::array kQuasiParameters{
    kCounts,
    Parameter{"length", "exposure", Kind::positive, "of one time, in the unit that the rate is wanted per", "1"},
    kConfidence, kSide,
    Parameter{
        "form", "", Kind::word,
        "inflated: Garwood's limits, inflated by the dispersion; student-t: symmetric, as `rate` is decided by it",
        "inflated", "inflated|student-t"}};

Result<statistics::EqualTimes> times_of(const Arguments& call) {
  const auto& counts = call.counts("counts");
  if (counts.size() < 2)
    return refused(fmt::format("`counts` holds {}", counts.size()), "a spread shows from two times on");
  const auto times = statistics::equal_times(counts);
  if (times.events == 0) return refused("no time holds an event", "a rate of nothing shows no spread");
  return times;
}

Answer dispersion(const Arguments& call) {
  const auto times = times_of(call);
  if (!times) return times.problems();
  const double df = static_cast<double>(times->times - 1);
  json::Object result;
  result.set("dispersion", number(times->ratio));
  result.set("chi_squared", number(times->statistic));
  result.set("df", times->times - 1);
  const bool greater = call.word("alternative") == "greater";
  result.set("p_value", number(greater ? statistics::chi_squared_upper(times->statistic, df)
                                       : statistics::gamma_lower(df / 2, times->statistic / 2)));
  result.set("mean", number(static_cast<double>(times->events) / static_cast<double>(times->times)));
  return result;
}

// Of the number of events in all times.
statistics::Interval bounds_of(const statistics::EqualTimes& times, const statistics::TailLevel& level,
                               std::string_view form) {
  if (form == "inflated") return statistics::quasi_poisson(times, level);
  const double events = static_cast<double>(times.events);
  const double half = statistics::quasi_poisson_half_width(times, level.alpha);
  return {std::max(0.0, events - half), events + half};
}

Answer quasi_poisson(const Arguments& call) {
  const auto times = times_of(call);
  if (!times) return times.problems();
  if (times->holding < statistics::kFewestClusters)
    return refused(fmt::format("{} of the times hold an event", times->holding),
                   fmt::format("fewer than {} show nothing of how they vary: take shorter times, or `poisson_ci.exact`",
                               statistics::kFewestClusters));
  const double exposure = static_cast<double>(times->times) * call.real("length");
  if (!(exposure < 1e300)) return refused("the times are longer than a double holds", "give another unit");
  if (!(exposure > 1e-280))
    return refused("the times are too short: the rate is larger than a double holds", "give another unit");
  const statistics::Interval bounds = bounds_of(*times, level_of(call), call.word("form"));
  json::Object result;
  set_bounds(result, call, {bounds.lower / exposure, bounds.upper / exposure}, {0, HUGE_VAL});
  result.set("rate", number(static_cast<double>(times->events) / exposure));
  result.set("dispersion", number(times->ratio));
  result.set("df", times->times - 1);
  return result;
}

constexpr std::array kMethods{
    Method{
        "poisson_ci.quasi",
        "A rate of events with bounds from the spread between times: Poisson's, inflated by the dispersion.",
        kQuasiParameters,
        "lower, upper, rate: events per unit of `length`, upper Infinity where only the lower one is asked for; "
        "dispersion: variance over mean of the counts, of which "
        "the bounds take 1 where it is less (student-t: times b/(b - 1), of b times); df: of Student's t",
        "times are independent of each other and of one length; events within one may come in bursts. With few events "
        "in long bursts a 95 % bound misses up to 9 % of the time, in the form student-t up to 14 %",
        Guarantee::asymptotic,
        "Wedderburn 1974; McCullagh & Nelder 1989, section 6.2; Fay & Feuer 1997; Korn & Graubard 1998",
        "poisson_ci.quasi(counts: [3, 9, 1, 14, 6, 2, 8, 11, 4, 7, 12, 3], length: 1, confidence: 95%)", quasi_poisson},
    Method{"poisson_test.dispersion", "Whether counts spread wider than those of a Poisson process.",
           kDispersionParameters,
           "dispersion: variance over mean of the counts; chi_squared: (b - 1) times that; df: b - 1; p_value; mean",
           "counts are independent and Poisson with one mean under the null, five or more expected in each",
           Guarantee::asymptotic, "Fisher 1925, section 16",
           "poisson_test.dispersion(counts: [3, 9, 1, 14, 6, 2, 8, 11])", dispersion},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> counted_time_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
