// Boundaries that a random walk crosses at any time with probability at most alpha: time-uniform concentration.
//
// S_t is a sum of increments with mean at most 0 and v its intrinsic time: the sum of their variance proxies (1/4 per
// row for values in [0, 1]). Each function gives the height that S_t exceeds at some t with probability <= alpha.
// Howard, Ramdas, McAuliffe & Sekhon (2021) Ann. Statist. 49:1055; Howard & Ramdas (2022) Bernoulli 28:1704.
#pragma once

namespace proofmark::statistics {

// Riemann zeta, s > 1 (Euler-Maclaurin); relative error about 1e-15 times the larger of 1 and 1/(s-1).
double zeta(double s);

// The normal mixture for sub-Gaussian sums, tightest near v_opt. One side: alpha_opt < 1/2. Two sides: |S_t|.
double normal_mixture_bound(double v, double alpha, double v_opt, double alpha_opt, bool one_sided);

// Polynomial stitching: k1 sqrt(v l) with l of the order ln ln v; c > 0 for sub-gamma sums. v below v_min counts as
// v_min. s > 1, eta > 1.
double poly_stitching_bound(double v, double alpha, double v_min, double c, double s, double eta);

// sup_x |F_t(x) - F(x)| <= bound for all t >= t_min, F_t the empirical distribution of t independent values; infinite
// for t < t_min. a > 1/sqrt 2: the constant of the law of the iterated logarithm.
double empirical_process_bound(double t, double alpha, double t_min, double a);

// Double stitching over quantiles and time, on the scale of counts: the number of the first t values at or below the
// p-quantile strays from t p by at most this, for all t and p together. delta > 0, s > 1, eta > 1, t_opt >= 1.
double quantile_stitching_bound(double t, double p, double alpha, double t_opt, double delta, double s, double eta);

}  // namespace proofmark::statistics
