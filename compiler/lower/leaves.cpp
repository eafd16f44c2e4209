// A leaf becomes counts (and, for quantiles and sums, collected values) over masks of its stream.
#include "compiler/lower/leaves.h"

#include "compiler/semantics/buckets.h"
#include "compiler/semantics/words.h"

namespace proofmark::lower {
namespace {

using namespace semantics;
using builtins::Kind;

bool at_least_like(plan::Comparison op) {
  return op == plan::Comparison::at_least || op == plan::Comparison::greater;
}

// The edges in the place of the values: the quantile lies above the lower ones' and up to the upper ones'.
void collect_edges(Context& context, const Rows& rows, const LeafNode& leaf, plan::CollectValues upper,
                   plan::Quantile& result) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  plan::CollectValues lower = upper;
  lower.value = scan.lower_edge(*leaf.field);
  lower.ranks[0].kind = plan::RankKind::nearest_from_below;
  upper.ranks[0].kind = plan::RankKind::nearest_from_above;
  result.values = fact(rows, scan.accumulate({std::move(lower), rows.grouping}));
  result.buckets.emplace().upper_values = fact(rows, scan.accumulate({std::move(upper), rows.grouping}));
}

plan::Quantile quantile(Context& context, Rows& rows, const LeafNode& leaf, plan::Unit unit) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  if (context.objective.unknown_as == plan::UnknownAs::excluded) leave_out_unknown(scan, rows, *leaf.field);
  const Id value = scan.field_value(*leaf.field);
  plan::Quantile result;
  result.p = *leaf.share;
  result.unit = unit;
  result.population = counted(context, rows, rows.population);
  // The side on which a fail is decided is strict: a tie never fails.
  const bool fails_above = context.direct_op && at_least_like(*context.direct_op);
  const bool fails_below = context.direct_op && !fails_above;
  plan::CollectValues collect{.mask = rows.population, .value = value, .population = result.population.accumulator};
  collect.ranks = {{plan::RankKind::nearest, *leaf.share, {}, false},
                   {plan::RankKind::lower, *leaf.share, context.rank_alpha, fails_below},
                   {plan::RankKind::upper, *leaf.share, context.rank_alpha, fails_above}};
  const bool bucketed = scan.stream().bucketed[*leaf.field].has_value();
  if (bucketed)
    collect_edges(context, rows, leaf, std::move(collect), result);
  else
    result.values = fact(rows, scan.accumulate({std::move(collect), rows.grouping}));
  if (!context.direct_op) {
    // No threshold to count below. Of values in buckets the upper edges: whatever moves between buckets moves these,
    // and only values beyond the last one have none.
    result.series = rank_series(context, rows, value);
    return result;
  }
  const bool inclusive =
      *context.direct_op == plan::Comparison::at_most || *context.direct_op == plan::Comparison::greater;
  const plan::Comparison op = inclusive ? plan::Comparison::at_most : plan::Comparison::less;
  const Known below = bucketed ? scan.compare_buckets(*leaf.field, op, context.direct_threshold)
                               : scan.compare(value, op, context.direct_threshold);
  const Id certain = scan.both(rows.population, below.holds);
  std::optional<Id> straddling;
  if (bucketed) {
    straddling = scan.except(rows.population, scan.either(certain, scan.both(rows.population, below.fails)));
    result.buckets->unknown = counted(context, rows, *straddling);
  }
  result.below = counted(context, rows, certain);
  result.series = series(context, rows, certain);
  if (context.weighed)
    result.weights = weights(context, rows, rows.population, certain, scan.both(rows.population, below.fails));
  if (context.objective.clustering)
    result.clusters =
        clusters(context, rows, rows.population, certain, straddling ? *straddling : scan.known(*leaf.field).fails);
  return result;
}

// The range as the engine compares it: for whole numbers the whole numbers in it.
plan::Mean mean(Context& context, Rows& rows, const LeafNode& leaf, plan::Unit unit) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  if (context.objective.unknown_as == plan::UnknownAs::excluded) leave_out_unknown(scan, rows, *leaf.field);
  const auto end = [&](TypedId id) { return *std::get<ConstantNode>(context.policy.at(id).node).value; };
  plan::Mean result{end(*leaf.low), end(*leaf.high), counted(context, rows, rows.population), {}, unit};
  if (plan::is_integer_valued(scan.stream().fields[*leaf.field].type)) {
    result.low = Rational(static_cast<std::int64_t>(result.low.ceil()));
    result.high = Rational(static_cast<std::int64_t>(result.high.floor()));
  }
  const plan::SumMoments what{rows.population, scan.field_value(*leaf.field), result.low, result.high};
  result.moments = fact(rows, scan.accumulate({what, rows.grouping}));
  result.series = series(context, rows, what);
  return result;
}

