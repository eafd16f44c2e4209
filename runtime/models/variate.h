// Random variates by the inverse of the distribution function: a uniform and parameters in, a number out.
//
// Accuracy, relative to the exact inverse at the same uniform: bernoulli, binomial, poisson and categorical give the
// exact integer (the distribution function within 1e-12 of u aside); uniform, normal 2e-15; exponential 1e-15;
// lognormal, weibull and pareto 4e-16 (1 + |ln of the result's ratio to its scale|) and some ULP; gamma and beta 1e-11
// where a parameter is drawn itself. With constant parameters gamma and beta are read from a table of cubics made at
// the start, of which every cell was measured in its middle and is used only where it is off by at most 1e-8.
//
// Parameters outside of the domain give NaN: p in [0, 1]; n a whole number and a mean up to 1e9; sd, sigma, scale,
// shape, means of waiting times above 0; shapes of gamma from 0.01 and of beta from 0.5, at most 1e9; low < high;
// probabilities of categories that add up to 1.
#pragma once

#include <span>
#include <vector>

#include "runtime/plan/model.h"
#include "runtime/statistics/elementary_blocks.h"

namespace proofmark::models {

// Whether the parameters are in the domain.
bool in_domain(plan::ModelFamily family, std::span<const double> parameters);

// One variate; NaN outside of the domain.
double variate(plan::ModelFamily family, std::span<const double> parameters, double u);

// A distribution with constant parameters that is dear to invert, made ready once.
class Inverse {
 public:
  Inverse(plan::ModelFamily family, std::vector<double> parameters);
  double at(double u) const;
  static bool helps(plan::ModelFamily family);

 private:
  void tabulate_counts();
  void tabulate_cubics();
  double exact(double u) const;

  struct Cubic {
    double c0, c1, c2, c3;  // of the place within the cell, from 0 to 1; c0 NaN: not accurate enough
  };
  plan::ModelFamily family_;
  std::vector<double> parameters_;
  std::vector<double> chances_;  // P(X <= least_ + i), until it is 1
  double least_ = 0;
  std::vector<Cubic> left_, right_;  // by octaves of u, and of 1 - u
};

// `n` variates from as many uniforms, in place; parameters[k] holds the k-th parameter of each.
void variates(plan::ModelFamily family, std::span<const double* const> parameters, double* u, std::size_t n,
              statistics::Lanes lanes);

}  // namespace proofmark::models
