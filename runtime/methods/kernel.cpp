// The distributions everything stands on: beta, binomial, normal.
#include <array>

#include "runtime/methods/families.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::methods {
namespace {

constexpr std::array kTailParameters{
    Parameter{"k", "successes", Kind::count, "number of successes"},
    Parameter{"n", "trials", Kind::count, "number of trials"},
    Parameter{"p", "probability", Kind::proportion, "probability of success in one trial"},
};

Answer binomial_tail(const Arguments& call) {
  const std::uint64_t k = call.count("k"), n = call.count("n");
  if (k > n) return refused("`k` exceeds `n`", "successes are among the trials");
  json::Object result;
  result.set("cdf", number(statistics::lower_tail(k, n, call.exact("p"))));
  result.set("sf_ge", number(statistics::upper_tail(k, n, call.exact("p"))));
  return result;
}

constexpr std::array kMethods{
    Method{"kernel.binomial_tail", "Both tails of the binomial distribution at k, k included in each.", kTailParameters,
           "cdf: P(X <= k); sf_ge: P(X >= k)", "X is binomial(n, p)", Guarantee::exact,
           "Loader 2000; Didonato & Morris 1992", "binomial_tail(k: 2994, n: 2995, p: 99.9%)", binomial_tail},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> kernel_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
