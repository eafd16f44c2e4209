// Accumulators over the masks of a population.
#include "compiler/lower/leaf_facts.h"

namespace proofmark::lower {

using namespace semantics;

Rows rows_of(Context& context, TypedId population_id) {
  const auto& node = std::get<PopulationNode>(context.policy.at(population_id).node);
  Rows rows;
  rows.scan = context.scans.index(node.stream);
  ScanBuilder& scan = context.scans.at(rows.scan);
  const Id window = scan.window(context.objective.window);
  rows.population = window;
  Id fails = scan.except(window, window);
  for (const TypedId id : node.conditions) {
    const Known known = scan.condition(id);
    rows.population = scan.both(rows.population, known.holds);
    fails = scan.either(fails, known.fails);
  }
  rows.outside = scan.except(scan.except(window, rows.population), fails);
  if (context.typed.group_field) {
    rows.grouping = scan.grouping(*scan.stream().find(*context.typed.group_field), window);
    context.objective.grouping = rows.grouping;
  }
  return rows;
}

plan::FactRef fact(const Rows& rows, Id accumulator) {
  return {rows.scan, accumulator};
}

plan::FactRef counted(Context& context, const Rows& rows, Id mask) {
  return fact(rows, context.scans.at(rows.scan).count(mask, rows.grouping));
}

void leave_out_unknown(ScanBuilder& scan, Rows& rows, std::uint32_t field) {
  const Id known = scan.both(rows.population, scan.known(field).holds);
  rows.outside = scan.either(rows.outside, scan.except(rows.population, known));
  rows.population = known;
}

std::optional<plan::ClusterFacts> clusters(Context& context, const Rows& rows, Id population, Id certain, Id unknown) {
  const auto& declared = context.objective.clustering;
  if (!declared || !context.direct_op) return std::nullopt;
  ScanBuilder& scan = context.scans.at(rows.scan);
  plan::SumClusters what{.mask = population, .part = certain, .field = {}, .block_ns = declared->block_ns};
  if (!declared->field.empty()) what.field = scan.field(*scan.stream().find(declared->field));
  plan::ClusterFacts facts;
  facts.certain = fact(rows, scan.accumulate({what, rows.grouping}));
  what.part = scan.either(certain, scan.both(population, unknown));
  facts.possible = fact(rows, scan.accumulate({what, rows.grouping}));
  return facts;
}

std::optional<plan::Weights> weights(Context& context, const Rows& rows, Id population, Id good, Id bad) {
  if (!context.weighed) return std::nullopt;
  ScanBuilder& scan = context.scans.at(rows.scan);
  const Id weight = scan.field_value(*scan.stream().find(scan.stream().promise.weighted_by));
  const auto summed = [&](Id mask, bool extremes) {
    plan::CollectValues what{
        .mask = mask, .value = weight, .population = counted(context, rows, population).accumulator};
    what.sum = true;
    what.extremes = extremes;
    return fact(rows, scan.accumulate({std::move(what), rows.grouping}));
  };
  const Id fit = scan.compare(weight, plan::Comparison::at_least, Rational(1)).holds;
  return plan::Weights{summed(population, true), summed(good, false), summed(bad, false),
                       summed(scan.except(population, scan.either(good, bad)), false),
                       counted(context, rows, scan.except(population, fit))};
}

std::optional<plan::FactRef> series(Context& context, const Rows& rows, Id part) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  if (!scan.time_field()) return std::nullopt;
  const plan::CountSeries what{rows.population, part, scan.window_id(context.objective.window)};
  return fact(rows, scan.accumulate({what, rows.grouping}));
}

std::optional<plan::FactRef> series(Context& context, const Rows& rows, const plan::SumMoments& moments) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  if (!scan.time_field()) return std::nullopt;
  const plan::MomentSeries what{moments.mask, moments.value, moments.low, moments.high,
                                scan.window_id(context.objective.window)};
  return fact(rows, scan.accumulate({what, rows.grouping}));
}

std::optional<plan::FactRef> rank_series(Context& context, const Rows& rows, Id value) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  if (!scan.time_field()) return std::nullopt;
  const plan::RankSeries what{rows.population, value, scan.window_id(context.objective.window)};
  return fact(rows, scan.accumulate({what, rows.grouping}));
}

plan::Proportion proportion(Context& context, Rows& rows, Known condition, bool estimated) {
  ScanBuilder& scan = context.scans.at(rows.scan);
  const Id good = scan.both(rows.population, condition.holds);
  const Id bad = scan.both(rows.population, condition.fails);
  const Id decided = scan.either(good, bad);
  const bool excluded = context.objective.unknown_as == plan::UnknownAs::excluded;
  if (excluded) {
    rows.outside = scan.either(rows.outside, scan.except(rows.population, decided));  // left out, and reported
    rows.population = decided;
  }
  const Id unknown = scan.except(rows.population, decided);
  return {counted(context, rows, rows.population),
          counted(context, rows, good),
          counted(context, rows, unknown),
          clusters(context, rows, rows.population, good, unknown),
          estimated ? series(context, rows, good) : std::nullopt,
          false,
          weights(context, rows, rows.population, good, bad)};
}

}  // namespace proofmark::lower
