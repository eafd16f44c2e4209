// Each state by its members; reading starts from an empty partial of the scan and refuses what has another shape.
#include "runtime/engine/partial_archive.h"

#include <algorithm>

#include "runtime/cache/archive.h"
#include "runtime/plan/match.h"

namespace proofmark::engine {

using cache::ArchiveReader;
using cache::ArchiveWriter;

namespace {

bool lie_within(const std::vector<BlockSum>& sums, BlockRun blocks) {
  std::uint64_t from = blocks.begin;
  for (const BlockSum& sum : sums) {
    if (sum.block < from || sum.block >= blocks.end) return false;
    from = sum.block + 1;
  }
  return true;
}

// A list that must be as long as the one it takes the place of.
template <typename T>
bool get_list(ArchiveReader& from, std::vector<T>& into) {
  std::vector<T> list;
  if (!from.get(list) || list.size() != into.size()) return false;
  into = std::move(list);
  return true;
}

}  // namespace

struct StateArchive {
  static void put(const CountState& state, ArchiveWriter& into) { into.put(state.counts); }
  static bool get(CountState& state, BlockRun, ArchiveReader& from) { return get_list(from, state.counts); }

  static void put(const ValuesState& state, ArchiveWriter& into) { into.put(state.groups); }
  static bool get(ValuesState& state, BlockRun blocks, ArchiveReader& from) {
    return get_list(from, state.groups) &&
           std::all_of(state.groups.begin(), state.groups.end(), [&](const CollectedValues& values) {
             const bool paired = values.weights.empty() || values.weights.size() == values.keys.size();
             return paired && lie_within(values.block_sums, blocks);
           });
  }

  // Sets in order, so that equal sets are equal bytes.
  static void put(const DistinctCodes& state, ArchiveWriter& into) {
    std::vector<std::uint64_t> pairs(state.pairs_.begin(), state.pairs_.end());
    std::sort(pairs.begin(), pairs.end());
    into.put(state.bits_);
    into.put(pairs);
  }
  static bool get(DistinctCodes& state, BlockRun, ArchiveReader& from) {
    std::vector<std::uint64_t> pairs;
    if (!get_list(from, state.bits_) || !from.get(pairs)) return false;
    state.pairs_.insert(pairs.begin(), pairs.end());
    return std::all_of(pairs.begin(), pairs.end(),
                       [&](std::uint64_t pair) { return state.bits_.empty() && pair >> 32U < state.groups_; });
  }

