// Always-valid inference of a proportion by mixing over a beta prior: e-values and confidence sequences.
//
// In: k successes of n so far and a null proportion. Out: the logarithm of the mixture likelihood ratio, a martingale
// under the null: it exceeds 1/alpha at any time with probability at most alpha (Ville 1939; Robbins 1970), so one may
// look after every row and stop when one likes. Both sides are written as beta densities in saddle-point form: good to
// about 1e-9 absolute for n up to 1e13, where differences of log-beta functions lose all digits.
// Assumes that rows are independent given the past with the same probability, and that n grows (anchored window).
#pragma once

#include <cstdint>

#include "runtime/plan/number.h"

namespace proofmark::statistics {

using plan::Rational;

// A proportion and its complement, each with its own precision.
struct Proportion {
  double p = 0.5, q = 0.5;
};
Proportion proportion_of(const Rational& p);

// ln of x^a y^b / B(a,b) at x = at.p; a, b > 0, 0 < x < 1.
double log_beta_kernel(double a, double b, const Proportion& at);

// ln e against H0: theta = null, prior Beta(a, b) of the alternative. k <= n.
double log_e_value(std::uint64_t k, std::uint64_t n, const Proportion& null, double a, double b);

// ln e against H0: theta <= null, alternatives uniform on (null, 1). A supermartingale for every theta <= null.
double log_e_value_above(std::uint64_t k, std::uint64_t n, const Rational& null);

struct Span {
  double lower = 0, upper = 1;
};
// {theta : e(theta) < 1/alpha} for the prior Beta(a, b) (Waudby-Smith & Ramdas 2020). [0, 1] at n = 0.
Span beta_mixture_sequence(std::uint64_t k, std::uint64_t n, double a, double b, double alpha);

// The same with a prior centred at each candidate and as heavy as makes the sequence tightest near t_opt rows at level
// alpha_opt: Beta(theta w, (1 - theta) w), w = max(t_opt / l - 1, 1/1000), l = 2 ln(1/alpha_opt) + ln(1 + 2
// ln(1/alpha_opt)) (Howard, Ramdas, McAuliffe & Sekhon 2021; Howard & Ramdas 2022).
Span centred_mixture_sequence(std::uint64_t k, std::uint64_t n, double alpha, double t_opt, double alpha_opt);

}  // namespace proofmark::statistics
