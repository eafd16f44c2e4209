// What the best telemetry of the window could not show: claims whose best facts the judge does not let pass.
//
// How many rows the window holds is told by `expect at least`, how much time by its length alone. Where neither is
// known nothing is said here: `proofmark plan` names the rows, and the verdict does (bound_does_not_exist, too_few).
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/claim_outline.h"
#include "compiler/semantics/words.h"
#include "runtime/outlook/binomial_test.h"

namespace proofmark::semantics {
namespace {

using outlook::Best;
using outlook::Claim;
using outlook::Supply;

constexpr std::int64_t kLongestNs = 4'000'000'000'000'000'000;

const plan::Requirement& requirement_of(const Claim& claim) {
  return claim.objective.requirements.front();
}

bool is_rate(const Claim& claim) {
  return std::holds_alternative<plan::Rate>(requirement_of(claim).leaves.front().what);
}

// Thresholds that are refused for what they are have been told of.
bool is_sensible(const Claim& claim) {
  const plan::Requirement& requirement = requirement_of(claim);
  if (claim.objective.confidence <= *Rational::make(1, 2) || claim.objective.confidence >= Rational(1)) return false;
  if (!requirement.direct_op) return !claim.objective.clustering;
  const Rational& t = requirement.direct_threshold;
  if (std::holds_alternative<plan::Proportion>(requirement.leaves.front().what))
    return t > Rational(0) && t < Rational(1);
  const auto* shares = std::get_if<plan::TwoShares>(&requirement.leaves.front().what);
  if (shares != nullptr && shares->kind == plan::TwoSharesKind::difference) return t > Rational(-1) && t < Rational(1);
  return t > Rational(0);
}

// A share of independent rows by an exact tail: check_reachable knows the rows in closed form.
bool is_told_elsewhere(const Claim& claim) {
  const plan::Requirement& requirement = requirement_of(claim);
  return requirement.direct_op && std::holds_alternative<plan::Proportion>(requirement.leaves.front().what) &&
         !claim.objective.clustering && claim.objective.looks.kind != plan::LooksKind::unlimited;
}

bool compares_shares(const Claim& claim) {
  const std::vector<plan::Leaf>& leaves = requirement_of(claim).leaves;
  if (std::holds_alternative<plan::TwoShares>(leaves.front().what)) return true;
  return leaves.size() == 2 && std::all_of(leaves.begin(), leaves.end(), [](const plan::Leaf& leaf) {
           return std::holds_alternative<plan::Proportion>(leaf.what);
         });
}

bool has_quantile(const Claim& claim) {
  const std::vector<plan::Leaf>& leaves = requirement_of(claim).leaves;
  return std::any_of(leaves.begin(), leaves.end(),
                     [](const plan::Leaf& leaf) { return std::holds_alternative<plan::Quantile>(leaf.what); });
}

std::string such_rows(const Claim& claim) {
  const auto& clustering = claim.objective.clustering;
  if (clustering && clustering->design_effect > Rational(1))
    return fmt::format("clean rows, of which {} count as one", show(clustering->design_effect, Unit::number));
  if (clustering) return "clean rows, each in a cluster of its own";
  if (has_quantile(claim)) return "rows of each population for its quantiles to have bounds";
  return requirement_of(claim).leaves.size() > 1 || compares_shares(claim)
             ? "rows of each population, at the best that can come"
             : "clean rows";
}

// `first - second` against a limit, the two in an order that does not depend on how it is written.
struct DifferenceLimit {
  std::string first, second;
  bool at_least = true;
  Rational limit;
};

std::optional<DifferenceLimit> difference_limit(const Policy& policy, const Requirement& requirement) {
  const EstimateForm form = form_of(policy, requirement.estimate);
  const auto difference = share_difference(policy, form);
  const auto* node = std::get_if<ConstantNode>(&policy.at(requirement.threshold).node);
  const auto limit =
      difference && node != nullptr ? difference_threshold(form, *difference, node->value) : std::nullopt;
  if (!limit) return std::nullopt;
  const bool at_least = requirement.op == plan::Comparison::at_least || requirement.op == plan::Comparison::greater;
  DifferenceLimit found{leaf_key(policy, difference->first), leaf_key(policy, difference->second),
                        at_least != difference->factor.is_negative(), *limit};
  if (found.first < found.second) return found;
  const auto turned = plan::negate(found.limit);
  if (!turned) return std::nullopt;
  return DifferenceLimit{found.second, found.first, !found.at_least, *turned};
}

Rational whole_seconds(std::int64_t ns) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return Rational((ns + kSecond - 1) / kSecond * kSecond);
}

std::string rows_text(const std::optional<std::uint64_t>& rows) {
  return rows ? fmt::format("{}", *rows) : "more than 10^12";
}

}  // namespace