  struct Cluster {
    std::uint64_t number = 0, rows = 0, part = 0;
  };
  static void put(const NumberedClusters& state, ArchiveWriter& into) {
    for (const auto& group : state.groups_) {
      std::vector<Cluster> clusters;
      for (const auto& [number, rows] : group) clusters.push_back({number, rows.rows, rows.part});
      std::sort(clusters.begin(), clusters.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
      into.put(clusters);
    }
  }
  static bool get(NumberedClusters& state, BlockRun, ArchiveReader& from) {
    for (auto& group : state.groups_) {
      std::vector<Cluster> clusters;
      if (!from.get(clusters)) return false;
      for (const Cluster& cluster : clusters) group[cluster.number] = {cluster.rows, cluster.part};
    }
    return true;
  }

  static void put(const IntegerMoments& state, ArchiveWriter& into) { into.put(state.groups_); }
  static bool get(IntegerMoments& state, BlockRun, ArchiveReader& from) { return get_list(from, state.groups_); }

  static void put(const RealMoments& state, ArchiveWriter& into) { into.put(state.groups_); }
  static bool get(RealMoments& state, BlockRun blocks, ArchiveReader& from) {
    return get_list(from, state.groups_) && sums_lie_within(state.groups_, blocks);
  }
  static bool sums_lie_within(const std::vector<IntegerMoments::Sums>&, BlockRun) { return true; }
  static bool sums_lie_within(const std::vector<RealMoments::Sums>& groups, BlockRun blocks) {
    return std::all_of(groups.begin(), groups.end(), [&](const RealMoments::Sums& sums) {
      return lie_within(sums.sums, blocks) && lie_within(sums.squares, blocks);
    });
  }

  static void put(const ContrastState&, ArchiveWriter&) {}
  static bool get(ContrastState&, BlockRun, ArchiveReader&) { return true; }

  // Of a series the steps that hold rows, under their numbers: another window has other steps before and after them.
  struct OverTime {
    const SeriesGrid& grid;
    std::size_t groups;
  };
  static void put(const Series& state, ArchiveWriter& into) {
    const auto is_empty = [](const plan::SeriesStep& step) { return step.rows == 0; };
    put_steps({state.grid_, state.groups_}, state.from_, state.places_, is_empty, into);
  }
  static bool get(Series& state, BlockRun, ArchiveReader& from) {
    return get_steps({state.grid_, state.groups_}, state.from_, state.places_, from);
  }
  static void put(const MomentsOverTime& state, ArchiveWriter& into) {
    const auto is_empty = [](const auto& sums) { return sums.known == 0; };
    std::visit([&](const auto& places) { put_steps({state.grid_, state.groups_}, 0, places.groups_, is_empty, into); },
               state.places_);
  }
  static bool get(MomentsOverTime& state, BlockRun blocks, ArchiveReader& from) {
    return std::visit(
        [&](auto& places) {
          auto found = places;
          std::size_t first = 0;
          found.groups_.clear();
          if (!get_steps({state.grid_, state.groups_}, first, found.groups_, from) ||
              !sums_lie_within(found.groups_, blocks))
            return false;
          std::move(found.groups_.begin(), found.groups_.end(),
                    places.groups_.begin() + static_cast<std::ptrdiff_t>(first * state.groups_));
          return true;
        },
        state.places_);
  }

  // Whole steps: of one that holds a row of any group, all groups.
  template <typename Place, typename IsEmpty>
  static void put_steps(const OverTime& of, std::size_t first, const std::vector<Place>& places, IsEmpty is_empty,
                        ArchiveWriter& into) {
    const auto found = std::find_if_not(places.begin(), places.end(), is_empty);
    const auto last = std::find_if_not(places.rbegin(), std::make_reverse_iterator(found), is_empty).base();
    const auto groups = static_cast<std::ptrdiff_t>(std::max<std::size_t>(of.groups, 1));
    const std::ptrdiff_t begin = (found - places.begin()) / groups, end = (last - places.begin() + groups - 1) / groups;
    into.put(of.grid.first_number + static_cast<std::int64_t>(first) + begin);
    into.put(std::vector<Place>(places.begin() + begin * groups, places.begin() + end * groups));
  }
  template <typename Place>
  static bool get_steps(const OverTime& of, std::size_t& first, std::vector<Place>& places, ArchiveReader& from) {
    std::int64_t number = 0;
    if (!from.get(number) || !from.get(places)) return false;
    if (places.empty()) return true;
    if (of.groups == 0 || places.size() % of.groups != 0) return false;
    const std::size_t steps = places.size() / of.groups;
    if (number < of.grid.first_number || steps > of.grid.steps) return false;
    const std::uint64_t place = static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(of.grid.first_number);
    if (place > of.grid.steps - steps) return false;
    first = static_cast<std::size_t>(place);
    return true;
  }

  // Whatever else a scan may collect.
  template <typename Other>
  static void put(const Other&, ArchiveWriter&) {
    PROOFMARK_CHECK(false && "can_be_archived said no");
  }
  template <typename Other>
  static bool get(Other&, BlockRun, ArchiveReader&) {
    return false;
  }
  template <typename Kept>
  static constexpr bool knows() {
    using Known = std::variant<CountState, ValuesState, DistinctCodes, NumberedClusters, IntegerMoments, RealMoments,
                               ContrastState, Series, MomentsOverTime>;
    return is_among<Kept>(static_cast<Known*>(nullptr));
  }
  template <typename Kept, typename... Known>
  static constexpr bool is_among(std::variant<Known...>*) {
    return (std::is_same_v<Kept, Known> || ...);
  }
};

bool can_be_archived(const Collector& collector) {
  const auto& accumulators = collector.bound.scan->accumulators;
  for (plan::Id id = 0; id < accumulators.size(); ++id) {
    if (std::holds_alternative<plan::ContrastValues>(accumulators[id].what)) return false;
    const auto* values = std::get_if<plan::CollectValues>(&accumulators[id].what);
    if (values == nullptr) continue;
    if (values->distinct || values->contrasted) return false;
    if (!values->ranks.empty() && collector.ranges_of(id) == nullptr) return false;
  }
  const Partial empty = empty_partial(collector);
  return std::all_of(empty.states.begin(), empty.states.end(), [](const State& state) {
    return std::visit([]<typename Kept>(const Kept&) { return StateArchive::knows<Kept>(); }, state);
  });
}

std::string archived(const Partial& partial) {
  ArchiveWriter into;
  into.put(partial.future);
  into.put(partial.untimed);
  into.put(partial.undeclared);
  for (const State& state : partial.states) std::visit([&](const auto& kept) { StateArchive::put(kept, into); }, state);
  return into.take();
}

std::optional<Partial> unarchived(const Collector& collector, BlockRun blocks, std::string_view bytes) {
  ArchiveReader from(bytes);
  Partial partial = empty_partial(collector);
  bool fits = from.get(partial.future) && from.get(partial.untimed) && get_list(from, partial.undeclared);
  for (State& state : partial.states)
    fits = fits && std::visit([&](auto& kept) { return StateArchive::get(kept, blocks, from); }, state);
  if (!fits || !from.finished()) return std::nullopt;
  return partial;
}

}  // namespace proofmark::engine
