// A distribution with constant parameters, made ready once: its inverse distribution function as a table.
//
// Counts (binomial, poisson, categorical) have the distribution function at every value, and for each of many equal
// parts of (0, 1) the value that all of it has, or where to begin to look: the results are exact. Continuous ones have
// a cubic in each of 64 cells an octave of u and of 1 - u. Every cell was measured in its middle against the formula;
// one that is off by more than 1e-8 there, and what lies beyond 2^-17 of either end, is left to the formula.
#pragma once

#include <vector>

#include "runtime/models/kernels.h"
#include "runtime/models/range.h"
#include "runtime/plan/model.h"

namespace proofmark::models {

class Inverse {
 public:
  Inverse(plan::ModelFamily family, std::vector<double> parameters);
  double at(double u) const;
  void at(double* u, const Kernels& kernels) const;  // of a block, in place: the same bits
  Range range() const { return range_; }
  // Whether a table pays for so many draws.
  static bool helps(plan::ModelFamily family, std::uint64_t draws);

 private:
  void tabulate_counts();
  void guide();
  void tabulate_cubics();
  void find_range();
  double exact(double u) const;
  double exact_near(double tail, bool right, double guess) const;  // by few steps from a good guess
  double tail_at(double x, bool right) const;
  bool fits(const Cubic& cubic, double tail, bool right) const;  // in the middle of its cell
  double count(double u) const;

  plan::ModelFamily family_;
  std::vector<double> parameters_;
  std::vector<double> chances_;       // P(X <= least_ + i), until it is 1
  std::vector<std::uint32_t> guide_;  // by parts of (0, 1): the first that may be the answer
  std::vector<double> parts_;         // by parts: the answer; NaN: it is not the same everywhere
  double least_ = 0;
  std::vector<Cubic> cells_;
  Range range_;
};

}  // namespace proofmark::models
