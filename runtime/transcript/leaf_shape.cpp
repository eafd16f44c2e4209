// Leaf by leaf; counts are compared group by group.
#include "runtime/transcript/leaf_shape.h"

#include <algorithm>

#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/number_value.h"
#include "runtime/plan/match.h"
#include "runtime/transcript/clusters_shape.h"
#include "runtime/transcript/over_time_shape.h"
#include "runtime/transcript/series_shape.h"
#include "runtime/transcript/weights_shape.h"

namespace proofmark::transcript {
namespace {

class LeafChecker : public OverTimeChecker {
 public:
  using OverTimeChecker::OverTimeChecker;

  bool run() {
    for (const plan::Objective& objective : plan_.objectives)
      for (const plan::Requirement& requirement : objective.requirements)
        for (const plan::Leaf& leaf : requirement.leaves)
          if (!leaf_holds(objective, requirement, leaf) || !presence_holds(objective, leaf) || !outside_holds(leaf) ||
              !reach_holds(objective, leaf))
            return false;
    return true;
  }

 private:
  // In every group the parts come to no more than the whole.
  bool parts_fit(const plan::FactRef& whole, std::initializer_list<plan::FactRef> parts) {
    for (std::size_t group = 0; group < entries(at(whole)); ++group) {
      std::uint64_t left = count_at(at(whole), group);
      for (const plan::FactRef& part : parts) {
        if (entries(at(part)) != entries(at(whole))) return misfit_at(whole, "is grouped otherwise than its parts");
        const std::uint64_t count = count_at(at(part), group);
        if (count > left)
          return contradiction_at(whole, "counts fewer rows in group " + std::to_string(group) + " than its parts do");
        left -= count;
      }
    }
    return true;
  }

  // The known values of a population; all its rows have one where the others were left out of it.
  bool values_fit(const plan::Objective& objective, const plan::FactRef& population, const plan::FactRef& values) {
    if (!parts_fit(population, {values})) return false;
    return objective.unknown_as != plan::UnknownAs::excluded || total(population) == total(values) ||
           contradiction_at(values, "leaves out rows of a population in which every value is known");
  }

  // The sums speak of the rows that the counts speak of.
  template <typename Unknown>
  bool clusters_agree(const std::optional<plan::ClusterFacts>& clusters, const plan::FactRef& population,
                      const plan::FactRef& certain, Unknown unknown) {
    if (!clusters) return true;
    for (const plan::FactRef& ref : {clusters->certain, clusters->possible}) {
      if (entries(at(ref)) != entries(at(population)))
        return misfit_at(ref, "is grouped otherwise than its population");
      for (std::size_t group = 0; group < entries(at(ref)); ++group)
        if (count_at(at(ref), group) != count_at(at(population), group))
          return contradiction_at(ref, "sums other rows than its population has");
    }
    const auto& sure = std::get<plan::ClustersFact>(at(clusters->certain)).groups;
    const auto& perhaps = std::get<plan::ClustersFact>(at(clusters->possible)).groups;
    for (std::size_t group = 0; group < sure.size(); ++group) {
      if (sure[group].part != count_at(at(certain), group) || perhaps[group].part != sure[group].part + unknown(group))
        return contradiction_at(clusters->certain, "sums another part than was counted");
      if (!could_be_of_one_clustering(sure[group], perhaps[group]))
        return contradiction_at(clusters->possible, "is of other clusters than the rows that count for certain");
    }
    return true;
  }

  // `unknown` counts the rows of a group whose condition nobody knows.
  template <typename Unknown>
  bool weights_agree(const std::optional<plan::Weights>& weights, const plan::FactRef& population,
                     const plan::FactRef& good, Unknown unknown) {
    if (!weights) return true;
    const auto summed = [&](const plan::FactRef& ref) -> const auto& {
      return std::get<plan::ValuesFact>(at(ref)).groups;
    };
    for (std::size_t group = 0; group < entries(at(population)); ++group) {
      const WeighedGroup one{
          count_at(at(population), group),     count_at(at(good), group),      unknown(group),
          count_at(at(weights->unfit), group), summed(weights->all)[group],    summed(weights->good)[group],
          summed(weights->bad)[group],         summed(weights->unknown)[group]};
      if (auto wrong = wrong_weights(one)) return contradiction_at(weights->all, std::move(*wrong));
    }
    return true;
  }