void Analyser::check_best_facts(const Objective& objective, const Requirement& requirement) {
  const auto claim = claim_outline(policy_, objective, requirement);
  if (!claim || !is_sensible(*claim)) return;
  if (outlook::is_never_decided(*claim)) return never_decided(requirement);
  const auto length = longest_window(objective);
  const auto length_ns = length ? constant(*length) : std::nullopt;
  if (!length_ns || *length_ns <= Rational(0) || *length_ns > Rational(kLongestNs) || is_told_elsewhere(*claim)) return;
  if (is_rate(*claim)) return check_time_suffices(objective, requirement, *claim);
  Supply supply;
  std::optional<std::uint32_t> scarcest;
  for (const std::uint32_t index : streams_of_supply(policy_, objective, requirement)) {
    const auto expected = expected_in_group(objective, policy_.streams[index]);
    const std::uint64_t rows = expected.value_or(outlook::kMostRows);
    if (expected && (!scarcest || rows < *std::min_element(supply.rows.begin(), supply.rows.end()))) scarcest = index;
    supply.rows.push_back(rows);
  }
  if (claim->objective.clustering && claim->objective.clustering->block_ns > 0) {
    supply.clusters = static_cast<std::uint64_t>(
        plan::divide(*length_ns, Rational(claim->objective.clustering->block_ns)).value_or(Rational(1)).ceil());
    if (!check_blocks_suffice(objective, requirement, *claim, *supply.clusters)) return;
  }
  if (scarcest) check_supply_suffices(objective, requirement, *claim, {supply, *scarcest});
}

// At least one; nothing where the traffic or the window is not known.
std::optional<std::uint64_t> Analyser::expected_in_group(const Objective& objective, const Stream& stream) const {
  const auto expected = expected_rows(objective, stream);
  const auto each = expected
                        ? plan::divide(*expected, Rational(static_cast<std::int64_t>(groups_of(objective, stream))))
                        : std::nullopt;
  if (!each) return std::nullopt;
  return static_cast<std::uint64_t>(
      std::clamp<plan::Int128>(each->floor(), 0, static_cast<plan::Int128>(outlook::kMostRows)));
}

void Analyser::check_supply_suffices(const Objective& objective, const Requirement& requirement, const Claim& claim,
                                     const PlannedSupply& planned) {
  const auto& [supply, scarcest] = planned;
  const Stream& stream = policy_.streams[scarcest];
  const Rational expected = *expected_rows(objective, stream);
  const std::size_t groups = groups_of(objective, stream);
  const std::string in_groups = groups > 1 ? fmt::format(" in each of {} groups", groups) : "";
  if (!outlook::can_pass(claim, supply)) {
    never_passes(
        objective, stream, requirement.span,
        fmt::format("{} {}{}", rows_text(outlook::fewest_rows_to_pass(claim, supply)), such_rows(claim), in_groups),
        expected);
    return;
  }
  if (!compares_shares(claim) || outlook::can_pass(claim, supply, Best::of_alike)) return;
  const auto needed = outlook::fewest_rows_to_pass(claim, supply, Best::of_alike);
  if (!needed) return;  // populations that are alike do not meet it: it asks for a difference
  if (bounds_both_sides(objective, requirement)) {
    const auto first = std::find_if(objective.requirements.begin(), objective.requirements.end(),
                                    [&](const Requirement& one) { return one.span == requirement.span; });
    if (&*first == &requirement)  // both halves of `equivalent` stand at one place
      never_passes(objective, stream, requirement.span,
                   fmt::format("{} rows of each population, were they alike{}", *needed, in_groups), expected);
    return;
  }
  const TypedId length = *longest_window(objective);
  auto& problem = warning(
      "PM0406", requirement.span,
      fmt::format("populations that are alike can never pass this: it needs {} rows of each{}, at the best that "
                  "can come, and {} are expected in {}",
                  *needed, in_groups, plan::to_string(expected.floor()), show(*constant(length), Unit::duration)));
  also(problem, stream.expect_span, "the expected traffic");
  also(problem, at(length).span, "the window");
  problem.help =
      "lengthen the window, allow a greater margin, or expect more traffic: as it is, it passes only where "
      "one population comes out better than the other";
}

