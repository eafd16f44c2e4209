#include "cli/plan_calculated.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "cli/report_rows.h"
#include "runtime/judgement/quantity.h"
#include "runtime/outlook/calculated.h"

namespace proofmark::cli {
namespace {

using outlook::CurvePoint;
using outlook::NeededBound;
using outlook::Wait;

constexpr std::array<std::pair<std::int64_t, std::int64_t>, 6> kShares{
    {{1, 1000}, {1, 100}, {1, 10}, {9, 10}, {99, 100}, {999, 1000}}};

const plan::Requirement& requirement_of(const CalculatedQuestion& question) {
  return question.claim.objective.requirements.front();
}

template <typename Kind>
bool has(const CalculatedQuestion& question) {
  const auto& leaves = requirement_of(question).leaves;
  return std::any_of(leaves.begin(), leaves.end(),
                     [](const plan::Leaf& leaf) { return std::holds_alternative<Kind>(leaf.what); });
}

std::string ratio_text(const Rational& share) {
  return judgement::exact_quantity(share, {plan::Unit::ratio, false});
}

// "it holds even with the 99.5 % quantile for p99(x)"
std::string truth_text(const CalculatedQuestion& question, const std::vector<NeededBound>& bounds, bool to_pass) {
  std::string text = to_pass ? "it holds even with" : "it is broken even with";
  bool first = true;
  for (const NeededBound& bound : bounds) {
    if (bound.exists_alone) continue;
    text += fmt::format("{} the {} quantile for {}", std::exchange(first, false) ? "" : " and",
                        ratio_text(bound.neighbour), printable(question.parts[bound.leaf]));
  }
  return text;
}

RoughClaim::Line line_of(const CalculatedQuestion& question, std::string truth, bool to_pass,
                         std::optional<std::uint64_t> rows) {
  RoughClaim::Line line{std::move(truth), to_pass, rows, {}, true};
  if (!rows) return line;
  const Wait wait =
      to_pass ? outlook::wait_for_pass(question.arrival, *rows) : outlook::wait_for_fail(question.arrival, *rows);
  line.rows = wait.rows;
  line.ns = wait.ns;
  line.fits = wait.fits;
  return line;
}

// Chances of the two truths that a curve is drawn for, at so many rows.
struct Curve {
  std::function<double(std::uint64_t)> pass, fail;
};

void draw(RoughClaim& claim, const CalculatedQuestion& question, const Curve& curve) {
  std::uint64_t last = 0;
  for (const RoughClaim::Line& line : claim.lines)
    if (line.rows && (line.truth == claim.better || line.truth == claim.worse)) last = std::max(last, *line.rows);
  last += last / 2;
  if (const auto window = outlook::rows_in_window(question.arrival)) last = std::min(last, *window);
  const std::uint64_t step = std::max<std::uint64_t>(1, (last + outlook::kCurvePoints - 1) / outlook::kCurvePoints);
  for (std::uint64_t rows = step; rows <= last; rows += step) {
    CurvePoint point;
    point.rows = rows;
    if (curve.pass && rows >= question.arrival.minimum_rows) point.better.pass = curve.pass(rows);
    if (curve.fail) point.worse.fail = curve.fail(rows);
    point.better.undecided = 1 - point.better.pass;
    point.worse.undecided = 1 - point.worse.fail;
    claim.curve.push_back(point);
  }
}

RoughClaim started(const CalculatedQuestion& question) {
  RoughClaim claim;
  claim.rows_per_ns = question.arrival.rows_per_ns;
  claim.pass_power = question.pass_power;
  claim.fail_power = question.fail_power;
  return claim;
}

// A failure among several comparisons needs bounds at a part of alpha that no quantile is ranked at.
bool fails_alone(const CalculatedQuestion& question) {
  return question.comparisons == 1 || !has<plan::Quantile>(question);
}

std::optional<RoughClaim> by_ranks(const CalculatedQuestion& question) {
  const auto to_pass = outlook::bounds_to_pass(question.claim);
  const auto to_fail = fails_alone(question) ? outlook::bounds_to_fail(question.claim) : std::nullopt;
  RoughClaim claim = started(question);
  claim.at_least = true;
  claim.about = "rows of each population; every bound that it needs lies within that quantile";
  Curve curve;
  if (to_pass && !to_pass->empty()) {
    claim.better = truth_text(question, *to_pass, true);
    claim.lines.push_back(
        line_of(question, claim.better, true, outlook::rows_for_bounds(*to_pass, question.pass_power)));
    curve.pass = [&](std::uint64_t rows) { return outlook::chance_of_bounds(*to_pass, rows); };
  }
  if (to_fail && !to_fail->empty()) {
    claim.worse = truth_text(question, *to_fail, false);
    claim.lines.push_back(
        line_of(question, claim.worse, false, outlook::rows_for_bounds(*to_fail, question.fail_power)));
    curve.fail = [&](std::uint64_t rows) { return outlook::chance_of_bounds(*to_fail, rows); };
  }
  if (claim.lines.empty()) return std::nullopt;
  draw(claim, question, curve);
  return claim;
}

std::optional<RoughClaim> by_normal_law(const CalculatedQuestion& question) {
  RoughClaim claim = started(question);
  claim.about = "rows of each population";
  std::optional<outlook::Reaches> better, worse;  // the ones that take the fewest rows are drawn
  std::uint64_t rows_better = 0, rows_worse = 0;
  for (const auto& [above, below] : kShares) {
    const Rational exact = *Rational::make(above, below);
    const double share = exact.nearest_double();
    const std::string truth = "all of them are " + ratio_text(exact);
    const bool meets = outlook::meets_at(question.claim, share);
    const outlook::Reaches reaches = meets ? outlook::passes_at(question.claim, share)
                                           : outlook::fails_at(question.claim, share, question.fail_alpha);
    const Rational& power = meets ? question.pass_power : question.fail_power;
    const auto rows = outlook::rows_for(reaches, power.nearest_double());
    if (!rows) continue;
    claim.lines.push_back(line_of(question, truth, meets, rows));
    auto& drawn = meets ? better : worse;
    auto& fewest = meets ? rows_better : rows_worse;
    if (drawn && *rows >= fewest) continue;
    drawn = reaches;
    fewest = *rows;
    (meets ? claim.better : claim.worse) = truth;
  }
  if (claim.lines.empty()) return std::nullopt;
  Curve curve;
  if (better) curve.pass = [&](std::uint64_t rows) { return outlook::chance(*better, rows); };
  if (worse) curve.fail = [&](std::uint64_t rows) { return outlook::chance(*worse, rows); };
  draw(claim, question, curve);
  return claim;
}

// A failure stands among all comparisons at its part of alpha.
outlook::Claim to_fail(const CalculatedQuestion& question) {
  outlook::Claim claim = question.claim;
  const auto alpha = subtract(Rational(1), claim.objective.confidence);
  const auto part = alpha ? divide(*alpha, Rational(static_cast<std::int64_t>(question.comparisons))) : std::nullopt;
  const auto confidence = part ? subtract(Rational(1), *part) : std::nullopt;
  claim.objective.confidence = confidence.value_or(claim.objective.confidence);
  return claim;
}

void tell_never(CalculatedPlan& plan, const CalculatedQuestion& question) {
  if (!plan.can_pass)
    plan.never_passes = "no number of rows up to 10^12 gives it the bounds that a pass needs";
  else if (!plan.can_pass->fits)
    plan.never_passes = "it takes more rows than its window holds";
  if (!fails_alone(question))
    plan.never_fails =
        fmt::format("among {} comparisons a failure needs bounds at alpha / {}, and its quantiles have theirs at alpha",
                    question.comparisons, question.comparisons);
  else if (!plan.can_fail)
    plan.never_fails = "no number of rows up to 10^12 gives it the bounds that a failure needs";
  else if (!plan.can_fail->fits)
    plan.never_fails = "it takes more rows than its window holds";
}

}  // namespace

CalculatedPlan calculated_plan(const CalculatedQuestion& question) {
  CalculatedPlan plan;
  if (outlook::is_never_decided(question.claim)) {
    plan.never_passes = plan.never_fails = "a quantile within a calculation has no bounds where looks have no limit";
    return plan;
  }
  const bool of_shares = outlook::is_of_shares(question.claim);
  if (!of_shares && !has<plan::Quantile>(question)) return plan;
  const outlook::Supply one{{1}, {}, 0};
  if (const auto rows = outlook::fewest_rows_to_pass(question.claim, one))
    plan.can_pass = outlook::wait_for_pass(question.arrival, *rows);
  if (const auto rows =
          of_shares ? outlook::fewest_rows_to_pass(question.claim, one, outlook::Best::of_alike) : std::nullopt)
    plan.can_pass_alike = outlook::wait_for_pass(question.arrival, *rows);
  if (const auto rows = outlook::fewest_rows_to_fail(to_fail(question), one); rows && fails_alone(question))
    plan.can_fail = outlook::wait_for_fail(question.arrival, *rows);
  tell_never(plan, question);
  plan.chances = of_shares ? by_normal_law(question) : by_ranks(question);
  return plan;
}

}  // namespace proofmark::cli
