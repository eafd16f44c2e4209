// What the squares of whole numbers can come to, when their number and their sum are known.
#pragma once

#include "runtime/plan/number.h"

namespace proofmark::transcript {

using plan::UInt128;

inline constexpr UInt128 kTooMuch = ~UInt128(0);  // in the place of what 128 bits do not hold

inline UInt128 capped_product(UInt128 a, UInt128 b) {
  UInt128 product = 0;
  return __builtin_mul_overflow(a, b, &product) ? kTooMuch : product;
}
inline UInt128 capped_sum(UInt128 a, UInt128 b) {
  UInt128 sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? kTooMuch : sum;
}

// Of n of them: least where they are alike, all sum / n or one more.
inline UInt128 least_squares(UInt128 sum, UInt128 n) {
  if (n == 0) return 0;
  const UInt128 each = sum / n, more = sum % n;
  return capped_sum(capped_product(n, capped_product(each, each)), capped_product(more, 2 * each + 1));
}

// Of any number of them from 0 to `most`: greatest where as many as can be are `most` and the others 0, but for one.
inline UInt128 greatest_squares(UInt128 sum, UInt128 most) {
  if (most == 0) return 0;
  const UInt128 full = sum / most, rest = sum % most;
  return capped_sum(capped_product(full, capped_product(most, most)), capped_product(rest, rest));
}

// Whether n numbers from 1 to `most` with this sum can have these squares. x and x^2 are odd together, and so are their
// sums.
inline bool could_be_squares(UInt128 squares, UInt128 sum, UInt128 n, UInt128 most) {
  if (n == 0) return sum == 0 && squares == 0;
  if (sum < n || sum > capped_product(n, most) || squares % 2 != sum % 2) return false;
  const UInt128 above = sum - n;  // x^2 = (x - 1)^2 + 2 (x - 1) + 1
  return squares >= least_squares(sum, n) && squares <= capped_sum(greatest_squares(above, most - 1), 2 * above + n);
}

}  // namespace proofmark::transcript
