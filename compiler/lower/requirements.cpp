// A requirement with one leaf in linear form becomes a direct claim on that leaf; any other a tree of terms over its
// leaves.
#include "compiler/lower/requirements.h"

#include <algorithm>
#include <map>

#include "compiler/lower/leaves.h"
#include "compiler/semantics/splits.h"
#include "compiler/semantics/weights.h"
#include "compiler/semantics/words.h"

namespace proofmark::lower {
namespace {

using namespace semantics;
using builtins::Kind;

plan::Comparison turned(plan::Comparison op) {
  return mirrored(op);
}  // multiplying by a negative number

// Builds the terms of a requirement, leaves first, each leaf once.
class TermBuilder {
 public:
  TermBuilder(Context& context, plan::Requirement& requirement) : context_(context), requirement_(requirement) {}

  Id leaf(TypedId id) {
    const auto [found, fresh] =
        leaves_.emplace(leaf_key(context_.policy, id), static_cast<Id>(requirement_.leaves.size()));
    if (fresh) requirement_.leaves.push_back(lower_leaf(context_, id));
    return add(plan::LeafTerm{found->second});
  }

  Id difference(const ShareDifference& shares) {
    requirement_.leaves.push_back(lower_difference(context_, shares));
    return add(plan::LeafTerm{0});
  }

  Id linear(const EstimateForm& form) {
    std::optional<Id> sum;
    for (const auto& [id, coefficient] : form.terms) {
      Id term = leaf(id);
      if (coefficient == Rational(-1))
        term = add(plan::CalculatedTerm{plan::Calculation::negate, {term}});
      else if (coefficient != Rational(1))
        term = add(plan::CalculatedTerm{plan::Calculation::multiply, {add(plan::ConstantTerm{coefficient}), term}});
      sum = sum ? add(plan::CalculatedTerm{plan::Calculation::add, {*sum, term}}) : term;
    }
    if (!form.constant.is_zero())
      sum = add(plan::CalculatedTerm{plan::Calculation::add, {*sum, add(plan::ConstantTerm{form.constant})}});
    return *sum;
  }

  Id tree(TypedId id) {
    const Typed& typed = context_.policy.at(id);
    if (const auto* constant = std::get_if<ConstantNode>(&typed.node)) return add(plan::ConstantTerm{*constant->value});
    if (std::holds_alternative<LeafNode>(typed.node)) return leaf(id);
    const auto& node = std::get<EstimateNode>(typed.node);
    plan::CalculatedTerm term{node.op, {}};
    for (const TypedId operand : node.operands) term.operands.push_back(tree(operand));
    return add(std::move(term));
  }

 private:
  Id add(plan::Term term) {
    requirement_.terms.push_back(std::move(term));
    return static_cast<Id>(requirement_.terms.size() - 1);
  }

  Context& context_;
  plan::Requirement& requirement_;
  std::map<std::string, Id> leaves_;
};

// Arms are counted over all groups: what splits rows does not look at them.
plan::Split split(Context& context, const semantics::Split& declared) {
  plan::Split result;
  result.text = one_line(context.file.text(declared.span));
  Rational sum;
  for (std::size_t i = 0; i < declared.arms.size(); ++i) {
    Rows rows = rows_of(context, declared.arms[i]);
    rows.grouping.reset();
    result.arms.push_back(counted(context, rows, rows.population));
    result.shares.push_back(*std::get<ConstantNode>(context.policy.at(declared.shares[i]).node).value);
    sum = *plan::add(sum, result.shares.back());
  }
  for (Rational& share : result.shares) share = *plan::divide(share, sum);
  return result;
}

bool shown_in_ppm(const semantics::Policy& policy, const EstimateForm& form) {
  return std::all_of(form.leaves.begin(), form.leaves.end(), [&](TypedId id) {
    return std::get<LeafNode>(policy.at(id).node).builtin->kind == Kind::per_million;
  });
}

}  // namespace

Id Scans::index(std::uint32_t stream) {
  const auto found = std::find(streams_.begin(), streams_.end(), stream);
  const auto id = static_cast<Id>(found - streams_.begin());
  if (found == streams_.end()) {
    streams_.push_back(stream);
    builders_.push_back(std::make_unique<ScanBuilder>(policy_, stream));
  }
  return id;
}

std::vector<plan::Scan> Scans::take() {
  std::vector<plan::Scan> scans;
  for (auto& builder : builders_) scans.push_back(builder->take());
  return scans;
}

plan::Requirement lower_requirement(const semantics::Policy& policy, const semantics::Objective& typed,
                                    plan::Objective& objective, const semantics::Requirement& requirement,
                                    const source::SourceFile& file, Scans& scans) {
  plan::Requirement result;
  result.op = requirement.op;
  result.threshold = *std::get<ConstantNode>(policy.at(requirement.threshold).node).value;
  result.unit = policy.at(requirement.estimate).type.unit;
  result.text = one_line(file.text(requirement.span));
  result.origin = file.origin(requirement.span);
  const EstimateForm form = form_of(policy, requirement.estimate);
  result.in_ppm = shown_in_ppm(policy, form);
  const bool by_score = typed.method == plan::Method::miettinen_nurminen || typed.strata;
  const auto difference = by_score ? share_difference(policy, form) : std::optional<ShareDifference>();
  const bool direct = (form.linear && form.terms.size() == 1) || difference;
  result.splits = direct ? 1 : form.splits;
  const auto alpha = plan::subtract(Rational(1), objective.confidence);
  const std::size_t members = typed.family_least > 0 ? typed.requirements.size() : 1;
  const auto shares = Rational(static_cast<std::int64_t>(result.splits * objective.looks.maximum * members));
  Context context{policy, typed, objective,
                  file,   scans, objective.confidence.is_zero() ? Rational() : *plan::divide(*alpha, shares),
                  {},     {}};
  if (direct) {
    const Rational& factor = form.terms[0].coefficient;
    result.direct_op = factor.is_negative() ? turned(result.op) : result.op;
    result.direct_threshold = *plan::divide(*plan::subtract(result.threshold, form.constant), factor);
    context.direct_op = result.direct_op;
    context.direct_threshold = result.direct_threshold;
    context.weighed = is_weighed(policy, typed, requirement);
    TermBuilder terms(context, result);
    difference ? terms.difference(*difference) : terms.leaf(form.terms[0].leaf);
  } else if (TermBuilder terms(context, result); form.linear) {
    terms.linear(form);
  } else {
    terms.tree(requirement.estimate);
  }
  if (const auto found = split_of(policy, form)) result.split = split(context, policy.splits[*found]);
  return result;
}

}  // namespace proofmark::lower