plan::ContrastKind contrast_kind(Kind kind) {
  switch (kind) {
    case Kind::drift:
      return plan::ContrastKind::drift;
    case Kind::worse_by:
      return plan::ContrastKind::worse_by;
    case Kind::probability_worse:
      return plan::ContrastKind::probability_worse;
    default:
      return plan::ContrastKind::similarity;
  }
}

// The rows of one side, and its values as the contrast reads them: of values in buckets the lower edges, and the upper.
struct Side {
  plan::FactRef population, values;
  std::optional<plan::FactRef> upper_values, series;

  // The collection that tells of the values as the greatest they can be, or the least.
  std::pair<Id, plan::Told> placed(bool greatest) const {
    if (!upper_values) return {values.accumulator, plan::Told::exactly};
    return greatest ? std::pair(upper_values->accumulator, plan::Told::upto)
                    : std::pair(values.accumulator, plan::Told::above);
  }
};

Side collect_side(Context& context, Rows& rows, std::uint32_t field) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  if (context.objective.unknown_as == plan::UnknownAs::excluded) leave_out_unknown(scan, rows, field);
  Side side{counted(context, rows, rows.population), {}, {}, {}};
  const auto collected = [&](Id value) {
    plan::CollectValues collect{.mask = rows.population, .value = value, .population = side.population.accumulator};
    collect.contrasted = true;
    return fact(rows, scan.accumulate({std::move(collect), rows.grouping}));
  };
  const Id value = scan.field_value(field);
  const bool bucketed = scan.stream().bucketed[field].has_value();
  side.values = collected(bucketed ? scan.lower_edge(field) : value);
  if (bucketed) side.upper_values = collected(value);
  side.series = rank_series(context, rows, value);
  return side;
}

plan::Contrast contrast(Context& context, Rows& rows, const LeafNode& leaf) {
  plan::Contrast result;
  result.kind = contrast_kind(leaf.builtin->kind);
  Rows other = rows_of(context, *leaf.other);
  const Side first = collect_side(context, rows, *leaf.field), second = collect_side(context, other, leaf.other_field);
  result.population = first.population;
  result.values = first.values;
  result.series = first.series;
  result.other_population = second.population;
  result.other_values = second.values;
  result.other_series = second.series;
  ScanBuilder& scan = context.scans.at(rows.scan);
  const auto contrasted = [&](bool greatest) {
    const auto [one, one_told] = first.placed(greatest);
    const auto [two, two_told] = second.placed(!greatest);
    return fact(rows,
                scan.accumulate({plan::ContrastValues{rows.population, one, two, one_told, two_told}, rows.grouping}));
  };
  result.contrast = contrasted(true);
  if (first.upper_values || second.upper_values)
    result.buckets = plan::ContrastBuckets{first.upper_values, second.upper_values, contrasted(false)};
  rows.outside = scan.either(rows.outside, other.outside);
  return result;
}

// Every row of the window is data; events have a time, or may lie in the window and nobody knows.
plan::Rate rate(Context& context, Rows& rows, const LeafNode& leaf) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  const auto duration = [&](TypedId id) {
    return static_cast<std::int64_t>(std::get<ConstantNode>(context.policy.at(id).node).value->floor());
  };
  leave_out_unknown(scan, rows, *scan.time_field());
  plan::Rate result;
  result.per_ns = duration(*leaf.per);
  result.population = counted(context, rows, scan.window(context.objective.window));
  result.events = counted(context, rows, rows.population);
  Rows all = rows;
  all.population = scan.window(context.objective.window);
  result.series = series(context, all, rows.population);
  if (!context.objective.poisson_because.empty()) return result;
  result.bucket_ns = duration(leaf.bucket.value_or(*leaf.per));
  const plan::SumClusters what{
      .mask = rows.population, .part = rows.population, .field = {}, .block_ns = result.bucket_ns};
  result.buckets = fact(rows, scan.accumulate({what, rows.grouping}));
  return result;
}

// One arm, its rows counted whole and, where there are strata, within each.
struct Arm {
  plan::Proportion whole;
  std::optional<plan::Proportion> strata;
  Rows rows;
};

