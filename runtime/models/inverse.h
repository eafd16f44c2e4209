// A distribution with constant parameters, made ready once: its inverse distribution function as a table of words
// (uniforms.h).
//
// Counts (binomial, poisson, categorical) have the distribution function at every value, and for each of many equal
// parts of (0, 1) the value that all of it has, or where to begin to look: the results are exact. Those that can have
// 65,536 values or more have no table. Continuous ones have a cubic in each of 64 cells an octave of u and of 1 - u.
// Every cell was measured in its middle against the formula; one that is off by more than 1e-8 there, and what lies
// beyond 2^-17 of either end, is left to the formula; of gamma and beta to a search of few steps, as accurate.
#pragma once

#include <vector>

#include "runtime/models/kernels.h"
#include "runtime/models/range.h"
#include "runtime/plan/model.h"
#include "runtime/statistics/distributions.h"

namespace proofmark::models {

class Inverse {
 public:
  Inverse(plan::ModelFamily family, std::vector<double> parameters);
  bool has_table() const { return !parts_.empty() || !cells_.empty(); }
  // What a trial draws, and what all trials of the block from `first` on draw, whose words these are: the same bits.
  double drawn(const Stream& stream, std::uint32_t trial, std::uint32_t draw, std::uint32_t word) const;
  void drawn(const Stream& stream, std::uint32_t first, std::uint32_t draw, const std::uint32_t* words,
             const Kernels& kernels, double* out) const;
  double at(double u) const;  // of a continuous one
  Range range() const { return range_; }
  // Whether a table pays for so many draws.
  static bool helps(plan::ModelFamily family, std::uint64_t draws);

 private:
  void tabulate_counts();
  void guide();
  void tabulate_cubics();
  void find_range();
  double exact(double u) const;
  bool is_by_search() const { return family_ == plan::ModelFamily::gamma || family_ == plan::ModelFamily::beta; }
  double slope(double u, double rest, double x) const;
  double bend(double x) const;
  double exact_near(double tail, bool right, double guess) const;  // by few steps from a good guess
  double exact_beyond(double u) const;
  double tail_at(double x, bool right) const;
  bool fits(const Cubic& cubic, double tail, bool right) const;  // in the middle of its cell
  double count(const Stream& stream, std::uint32_t trial, std::uint32_t draw, std::uint32_t word) const;

  plan::ModelFamily family_;
  std::vector<double> parameters_;
  std::vector<double> chances_;       // P(X <= least_ + i), until it is 1
  int shift_ = 0;                     // from a word to its part
  std::vector<std::uint32_t> guide_;  // by parts of (0, 1): the first that may be the answer
  std::vector<double> parts_;         // by parts: the answer; NaN: it is not the same everywhere
  double least_ = 0;
  struct Edge {
    double x = 0, rate = 0;  // at the outermost cell's end, and its derivative by the logarithm of the tail
  };
  std::vector<Edge> edges_;  // of the right tail, of the left
  std::vector<Cubic> cells_;
  bool whole_ = true;     // no cell is left to the formula
  double log_whole_ = 0;  // of the density without its constant
  statistics::GammaShape shape_{1};
  Range range_;
};

}  // namespace proofmark::models
