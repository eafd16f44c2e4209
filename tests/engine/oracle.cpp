// Groups and accumulators, over lists of rows.
#include "tests/engine/oracle.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "runtime/plan/match.h"
#include "runtime/plan/number.h"
#include "tests/engine/oracle_rows.h"
#include "tests/engine/oracle_values.h"

namespace proofmark::engine::testing {
namespace {

using plan::Id;
using plan::Rational;

// ---- groups

plan::GroupKey key_of(const Rows& rows, Id field, std::size_t row) {
  if (!rows.known(field, row)) return std::nullopt;
  return std::get<std::string>(rows.cell(field, row));
}

std::vector<plan::GroupKey> groups_of(const plan::Scan& scan, const plan::Grouping& grouping, const Rows& rows) {
  const auto& declared = scan.fields[grouping.field].declared;
  std::set<plan::GroupKey> keys(declared.begin(), declared.end());
  if (declared.empty())
    for (std::size_t row = 0; row < rows.count(); ++row)
      if (rows.mask(grouping.universe, row)) keys.insert(key_of(rows, grouping.field, row));
  return {keys.begin(), keys.end()};
}

std::uint64_t undeclared_of(const plan::Scan& scan, const plan::Grouping& grouping, const Rows& rows) {
  const auto& declared = scan.fields[grouping.field].declared;
  if (declared.empty()) return 0;
  std::uint64_t count = 0;
  for (std::size_t row = 0; row < rows.count(); ++row) {
    if (!rows.mask(grouping.universe, row)) continue;
    const plan::GroupKey key = key_of(rows, grouping.field, row);
    count += !key || std::find(declared.begin(), declared.end(), *key) == declared.end() ? 1 : 0;
  }
  return count;
}

// ---- accumulators

// The rows of an accumulator's mask, a group.
std::vector<std::vector<std::size_t>> rows_by_group(const plan::Scan& scan, const plan::Accumulator& accumulator,
                                                    Id mask, const Rows& rows,
                                                    const std::vector<plan::GroupKey>& keys) {
  std::vector<std::vector<std::size_t>> result(accumulator.grouping ? keys.size() : 1);
  for (std::size_t row = 0; row < rows.count(); ++row) {
    if (!rows.mask(mask, row)) continue;
    if (!accumulator.grouping) {
      result[0].push_back(row);
      continue;
    }
    const auto found =
        std::find(keys.begin(), keys.end(), key_of(rows, scan.groupings[*accumulator.grouping].field, row));
    if (found != keys.end()) result[static_cast<std::size_t>(found - keys.begin())].push_back(row);
  }
  return result;
}

bool asks_when(const plan::Scan& scan, plan::Id mask) {
  return std::visit(
      [&](const auto& of) {
        using Kind = std::decay_t<decltype(of)>;
        if constexpr (std::is_same_v<Kind, plan::InWindow>)
          return scan.windows[of.window].kind != plan::WindowKind::whole;
        else if constexpr (std::is_same_v<Kind, plan::AtomHolds>)
          return false;
        else
          return asks_when(scan, of.left) || asks_when(scan, of.right);
      },
      scan.masks[mask]);
}

struct Accumulate {
  const plan::Scan& scan;
  const plan::Accumulator& accumulator;
  const Rows& rows;
  const std::vector<plan::GroupKey>& keys;
  const Table& table;
  std::optional<std::int64_t> as_of_ns;

