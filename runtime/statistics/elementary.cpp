#include "runtime/statistics/elementary.h"

#include <sleef.h>

namespace proofmark::statistics {

double log_of(double x) {
  return Sleef_cinz_logd1_u10purec(x);
}
double log1p_of(double x) {
  return Sleef_cinz_log1pd1_u10purec(x);
}
double exp_of(double x) {
  return Sleef_cinz_expd1_u10purec(x);
}
double expm1_of(double x) {
  return Sleef_cinz_expm1d1_u10purec(x);
}
double pow_of(double x, double y) {
  return Sleef_cinz_powd1_u10purec(x, y);
}
double erf_of(double x) {
  return Sleef_cinz_erfd1_u10purec(x);
}
double erfc_of(double x) {
  return Sleef_cinz_erfcd1_u15purec(x);
}
double log_gamma_of(double x) {
  return Sleef_cinz_lgammad1_u10purec(x);
}
double asin_of(double x) {
  return Sleef_cinz_asind1_u10purec(x);
}
double sin_of(double x) {
  return Sleef_cinz_sind1_u10purec(x);
}
double cos_of(double x) {
  return Sleef_cinz_cosd1_u10purec(x);
}

}  // namespace proofmark::statistics
