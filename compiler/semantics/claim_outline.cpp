// The terms are those that lowering makes (compiler/lower/requirements.cpp), without scans to count anything.
#include "compiler/semantics/claim_outline.h"

#include <algorithm>
#include <map>

#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

using builtins::Kind;

const LeafNode& leaf_at(const Policy& policy, TypedId id) {
  return std::get<LeafNode>(policy.at(id).node);
}

const Stream& stream_of(const Policy& policy, TypedId leaf) {
  return policy.streams[std::get<PopulationNode>(policy.at(leaf_at(policy, leaf).population).node).stream];
}

std::optional<Rational> constant(const Policy& policy, const std::optional<TypedId>& id) {
  const auto* node = id ? std::get_if<ConstantNode>(&policy.at(*id).node) : nullptr;
  return node != nullptr ? node->value : std::nullopt;
}

std::optional<std::int64_t> nanoseconds(const Policy& policy, const std::optional<TypedId>& id) {
  const auto value = constant(policy, id);
  constexpr std::int64_t kMost = 4'000'000'000'000'000'000;
  if (!value || *value <= Rational(0) || *value > Rational(kMost)) return std::nullopt;
  return static_cast<std::int64_t>(value->ceil());
}

bool at_least_like(plan::Comparison op) {
  return op == plan::Comparison::at_least || op == plan::Comparison::greater;
}

// What a leaf of a calculation is; a claim on it alone is made of it below.
std::optional<plan::Leaf> calculated_leaf(const Policy& policy, TypedId id) {
  const LeafNode& node = leaf_at(policy, id);
  plan::Leaf leaf;
  if (is_share(node)) {
    leaf.what = plan::Proportion{};
  } else if (node.builtin->kind == Kind::quantile) {
    if (!node.share) return std::nullopt;
    plan::Quantile quantile;
    quantile.p = *node.share;
    quantile.unit = policy.at(id).type.unit;
    leaf.what = quantile;
  } else if (node.builtin->kind == Kind::mean) {
    const auto low = constant(policy, node.low), high = constant(policy, node.high);
    if (!low || !high) return std::nullopt;
    plan::Mean mean;
    mean.low = *low;
    mean.high = *high;
    leaf.what = mean;
  } else if (node.builtin->census) {
    plan::Census census;
    const bool counts = node.builtin->kind == Kind::count || node.builtin->kind == Kind::distinct;
    census.kind = counts ? plan::CensusKind::count : plan::CensusKind::sum;
    census.unit = policy.at(id).type.unit;
    leaf.what = census;
  } else {
    return std::nullopt;
  }
  return leaf;
}

class Outline {
 public:
  Outline(const Policy& policy, plan::Requirement& requirement) : policy_(policy), requirement_(requirement) {}

  bool linear(const EstimateForm& form) {
    std::optional<plan::Id> sum;
    for (const auto& [id, coefficient] : form.terms) {
      plan::Id term = leaf(id);
      if (coefficient != Rational(1))
        term = add(plan::CalculatedTerm{plan::Calculation::multiply, {add(plan::ConstantTerm{coefficient}), term}});
      sum = sum ? add(plan::CalculatedTerm{plan::Calculation::add, {*sum, term}}) : term;
    }
    if (!form.constant.is_zero())
      add(plan::CalculatedTerm{plan::Calculation::add, {*sum, add(plan::ConstantTerm{form.constant})}});
    return known_;
  }

  bool tree(TypedId id) {
    (void)term(id);
    return known_;
  }

 private:
  plan::Id term(TypedId id) {
    const Typed& typed = policy_.at(id);
    if (const auto* constant = std::get_if<ConstantNode>(&typed.node)) {
      known_ = known_ && constant->value;
      return add(plan::ConstantTerm{constant->value.value_or(Rational())});
    }
    if (std::holds_alternative<LeafNode>(typed.node)) return leaf(id);
    const auto& node = std::get<EstimateNode>(typed.node);
    plan::CalculatedTerm calculated{node.op, {}};
    for (const TypedId operand : node.operands) calculated.operands.push_back(term(operand));
    return add(std::move(calculated));
  }

  plan::Id leaf(TypedId id) {
    const auto [found, fresh] =
        leaves_.emplace(leaf_key(policy_, id), static_cast<plan::Id>(requirement_.leaves.size()));
    if (fresh) {
      const auto made = calculated_leaf(policy_, id);
      known_ = known_ && made;
      requirement_.leaves.push_back(made.value_or(plan::Leaf{}));
    }
    return add(plan::LeafTerm{found->second});
  }

  plan::Id add(plan::Term term) {
    requirement_.terms.push_back(std::move(term));
    return static_cast<plan::Id>(requirement_.terms.size() - 1);
  }

  const Policy& policy_;
  plan::Requirement& requirement_;
  std::map<std::string, plan::Id> leaves_;
  bool known_ = true;
};

std::optional<plan::Leaf> rate_leaf(const Policy& policy, const Objective& objective, const LeafNode& node) {
  const auto per = nanoseconds(policy, node.per);
  if (!per) return std::nullopt;
  plan::Rate rate;
  rate.per_ns = *per;
  if (objective.poisson_because.empty()) {
    const auto bucket = node.bucket ? nanoseconds(policy, node.bucket) : per;
    if (!bucket) return std::nullopt;
    rate.bucket_ns = *bucket;
  }
  plan::Leaf leaf;
  leaf.what = rate;
  return leaf;
}