Arm arm(Context& context, const LeafNode& leaf) {
  Rows rows = rows_of(context, leaf.population);
  ScanBuilder& scan = context.scans.at(rows.scan);
  const Known condition = leaf.condition ? scan.condition(*leaf.condition) : scan.known(*leaf.field);
  Arm result{proportion(context, rows, condition, true), {}, rows};
  result.whole.bucketed = leaf.condition && asks_of_buckets(context.policy, *leaf.condition);
  if (!context.objective.strata_field) return result;
  Rows strata = rows_of(context, leaf.population);
  const Id window = scan.window(context.objective.window);
  strata.grouping = scan.grouping(*scan.stream().find(*context.objective.strata_field), window);
  result.strata = proportion(context, strata, condition, false);
  return result;
}

// `rows` are then those of the first arm, and `outside` of both.
plan::TwoShares two_shares(Context& context, Rows& rows, plan::TwoSharesKind kind, std::pair<TypedId, TypedId> shares) {
  const auto leaf_of = [&](TypedId id) -> const LeafNode& { return std::get<LeafNode>(context.policy.at(id).node); };
  const Arm first = arm(context, leaf_of(shares.first)), second = arm(context, leaf_of(shares.second));
  plan::TwoShares result{kind, first.whole, second.whole, {}};
  if (first.strata) result.strata = plan::TwoShares::Strata{*first.strata, *second.strata};
  rows = first.rows;
  rows.outside = context.scans.at(rows.scan).either(first.rows.outside, second.rows.outside);
  return result;
}

plan::CensusKind census_kind(Kind kind) {
  switch (kind) {
    case Kind::sum:
      return plan::CensusKind::sum;
    case Kind::minimum:
      return plan::CensusKind::minimum;
    case Kind::maximum:
      return plan::CensusKind::maximum;
    case Kind::distinct:
      return plan::CensusKind::distinct;
    default:
      return plan::CensusKind::count;
  }
}

plan::Census census(Context& context, Rows& rows, const LeafNode& leaf, plan::Unit unit) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  plan::Census result;
  result.kind = census_kind(leaf.builtin->kind);
  result.unit = unit;
  if (leaf.condition) {
    const plan::Proportion share = proportion(context, rows, scan.condition(*leaf.condition), false);
    result.population = share.population;
    result.fact = share.good;
    result.unknown = share.unknown;
    result.bucketed = asks_of_buckets(context.policy, *leaf.condition);
    return result;
  }
  if (leaf.field && context.objective.unknown_as == plan::UnknownAs::excluded)
    leave_out_unknown(scan, rows, *leaf.field);
  result.population = counted(context, rows, rows.population);
  result.fact = result.population;
  if (!leaf.field) return result;
  const plan::FieldType type = scan.stream().fields[*leaf.field].type;
  if (!plan::is_numeric(type)) {
    result.fact =
        fact(rows, scan.accumulate({plan::CountDistinct{rows.population, scan.field(*leaf.field)}, rows.grouping}));
    result.unknown = counted(context, rows, scan.both(rows.population, scan.known(*leaf.field).fails));
    return result;
  }
  plan::CollectValues collect{
      .mask = rows.population, .value = scan.field_value(*leaf.field), .population = result.population.accumulator};
  collect.sum = result.kind == plan::CensusKind::sum;
  collect.extremes = result.kind == plan::CensusKind::minimum || result.kind == plan::CensusKind::maximum;
  collect.distinct = result.kind == plan::CensusKind::distinct;
  result.fact = fact(rows, scan.accumulate({std::move(collect), rows.grouping}));
  return result;
}

// First and last time of the population: needed when its window must be reached.
std::optional<plan::Reach> reach(Context& context, const Rows& rows, const plan::FactRef& population) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  const bool asked =
      context.objective.window.kind == plan::WindowKind::last || context.objective.covers_at_least_ns > 0;
  if (!asked || !scan.time_field()) return std::nullopt;
  plan::CollectValues collect{
      .mask = rows.population, .value = scan.field_value(*scan.time_field()), .population = population.accumulator};
  collect.extremes = true;
  return plan::Reach{fact(rows, scan.accumulate({std::move(collect), rows.grouping}))};
}

// What a claim such as `not_worse(a.x, b.x, by: 1%)` measures: `worse_by(a.x, b.x)`. Else the text as it stands.
std::string measured_text(const LeafNode& node, const std::string& text) {
  if (!node.other || text.starts_with(node.builtin->name)) return text;
  const std::size_t open = text.find('('), comma = text.rfind(',');
  if (open == std::string::npos || comma == std::string::npos || comma < open) return text;
  return std::string(node.builtin->name) + text.substr(open, comma - open) + ")";
}

// What `expect every` asks of the telemetry in the window.
std::vector<plan::Presence> presence(Context& context, const Rows& rows) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  const Id window = scan.window(context.objective.window);
  std::vector<plan::Presence> all;
  for (const ExpectedValues& expected : scan.stream().expected_values) {
    const Id of_values = scan.count(window, scan.grouping(expected.field, window));
    all.push_back({scan.stream().fields[expected.field].name, fact(rows, of_values)});
  }
  return all;
}

