// Leaf by leaf; counts are compared group by group.
#include "runtime/transcript/leaf_shape.h"

#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/number_value.h"
#include "runtime/plan/match.h"
#include "runtime/plan/sampled_series.h"
#include "runtime/transcript/shape_checker.h"
#include "runtime/transcript/weights_shape.h"

namespace proofmark::transcript {
namespace {

class LeafChecker : public ShapeChecker {
 public:
  using ShapeChecker::ShapeChecker;

  bool run() {
    for (const plan::Objective& objective : plan_.objectives)
      for (const plan::Requirement& requirement : objective.requirements)
        for (const plan::Leaf& leaf : requirement.leaves)
          if (!leaf_holds(objective, requirement, leaf) || !presence_holds(objective, leaf)) return false;
    return true;
  }

 private:
  const plan::Fact& at(const plan::FactRef& ref) const { return facts_.scans[ref.scan].facts[ref.accumulator]; }
  static std::uint64_t count_at(const plan::Fact& fact, std::size_t group) {
    return plan::match(
        fact, [&](const plan::CountFact& one) { return one.counts[group]; },
        [&](const plan::ValuesFact& one) { return one.groups[group].known; },
        [&](const plan::ClustersFact& one) { return one.groups[group].rows; },
        [&](const plan::MomentsFact& one) { return one.groups[group].known; },
        [&](const plan::ContrastFact& one) { return one.groups[group].first; },
        [&](const plan::SeriesFact& one) { return plan::rows_of(one.groups[group]); },
        [&](const plan::MomentSeriesFact& one) { return plan::rows_of(one.groups[group]); });
  }
  static std::size_t entries(const plan::Fact& fact) {
    return plan::match(
        fact, [](const plan::CountFact& one) { return one.counts.size(); },
        [](const plan::ValuesFact& one) { return one.groups.size(); },
        [](const plan::ClustersFact& one) { return one.groups.size(); },
        [](const plan::MomentsFact& one) { return one.groups.size(); },
        [](const plan::ContrastFact& one) { return one.groups.size(); },
        [](const plan::SeriesFact& one) { return one.groups.size(); },
        [](const plan::MomentSeriesFact& one) { return one.groups.size(); });
  }

  // In every group the parts come to no more than the whole.
  bool parts_fit(const plan::FactRef& whole, std::initializer_list<plan::FactRef> parts) {
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, whole.scan), facts(scan, "facts"),
        path(facts, whole.accumulator);
    for (std::size_t group = 0; group < entries(at(whole)); ++group) {
      std::uint64_t left = count_at(at(whole), group);
      for (const plan::FactRef& part : parts) {
        if (entries(at(part)) != entries(at(whole))) return misfit(path, "is grouped otherwise than its parts");
        const std::uint64_t count = count_at(at(part), group);
        if (count > left)
          return contradiction(path, "counts fewer rows in group " + std::to_string(group) + " than its parts do");
        left -= count;
      }
    }
    return true;
  }

  // The sums speak of the rows that the counts speak of.
  bool clusters_agree(const std::optional<plan::ClusterFacts>& clusters, const plan::FactRef& population,
                      const plan::FactRef& certain) {
    if (!clusters) return true;
    for (const plan::FactRef& ref : {clusters->certain, clusters->possible}) {
      const JsonPath root("facts"), scans(root, "scans"), scan(scans, ref.scan), facts(scan, "facts"),
          path(facts, ref.accumulator);
      const auto& sums = std::get<plan::ClustersFact>(at(ref)).groups;
      if (sums.size() != entries(at(population))) return misfit(path, "is grouped otherwise than its population");
      for (std::size_t group = 0; group < sums.size(); ++group)
        if (sums[group].rows != count_at(at(population), group))
          return contradiction(path, "sums other rows than its population has");
    }
    const auto& sure = std::get<plan::ClustersFact>(at(clusters->certain)).groups;
    const auto& perhaps = std::get<plan::ClustersFact>(at(clusters->possible)).groups;
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, certain.scan), facts(scan, "facts"),
        path(facts, clusters->certain.accumulator);
    for (std::size_t group = 0; group < sure.size(); ++group)
      if (sure[group].part != count_at(at(certain), group) || perhaps[group].part < sure[group].part)
        return contradiction(path, "sums another part than was counted");
    return true;
  }