// A claim on the leaf alone. `p99 <= t` claims that at least 99 % of the values do not exceed t; `p99 >= t`, that no
// more than 99 % are below it.
bool outline_leaf(const Policy& policy, const Objective& objective, TypedId id, plan::Requirement& requirement) {
  const LeafNode& node = leaf_at(policy, id);
  std::optional<plan::Leaf> leaf;
  if (is_share(node)) {
    leaf = calculated_leaf(policy, id);
  } else if (node.builtin->kind == Kind::quantile && node.share) {
    leaf.emplace().what = plan::Proportion{};
    requirement.direct_op =
        at_least_like(*requirement.direct_op) ? plan::Comparison::at_most : plan::Comparison::at_least;
    requirement.direct_threshold = *node.share;
  } else if (node.builtin->kind == Kind::rate) {
    leaf = rate_leaf(policy, objective, node);
  } else if (node.builtin->kind == Kind::odds_ratio && !objective.strata) {
    leaf.emplace().what = plan::TwoShares{plan::TwoSharesKind::odds_ratio, {}, {}, {}};
  }
  if (!leaf) return false;
  requirement.leaves = {*leaf};
  return true;
}

bool outline_direct(const Policy& policy, const Objective& objective, const EstimateForm& form,
                    plan::Requirement& requirement) {
  const Rational& factor = form.terms[0].coefficient;
  const auto shifted = plan::subtract(requirement.threshold, form.constant);
  const auto direct = shifted ? plan::divide(*shifted, factor) : std::nullopt;
  if (!direct) return false;
  requirement.direct_op = factor.is_negative() ? mirrored(requirement.op) : requirement.op;
  requirement.direct_threshold = *direct;
  requirement.terms = {plan::LeafTerm{0}};
  if (form.terms.size() == 1) return outline_leaf(policy, objective, form.terms[0].leaf, requirement);
  plan::Leaf difference;
  difference.what = plan::TwoShares{};
  requirement.leaves = {difference};
  return true;
}

bool by_score(const Policy& policy, const Objective& objective, const EstimateForm& form) {
  return objective.method == plan::Method::miettinen_nurminen && share_difference(policy, form).has_value();
}

bool is_direct(const Policy& policy, const Objective& objective, const EstimateForm& form) {
  return form.linear && (form.terms.size() == 1 || by_score(policy, objective, form));
}

bool is_fairly_sampled(const Policy& policy, const EstimateForm& form) {
  return std::all_of(form.leaves.begin(), form.leaves.end(), [&](TypedId id) {
    const auto sampling = stream_of(policy, id).promise.sampling;
    return sampling == plan::StreamPromise::Sampling::none || sampling == plan::StreamPromise::Sampling::head;
  });
}

bool outline_clusters(const Policy& policy, const Clusters& clusters, plan::Objective& result) {
  plan::Clustering made;
  made.field = clusters.field.value_or("");
  if (clusters.block) {
    const auto block = nanoseconds(policy, clusters.block);
    if (!block) return false;
    made.block_ns = *block;
  }
  if (clusters.design_effect) {
    const auto effect = constant(policy, clusters.design_effect);
    if (!effect) return false;
    made.design_effect = *effect;
  }
  result.clustering = made;
  return true;
}

}  // namespace

std::optional<outlook::Claim> claim_outline(const Policy& policy, const Objective& objective,
                                            const Requirement& requirement) {
  if (objective.of_model || objective.strata) return std::nullopt;
  const EstimateForm form = form_of(policy, requirement.estimate);
  const auto confidence = constant(policy, objective.confidence);
  const auto threshold = constant(policy, requirement.threshold);
  if (!form.known || form.too_large || !confidence || !threshold || !is_fairly_sampled(policy, form))
    return std::nullopt;
  if (form.linear && form.terms.empty()) return std::nullopt;
  outlook::Claim claim;
  claim.objective.confidence = *confidence;
  claim.objective.looks = policy.looks;
  claim.objective.method = objective.method;
  claim.objective.unknown_as = objective.unknown_as;
  if (objective.family_least > 0) claim.sharing = objective.requirements.size();
  if (objective.clusters && !outline_clusters(policy, *objective.clusters, claim.objective)) return std::nullopt;
  plan::Requirement made;
  made.op = requirement.op;
  made.threshold = *threshold;
  const bool direct = is_direct(policy, objective, form);
  made.splits = direct ? 1 : form.splits;
  Outline outline(policy, made);
  const bool told = direct        ? outline_direct(policy, objective, form, made)
                    : form.linear ? outline.linear(form)
                                  : outline.tree(requirement.estimate);
  if (!told) return std::nullopt;
  claim.objective.requirements = {made};
  return claim;
}

std::vector<std::uint32_t> streams_of_supply(const Policy& policy, const Objective& objective,
                                             const Requirement& requirement) {
  const EstimateForm form = form_of(policy, requirement.estimate);
  std::vector<TypedId> leaves = form.leaves;
  if (is_direct(policy, objective, form)) {
    const auto& node = leaf_at(policy, form.terms[0].leaf);
    if (node.shares)
      leaves = {node.shares->first, node.shares->second};
    else if (form.terms.size() == 1)
      leaves = {form.terms[0].leaf};
  }
  std::vector<std::uint32_t> streams;
  for (const TypedId id : leaves)
    streams.push_back(std::get<PopulationNode>(policy.at(leaf_at(policy, id).population).node).stream);
  return streams;
}

}  // namespace proofmark::semantics
