// Variables are the values that conditions ask of; a combination gives each of them a cell.
#include "compiler/semantics/vacuous.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/words.h"
#include "runtime/plan/match.h"

namespace proofmark::semantics {
namespace {

constexpr std::size_t kMostCombinations = 16'384;

// What one value of a row can be. Cells of a number: 2 i is what lies below the i-th point and above the one before,
// 2 i + 1 the point itself. Of a text: each that is named, then any other. Of two values: less, equal, greater. Else:
// false, true.
struct Variable {
  enum class Kind : std::uint8_t { number, text, pair, truth } kind = Kind::truth;
  bool whole = false;  // numbers: whole ones alone
  bool same = false;   // a pair of one value with itself
  std::set<Rational> points;
  std::set<std::string> texts;

  std::size_t cells() const {
    switch (kind) {
      case Kind::number:
        return 2 * points.size() + 1;
      case Kind::text:
        return texts.size() + 1;
      case Kind::pair:
        return 3;
      case Kind::truth:
        break;
    }
    return 2;
  }
};

bool is_met(plan::Comparison op, int order) {
  switch (op) {
    case plan::Comparison::less:
      return order < 0;
    case plan::Comparison::at_most:
      return order <= 0;
    case plan::Comparison::greater:
      return order > 0;
    case plan::Comparison::at_least:
      return order >= 0;
    case plan::Comparison::equal:
      return order == 0;
    case plan::Comparison::not_equal:
      return order != 0;
  }
  return false;
}

// Which cells a value can lie in.
std::vector<std::size_t> possible_cells(const Variable& variable) {
  std::vector<std::size_t> possible;
  if (variable.kind == Variable::Kind::pair && variable.same) return {1};
  for (std::size_t cell = 0; cell < variable.cells(); ++cell) possible.push_back(cell);
  if (variable.kind != Variable::Kind::number || !variable.whole) return possible;
  const std::vector<Rational> points(variable.points.begin(), variable.points.end());
  const Rational least(std::numeric_limits<std::int64_t>::min()), greatest(std::numeric_limits<std::int64_t>::max());
  std::erase_if(possible, [&](std::size_t cell) {
    const std::size_t at = cell / 2;
    if (cell % 2 == 1) return !points[at].is_integer() || points[at] < least || points[at] > greatest;
    if ((at > 0 && points[at - 1] >= greatest) || (at < points.size() && points[at] <= least)) return true;
    if (at == 0 || at == points.size()) return false;
    return points[at - 1].floor() + 1 > points[at].ceil() - 1;
  });
  return possible;
}

// Which cells of its variable an atom holds in.
using Met = std::vector<bool>;

Met met_by_order(const Variable& variable, plan::Comparison op, const Rational& constant) {
  const auto place = std::distance(variable.points.begin(), variable.points.find(constant));
  const std::size_t point = 2 * static_cast<std::size_t>(place) + 1;
  Met met;
  for (std::size_t cell = 0; cell < variable.cells(); ++cell)
    met.push_back(is_met(op, cell < point ? -1 : cell > point ? 1 : 0));
  return met;
}

class Conditions {
 public:
  explicit Conditions(const Policy& policy) : policy_(policy) {}

  void read(TypedId id);
  // Calls `visit` in every combination, until it is false; false where there are too many of them.
  template <typename Visit>
  bool over_combinations(Visit visit);
  bool holds(TypedId id) const;  // in the combination at hand

 private:
  std::size_t place_of(const std::string& key, Variable::Kind kind) {
    const auto [found, fresh] = places_.emplace(key, variables_.size());
    if (fresh) variables_.push_back({.kind = kind, .points = {}, .texts = {}});
    return found->second;
  }
  std::size_t opaque(TypedId id) { return place_of("truth " + leaf_key(policy_, id), Variable::Kind::truth); }
  std::size_t number(TypedId value);
  std::size_t compared(TypedId id, const CompareNode& node);
  std::size_t counted(TypedId id, const NumberInNode& node);
  std::size_t named(TypedId id, const OneOfNode& node);
  Met met_of(TypedId atom) const;

