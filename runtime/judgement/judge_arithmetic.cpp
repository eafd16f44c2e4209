// A requirement over several measured quantities, or over a calculation with one: each estimate leaf gets one-sided
// bounds at alpha / splits (a union bound: no independence is needed), an exact leaf is a point, and the calculation is
// carried out on intervals. It passes when the whole interval meets the claim and fails when no value of it does.
//
// Unknown rows stay at their worst in both directions here unless they are excluded: `good` and `bad` name a side of
// one comparison, which a leaf inside a calculation may not have.
#include <algorithm>

#include "runtime/judgement/anytime.h"
#include "runtime/judgement/census.h"
#include "runtime/judgement/counts.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/growth.h"
#include "runtime/judgement/interval.h"
#include "runtime/judgement/mean.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/wording.h"
#include "runtime/plan/match.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Int128;
using plan::Rational;
using statistics::ProportionCounts;

// Which end of one leaf is the better one for the whole calculation, nobody says.
plan::UnknownAs either_end(const Question& question) {
  const bool excluded = question.objective.unknown_as == plan::UnknownAs::excluded;
  return excluded ? plan::UnknownAs::excluded : plan::UnknownAs::worst;
}

ProportionCounts counts_of(const Question& question, const plan::Proportion& leaf) {
  return place_unknown(raw_counts(question, leaf), true, either_end(question));
}

CensusValue spanned(const Question& question, const plan::Census& leaf) {
  return census_value(question, leaf, true, either_end(question));
}

Range range_of(const std::optional<Sum>& lower, const std::optional<Sum>& upper) {
  const auto end = [](const std::optional<Sum>& value, bool up) -> std::optional<Rational> {
    if (!value) return std::nullopt;
    if (const auto* integer = std::get_if<Int128>(&*value)) return Rational::make(*integer, 1);
    const double real = std::get<double>(*value);
    return up ? enclose(real, real).upper : enclose(real, real).lower;
  };
  return {end(lower, false), end(upper, true)};
}

std::optional<Sum> ranked(const plan::ValueSummary& values, std::size_t index) {
  return values.ranks[index] ? std::optional<Sum>(as_sum(values.ranks[index]->value)) : std::nullopt;
}

// alpha / splits: the share of one leaf's bound.
Rational leaf_level(const Question& question, const Rational& alpha) {
  return *divide(alpha, Rational(static_cast<std::int64_t>(question.requirement.splits)));
}

Range proportion_range(const Question& question, const ProportionCounts& counts, const Rational& level) {
  if (by_anytime(question)) {
    const AnytimeBounds bounds = anytime_bounds(counts, level);
    return {bounds.lower, bounds.upper};
  }
  const statistics::Interval bounds = statistics::clopper_pearson(counts.good, counts.unknown, counts.n, level);
  return enclose(bounds.lower, bounds.upper);
}

// Bounds of one leaf, each side at `level`. The engine ranked a quantile's bounds at the objective's own level and for
// its declared looks; at any other, and without a limit on looks, it is unbounded.
Range leaf_range(const Question& question, const plan::Leaf& leaf, const Rational& level, bool own_level) {
  return plan::match(
      leaf.what,
      [&](const plan::Proportion& what) { return proportion_range(question, counts_of(question, what), level); },
      [&](const plan::Quantile& what) {
        const bool limited = question.objective.looks.kind != plan::LooksKind::unlimited;
        if (!own_level || !limited) return Range::everything();
        return range_of(ranked(question.facts.values(what.values, question.group), 1),
                        ranked(question.facts.values(upper_values_of(what), question.group), 2));
      },
      [](const plan::Contrast&) { return Range::everything(); },  // stands by itself: the compiler refuses sums of it
      [&](const plan::Census& what) {
        const CensusValue value = spanned(question, what);
        return value.recorded ? range_of(value.lower, value.upper) : Range::everything();
      },
      [&](const plan::Mean& what) {
        return out_of_range(question, what) ? Range::everything()
                                            : mean_bounds(question, what, level, UnknownAt::worse_end);
      },
      [](const plan::Rate&) { return Range::everything(); },  // the language compares them with constants alone
      [](const plan::TwoShares&) { return Range::everything(); });
}

