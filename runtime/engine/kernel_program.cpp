// Building the program: masks become formulas, formulas instructions that are numbered by value, so that what two masks
// share is computed once and what the data rule out is not computed at all.
#include "runtime/engine/kernel_program.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "runtime/engine/column_values.h"
#include "runtime/engine/kernel_instructions.h"
#include "runtime/engine/wanted_counts.h"
#include "runtime/plan/match.h"

namespace proofmark::engine {
namespace {

using plan::Id;
using snapshot::Column;
using snapshot::Physical;

constexpr std::size_t kMostCodes = 8;    // larger sets are looked up by the interpreter
constexpr std::size_t kMostGroups = 32;  // more are counted row by row
constexpr std::size_t kMostCounters = 1024;

bool has_nulls(const Column& column) {
  return std::any_of(column.chunks.begin(), column.chunks.end(),
                     [](const snapshot::Chunk& chunk) { return chunk.validity != nullptr; });
}

class Builder {
 public:
  explicit Builder(const Collector& collector)
      : collector_(collector),
        bound_(collector.bound),
        make_(program_.instructions),
        windows_(bound_.scan->windows.size()),
        atoms_(bound_.scan->atoms.size()),
        masks_(bound_.scan->masks.size()),
        groups_(collector.groupings.size()) {}

  KernelProgram build() {
    program_.counted.resize(bound_.scan->accumulators.size());
    program_.undeclared_counted.resize(collector_.groupings.size());
    find_present();
    for (Id id = 0; id < bound_.scan->groupings.size(); ++id) count_undeclared(id);
    for (Id id = 0; id < bound_.scan->accumulators.size(); ++id) accumulate(id);
    settle_counts();
    return std::move(program_);
  }

 private:
  // ---- columns and arguments

  std::uint32_t column(const Column* wanted) {
    const auto [entry, fresh] = columns_.try_emplace(wanted, static_cast<std::uint32_t>(program_.columns.size()));
    if (fresh) program_.columns.push_back(wanted);
    return entry->second;
  }
  // Shared by equal comparisons, such as a condition's and its opposite's. Where two parameters happen to have one
  // value that gives another shape than where they do not; it counts the same.
  std::uint32_t argument(std::uint32_t code, std::uint32_t of, std::int64_t value) {
    const auto [entry, fresh] =
        arguments_.try_emplace({code, of, value}, static_cast<std::uint32_t>(program_.arguments.size()));
    if (fresh) program_.arguments.push_back(value);
    return entry->second;
  }
  Literal input(KernelInput source) {
    program_.inputs.push_back(source);
    return make_.primitive(PROOFMARK_INPUT, 0, static_cast<std::uint32_t>(program_.inputs.size() - 1), 0);
  }
  Literal valid(const Column* wanted) {
    return has_nulls(*wanted) ? make_.primitive(PROOFMARK_VALID, 0, column(wanted), 0) : MaskAlgebra::all();
  }
  Literal compare(std::uint32_t code, const Column* wanted, std::int64_t value) {
    const std::uint32_t of = column(wanted);
    return make_.primitive(code, static_cast<std::uint32_t>(wanted->physical), of, argument(code, of, value));
  }

  Literal in_range(const Column* wanted, const IntegerRange& range) {
    const auto [least, greatest] = with_type(wanted->physical, [](auto tag) {
      using Limits = std::numeric_limits<decltype(tag)>;
      return std::pair(static_cast<std::int64_t>(Limits::min()), static_cast<std::int64_t>(Limits::max()));
    });
    Literal inside = MaskAlgebra::all();
    if (range.lowest > range.highest || range.lowest > greatest || range.highest < least) {
      inside = MaskAlgebra::none();
    } else if (range.lowest == range.highest) {
      inside = compare(PROOFMARK_EQUAL, wanted, range.lowest);
    } else {
      if (range.lowest > least) inside = compare(PROOFMARK_AT_LEAST, wanted, range.lowest);
      if (range.highest < greatest)
        inside = make_.algebra.both(inside, compare(PROOFMARK_AT_MOST, wanted, range.highest));
    }
    return range.outside ? make_.algebra.except(MaskAlgebra::all(), inside) : inside;
  }

