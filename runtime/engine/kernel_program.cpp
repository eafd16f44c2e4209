// Building the program: instructions are numbered by value, so that what two masks share is computed once.
#include "runtime/engine/kernel_program.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "runtime/engine/column_values.h"
#include "runtime/plan/match.h"

namespace proofmark::engine {
namespace {

using plan::Id;
using snapshot::Column;
using snapshot::Physical;

constexpr std::size_t kMostCodes = 8;    // larger sets are looked up by the interpreter
constexpr std::size_t kMostGroups = 32;  // more are counted row by row
constexpr std::size_t kMostCounters = 1024;

// Instructions, each equal one once, simplified where an operand is every row or none.
class Instructions {
 public:
  explicit Instructions(std::vector<proofmark_kernel_instruction>& out) : out_(out) {
    all_ = make(PROOFMARK_ALL, 0, 0, 0);
    none_ = make(PROOFMARK_NONE, 0, 0, 0);
  }

  Id all() const { return all_; }
  Id none() const { return none_; }
  Id make(std::uint32_t code, std::uint32_t physical, std::uint32_t a, std::uint32_t b) {
    const auto [entry, fresh] = known_.try_emplace({code, physical, a, b}, static_cast<Id>(out_.size()));
    if (fresh) out_.push_back({code, physical, a, b});
    return entry->second;
  }
  Id both(Id a, Id b) {
    if (a == none_ || b == none_) return none_;
    if (a == all_ || a == b) return b;
    if (b == all_) return a;
    return make(PROOFMARK_AND, 0, std::min(a, b), std::max(a, b));
  }
  Id either(Id a, Id b) {
    if (a == all_ || b == all_) return all_;
    if (a == none_ || a == b) return b;
    if (b == none_) return a;
    return make(PROOFMARK_OR, 0, std::min(a, b), std::max(a, b));
  }
  Id except(Id a, Id b) {
    if (a == none_ || b == all_ || a == b) return none_;
    if (b == none_) return a;
    return make(PROOFMARK_AND_NOT, 0, a, b);
  }

 private:
  std::vector<proofmark_kernel_instruction>& out_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>, Id> known_;
  Id all_ = 0, none_ = 0;
};

bool has_nulls(const Column& column) {
  return std::any_of(column.chunks.begin(), column.chunks.end(),
                     [](const snapshot::Chunk& chunk) { return chunk.validity != nullptr; });
}

class Builder {
 public:
  explicit Builder(const Collector& collector)
      : collector_(collector),
        bound_(collector.bound),
        program_(*bound_.scan),
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
    return std::move(program_);
  }

 private:
  // ---- columns and arguments

  std::uint32_t column(const Column* wanted) {
    const auto [entry, fresh] = columns_.try_emplace(wanted, static_cast<std::uint32_t>(program_.columns.size()));
    if (fresh) program_.columns.push_back(wanted);
    return entry->second;
  }
  // Never shared between two uses, even of equal values: the shape must not depend on them.
  std::uint32_t argument(std::int64_t value) {
    program_.arguments.push_back(value);
    return static_cast<std::uint32_t>(program_.arguments.size() - 1);
  }
  Id input(KernelInput source) {
    program_.inputs.push_back(source);
    return make_.make(PROOFMARK_INPUT, 0, static_cast<std::uint32_t>(program_.inputs.size() - 1), 0);
  }
  Id valid(const Column* wanted) {
    return has_nulls(*wanted) ? make_.make(PROOFMARK_VALID, 0, column(wanted), 0) : make_.all();
  }
  Id compare(std::uint32_t code, const Column* wanted, std::int64_t value) {
    return make_.make(code, static_cast<std::uint32_t>(wanted->physical), column(wanted), argument(value));
  }

