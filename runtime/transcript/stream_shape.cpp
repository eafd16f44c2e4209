// From the outside in: streams, groups, accumulators, what each holds.
#include "runtime/transcript/stream_shape.h"

#include <algorithm>
#include <map>

#include "runtime/json/utf8.h"
#include "runtime/plan/windowed_masks.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/rank_rule.h"
#include "runtime/transcript/clusters_shape.h"
#include "runtime/transcript/contrast_shape.h"
#include "runtime/transcript/moments_shape.h"
#include "runtime/transcript/ranks_shape.h"
#include "runtime/transcript/series_shape.h"
#include "runtime/transcript/shape_checker.h"
#include "runtime/transcript/summary_shape.h"

namespace proofmark::transcript {
namespace {

using plan::Int128;

class StreamChecker : public ShapeChecker {
 public:
  using ShapeChecker::ShapeChecker;

  bool stream(const JsonPath& path, const plan::Scan& scan, const plan::StreamFacts& facts) {
    if (facts.stream != scan.stream)
      return misfit(JsonPath(path, "stream"),
                    "is `" + json::printable(facts.stream) + "`, and the plan reads `" + scan.stream + "`");
    const std::uint64_t limit = statistics::kMaximumRows - 1;  // the anytime test asks for one more
    if (facts.events.has_value() != scan.weight.has_value())
      return misfit(JsonPath(path, "events"), facts.events ? "is given, and a row is an event" : "is missing");
    const std::uint64_t rows = counted_rows(facts);
    if (facts.rows > limit || rows > limit || facts.skipped > limit - rows)
      return contradiction(JsonPath(path, "rows"),
                           "and `skipped` come to more than " + std::to_string(limit) + " rows");
    if (facts.events && facts.skipped > 0)
      return contradiction(JsonPath(path, "skipped"), "leaves the number of events unknown");
    if (facts.late > limit - rows - facts.skipped)
      return contradiction(JsonPath(path, "late"), "and all rows come to more than " + std::to_string(limit));
    if (facts.future > rows) return contradiction(JsonPath(path, "future"), "is more than all rows");
    if (facts.untimed > rows - facts.future)
      return contradiction(JsonPath(path, "untimed"), "and `future` are more than all rows");
    if (facts.covers_from_ns && facts.covers_to_ns && *facts.covers_to_ns < *facts.covers_from_ns)
      return contradiction(JsonPath(path, "coversTo"), "is before `coversFrom`");
    if (!same_size(JsonPath(path, "undeclared"), facts.undeclared.size(), scan.groupings.size()) ||
        !same_size(JsonPath(path, "groups"), facts.groups.size(), scan.groupings.size()) ||
        !same_size(JsonPath(path, "facts"), facts.facts.size(), scan.accumulators.size()))
      return false;
    for (std::size_t i = 0; i < scan.groupings.size(); ++i)
      if (!groups(JsonPath(JsonPath(path, "groups"), i), scan, scan.groupings[i], facts.groups[i])) return false;
    windowed_ = plan::windowed_masks(scan);
    stretches_.clear();
    for (std::size_t i = 0; i < scan.groupings.size(); ++i)
      if (!undeclared(JsonPath(JsonPath(path, "undeclared"), i), scan, scan.groupings[i], facts, facts.undeclared[i]))
        return false;
    const JsonPath all(path, "facts");
    for (std::size_t i = 0; i < scan.accumulators.size(); ++i)
      if (!fact(JsonPath(all, i), scan, scan.accumulators[i], facts, facts.facts[i])) return false;
    return true;
  }

