// Change of a bounded mean, watched value by value.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/statistics/e_detector.h"

namespace proofmark::methods {
namespace {

constexpr std::size_t kMostStakes = 64;
constexpr double kMostSteps = 1e8;
// From a share that changes by half of what it can down to one that changes by a five-hundredth.
constexpr std::array kUsualStakes{1.0 / 2,  1.0 / 4,   1.0 / 8,   1.0 / 16, 1.0 / 32,
                                  1.0 / 64, 1.0 / 128, 1.0 / 256, 1.0 / 512};

constexpr std::array kDetectorParameters{
    Parameter{"values", "series|sample", Kind::reals, "values in their order, such as 0 and 1"},
    Parameter{"mean", "m0|target", Kind::real, "mean before a change, at most (at least), in the unit of the values"},
    Parameter{"run_length", "arl", Kind::positive, "values until a false alarm, on average: at least so many", "1000"},
    Parameter{"direction", "", Kind::word, "of the change looked for", "increase", "increase|decrease"},
    Parameter{"detector", "kind", Kind::word, "sums over all starts, or the greatest of them", "shiryaev-roberts",
              "shiryaev-roberts|cusum"},
    Parameter{"low", "", Kind::real, "least value that can be", "0"},
    Parameter{"high", "", Kind::real, "greatest value that can be", "1"},
    Parameter{"stakes", "", Kind::reals, "what is staked, each above 0 and below 1, averaged; 1/2 to 1/512 if left out",
              kOptional},
};

// The values as shares of their range, a decrease turned round.
Result<std::vector<double>> shares_of(const Arguments& call, double& mean) {
  const double low = call.real("low"), high = call.real("high"), width = high - low;
  if (!(low < high))
    return refused(fmt::format("`low` is {}, which is not below `high`, {}", low, high),
                   "declare the range of the values");
  if (!std::isfinite(width))
    return refused(fmt::format("the range from `low`, {}, to `high`, {}, is wider than a double holds", low, high),
                   "give another unit");
  const bool increase = call.word("direction") == "increase";
  const auto share = [&](double value) { return (increase ? value - low : high - value) / width; };
  mean = share(call.real("mean"));
  if (!(mean > 0 && mean < 1))
    return refused(
        fmt::format("`mean` is {}, which lies not between `low`, {}, and `high`, {}", call.real("mean"), low, high),
        "nothing can change beyond an end of the range");
  std::vector<double> shares;
  for (const double value : call.reals("values")) {
    if (value < low || value > high)
      return refused(fmt::format("the value {} lies outside of {} to {}", value, low, high),
                     "declare the range of the values by `low` and `high`; none is ever moved to an end");
    shares.push_back(share(value));
  }
  return shares;
}

Result<std::vector<double>> stakes_of(const Arguments& call) {
  if (!call.has("stakes")) return std::vector<double>(kUsualStakes.begin(), kUsualStakes.end());
  const auto& stakes = call.reals("stakes");
  if (stakes.size() > kMostStakes)
    return refused(fmt::format("`stakes` holds {}", stakes.size()), fmt::format("give at most {}", kMostStakes));
  for (const double stake : stakes)
    if (!(stake > 0 && stake < 1)) return refused(fmt::format("a stake is {}", stake), "each is above 0 and below 1");
  return stakes;
}

Answer e_detector(const Arguments& call) {
  double mean = 0;
  const auto values = shares_of(call, mean);
  if (!values) return values.problems();
  const auto stakes = stakes_of(call);
  if (!stakes) return stakes.problems();
  const double run_length = call.real("run_length");
  if (!(run_length > 1)) return refused("`run_length` is 1 or less", "every value would alarm: give 1000, say");
  if (static_cast<double>(values->size()) * static_cast<double>(stakes->size()) > kMostSteps)
    return refused("there are too many values for so many stakes", "give fewer stakes");
  const auto kind =
      call.word("detector") == "cusum" ? statistics::DetectorKind::cusum : statistics::DetectorKind::shiryaev_roberts;
  const auto found = statistics::detect({kind, mean, run_length, *stakes}, *values);
  json::Object result;
  result.set("first_alarm",
             found.first_alarm ? json::Value(static_cast<std::int64_t>(*found.first_alarm)) : json::Value());
  result.set("log_e_last", number(found.log_last));
  result.set("log_e_largest", number(found.log_largest));
  return result;
}

constexpr std::array kMethods{
    Method{"drift.e_detector", "An alarm on a changed mean whose run length is guaranteed, whatever the distribution.",
           kDetectorParameters,
           "first_alarm: the first value at which the detector reaches run_length, from 1, null without one; "
           "log_e_last, log_e_largest: natural logarithms of the detector",
           "values lie from `low` to `high`; before a change the mean of each given the past is at most `mean` (at "
           "least, for a decrease); a statement on run length, not on one alarm",
           Guarantee::finite_sample, "Shin, Ramdas & Rinaldo 2023; Shiryaev 1963; Roberts 1966; Page 1954",
           "e_detector(values: [0, 0, 1, 0, 1, 1, 1, 1], mean: 0.1, run_length: 100)", e_detector},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> detector_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
