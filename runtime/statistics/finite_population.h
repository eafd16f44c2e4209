// A sample of a population whose size is known: exact bounds of its defects.
//
// In: records in all, records looked at (drawn at random without replacement), defective ones among these. The defects
// of the sample are hypergeometric, and the bounds invert its tails as Clopper and Pearson's invert the binomial's
// (Katz 1953; Buonaccorsi 1987). Binomial bounds are safe for such samples, and wider the larger the part that was
// seen.
#pragma once

#include <cstdint>

namespace proofmark::statistics {

struct Sampled {
  std::uint64_t population = 0, sample = 0, found = 0;  // found <= sample <= population, sample > 0
};

// The part of a population from which on binomial bounds waste what was seen.
inline constexpr std::uint64_t kLargePartIsOneIn = 20;

struct DefectSpan {
  std::uint64_t lower = 0, upper = 0;
};
// Least D with P(X >= found | D) > alpha, greatest D with P(X <= found | D) > alpha.
DefectSpan defects_interval(const Sampled& sampled, double alpha);

}  // namespace proofmark::statistics