  // A row without a time is in a window as likely as not.
  std::uint64_t unplaced(plan::Id mask) const {
    std::uint64_t untimed = 0;
    for (std::size_t row = 0; row < rows.count(); ++row) untimed += scan.time_field && !rows.time(row) ? 1 : 0;
    return table.skipped + table.late + (asks_when(scan, mask) ? untimed : 0);
  }
  plan::Fact operator()(const plan::CountRows& what) const {
    plan::CountFact fact;
    for (const auto& group : rows_by_group(scan, accumulator, what.mask, rows, keys))
      fact.counts.push_back(group.size());
    return fact;
  }
  plan::Fact operator()(const plan::CountDistinct& what) const {
    plan::CountFact fact;
    for (const auto& group : rows_by_group(scan, accumulator, what.mask, rows, keys)) {
      std::set<Cell> values;
      for (const std::size_t row : group)
        if (rows.known(what.field, row)) values.insert(rows.cell(what.field, row));
      fact.counts.push_back(values.size());
    }
    return fact;
  }
  // Where a value lies: below all numbers, at one, or above them all.
  using Place = std::pair<int, plan::Number>;
  static Place place_of(const plan::Number& number, plan::Told told) {
    if (told != plan::Told::above) return {0, number};
    if (const auto* whole = std::get_if<std::int64_t>(&number))
      return *whole == INT64_MAX ? Place{1, number} : Place{0, *whole + 1};
    const double real = std::get<double>(number), infinity = std::numeric_limits<double>::infinity();
    return real == infinity ? Place{1, number} : Place{0, std::nextafter(real, infinity)};
  }
  std::vector<std::vector<Place>> places_of(plan::Id id, plan::Told told) const {
    const auto& collect = std::get<plan::CollectValues>(scan.accumulators[id].what);
    std::vector<std::vector<Place>> places;
    for (const auto& group : rows_by_group(scan, accumulator, collect.mask, rows, keys)) {
      std::vector<Place>& into = places.emplace_back();
      for (const std::size_t row : group) {
        const MaybeNumber number = rows.value(collect.value, row);
        if (number) into.push_back(place_of(*number, told));
        if (!number && told == plan::Told::above) into.push_back({-1, std::int64_t{0}});
        if (!number && told == plan::Told::upto) into.push_back({1, std::int64_t{0}});
      }
      // Beyond all numbers one place is like another.
      for (Place& place : into)
        if (place.first != 0) place.second = std::int64_t{0};
      std::sort(into.begin(), into.end());  // of a variant: by value, and the zeros are equal
    }
    return places;
  }
  // By every value as a limit, found by bisection.
  plan::Fact operator()(const plan::ContrastValues& what) const {
    const auto first = places_of(what.first, what.first_told), second = places_of(what.second, what.second_told);
    plan::ContrastFact fact;
    for (std::size_t g = 0; g < first.size(); ++g) fact.groups.push_back(contrast(first[g], second[g]));
    return fact;
  }
  static plan::ContrastSums contrast(const std::vector<Place>& first, const std::vector<Place>& second) {
    const auto within = [](const std::vector<Place>& values, const Place& limit) {
      return plan::Int128(std::upper_bound(values.begin(), values.end(), limit) - values.begin());
    };
    plan::ContrastSums sums;
    sums.first = first.size();
    sums.second = second.size();
    for (const auto* values : {&first, &second})
      for (const Place& limit : *values) {
        const plan::Int128 gap =
            within(first, limit) * plan::Int128(second.size()) - within(second, limit) * plan::Int128(first.size());
        sums.above = std::max(sums.above, gap);
        sums.below = std::max(sums.below, -gap);
      }
    for (const Place& value : first) {
      const auto [low, high] = std::equal_range(second.begin(), second.end(), value);
      sums.wins += 2 * plan::Int128(low - second.begin()) + plan::Int128(high - low);
    }
    return sums;
  }
  plan::Fact operator()(const plan::SumClusters& what) const {
    plan::ClustersFact fact;
    for (const auto& group : rows_by_group(scan, accumulator, what.mask, rows, keys)) {
      std::map<std::optional<Cell>, std::pair<std::uint64_t, std::uint64_t>> clusters;
      for (const std::size_t row : group) {
        auto& [all, part] = clusters[cluster_of(what, row)];
        ++all;
        part += rows.mask(what.part, row) ? 1 : 0;
      }
      plan::ClusterSums sums;
      for (const auto& [key, counts] : clusters) {
        const plan::Int128 all = counts.first, part = counts.second;
        sums.clusters += 1;
        sums.rows += counts.first;
        sums.part += counts.second;
        sums.with_part += part > 0 ? 1 : 0;
        sums.with_rest += part < all ? 1 : 0;
        sums.largest = std::max(sums.largest, counts.first);
        sums.rows_rows += all * all;
        sums.rows_part += all * part;
        sums.part_part += part * part;
      }
      fact.groups.push_back(sums);
    }
    return fact;
  }
  std::optional<Cell> cluster_of(const plan::SumClusters& what, std::size_t row) const {
    if (what.field)
      return rows.known(*what.field, row) ? std::optional<Cell>(rows.cell(*what.field, row)) : std::nullopt;
    const auto time = rows.time(row);
    if (!time) return std::nullopt;
    return Cell(static_cast<std::int64_t>((plan::Int128(*as_of_ns) - *time) / what.block_ns));
  }
  plan::Fact operator()(const plan::SumMoments& what) const {
    plan::MomentsFact fact;
    for (const auto& group : rows_by_group(scan, accumulator, what.mask, rows, keys))
      fact.groups.push_back(scan.values[what.value].real ? real_moments(what, group) : integer_moments(what, group));
    return fact;
  }
  // Squares are added in 64-bit halves, so that no sum of them is too large here.
  plan::MomentSums integer_moments(const plan::SumMoments& what, const std::vector<std::size_t>& group) const {
    plan::MomentSums sums;
    plan::Int128 sum = 0;
    plan::UInt128 high = 0, low = 0;
    for (const std::size_t row : group) {
      const auto number = rows.value(what.value, row);
      if (!number) continue;
      const Rational value(std::get<std::int64_t>(*number));
      sums.known += 1;
      sums.below += value < what.low ? 1 : 0;
      sums.above += value > what.high ? 1 : 0;
      if (value < what.low || value > what.high) continue;
      const auto distance = plan::UInt128(value.numerator() - what.low.numerator());
      sum += plan::Int128(distance);
      low += (distance * distance) & UINT64_MAX;
      high += (distance * distance) >> 64U;
    }
    sums.sum = sum;
    high += low >> 64U;
    if (high >> 63U == 0) sums.squares = plan::Int128((high << 64U) | (low & UINT64_MAX));
    return sums;
  }
  plan::MomentSums real_moments(const plan::SumMoments& what, const std::vector<std::size_t>& group) const {
    const double from = what.low.nearest_double(), to = what.high.nearest_double();
    plan::MomentSums sums;
    std::vector<MaybeNumber> distances(rows.count()), squares(rows.count());
    for (const std::size_t row : group) {
      const auto number = rows.value(what.value, row);
      if (!number) continue;
      const double value = std::get<double>(*number);
      sums.known += 1;
      sums.below += value < from ? 1 : 0;
      sums.above += value > to ? 1 : 0;
      if (value < from || value > to) continue;
      distances[row] = value - from;
      squares[row] = (value - from) * (value - from);
    }
    sums.sum = real_sum(distances);
    sums.squares = real_sum(squares);
    return sums;
  }
  // The rows of a mask step by step; the steps are laid out from the ends that sorting finds.
  struct Steps {
    std::int64_t step_ns = 0;
    std::optional<std::int64_t> first, last;
    std::vector<std::vector<std::size_t>> rows;