  // Whether the counts of all groups stand against one series: it is of rows that are in no group too.
  bool is_of_more(const plan::FactRef& series, const plan::FactRef& counted) const {
    const auto grouping_of = [&](const plan::FactRef& ref) {
      return plan_.scans[ref.scan].accumulators[ref.accumulator].grouping;
    };
    const bool by_group =
        grouping_of(series) && plan::has_own_series(facts_.scans[series.scan].groups[*grouping_of(series)].size());
    return grouping_of(counted).has_value() && !by_group;
  }

  // So many rows are in each group, or in all of them where the series is not by group.
  std::uint64_t counted_in(const plan::FactRef& series, const plan::FactRef& ref, std::size_t group) const {
    if (!is_of_more(series, ref)) return count_at(at(ref), group);
    std::uint64_t all = 0;
    for (std::size_t one = 0; one < entries(at(ref)); ++one) all += count_at(at(ref), one);
    return all;
  }

  // A series is of rows that were counted too, but for those without a time; of no others, but for those of no group
  // where it is one for all groups.
  bool may_be_over_time(const plan::FactRef& series, const plan::FactRef& ref, std::size_t group,
                        std::uint64_t rows) const {
    const std::uint64_t counted = counted_in(series, ref, group);
    return rows + facts_.scans[series.scan].untimed >= counted && (rows <= counted || is_of_more(series, ref));
  }

  bool is_grouped_alike(const JsonPath& path, const plan::FactRef& series, const plan::FactRef& counted) {
    return is_of_more(series, counted) || entries(at(series)) == entries(at(counted)) ||
           misfit(path, "is grouped otherwise than its population");
  }