  // Rows of expected values are rows of the window, as those outside of the declared values are, and there are no
  // others: no fewer than a population in the window has, and no more than the stream does.
  bool presence_holds(const plan::Objective& objective, const plan::Leaf& leaf) {
    for (const plan::Presence& presence : leaf.presence) {
      const plan::StreamFacts& stream = facts_.scans[presence.rows.scan];
      const plan::Int128 rows = total(presence.rows) + stream.undeclared[*accumulator(presence.rows).grouping];
      const bool whole = objective.window.kind == plan::WindowKind::whole;
      const plan::Int128 all = plan::Int128(plan::counted_rows(stream)) - stream.future - (whole ? 0 : stream.untimed);
      if (rows > all || (whole && rows < all) || rows < total(judgement::population_of(leaf)))
        return contradiction_at(presence.rows, "counts other rows than the window has");
    }
    return true;
  }

  // Rows of which it is unknown whether they belong to the population are no rows of it, and the window has both; of a
  // rate the population is the window. Where two populations are compared, a row may be of the one and unknown to the
  // other.
  bool outside_holds(const plan::Leaf& leaf) {
    if (judgement::populations_of(leaf).size() > 1) return true;
    const auto* rate = std::get_if<plan::Rate>(&leaf.what);
    const plan::FactRef ref = rate != nullptr ? rate->events : judgement::population_of(leaf);
    const plan::StreamFacts& stream = facts_.scans[ref.scan];
    const plan::Int128 timed = plan::Int128(plan::counted_rows(stream)) - stream.future - stream.untimed;
    const plan::Int128 window = timed + std::max(untimed_in(ref), untimed_in(leaf.outside));
    return total(ref) + total(leaf.outside) <= window ||
           contradiction_at(leaf.outside, "and the population come to more rows than the window has");
  }

  // Times of its rows lie in the window, and where rows were counted over time.
  bool reach_holds(const plan::Objective& objective, const plan::Leaf& leaf) {
    if (!leaf.reach) return true;
    const plan::FactRef &ref = leaf.reach->values, population = judgement::population_of(leaf);
    const Stretch stretch = stretch_of(leaf);
    const bool of_all = !std::holds_alternative<plan::Rate>(leaf.what);
    for (std::size_t group = 0; group < entries(at(ref)); ++group) {
      if (of_all && count_at(at(ref), group) + untimed_in(population) < count_at(at(population), group))
        return contradiction_at(ref, "has times of fewer rows than its population has");
      const plan::ValueSummary& times = std::get<plan::ValuesFact>(at(ref)).groups[group];
      if (!times.minimum || !times.maximum) continue;
      const auto first = std::get<std::int64_t>(*times.minimum), last = std::get<std::int64_t>(*times.maximum);
      if (!lies_within(objective.window, first, last, facts_.as_of_ns) ||
          (stretch.first_ns && (first < *stretch.first_ns || last > *stretch.last_ns)))
        return contradiction_at(ref, "has times outside of the window, or of those of rows over time");
    }
    return true;
  }

  // Strata may leave rows out (undeclared values), and never hold more than there are.
  bool strata_fit(const plan::Proportion& whole, const plan::Proportion& strata) {
    const auto fits = [&](const plan::FactRef& all, const plan::FactRef& parts) {
      std::uint64_t left = count_at(at(all), 0);
      for (std::size_t stratum = 0; stratum < entries(at(parts)); ++stratum) {
        const std::uint64_t count = count_at(at(parts), stratum);
        if (count > left) return contradiction_at(parts, "counts more rows in its strata than there are in all");
        left -= count;
      }
      return true;
    };
    return fits(whole.population, strata.population) && fits(whole.good, strata.good) &&
           fits(whole.unknown, strata.unknown);
  }

