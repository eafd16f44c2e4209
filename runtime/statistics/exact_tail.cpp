// Enclosures of I_x(a,b) by the positive continued fraction of Didonato & Morris, and exact ties by integers.
//
// A fraction b0 + a1/(b1 + a2/(b2 + ...)) of positive terms grows with its even and falls with its odd
// tails. Cut anywhere, the rest lies between its first term and infinity; carrying that interval back
// to the front, rounded outward, encloses the whole. Nothing has to be assumed about convergence.
#include "runtime/statistics/exact_tail.h"

#include <gmpxx.h>
#include <mpfr.h>

#include <bit>

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::statistics {
namespace {

using plan::UInt128;

constexpr mpfr_prec_t kBits = 256;
// The exponent of the prefix reaches 2^48 for n = 1e13 and loses as many of the 256 bits; the fraction loses fewer
// than 24. An enclosure this narrow has converged: more terms would not help.
constexpr mpfr_exp_t kSettledBits = 176;

static_assert(sizeof(unsigned long) == sizeof(std::uint64_t), "counts are handed to GMP as unsigned long");

mpz_class big(UInt128 value) {
  return (mpz_class(static_cast<unsigned long>(value >> 64)) << 64) + static_cast<unsigned long>(value);
}

mpq_class big(const Ratio& x) {
  mpq_class result(big(x.above), big(x.below));
  result.canonicalize();
  return result;
}

// [low, high]. Products and quotients are for positive numbers; sums, logarithms and the unary ones for all.
class Enclosure {
 public:
  Enclosure() { mpfr_init2(low_, kBits), mpfr_init2(high_, kBits); }
  Enclosure(const Enclosure& other) : Enclosure() {
    mpfr_set(low_, other.low_, MPFR_RNDD), mpfr_set(high_, other.high_, MPFR_RNDU);
  }
  Enclosure& operator=(const Enclosure& other) {
    mpfr_set(low_, other.low_, MPFR_RNDD), mpfr_set(high_, other.high_, MPFR_RNDU);
    return *this;
  }
  ~Enclosure() { mpfr_clear(low_), mpfr_clear(high_); }

  static Enclosure of(const mpq_class& value) {
    Enclosure result;
    mpfr_set_q(result.low_, value.get_mpq_t(), MPFR_RNDD), mpfr_set_q(result.high_, value.get_mpq_t(), MPFR_RNDU);
    return result;
  }
  static Enclosure log_gamma(std::uint64_t n) {
    Enclosure exact = of(mpq_class(static_cast<unsigned long>(n))), result;
    mpfr_lngamma(result.low_, exact.low_, MPFR_RNDD), mpfr_lngamma(result.high_, exact.high_, MPFR_RNDU);
    return result;
  }

  Enclosure logarithm() const { return unary(mpfr_log); }
  Enclosure exponential() const { return unary(mpfr_exp); }
  Enclosure plus(std::uint64_t n) const { return unary_with(mpfr_add_ui, n); }
  Enclosure times(std::uint64_t n) const { return unary_with(mpfr_mul_ui, n); }
  Enclosure over(std::uint64_t n) const { return unary_with(mpfr_div_ui, n); }
  void drop_upper_end() { mpfr_set_inf(high_, 1); }

  friend Enclosure operator+(const Enclosure& a, const Enclosure& b) {
    return ends(mpfr_add, a.low_, b.low_, a.high_, b.high_);
  }
  friend Enclosure operator-(const Enclosure& a, const Enclosure& b) {
    return ends(mpfr_sub, a.low_, b.high_, a.high_, b.low_);
  }
  friend Enclosure operator*(const Enclosure& a, const Enclosure& b) {
    return ends(mpfr_mul, a.low_, b.low_, a.high_, b.high_);
  }
  friend Enclosure operator/(const Enclosure& a, const Enclosure& b) {
    return ends(mpfr_div, a.low_, b.high_, a.high_, b.low_);
  }

  Against against(const mpq_class& level) const {
    if (mpfr_cmp_q(low_, level.get_mpq_t()) > 0) return Against::above;
    if (mpfr_cmp_q(high_, level.get_mpq_t()) < 0) return Against::below;
    return Against::unsettled;
  }
  // high - low < 2^-bits * low: only rounding is left.
  bool is_narrow(mpfr_exp_t bits) const {
    const Enclosure difference = *this - *this;
    return mpfr_zero_p(difference.high_) || mpfr_get_exp(difference.high_) + bits < mpfr_get_exp(low_);
  }

 private:
  template <typename Operation>
  Enclosure unary(Operation operation) const {
    Enclosure result;
    operation(result.low_, low_, MPFR_RNDD), operation(result.high_, high_, MPFR_RNDU);
    return result;
  }
  template <typename Operation>
  Enclosure unary_with(Operation operation, std::uint64_t n) const {
    Enclosure result;
    operation(result.low_, low_, n, MPFR_RNDD), operation(result.high_, high_, n, MPFR_RNDU);
    return result;
  }
  template <typename Operation>
  static Enclosure ends(Operation operation, mpfr_srcptr low_a, mpfr_srcptr low_b, mpfr_srcptr high_a,
                        mpfr_srcptr high_b) {
    Enclosure result;
    operation(result.low_, low_a, low_b, MPFR_RNDD), operation(result.high_, high_a, high_b, MPFR_RNDU);
    return result;
  }

  mpfr_t low_, high_;
};

// I_x(a,b) for a point at or left of the mean.
class EnclosedTail {
 public:
  EnclosedTail(const BetaTail& tail, const mpq_class& deviation)
      : a_(tail.a),
        b_(tail.b),
        x_(Enclosure::of(big(tail.x))),
        y_(Enclosure::of(big(complement(tail.x)))),
        deviation_(Enclosure::of(deviation)),
        one_and_y_(y_.plus(1)) {
    const Enclosure powers = x_.logarithm().times(a_) + y_.logarithm().times(b_);
    const Enclosure gammas = Enclosure::log_gamma(a_) + Enclosure::log_gamma(b_);
    prefix_ = (powers + (Enclosure::log_gamma(a_ + b_) - gammas)).exponential();
  }

  // With `terms` partial quotients of the fraction; exact up to rounding when terms >= b - 1.
  Enclosure value(std::uint64_t terms) const {
    const bool whole = terms >= b_ - 1;
    std::uint64_t j = whole ? b_ - 1 : terms;
    Enclosure rest = denominator(j);
    if (!whole) rest.drop_upper_end();
    for (; j > 0; --j) rest = denominator(j - 1) + numerator(j) / rest;
    return prefix_ / rest;
  }

 private:
  Enclosure weight(std::uint64_t j) const { return x_.times(j).times(b_ - j).over(a_ + 2 * j - 1); }
  Enclosure numerator(std::uint64_t j) const {
    return (weight(j) * x_).times(a_ + j - 1).times(a_ + b_ + j - 1).over(a_ + 2 * j - 1);
  }
  Enclosure denominator(std::uint64_t j) const {
    const Enclosure last = (deviation_ + one_and_y_.times(j)).plus(1).times(a_ + j).over(a_ + 2 * j + 1);
    return j == 0 ? last : (weight(j) + last).plus(j);
  }

  std::uint64_t a_, b_;
  Enclosure x_, y_, deviation_, one_and_y_, prefix_;
};

// More terms until the level is outside, the fraction is at its end or rounding is all that is left.
Against enclose(const BetaTail& tail, const mpq_class& deviation, const mpq_class& level) {
  if (tail.b == 1) return Enclosure::of(big(tail.x)).logarithm().times(tail.a).exponential().against(level);
  const EnclosedTail enclosed(tail, deviation);
  for (std::uint64_t terms = 64;; terms *= 2) {
    const Enclosure value = enclosed.value(terms);
    const Against order = value.against(level);
    if (order != Against::unsettled || terms >= tail.b - 1 || value.is_narrow(kSettledBits)) return order;
  }
}

// Sum of b terms C(n,i) u^i v^(n-i), i = a..n, against level * (u+v)^n: all integers.
Against compare_integers(const BetaTail& tail, const Ratio& level) {
  const std::uint64_t n = tail.a + tail.b - 1;
  const mpz_class u = big(tail.x.above), v = big(tail.x.below - tail.x.above), below = big(tail.x.below);
  mpz_class term, power, sum = 0;
  mpz_bin_uiui(term.get_mpz_t(), n, tail.a);
  mpz_pow_ui(power.get_mpz_t(), u.get_mpz_t(), tail.a);
  term *= power;
  mpz_pow_ui(power.get_mpz_t(), v.get_mpz_t(), n - tail.a);
  term *= power;
  for (std::uint64_t i = tail.a;; ++i) {
    sum += term;
    if (i == n) break;
    term *= u * static_cast<unsigned long>(n - i);
    const mpz_class divisor = v * static_cast<unsigned long>(i + 1);
    mpz_divexact(term.get_mpz_t(), term.get_mpz_t(), divisor.get_mpz_t());
  }
  mpz_pow_ui(power.get_mpz_t(), below.get_mpz_t(), n);
  const int order = cmp(mpz_class(sum * big(level.below)), mpz_class(big(level.above) * power));
  return order < 0 ? Against::below : order > 0 ? Against::above : Against::equal;
}

int bit_length(UInt128 value) {
  const auto high = static_cast<std::uint64_t>(value >> 64), low = static_cast<std::uint64_t>(value);
  return high != 0 ? 64 + std::bit_width(high) : std::bit_width(low);
}

// Work in limb operations, as a double: enough to decide whether integers are worth it (a fifth of a second).
bool integers_are_affordable(const BetaTail& tail) {
  const double limbs = (static_cast<double>(tail.a) + static_cast<double>(tail.b)) * bit_length(tail.x.below) / 64 + 1;
  return limbs < 1e6 && static_cast<double>(tail.b) * limbs < 5e7;
}

mpq_class exact_deviation(const BetaTail& tail) {
  const mpz_class plus = big(tail.x.below - tail.x.above) * static_cast<unsigned long>(tail.a);
  const mpz_class minus = big(tail.x.above) * static_cast<unsigned long>(tail.b);
  mpq_class result(plus - minus, big(tail.x.below));
  result.canonicalize();
  return result;
}

Against settle_left(const BetaTail& tail, const Ratio& level) {
  const mpq_class deviation = exact_deviation(tail), wanted = big(level);
  const Against order = enclose(tail, deviation, wanted);
  if (order != Against::unsettled) return order;
  if (integers_are_affordable(tail)) return compare_integers(tail, level);
  return integers_are_affordable(mirrored(tail)) ? mirrored(compare_integers(mirrored(tail), complement(level)))
                                                 : Against::unsettled;
}

}  // namespace

BetaTail mirrored(const BetaTail& tail) {
  return {tail.b, tail.a, complement(tail.x)};
}

Against mirrored(Against order) {
  switch (order) {
    case Against::below:
      return Against::above;
    case Against::above:
      return Against::below;
    case Against::equal:
      return Against::equal;
    case Against::unsettled:
      return Against::unsettled;
  }
  broken_invariant("an order has four values", __FILE__, __LINE__);
}

Against settle(const BetaTail& tail, const Ratio& level) {
  PROOFMARK_CHECK(tail.a >= 1 && tail.b >= 1 && !tail.x.is_zero() && !tail.x.is_one());
  PROOFMARK_CHECK(!level.is_zero() && !level.is_one());
  const bool fair_coin = tail.x.below == 2 * tail.x.above && tail.a == tail.b;  // exactly one half, whatever n
  if (fair_coin && level.below == 2 * level.above) return Against::equal;
  const bool right = tail.b != 1 && (tail.a == 1 || sgn(exact_deviation(tail)) < 0);
  const Against order = right ? mirrored(settle_left(mirrored(tail), complement(level))) : settle_left(tail, level);
  mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE);
  return order;
}

}  // namespace proofmark::statistics
