// The algebra of an estimate: what `1 - fraction(…)` or `p99(a) / p99(b)` is, seen as a function of its leaves.
//
// A linear form in one leaf is decided on the leaf's own tail ("1 - x <= 1%" is "x >= 99%"); everything else costs a
// share of alpha for each leaf bound it needs: `splits` counts (leaf, direction) pairs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/semantics/typed_policy.h"
#include "runtime/builtins/deciding_methods.h"

namespace proofmark::semantics {

struct LinearTerm {
  TypedId leaf = 0;
  Rational coefficient;
};

struct EstimateForm {
  bool known = true;       // false: a constant in it depends on an unbound parameter
  bool too_large = false;  // a constant does not fit
  bool linear = false;
  std::vector<LinearTerm> terms;  // linear: coefficients are not 0
  Rational constant;              // linear
  std::vector<TypedId> leaves;    // distinct, in order of first use
  std::uint32_t splits = 1;
};

EstimateForm form_of(const Policy& policy, TypedId estimate);

// What decides a requirement has to fit it; nothing for an exact fact about recorded rows, which nothing decides.
std::optional<builtins::Form> form_to_decide(const Policy& policy, const Objective& objective,
                                             const EstimateForm& form);

// fraction, per_million or coverage.
bool is_share(const LeafNode& leaf);

// factor (first - second) + constant, of two shares; nothing when the form is another.
struct ShareDifference {
  TypedId first = 0, second = 0;
  Rational factor;
};
std::optional<ShareDifference> share_difference(const Policy& policy, const EstimateForm& form);
// What first - second is compared with when the whole is compared with `threshold`.
std::optional<Rational> difference_threshold(const EstimateForm& form, const ShareDifference& difference,
                                             const std::optional<Rational>& threshold);

// Whether it adds up quantiles anywhere ("p99(a) + p99(b)", also weighted): such a sum is a quantile of nothing. A
// difference or a ratio of two is not one.
bool sums_quantiles(const Policy& policy, TypedId estimate);

// Equal for leaves, populations … that mean the same, however they are spelt.
std::string leaf_key(const Policy& policy, TypedId leaf);

}  // namespace proofmark::semantics
