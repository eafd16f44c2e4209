// Survival from right-censored durations: the product-limit curve, Greenwood's variance, quantiles with their limits.
//
// In: durations, each with whether it ended (event) or was cut off while still running (a timeout, a shutdown). Out:
// the curve S(t) = P(duration > t) at each distinct time, its standard error, confidence limits, quantiles. A quantile
// that the curve does not reach is infinite: the time-out never stands in for it. Ends come before cut-offs at equal
// times.
// Assumption: what cut a row off did not depend on how long it would have run. A client that gives up on slow requests
// breaks it.
// Kaplan & Meier 1958; Greenwood 1926; limits of quantiles by inverting the limits of the curve (Brookmeyer & Crowley
// 1982). Asymptotic.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace proofmark::statistics {

struct Duration {
  double time = 0;
  bool ended = true;
};

struct SurvivalStep {
  double time = 0;
  std::uint64_t at_risk = 0, ended = 0;  // still running just before, ended then
  double survival = 1;
  double relative_variance = 0;  // Greenwood's sum of d / (n (n - d)); infinite once the curve is 0
  double standard_error() const;
};

// In ascending time, one step for each distinct time; at least one duration.
std::vector<SurvivalStep> survival_curve(std::vector<Duration> durations);

// Limits of S: on the scale of S itself, of ln S, or of ln(-ln S); clipped to [0, 1].
enum class SurvivalScale : std::uint8_t { plain, log, log_log };

struct Limits {
  double lower = 0, upper = 1;
};

// One pair for each step; z is the normal quantile of the wanted level. Where S is 1 the limits are [1, 1]; where it is
// 0 no variance exists, and the upper limit stays what it was before (S never grows).
std::vector<Limits> survival_limits(std::span<const SurvivalStep> curve, SurvivalScale scale, double z);

// What a quantile is when the curve runs level exactly at 1 - p: the middle of the level stretch, as R's survfit has
// it, or its beginning, inf {t : S(t) <= 1 - p}.
enum class LevelStretch : std::uint8_t { middle, beginning };

// The time at which `survival` (one value for each of `times`) has fallen to 1 - p; infinite when it does not.
double time_fallen_to(std::span<const double> times, std::span<const double> survival, double p, LevelStretch stretch);

}  // namespace proofmark::statistics
