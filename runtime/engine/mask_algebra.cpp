// Joining factors until nothing simplifies any more; every rule takes a literal away or makes a factor shorter.
#include "runtime/engine/mask_algebra.h"

#include <algorithm>
#include <iterator>

namespace proofmark::engine {
namespace {

using Conjunction = MaskAlgebra::Conjunction;

constexpr std::size_t kMostResolved = 16;  // factors that are set against each other in pairs

bool contains(const Conjunction& factors, Literal literal) {
  return std::binary_search(factors.begin(), factors.end(), literal);
}

void sort(Conjunction& factors) {
  std::sort(factors.begin(), factors.end());
  factors.erase(std::unique(factors.begin(), factors.end()), factors.end());
}

// Whether the two differ in the sign of one literal alone; that one is then left out of `common`.
bool differ_in_one_sign(const Conjunction& a, const Conjunction& b, Conjunction& common) {
  if (a.size() != b.size()) return false;
  std::size_t differing = 0;
  common.clear();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) {
      common.push_back(a[i]);
    } else if (a[i] != ~b[i] || ++differing > 1) {
      return false;
    }
  }
  return differing == 1;
}

}  // namespace

MaskAlgebra::MaskAlgebra() : nodes_(1) {}

Literal MaskAlgebra::primitive() {
  nodes_.emplace_back();
  return {static_cast<std::uint32_t>(nodes_.size() - 1), false};
}

Conjunction MaskAlgebra::factors(Literal of) const {
  if (of == all()) return {};
  if (of.negated() || nodes_[of.node()].empty()) return {of};
  return nodes_[of.node()];
}

Literal MaskAlgebra::both(Literal a, Literal b) {
  Conjunction together = factors(a), more = factors(b);
  together.insert(together.end(), more.begin(), more.end());
  return joined(std::move(together));
}

// What both have is taken out first: (c and x) or (c and y) is c and (x or y).
Literal MaskAlgebra::either(Literal a, Literal b) {
  const Conjunction left = factors(a), right = factors(b);
  Conjunction common, left_rest, right_rest;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(common));
  if (common.empty()) return ~both(~a, ~b);
  std::set_difference(left.begin(), left.end(), common.begin(), common.end(), std::back_inserter(left_rest));
  std::set_difference(right.begin(), right.end(), common.begin(), common.end(), std::back_inserter(right_rest));
  const Literal rest = ~both(~joined(std::move(left_rest)), ~joined(std::move(right_rest)));
  return both(joined(std::move(common)), rest);
}

// Complements of conjunctions, seen beside the other factors: not (x and y), where x holds, is not y. True if one
// changed.
bool MaskAlgebra::shorten(Conjunction& factors) {
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (!factors[i].negated() || nodes_[factors[i].node()].empty()) continue;
    const Conjunction inner = nodes_[factors[i].node()];
    const bool impossible =
        std::any_of(inner.begin(), inner.end(), [&](Literal literal) { return contains(factors, ~literal); });
    Conjunction rest;
    std::copy_if(inner.begin(), inner.end(), std::back_inserter(rest),
                 [&](Literal literal) { return !contains(factors, literal); });
    if (!impossible && rest.size() == inner.size()) continue;
    factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(i));
    if (!impossible) {
      const Literal opposite = ~joined(std::move(rest));
      const Conjunction flat = this->factors(opposite);
      factors.insert(factors.end(), flat.begin(), flat.end());
    }
    sort(factors);
    return true;
  }
  return false;
}

// not (c and x) and not (c and not x) is not c. True if two factors became one.
bool MaskAlgebra::resolve(Conjunction& factors) {
  if (factors.size() > kMostResolved) return false;
  Conjunction common;
  for (std::size_t i = 0; i < factors.size(); ++i)
    for (std::size_t j = i + 1; j < factors.size(); ++j) {
      if (!factors[i].negated() || !factors[j].negated()) continue;
      const Conjunction &a = nodes_[factors[i].node()], &b = nodes_[factors[j].node()];
      if (a.empty() || !differ_in_one_sign(a, b, common)) continue;
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(j));
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(i));
      const Conjunction flat = this->factors(~joined(std::move(common)));
      factors.insert(factors.end(), flat.begin(), flat.end());
      sort(factors);
      return true;
    }
  return false;
}

Literal MaskAlgebra::joined(Conjunction factors) {
  sort(factors);
  do {
    for (std::size_t i = 0; i < factors.size(); ++i)
      if (factors[i] == none() || contains(factors, ~factors[i])) return none();
    std::erase(factors, all());
  } while (shorten(factors) || resolve(factors));
  if (factors.empty()) return all();
  if (factors.size() == 1) return factors.front();
  const auto [entry, fresh] = known_.try_emplace(factors, static_cast<std::uint32_t>(nodes_.size()));
  if (fresh) nodes_.push_back(std::move(factors));
  return {entry->second, false};
}

}  // namespace proofmark::engine
