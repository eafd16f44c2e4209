// Where a continuous or a monotone question of one real turns, in a bounded number of steps.
//
// `first_double` bisects over the doubles themselves, not over their values: 64 steps end at neighbouring doubles
// whatever their size, so that a root at 1e-14 is found as precisely as one at 1/2. `crossing` interpolates inversely
// where that is safe and bisects where it is not (Chandrupatla 1997): for functions that cost much.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace proofmark::statistics {

// Smallest double v in [low, high] with holds(v), 0 <= low <= high; holds is monotone and taken for granted at high.
template <typename Question>
double first_double(double low, double high, const Question& holds) {
  auto from = std::bit_cast<std::uint64_t>(low), to = std::bit_cast<std::uint64_t>(high);
  while (from < to) {
    const std::uint64_t middle = from + (to - from) / 2;
    if (holds(std::bit_cast<double>(middle)))
      to = middle;
    else
      from = middle + 1;
  }
  return std::bit_cast<double>(to);
}

// x between `a` and `b` with f(x) = 0, f continuous and of different signs at the ends; to `width`, or as precise as
// doubles near x.
template <typename Function>
double crossing(double a, double b, const Function& f, double width = 1e-300) {
  constexpr int kMaximumSteps = 200;
  double at_a = f(a), at_b = f(b), c = a, at_c = at_a, share = 0.5;
  if (at_a == 0) return a;
  for (int step = 0; step < kMaximumSteps && at_b != 0; ++step) {
    const double x = a + share * (b - a), at_x = f(x);
    if ((at_x > 0) == (at_a > 0)) {
      c = a, at_c = at_a;
    } else {
      c = b, b = a, at_c = at_b, at_b = at_a;
    }
    a = x, at_a = at_x;
    if (at_a == 0) return a;
    const double best = std::fabs(at_a) < std::fabs(at_b) ? a : b;
    const double least_share = (0x1p-52 * std::fabs(best) + width) / std::fabs(b - a);
    if (least_share > 0.5) return best;
    const double xi = (a - b) / (c - b), phi = (at_a - at_b) / (at_c - at_b);
    share = 0.5;
    if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi)
      share =
          at_a / (at_b - at_a) * at_c / (at_b - at_c) + (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b);
    share = std::fmin(std::fmax(share, least_share), 1 - least_share);
  }
  return at_b == 0 ? b : a;
}

}  // namespace proofmark::statistics
