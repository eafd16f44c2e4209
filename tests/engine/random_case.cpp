// Columns of every type and width, with nulls, NaN, both zeros, infinities and the ends of int64; fields that read
// them as they are or converted; values, atoms, windows, masks and accumulators at random on top.
#include "tests/engine/random_case.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>

namespace proofmark::engine::testing {
namespace {

using plan::Comparison;
using plan::FieldType;
using plan::Id;
using plan::Rational;
using snapshot::Physical;

constexpr std::int64_t kAsOf = 1'700'000'000'000'000'000;

class Maker {
 public:
  explicit Maker(const CaseSize& size) : size_(size), random_(size.seed) {}

  Case make() {
    make_time();
    make_columns();
    for (std::size_t i = 0; i < size_.values; ++i) add_value();
    for (std::size_t i = 0; i < size_.atoms; ++i) add_atom();
    add_windows();
    for (std::size_t i = 0; i < size_.masks; ++i) add_mask();
    add_groupings();
    for (std::size_t i = 0; i < size_.accumulators; ++i) add_accumulator();
    return std::move(made_);
  }

 private:
  // Numbers below n; every draw goes through here, so that a seed gives the same case with any standard library.
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }
  bool chance(std::size_t one_in) { return below(one_in) == 0; }
  template <typename T>
  const T& any_of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  // ---- telemetry

  void make_time() {
    made_.scan.stream = made_.table.name;
    made_.table.skipped = below(3);
    std::size_t left = size_.rows;
    while (chance(2) && left > snapshot::kBlockRows) {
      made_.table.batch_rows.push_back(snapshot::kBlockRows);
      left -= snapshot::kBlockRows;
    }
    if (left > 0) made_.table.batch_rows.push_back(left);
    if (chance(5)) return;
    std::vector<std::int64_t> times;
    const std::size_t timed = size_.rows - (chance(2) ? below(size_.rows / 4 + 1) : 0);
    for (std::size_t row = 0; row < timed; ++row)
      times.push_back(kAsOf + 500 - static_cast<std::int64_t>(below(chance(2) ? 40 : 5000)));
    std::sort(times.begin(), times.end());
    std::vector<Cell> cells(times.begin(), times.end());
    cells.resize(size_.rows, Null{});
    made_.table.time = "time";
    made_.table.zones = !chance(3);
    made_.as_of_ns = kAsOf;
    made_.scan.time_field = add_column("time", FieldType::timestamp, std::move(cells), Physical::i64);
  }

  Id add_column(const std::string& name, FieldType type, std::vector<Cell> cells,
                std::optional<Physical> physical = {}) {
    made_.table.columns.push_back({name, type, std::move(cells), physical, chance(4), {}});
    return add_field(name, type, 1);
  }
  Id add_field(const std::string& source, FieldType type, Rational scale) {
    made_.scan.fields.push_back(
        {source + "_" + std::to_string(made_.scan.fields.size()), source, type, scale, false, {}});
    return static_cast<Id>(made_.scan.fields.size() - 1);
  }
  template <typename Draw>
  std::vector<Cell> cells(Draw draw) {
    const std::size_t nulls = any_of<std::size_t>({0, 0, 3, 20});
    std::vector<Cell> result(size_.rows, Null{});
    for (Cell& cell : result)
      if (nulls == 0 || !chance(nulls)) cell = draw();
    return result;
  }

