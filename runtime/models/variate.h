// Random variates by the inverse of the distribution function: a uniform and parameters in, a number out.
//
// Accuracy, relative to the exact inverse at the same uniform: bernoulli, binomial, poisson and categorical give the
// exact integer (the distribution function within 1e-12 of u aside); uniform, normal 2e-15; exponential 1e-15;
// lognormal, weibull and pareto 4e-16 (1 + |ln of the result's ratio to its scale|) and some ULP; gamma and beta 1e-11.
// With constant parameters tables stand in for the formulas (inverse.h), but for uniform and bernoulli.
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

bool is_count(plan::ModelFamily family);  // binomial, poisson, categorical

// Whether the parameters are in the domain.
bool in_domain(plan::ModelFamily family, std::span<const double> parameters);

// One variate; NaN outside of the domain.
double variate(plan::ModelFamily family, std::span<const double> parameters, double u);

// `n` variates from as many uniforms, in place; parameters[k] holds the k-th parameter of each.
void variates(plan::ModelFamily family, std::span<const double* const> parameters, double* u, std::size_t n,
              statistics::Lanes lanes);

}  // namespace proofmark::models