  bool leaf_holds(const plan::Objective& objective, const plan::Requirement& requirement, const plan::Leaf& leaf) {
    const bool excluded = objective.unknown_as == plan::UnknownAs::excluded;
    return plan::match(
        leaf.what,
        [&](const plan::Proportion& what) {
          return (excluded ? parts_fit(what.population, {what.good})
                           : parts_fit(what.population, {what.good, what.unknown})) &&
                 weights_agree(what.weights, what.population, what.good,
                               [&](std::size_t group) { return count_at(at(what.unknown), group); }) &&
                 clusters_agree(what.clusters, what.population, what.good,
                                [&](std::size_t group) { return count_at(at(what.unknown), group); }) &&
                 series_agrees(what.series, what.population, what.good);
        },
        [&](const plan::TwoShares& what) {
          const auto arm_holds = [&](const plan::Proportion& arm) {
            return excluded ? parts_fit(arm.population, {arm.good})
                            : parts_fit(arm.population, {arm.good, arm.unknown});
          };
          if (!arm_holds(what.first) || !arm_holds(what.second)) return false;
          for (const plan::Proportion* arm : {&what.first, &what.second})
            if (!series_agrees(arm->series, arm->population, arm->good)) return false;
          return !what.strata ||
                 (arm_holds(what.strata->first) && arm_holds(what.strata->second) &&
                  strata_fit(what.first, what.strata->first) && strata_fit(what.second, what.strata->second));
        },
        [&](const plan::Quantile& what) {
          if (what.buckets) return edges_hold(requirement, what);
          return values_fit(objective, what.population, what.values) && values_hold(requirement, what);
        },
        [&](const plan::Contrast& what) {
          if (what.buckets) return placements_agree(what);
          return values_fit(objective, what.population, what.values) &&
                 values_fit(objective, what.other_population, what.other_values) &&
                 ranks_agree(what.series, what.values) && ranks_agree(what.other_series, what.other_values);
        },
        [&](const plan::Census& what) {
          // Of a model that samples rows: each may be drawn, whether its value is known or not.
          if (what.unknown && requirement.model)
            return parts_fit(what.population, {*what.unknown}) &&
                   sampled_ranks_agree(*plan_.models[requirement.model->model].source, what);
          if (!what.unknown || excluded) return parts_fit(what.population, {what.fact});
          return parts_fit(what.population, {what.fact, *what.unknown});
        },
        [&](const plan::Mean& what) {
          return values_fit(objective, what.population, what.moments) && moment_series_agrees(what);
        },
        [&](const plan::Rate& what) {
          if (!parts_fit(what.population, {what.events}) || !series_agrees(what.series, what.population, what.events))
            return false;
          return !what.buckets || clusters_agree(plan::ClusterFacts{*what.buckets, *what.buckets}, what.events,
                                                 what.events, [](std::size_t) { return 0; });
        });
  }

  // Of values in buckets the one placement has greater values of the first, and smaller ones of the second, than the
  // other.
  bool placements_agree(const plan::Contrast& leaf) {
    const auto edges_fit = [&](const plan::FactRef& population, const plan::FactRef& lower,
                               const std::optional<plan::FactRef>& upper, const std::optional<plan::FactRef>& series) {
      return parts_fit(population, {lower}) && (!upper || parts_fit(population, {*upper})) &&
             ranks_agree(series, upper.value_or(lower));
    };
    if (!edges_fit(leaf.population, leaf.values, leaf.buckets->upper_values, leaf.series) ||
        !edges_fit(leaf.other_population, leaf.other_values, leaf.buckets->other_upper_values, leaf.other_series))
      return false;
    const auto& greatest = std::get<plan::ContrastFact>(at(leaf.contrast)).groups;
    const auto& least = std::get<plan::ContrastFact>(at(leaf.buckets->least)).groups;
    for (std::size_t group = 0; group < greatest.size(); ++group) {
      const plan::ContrastSums &high = greatest[group], &low = least[group];
      if (high.above > low.above || high.below < low.below || high.wins < low.wins)
        return contradiction_at(leaf.buckets->least,
                                "holds other gaps or wins than values at the other ends of their buckets have");
    }
    return true;
  }

  // A quantile of values that are known, by its order statistics or counted at its threshold.
  bool values_hold(const plan::Requirement& requirement, const plan::Quantile& leaf) {
    if (!leaf.below) return ranks_agree(leaf.series, leaf.values);
    const auto unknown = [&](std::size_t group) {
      return count_at(at(leaf.population), group) - count_at(at(leaf.values), group);
    };
    return parts_fit(leaf.values, {*leaf.below}) && below_agrees(requirement, leaf) &&
           clusters_agree(leaf.clusters, leaf.population, *leaf.below, unknown) &&
           series_agrees(leaf.series, leaf.population, *leaf.below) &&
           weights_agree(leaf.weights, leaf.population, *leaf.below, unknown);
  }

