#include "runtime/statistics/monte_carlo.h"

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::statistics {
namespace {

// P(U1 + … + Um <= x) for x <= m/2: sum over k <= x of (-1)^k C(m,k) (x-k)^m / m!.
double left_half(unsigned terms, double x) {
  if (x <= 0) return 0;
  double total = 0, choose = 1;
  for (unsigned k = 0; k <= terms && k < x; ++k) {
    double power = choose;
    for (unsigned i = 1; i <= terms; ++i) power *= (x - k) / i;
    total += k % 2 == 0 ? power : -power;
    choose *= static_cast<double>(terms - k) / (k + 1);
  }
  return total;
}

}  // namespace

std::uint64_t sums_above(PhiloxStream stream, std::uint64_t replications, unsigned terms, double level) {
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < replications; ++i) {
    double total = 0;
    for (unsigned term = 0; term < terms; ++term) total += stream.next_double();
    count += total > level ? 1 : 0;
  }
  return count;
}

double sum_above_probability(unsigned terms, double level) {
  PROOFMARK_CHECK(terms >= 1 && terms <= kMaximumTerms);
  const double rest = terms - level;  // the sum is symmetric about m/2
  return rest <= level ? left_half(terms, rest) : 1 - left_half(terms, level);
}

}  // namespace proofmark::statistics
