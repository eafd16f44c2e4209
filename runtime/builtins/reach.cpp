#include "runtime/builtins/reach.h"

#include "runtime/statistics/contrast.h"
#include "runtime/statistics/means.h"
#include "runtime/statistics/monotone_search.h"

namespace proofmark::builtins {
namespace {

constexpr std::uint64_t kMost = 1'000'000'000'000'000'000;
constexpr double kInFavour = 1 + 1e-8;  // of the claim: above whatever the judge's rounding is

std::optional<plan::ContrastKind> contrast_of(Kind kind) {
  switch (kind) {
    case Kind::similarity:
    case Kind::drift:
      return plan::ContrastKind::drift;  // one is the other's complement
    case Kind::worse_by:
      return plan::ContrastKind::worse_by;
    case Kind::probability_worse:
      return plan::ContrastKind::probability_worse;
    default:
      return std::nullopt;
  }
}

// The fewest of at least `least` rows with which `width(rows)`, which falls, leaves no more than the room.
template <typename Width>
std::optional<std::uint64_t> fewest(std::uint64_t least, double room, const Width& width) {
  const auto fits = [&](std::uint64_t rows) { return width(rows) <= room * kInFavour; };
  if (!fits(kMost)) return std::nullopt;
  return statistics::first_where<std::uint64_t>(least, kMost, least, fits);
}

}  // namespace

std::optional<std::uint64_t> fewest_rows_to_compare(Kind kind, bool at_least, const plan::Rational& threshold,
                                                    const plan::Rational& alpha) {
  const auto contrast = contrast_of(kind);
  const auto rest = plan::subtract(plan::Rational(1), threshold);
  if (!contrast || !rest) return std::nullopt;
  const double level = alpha.nearest_double();
  // A bound may lie as far from the best estimate, which is an end of [0, 1], as the threshold does.
  return fewest(1, (at_least ? *rest : threshold).nearest_double(), [&](std::uint64_t rows) {
    plan::ContrastSums alike;
    alike.first = alike.second = rows;
    return statistics::contrast_bounds(*contrast, {alike, 0, 0}, level).upper;
  });
}

std::optional<std::uint64_t> fewest_rows_for_mean(plan::Method method, const plan::Rational& room,
                                                  const plan::Rational& alpha) {
  if (method == plan::Method::student_t) return std::nullopt;
  const auto confidence = plan::subtract(plan::Rational(1), alpha);
  if (!confidence) return std::nullopt;
  const statistics::TailLevel level{alpha.nearest_double(), confidence->nearest_double()};
  return fewest(2, room.nearest_double(), [&](std::uint64_t rows) {
    return method == plan::Method::hoeffding ? statistics::hoeffding_half_width(1, rows, level)
                                             : statistics::empirical_bernstein_half_width(1, 0, rows, level);
  });
}

}  // namespace proofmark::builtins