    template <typename Fact>
    Fact fact() const {
      return {step_ns, {}, first, last};
    }
  };
  // 1, 2 and 5 times powers of ten of ns and of days, and what clocks show between a second and a day.
  static std::vector<plan::Int128> step_lengths() {
    constexpr plan::Int128 kSecond = 1'000'000'000, kDay = 86'400 * kSecond;
    std::vector<plan::Int128> all;
    for (const plan::Int128 seconds : {10, 15, 30, 60, 120, 300, 600, 900, 1'800, 3'600, 7'200, 10'800, 21'600, 43'200})
      all.push_back(seconds * kSecond);
    for (const plan::Int128 digit : {1, 2, 5}) {
      for (plan::Int128 power = 1; power <= kSecond; power *= 10) all.push_back(digit * power);
      for (plan::Int128 power = kDay; power <= 1'000 * kDay; power *= 10) all.push_back(digit * power);
    }
    return all;
  }
  static plan::Int128 floor_of(plan::Int128 time, plan::Int128 step) {
    plan::Int128 below = time / step;
    while (below * step > time) --below;
    return below;
  }
  // Of each group, or of all rows where the groups are too many for a series each.
  std::vector<std::vector<std::size_t>> rows_by_series(Id mask) const {
    if (plan::has_own_series(keys.size())) return rows_by_group(scan, accumulator, mask, rows, keys);
    return rows_by_group(scan, {accumulator.what, {}}, mask, rows, keys);
  }
  Steps steps_of(const std::vector<std::size_t>& members, Id window) const {
    std::vector<std::int64_t> times;
    for (std::size_t row = 0; row < rows.count(); ++row)
      if (const auto time = rows.time(row); time && !rows.future(row) && rows.in_window(window, row))
        times.push_back(*time);
    Steps steps;
    if (times.empty()) return steps;
    std::sort(times.begin(), times.end());
    steps.first = times.front(), steps.last = times.back();
    const plan::Int128 length = plan::Int128(times.back()) - times.front();
    plan::Int128 longest = 1;
    for (const plan::Int128 step : step_lengths())
      if (45 * step < length) longest = std::max(longest, step);
    steps.step_ns = static_cast<std::int64_t>(longest);
    const plan::Int128 before = floor_of(times.front(), longest);
    steps.rows.resize(static_cast<std::size_t>(floor_of(times.back(), longest) - before) + 1);
    for (const std::size_t row : members) {
      const auto time = rows.time(row);
      if (!time || *time < times.front() || *time > times.back()) continue;
      steps.rows[static_cast<std::size_t>(floor_of(*time, longest) - before)].push_back(row);
    }
    return steps;
  }
  plan::Fact operator()(const plan::CountSeries& what) const {
    auto fact = steps_of({}, what.window).fact<plan::SeriesFact>();
    for (const auto& members : rows_by_series(what.mask)) {
      fact.groups.emplace_back();
      for (const auto& step : steps_of(members, what.window).rows) {
        const auto in_part = [&](std::size_t row) { return rows.mask(what.part, row); };
        const auto part = std::count_if(step.begin(), step.end(), in_part);
        fact.groups.back().push_back({step.size(), static_cast<std::uint64_t>(part)});
      }
    }
    return fact;
  }
  plan::Fact operator()(const plan::MomentSeries& what) const {
    const plan::SumMoments range{what.mask, what.value, what.low, what.high};
    auto fact = steps_of({}, what.window).fact<plan::MomentSeriesFact>();
    for (const auto& members : rows_by_series(what.mask)) {
      fact.groups.emplace_back();
      for (const auto& step : steps_of(members, what.window).rows)
        fact.groups.back().push_back(scan.values[what.value].real ? real_moments(range, step)
                                                                  : integer_moments(range, step));
    }
    return fact;
  }
  // Twice a midrank: twice the values below, those that are equal, and one.
  plan::Fact operator()(const plan::RankSeries& what) const {
    auto fact = steps_of({}, what.window).fact<plan::MomentSeriesFact>();
    for (const auto& members : rows_by_series(what.mask))
      fact.groups.push_back(ranked(what, steps_of(members, what.window)));
    return fact;
  }
  std::vector<plan::MomentSums> ranked(const plan::RankSeries& what, const Steps& steps) const {
    std::vector<plan::Number> all;
    for (const auto& step : steps.rows)
      for (const std::size_t row : step)
        if (const MaybeNumber number = rows.value(what.value, row)) all.push_back(*number);
    std::sort(all.begin(), all.end());  // of a variant: by value, and the zeros are equal
    std::vector<plan::MomentSums> sums;
    for (const auto& step : steps.rows) {
      plan::Int128 known = 0, sum = 0, squares = 0;
      for (const std::size_t row : step) {
        const MaybeNumber number = rows.value(what.value, row);
        if (!number) continue;
        const auto [low, high] = std::equal_range(all.begin(), all.end(), *number);
        const plan::Int128 rank = 2 * (low - all.begin()) + (high - low) + 1;
        known += 1;
        sum += rank;
        squares += rank * rank;
      }
      sums.push_back({static_cast<std::uint64_t>(known), 0, 0, sum, squares});
    }
    return sums;
  }
  plan::Fact operator()(const plan::CollectValues& what) const {
    const auto& population = scan.accumulators[what.population];
    const plan::Id counted = std::get<plan::CountRows>(population.what).mask;
    const auto n = rows_by_group(scan, population, counted, rows, keys);
    const auto groups = rows_by_group(scan, accumulator, what.mask, rows, keys);
    plan::ValuesFact fact;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      std::vector<MaybeNumber> numbers(rows.count());
      for (const std::size_t row : groups[g]) numbers[row] = rows.value(what.value, row);
      fact.groups.push_back(summarise(what, numbers, scan.values[what.value].real, n[g].size() + unplaced(counted)));
    }
    return fact;
  }
};

}  // namespace

plan::StreamFacts naive_facts(const plan::Scan& scan, const Table& table, std::optional<std::int64_t> as_of_ns) {
  const Rows rows(scan, table, as_of_ns);
  plan::StreamFacts facts;
  facts.stream = table.name;
  facts.rows = rows.count();
  facts.skipped = table.skipped;
  facts.late = table.late;
  for (std::size_t row = 0; row < rows.count(); ++row) {
    facts.future += rows.future(row) ? 1 : 0;
    facts.untimed += scan.time_field && !rows.time(row) ? 1 : 0;
  }
  for (const plan::Grouping& grouping : scan.groupings) {
    facts.groups.push_back(groups_of(scan, grouping, rows));
    facts.undeclared.push_back(undeclared_of(scan, grouping, rows));
  }
  const std::vector<plan::GroupKey> none;
  for (const plan::Accumulator& accumulator : scan.accumulators) {
    const auto& keys = accumulator.grouping ? facts.groups[*accumulator.grouping] : none;
    facts.facts.push_back(std::visit(Accumulate{scan, accumulator, rows, keys, table, as_of_ns}, accumulator.what));
  }
  return facts;
}

}  // namespace proofmark::engine::testing