  // ---- time

  void find_present() {
    const Literal rows = input(RowsThatTakePart{});
    program_.times_inside = bound_.time != nullptr && !bound_.zoned && !bound_.weighted();
    if (!program_.times_inside) {
      present_ = rows;
      return;
    }
    const Literal timed = valid(bound_.time);
    const Literal late = make_.algebra.except(timed, in_range(bound_.time, {INT64_MIN, *bound_.as_of_ns, false}));
    count(make_.algebra.both(rows, late), FutureRows{});
    count(make_.algebra.except(rows, timed), UntimedRows{});
    present_ = make_.algebra.except(rows, late);
  }

  Literal window(Id id) {
    if (windows_[id]) return *windows_[id];
    const TimeRange& range = bound_.windows[id];
    if (range.untimed) return remember(windows_[id], present_);  // the whole: `present` is what it keeps
    if (bound_.time == nullptr) return remember(windows_[id], MaskAlgebra::none());
    if (!program_.times_inside) {
      program_.prepared.window(id);
      return remember(windows_[id], make_.algebra.both(present_, input(WindowWords{id})));
    }
    const Literal inside = in_range(bound_.time, {range.first, range.last, false});
    return remember(windows_[id], make_.algebra.both(present_, make_.algebra.both(valid(bound_.time), inside)));
  }

  static Literal remember(std::optional<Literal>& place, Literal id) {
    place = id;
    return id;
  }

  // ---- atoms

  // Rows where the question has an answer, and where it is yes; nothing when the kernel cannot ask it.
  struct Answer {
    Literal known, yes;
  };

  const Column* stored(Id value) const {
    const auto* field = std::get_if<plan::FieldValue>(&bound_.scan->values[value].node);
    return field == nullptr ? nullptr : bound_.fields[field->field];
  }

  std::optional<Answer> answer(const BoundAtom& atom) {
    const Answer never{MaskAlgebra::none(), MaskAlgebra::none()};
    return plan::match(
        atom.test, [&](const NeverKnown&) -> std::optional<Answer> { return never; },
        [&](const FieldInRange& test) -> std::optional<Answer> {
          const Column* of = bound_.fields[test.field];
          return Answer{valid(of), in_range(of, test.range)};
        },
        [&](const InRange&) -> std::optional<Answer> { return std::nullopt; },
        [&](const AgainstReal& test) -> std::optional<Answer> {
          const Column* of = stored(test.value);
          if (of == nullptr || of->physical != Physical::f64) return std::nullopt;
          return Answer{known_real(of), against(of, test.op, test.bound)};
        },
        [&](const AgainstValue&) -> std::optional<Answer> { return std::nullopt; },
        [&](const HasCode& test) -> std::optional<Answer> {
          if (test.codes.size() > kMostCodes) return std::nullopt;
          return Answer{valid(bound_.fields[test.field]), has_code(bound_.fields[test.field], test.codes)};
        },
        [&](const TextIsOneOf&) -> std::optional<Answer> { return std::nullopt; },
        [&](const TextMatches&) -> std::optional<Answer> { return std::nullopt; },
        [&](const BooleanIsTrue& test) -> std::optional<Answer> {
          const Column* of = bound_.fields[test.field];
          return Answer{valid(of), make_.primitive(PROOFMARK_BITS, 0, column(of), 0)};
        },
        [&](const ValueIsKnown& test) -> std::optional<Answer> {
          const Column* of = bound_.fields[test.field];
          if (of == nullptr) return Answer{MaskAlgebra::all(), MaskAlgebra::none()};
          return Answer{MaskAlgebra::all(), of->physical == Physical::f64 ? known_real(of) : valid(of)};
        });
  }

  Literal known_real(const Column* of) {
    return make_.algebra.both(valid(of), make_.primitive(PROOFMARK_NUMBER, PROOFMARK_F64, column(of), 0));
  }

