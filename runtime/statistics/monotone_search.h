// The smallest integer at which a monotone question turns from no to yes, found from a good guess.
//
// Ranks, sample sizes and printed digits are all of this kind: the question costs one binomial tail, and a
// normal approximation guesses within a few units. Doubling steps away from the guess, then bisection: the
// answer is exact whatever the guess was.
#pragma once

#include <algorithm>

namespace proofmark::statistics {

// Smallest v in [low, high] with holds(v). holds is monotone (no … no yes … yes); holds(high) is taken for granted.
template <typename Integer, typename Question>
Integer first_where(Integer low, Integer high, Integer guess, const Question& holds) {
  guess = std::clamp(guess, low, high);
  Integer step = 1;
  if (guess == high || holds(guess)) {
    high = guess;
    while (low < high) {
      const Integer below = high - low > step ? high - step : low;
      if (!holds(below)) {
        low = below + 1;
        break;
      }
      high = below;
      step *= 2;
    }
  } else {
    low = guess + 1;
    while (low < high) {
      const Integer above = high - low > step ? low + step : high;
      if (above == high || holds(above)) {
        high = above;
        break;
      }
      low = above + 1;
      step *= 2;
    }
  }
  while (low < high) {
    const Integer middle = low + (high - low) / 2;
    if (holds(middle))
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

}  // namespace proofmark::statistics
