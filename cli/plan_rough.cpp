#include "cli/plan_rough.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/plan_rate.h"
#include "compiler/semantics/splits.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/quantity.h"
#include "runtime/outlook/rough.h"
#include "runtime/statistics/monotone_search.h"

namespace proofmark::cli {
namespace {

using builtins::Kind;
using outlook::Reaches;
using semantics::LeafNode;

constexpr std::array<double, 3> kSmallShares{0.001, 0.01, 0.1};
constexpr std::uint64_t kCurvePoints = 48;

const LeafNode& leaf_of(const semantics::Policy& policy, semantics::TypedId id) {
  return std::get<LeafNode>(policy.at(id).node);
}

std::string quantity(double value, plan::Unit unit) {
  const auto exact = judgement::exact_rational(value);
  if (!exact) return "0";
  return judgement::measured_quantity(judgement::decimal(*exact, 10, judgement::Rounding::half_even),
                                      judgement::Rounding::half_even, Rational(-1), {unit, false}, 3);
}

std::string share(double value) {
  return quantity(value, plan::Unit::ratio);
}

// A truth with the tests of it: one that should pass, one that should fail.
struct Truth {
  std::string text;
  Reaches reaches;
};

class Builder {
 public:
  explicit Builder(const RoughQuestion& question) : question_(question) {
    claim_.rows_per_ns = question.arrival.rows_per_ns;
    claim_.pass_power = question.pass_power;
    claim_.fail_power = question.fail_power;
  }

  void passes(const Truth& truth) { add(truth, true); }
  void fails(const Truth& truth) { add(truth, false); }

  void about(std::string text) { claim_.about = std::move(text); }
  // What it takes to pass at all.
  void best(std::optional<std::uint64_t> rows) {
    if (!rows) return;
    const auto wait = outlook::wait_for_pass(question_.arrival, *rows);
    claim_.best = RoughClaim::Line{"at the best that can come", true, wait.rows, wait.ns, wait.fits};
  }

  // Half as many rows again as the longer of the two needs, and no more than the window holds.
  void curve(const Truth& better, const Truth& worse) {
    std::uint64_t last = 0;
    for (const auto& [truth, power] :
         {std::pair(&better, question_.pass_power), std::pair(&worse, question_.fail_power)})
      last = std::max(last, outlook::rows_for(truth->reaches, power.nearest_double()).value_or(0));
    last += last / 2;
    if (const auto window = outlook::rows_in_window(question_.arrival)) last = std::min(last, *window);
    const std::uint64_t step = std::max<std::uint64_t>(1, (last + kCurvePoints - 1) / kCurvePoints);
    claim_.better = better.text;
    claim_.worse = worse.text;
    for (std::uint64_t rows = step; rows <= last; rows += step) {
      outlook::CurvePoint point;
      point.rows = rows;
      point.better.pass = outlook::chance(better.reaches, rows);
      point.better.undecided = 1 - point.better.pass;
      point.worse = {0, outlook::chance(worse.reaches, rows), 0};
      point.worse.undecided = 1 - point.worse.fail;
      claim_.curve.push_back(point);
    }
  }

  RoughClaim take() { return std::move(claim_); }

 private:
  void add(const Truth& truth, bool to_pass) {
    const Rational& power = to_pass ? question_.pass_power : question_.fail_power;
    RoughClaim::Line line{truth.text, to_pass, outlook::rows_for(truth.reaches, power.nearest_double()), {}, true};
    if (line.rows) {
      const auto wait = to_pass ? outlook::wait_for_pass(question_.arrival, *line.rows)
                                : outlook::wait_for_fail(question_.arrival, *line.rows);
      line.rows = wait.rows;
      line.ns = wait.ns;
      line.fits = wait.fits;
    }
    claim_.lines.push_back(std::move(line));
  }