  // The series counts rows that the population counts.
  bool series_agrees(const std::optional<plan::FactRef>& series, const plan::FactRef& population,
                     const plan::FactRef& part) {
    if (!series) return true;
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, series->scan), facts(scan, "facts"),
        path(facts, series->accumulator);
    if (!is_grouped_alike(path, *series, population)) return false;
    const auto& groups = std::get<plan::SeriesFact>(at(*series)).groups;
    for (std::size_t group = 0; group < groups.size(); ++group) {
      std::uint64_t in_part = 0;
      for (const plan::SeriesStep& step : groups[group]) in_part += step.part;
      if (!may_be_over_time(*series, population, group, plan::rows_of(groups[group])) ||
          !may_be_over_time(*series, part, group, in_part))
        return contradiction(path, "counts other rows over time than its population has");
    }
    return true;
  }

  // The same of the values of a mean. Where no row is left out, whole numbers come to the same sum in steps.
  bool moment_series_agrees(const plan::Mean& leaf) {
    if (!leaf.series) return true;
    const plan::FactRef& ref = *leaf.series;
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, ref.scan), facts(scan, "facts"),
        path(facts, ref.accumulator);
    if (!is_grouped_alike(path, ref, leaf.moments)) return false;
    const auto& groups = std::get<plan::MomentSeriesFact>(at(ref)).groups;
    const auto& moments = std::get<plan::MomentsFact>(at(leaf.moments)).groups;
    for (std::size_t group = 0; group < groups.size(); ++group) {
      const Totals over_time = totals_of(groups[group]);
      if (!may_be_over_time(ref, leaf.moments, group, over_time.known))
        return contradiction(path, "sums other rows over time than its population has");
      if (is_of_more(ref, leaf.moments)) continue;
      if (const Totals counted = totals_of({moments[group]}); over_time.known == counted.known && over_time != counted)
        return contradiction(path, "has other sums over time than in all");
    }
    return true;
  }

  // The values of a side or of a quantile in a calculation.
  bool ranks_agree(const std::optional<plan::FactRef>& series, const plan::FactRef& values) {
    if (!series) return true;
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, series->scan), facts(scan, "facts"),
        path(facts, series->accumulator);
    if (!is_grouped_alike(path, *series, values)) return false;
    for (std::size_t group = 0; group < entries(at(*series)); ++group)
      if (!may_be_over_time(*series, values, group, count_at(at(*series), group)))
        return contradiction(path, "ranks other values over time than were collected");
    return true;
  }

  // The known values that a model may sample, but for those without a time.
  bool sampled_ranks_agree(const plan::ModelSource& source, const plan::Census& rows) {
    const std::optional<plan::FactRef> series = plan::series_of(plan_, source);
    if (!series) return true;
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, series->scan), facts(scan, "facts"),
        path(facts, series->accumulator);
    const std::uint64_t ranked = count_at(at(*series), 0);
    const std::uint64_t known = count_at(at(rows.population), 0) - count_at(at(*rows.unknown), 0);
    return (ranked <= known && ranked + facts_.scans[series->scan].untimed >= known) ||
           contradiction(path, "ranks other values over time than may be sampled");
  }

  // `unknown` counts the rows of a group whose condition nobody knows.
  template <typename Unknown>
  bool weights_agree(const std::optional<plan::Weights>& weights, const plan::FactRef& population,
                     const plan::FactRef& good, Unknown unknown) {
    if (!weights) return true;
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, weights->all.scan), facts(scan, "facts"),
        path(facts, weights->all.accumulator);
    const auto summed = [&](const plan::FactRef& ref) -> const auto& {
      return std::get<plan::ValuesFact>(at(ref)).groups;
    };
    for (std::size_t group = 0; group < entries(at(population)); ++group) {
      const WeighedGroup one{
          count_at(at(population), group),     count_at(at(good), group),      unknown(group),
          count_at(at(weights->unfit), group), summed(weights->all)[group],    summed(weights->good)[group],
          summed(weights->bad)[group],         summed(weights->unknown)[group]};
      if (auto wrong = wrong_weights(one)) return contradiction(path, std::move(*wrong));
    }
    return true;
  }

  // Rows of expected values are rows of the window, as those outside of the declared values are, and there are no
  // others: no fewer than a population in the window has, and no more than the stream does.
  bool presence_holds(const plan::Objective& objective, const plan::Leaf& leaf) {
    for (const plan::Presence& presence : leaf.presence) {
      const JsonPath root("facts"), scans(root, "scans"), scan(scans, presence.rows.scan), facts(scan, "facts"),
          path(facts, presence.rows.accumulator);
      const plan::StreamFacts& stream = facts_.scans[presence.rows.scan];
      const plan::Scan& plan = plan_.scans[presence.rows.scan];
      const plan::Int128 rows =
          total(presence.rows) + stream.undeclared[*plan.accumulators[presence.rows.accumulator].grouping];
      const bool whole = objective.window.kind == plan::WindowKind::whole;
      const plan::Int128 all = plan::Int128(plan::counted_rows(stream)) - stream.future - (whole ? 0 : stream.untimed);
      if (rows > all || (whole && rows < all) || rows < total(judgement::population_of(leaf)))
        return contradiction(path, "counts other rows than the window has");
    }
    return true;
  }

  plan::Int128 total(const plan::FactRef& ref) const {
    plan::Int128 sum = 0;
    for (std::size_t group = 0; group < entries(at(ref)); ++group) sum += count_at(at(ref), group);
    return sum;
  }

  struct Totals {
    std::uint64_t known = 0, below = 0, above = 0;
    plan::UInt128 sum = 0;  // of whole numbers, which are never negative; sums of reals depend on what is added first
    bool operator==(const Totals&) const = default;
  };
  static Totals totals_of(const std::vector<plan::MomentSums>& moments) {
    Totals totals;
    for (const plan::MomentSums& one : moments) {
      totals.known += one.known;
      totals.below += one.below;
      totals.above += one.above;
      if (const auto* exact = std::get_if<plan::Int128>(&one.sum)) totals.sum += static_cast<plan::UInt128>(*exact);
    }
    return totals;
  }

  // Strata may leave rows out (undeclared values), and never hold more than there are.
  bool strata_fit(const plan::Proportion& whole, const plan::Proportion& strata) {
    const auto fits = [&](const plan::FactRef& all, const plan::FactRef& parts) {
      const JsonPath root("facts"), scans(root, "scans"), scan(scans, parts.scan), facts(scan, "facts"),
          path(facts, parts.accumulator);
      std::uint64_t left = count_at(at(all), 0);
      for (std::size_t stratum = 0; stratum < entries(at(parts)); ++stratum) {
        const std::uint64_t count = count_at(at(parts), stratum);
        if (count > left) return contradiction(path, "counts more rows in its strata than there are in all");
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
                 clusters_agree(what.clusters, what.population, what.good) &&
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
          return parts_fit(what.population, {what.values}) && (what.below || ranks_agree(what.series, what.values)) &&
                 (!what.below || clusters_agree(what.clusters, what.population, *what.below)) &&
                 (!what.below || series_agrees(what.series, what.population, *what.below)) &&
                 (!what.below || (parts_fit(what.values, {*what.below}) && below_agrees(requirement, what))) &&
                 (!what.below || weights_agree(what.weights, what.population, *what.below, [&](std::size_t group) {
                   return count_at(at(what.population), group) - count_at(at(what.values), group);
                 }));
        },
        [&](const plan::Contrast& what) {
          if (what.buckets) return placements_agree(what);
          return parts_fit(what.population, {what.values}) && parts_fit(what.other_population, {what.other_values}) &&
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
          return parts_fit(what.population, {what.moments}) && moment_series_agrees(what);
        },
        [&](const plan::Rate& what) {
          if (!parts_fit(what.population, {what.events}) || !series_agrees(what.series, what.population, what.events))
            return false;
          return !what.buckets ||
                 clusters_agree(plan::ClusterFacts{*what.buckets, *what.buckets}, what.events, what.events);
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
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, leaf.buckets->least.scan), facts(scan, "facts"),
        path(facts, leaf.buckets->least.accumulator);
    for (std::size_t group = 0; group < greatest.size(); ++group) {
      const plan::ContrastSums &high = greatest[group], &low = least[group];
      if (high.above > low.above || high.below < low.below || high.wins < low.wins)
        return contradiction(path, "holds other gaps or wins than values at the other ends of their buckets have");
    }
    return true;
  }

  // Lower edges below the limit belong to rows that lie below it or may; upper edges there to those that do.
  bool edges_hold(const plan::Requirement& requirement, const plan::Quantile& leaf) {
    const plan::Buckets& buckets = *leaf.buckets;
    if (!parts_fit(leaf.population, {leaf.values}) || !parts_fit(leaf.population, {buckets.upper_values})) return false;
    if (!leaf.below) return ranks_agree(leaf.series, buckets.upper_values);
    if (!parts_fit(leaf.population, {*leaf.below, *buckets.unknown}) ||
        !parts_fit(buckets.upper_values, {*leaf.below}) ||
        !clusters_agree(leaf.clusters, leaf.population, *leaf.below) ||
        !series_agrees(leaf.series, leaf.population, *leaf.below))
      return false;
    const bool inclusive =
        *requirement.direct_op == plan::Comparison::at_most || *requirement.direct_op == plan::Comparison::greater;
    if (!ranks_agree(requirement, buckets.upper_values, inclusive ? plan::Comparison::at_most : plan::Comparison::less,
                     [&](std::size_t group) { return count_at(at(*leaf.below), group); }))
      return false;
    // Rows beyond the limit have a lower edge there; of those that may lie below it, the first bucket's have none.
    const auto beyond = [&](std::size_t group) {
      return count_at(at(leaf.population), group) - count_at(at(*leaf.below), group) -
             count_at(at(*buckets.unknown), group);
    };
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, leaf.values.scan), facts(scan, "facts"),
        path(facts, leaf.values.accumulator);
    for (std::size_t group = 0; group < entries(at(leaf.values)); ++group)
      if (count_at(at(leaf.values), group) < beyond(group))
        return contradiction(path, "has fewer lower edges than rows beyond the threshold");
    return ranks_agree(requirement, leaf.values, plan::Comparison::less,
                       [&](std::size_t group) { return count_at(at(leaf.values), group) - beyond(group); });
  }

  // A ranked value is on the near side of the threshold just when its rank is among the rows counted there.
  bool below_agrees(const plan::Requirement& requirement, const plan::Quantile& leaf) {
    if (!requirement.direct_op) return true;
    const bool inclusive =
        *requirement.direct_op == plan::Comparison::at_most || *requirement.direct_op == plan::Comparison::greater;
    return ranks_agree(requirement, leaf.values, inclusive ? plan::Comparison::at_most : plan::Comparison::less,
                       [&](std::size_t group) { return count_at(at(*leaf.below), group); });
  }

  template <typename Below>
  bool ranks_agree(const plan::Requirement& requirement, const plan::FactRef& values, plan::Comparison near,
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