  bool groups(const JsonPath& path, const plan::Scan& scan, const plan::Grouping& grouping,
              const std::vector<plan::GroupKey>& keys) {
    const std::vector<std::string>& declared = scan.fields[grouping.field].declared;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] && json::first_invalid_utf8(*keys[i])) return misfit(JsonPath(path, i), "is no valid UTF-8");
      if (i > 0 && !(keys[i - 1] < keys[i])) return misfit(JsonPath(path, i), "is not after the group before it");
    }
    const auto same = [](const plan::GroupKey& key, const std::string& value) { return key && *key == value; };
    if (declared.empty() || std::equal(keys.begin(), keys.end(), declared.begin(), declared.end(), same)) return true;
    return misfit(path, "are not the values that `" + scan.fields[grouping.field].name + "` declares");
  }

 private:
  // Rows of the window with other values than the declared ones; without any every value is a group.
  bool undeclared(const JsonPath& path, const plan::Scan& scan, const plan::Grouping& grouping,
                  const plan::StreamFacts& stream, std::uint64_t rows) {
    if (rows > rows_in_window(windowed_[grouping.universe], stream))
      return contradiction(path, "is more than the rows of the window");
    return rows == 0 || !scan.fields[grouping.field].declared.empty() ||
           contradiction(path, "counts rows outside of the declared values, and none are declared");
  }

  bool fact(const JsonPath& path, const plan::Scan& scan, const plan::Accumulator& accumulator,
            const plan::StreamFacts& stream, const plan::Fact& fact) {
    const std::size_t entries = accumulator.grouping ? stream.groups[*accumulator.grouping].size() : 1;
    const auto* collect = std::get_if<plan::CollectValues>(&accumulator.what);
    const auto* clusters = std::get_if<plan::ClustersFact>(&fact);
    if (std::holds_alternative<plan::SumClusters>(accumulator.what) != (clusters != nullptr))
      return misfit(path, clusters != nullptr ? "holds clusters where the plan counts" : "holds no sums over clusters");
    if (clusters != nullptr) return cluster_sums(path, *clusters, entries, rows_in_groups(scan, accumulator, stream));
    const auto* moments = std::get_if<plan::MomentsFact>(&fact);
    const auto* ranged = std::get_if<plan::SumMoments>(&accumulator.what);
    if ((ranged != nullptr) != (moments != nullptr))
      return misfit(path, moments != nullptr ? "holds moments where the plan has none" : "holds no moments");
    if (moments != nullptr) {
      const JsonPath list(path, "moments");
      if (!same_size(list, moments->groups.size(), entries)) return false;
      for (std::size_t i = 0; i < entries; ++i)
        if (!moment_sums(JsonPath(list, i), *ranged, scan.values[ranged->value].real, moments->groups[i])) return false;
      return true;
    }
    const auto* contrasted = std::get_if<plan::ContrastValues>(&accumulator.what);
    const auto* contrasts = std::get_if<plan::ContrastFact>(&fact);
    if ((contrasted != nullptr) != (contrasts != nullptr))
      return misfit(path, contrasts != nullptr ? "holds contrasts where the plan counts" : "holds no contrasts");
    if (contrasts != nullptr) return contrast_sums(path, scan, *contrasted, *contrasts, entries, stream);
    const auto* over_time = std::get_if<plan::SeriesFact>(&fact);
    if (std::holds_alternative<plan::CountSeries>(accumulator.what) != (over_time != nullptr))
      return misfit(path, over_time != nullptr ? "holds a series where the plan has none" : "holds no series");
    if (over_time != nullptr) {
      const JsonPath series(path, "series");
      return steps_fit(series, scan, accumulator, *over_time, entries) &&
             series_fits(series, *over_time, timed_rows(stream));
    }
    const auto* moved = std::get_if<plan::MomentSeries>(&accumulator.what);
    const auto* ranked = std::get_if<plan::RankSeries>(&accumulator.what);
    const auto* moments_over_time = std::get_if<plan::MomentSeriesFact>(&fact);
    if ((moved != nullptr || ranked != nullptr) != (moments_over_time != nullptr))
      return misfit(path, moments_over_time != nullptr ? "holds a series of moments where the plan has none"
                                                       : "holds no series of moments");
    if (moments_over_time != nullptr &&
        !steps_fit(JsonPath(path, "momentSeries"), scan, accumulator, *moments_over_time, entries))
      return false;
    if (moved != nullptr)
      return moment_series_fits(JsonPath(path, "momentSeries"), {moved->mask, moved->value, moved->low, moved->high},
                                scan.values[moved->value].real, *moments_over_time, timed_rows(stream));
    if (ranked != nullptr)
      return rank_series_fits(JsonPath(path, "momentSeries"), *moments_over_time, timed_rows(stream));
    if (const auto* counts = std::get_if<plan::CountFact>(&fact)) {
      if (collect != nullptr) return misfit(path, "holds counts where the plan collects values");
      return same_size(JsonPath(path, "counts"), counts->counts.size(), entries) &&
             counts_fit(path, counts->counts, rows_in_groups(scan, accumulator, stream));
    }
    if (collect == nullptr) return misfit(path, "holds values where the plan counts");
    const auto& values = std::get<plan::ValuesFact>(fact).groups;
    const JsonPath list(path, "values");
    if (!same_size(list, values.size(), entries)) return false;
    const auto* population = std::get_if<plan::CountFact>(&stream.facts[collect->population]);
    if (population == nullptr || population->counts.size() != entries)
      return misfit(path, "has no count of its population");
    for (std::size_t i = 0; i < entries; ++i)
      if (!summary(JsonPath(list, i), *collect, scan.values[collect->value].real, values[i], population->counts[i],
                   unplaced_rows(stream) + (is_windowed(scan.accumulators[collect->population]) ? stream.untimed : 0)))
        return false;
    return true;
  }

  bool is_windowed(const plan::Accumulator& accumulator) const { return windowed_[plan::mask_of(accumulator)]; }

  // No window holds what is later than as of; one that is not the whole, nothing without a time.
  static std::uint64_t rows_in_window(bool windowed, const plan::StreamFacts& stream) {
    return counted_rows(stream) - stream.future - (windowed ? stream.untimed : 0);
  }
  // Those of them that are in some group.
  std::uint64_t rows_in_groups(const plan::Scan& scan, const plan::Accumulator& accumulator,
                               const plan::StreamFacts& stream) const {
    const std::uint64_t rows = rows_in_window(is_windowed(accumulator), stream);
    if (!accumulator.grouping || windowed_[scan.groupings[*accumulator.grouping].universe] != is_windowed(accumulator))
      return rows;
    return rows - stream.undeclared[*accumulator.grouping];
  }

  static std::uint64_t timed_rows(const plan::StreamFacts& stream) {
    return counted_rows(stream) - stream.future - stream.untimed;
  }

  // All series of a window have the same steps, a group each, or one for more groups than have each its own.
  template <typename Series>
  bool steps_fit(const JsonPath& path, const plan::Scan& scan, const plan::Accumulator& accumulator,
                 const Series& series, std::size_t entries) {
    const plan::Id window = *plan::window_of_series(accumulator);
    const Stretch stretch{series.first_ns, series.last_ns};
    const JsonPath groups(path, "groups");
    if (!same_size(groups, series.groups.size(), plan::has_own_series(entries) ? entries : 1)) return false;
    for (std::size_t i = 0; i < series.groups.size(); ++i)
      if (auto wrong =
              wrong_steps(stretch, series.step_ns, series.groups[i].size(), scan.windows[window], facts_.as_of_ns))
        return contradiction(JsonPath(groups, i), std::move(*wrong));
    return stretches_.try_emplace(window, stretch).first->second == stretch ||
           contradiction(path, "lies between other times than another series of its window");
  }

  // Ranks of the n values of a group are whole numbers that come to n (n + 1) when they are doubled.
  bool rank_series_fits(const JsonPath& path, const plan::MomentSeriesFact& series, std::uint64_t rows) {
    const JsonPath groups(path, "groups");
    std::uint64_t left = rows;
    for (std::size_t i = 0; i < series.groups.size(); ++i) {
      const JsonPath group(groups, i);
      const std::vector<plan::MomentSums>& steps = series.groups[i];
      const Int128 n = plan::rows_of(steps);
      if (n > left) return contradiction(group, "counts more rows than the stream has");
      const plan::SumMoments range{0, 0, plan::Rational(0), *plan::Rational::make(2 * n + 1, 1)};
      if (!moment_steps_fit(group, range, false, steps, left)) return false;
      if (auto wrong = wrong_ranks(steps)) return contradiction(group, std::move(*wrong));
    }
    return true;
  }

  bool moment_series_fits(const JsonPath& path, const plan::SumMoments& range, bool real,
                          const plan::MomentSeriesFact& series, std::uint64_t rows) {
    const JsonPath groups(path, "groups");
    std::uint64_t left = rows;
    for (std::size_t i = 0; i < series.groups.size(); ++i)
      if (!moment_steps_fit(JsonPath(groups, i), range, real, series.groups[i], left)) return false;
    return true;
  }

  // Takes the rows of the steps from those that are left.
  bool moment_steps_fit(const JsonPath& path, const plan::SumMoments& range, bool real,
                        const std::vector<plan::MomentSums>& steps, std::uint64_t& left) {
    const JsonPath list(path, "known");
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const JsonPath step(list, i);
      if (steps[i].known > left) return contradiction(step, "counts more rows than the stream has");
      if (!moment_sums(step, range, real, steps[i])) return false;
      left -= steps[i].known;
    }
    return true;
  }

  bool series_fits(const JsonPath& path, const plan::SeriesFact& series, std::uint64_t rows) {
    const JsonPath groups(path, "groups");
    std::uint64_t left = rows;
    for (std::size_t i = 0; i < series.groups.size(); ++i) {
      const JsonPath group(groups, i);
      for (const plan::SeriesStep& step : series.groups[i]) {
        if (step.rows > left) return contradiction(JsonPath(group, "rows"), "counts more rows than the stream has");
        if (step.part > step.rows) return contradiction(JsonPath(group, "part"), "counts more rows than its step has");
        left -= step.rows;
      }
    }
    return true;
  }

  // What any clusters could have summed to: no more is known of them here.
  bool cluster_sums(const JsonPath& path, const plan::ClustersFact& fact, std::size_t entries, std::uint64_t rows) {
    const JsonPath list(path, "clusters");
    if (!same_size(list, fact.groups.size(), entries)) return false;
    std::uint64_t left = rows;
    for (std::size_t i = 0; i < entries; ++i) {
      const plan::ClusterSums& one = fact.groups[i];
      if (one.rows > left) return contradiction(JsonPath(list, i), "counts more rows than the stream has");
      left -= one.rows;
      if (!could_be_clusters(one)) return contradiction(JsonPath(list, i), "holds sums that no clusters have");
    }
    return true;
  }

  bool contrast_sums(const JsonPath& path, const plan::Scan& scan, const plan::ContrastValues& wanted,
                     const plan::ContrastFact& fact, std::size_t entries, const plan::StreamFacts& stream) {
    const JsonPath list(path, "contrasts");
    if (!same_size(list, fact.groups.size(), entries)) return false;
    const auto* first = std::get_if<plan::ValuesFact>(&stream.facts[wanted.first]);
    const auto* second = std::get_if<plan::ValuesFact>(&stream.facts[wanted.second]);
    if (first == nullptr || second == nullptr || first->groups.size() != entries || second->groups.size() != entries)
      return misfit(path, "has no collections of its values");
    const auto side = [&](plan::Id id, plan::Told told, std::size_t i) {
      const plan::ValueSummary& values = std::get<plan::ValuesFact>(stream.facts[id]).groups[i];
      return ContrastSide{compared(scan, stream, id, told, i), values, told};
    };
    for (std::size_t i = 0; i < entries; ++i)
      if (auto wrong = wrong_contrast(fact.groups[i], side(wanted.first, wanted.first_told, i),
                                      side(wanted.second, wanted.second_told, i)))
        return contradiction(JsonPath(list, i), std::move(*wrong));
    return true;
  }

  // Values told by edges are those of all rows of the population.
  static std::optional<std::uint64_t> compared(const plan::Scan& scan, const plan::StreamFacts& stream, plan::Id id,
                                               plan::Told told, std::size_t group) {
    if (told == plan::Told::exactly) return std::get<plan::ValuesFact>(stream.facts[id]).groups[group].known;
    const plan::Id population = std::get<plan::CollectValues>(scan.accumulators[id].what).population;
    const auto* counts = std::get_if<plan::CountFact>(&stream.facts[population]);
    if (counts == nullptr || group >= counts->counts.size()) return std::nullopt;
    return counts->counts[group];
  }

  bool moment_sums(const JsonPath& path, const plan::SumMoments& range, bool real, const plan::MomentSums& sums) {
    if (sums.below > sums.known || sums.above > sums.known - sums.below)
      return contradiction(JsonPath(path, "below"), "and `above` are more than all values");
    if (std::holds_alternative<double>(sums.sum) != real ||
        (sums.squares && std::holds_alternative<double>(*sums.squares) != real))
      return wrong_type(JsonPath(path, "sum"), real);
    return could_be_moments(range, sums) || contradiction(path, "holds sums that no values in the range have");
  }

  bool counts_fit(const JsonPath& path, const std::vector<std::uint64_t>& counts, std::uint64_t rows) {
    std::uint64_t left = rows;
    const JsonPath list(path, "counts");
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] > left) return contradiction(JsonPath(list, i), "counts more rows than the stream has");
      left -= counts[i];
    }
    return true;
  }

  bool summary(const JsonPath& path, const plan::CollectValues& wanted, bool real, const plan::ValueSummary& values,
               std::uint64_t population, std::uint64_t unplaced) {
    if (values.known > population) return contradiction(JsonPath(path, "known"), "is more than the population's rows");
    const bool may_have_overflowed = wanted.sum && real && values.known > 0;
    if (values.sum.has_value() != wanted.sum && !may_have_overflowed)
      return misfit(JsonPath(path, "sum"), wanted.sum ? "is missing" : "was not asked for");
    if (values.distinct.has_value() != wanted.distinct)
      return misfit(JsonPath(path, "distinct"), wanted.distinct ? "is missing" : "was not asked for");
    const bool extremes = wanted.extremes && values.known > 0;
    if (values.minimum.has_value() != extremes || values.maximum.has_value() != extremes)
      return misfit(JsonPath(path, "minimum"), extremes ? "or `maximum` is missing" : "or `maximum` has no place here");
    if (values.sum && std::holds_alternative<double>(*values.sum) != real)
      return wrong_type(JsonPath(path, "sum"), real);
    if (extremes && (!typed(*values.minimum, real) || !typed(*values.maximum, real)))
      return wrong_type(JsonPath(path, "minimum"), real);
    if (extremes && *values.maximum < *values.minimum)
      return contradiction(JsonPath(path, "minimum"), "is above `maximum`");
    if (!could_be_distinct(values)) return contradiction(JsonPath(path, "distinct"), "does not fit the values");
    const JsonPath ranks(path, "ranks");
    if (!same_size(ranks, values.ranks.size(), wanted.ranks.size())) return false;
    for (std::size_t i = 0; i < wanted.ranks.size(); ++i)
      if (!rank(JsonPath(ranks, i), wanted.ranks[i], real, values, i, population + unplaced)) return false;
    if (auto wrong = wrong_order(values)) return contradiction(ranks, std::move(*wrong));
    if (auto wrong = wrong_sum(values)) return contradiction(JsonPath(path, "sum"), std::move(*wrong));
    return true;
  }

  static bool typed(const plan::Number& value, bool real) { return std::holds_alternative<double>(value) == real; }
  bool wrong_type(const JsonPath& path, bool real) {
    return misfit(path,
                  real ? "is an integer, and the plan collects reals" : "is a real, and the plan collects integers");
  }

  bool rank(const JsonPath& path, const plan::RankRule& rule, bool real, const plan::ValueSummary& values,
            std::size_t index, std::uint64_t n) {
    const std::optional<plan::RankedValue>& found = values.ranks[index];
    const std::optional<std::uint64_t> wanted = statistics::rank_of(rule, n, values.known);
    if (!wanted) return !found || contradiction(path, "is an order statistic that does not exist");
    if (!found) return contradiction(path, "lacks the order statistic at rank " + std::to_string(*wanted));
    if (found->rank != *wanted)
      return contradiction(JsonPath(path, "rank"),
                           "is " + std::to_string(found->rank) + ", and the counts give " + std::to_string(*wanted));
    return typed(found->value, real) || wrong_type(JsonPath(path, "value"), real);
  }

  // Of the scan being checked.
  std::vector<bool> windowed_;             // by mask
  std::map<plan::Id, Stretch> stretches_;  // by window
};

}  // namespace

std::optional<Diagnostic> misfit_of_stream(const plan::Plan& plan, const plan::Facts& facts, const std::string& file,
                                           std::size_t scan) {
  StreamChecker checker(plan, facts, file);
  const JsonPath root("facts"), scans(root, "scans");
  checker.stream(JsonPath(scans, scan), plan.scans[scan], facts.scans[scan]);
  return checker.problem();
}

}  // namespace proofmark::transcript