  // The quantile lies above its lower edge and up to its upper one.
  bool edges_ascend(const plan::Quantile& leaf) {
    const auto& lower = std::get<plan::ValuesFact>(at(leaf.values)).groups;
    const auto& upper = std::get<plan::ValuesFact>(at(leaf.buckets->upper_values)).groups;
    for (std::size_t group = 0; group < std::min(lower.size(), upper.size()); ++group) {
      const auto &low = lower[group].ranks.front(), &high = upper[group].ranks.front();
      if (low && high && high->value <= low->value)
        return contradiction_at(leaf.values, "has a lower edge that is not below the upper one");
    }
    return true;
  }

  // Lower edges below the limit belong to rows that lie below it or may; upper edges there to those that do.
  bool edges_hold(const plan::Requirement& requirement, const plan::Quantile& leaf) {
    const plan::Buckets& buckets = *leaf.buckets;
    if (!parts_fit(leaf.population, {leaf.values}) || !parts_fit(leaf.population, {buckets.upper_values}) ||
        !edges_ascend(leaf))
      return false;
    if (!leaf.below) return ranks_agree(leaf.series, buckets.upper_values);
    if (!parts_fit(leaf.population, {*leaf.below, *buckets.unknown}) ||
        !parts_fit(buckets.upper_values, {*leaf.below}) ||
        !clusters_agree(leaf.clusters, leaf.population, *leaf.below,
                        [&](std::size_t group) { return count_at(at(*buckets.unknown), group); }) ||
        !series_agrees(leaf.series, leaf.population, *leaf.below))
      return false;
    const bool inclusive =
        *requirement.direct_op == plan::Comparison::at_most || *requirement.direct_op == plan::Comparison::greater;
    if (!order_agrees(requirement, buckets.upper_values, inclusive ? plan::Comparison::at_most : plan::Comparison::less,
                      [&](std::size_t group) { return count_at(at(*leaf.below), group); }))
      return false;
    // Rows beyond the limit have a lower edge there; of those that may lie below it, the first bucket's have none.
    const auto beyond = [&](std::size_t group) {
      return count_at(at(leaf.population), group) - count_at(at(*leaf.below), group) -
             count_at(at(*buckets.unknown), group);
    };
    for (std::size_t group = 0; group < entries(at(leaf.values)); ++group)
      if (count_at(at(leaf.values), group) < beyond(group))
        return contradiction_at(leaf.values, "has fewer lower edges than rows beyond the threshold");
    return order_agrees(requirement, leaf.values, plan::Comparison::less,
                        [&](std::size_t group) { return count_at(at(leaf.values), group) - beyond(group); });
  }

  // A ranked value is on the near side of the threshold just when its rank is among the rows counted there.
  bool below_agrees(const plan::Requirement& requirement, const plan::Quantile& leaf) {
    if (!requirement.direct_op) return true;
    const bool inclusive =
        *requirement.direct_op == plan::Comparison::at_most || *requirement.direct_op == plan::Comparison::greater;
    return order_agrees(requirement, leaf.values, inclusive ? plan::Comparison::at_most : plan::Comparison::less,
                        [&](std::size_t group) { return count_at(at(*leaf.below), group); });
  }

  template <typename Below>
  bool order_agrees(const plan::Requirement& requirement, const plan::FactRef& values, plan::Comparison near,
                    Below below_in) {
    const auto& groups = std::get<plan::ValuesFact>(at(values)).groups;
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, values.scan), facts(scan, "facts"),
        path(facts, values.accumulator), list(path, "values");
    for (std::size_t group = 0; group < groups.size(); ++group) {
      const std::uint64_t below = below_in(group);
      for (const std::optional<plan::RankedValue>& rank : groups[group].ranks)
        if (rank && judgement::compare(rank->value, near, requirement.direct_threshold) != (rank->rank <= below))
          return contradiction(JsonPath(list, group),
                               "has order statistics that contradict the rows counted at the threshold");
    }
    return true;
  }
};

}  // namespace

std::optional<Diagnostic> disagreement_in_leaves(const plan::Plan& plan, const plan::Facts& facts,
                                                 const std::string& file) {
  LeafChecker checker(plan, facts, file);
  checker.run();
  return checker.problem();
}

}  // namespace proofmark::transcript
