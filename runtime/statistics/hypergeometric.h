// The hypergeometric distribution: successes of group 1 among s successes in all, and its noncentral relative.
//
// Point probabilities come from three binomial ones with the common p = s/N, which keeps twelve digits where binomial
// coefficients of 1e11 would keep three; tails are sums of ratios from the edge outwards, where terms fall.
#pragma once

#include <cstdint>

#include "runtime/statistics/two_proportions.h"

namespace proofmark::statistics {

class Hypergeometric {
 public:
  explicit Hypergeometric(const TwoGroups& groups) : Hypergeometric(groups.n1, groups.n2, groups.k1 + groups.k2) {}
  Hypergeometric(std::uint64_t n1, std::uint64_t n2, std::uint64_t successes);

  std::uint64_t lowest() const { return lowest_; }
  std::uint64_t highest() const { return highest_; }
  // With odds ratio exp(log_odds).
  std::uint64_t mode(double log_odds = 0) const;

  double log_probability(std::uint64_t k) const;  // lowest() <= k <= highest()
  double probability(std::uint64_t k) const;
  double at_most(std::uint64_t k) const;   // P(X <= k)
  double at_least(std::uint64_t k) const;  // P(X >= k)

  // P(X = k + 1) / P(X = k) of the central distribution.
  double ratio(std::uint64_t k) const;

  // Of the noncentral distribution: both tails at k, k included in each, and the mean less k.
  struct Tails {
    double at_most = 0, at_least = 0, mean_excess = 0;
  };
  Tails noncentral_tails(std::uint64_t k, double log_odds) const;

 private:
  double sum_down(std::uint64_t k) const;  // in units of P(X = k), k at most the mode
  double sum_up(std::uint64_t k) const;

  std::uint64_t n1_, n2_, successes_, lowest_, highest_;
};

}  // namespace proofmark::statistics
