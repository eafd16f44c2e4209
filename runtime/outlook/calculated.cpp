// Bounds are left out one by one, to see which of them a verdict needs.
#include "runtime/outlook/calculated.h"

#include <algorithm>
#include <cmath>

#include "runtime/judgement/anytime.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/earlier_looks.h"
#include "runtime/judgement/interval.h"
#include "runtime/judgement/requirement.h"
#include "runtime/outlook/directions.h"
#include "runtime/outlook/ends.h"
#include "runtime/outlook/outlook.h"
#include "runtime/plan/match.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::outlook {
namespace {

using judgement::Range;

const plan::Requirement& requirement_of(const Claim& claim) {
  return claim.objective.requirements.front();
}

// Which bounds of a leaf there are.
struct Sides {
  bool lower = true, upper = true;
};

// Values that are not negative are supposed first: whoever divides quantiles means such.
Ends ends_of(const Sides& sides, bool never_negative) {
  return Ends::bounded(sides.lower, sides.upper, never_negative);
}

Ends calculated(const plan::Requirement& requirement, const std::vector<Sides>& sides, bool never_negative) {
  std::vector<Ends> leaves;
  for (const Sides& of_leaf : sides) leaves.push_back(ends_of(of_leaf, never_negative));
  return calculate_ends(requirement, leaves);
}

bool is_enough(const Claim& claim, const std::vector<Sides>& sides, bool never_negative, bool to_pass) {
  const plan::Requirement& requirement = requirement_of(claim);
  const Ends ends = calculated(requirement, sides, never_negative);
  return to_pass ? can_meet(ends, requirement.op, requirement.threshold)
                 : can_miss(ends, requirement.op, requirement.threshold);
}

// The quantile next to p on one side: half as much lies beyond it, or twice as much within.
std::optional<Rational> neighbour_of(const Rational& p, bool upper) {
  const auto rest = subtract(Rational(1), p);
  if (!rest) return std::nullopt;
  const bool half = upper == (*rest <= p);
  const Rational& far = upper ? *rest : p;
  if (half) {
    const auto beyond = half_allowed(far);
    return upper && beyond ? subtract(Rational(1), *beyond) : beyond;
  }
  const auto within = twice_allowed(upper ? p : *rest);
  return !upper && within ? subtract(Rational(1), *within) : within;
}

std::optional<NeededBound> bound_of(const Claim& claim, plan::Id leaf, bool upper) {
  const Rational& p = std::get<plan::Quantile>(requirement_of(claim).leaves[leaf].what).p;
  const auto neighbour = neighbour_of(p, upper);
  const auto allowed = upper ? subtract(Rational(1), p) : std::optional(p);
  const auto share = !upper ? neighbour : neighbour ? subtract(Rational(1), *neighbour) : std::nullopt;
  if (!allowed || !share) return std::nullopt;
  NeededBound bound{leaf, upper, false, *neighbour, {}, *share};
  bound.test.allowed = *allowed;
  bound.test.pass_alpha = bound.test.fail_alpha = bound_alpha(claim);
  return bound;
}

bool is_exact(const plan::Leaf& leaf) {
  return std::holds_alternative<plan::Census>(leaf.what);
}

std::optional<Range> evaluate(const plan::Requirement& requirement, const std::vector<Range>& leaves) {
  std::vector<Range> terms;
  for (const plan::Term& term : requirement.terms) {
    const auto value = plan::match(
        term, [&](const plan::LeafTerm& node) { return std::optional<Range>(leaves[node.leaf]); },
        [](const plan::ConstantTerm& node) { return std::optional<Range>(Range::point(node.value)); },
        [&](const plan::CalculatedTerm& node) {
          std::vector<Range> operands;
          for (const plan::Id id : node.operands) operands.push_back(terms[id]);
          return judgement::calculate(node.operation, operands);
        });
    if (!value) return std::nullopt;
    terms.push_back(*value);
  }
  return terms.back();
}

// Whether the end that decides moves with the bound, of bounds that are all there.
bool moves(const Claim& claim, plan::Id leaf, bool upper, bool to_pass) {
  const plan::Requirement& requirement = requirement_of(claim);
  std::vector<Range> leaves;
  for (std::size_t i = 0; i < requirement.leaves.size(); ++i) {
    const auto least = static_cast<std::int64_t>(100 + i);
    leaves.push_back({Rational(least), Rational(2 * least)});
  }
  const auto end_of = [&](const std::vector<Range>& ranges) {
    const auto whole = evaluate(requirement, ranges);
    if (!whole) return std::optional<Rational>();
    return judgement::is_at_least(requirement.op) == to_pass ? whole->lower : whole->upper;
  };
  std::vector<Range> moved = leaves;
  auto& end = upper ? moved[leaf].upper : moved[leaf].lower;
  end = upper ? Rational(190) : Rational(110);
  return end_of(leaves) != end_of(moved);
}

std::optional<std::vector<NeededBound>> needed(const Claim& claim, bool to_pass) {
  const std::vector<plan::Leaf>& leaves = requirement_of(claim).leaves;
  const bool told = std::all_of(leaves.begin(), leaves.end(), [](const plan::Leaf& leaf) {
    return is_exact(leaf) || std::holds_alternative<plan::Quantile>(leaf.what);
  });
  if (!told || is_never_decided(claim)) return std::nullopt;
  std::vector<Sides> sides(leaves.size());
  const bool never_negative = is_enough(claim, sides, true, to_pass);
  if (!never_negative && !is_enough(claim, sides, false, to_pass)) return std::nullopt;
  std::vector<NeededBound> bounds;
  for (plan::Id leaf = 0; leaf < leaves.size(); ++leaf)
    for (bool Sides::* side : {&Sides::lower, &Sides::upper}) {
      if (is_exact(leaves[leaf])) continue;
      sides[leaf].*side = false;
      if (is_enough(claim, sides, never_negative, to_pass)) continue;
      sides[leaf].*side = true;
      auto bound = bound_of(claim, leaf, side == &Sides::upper);
      if (!bound) return std::nullopt;
      bound->exists_alone = !moves(claim, leaf, side == &Sides::upper, to_pass);
      bounds.push_back(*bound);
    }
  return bounds;
}

Range bounds_of(const Claim& claim, std::uint64_t good, std::uint64_t rows, const Rational& alpha) {
  if (judgement::is_anytime(claim.objective, requirement_of(claim))) {
    const auto bounds = judgement::anytime_bounds({good, 0, rows}, alpha);
    return {bounds.lower, bounds.upper};
  }
  const auto bounds = statistics::clopper_pearson(good, 0, rows, alpha);
  return judgement::enclose(bounds.lower, bounds.upper);
}

// Each share moves by its part of the deviation, to the side that hurts the verdict.
Reaches reaching(const Claim& claim, double share, const Rational& alpha, judgement::Claimed wanted) {
  const plan::Requirement& requirement = requirement_of(claim);
  const std::vector<Direction> directions = directions_of(requirement);
  const double up = judgement::is_at_least(requirement.op) == (wanted == judgement::Claimed::everywhere) ? -1 : 1;
  const double part = 1 / std::sqrt(static_cast<double>(directions.size()));
  return [=](std::uint64_t rows, double z) {
    const auto n = static_cast<double>(rows);
    std::vector<Range> leaves;
    for (const Direction direction : directions) {
      const double towards = direction == Direction::rising ? up : -up;
      const double good = share * n + towards * z * part * std::sqrt(n * share * (1 - share));
      leaves.push_back(
          bounds_of(claim, static_cast<std::uint64_t>(std::llround(std::clamp(good, 0.0, n))), rows, alpha));
    }
    const auto range = evaluate(requirement_of(claim), leaves);
    return range && judgement::claim_over(*range, requirement_of(claim).op, requirement_of(claim).threshold) == wanted;
  };
}

}  // namespace

