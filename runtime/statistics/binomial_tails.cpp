// Tails of the binomial distribution as incomplete beta functions, and their order to a level.
//
// P(X >= k) = I_p(k, n-k+1) and P(X <= k) = I_{1-p}(n-k, k+1). Double precision decides when the tail is
// farther than ten times its error from the level; MPFR settles the rest.
#include "runtime/statistics/binomial_tails.h"

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/exact_tail.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

constexpr double kProvenErrors = 10;  // how many proven errors off the level double precision is believed

BetaValue value_of(const BetaTail& tail) {
  return bounded_incomplete_beta({static_cast<double>(tail.a), static_cast<double>(tail.b), to_double(tail.x),
                                  to_double(complement(tail.x)), deviation(tail.a, tail.b, tail.x)});
}

Weighed weigh(const BetaTail& tail, const Ratio& level) {
  const BetaValue computed = value_of(tail);
  const double wanted = to_double(level), doubt = kProvenErrors * computed.error;
  if (computed.value < wanted * (1 - doubt)) return {computed.value, Against::below};
  if (computed.value > wanted * (1 + doubt)) return {computed.value, Against::above};
  return {computed.value, settle(tail, level)};
}

constexpr Weighed kImpossible = {0, Against::below};  // 0 < level
constexpr Weighed kCertain = {1, Against::above};     // level < 1

void check(std::uint64_t k, std::uint64_t n) {
  PROOFMARK_CHECK(k <= n && n <= kMaximumRows + 1);  // the mixtures of looks without limit ask for one row more
}

BetaTail lower(std::uint64_t k, std::uint64_t n, const Ratio& p) {
  return {n - k, k + 1, complement(p)};
}
BetaTail upper(std::uint64_t k, std::uint64_t n, const Ratio& p) {
  return {k, n - k + 1, p};
}

}  // namespace

double lower_tail(std::uint64_t k, std::uint64_t n, const Ratio& p) {
  check(k, n);
  if (k == n || p.is_zero()) return 1;
  return p.is_one() ? 0 : value_of(lower(k, n, p)).value;
}

double upper_tail(std::uint64_t k, std::uint64_t n, const Ratio& p) {
  check(k, n);
  if (k == 0 || p.is_one()) return 1;
  return p.is_zero() ? 0 : value_of(upper(k, n, p)).value;
}

Weighed weigh_lower_tail(std::uint64_t k, std::uint64_t n, const Ratio& p, const Ratio& level) {
  check(k, n);
  if (k == n || p.is_zero()) return kCertain;
  return p.is_one() ? kImpossible : weigh(lower(k, n, p), level);
}

Weighed weigh_upper_tail(std::uint64_t k, std::uint64_t n, const Ratio& p, const Ratio& level) {
  check(k, n);
  if (k == 0 || p.is_one()) return kCertain;
  return p.is_zero() ? kImpossible : weigh(upper(k, n, p), level);
}

Weighed weigh_power(const Ratio& x, std::uint64_t n, const Ratio& level) {
  return weigh({n, 1, x}, level);
}

Ratio level_of(const Rational& level) {
  const Ratio result = ratio_of(level);
  PROOFMARK_CHECK(!result.is_zero() && !result.is_one());
  return result;
}

bool is_within(Against order, bool strict) {
  return order == Against::below || (order == Against::equal && !strict);
}

double lower_tail(std::uint64_t k, std::uint64_t n, const Rational& p) {
  return lower_tail(k, n, ratio_of(p));
}
double upper_tail(std::uint64_t k, std::uint64_t n, const Rational& p) {
  return upper_tail(k, n, ratio_of(p));
}

Against compare_lower_tail(std::uint64_t k, std::uint64_t n, const Rational& p, const Rational& level) {
  return weigh_lower_tail(k, n, ratio_of(p), level_of(level)).against;
}

Against compare_upper_tail(std::uint64_t k, std::uint64_t n, const Rational& p, const Rational& level) {
  return weigh_upper_tail(k, n, ratio_of(p), level_of(level)).against;
}

}  // namespace proofmark::statistics
