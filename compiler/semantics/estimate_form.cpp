// Linear forms by folding; directions by walking with a sign.
#include "compiler/semantics/estimate_form.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "compiler/semantics/words.h"
#include "runtime/plan/match.h"

namespace proofmark::semantics {
namespace {

std::string key(const Policy& policy, TypedId id);

std::string keys(const Policy& policy, const std::vector<TypedId>& ids) {
  std::string all;
  for (const TypedId id : ids) all += key(policy, id) + ",";
  return all;
}

// A parameter has one value wherever it stands, also before that is known.
std::string unbound(const std::string& parameter, TypedId id) {
  return parameter.empty() ? fmt::format("?{}", id) : "?" + parameter;
}

// A structural spelling: equal exactly when the typed expressions are equal.
std::string key(const Policy& policy, TypedId id) {
  const auto two = [&](std::string_view name, TypedId a, TypedId b) {
    return fmt::format("({} {} {})", name, key(policy, a), key(policy, b));
  };
  return std::visit(
      plan::Overloaded{
          [&](std::monostate) { return fmt::format("error {}", id); },
          [&](const ConstantNode& node) { return node.value ? node.value->to_string() : unbound(node.parameter, id); },
          [&](const LabelNode& node) { return node.value ? "\"" + *node.value + "\"" : unbound(node.parameter, id); },
          [](const ReleaseNode& node) { return fmt::format("release {}", node.parameter); },
          [](const FieldNode& node) { return fmt::format("field {}", node.field); },
          [&](const RowArithmeticNode& node) {
            return two(fmt::format("arithmetic{}", static_cast<int>(node.op)), node.left, node.right);
          },
          [&](const CompareNode& node) { return two(comparison_text(node.op), node.left, node.right); },
          [&](const OneOfNode& node) {
            return fmt::format("(in {} {})", key(policy, node.field), keys(policy, node.labels));
          },
          [&](const NumberInNode& node) {
            return fmt::format("(in {} {})", key(policy, node.value), keys(policy, node.constants));
          },
          [&](const MatchesNode& node) {
            return fmt::format("(matches {} \"{}\")", key(policy, node.field), node.pattern);
          },
          [&](const TruthNode& node) { return key(policy, node.field); },
          [](const BooleanNode& node) { return std::string(node.value ? "true" : "false"); },
          [&](const AndNode& node) { return two("and", node.left, node.right); },
          [&](const OrNode& node) { return two("or", node.left, node.right); },
          [&](const NotNode& node) { return fmt::format("(not {})", key(policy, node.operand)); },
          [&](const PopulationNode& node) {
            return fmt::format("(rows {} {})", node.stream, keys(policy, node.conditions));
          },
          [&](const ValuesNode& node) {
            return fmt::format("(values {} {})", key(policy, node.population), node.field);
          },
          [&](const LeafNode& node) {
            // per_million is fraction, shown otherwise.
            const bool share = node.builtin->kind == builtins::Kind::per_million;
            std::string ends;  // of a mean's range; the lengths of time of a rate
            for (const auto& end : {node.low, node.high, node.per, node.bucket})
              if (end) ends += " " + key(policy, *end);
            return fmt::format("({} {} {} {} {}{})", share ? "fraction" : node.builtin->name,
                               key(policy, node.population), node.condition ? key(policy, *node.condition) : "-",
                               node.field ? static_cast<int>(*node.field) : -1,
                               node.share ? node.share->to_string() : "-", ends) +
                   (node.other ? fmt::format(" (against {} {})", key(policy, *node.other), node.other_field) : "") +
                   (node.shares
                        ? fmt::format(" (of {} {})", key(policy, node.shares->first), key(policy, node.shares->second))
                        : "");
          },
          [](const ModelNode& node) { return fmt::format("(model {})", node.model); },
          [](const ModelValueNode& node) { return fmt::format("(model {} {})", node.model, node.node); },
          [](const ModelEstimateNode& node) {
            return fmt::format("(model {} {} {})", node.model, node.node, node.share ? node.share->to_string() : "-");
          },
          [&](const EstimateNode& node) {
            return fmt::format("(estimate{} {})", static_cast<int>(node.op), keys(policy, node.operands));
          }},
      policy.at(id).node);
}

struct Linear {
  bool linear = true, known = true, too_large = false;
  std::map<std::string, LinearTerm> terms;
  Rational constant;
};

void accumulate(Linear& into, const Linear& other, const Rational& factor) {
  into.linear = into.linear && other.linear;
  into.known = into.known && other.known;
  into.too_large = into.too_large || other.too_large;
  const auto fold = [&](Rational& target, const Rational& value) {
    const auto scaled = plan::multiply(value, factor);
    const auto sum = scaled ? plan::add(target, *scaled) : std::nullopt;
    if (sum)
      target = *sum;
    else
      into.too_large = true;
  };
  fold(into.constant, other.constant);
  for (const auto& [name, term] : other.terms)
    fold(into.terms.try_emplace(name, LinearTerm{term.leaf, Rational()}).first->second.coefficient, term.coefficient);
}

Linear linear_of(const Policy& policy, TypedId id);

// What the left is a multiple of the right by, whatever the telemetry: 2 of (x + x) / x.
std::optional<Rational> constant_ratio(const Linear& left, const Linear& right) {
  if (!left.linear || !right.linear || !left.known || !right.known || left.terms.size() != right.terms.size() ||
      right.terms.empty() || !left.constant.is_zero() || !right.constant.is_zero())
    return std::nullopt;
  std::optional<Rational> ratio;
  for (auto l = left.terms.begin(), r = right.terms.begin(); l != left.terms.end(); ++l, ++r) {
    const auto one = plan::divide(l->second.coefficient, r->second.coefficient);
    if (l->first != r->first || !one || (ratio && *ratio != *one)) return std::nullopt;
    ratio = one;
  }
  return ratio;
}

Linear linear_product(const Policy& policy, const EstimateNode& node) {
  const Linear left = linear_of(policy, node.operands[0]), right = linear_of(policy, node.operands[1]);
  Linear result;
  const bool divide = node.op == plan::Calculation::divide;
  if (right.terms.empty() && right.linear) {
    const auto factor = divide ? plan::divide(Rational(1), right.constant) : std::optional(right.constant);
    accumulate(result, left, factor.value_or(Rational(1)));
    result.known = left.known && right.known;
    result.too_large = result.too_large || (!factor && right.known);
    return result;
  }
  if (!divide && left.terms.empty() && left.linear) {
    accumulate(result, right, left.constant);
    result.known = left.known && right.known;
    return result;
  }
  if (const auto ratio = divide ? constant_ratio(left, right) : std::nullopt) {
    accumulate(result, right, Rational());  // its estimates are still named, with coefficients of 0
    result.constant = *ratio;
    return result;
  }
  result.linear = false;
  result.known = left.known && right.known;
  return result;
}

Linear linear_of(const Policy& policy, TypedId id) {
  Linear result;
  if (const auto* constant = std::get_if<ConstantNode>(&policy.at(id).node)) {
    result.known = constant->value.has_value();
    result.constant = constant->value.value_or(Rational());
    return result;
  }
  if (std::holds_alternative<LeafNode>(policy.at(id).node)) {
    result.terms[leaf_key(policy, id)] = {id, Rational(1)};
    return result;
  }
  const auto& node = std::get<EstimateNode>(policy.at(id).node);
  switch (node.op) {
    case plan::Calculation::add:
    case plan::Calculation::subtract:
      accumulate(result, linear_of(policy, node.operands[0]), Rational(1));
      accumulate(result, linear_of(policy, node.operands[1]), Rational(node.op == plan::Calculation::add ? 1 : -1));
      return result;
    case plan::Calculation::negate:
      accumulate(result, linear_of(policy, node.operands[0]), Rational(-1));
      return result;
    case plan::Calculation::multiply:
    case plan::Calculation::divide:
      return linear_product(policy, node);
    case plan::Calculation::minimum:
    case plan::Calculation::maximum:
      result.linear = false;
      return result;
  }
  return result;
}

bool never_negative(const Policy& policy, TypedId id) {
  if (const auto* constant = std::get_if<ConstantNode>(&policy.at(id).node))
    return constant->value && !constant->value->is_negative();
  const auto* leaf = std::get_if<LeafNode>(&policy.at(id).node);
  if (leaf == nullptr) return false;
  if (leaf->low) return never_negative(policy, *leaf->low);
  return leaf->builtin->yields == builtins::Yields::ratio || leaf->builtin->kind == builtins::Kind::count ||
         leaf->builtin->kind == builtins::Kind::distinct;
}

// Which bounds of which leaves the two ends of the interval need: (leaf, rising) pairs.
void directions(const Policy& policy, TypedId id, bool rising, bool both,
                std::set<std::pair<std::string, bool>>& needed) {
  if (std::holds_alternative<LeafNode>(policy.at(id).node)) {
    const std::string name = leaf_key(policy, id);
    if (rising || both) needed.emplace(name, true);
    if (!rising || both) needed.emplace(name, false);
    return;
  }
  const auto* node = std::get_if<EstimateNode>(&policy.at(id).node);
  if (node == nullptr) return;
  const bool product = node->op == plan::Calculation::multiply || node->op == plan::Calculation::divide;
  for (std::size_t i = 0; i < node->operands.size(); ++i) {
    const bool falls = (i == 1 && (node->op == plan::Calculation::subtract || node->op == plan::Calculation::divide)) ||
                       node->op == plan::Calculation::negate;
    // A factor of unknown sign can turn the other one around.
    const bool turned = product && !never_negative(policy, node->operands[1 - i]);
    directions(policy, node->operands[i], rising != falls, both || turned, needed);
  }
}

void collect(const Policy& policy, TypedId id, std::set<std::string>& seen, std::vector<TypedId>& leaves) {
  if (std::holds_alternative<LeafNode>(policy.at(id).node)) {
    if (seen.insert(leaf_key(policy, id)).second) leaves.push_back(id);
  } else if (const auto* node = std::get_if<EstimateNode>(&policy.at(id).node)) {
    for (const TypedId operand : node->operands) collect(policy, operand, seen, leaves);
  }
}

bool is_census(const Policy& policy, const std::string& name, const std::vector<TypedId>& leaves) {
  for (const TypedId leaf : leaves)
    if (leaf_key(policy, leaf) == name) return std::get<LeafNode>(policy.at(leaf).node).builtin->census;
  return false;
}

// The distinct quantiles that an expression adds and subtracts.
struct Summed {
  std::set<std::string> added, subtracted;
  bool none() const { return added.empty() && subtracted.empty(); }
  bool several() const { return added.size() > 1 || subtracted.size() > 1; }
  Summed turned() const { return {subtracted, added}; }
  Summed with(const Summed& other) const {
    Summed both = *this;
    both.added.insert(other.added.begin(), other.added.end());
    both.subtracted.insert(other.subtracted.begin(), other.subtracted.end());
    return both;
  }
};

Summed summed(const Policy& policy, TypedId id, bool& refused) {
  if (const auto* leaf = std::get_if<LeafNode>(&policy.at(id).node))
    return leaf->builtin->kind == builtins::Kind::quantile ? Summed{{leaf_key(policy, id)}, {}} : Summed{};
  const auto* node = std::get_if<EstimateNode>(&policy.at(id).node);
  if (node == nullptr) return {};
  std::vector<Summed> operands;
  for (const TypedId operand : node->operands) operands.push_back(summed(policy, operand, refused));
  Summed result = operands.front();
  switch (node->op) {
    case plan::Calculation::add:
      result = result.with(operands[1]);
      break;
    case plan::Calculation::subtract:
      result = result.with(operands[1].turned());
      break;
    case plan::Calculation::negate:
      result = result.turned();
      break;
    case plan::Calculation::multiply:
    case plan::Calculation::divide:  // a weight leaves it a quantile; another quantile makes it something else
      if (result.none() && node->op == plan::Calculation::multiply)
        result = operands[1];
      else if (!operands[1].none())
        result = {};
      break;
    case plan::Calculation::minimum:
    case plan::Calculation::maximum:  // one of them
      for (const Summed& operand : operands)
        if (result.none()) result = operand;
      break;
  }
  refused = refused || result.several();
  return result;
}

}  // namespace

bool sums_quantiles(const Policy& policy, TypedId estimate) {
  bool refused = false;
  (void)summed(policy, estimate, refused);
  return refused;
}

bool is_share(const LeafNode& leaf) {
  using builtins::Kind;
  const Kind kind = leaf.builtin->kind;
  return kind == Kind::fraction || kind == Kind::per_million || kind == Kind::coverage;
}

std::optional<ShareDifference> share_difference(const Policy& policy, const EstimateForm& form) {
  if (!form.linear || form.terms.size() != 2) return std::nullopt;
  const LinearTerm &one = form.terms[0], &two = form.terms[1];
  const auto opposite = plan::negate(two.coefficient);
  if (!opposite || *opposite != one.coefficient) return std::nullopt;
  for (const LinearTerm* term : {&one, &two})
    if (!is_share(std::get<LeafNode>(policy.at(term->leaf).node))) return std::nullopt;
  return ShareDifference{one.leaf, two.leaf, one.coefficient};
}

std::optional<Rational> difference_threshold(const EstimateForm& form, const ShareDifference& difference,
                                             const std::optional<Rational>& threshold) {
  const auto shifted = threshold ? plan::subtract(*threshold, form.constant) : std::nullopt;
  return shifted ? plan::divide(*shifted, difference.factor) : std::nullopt;
}

std::string leaf_key(const Policy& policy, TypedId leaf) {
  return key(policy, leaf);
}

EstimateForm form_of(const Policy& policy, TypedId estimate) {
  const Linear linear = linear_of(policy, estimate);
  EstimateForm form;
  form.known = linear.known;
  form.too_large = linear.too_large;
  form.linear = linear.linear;
  std::set<std::string> seen;
  collect(policy, estimate, seen, form.leaves);
  if (linear.linear) {
    form.constant = linear.constant;
    for (const TypedId leaf : form.leaves) {  // in order of first use
      const auto& term = linear.terms.at(leaf_key(policy, leaf));
      if (!term.coefficient.is_zero()) form.terms.push_back({leaf, term.coefficient});
    }
    std::uint32_t uncertain = 0;
    for (const auto& term : form.terms)
      uncertain += std::get<LeafNode>(policy.at(term.leaf).node).builtin->census ? 0 : 1;
    form.splits = std::max<std::uint32_t>(1, uncertain);
    return form;
  }
  std::set<std::pair<std::string, bool>> needed;
  directions(policy, estimate, true, false, needed);
  std::uint32_t uncertain = 0;
  for (const auto& [name, rising] : needed) uncertain += is_census(policy, name, form.leaves) ? 0 : 1;
  form.splits = std::max<std::uint32_t>(1, uncertain);
  return form;
}

}  // namespace proofmark::semantics