  Id in_range(const Column* wanted, const IntegerRange& range) {
    const auto [least, greatest] = with_type(wanted->physical, [](auto tag) {
      using Limits = std::numeric_limits<decltype(tag)>;
      return std::pair(static_cast<std::int64_t>(Limits::min()), static_cast<std::int64_t>(Limits::max()));
    });
    Id inside = make_.all();
    if (range.lowest > range.highest || range.lowest > greatest || range.highest < least) {
      inside = make_.none();
    } else if (range.lowest == range.highest) {
      inside = compare(PROOFMARK_EQUAL, wanted, range.lowest);
    } else {
      if (range.lowest > least) inside = compare(PROOFMARK_AT_LEAST, wanted, range.lowest);
      if (range.highest < greatest) inside = make_.both(inside, compare(PROOFMARK_AT_MOST, wanted, range.highest));
    }
    return range.outside ? make_.except(make_.all(), inside) : inside;
  }

  // ---- time

  void find_present() {
    const Id rows = input(RowsThatTakePart{});
    program_.times_inside = bound_.time != nullptr && !bound_.zoned;
    if (!program_.times_inside) {
      present_ = rows;
      return;
    }
    const Id timed = valid(bound_.time);
    const Id late = make_.except(timed, in_range(bound_.time, {INT64_MIN, *bound_.as_of_ns, false}));
    count(make_.both(rows, late), FutureRows{});
    count(make_.except(rows, timed), UntimedRows{});
    present_ = make_.except(rows, late);
  }

  Id window(Id id) {
    if (windows_[id]) return *windows_[id];
    const TimeRange& range = bound_.windows[id];
    if (range.untimed) return remember(windows_[id], present_);  // the whole: `present` is what it keeps
    if (bound_.time == nullptr) return remember(windows_[id], make_.none());
    if (!program_.times_inside) {
      program_.prepared.windows[id] = true;
      return remember(windows_[id], input(WindowWords{id}));
    }
    const Id inside = in_range(bound_.time, {range.first, range.last, false});
    return remember(windows_[id], make_.both(present_, make_.both(valid(bound_.time), inside)));
  }

  static Id remember(std::optional<Id>& place, Id id) {
    place = id;
    return id;
  }

  // ---- atoms

  // Rows where the question has an answer, and where it is yes; nothing when the kernel cannot ask it.
  struct Answer {
    Id known, yes;
  };

  const Column* stored(Id value) const {
    const auto* field = std::get_if<plan::FieldValue>(&bound_.scan->values[value].node);
    return field == nullptr ? nullptr : bound_.fields[field->field];
  }