std::optional<Range> leaf_estimate(const Question& question, const plan::Leaf& leaf) {
  return plan::match(
      leaf.what,
      [&](const plan::Proportion& what) -> std::optional<Range> {
        const ProportionCounts counts = counts_of(question, what);
        const std::uint64_t known = counts.n - counts.unknown;
        if (known == 0) return std::nullopt;
        return Range::point(*Rational::make(Int128(counts.good), Int128(known)));
      },
      [&](const plan::Quantile& what) -> std::optional<Range> {
        const std::optional<Sum> nearest = ranked(question.facts.values(what.values, question.group), 0);
        if (what.buckets)
          return range_of(nearest, ranked(question.facts.values(what.buckets->upper_values, question.group), 0));
        return nearest ? std::optional<Range>(range_of(nearest, nearest)) : std::nullopt;
      },
      [](const plan::Contrast&) -> std::optional<Range> { return std::nullopt; },
      [&](const plan::Census& what) -> std::optional<Range> {
        const CensusValue value = spanned(question, what);
        return value.recorded ? std::optional<Range>(range_of(value.recorded, value.recorded)) : std::nullopt;
      },
      [&](const plan::Mean& what) -> std::optional<Range> {
        const std::optional<Rational> mean = known_mean(question, what);
        return mean ? std::optional<Range>(Range::point(*mean)) : std::nullopt;
      },
      [](const plan::Rate&) -> std::optional<Range> { return std::nullopt; },
      [](const plan::TwoShares&) -> std::optional<Range> { return std::nullopt; });
}

// The calculation over the leaves' ranges; nothing when a denominator may be 0.
std::optional<Range> evaluate(const plan::Requirement& requirement, const std::vector<Range>& leaves) {
  std::vector<Range> terms;
  for (const plan::Term& term : requirement.terms) {
    const std::optional<Range> value = plan::match(
        term, [&](const plan::LeafTerm& node) -> std::optional<Range> { return leaves[node.leaf]; },
        [](const plan::ConstantTerm& node) -> std::optional<Range> { return Range::point(node.value); },
        [&](const plan::CalculatedTerm& node) {
          std::vector<Range> operands;
          for (const plan::Id id : node.operands) operands.push_back(terms[id]);
          return calculate(node.operation, operands);
        });
    if (!value) return std::nullopt;
    terms.push_back(*value);
  }
  return terms.back();
}

std::optional<Range> bounds_at(const Question& question, const Rational& alpha) {
  const plan::Requirement& requirement = question.requirement;
  const Rational level = leaf_level(question, alpha);
  std::vector<Range> leaves;
  for (const plan::Leaf& leaf : requirement.leaves)
    leaves.push_back(leaf_range(question, leaf, level, alpha == question.alpha));
  return evaluate(requirement, leaves);
}

std::optional<Range> estimate_of(const Question& question) {
  std::vector<Range> leaves;
  for (const plan::Leaf& leaf : question.requirement.leaves) {
    const std::optional<Range> estimate = leaf_estimate(question, leaf);
    if (!estimate) return std::nullopt;
    leaves.push_back(*estimate);
  }
  return evaluate(question.requirement, leaves);
}

// Outward decimal ends that keep the relation to the threshold which decided (C10).
void report(Judged& judged, const Range& range) {
  const bool at_least = is_at_least(judged.op);
  const auto text = [&](const Rational& end, Rounding outward, bool passing_side) {
    std::string digits = decimal(end, kReportedDigits, outward);
    const auto shown_meets = [&] {
      return claim_over(Range::point(*Rational::parse(digits)), judged.op, judged.threshold) == Claimed::everywhere;
    };
    if (passing_side && judged.verdict == Verdict::pass && !shown_meets()) digits = judged.threshold.to_decimal();
    for (int more = kReportedDigits + 1;
         !passing_side && judged.verdict == Verdict::fail && shown_meets() && more <= 36; ++more)
      digits = decimal(end, more, outward);
    return digits;
  };
  if (range.lower) judged.lower = text(*range.lower, Rounding::down, at_least);
  if (range.upper) judged.upper = text(*range.upper, Rounding::up, !at_least);
}

// Further rows of the smallest leaf that would let the claim pass; proportions only.
std::optional<std::uint64_t> further_rows(const Question& question, std::uint64_t smallest) {
  const plan::Requirement& requirement = question.requirement;
  const Rational level = leaf_level(question, question.alpha);
  std::vector<ProportionCounts> counts;
  std::uint64_t largest = 0;
  for (const plan::Leaf& leaf : requirement.leaves) {
    const auto* proportion = std::get_if<plan::Proportion>(&leaf.what);
    if (proportion == nullptr) return std::nullopt;
    counts.push_back(counts_of(question, *proportion));
    largest = std::max(largest, counts.back().n);
  }
  return smallest_growth(smallest, largest, [&](std::uint64_t extra) {
    std::vector<Range> leaves;
    for (const ProportionCounts& one : counts)
      leaves.push_back(proportion_range(
          question,
          {grown(one.good, smallest, extra), grown(one.unknown, smallest, extra), grown(one.n, smallest, extra)},
          level));
    const std::optional<Range> range = evaluate(requirement, leaves);
    return range && claim_over(*range, requirement.op, requirement.threshold) == Claimed::everywhere;
  });
}