  std::int64_t integer_of(Physical physical) {
    switch (physical) {
      case Physical::i8:
        return static_cast<std::int8_t>(random_());
      case Physical::u8:
        return static_cast<std::uint8_t>(random_());
      case Physical::u16:
        return chance(2) ? 200 + 100 * static_cast<std::int64_t>(below(4)) : static_cast<std::uint16_t>(random_());
      case Physical::u32:
        return static_cast<std::uint32_t>(random_());
      case Physical::i16:
        return chance(2) ? 200 + 100 * static_cast<std::int64_t>(below(4)) : static_cast<std::int16_t>(random_());
      case Physical::i32:
        return chance(2) ? static_cast<std::int64_t>(below(1000)) : static_cast<std::int32_t>(random_());
      default:
        break;
    }
    if (chance(50)) return any_of<std::int64_t>({INT64_MIN, INT64_MAX, INT64_MIN + 1, INT64_MAX - 1});
    return static_cast<std::int64_t>(chance(2) ? random_() : random_() % 100'000);
  }
  double real() {
    if (chance(12))
      return any_of<double>({0.0, -0.0, 1.0, -1.0, 0.1, INFINITY, -INFINITY, NAN, 5e-324, 1e308, -1e308, 0x1p53});
    return (static_cast<double>(below(2'000'001)) - 1'000'000.0) / static_cast<double>(1 + below(1000));
  }
  std::string label() { return any_of<std::string>({"", "a", "A", "2.4.0", "eu", "us", "\xC3\xA4", "b c", "zz"}); }

  void make_columns() {
    const std::vector<Physical> widths = {chance(2) ? Physical::i8 : Physical::u8,
                                          chance(2) ? Physical::i16 : Physical::u16,
                                          chance(2) ? Physical::i32 : Physical::u32, Physical::i64};
    for (const Physical width : widths)
      integers_.push_back(add_column("int" + std::to_string(width_bytes(width)), FieldType::integer,
                                     cells([&] { return integer_of(width); }), width));
    const auto unit = any_of<std::int64_t>({1, 1'000, 1'000'000, 1'000'000'000});
    const auto longest = any_of<std::size_t>({200, 900, 4'000'000'000});
    integers_.push_back(add_column("wait", FieldType::duration,
                                   cells([&] { return static_cast<std::int64_t>(below(longest)) * unit; })));
    made_.table.columns.back().scale = unit;
    reals_.push_back(add_column("ratio", FieldType::real, cells([&] { return real(); })));
    reals_.push_back(add_field("int4", FieldType::real, 1));
    labels_.push_back(add_column("version", FieldType::label, cells([&] { return label(); })));
    labels_.push_back(add_field("int1", FieldType::label, 1));
    const std::size_t many = any_of<std::size_t>({10, 300, 3000});
    labels_.push_back(add_column("session", FieldType::label, cells([&] { return "s" + std::to_string(below(many)); }),
                                 chance(2) ? std::optional(Physical::u32) : std::nullopt));
    if (chance(2)) made_.table.columns.back().spare_labels = {"spare", "a"};
    labels_.push_back(add_column("path", FieldType::text, cells([&] { return label(); })));
    made_.scan.fields.back().type = FieldType::label;
    texts_.push_back(add_field("path", FieldType::text, 1));
    texts_.push_back(add_field("version", FieldType::text, 1));
    texts_.push_back(add_field("int2", FieldType::text, 1));
    booleans_.push_back(add_column("ok", FieldType::boolean, cells([&] { return chance(2); })));
    make_converted();
  }

  void make_converted() {
    made_.table.columns.push_back({"seconds",
                                   FieldType::real,
                                   cells([&] { return static_cast<double>(below(100'000)) / 1000.0; }),
                                   {},
                                   false,
                                   {}});
    integers_.push_back(add_field("seconds", FieldType::duration, 1'000'000'000));
    made_.table.columns.push_back(
        {"kib", FieldType::integer, cells([&] { return static_cast<std::int64_t>(below(500)); }), {}, false, {}});
    integers_.push_back(add_field("kib", FieldType::bytes, 1024));
    made_.table.columns.push_back({"nothing", FieldType::text, std::vector<Cell>(size_.rows, Null{}), {}, false, {}});
    integers_.push_back(add_field("nothing", FieldType::integer, 1));
    for (auto* kind : {&integers_, &reals_, &labels_, &texts_, &booleans_}) {
      const FieldType type = made_.scan.fields[kind->front()].type;
      kind->push_back(add_field("absent", type, 1));
      made_.scan.fields.back().optional = true;
    }
  }

  // ---- the scan

  bool is_real(Id value) const { return made_.scan.values[value].real; }

  void add_value() {
    auto& values = made_.scan.values;
    if (values.size() < 2 || chance(2)) {
      const bool take_real = chance(3);
      const Id field = any_of(take_real ? reals_ : integers_);
      values.push_back({plan::FieldValue{field}, take_real});
      return;
    }
    if (chance(4)) {
      const bool fraction = chance(2);
      values.push_back({plan::ConstantValue{fraction ? *Rational::make(static_cast<std::int64_t>(below(1000)), 7)
                                                     : Rational(static_cast<std::int64_t>(below(5)) - 2)},
                        fraction});
      return;
    }
    plan::ComputedValue node{
        any_of<plan::Arithmetic>({plan::Arithmetic::add, plan::Arithmetic::subtract, plan::Arithmetic::multiply,
                                  plan::Arithmetic::divide, plan::Arithmetic::negate}),
        static_cast<Id>(below(values.size())), static_cast<Id>(below(values.size()))};
    const bool negate = node.operation == plan::Arithmetic::negate;
    const bool makes_real =
        is_real(node.left) || (!negate && is_real(node.right)) || node.operation == plan::Arithmetic::divide;
    values.push_back({node, makes_real});
  }

  Rational bound() {
    switch (below(7)) {
      case 6:  // beside what is a whole number of some unit
        return Rational(static_cast<std::int64_t>(below(900)) *
                            any_of<std::int64_t>({1'000, 1'000'000, 1'000'000'000}) +
                        any_of<std::int64_t>({-1, 0, 1}));
      case 0:
        return Rational(any_of<std::int64_t>(
            {INT64_MIN, INT64_MAX, 127, 128, -128, -129, 255, 256, 32767, 65535, -1, 0, UINT32_MAX}));
      case 1:
        return *Rational::make(plan::Int128(INT64_MAX) * any_of<std::int64_t>({1, 3, -5}) + 1, 1);
      case 2:
        return *Rational::make(static_cast<std::int64_t>(below(2000)) - 500, 4);
      case 3:
        return *Rational::make(static_cast<std::int64_t>(random_()), 3);
      default:
        return Rational(static_cast<std::int64_t>(below(1000)));
    }
  }
  Comparison comparison() { return static_cast<Comparison>(below(6)); }

  void add_atom() {
    plan::Atom atom;
    atom.negated = chance(3);
    const std::size_t kind = below(made_.scan.values.empty() ? 4 : 6);
    const Id label_or_text = any_of(chance(2) ? labels_ : texts_);
    if (kind == 0) atom.test = one_of(label_or_text);
    if (kind == 1)
      atom.test = plan::Matches{label_or_text, any_of<std::string>({"a", "^s1", "[0-9]$", "", "^$", "\\.4"})};
    if (kind == 2) atom.test = plan::IsTrue{any_of(booleans_)};
    if (kind == 3) atom.test = plan::IsKnown{static_cast<Id>(below(made_.scan.fields.size()))};
    if (kind == 4) atom.test = plan::CompareBound{any_value(), comparison(), bound()};
    if (kind == 5) atom.test = plan::CompareValues{any_value(), any_value(), comparison()};
    made_.scan.atoms.push_back(std::move(atom));
  }
  // Now and then the times themselves, whose extremes the engine finds another way.
  Id time_or_any_value() {
    if (!made_.scan.time_field || !chance(3)) return any_value();
    made_.scan.values.push_back({plan::FieldValue{*made_.scan.time_field}, false});
    return static_cast<Id>(made_.scan.values.size() - 1);
  }
  Id any_value() { return static_cast<Id>(below(made_.scan.values.size())); }

  plan::OneOf one_of(Id field) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < 1 + below(12); ++i)
      values.push_back(chance(2) ? label() : chance(2) ? "s" + std::to_string(below(300)) : std::to_string(below(300)));
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return {field, std::move(values)};
  }

  void add_windows() {
    auto& windows = made_.scan.windows;
    windows.push_back({});
    if (made_.scan.time_field) {
      windows.push_back({plan::WindowKind::last, static_cast<std::int64_t>(1 + below(4000)), 0});
      windows.push_back({plan::WindowKind::since, 0, kAsOf - static_cast<std::int64_t>(below(4000)) + 50});
    }
    for (Id id = 0; id < windows.size(); ++id) made_.scan.masks.push_back(plan::InWindow{id});
    for (Id id = 0; id < made_.scan.atoms.size(); ++id) made_.scan.masks.push_back(plan::AtomHolds{id});
  }

  void add_mask() {
    auto& masks = made_.scan.masks;
    const Id left = static_cast<Id>(below(masks.size())), right = static_cast<Id>(below(masks.size()));
    switch (below(3)) {
      case 0:
        masks.push_back(plan::Both{left, right});
        break;
      case 1:
        masks.push_back(plan::Either{left, right});
        break;
      default:
        masks.push_back(plan::Except{left, right});
        break;
    }
  }

  void add_groupings() {
    for (const Id field : labels_) {
      if (chance(2)) continue;
      if (chance(3)) made_.scan.fields[field].declared = {"a", "eu", "nowhere", "us"};
      made_.scan.groupings.push_back({field, static_cast<Id>(below(made_.scan.masks.size()))});
    }
  }

  void add_accumulator() {
    auto& accumulators = made_.scan.accumulators;
    const Id mask = static_cast<Id>(below(made_.scan.masks.size()));
    std::optional<Id> grouping;
    if (!made_.scan.groupings.empty() && chance(2)) grouping = static_cast<Id>(below(made_.scan.groupings.size()));
    accumulators.push_back({plan::CountRows{mask}, grouping});
    if (!made_.scan.values.empty() && chance(2)) accumulators.push_back({values_of(mask), grouping});
    if (chance(4))
      accumulators.push_back(
          {plan::CountDistinct{mask, any_of(any_of<std::vector<Id>>({labels_, texts_, booleans_}))}, grouping});
    if (chance(3)) accumulators.push_back({clusters_of(mask), grouping});
    if (chance(3))
      accumulators.push_back({plan::CountSeries{mask, static_cast<Id>(below(made_.scan.masks.size())),
                                                static_cast<Id>(below(made_.scan.windows.size()))},
                              grouping});
    if (!made_.scan.values.empty() && chance(3)) accumulators.push_back({moments_of(mask), grouping});
    if (!made_.scan.values.empty() && chance(3)) accumulators.push_back({moment_series_of(mask), grouping});
    if (!made_.scan.values.empty() && chance(3))
      accumulators.push_back(
          {plan::RankSeries{mask, time_or_any_value(), static_cast<Id>(below(made_.scan.windows.size()))}, grouping});
    if (!made_.scan.values.empty() && chance(4)) add_contrast(mask, grouping);
    if (chance(3)) add_counted_series(mask, grouping);
  }

  // Of rows that are counted as well, and of a part that lies within them: counts may tell its steps.
  void add_counted_series(Id mask, std::optional<Id> grouping) {
    auto& accumulators = made_.scan.accumulators;
    made_.scan.masks.push_back(plan::Both{mask, static_cast<Id>(below(made_.scan.masks.size()))});
    const Id part = static_cast<Id>(made_.scan.masks.size() - 1);
    accumulators.push_back({plan::CountRows{part}, grouping});
    accumulators.push_back(
        {plan::CountSeries{mask, part, static_cast<Id>(below(made_.scan.windows.size()))}, grouping});
  }

  // The same value over two masks; now and then it is an edge of buckets.
  void add_contrast(Id mask, std::optional<Id> grouping) {
    auto& accumulators = made_.scan.accumulators;
    const Id value = time_or_any_value();
    plan::ContrastValues what{mask, 0, 0};
    if (chance(2))
      for (plan::Told* told : {&what.first_told, &what.second_told})
        *told = any_of<plan::Told>({plan::Told::exactly, plan::Told::above, plan::Told::upto});
    for (Id* side : {&what.first, &what.second}) {
      const Id rows = side == &what.first ? mask : static_cast<Id>(below(made_.scan.masks.size()));
      accumulators.push_back({plan::CountRows{rows}, grouping});
      plan::CollectValues collect{.mask = rows, .value = value, .population = static_cast<Id>(accumulators.size() - 1)};
      collect.contrasted = true;
      accumulators.push_back({collect, grouping});
      *side = static_cast<Id>(accumulators.size() - 1);
    }
    accumulators.push_back({what, grouping});
  }

  plan::SumClusters clusters_of(Id mask) {
    const auto part = static_cast<Id>(below(made_.scan.masks.size()));
    if (made_.scan.time_field && chance(2))
      return {mask, part, {}, static_cast<std::int64_t>(1 + below(5'000'000'000))};
    return {mask, part, any_of(any_of<std::vector<Id>>({labels_, texts_})), 0};
  }

  plan::SumMoments moments_of(Id mask) {
    const auto low = any_of<std::int64_t>({INT64_MIN, -1000, -1, 0, 0, 0, 17});
    const auto high = any_of<std::int64_t>({INT64_MAX, 20, 255, 900, 100'000, 100'000});
    return {mask, time_or_any_value(), Rational(low), Rational(high)};
  }

  plan::MomentSeries moment_series_of(Id mask) {
    const plan::SumMoments moments = moments_of(mask);
    return {moments.mask, moments.value, moments.low, moments.high, static_cast<Id>(below(made_.scan.windows.size()))};
  }

  plan::CollectValues values_of(Id mask) {
    plan::CollectValues what{mask,      time_or_any_value(), static_cast<Id>(made_.scan.accumulators.size() - 1),
                             chance(2), chance(2),           chance(3),
                             {}};
    if (chance(2)) return what;
    const Rational p = *Rational::make(static_cast<std::int64_t>(1 + below(98)), 100);
    const Rational alpha = *Rational::make(1, static_cast<std::int64_t>(3 + below(40)));
    for (const auto kind : {plan::RankKind::nearest, plan::RankKind::lower, plan::RankKind::upper,
                            plan::RankKind::nearest_from_below, plan::RankKind::nearest_from_above})
      what.ranks.push_back({kind, p, alpha, chance(2)});
    return what;
  }

  CaseSize size_;
  std::mt19937_64 random_;
  Case made_;
  std::vector<Id> integers_, reals_, labels_, texts_, booleans_;
};

}  // namespace

Case random_case(const CaseSize& size) {
  return Maker(size).make();
}

}  // namespace proofmark::engine::testing