  const RoughQuestion& question_;
  RoughClaim claim_;
};

struct Arms {
  semantics::TypedId first = 0, second = 0;  // populations
};

// The first arm's part of the rows of both, as declared; half of them where nothing is.
double first_part(const RoughQuestion& question, const Arms& arms) {
  const semantics::Policy& policy = question.policy;
  const auto found = semantics::split_of(policy, question.form);
  if (!found) return 0.5;
  const semantics::Split& split = policy.splits[*found];
  const auto part_of = [&](semantics::TypedId population) {
    for (std::size_t i = 0; i < split.arms.size(); ++i)
      if (semantics::leaf_key(policy, split.arms[i]) == semantics::leaf_key(policy, population)) {
        const auto* node = std::get_if<semantics::ConstantNode>(&policy.at(split.shares[i]).node);
        if (node != nullptr && node->value) return node->value->nearest_double();
      }
    return 0.0;
  };
  const double one = part_of(arms.first), two = part_of(arms.second);
  return one > 0 && two > 0 ? one / (one + two) : 0.5;
}

std::string rows_of_both(double part) {
  return fmt::format("rows of both populations together, {} of them of the first", share(part));
}

// p1 where the odds of it over those of p2 are `ratio`.
double with_odds(double ratio, double p2) {
  const double odds = ratio * p2 / (1 - p2);
  return odds / (1 + odds);
}

bool is_share_inside(double p) {
  return p > 0 && p < 1;
}

// Of both together, were the two alike; of two shares that may not be, where these do not meet the claim.
std::optional<std::uint64_t> fewest_of_both(const outlook::Claim& claim, double part) {
  const auto fewest = [&](outlook::Best best) -> std::optional<std::uint64_t> {
    const auto enough = [&](std::uint64_t rows) {
      const auto first = static_cast<std::uint64_t>(std::llround(static_cast<double>(rows) * part));
      const std::uint64_t one = std::clamp<std::uint64_t>(first, 1, rows - 1);
      return outlook::can_pass(claim, {{one, rows - one}, {}, 0}, best);
    };
    if (!enough(outlook::kMostRows / 100)) return std::nullopt;
    return statistics::first_where<std::uint64_t>(2, outlook::kMostRows / 100, 2, enough);
  };
  const auto alike = fewest(outlook::Best::of_alike);
  return alike ? alike : fewest(outlook::Best::of_all);
}

std::optional<RoughClaim> two_shares(const RoughQuestion& question, const Arms& arms) {
  outlook::TwoSharesTest test;
  const bool ratio = !question.difference;
  test.kind = ratio ? plan::TwoSharesKind::odds_ratio : plan::TwoSharesKind::difference;
  test.by_intervals = !ratio && question.method != plan::Method::miettinen_nurminen;
  test.at_least = question.at_least;
  test.threshold = question.threshold;
  test.alpha = question.pass_alpha;
  test.first_part = first_part(question, arms);
  outlook::TwoSharesTest to_fail = test;
  to_fail.alpha = question.fail_alpha;
  const double t = question.threshold.nearest_double(), alike = ratio ? 1 : 0;
  if (t == alike) return std::nullopt;
  const bool alike_passes = test.at_least ? alike > t : alike < t, near_one = !ratio && test.at_least;
  const double beyond = ratio ? t * t : 2 * t;
  Builder builder(question);
  builder.about(rows_of_both(test.first_part));
  if (question.outline) builder.best(fewest_of_both(*question.outline, test.first_part));
  std::optional<std::pair<Truth, Truth>> drawn;
  for (const double small : kSmallShares) {
    const double base = near_one ? 1 - small : small;
    const double other = ratio ? with_odds(beyond, base) : base + beyond;
    if (!is_share_inside(other)) continue;
    const std::string same = fmt::format("both are {}", share(base));
    const std::string apart = fmt::format("the first is {}, the second {}", share(other), share(base));
    const outlook::TwoSharesTruth equal{base, base}, different{other, base};
    const Truth better{alike_passes ? same : apart, outlook::passes(test, alike_passes ? equal : different)};
    const Truth worse{alike_passes ? apart : same, outlook::fails(to_fail, alike_passes ? different : equal)};
    builder.passes(better);
    builder.fails(worse);
    if (!drawn || small == 0.01) drawn = {better, worse};
  }
  if (!drawn) return std::nullopt;
  builder.curve(drawn->first, drawn->second);
  return builder.take();
}

std::optional<RoughClaim> distributions(const RoughQuestion& question, const LeafNode& leaf) {
  const Kind kind = leaf.builtin->kind;
  outlook::ContrastTest test;
  test.first_part = first_part(question, {leaf.population, *leaf.other});
  test.alpha = question.pass_alpha.nearest_double();
  test.threshold = question.threshold.nearest_double();
  if (kind == Kind::similarity) test.threshold = 1 - test.threshold;
  if (kind == Kind::worse_by) test.kind = plan::ContrastKind::worse_by;
  if (kind == Kind::probability_worse) test.kind = plan::ContrastKind::probability_worse;
  const bool pairs = kind == Kind::probability_worse;
  const double alike = pairs ? 0.5 : 0, beyond = std::min(2 * test.threshold - alike, (1 + test.threshold) / 2);
  if (question.at_least != (kind == Kind::similarity) || test.threshold <= alike) return std::nullopt;
  outlook::ContrastTest to_fail = test;
  to_fail.alpha = question.fail_alpha.nearest_double();
  const auto& stream =
      question.policy.streams[std::get<semantics::PopulationNode>(question.policy.at(leaf.population).node).stream];
  const bool in_buckets = stream.bucketed[*leaf.field] || stream.bucketed[leaf.other_field];
  Builder builder(question);
  builder.about(rows_of_both(test.first_part) +
                (in_buckets ? "; were the values known: what their buckets leave open comes on top" : ""));
  builder.best(outlook::fewest_rows_at_best(outlook::passes(test, 0)));
  const double shown = kind == Kind::similarity ? 1 - beyond : beyond;
  const Truth better{"both are alike", outlook::passes(test, alike)};
  const Truth worse{fmt::format("{} is {}", leaf.builtin->name, share(shown)), outlook::fails(to_fail, beyond)};
  builder.passes(better);
  builder.fails(worse);
  builder.curve(better, worse);
  return builder.take();
}

std::optional<RoughClaim> mean(const RoughQuestion& question, const LeafNode& leaf) {
  const auto end = [&](semantics::TypedId id) {
    const auto* node = std::get_if<semantics::ConstantNode>(&question.policy.at(id).node);
    return node != nullptr ? node->value : std::nullopt;
  };
  const auto low = end(*leaf.low), high = end(*leaf.high);
  if (!low || !high) return std::nullopt;
  // `at least` is `at most` of the values turned round.
  const double sign = question.at_least ? -1 : 1;
  outlook::MeanTest test{question.method, low->nearest_double(), high->nearest_double(), 0, 0};
  if (question.at_least) std::tie(test.low, test.high) = std::pair(-test.high, -test.low);
  test.threshold = sign * question.threshold.nearest_double();
  test.alpha = question.pass_alpha.nearest_double();
  if (test.threshold <= test.low || test.threshold >= test.high) return std::nullopt;
  outlook::MeanTest to_fail = test;
  to_fail.alpha = question.fail_alpha.nearest_double();
  const double good = (test.low + test.threshold) / 2, bad = (test.threshold + test.high) / 2;
  const auto spread = [&](double at, double part) { return part * std::sqrt((at - test.low) * (test.high - at)); };
  const auto text = [&](double at, const char* how) {
    return fmt::format("it is {}, {}", quantity(sign * at, question.unit), how);
  };
  Builder builder(question);
  builder.about("how many depends on how the values spread; at most as far as a mean in that range allows");
  if (test.method != plan::Method::student_t)
    builder.best(outlook::fewest_rows_at_best(outlook::passes(test, {test.low, 0})));
  for (const auto& [part, how] :
       {std::pair(0.0, "all values alike"), {0.1, "a tenth of the widest spread"}, {1.0, "the widest spread"}}) {
    if (part == 0 && test.method == plan::Method::student_t) continue;  // no variance is no evidence
    builder.passes({text(good, how), outlook::passes(test, {good, spread(good, part)})});
    builder.fails({text(bad, how), outlook::fails(to_fail, {bad, spread(bad, part)})});
  }
  builder.curve({text(good, "a tenth of the widest spread"), outlook::passes(test, {good, spread(good, 0.1)})},
                {text(bad, "a tenth of the widest spread"), outlook::fails(to_fail, {bad, spread(bad, 0.1)})});
  return builder.take();
}

}  // namespace

std::optional<RoughClaim> rough_claim(const RoughQuestion& question) {
  const semantics::Policy& policy = question.policy;
  if (question.difference)
    return two_shares(question, {leaf_of(policy, question.difference->first).population,
                                 leaf_of(policy, question.difference->second).population});
  const LeafNode& leaf = leaf_of(policy, question.leaf);
  switch (leaf.builtin->kind) {
    case Kind::odds_ratio:
      return two_shares(
          question, {leaf_of(policy, leaf.shares->first).population, leaf_of(policy, leaf.shares->second).population});
    case Kind::mean:
      return mean(question, leaf);
    case Kind::rate:
      return rate_claim(question, leaf);
    default:
      return leaf.other ? distributions(question, leaf) : std::nullopt;
  }
}

}  // namespace proofmark::cli
