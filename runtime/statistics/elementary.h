// Elementary functions with the same bits on every processor: SLEEF's variants without FMA, under short names.
//
// The C library's log, exp and their kin choose code by processor; a decision must not. sqrt, fma, floor and ldexp are
// exactly rounded everywhere and come from <cmath>. Errors: 1.0 ULP, erfc 1.5 ULP.
#pragma once

namespace proofmark::statistics {

double log_of(double x);
double log1p_of(double x);
double exp_of(double x);
double expm1_of(double x);
double pow_of(double x, double y);
double erf_of(double x);
double erfc_of(double x);
double log_gamma_of(double x);  // ln |Gamma(x)|; cancels near 1 and 2, where stirling_error serves better
double asin_of(double x);
double sin_of(double x);
double cos_of(double x);

}  // namespace proofmark::statistics