// `equivalent` of two shares: their difference may be as far above as below, and both are required. Bounds are nearest
// to each other where the shares are alike, and no others could meet both.
bool Analyser::bounds_both_sides(const Objective& objective, const Requirement& requirement) const {
  const auto limit = difference_limit(policy_, requirement);
  const auto opposite = limit ? plan::negate(limit->limit) : std::nullopt;
  if (!opposite || opposite->is_zero() || objective.family_least > 0 ||
      objective.method == plan::Method::miettinen_nurminen)
    return false;
  return std::any_of(objective.requirements.begin(), objective.requirements.end(), [&](const Requirement& one) {
    const auto other = difference_limit(policy_, one);
    return other && other->first == limit->first && other->second == limit->second &&
           other->at_least != limit->at_least && other->limit == *opposite;
  });
}

// Blocks of time that one window has: their number is known whatever the traffic.
bool Analyser::check_blocks_suffice(const Objective& objective, const Requirement& requirement, const Claim& claim,
                                    std::uint64_t blocks) {
  if (outlook::can_pass(claim, {{blocks * (outlook::kMostRows / blocks)}, blocks, 0})) return true;
  const TypedId length = *longest_window(objective);
  auto& problem = error(
      "PM0406", requirement.span,
      fmt::format("this can never pass: it needs {} blocks of time that are clean, and {} has {}",
                  rows_text(outlook::fewest_clusters_to_pass(claim)), show(*constant(length), Unit::duration), blocks));
  also(problem, objective.clusters->span, "the clusters");
  also(problem, at(length).span, "the window");
  problem.help = "lengthen the window, or make the blocks shorter";
  return false;
}

void Analyser::check_time_suffices(const Objective& objective, const Requirement& requirement, const Claim& claim) {
  const TypedId length = *longest_window(objective);
  if (outlook::can_pass(claim, {{1}, {}, static_cast<std::int64_t>(constant(length)->floor())})) return;
  const auto& rate = std::get<plan::Rate>(requirement_of(claim).leaves.front().what);
  const auto needed = outlook::shortest_time_to_pass(claim);
  const std::string time = needed ? show(whole_seconds(*needed), Unit::duration) : "more than a hundred years";
  const bool by_buckets = rate.bucket_ns > 0;
  auto& problem = error("PM0406", requirement.span,
                        fmt::format("this can never pass: {} it needs {} of telemetry, and its window is {}",
                                    by_buckets ? fmt::format("ten buckets of {} must hold an event, so that",
                                                             show(Rational(rate.bucket_ns), Unit::duration))
                                               : "even without an event",
                                    time, show(*constant(length), Unit::duration)));
  also(problem, at(length).span, "the window");
  problem.help = by_buckets ? "lengthen the window, make the `buckets` shorter, or say `assume poisson because` where "
                              "events come one by one"
                            : "lengthen the window, or ask for less";
}

void Analyser::never_decided(const Requirement& requirement) {
  auto& problem = error("PM0406", requirement.span,
                        "this can never pass or fail: a quantile within a calculation has no bounds where the looks "
                        "have no limit");
  if (policy_.looks_span) also(problem, *policy_.looks_span, "the looks");
  problem.help = "say how many looks there are, such as `looks at most 10`, or require each quantile by itself";
}

}  // namespace proofmark::semantics
