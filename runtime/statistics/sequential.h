// Looking at failures more than once: the exact boundaries of a group-sequential test on the binomial lattice.
//
// In: the numbers of rows n_1 < ... < n_K at which the claim is looked at, and the bad rate at the claim's edge (1 -
// threshold of "at least threshold good"; threshold itself of "at most threshold bad"). Out: the largest number of bad
// rows with which each look passes, such that the chance of ever passing a population at the edge stays within what the
// spending function allows by that look. The walk of bad rows through the looks is followed state by state (Jennison &
// Turnbull 2000, chapter 12): no normal approximation, no quadrature. A population worse than the edge passes less
// often still, because its walk lies higher. Assumes independent rows, and looks whose sizes do not depend on what was
// seen.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runtime/plan/number.h"
#include "runtime/statistics/spending.h"

namespace proofmark::statistics {

using plan::Rational;

inline constexpr std::int64_t kNeverPasses = -1;

struct LookBoundaries {
  std::vector<std::int64_t> max_bad;  // the largest number of bad rows that passes, kNeverPasses when none does
  std::vector<double> spent;          // chance of having passed by this look, at the edge
  std::vector<double> allowed;        // what the spending function allows by this look
  // Where the lattice would be too large to walk (some 1e7 expected bad rows), each look gets the share newly allowed
  // to it for itself: the union bound, valid and slightly stricter. `spent` is then an upper bound.
  bool lattice = true;
};

// looks: at least one, ascending strictly, 1 ... kMaximumRows. `planned` is the number of rows at which all of alpha is
// spent, 0 for the last look; looks beyond it spend what is left.
LookBoundaries look_boundaries(std::span<const std::uint64_t> looks, const Rational& bad_rate, const Rational& alpha,
                               Spending spending, std::uint64_t planned = 0);

// The same for looks that are planned by number or by the clock: `fractions`, one a look, says how much of the plan
// each stands for, ascending and possibly equal; what is spent by a look depends on its fraction alone. On the lattice
// a look keeps its boundary, whatever looks come after it; where the lattice becomes too large, the later look gets
// what is newly allowed to it, so that all looks together stay within alpha.
LookBoundaries look_boundaries(std::span<const std::uint64_t> looks, std::span<const double> fractions,
                               const Rational& bad_rate, const Rational& alpha, Spending spending);

// The largest number of bad rows of n with P(X <= that) <= alpha, X ~ Bin(n, bad_rate); ties pass. The boundary of a
// single look, or of someone who peeks.
std::int64_t single_look_boundary(std::uint64_t n, const Rational& bad_rate, const Rational& alpha);

// What a schedule does with a population of the given bad rate.
struct Crossing {
  double probability = 0;  // of ever passing
  double mean_rows = 0;    // at the pass, if it passes; 0 when it never does
};
// max_bad: one a look, kNeverPasses allowed. Nothing when the lattice is too large to walk.
std::optional<Crossing> crossing(std::span<const std::uint64_t> looks, std::span<const std::int64_t> max_bad,
                                 const Rational& bad_rate);

}  // namespace proofmark::statistics
