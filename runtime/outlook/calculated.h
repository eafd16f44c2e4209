// How likely a calculation over several estimates is to pass and to fail, where that can be told.
//
// Of quantiles it is told by ranks, whatever their distribution is. A pass needs certain bounds of them (of `p99(x) /
// p50(x) <= 10` an upper one and a lower one). Each bound is an order statistic, which lies within a neighbouring
// quantile of the truth with a probability that is a binomial tail. So a truth is that the claim also holds with those
// neighbours in place of the quantiles; it then passes at least as often as all of these bounds lie within them, and
// what each may miss by adds up (no independence is needed).
//
// Of shares it is told by the normal law (rough.h), for shares that are alike.
#pragma once

#include <optional>
#include <vector>

#include "runtime/outlook/best_facts.h"
#include "runtime/outlook/rough.h"

namespace proofmark::outlook {

struct NeededBound {
  plan::Id leaf = 0;
  bool upper = true;
  bool exists_alone = false;  // it has to be there, wherever it lies: the calculation does not change with it
  Rational neighbour;         // the quantile that the bound is to lie within
  BinomialTest test;          // of the rows on the far side of the quantile …
  Rational share;             // … of which so many lie on the far side of the neighbour
};

// Nothing where something else than quantiles and recorded facts is calculated with, or no bounds are enough.
std::optional<std::vector<NeededBound>> bounds_to_pass(const Claim& claim);
std::optional<std::vector<NeededBound>> bounds_to_fail(const Claim& claim);

// Rows from which on all of them lie within their neighbours with this probability or more.
std::optional<std::uint64_t> rows_for_bounds(const std::vector<NeededBound>& bounds, const Rational& power);
// At least.
double chance_of_bounds(const std::vector<NeededBound>& bounds, std::uint64_t rows);

// Pre: a calculation of shares alone, each of which pulls one way. Every share is `share` in truth.
bool is_of_shares(const Claim& claim);
bool meets_at(const Claim& claim, double share);
Reaches passes_at(const Claim& claim, double share);
Reaches fails_at(const Claim& claim, double share, const Rational& fail_alpha);

}  // namespace proofmark::outlook
