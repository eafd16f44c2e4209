// With F and G the distribution functions, A the gap of F over G and B that of G over F, both in pairs of values:
// - each is i n2 - j n1 for some counts i and j, and so a multiple of what divides both n1 and n2;
// - where F lies above G by A, at least A pairs have the lesser value in the first, and where G lies above, B in the
//   second; what F gains between the two places, G gains too and more, so that A + B is no more than all pairs;
// - of all pairs, by halves where values are equal, the first has the lesser one in a half and A more at most, since F
// is
//   nowhere more than that above G, and in a half less B at least.
#include "runtime/transcript/contrast_shape.h"

#include <algorithm>
#include <numeric>

namespace proofmark::transcript {
namespace {

using plan::ContrastSums;
using plan::Int128;

bool has_possible_gaps(const ContrastSums& sums) {
  const Int128 pairs = Int128(sums.first) * sums.second;
  if (sums.above > pairs || sums.below > pairs || sums.above + sums.below > pairs) return false;
  const auto divisor = Int128(std::gcd(sums.first, sums.second));
  return pairs == 0 || (sums.above % divisor == 0 && sums.below % divisor == 0);
}

bool has_possible_wins(const ContrastSums& sums) {
  const Int128 pairs = Int128(sums.first) * sums.second;
  return sums.wins >= std::max(2 * sums.below, pairs - 2 * sums.above) &&
         sums.wins <= std::min(2 * (pairs - sums.above), pairs + 2 * sums.below);
}

// Where one side's i-th value lies below the other's j-th, its function has come to i there, and the other's to j - 1
// at most.
Int128 least_gap(const plan::ValueSummary& one, std::uint64_t n1, const plan::ValueSummary& other, std::uint64_t n2) {
  Int128 least = 0;
  for (const auto& low : one.ranks)
    for (const auto& high : other.ranks)
      if (low && high && low->value < high->value)
        least = std::max(least, Int128(low->rank) * n2 - Int128(high->rank - 1) * n1);
  return least;
}

bool has_gaps_of_edges(const ContrastSums& sums, const ContrastSide& first, const ContrastSide& second) {
  const Int128 n1 = sums.first, n2 = sums.second, pairs = n1 * n2;
  // Values without an edge lie beyond all others: of the first above all of the second, or below, or the reverse.
  const Int128 one_without = n1 - first.values.known, other_without = n2 - second.values.known;
  const Int128 one_beyond = one_without * n2, other_beyond = other_without * n1;
  const bool first_above = first.told == plan::Told::upto || second.told == plan::Told::above;
  const Int128 gap = std::max(one_beyond, other_beyond);
  const Int128 decided = 2 * (one_beyond + other_beyond - one_without * other_without);
  return first_above ? sums.below >= gap && sums.wins >= decided
                     : sums.above >= gap && sums.wins <= 2 * pairs - decided;
}

}  // namespace

std::optional<std::string> wrong_contrast(const ContrastSums& sums, const ContrastSide& first,
                                          const ContrastSide& second) {
  if (first.rows != sums.first || second.rows != sums.second || first.values.known > sums.first ||
      second.values.known > sums.second)
    return "compares other values than were collected";
  if (!has_possible_gaps(sums) || !has_possible_wins(sums)) return "holds gaps or wins that no two samples have";
  if (!has_gaps_of_edges(sums, first, second)) return "holds other gaps or wins than values without an edge have";
  const bool exactly = first.told == plan::Told::exactly && second.told == plan::Told::exactly;
  if (exactly && (sums.above < least_gap(first.values, sums.first, second.values, sums.second) ||
                  sums.below < least_gap(second.values, sums.second, first.values, sums.first)))
    return "holds lesser gaps than the order statistics of its values show";
  return std::nullopt;
}

}  // namespace proofmark::transcript