std::uint64_t unknown_rows(const Question& question) {
  std::uint64_t most = 0;
  for (const plan::Leaf& leaf : question.requirement.leaves) {
    const std::uint64_t unknown = plan::match(
        leaf.what,
        [&](const plan::Proportion& what) {
          const RawCounts raw = raw_counts(question, what);
          return raw.in_doubt();
        },
        [&](const plan::Quantile& what) {
          const FactView& facts = question.facts;
          const std::uint64_t unplaced = facts.skipped(what.population) + facts.late(what.population);
          if (what.buckets) return unplaced;
          return facts.count(what.population, question.group) - facts.values(what.values, question.group).known +
                 unplaced;
        },
        [&](const plan::Census& what) { return spanned(question, what).unknown; },
        [&](const plan::Mean& what) { return unknown_values(question, what); },
        [](const plan::Contrast&) { return std::uint64_t{0}; }, [](const plan::Rate&) -> std::uint64_t { return 0; },
        [](const plan::TwoShares&) -> std::uint64_t { return 0; });
    most = std::max(most, unknown);
  }
  return most;
}

// A calculation over recorded facts alone is itself one: exact, whatever the confidence.
bool is_census(const plan::Requirement& requirement) {
  return std::all_of(requirement.leaves.begin(), requirement.leaves.end(),
                     [](const plan::Leaf& leaf) { return std::holds_alternative<plan::Census>(leaf.what); });
}

// The first mean over values that no bound holds for.
std::optional<std::string> values_out_of_range(const Question& question) {
  for (const plan::Leaf& leaf : question.requirement.leaves)
    if (const auto* mean = std::get_if<plan::Mean>(&leaf.what))
      if (auto note = out_of_range(question, *mean)) return note;
  return std::nullopt;
}

bool asks_of_buckets(const plan::Requirement& requirement) {
  return std::any_of(requirement.leaves.begin(), requirement.leaves.end(), [](const plan::Leaf& leaf) {
    const auto* share = std::get_if<plan::Proportion>(&leaf.what);
    const auto* census = std::get_if<plan::Census>(&leaf.what);
    return (share != nullptr && share->bucketed) || (census != nullptr && census->bucketed);
  });
}

// Between edges its quantiles lie, and so does what is calculated from them.
bool lies_between_edges(const plan::Requirement& requirement) {
  return std::any_of(requirement.leaves.begin(), requirement.leaves.end(), [](const plan::Leaf& leaf) {
    const auto* quantile = std::get_if<plan::Quantile>(&leaf.what);
    return quantile != nullptr && quantile->buckets;
  });
}

void tell_estimate(Judged& judged, const plan::Requirement& requirement, const std::optional<Range>& estimate) {
  if (!estimate) return;
  judged.in_buckets = lies_between_edges(requirement);
  if (!judged.in_buckets) {
    if (estimate->lower) judged.estimate = decimal(*estimate->lower, kReportedDigits, Rounding::half_even);
    return;
  }
  if (estimate->lower) judged.estimate_above = decimal(*estimate->lower, kReportedDigits, Rounding::down);
  if (estimate->upper) judged.estimate = decimal(*estimate->upper, kReportedDigits, Rounding::up);
}

bool has_passing_end(const std::optional<Range>& range, Comparison op) {
  return range && (is_at_least(op) ? range->lower : range->upper).has_value();
}

// Rows that a bound of a quantile still lacks to exist; 0: none.
std::uint64_t rows_missing(const Question& question, const plan::Quantile& leaf, bool upper, const Rational& level) {
  const Rational share = upper ? leaf.p : *subtract(Rational(1), leaf.p);
  const std::uint64_t needed = statistics::smallest_n_to_pass({true, share}, level).value_or(0);
  const std::uint64_t rows = question.facts.count(leaf.population, question.group);
  return needed > rows ? needed - rows : 0;
}

// Further rows until every bound that a pass needs exists; 0 where none is missing for want of rows. A bound is needed
// where the calculation has no end to pass by without it, though all others were there.
std::uint64_t rows_to_bounds(const Question& question) {
  const plan::Requirement& requirement = question.requirement;
  const Rational level = leaf_level(question, question.alpha);
  std::vector<Range> there;
  for (const plan::Leaf& leaf : requirement.leaves) {
    there.push_back(leaf_range(question, leaf, level, true));
    const std::optional<Range> estimate = leaf_estimate(question, leaf);
    if (!estimate || !std::holds_alternative<plan::Quantile>(leaf.what)) continue;
    if (!there.back().lower) there.back().lower = estimate->lower;
    if (!there.back().upper) there.back().upper = estimate->upper;
  }
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < there.size(); ++i) {
    const auto* leaf = std::get_if<plan::Quantile>(&requirement.leaves[i].what);
    for (const bool upper : {false, true}) {
      const std::uint64_t missing = leaf != nullptr ? rows_missing(question, *leaf, upper, level) : 0;
      std::vector<Range> without = there;
      (upper ? without[i].upper : without[i].lower).reset();
      if (missing > most && !has_passing_end(evaluate(requirement, without), requirement.op)) most = missing;
    }
  }
  return most;
}

