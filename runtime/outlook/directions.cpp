// Walks from the whole to its leaves with a sign.
#include "runtime/outlook/directions.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>

#include "runtime/plan/match.h"

namespace proofmark::outlook {
namespace {

using plan::Calculation;

int sign_of(const plan::Requirement& requirement, plan::Id term);

int sign_of(const plan::Requirement& requirement, const plan::CalculatedTerm& node) {
  std::vector<int> signs;
  for (const plan::Id id : node.operands) signs.push_back(sign_of(requirement, id));
  switch (node.operation) {
    case Calculation::multiply:
    case Calculation::divide:
      return std::accumulate(signs.begin(), signs.end(), 1, std::multiplies<>());
    case Calculation::negate:
      return -signs.front();
    case Calculation::subtract:
      return signs[0] == -signs[1] ? signs[0] : 0;
    case Calculation::add:
    case Calculation::minimum:
    case Calculation::maximum:
      break;
  }
  const bool agree = std::all_of(signs.begin(), signs.end(), [&](int sign) { return sign == signs.front(); });
  return agree ? signs.front() : 0;
}

// The sign that a term has whatever is measured: -1 (never positive), 1 (never negative), or 0 (nobody knows).
int sign_of(const plan::Requirement& requirement, plan::Id term) {
  return plan::match(
      requirement.terms[term],
      [&](const plan::LeafTerm& node) {
        const auto& what = requirement.leaves[node.leaf].what;
        const auto* mean = std::get_if<plan::Mean>(&what);
        return std::holds_alternative<plan::Proportion>(what) || (mean != nullptr && !mean->low.is_negative()) ? 1 : 0;
      },
      [](const plan::ConstantTerm& node) { return node.value.is_negative() ? -1 : 1; },
      [&](const plan::CalculatedTerm& node) { return sign_of(requirement, node); });
}

class Walk {
 public:
  explicit Walk(const plan::Requirement& requirement) : requirement_(requirement), found_(requirement.leaves.size()) {}

  // `sign`: with which the whole changes when this term rises; 0: nobody knows.
  void visit(plan::Id term, int sign) {
    plan::match(
        requirement_.terms[term], [&](const plan::LeafTerm& node) { note(node.leaf, sign); },
        [](const plan::ConstantTerm&) {}, [&](const plan::CalculatedTerm& node) { visit(node, sign); });
  }

  std::vector<Direction> take() const {
    std::vector<Direction> all;
    for (const std::optional<Direction>& one : found_) all.push_back(one.value_or(Direction::both));
    return all;
  }

 private:
  void visit(const plan::CalculatedTerm& node, int sign) {
    const bool product = node.operation == Calculation::multiply || node.operation == Calculation::divide;
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      int turned = sign;
      if (product)
        for (std::size_t other = 0; other < node.operands.size(); ++other)
          if (other != i) turned *= sign_of(requirement_, node.operands[other]);
      const bool falls = node.operation == Calculation::negate ||
                         (i == 1 && (node.operation == Calculation::subtract || node.operation == Calculation::divide));
      visit(node.operands[i], falls ? -turned : turned);
    }
  }

  void note(plan::Id leaf, int sign) {
    const Direction direction = sign == 0 ? Direction::both : sign > 0 ? Direction::rising : Direction::falling;
    if (!found_[leaf])
      found_[leaf] = direction;
    else if (*found_[leaf] != direction)
      found_[leaf] = Direction::both;
  }

  const plan::Requirement& requirement_;
  std::vector<std::optional<Direction>> found_;
};

}  // namespace

std::vector<Direction> directions_of(const plan::Requirement& requirement) {
  Walk walk(requirement);
  walk.visit(static_cast<plan::Id>(requirement.terms.size() - 1), 1);
  return walk.take();
}

}  // namespace proofmark::outlook
