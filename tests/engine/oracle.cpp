// Row by row: fields, values, atoms, masks; then groups and accumulators over lists of rows.
#include "tests/engine/oracle.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "runtime/plan/match.h"
#include "runtime/plan/number.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::engine::testing {
namespace {

using plan::FieldType;
using plan::Id;
using plan::Rational;

using MaybeNumber = std::optional<plan::Number>;

Rational decimal_of(double value) {
  std::array<char, 64> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return *Rational::parse({text.data(), static_cast<std::size_t>(end - text.data())});
}

// A cell as its field's type reads it; Null where nothing is known.
Cell read_cell(const plan::Field& field, const TableColumn& column, const Cell& cell) {
  if (std::holds_alternative<Null>(cell)) return cell;
  if (const auto* real = std::get_if<double>(&cell); real != nullptr && std::isnan(*real)) return Null{};
  const auto* integer = std::get_if<std::int64_t>(&cell);
  if ((field.type == FieldType::label || field.type == FieldType::text) && integer != nullptr)
    return std::to_string(*integer);
  if (field.type == FieldType::real && integer != nullptr) return static_cast<double>(*integer);
  const bool in_base_units = field.type == column.type && field.type != FieldType::integer;
  if (!plan::is_integer_valued(field.type) || in_base_units) return cell;
  const Rational exact = integer != nullptr ? *Rational::make(*integer, 1) : decimal_of(std::get<double>(cell));
  return static_cast<std::int64_t>(plan::multiply(exact, field.scale)->numerator());
}

template <typename T>
bool compare(plan::Comparison op, const T& a, const T& b) {
  switch (op) {
    case plan::Comparison::less:
      return a < b;
    case plan::Comparison::at_most:
      return a <= b;
    case plan::Comparison::greater:
      return a > b;
    case plan::Comparison::at_least:
      return a >= b;
    case plan::Comparison::equal:
      return a == b;
    case plan::Comparison::not_equal:
      return a != b;
  }
  return false;
}

double as_double(const plan::Number& number) {
  return plan::match(
      number, [](std::int64_t value) { return static_cast<double>(value); }, [](double value) { return value; });
}

MaybeNumber real_result(double value) {
  if (std::isnan(value)) return std::nullopt;
  return value;
}

MaybeNumber integer_result(plan::Int128 value) {
  if (value < INT64_MIN || value > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

MaybeNumber real_arithmetic(plan::Arithmetic operation, double a, double b) {
  switch (operation) {
    case plan::Arithmetic::add:
      return real_result(a + b);
    case plan::Arithmetic::subtract:
      return real_result(a - b);
    case plan::Arithmetic::multiply:
      return real_result(a * b);
    case plan::Arithmetic::divide:
      return b == 0 ? std::nullopt : real_result(a / b);
    case plan::Arithmetic::negate:
      return real_result(-a);
  }
  return std::nullopt;
}

MaybeNumber integer_arithmetic(plan::Arithmetic operation, plan::Int128 a, plan::Int128 b) {
  switch (operation) {
    case plan::Arithmetic::add:
      return integer_result(a + b);
    case plan::Arithmetic::subtract:
      return integer_result(a - b);
    case plan::Arithmetic::multiply:
      return integer_result(a * b);
    case plan::Arithmetic::negate:
      return integer_result(-a);
    case plan::Arithmetic::divide:
      break;
  }
  return std::nullopt;
}

// What a three-valued question about a row came to.
enum class Truth { no, yes, unknown };
Truth truth(bool holds) {
  return holds ? Truth::yes : Truth::no;
}

// The cells of all fields of all rows, read once.
class Rows {
 public:
  Rows(const plan::Scan& scan, const Table& table, std::optional<std::int64_t> as_of)
      : scan_(scan), as_of_(as_of), count_(table.rows()) {
    for (const plan::Field& field : scan.fields) {
      cells_.emplace_back(count_, Null{});
      const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                      [&](const TableColumn& column) { return column.name == field.source; });
      if (found == table.columns.end()) continue;
      for (std::size_t row = 0; row < count_; ++row) cells_.back()[row] = read_cell(field, *found, found->cells[row]);
    }
  }

  std::size_t count() const { return count_; }
  const Cell& cell(Id field, std::size_t row) const { return cells_[field][row]; }
  bool known(Id field, std::size_t row) const { return !std::holds_alternative<Null>(cell(field, row)); }

  std::optional<std::int64_t> time(std::size_t row) const {
    if (!scan_.time_field || !known(*scan_.time_field, row)) return std::nullopt;
    return std::get<std::int64_t>(cell(*scan_.time_field, row));
  }
  bool future(std::size_t row) const { return time(row) && *time(row) > *as_of_; }

  MaybeNumber value(Id id, std::size_t row) const {
    const plan::RowValue& node = scan_.values[id];
    const MaybeNumber number = plan::match(
        node.node,
        [&](const plan::FieldValue& field) -> MaybeNumber {
          if (const auto* integer = std::get_if<std::int64_t>(&cell(field.field, row))) return *integer;
          if (const auto* real = std::get_if<double>(&cell(field.field, row))) return *real;
          return std::nullopt;
        },
        [&](const plan::ConstantValue& constant) -> MaybeNumber {
          if (node.real) return constant.value.nearest_double();
          return integer_result(constant.value.numerator());
        },
        [&](const plan::ComputedValue& computed) { return compute(computed, node.real, row); });
    if (number && node.real) return as_double(*number);
    return number;
  }

  bool atom(Id id, std::size_t row) const {
    const Truth answer = std::visit([&](const auto& test) { return ask(test, row); }, scan_.atoms[id].test);
    return answer == (scan_.atoms[id].negated ? Truth::no : Truth::yes);
  }

  bool in_window(Id id, std::size_t row) const {
    const plan::Window& window = scan_.windows[id];
    if (window.kind == plan::WindowKind::whole) return true;
    if (!time(row)) return false;
    const plan::Int128 t = *time(row);
    if (window.kind == plan::WindowKind::since) return t >= window.anchor_ns;
    return t > plan::Int128(*as_of_) - window.length_ns;
  }

  bool mask(Id id, std::size_t row) const {
    if (future(row)) return false;
    return plan::match(
        scan_.masks[id], [&](const plan::InWindow& node) { return in_window(node.window, row); },
        [&](const plan::AtomHolds& node) { return atom(node.atom, row); },
        [&](const plan::Both& node) { return mask(node.left, row) && mask(node.right, row); },
        [&](const plan::Either& node) { return mask(node.left, row) || mask(node.right, row); },
        [&](const plan::Except& node) { return mask(node.left, row) && !mask(node.right, row); });
  }

 private:
  MaybeNumber compute(const plan::ComputedValue& node, bool real, std::size_t row) const {
    const MaybeNumber left = value(node.left, row);
    const MaybeNumber right = node.operation == plan::Arithmetic::negate ? left : value(node.right, row);
    if (!left || !right) return std::nullopt;
    if (real) return real_arithmetic(node.operation, as_double(*left), as_double(*right));
    return integer_arithmetic(node.operation, std::get<std::int64_t>(*left), std::get<std::int64_t>(*right));
  }

  Truth ask(const plan::CompareBound& test, std::size_t row) const {
    const MaybeNumber number = value(test.value, row);
    if (!number) return Truth::unknown;
    if (const auto* real = std::get_if<double>(&*number))
      return truth(compare(test.op, *real, test.bound.nearest_double()));
    return truth(compare(test.op, *Rational::make(std::get<std::int64_t>(*number), 1), test.bound));
  }
  Truth ask(const plan::CompareValues& test, std::size_t row) const {
    const MaybeNumber left = value(test.left, row), right = value(test.right, row);
    if (!left || !right) return Truth::unknown;
    if (left->index() == 0 && right->index() == 0)
      return truth(compare(test.op, std::get<std::int64_t>(*left), std::get<std::int64_t>(*right)));
    return truth(compare(test.op, as_double(*left), as_double(*right)));
  }
  Truth ask(const plan::OneOf& test, std::size_t row) const {
    if (!known(test.field, row)) return Truth::unknown;
    const auto& text = std::get<std::string>(cell(test.field, row));
    return truth(std::find(test.values.begin(), test.values.end(), text) != test.values.end());
  }
  Truth ask(const plan::Matches& test, std::size_t row) const {
    if (!known(test.field, row)) return Truth::unknown;
    return truth(re2::RE2::PartialMatch(std::get<std::string>(cell(test.field, row)), re2::RE2(test.pattern)));
  }
  Truth ask(const plan::IsTrue& test, std::size_t row) const {
    if (!known(test.field, row)) return Truth::unknown;
    return truth(std::get<bool>(cell(test.field, row)));
  }
  Truth ask(const plan::IsKnown& test, std::size_t row) const { return truth(known(test.field, row)); }

  const plan::Scan& scan_;
  std::optional<std::int64_t> as_of_;
  std::size_t count_;
  std::vector<std::vector<Cell>> cells_;
};

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

double tree_of_blocks(const std::vector<double>& sums, std::size_t first, std::size_t count) {
  if (count == 1) return sums[first];
  std::size_t half = 1;
  while (half * 2 < count) half *= 2;
  return tree_of_blocks(sums, first, half) + tree_of_blocks(sums, first + half, count - half);
}

// The shape written out in full: every row of the stream adds something to its lane.
double real_sum(const std::vector<MaybeNumber>& numbers) {
  std::vector<double> sums;
  for (std::size_t first = 0; first < numbers.size(); first += 4096) {
    std::array<double, 16> lane{};
    for (std::size_t row = first; row < std::min(first + 4096, numbers.size()); ++row)
      lane[(row - first) % 16] += numbers[row] ? std::get<double>(*numbers[row]) : 0.0;
    for (std::size_t width = 8; width >= 1; width /= 2)
      for (std::size_t i = 0; i < width; ++i) lane[i] += lane[i + width];
    sums.push_back(lane[0]);
  }
  return sums.empty() ? 0.0 : tree_of_blocks(sums, 0, sums.size());
}

bool before(const plan::Number& a, const plan::Number& b) {
  if (a.index() == 0) return std::get<std::int64_t>(a) < std::get<std::int64_t>(b);
  const double x = std::get<double>(a), y = std::get<double>(b);
  if (x == 0 && y == 0) return std::signbit(x) && !std::signbit(y);
  return x < y;
}

std::optional<std::uint64_t> rank_by(const plan::RankRule& rule, std::uint64_t n, std::uint64_t known) {
  if (known == 0) return std::nullopt;
  const auto unknown = static_cast<std::int64_t>(n - known);
  std::int64_t rank = 0;
  if (rule.kind == plan::RankKind::nearest) rank = static_cast<std::int64_t>(statistics::nearest_rank(known, rule.p));
  if (rule.kind == plan::RankKind::lower)
    rank = static_cast<std::int64_t>(statistics::lower_rank(n, rule.p, rule.alpha, rule.strict)) - unknown;
  if (rule.kind == plan::RankKind::nearest_from_below)
    rank = static_cast<std::int64_t>(statistics::nearest_rank(n, rule.p)) - unknown;
  if (rule.kind == plan::RankKind::nearest_from_above)
    rank = static_cast<std::int64_t>(statistics::nearest_rank(n, rule.p));
  if (rule.kind == plan::RankKind::upper)
    rank = static_cast<std::int64_t>(statistics::upper_rank(n, rule.p, rule.alpha, rule.strict));
  if (rank < 1 || rank > static_cast<std::int64_t>(known)) return std::nullopt;
  return static_cast<std::uint64_t>(rank);
}

plan::ValueSummary summarise(const plan::CollectValues& what, const std::vector<MaybeNumber>& numbers, bool real,
                             std::uint64_t n) {
  std::vector<plan::Number> sorted;
  plan::Int128 sum = 0;
  for (const MaybeNumber& number : numbers) {
    if (!number) continue;
    sorted.push_back(*number);
    if (!real) sum += std::get<std::int64_t>(*number);
  }
  std::sort(sorted.begin(), sorted.end(), before);
  plan::ValueSummary out;
  out.known = sorted.size();
  if (what.sum && !real) out.sum = sum;
  if (what.sum && real && !std::isnan(real_sum(numbers))) out.sum = real_sum(numbers);
  if (what.extremes && !sorted.empty()) {
    out.minimum = sorted.front();
    out.maximum = sorted.back();
  }
  if (what.distinct) {
    std::vector<plan::Number> values = sorted;
    values.erase(std::unique(values.begin(), values.end()), values.end());  // equal: the two zeros are one value
    out.distinct = values.size();
  }
  for (const plan::RankRule& rule : what.ranks) {
    const auto rank = rank_by(rule, n, sorted.size());
    out.ranks.emplace_back();
    if (rank) out.ranks.back() = plan::RankedValue{*rank, sorted[*rank - 1]};
  }
  return out;
}

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
    return table.skipped + (asks_when(scan, mask) ? untimed : 0);
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
  // By every value as a limit, found by bisection.
  plan::Fact operator()(const plan::ContrastValues& what) const {
    const auto values_of = [&](plan::Id id) {
      const auto& collect = std::get<plan::CollectValues>(scan.accumulators[id].what);
      std::vector<std::vector<plan::Number>> values;
      for (const auto& group : rows_by_group(scan, accumulator, collect.mask, rows, keys)) {
        values.emplace_back();
        for (const std::size_t row : group)
          if (const MaybeNumber number = rows.value(collect.value, row)) values.back().push_back(*number);
        std::sort(values.back().begin(), values.back().end());  // of a variant: by value, and the zeros are equal
      }
      return values;
    };
    const auto first = values_of(what.first), second = values_of(what.second);
    plan::ContrastFact fact;
    for (std::size_t g = 0; g < first.size(); ++g) fact.groups.push_back(contrast(first[g], second[g]));
    return fact;
  }
  static plan::ContrastSums contrast(const std::vector<plan::Number>& first, const std::vector<plan::Number>& second) {
    const auto within = [](const std::vector<plan::Number>& values, const plan::Number& limit) {
      return plan::Int128(std::upper_bound(values.begin(), values.end(), limit) - values.begin());
    };
    plan::ContrastSums sums;
    sums.first = first.size();
    sums.second = second.size();
    for (const auto* values : {&first, &second})
      for (const plan::Number& limit : *values) {
        const plan::Int128 gap =
            within(first, limit) * plan::Int128(second.size()) - within(second, limit) * plan::Int128(first.size());
        sums.above = std::max(sums.above, gap);
        sums.below = std::max(sums.below, -gap);
      }
    for (const plan::Number& value : first) {
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
  // Row by row; the steps are laid out from the ends that sorting finds.
  plan::Fact operator()(const plan::CountSeries& what) const {
    std::vector<std::int64_t> times;
    for (std::size_t row = 0; row < rows.count(); ++row)
      if (const auto time = rows.time(row); time && !rows.future(row) && rows.in_window(what.window, row))
        times.push_back(*time);
    plan::SeriesFact fact;
    if (times.empty()) return fact;
    std::sort(times.begin(), times.end());
    const plan::Int128 length = plan::Int128(times.back()) - times.front();
    fact.step_ns = static_cast<std::int64_t>(length / 60 + 1);
    fact.steps.resize(static_cast<std::size_t>(length / fact.step_ns) + 1);
    for (std::size_t row = 0; row < rows.count(); ++row) {
      const auto time = rows.time(row);
      if (!time || !rows.mask(what.mask, row) || *time < times.front() || *time > times.back()) continue;
      auto& step = fact.steps[static_cast<std::size_t>((plan::Int128(*time) - times.front()) / fact.step_ns)];
      step.rows += 1;
      step.part += rows.mask(what.part, row) ? 1 : 0;
    }
    return fact;
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