std::optional<std::vector<NeededBound>> bounds_to_pass(const Claim& claim) {
  return needed(claim, true);
}

std::optional<std::vector<NeededBound>> bounds_to_fail(const Claim& claim) {
  return needed(claim, false);
}

std::optional<std::uint64_t> rows_for_bounds(const std::vector<NeededBound>& bounds, const Rational& power) {
  const auto moving = std::count_if(bounds.begin(), bounds.end(), [](const auto& one) { return !one.exists_alone; });
  const auto missed =
      divide(*subtract(Rational(1), power), Rational(static_cast<std::int64_t>(std::max<std::ptrdiff_t>(moving, 1))));
  const auto each = missed ? subtract(Rational(1), *missed) : std::nullopt;
  if (!each) return std::nullopt;
  std::uint64_t most = 1;
  for (const NeededBound& bound : bounds) {
    const auto rows = bound.exists_alone ? rows_to_pass(bound.test, 0) : rows_for_pass(bound.test, bound.share, *each);
    if (!rows) return std::nullopt;
    most = std::max(most, *rows);
  }
  return most;
}

double chance_of_bounds(const std::vector<NeededBound>& bounds, std::uint64_t rows) {
  double missed = 0;
  for (const NeededBound& bound : bounds)
    missed +=
        bound.exists_alone ? (passes(bound.test, 0, rows) ? 0 : 1) : 1 - chances(bound.test, rows, bound.share).pass;
  return std::max(0.0, 1 - missed);
}

bool is_of_shares(const Claim& claim) {
  const plan::Requirement& requirement = requirement_of(claim);
  const std::vector<Direction> directions = directions_of(requirement);
  return std::all_of(requirement.leaves.begin(), requirement.leaves.end(),
                     [](const plan::Leaf& leaf) { return std::holds_alternative<plan::Proportion>(leaf.what); }) &&
         std::find(directions.begin(), directions.end(), Direction::both) == directions.end();
}

bool meets_at(const Claim& claim, double share) {
  const plan::Requirement& requirement = requirement_of(claim);
  const Range point = judgement::enclose(share, share);
  const auto range = evaluate(requirement, std::vector<Range>(requirement.leaves.size(), point));
  return range &&
         judgement::claim_over(*range, requirement.op, requirement.threshold) == judgement::Claimed::everywhere;
}

Reaches passes_at(const Claim& claim, double share) {
  return reaching(claim, share, bound_alpha(claim), judgement::Claimed::everywhere);
}

Reaches fails_at(const Claim& claim, double share, const Rational& fail_alpha) {
  const auto splits = static_cast<std::int64_t>(requirement_of(claim).splits);
  return reaching(claim, share, divide(fail_alpha, Rational(splits)).value_or(fail_alpha), judgement::Claimed::nowhere);
}

}  // namespace proofmark::outlook