// What every leaf has beside what it measures.
plan::Leaf with_surroundings(Context& context, plan::Leaf leaf, const Rows& rows, const plan::FactRef& population) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  leaf.window = scan.window_id(context.objective.window);
  leaf.reach = reach(context, rows, population);
  leaf.outside = fact(rows, scan.count(rows.outside, rows.grouping));
  leaf.presence = presence(context, rows);
  return leaf;
}

plan::Proportion share(Context& context, Rows& rows, TypedId condition) {
  plan::Proportion result = proportion(context, rows, context.scans.at(rows.scan).condition(condition), true);
  result.bucketed = asks_of_buckets(context.policy, condition);
  return result;
}

}  // namespace

plan::Leaf lower_difference(Context& context, const ShareDifference& difference) {
  Rows rows;
  const plan::TwoShares shares =
      two_shares(context, rows, plan::TwoSharesKind::difference, {difference.first, difference.second});
  plan::Leaf leaf;
  const auto text = [&](TypedId id) { return one_line(context.file.text(context.policy.at(id).span)); };
  leaf.text = text(difference.first) + " - " + text(difference.second);
  leaf.what = shares;
  return with_surroundings(context, std::move(leaf), rows, shares.first.population);
}

plan::Leaf lower_leaf(Context& context, TypedId id) {
  const Typed& typed = context.policy.at(id);
  const auto& node = std::get<LeafNode>(typed.node);
  Rows rows = rows_of(context, node.population);
  ScanBuilder& scan = context.scans.at(rows.scan);
  plan::Leaf leaf;
  if (node.builtin->kind == Kind::odds_ratio) {
    const plan::TwoShares shares = two_shares(context, rows, plan::TwoSharesKind::odds_ratio, *node.shares);
    leaf.text = one_line(context.file.text(typed.span));
    leaf.what = shares;
    return with_surroundings(context, std::move(leaf), rows, shares.first.population);
  }
  leaf.text = measured_text(node, one_line(context.file.text(typed.span)));
  plan::FactRef population;
  const auto keep = [&](auto what) {
    population = what.population;
    leaf.what = std::move(what);
  };
  switch (node.builtin->kind) {
    case Kind::fraction:
    case Kind::per_million:
      keep(share(context, rows, *node.condition));
      break;
    case Kind::coverage:
      keep(proportion(context, rows, scan.known(*node.field), true));
      break;
    case Kind::quantile:
      keep(quantile(context, rows, node, typed.type.unit));
      break;
    case Kind::rate:
      keep(rate(context, rows, node));
      rows.population = scan.window(context.objective.window);  // whose reach is that of the telemetry, not of events
      break;
    case Kind::mean:
      keep(mean(context, rows, node, typed.type.unit));
      break;
    case Kind::similarity:
    case Kind::drift:
    case Kind::worse_by:
    case Kind::probability_worse:
      keep(contrast(context, rows, node));
      break;
    case Kind::count:
    case Kind::sum:
    case Kind::minimum:
    case Kind::maximum:
    case Kind::distinct:
      keep(census(context, rows, node, typed.type.unit));
      break;
    case Kind::odds_ratio:
      break;  // above
  }
  return with_surroundings(context, std::move(leaf), rows, population);
}

RecordedRows lower_recorded_rows(const semantics::Policy& policy, const semantics::Objective& typed,
                                 plan::Objective& objective, const TypedId values, const source::SourceFile& file,
                                 Scans& scans) {
  Context context{policy, typed, objective, file, scans, {}, {}, {}};
  const auto& node = std::get<ValuesNode>(policy.at(values).node);
  const Rows rows = rows_of(context, node.population);
  ScanBuilder& scan = scans.at(rows.scan);
  const plan::FactRef population = counted(context, rows, rows.population);
  const Id unknown = scan.both(rows.population, scan.known(node.field).fails);
  RecordedRows result;
  result.source = {rows.scan, rows.population, scan.field_value(node.field), population.accumulator, 0};
  rank_series(context, rows, result.source.value);  // found by what it is of (runtime/plan/sampled_series.h)
  result.leaf.text = one_line(file.text(policy.at(values).span));
  result.leaf.what =
      plan::Census{plan::CensusKind::count, population, population, counted(context, rows, unknown), Unit::number};
  result.leaf = with_surroundings(context, std::move(result.leaf), rows, population);
  return result;
}

}  // namespace proofmark::lower