  std::optional<Answer> answer(const BoundAtom& atom) {
    const Answer never{make_.none(), make_.none()};
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
          return Answer{valid(of), make_.make(PROOFMARK_BITS, 0, column(of), 0)};
        },
        [&](const ValueIsKnown& test) -> std::optional<Answer> {
          const Column* of = bound_.fields[test.field];
          if (of == nullptr) return Answer{make_.all(), make_.none()};
          return Answer{make_.all(), of->physical == Physical::f64 ? known_real(of) : valid(of)};
        });
  }

  Id known_real(const Column* of) {
    return make_.both(valid(of), make_.make(PROOFMARK_NUMBER, PROOFMARK_F64, column(of), 0));
  }

  Id against(const Column* of, plan::Comparison op, double bound) {
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
    return make_.except(make_.all(), compare(PROOFMARK_REAL_EQUAL, of, bits));
  }

  Id has_code(const Column* of, const std::vector<std::uint32_t>& codes) {
    Id any = make_.none();
    for (const std::uint32_t code : codes) any = make_.either(any, compare(PROOFMARK_EQUAL, of, code));
    return any;
  }

  Id atom(Id id) {
    if (atoms_[id]) return *atoms_[id];
    const auto answered = answer(bound_.atoms[id]);
    if (!answered) {
      program_.prepared.atom(bound_, id);
      return remember(atoms_[id], make_.both(present_, input(AtomWords{id})));
    }
    const Id holds = bound_.atoms[id].negated ? make_.except(answered->known, answered->yes)
                                              : make_.both(answered->known, answered->yes);
    return remember(atoms_[id], make_.both(present_, holds));
  }

  Id mask(Id id) {
    if (masks_[id]) return *masks_[id];
    const Id made = plan::match(
        bound_.scan->masks[id], [&](const plan::InWindow& node) { return window(node.window); },
        [&](const plan::AtomHolds& node) { return atom(node.atom); },
        [&](const plan::Both& node) { return make_.both(mask(node.left), mask(node.right)); },
        [&](const plan::Either& node) { return make_.either(mask(node.left), mask(node.right)); },
        [&](const plan::Except& node) { return make_.except(mask(node.left), mask(node.right)); });
    return remember(masks_[id], made);
  }

  // ---- results

  void count(Id rows, KernelCounter what) {
    if (rows == make_.none()) return;
    make_.make(PROOFMARK_COUNT, 0, rows, static_cast<std::uint32_t>(program_.counters.size()));
    program_.counters.push_back(what);
  }

  void store(Id mask_id) {
    if (std::find(program_.outputs.begin(), program_.outputs.end(), mask_id) != program_.outputs.end()) return;
    make_.make(PROOFMARK_STORE, 0, mask(mask_id), static_cast<std::uint32_t>(program_.outputs.size()));
    program_.outputs.push_back(mask_id);
  }

  bool few_groups(Id grouping) const {
    const std::size_t groups = collector_.groupings[grouping].keys.size();
    return groups <= kMostGroups && program_.counters.size() + groups <= kMostCounters;
  }

  // The rows of each group, in any window.
  const std::vector<Id>& groups(Id grouping) {
    auto& masks = groups_[grouping];
    if (masks) return *masks;
    const BoundGrouping& of = collector_.groupings[grouping];
    masks.emplace(of.keys.size(), make_.none());
    if (of.null_group != of.none())
      (*masks)[of.null_group] = of.column == nullptr ? make_.all() : make_.except(make_.all(), valid(of.column));
    if (of.column == nullptr) return *masks;
    for (std::uint32_t code = 0; code < of.column->dictionary.size(); ++code)
      if (const std::uint32_t group = of.group_of_code[code]; group != of.none())
        (*masks)[group] = make_.both(valid(of.column), compare(PROOFMARK_EQUAL, of.column, code));
    return *masks;
  }

  void count_undeclared(Id grouping) {
    const plan::Grouping& node = bound_.scan->groupings[grouping];
    if (bound_.scan->fields[node.field].declared.empty()) return;
    if (!few_groups(grouping)) return store(node.universe);
    Id declared = make_.none();
    for (const Id group : groups(grouping)) declared = make_.either(declared, group);
    count(make_.except(mask(node.universe), declared), UndeclaredRowsOf{grouping});
    program_.undeclared_counted[grouping] = true;
  }

  void accumulate(Id id) {
    const plan::Accumulator& node = bound_.scan->accumulators[id];
    const auto* rows = std::get_if<plan::CountRows>(&node.what);
    if (const auto* values = std::get_if<plan::CollectValues>(&node.what))
      program_.prepared.value(*bound_.scan, values->value);
    if (const auto* moments = std::get_if<plan::SumMoments>(&node.what))
      program_.prepared.value(*bound_.scan, moments->value);
    if (const auto* clusters = std::get_if<plan::SumClusters>(&node.what)) store(clusters->part);
    if (const auto* series = std::get_if<plan::CountSeries>(&node.what)) store(series->part);
    if (rows == nullptr || (node.grouping && !few_groups(*node.grouping)))
      return store(std::visit([](const auto& what) { return what.mask; }, node.what));
    program_.counted[id] = true;
    const Id selected = mask(rows->mask);
    if (!node.grouping) return count(selected, RowsOf{id, 0});
    const std::vector<Id>& by_group = groups(*node.grouping);
    for (std::uint32_t group = 0; group < by_group.size(); ++group)
      count(make_.both(selected, by_group[group]), RowsOf{id, group});
  }

  const Collector& collector_;
  const BoundScan& bound_;
  KernelProgram program_;
  Instructions make_;
  Id present_ = 0;
  std::map<const Column*, std::uint32_t> columns_;
  std::vector<std::optional<Id>> windows_, atoms_, masks_;
  std::vector<std::optional<std::vector<Id>>> groups_;
};

}  // namespace

KernelProgram kernel_program(const Collector& collector) {
  return Builder(collector).build();
}

}  // namespace proofmark::engine