bool is_unbounded_for_ever(const Question& question) {
  const auto& leaves = question.requirement.leaves;
  return question.objective.looks.kind == plan::LooksKind::unlimited &&
         std::any_of(leaves.begin(), leaves.end(),
                     [](const plan::Leaf& leaf) { return std::holds_alternative<plan::Quantile>(leaf.what); });
}

// Whether bounds of its quantiles do not exist, and a pass needs them.
bool tell_missing_bounds(Judged& judged, const Question& question, const std::optional<Range>& range) {
  if (is_unbounded_for_ever(question)) {
    if (has_passing_end(range, judged.op)) return false;
    judged.reason = Reason::bound_does_not_exist;
    judged.note = "a quantile within a calculation has no bounds where looks have no limit";
    return true;
  }
  const std::uint64_t further = rows_to_bounds(question);
  if (further == 0) return false;
  judged.reason = Reason::bound_does_not_exist;
  judged.samples_needed = further;
  judged.note = "with " + count_text(judged.n, "row") + " its quantiles do not have the bounds that a pass needs; " +
                grouped_digits(further) + (further == 1 ? " further row is" : " further rows are") + " needed";
  return true;
}

void explain(Judged& judged, const Question& question, const std::optional<Range>& range,
             const std::optional<Range>& estimate) {
  if (is_census(question.requirement)) {
    judged.reason = Reason::unknown_rows;
    if (!estimate) judged.note = "of one of its parts no row is known";
    if (asks_of_buckets(question.requirement)) tell_quantised(judged);
    return;
  }
  const Claimed observed = estimate ? claim_over(*estimate, judged.op, judged.threshold) : Claimed::nowhere;
  judged.reason = judged.in_buckets && observed == Claimed::somewhere ? Reason::quantised : Reason::threshold_too_close;
  if (observed != Claimed::everywhere && !is_unbounded_for_ever(question)) return;
  if (tell_missing_bounds(judged, question, range) || observed != Claimed::everywhere) return;
  judged.samples_needed = further_rows(question, judged.n);
  judged.reason = judged.unknown > 0 && !judged.samples_needed ? Reason::unknown_rows : Reason::too_few;
  if (asks_of_buckets(question.requirement)) tell_quantised(judged);
}

}  // namespace

Judged judge_arithmetic(const Question& question) {
  const plan::Requirement& requirement = question.requirement;
  Judged judged;
  const bool census = is_census(requirement);
  judged.method = census ? "census" : "interval_arithmetic";
  judged.guarantee = census ? Guarantee::exact : Guarantee::finite_sample;
  judged.op = requirement.op;
  judged.threshold = requirement.threshold;
  judged.unknown = unknown_rows(question);
  judged.n = question.facts.count(population_of(requirement.leaves.front()), question.group);
  for (const plan::Leaf& leaf : requirement.leaves)
    judged.n = std::min(judged.n, question.facts.count(population_of(leaf), question.group));
  if (auto note = values_out_of_range(question)) {
    judged.verdict = Verdict::inconclusive;
    judged.reason = Reason::out_of_range;
    judged.note = std::move(*note);
    return judged;
  }
  const std::optional<Range> range = bounds_at(question, question.alpha);
  const std::optional<Range> estimate = estimate_of(question);
  tell_estimate(judged, requirement, estimate);
  if (!range) {
    judged.verdict = Verdict::inconclusive;
    judged.reason = Reason::denominator;
    (void)tell_missing_bounds(judged, question, range);
    return judged;
  }
  const Claimed claimed = claim_over(*range, judged.op, judged.threshold);
  judged.verdict = claimed == Claimed::everywhere ? Verdict::pass
                   : claimed == Claimed::nowhere  ? Verdict::fail
                                                  : Verdict::inconclusive;
  if (census && judged.verdict == Verdict::pass) judged.p_pass = 0;
  if (census && judged.verdict == Verdict::fail) judged.p_fail = 0;
  report(judged, *range);
  if (judged.verdict == Verdict::inconclusive) explain(judged, question, range, estimate);
  return judged;
}

bool arithmetic_fails_at(const Question& question, const Rational& level) {
  const std::optional<Range> range = bounds_at(question, level);
  return range && claim_over(*range, question.requirement.op, question.requirement.threshold) == Claimed::nowhere;
}

}  // namespace proofmark::judgement
