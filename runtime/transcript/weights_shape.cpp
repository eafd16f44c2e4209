// Whole numbers are held to the last one; sums of doubles, which were added in another order, to their rounding.
#include "runtime/transcript/weights_shape.h"

#include <array>
#include <cmath>

#include "runtime/transcript/moments_shape.h"

namespace proofmark::transcript {
namespace {

using plan::Int128;
using Sum = std::variant<Int128, double>;

constexpr double kSlack = 4 * kSumError;

// All weights are numbers of 1 or more here.
bool lies_between(const plan::ValueSummary& part, const plan::ValueSummary& all) {
  if (const auto* whole = std::get_if<Int128>(&*part.sum)) {
    const Int128 known = part.known;
    return *whole >= known * std::get<std::int64_t>(*all.minimum) &&
           *whole <= known * std::get<std::int64_t>(*all.maximum);
  }
  const double sum = std::get<double>(*part.sum), known = static_cast<double>(part.known);
  return sum >= known * std::get<double>(*all.minimum) * (1 - kSlack) &&
         sum <= known * std::get<double>(*all.maximum) * (1 + kSlack);
}

bool adds_up(const WeighedGroup& group) {
  const std::array parts{&group.in_good, &group.in_bad, &group.in_unknown};
  Int128 whole = 0;
  double real = 0;
  for (const plan::ValueSummary* part : parts)
    if (const auto* exact = std::get_if<Int128>(&*part->sum))
      whole += *exact;
    else
      real += std::get<double>(*part->sum);
  if (const auto* exact = std::get_if<Int128>(&*group.all.sum)) return *exact == whole;
  const double all = std::get<double>(*group.all.sum);
  return !std::isfinite(all) || std::fabs(all - real) <= kSlack * all;
}

}  // namespace

std::optional<std::string> wrong_weights(const WeighedGroup& group) {
  const plan::ValueSummary& all = group.all;
  if (group.in_good.known > group.good || group.in_unknown.known > group.unknown ||
      group.in_good.known + group.in_bad.known + group.in_unknown.known != all.known)
    return "sums the weights of other rows than were counted";
  const std::uint64_t nameless = group.population - all.known;
  const bool small =
      all.minimum && (std::holds_alternative<double>(*all.minimum) ? std::get<double>(*all.minimum) < 1
                                                                   : std::get<std::int64_t>(*all.minimum) < 1);
  if (group.unfit < nameless || group.unfit > group.population || small != (group.unfit > nameless))
    return "has other weights below 1 than were counted";
  if (group.unfit > 0 || all.known == 0) return std::nullopt;  // nothing is decided by these sums
  if (group.in_good.known != group.good || group.in_unknown.known != group.unknown)
    return "sums the weights of other rows than were counted";
  for (const plan::ValueSummary* part : {&all, &group.in_good, &group.in_bad, &group.in_unknown})
    if (!lies_between(*part, all)) return "is a sum of weights that lies beyond the least or the greatest of them";
  if (!adds_up(group)) return "is not the sum of the weights of its parts";
  return std::nullopt;
}

}  // namespace proofmark::transcript