  Literal against(const Column* of, plan::Comparison op, double bound) {
    const auto bits = std::bit_cast<std::int64_t>(bound);
    switch (op) {
      case plan::Comparison::less:
        return compare(PROOFMARK_REAL_LESS, of, bits);
      case plan::Comparison::at_most:
        return compare(PROOFMARK_REAL_AT_MOST, of, bits);
      case plan::Comparison::greater:
        return compare(PROOFMARK_REAL_GREATER, of, bits);
      case plan::Comparison::at_least:
        return compare(PROOFMARK_REAL_AT_LEAST, of, bits);
      case plan::Comparison::equal:
        return compare(PROOFMARK_REAL_EQUAL, of, bits);
      case plan::Comparison::not_equal:
        break;
    }
    return make_.algebra.except(MaskAlgebra::all(), compare(PROOFMARK_REAL_EQUAL, of, bits));
  }

  // Of two labels one is what the other is not, once nulls are set aside; of one, all rows have it. The one that is
  // asked for first is compared, so that the other release gives the same code with another argument.
  Literal has_code(const Column* of, std::uint32_t code) {
    const std::size_t labels = of->dictionary.size();
    if (labels == 1) return MaskAlgebra::all();
    if (labels != 2) return compare(PROOFMARK_EQUAL, of, code);
    const auto [entry, fresh] = first_of_two_.try_emplace(of);
    if (fresh) entry->second = {code, compare(PROOFMARK_EQUAL, of, code)};
    return code == entry->second.first ? entry->second.second : ~entry->second.second;
  }

  Literal has_code(const Column* of, const std::vector<std::uint32_t>& codes) {
    Literal any = MaskAlgebra::none();
    for (const std::uint32_t code : codes) any = make_.algebra.either(any, has_code(of, code));
    return any;
  }

  Literal atom(Id id) {
    if (atoms_[id]) return *atoms_[id];
    const auto answered = answer(bound_.atoms[id]);
    if (!answered) {
      program_.prepared.atom(bound_, id);
      return remember(atoms_[id], make_.algebra.both(present_, input(AtomWords{id})));
    }
    const Literal holds = bound_.atoms[id].negated ? make_.algebra.except(answered->known, answered->yes)
                                                   : make_.algebra.both(answered->known, answered->yes);
    return remember(atoms_[id], make_.algebra.both(present_, holds));
  }

  Literal mask(Id id) {
    if (masks_[id]) return *masks_[id];
    const Literal made = plan::match(
        bound_.scan->masks[id], [&](const plan::InWindow& node) { return window(node.window); },
        [&](const plan::AtomHolds& node) { return atom(node.atom); },
        [&](const plan::Both& node) { return make_.algebra.both(mask(node.left), mask(node.right)); },
        [&](const plan::Either& node) { return make_.algebra.either(mask(node.left), mask(node.right)); },
        [&](const plan::Except& node) { return make_.algebra.except(mask(node.left), mask(node.right)); });
    return remember(masks_[id], made);
  }

  // ---- results

  void count(Literal rows, KernelCounter what) {
    if (const auto order = wanted_.want(rows)) ordered_.push_back({what, {*order}});
  }

  // What was ordered by number becomes counters, which the orders then go by.
  void settle_counts() {
    const WantedCounts::Settled settled = wanted_.settle(make_.algebra);
    for (std::uint32_t counter = 0; counter < settled.counters.size(); ++counter)
      make_.numbered({PROOFMARK_COUNT, 0, make_.made(settled.counters[counter]), counter});
    program_.counter_count = settled.counters.size();
    for (const CountedBy& ordered : ordered_)
      program_.counters.push_back({ordered.what, by_counters(ordered.rows, settled)});
    for (CountedInSteps& series : program_.series) {
      if (series.rows) series.rows = by_counters(*series.rows, settled);
      if (series.part) series.part = by_counters(*series.part, settled);
    }
  }

  static Difference by_counters(const Difference& ordered, const WantedCounts::Settled& settled) {
    Difference rows = settled.wanted[ordered.from];
    for (const std::uint32_t order : ordered.less) rows.less.push_back(settled.counter(order));
    return rows;
  }

  void store(Id mask_id) {
    if (std::find(program_.outputs.begin(), program_.outputs.end(), mask_id) != program_.outputs.end()) return;
    make_.numbered(
        {PROOFMARK_STORE, 0, make_.made(mask(mask_id)), static_cast<std::uint32_t>(program_.outputs.size())});
    program_.outputs.push_back(mask_id);
  }