  const Policy& policy_;
  std::vector<Variable> variables_;
  std::map<std::string, std::size_t> places_;
  std::map<TypedId, std::size_t> atoms_;  // and the variable that each asks of
  std::map<TypedId, Met> met_;
  std::vector<std::size_t> at_;  // the cell of each variable
};

const std::optional<Rational>* constant_of(const Policy& policy, TypedId id) {
  const auto* node = std::get_if<ConstantNode>(&policy.at(id).node);
  return node == nullptr ? nullptr : &node->value;
}

std::size_t Conditions::number(TypedId value) {
  const std::size_t place = place_of("number " + leaf_key(policy_, value), Variable::Kind::number);
  if (const auto* field = std::get_if<FieldNode>(&policy_.at(value).node))
    variables_[place].whole = plan::is_integer_valued(policy_.streams[field->stream].fields[field->field].type);
  return place;
}

std::size_t Conditions::compared(TypedId id, const CompareNode& node) {
  if (const auto* constant = constant_of(policy_, node.right)) {
    if (!*constant) return opaque(id);  // a parameter without a value
    const std::size_t place = number(node.left);
    variables_[place].points.insert(**constant);
    return place;
  }
  const std::string left = leaf_key(policy_, node.left), right = leaf_key(policy_, node.right);
  const std::size_t place =
      place_of("pair " + std::min(left, right) + " " + std::max(left, right), Variable::Kind::pair);
  variables_[place].same = left == right;
  return place;
}

std::size_t Conditions::counted(TypedId id, const NumberInNode& node) {
  for (const TypedId member : node.constants)
    if (const auto* constant = constant_of(policy_, member); constant == nullptr || !*constant) return opaque(id);
  const std::size_t place = number(node.value);
  for (const TypedId member : node.constants) variables_[place].points.insert(**constant_of(policy_, member));
  return place;
}

std::size_t Conditions::named(TypedId id, const OneOfNode& node) {
  const auto text = [&](TypedId label) -> const std::optional<std::string>* {
    const auto* named = std::get_if<LabelNode>(&policy_.at(label).node);
    return named == nullptr || !named->value ? nullptr : &named->value;
  };
  for (const TypedId label : node.labels)
    if (text(label) == nullptr) return opaque(id);
  const std::size_t place = place_of("text " + leaf_key(policy_, node.field), Variable::Kind::text);
  for (const TypedId label : node.labels) variables_[place].texts.insert(**text(label));
  return place;
}

void Conditions::read(TypedId id) {
  const auto both = [&](TypedId left, TypedId right) {
    read(left);
    read(right);
  };
  std::visit(plan::Overloaded{[&](const AndNode& node) { both(node.left, node.right); },
                              [&](const OrNode& node) { both(node.left, node.right); },
                              [&](const NotNode& node) { read(node.operand); }, [](const BooleanNode&) {},
                              [&](const CompareNode& node) { atoms_.emplace(id, compared(id, node)); },
                              [&](const NumberInNode& node) { atoms_.emplace(id, counted(id, node)); },
                              [&](const OneOfNode& node) { atoms_.emplace(id, named(id, node)); },
                              [&](const auto&) { atoms_.emplace(id, opaque(id)); }},
             policy_.at(id).node);
}

Met Conditions::met_of(TypedId atom) const {
  const Variable& variable = variables_[atoms_.at(atom)];
  if (variable.kind == Variable::Kind::truth) return {false, true};
  const auto& typed = policy_.at(atom).node;
  if (const auto* compare = std::get_if<CompareNode>(&typed)) {
    if (variable.kind == Variable::Kind::number)
      return met_by_order(variable, compare->op, **constant_of(policy_, compare->right));
    const bool swapped = leaf_key(policy_, compare->right) < leaf_key(policy_, compare->left);
    const plan::Comparison op = swapped ? mirrored(compare->op) : compare->op;
    return {is_met(op, -1), is_met(op, 0), is_met(op, 1)};
  }
  Met met(variable.cells(), false);
  if (const auto* numbers = std::get_if<NumberInNode>(&typed))
    for (const TypedId member : numbers->constants) {
      const auto place = std::distance(variable.points.begin(), variable.points.find(**constant_of(policy_, member)));
      met[2 * static_cast<std::size_t>(place) + 1] = true;
    }
  if (const auto* texts = std::get_if<OneOfNode>(&typed))
    for (const TypedId label : texts->labels) {
      const std::string& text = *std::get<LabelNode>(policy_.at(label).node).value;
      met[static_cast<std::size_t>(std::distance(variable.texts.begin(), variable.texts.find(text)))] = true;
    }
  return met;
}

bool Conditions::holds(TypedId id) const {
  return std::visit(plan::Overloaded{[&](const AndNode& node) { return holds(node.left) && holds(node.right); },
                                     [&](const OrNode& node) { return holds(node.left) || holds(node.right); },
                                     [&](const NotNode& node) { return !holds(node.operand); },
                                     [](const BooleanNode& node) { return node.value; },
                                     [&](const auto&) {
                                       const Met& met = met_.at(id);
                                       return static_cast<bool>(met[at_[atoms_.at(id)]]);
                                     }},
                    policy_.at(id).node);
}

template <typename Visit>
bool Conditions::over_combinations(Visit visit) {
  std::vector<std::vector<std::size_t>> possible;
  std::size_t combinations = 1;
  for (const Variable& variable : variables_) {
    possible.push_back(possible_cells(variable));
    if (possible.back().size() > kMostCombinations / combinations) return false;
    combinations *= possible.back().size();
  }
  for (const auto& [atom, place] : atoms_) met_[atom] = met_of(atom);
  at_.assign(variables_.size(), 0);
  for (std::size_t number = 0; number < combinations; ++number) {
    std::size_t left = number;
    for (std::size_t i = 0; i < possible.size(); ++i) {
      at_[i] = possible[i][left % possible[i].size()];
      left /= possible[i].size();
    }
    if (!visit()) break;
  }
  return true;
}

}  // namespace

Holding holding_of(const Policy& policy, std::span<const TypedId> given, TypedId condition) {
  Conditions conditions(policy);
  conditions.read(condition);
  for (const TypedId one : given) conditions.read(one);
  bool always = true, never = true;
  const bool asked = conditions.over_combinations([&] {
    if (!std::all_of(given.begin(), given.end(), [&](TypedId one) { return conditions.holds(one); })) return true;
    (conditions.holds(condition) ? never : always) = false;
    return always || never;
  });
  if (!asked) return Holding::untold;
  return never ? Holding::never : always ? Holding::always : Holding::untold;
}

bool is_contradiction(const Policy& policy, std::span<const TypedId> given) {
  return !given.empty() && holding_of(policy, given.subspan(1), given.front()) == Holding::never;
}

// A condition that was told once is not told again of another objective that asks it.
void Analyser::warn_of_vacuous(const Objective& objective) {
  for (const Requirement& requirement : objective.requirements) {
    std::vector<TypedId> leaves;
    each_leaf(requirement.estimate, leaves);
    for (const TypedId id : leaves) warn_of_vacuous(std::get<LeafNode>(at(id).node));
  }
}

void Analyser::warn_of_vacuous(const LeafNode& leaf) {
  if (leaf.shares) {
    for (const TypedId share : {leaf.shares->first, leaf.shares->second})
      warn_of_vacuous(std::get<LeafNode>(at(share).node));
    return;
  }
  for (const auto& population : {std::optional(leaf.population), leaf.other})
    if (population && warn_of_empty(*population)) return;
  if (!leaf.condition) return;
  const auto& where = std::get<PopulationNode>(at(leaf.population).node).conditions;
  const Span span = at(*leaf.condition).span;
  const Holding holding = holding_of(policy_, where, *leaf.condition);
  if (holding == Holding::untold || !told_vacuous_.insert(span.begin).second) return;
  const bool by_itself = holding_of(policy_, {}, *leaf.condition) == holding;
  auto& problem = warning("PM0462", span,
                          fmt::format("`{}` holds for {} row{}", text(span), holding == Holding::never ? "no" : "every",
                                      by_itself ? "" : " of its population"));
  if (!by_itself) also(problem, at(where.front()).span, "what its rows meet already");
  problem.help = holding == Holding::never ? "mend the condition: whatever the telemetry, its share is nought"
                                           : "mend the condition: whatever the telemetry, it shows nothing but that "
                                             "values are known, which `coverage(POPULATION, FIELD)` asks";
}

bool Analyser::warn_of_empty(TypedId population) {
  const auto& where = std::get<PopulationNode>(at(population).node).conditions;
  if (!is_contradiction(policy_, where)) return false;
  const Span span = at(where.back()).span;
  if (told_vacuous_.insert(span.begin).second)
    warning("PM0462", span,
            fmt::format("no row meets `{}`{}", text(span), where.size() > 1 ? " and what is before it" : ""))
        .help = "mend the condition: there will be nothing to judge";
  return true;
}

}  // namespace proofmark::semantics
