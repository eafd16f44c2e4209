// Masks as formulas: conjunctions of literals, each equal one known once.
//
// A plan asks of every condition for the rows that meet it, those that do not and those of which nobody knows. Where a
// column has no nulls nobody-knows is empty and the three of them are one mask, its complement and nothing; written out
// as the plan has them they would cost a mask and a count each. Here such formulas meet: x and not x is nothing, (m and
// x) or (m and not x) is m, m except (m and x) is m and not x. What is left is computed, and computed once.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

namespace proofmark::engine {

// A node or its complement.
class Literal {
 public:
  constexpr Literal() = default;
  constexpr Literal(std::uint32_t node, bool negated) : code_(node * 2 + (negated ? 1 : 0)) {}
  constexpr std::uint32_t node() const { return code_ / 2; }
  constexpr bool negated() const { return code_ % 2 != 0; }
  constexpr Literal operator~() const { return {node(), !negated()}; }
  friend constexpr auto operator<=>(Literal, Literal) = default;

 private:
  std::uint32_t code_ = 0;
};

class MaskAlgebra {
 public:
  using Conjunction = std::vector<Literal>;  // ascending, at least two

  MaskAlgebra();
  static constexpr Literal all() { return {0, false}; }
  static constexpr Literal none() { return {0, true}; }
  Literal primitive();  // a new mask that nothing is known of

  Literal both(Literal a, Literal b);
  Literal either(Literal a, Literal b);
  Literal except(Literal a, Literal b) { return both(a, ~b); }

  // Empty for primitives.
  const Conjunction& conjunction(std::uint32_t node) const { return nodes_[node]; }

 private:
  Conjunction factors(Literal of) const;
  Literal joined(Conjunction factors);
  bool shorten(Conjunction& factors);
  bool resolve(Conjunction& factors);

  std::vector<Conjunction> nodes_;  // node 0: every row
  std::map<Conjunction, std::uint32_t> known_;
};

}  // namespace proofmark::engine