  bool few_groups(Id grouping) const {
    const std::size_t groups = collector_.groupings[grouping].keys.size();
    return groups <= kMostGroups && ordered_.size() + program_.series.size() + groups <= kMostCounters;
  }

  // The rows of each group, in any window.
  const std::vector<Literal>& groups(Id grouping) {
    auto& masks = groups_[grouping];
    if (masks) return *masks;
    const BoundGrouping& of = collector_.groupings[grouping];
    masks.emplace(of.keys.size(), MaskAlgebra::none());
    if (of.null_group != of.none())
      (*masks)[of.null_group] =
          of.column == nullptr ? MaskAlgebra::all() : make_.algebra.except(MaskAlgebra::all(), valid(of.column));
    if (of.column == nullptr) return *masks;
    for (std::uint32_t code = 0; code < of.column->dictionary.size(); ++code)
      if (const std::uint32_t group = of.group_of_code[code]; group != of.none())
        (*masks)[group] = make_.algebra.both(valid(of.column), has_code(of.column, code));
    return *masks;
  }

  void count_undeclared(Id grouping) {
    const plan::Grouping& node = bound_.scan->groupings[grouping];
    if (bound_.scan->fields[node.field].declared.empty()) return;
    if (bound_.weighted() || !few_groups(grouping)) return store(node.universe);
    Literal declared = MaskAlgebra::none();
    for (const Literal group : groups(grouping)) declared = make_.algebra.either(declared, group);
    count(make_.algebra.except(mask(node.universe), declared), UndeclaredRowsOf{grouping});
    program_.undeclared_counted[grouping] = true;
  }

  // Rows of a zoned stream are sorted by time: those of a step lie together. False where neither counters nor counts
  // tell the steps.
  bool count_series(Id id, const plan::CountSeries& series) {
    const Literal rows = mask(series.mask);
    const Literal part = make_.algebra.both(rows, mask(series.part));
    const std::optional<Id> grouping = collector_.grouping_of(bound_.scan->accumulators[id]);
    if (!grouping) {
      program_.series.push_back({id, 0, alone(wanted_.want_counter(rows)), alone(wanted_.want_counter(part))});
    } else if (few_groups(*grouping)) {
      const GroupCounts of_rows = group_counts(rows, *grouping), of_part = group_counts(part, *grouping);
      for (std::uint32_t group = 0; group < of_rows.size(); ++group)
        program_.series.push_back({id, group, of_rows[group], of_part[group]});
    } else {
      const auto counted = counting(series.mask, *grouping), in_part = counting(series.part, *grouping);
      if (!counted || !in_part || part != mask(series.part)) return false;
      program_.told_series.push_back({id, *counted, *in_part});
    }
    program_.counted[id] = true;
    return true;
  }

  static std::optional<Difference> alone(std::optional<std::uint32_t> order) {
    return order ? std::optional(Difference{*order}) : std::nullopt;
  }

  // The accumulator that counts the rows of the mask in each group, row by row.
  std::optional<Id> counting(Id mask_id, Id grouping) const {
    const auto& all = bound_.scan->accumulators;
    const auto found = std::find_if(all.begin(), all.end(), [&](const plan::Accumulator& one) {
      const auto* rows = std::get_if<plan::CountRows>(&one.what);
      return rows != nullptr && rows->mask == mask_id && one.grouping == grouping;
    });
    if (found == all.end()) return std::nullopt;
    const auto id = static_cast<Id>(found - all.begin());
    return program_.counted[id] ? std::nullopt : std::optional(id);
  }

  void accumulate(Id id) {
    const plan::Accumulator& node = bound_.scan->accumulators[id];
    const auto* rows = std::get_if<plan::CountRows>(&node.what);
    if (const auto* values = std::get_if<plan::CollectValues>(&node.what);
        values != nullptr && summed_column(bound_, id) == nullptr)
      program_.prepared.value(*bound_.scan, values->value);
    if (const auto* moments = std::get_if<plan::SumMoments>(&node.what))
      program_.prepared.value(*bound_.scan, moments->value);
    if (const auto* moments = std::get_if<plan::MomentSeries>(&node.what))
      program_.prepared.value(*bound_.scan, moments->value);
    if (const auto* ranks = std::get_if<plan::RankSeries>(&node.what))
      program_.prepared.value(*bound_.scan, ranks->value);
    if (const auto* clusters = std::get_if<plan::SumClusters>(&node.what)) store(clusters->part);
    if (const auto* series = std::get_if<plan::CountSeries>(&node.what)) {
      if (bound_.zoned && !bound_.weighted() && count_series(id, *series)) return;
      store(series->part);
    }
    if (rows == nullptr || bound_.weighted() || (node.grouping && !few_groups(*node.grouping)))
      return store(std::visit([](const auto& what) { return what.mask; }, node.what));
    program_.counted[id] = true;
    const Literal selected = mask(rows->mask);
    if (!node.grouping) return count(selected, RowsOf{id, 0});
    const GroupCounts counts = group_counts(selected, *node.grouping);
    for (std::uint32_t group = 0; group < counts.size(); ++group)
      if (counts[group]) ordered_.push_back({RowsOf{id, group}, *counts[group]});
  }

  // By orders, of each group; nothing: of no row.
  using GroupCounts = std::vector<std::optional<Difference>>;

  // Once for all who want to know of the same rows.
  const GroupCounts& group_counts(Literal selected, Id grouping) {
    const auto [entry, fresh] = group_counts_.try_emplace({selected, grouping});
    if (fresh) entry->second = new_group_counts(selected, grouping);
    return entry->second;
  }

  // Where every row is in one of the groups, one's are those that are in none of the others: the last of those that
  // nobody else asks for, so that the shape does not depend on which release a population is of.
  GroupCounts new_group_counts(Literal selected, Id grouping) {
    std::vector<Literal> masks;
    for (const Literal group : groups(grouping)) masks.push_back(make_.algebra.both(selected, group));
    const auto last =
        std::find_if(masks.rbegin(), masks.rend(), [&](Literal rows) { return !wanted_.is_wanted(rows); });
    const bool splits = masks.size() > 1 && last != masks.rend() && is_partition(collector_.groupings[grouping]);
    const auto all = splits ? wanted_.want_counter(selected) : std::nullopt;
    GroupCounts counts;
    if (!all) {
      for (const Literal rows : masks) counts.push_back(alone(wanted_.want(rows)));
      return counts;
    }
    const auto rest = static_cast<std::size_t>(masks.rend() - last - 1);
    Difference others{*all};
    for (std::size_t group = 0; group < masks.size(); ++group) {
      counts.push_back(group == rest ? std::nullopt : alone(wanted_.want_counter(masks[group])));
      if (counts.back()) others.less.push_back(counts.back()->from);
    }
    counts[rest] = std::move(others);
    return counts;
  }

  static bool is_partition(const BoundGrouping& grouping) {
    if (grouping.column == nullptr || (has_nulls(*grouping.column) && grouping.null_group == grouping.none()))
      return false;
    for (std::uint32_t code = 0; code < grouping.column->dictionary.size(); ++code)
      if (grouping.group_of_code[code] == grouping.none()) return false;
    return true;
  }

  const Collector& collector_;
  const BoundScan& bound_;
  KernelProgram program_;
  KernelInstructions make_;
  Literal present_;
  WantedCounts wanted_;
  std::vector<CountedBy> ordered_;  // by orders of `wanted_`, not yet by counters
  std::map<const Column*, std::uint32_t> columns_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::int64_t>, std::uint32_t> arguments_;
  std::map<const Column*, std::pair<std::uint32_t, Literal>> first_of_two_;  // whichever is asked for first
  std::vector<std::optional<Literal>> windows_, atoms_, masks_;
  std::vector<std::optional<std::vector<Literal>>> groups_;
  std::map<std::pair<Literal, Id>, GroupCounts> group_counts_;
};

}  // namespace

KernelProgram kernel_program(const Collector& collector) {
  return Builder(collector).build();
}

}  // namespace proofmark::engine
