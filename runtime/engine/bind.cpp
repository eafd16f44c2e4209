// Binding a scan: columns first, then time, then the tests.
#include "runtime/engine/bind.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <functional>

#include "runtime/diagnostic/closest_name.h"
#include "runtime/engine/named_list.h"
#include "runtime/engine/series.h"
#include "runtime/engine/weights.h"
#include "runtime/plan/source_unit.h"
#include "runtime/plan/windowed_masks.h"

namespace proofmark::engine {
namespace {

using plan::FieldType;
using plan::Id;
using snapshot::Column;
using snapshot::Physical;
using snapshot::Stream;

// How a column of one type is read as a field of another.
enum class Reading : std::uint8_t { as_stored, in_base_units, as_reals, as_labels, refused };

Reading reading(const plan::Field& field, FieldType stored) {
  const bool unscaled = field.scale == plan::Rational(1);
  switch (field.type) {
    case FieldType::integer:
      if (stored != FieldType::integer) return Reading::refused;
      return unscaled ? Reading::as_stored : Reading::in_base_units;
    case FieldType::duration:
    case FieldType::bytes:
    case FieldType::timestamp:
      if (stored == field.type) return Reading::as_stored;
      if (stored == FieldType::real) return Reading::in_base_units;
      if (stored != FieldType::integer) return Reading::refused;
      return unscaled ? Reading::as_stored : Reading::in_base_units;
    case FieldType::real:
      if (stored == FieldType::integer) return Reading::as_reals;
      return stored == FieldType::real ? Reading::as_stored : Reading::refused;
    case FieldType::label:
      if (stored == FieldType::integer || stored == FieldType::text) return Reading::as_labels;
      return stored == FieldType::label ? Reading::as_stored : Reading::refused;
    case FieldType::text:
      if (stored == FieldType::integer) return Reading::as_labels;
      return stored == FieldType::label || stored == FieldType::text ? Reading::as_stored : Reading::refused;
    case FieldType::boolean:
      return stored == FieldType::boolean ? Reading::as_stored : Reading::refused;
  }
  return Reading::refused;
}

const Column* find_column(const Stream& stream, std::string_view name) {
  for (const Column& column : stream.columns)
    if (column.name == name) return &column;
  return nullptr;
}

bool nothing_known(const Column& column) {
  return std::all_of(column.chunks.begin(), column.chunks.end(),
                     [](const snapshot::Chunk& chunk) { return chunk.nulls == chunk.rows; });
}

// Columns that only a snapshot made with the policy has (runtime/snapshot/tally.h).
struct MadeColumn {
  std::string_view suffix, says;  // … and how a policy that reads it says what the count column holds
};
constexpr std::array<MadeColumn, 5> kMadeColumns = {{{".events", "counts of a row"},
                                                     {".added", "`cumulative` totals"},
                                                     {".added_from_0", "totals that are `cumulative from 0`"},
                                                     {".above", ""},
                                                     {".upto", ""}}};

const MadeColumn* made_at_the_door(std::string_view column) {
  const auto* found = std::find_if(kMadeColumns.begin(), kMadeColumns.end(),
                                   [&](const MadeColumn& made) { return column.ends_with(made.suffix); });
  return found == kMadeColumns.end() ? nullptr : found;
}

// Of a column that the policy's snapshot would have and this one has not; where it has another one made of the same
// source column, both say how that was read.
std::string made_otherwise(std::string_view column, const MadeColumn& wanted, const Stream& stream) {
  const std::string source(column.substr(0, column.size() - wanted.suffix.size()));
  const std::string again = "make it with `--schema POLICY`";
  for (const MadeColumn& made : kMadeColumns)
    if (!wanted.says.empty() && !made.says.empty() && find_column(stream, source + std::string(made.suffix)) != nullptr)
      return "the snapshot was made of a column `" + source + "` of " + std::string(made.says) +
             ", and the policy reads " + std::string(wanted.says) + ": " + again + ", or say so in the policy";
  return "counters and histograms are taken apart when the snapshot is made: " + again;
}

Diagnostic missing_column(const plan::Field& field, const Stream& stream) {
  std::vector<std::string> names;
  for (const Column& column : stream.columns) names.push_back(column.name);
  const auto closest = closest_name(field.source, names);
  std::string help = closest ? "did you mean `" + *closest + "`? " : "";
  help += "the stream's columns are " + named_list(names) + "; name one with `" + field.name + " : " +
          std::string(field_type_name(field.type)) + " from \"…\"`, or declare the field `optional`";
  if (const MadeColumn* made = made_at_the_door(field.source)) help = made_otherwise(field.source, *made, stream);
  return plain_problem(
      "PM0602",
      "stream `" + stream.name + "` has no column `" + field.source + "`, which field `" + field.name + "` reads",
      std::move(help));
}

Diagnostic wrong_type(const plan::Field& field, const Column& column, const Stream& stream) {
  const std::string stored(field_type_name(column.type)), declared(field_type_name(field.type));
  return plain_problem(
      "PM0603",
      "field `" + field.name + "` is declared `" + declared + "`, but column `" + column.name + "` of stream `" +
          stream.name + "` holds `" + stored + "` values",
      "declare it `" + field.name + " : " + stored + "`, or create the snapshot with the column as `" + declared + "`");
}

Diagnostic other_unit(const plan::Field& field, const Column& column, const Stream& stream, std::string_view declared) {
  const std::string said = "in " + std::string(declared), stored = "in " + column.unit;
  return plain_problem("PM0609",
                       "field `" + field.name + "` is declared `" + said + "`, but column `" + column.name +
                           "` of stream `" + stream.name + "` was read `" + stored + "` when the snapshot was made",
                       "declare the field `" + stored + "`; or, if the file was written `" + said +
                           "`, create the snapshot again with this policy as its `--schema`");
}

Diagnostic no_unit(const plan::Field& field, const Column& column, const Stream& stream) {
  const std::string type(field_type_name(field.type)), stored(field_type_name(column.type));
  return plain_problem("PM0610",
                       "field `" + field.name + "` does not say in which unit it is written, and column `" +
                           column.name + "` of stream `" + stream.name + "` holds plain `" + stored + "` numbers",
                       "write `" + field.name + " : " + type + " from \"" + column.name + "\" " +
                           (field.type == FieldType::timestamp ? "in epoch_s` (or epoch_ms, epoch_us, epoch_ns)"
                                                               : "in ms` (or ns, us, s, m, h)"));
}

// The unit that the policy names against the one that the column was read in, or should have been.
Status check_unit(const plan::Field& field, const Column& column, const Stream& stream, Reading how) {
  const std::string_view declared = plan::source_unit_word(field.type, field.scale);
  if (how == Reading::as_stored && !declared.empty() && !column.unit.empty() && declared != column.unit)
    return other_unit(field, column, stream, declared);
  if (how == Reading::in_base_units && field.scale.is_zero()) return no_unit(field, column, stream);
  return Done{};
}

// How many base units each stored integer of the width can be, so that all of them fit 64 bits.
std::int64_t greatest_scale(Physical physical) {
  if (physical == Physical::i64) return 1;
  return INT64_MAX >> (8 * snapshot::width_bytes(physical));
}

// Of quantities that are stored as whole numbers of another unit; nothing where each value has to be looked at.
std::optional<std::int64_t> scale_of(const plan::Field& field, const Column& column) {
  const bool whole = column.type == FieldType::integer && field.scale.is_integer();
  if (!whole || (field.type != FieldType::duration && field.type != FieldType::bytes)) return std::nullopt;
  const plan::Int128 scale = field.scale.numerator();
  if (scale < 1 || scale > greatest_scale(column.physical)) return std::nullopt;
  return static_cast<std::int64_t>(scale);
}

Status bind_field(const plan::Field& field, const Stream& stream, BoundScan& out) {
  out.fields.push_back(nullptr);
  out.scales.push_back(1);
  const Column* column = find_column(stream, field.source);
  if (column == nullptr) {
    if (field.optional) return Done{};
    return missing_column(field, stream);
  }
  const Reading how = reading(field, column->type);
  if (how == Reading::refused) {
    if (nothing_known(*column)) return Done{};
    return wrong_type(field, *column, stream);
  }
  if (Status unit = check_unit(field, *column, stream, how); !unit) return unit;
  const std::optional<std::int64_t> scale = how == Reading::as_stored       ? column->scale
                                            : how == Reading::in_base_units ? scale_of(field, *column)
                                                                            : std::nullopt;
  if (scale) {
    out.fields.back() = column;
    out.scales.back() = *scale;
    return Done{};
  }
  if (Status checked = check_all(out.rows); !checked) return checked;
  if (how == Reading::in_base_units) {
    auto converted = to_base_units(field, *column, stream.name);
    if (!converted) return converted.problems();
    out.converted.push_back(*converted);
  } else {
    out.converted.push_back(how == Reading::as_reals ? to_reals(*column) : to_labels(*column));
  }
  out.fields.back() = &out.converted.back()->column;
  return Done{};
}

Status bind_time(std::optional<std::int64_t> as_of_ns, BoundScan& out) {
  const plan::Scan& scan = *out.scan;
  if (!scan.time_field) {
    for (const plan::Window& window : scan.windows) PROOFMARK_CHECK(window.kind == plan::WindowKind::whole);
    out.windows.assign(scan.windows.size(), TimeRange{});
    return Done{};
  }
  const plan::Field& field = scan.fields[*scan.time_field];
  // Without an `as_of` nothing is in the future, and only a window that counts back from it cannot be placed.
  const bool windowed = std::any_of(scan.windows.begin(), scan.windows.end(),
                                    [](const plan::Window& window) { return window.kind != plan::WindowKind::whole; });
  if (!as_of_ns && windowed)
    return plain_problem(
        "PM0606",
        "stream `" + scan.stream + "` is read in time by field `" + field.name + "`, but the snapshot has no `as_of`",
        "create the snapshot with `--as-of latest` and its time column declared, or with `--as-of TIME`");
  const std::int64_t as_of = as_of_ns.value_or(INT64_MAX);
  out.as_of_ns = as_of;
  out.time = out.fields[*scan.time_field];
  const auto& stored = out.stream->time_column;
  out.zoned = out.time != nullptr && stored && out.time == &out.stream->columns[*stored] &&
              out.stream->zones.size() == out.blocks.size();
  for (const plan::Window& window : scan.windows) {
    TimeRange range{INT64_MIN, as_of, window.kind == plan::WindowKind::whole};
    if (window.kind == plan::WindowKind::since) range.first = window.anchor_ns;
    if (window.kind == plan::WindowKind::last && __builtin_sub_overflow(as_of, window.length_ns - 1, &range.first))
      range.first = INT64_MIN;
    out.windows.push_back(range);
  }
  return Done{};
}

BoundAtom has_one_of(Id field, const Column& column, const std::function<bool(std::string_view)>& holds) {
  HasCode test{field, std::vector<std::uint8_t>(code_space(column)), {}};
  for (std::size_t code = 0; code < column.dictionary.size(); ++code) {
    if (!holds(column.dictionary[code])) continue;
    test.member[code] = 1;
    test.codes.push_back(static_cast<std::uint32_t>(code));
  }
  return {std::move(test)};
}

struct AtomBinder {
  const plan::Scan& scan;
  const BoundScan& bound;

  BoundAtom operator()(const plan::CompareBound& atom) const {
    if (scan.values[atom.value].real) return {AgainstReal{atom.value, atom.op, atom.bound.nearest_double()}};
    const IntegerRange range = integers_that(atom.op, atom.bound);
    const auto* stored = std::get_if<plan::FieldValue>(&scan.values[atom.value].node);
    if (stored == nullptr) return {InRange{atom.value, range}};
    if (bound.fields[stored->field] == nullptr) return {NeverKnown{}};
    return {FieldInRange{stored->field, divided(range, bound.scales[stored->field])}};
  }
  BoundAtom operator()(const plan::CompareValues& atom) const { return {AgainstValue{atom.left, atom.right, atom.op}}; }
  BoundAtom operator()(const plan::OneOf& atom) const {
    const Column* column = bound.fields[atom.field];
    if (column == nullptr) return {NeverKnown{}};
    if (column->physical == Physical::utf8) return {TextIsOneOf{atom.field, &atom.values}};
    return has_one_of(atom.field, *column, [&](std::string_view text) {
      return std::binary_search(atom.values.begin(), atom.values.end(), text);
    });
  }
  BoundAtom operator()(const plan::Matches& atom) const {
    re2::RE2::Options options;
    options.set_log_errors(false);
    auto pattern = std::make_shared<const re2::RE2>(atom.pattern, options);
    PROOFMARK_CHECK(pattern->ok());  // the compiler has tried it
    const Column* column = bound.fields[atom.field];
    if (column == nullptr) return {NeverKnown{}};
    if (column->physical == Physical::utf8) return {TextMatches{atom.field, std::move(pattern)}};
    return has_one_of(atom.field, *column, [&](std::string_view text) {
      return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *pattern);
    });
  }
  BoundAtom operator()(const plan::IsTrue& atom) const {
    if (bound.fields[atom.field] == nullptr) return {NeverKnown{}};
    return {BooleanIsTrue{atom.field}};
  }
  BoundAtom operator()(const plan::IsKnown& atom) const { return {ValueIsKnown{atom.field}}; }
};

std::int64_t clamped(plan::Int128 value) {
  return value < INT64_MIN ? INT64_MIN : value > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(value);
}

}  // namespace

IntegerRange divided(const IntegerRange& range, std::int64_t scale) {
  const std::int64_t lowest = range.lowest / scale, highest = range.highest / scale;  // towards zero
  return {lowest + (lowest * scale < range.lowest ? 1 : 0), highest - (highest * scale > range.highest ? 1 : 0),
          range.outside};
}

std::size_t code_space(const Column& column) {
  switch (column.physical) {
    case Physical::u8:
      return 1U << 8;
    case Physical::u16:
      return 1U << 16;
    default:
      return column.dictionary.size() + 1;
  }
}

IntegerRange integers_that(plan::Comparison op, const plan::Rational& bound) {
  const auto between = [](plan::Int128 lowest, plan::Int128 highest) {
    if (lowest > highest || lowest > INT64_MAX || highest < INT64_MIN) return IntegerRange{1, 0, false};
    return IntegerRange{clamped(lowest), clamped(highest), false};
  };
  // Bounds far outside int64 are brought near it first, so that adding one cannot overflow.
  const auto near = [](plan::Int128 value) {
    return std::clamp(value, plan::Int128(INT64_MIN) - 2, plan::Int128(INT64_MAX) + 2);
  };
  const plan::Int128 floor = near(bound.floor()), ceil = near(bound.ceil());
  switch (op) {
    case plan::Comparison::less:
      return between(INT64_MIN, ceil - 1);
    case plan::Comparison::at_most:
      return between(INT64_MIN, floor);
    case plan::Comparison::greater:
      return between(floor + 1, INT64_MAX);
    case plan::Comparison::at_least:
      return between(ceil, INT64_MAX);
    case plan::Comparison::equal:
      return between(ceil, floor);  // empty when the bound is no integer
    case plan::Comparison::not_equal: {
      IntegerRange range = between(ceil, floor);
      range.outside = true;
      return range;
    }
  }
  return {};
}

Result<BoundScan> bind(const plan::Scan& scan, const Stream& stream, std::optional<std::int64_t> as_of_ns,
                       CheckedRows* rows) {
  BoundScan bound;
  bound.rows = rows;
  bound.scan = &scan;
  bound.stream = &stream;
  bound.blocks = blocks_of(stream);
  Diagnostics problems;
  const auto note = [&](const Status& status) {
    if (!status) problems.insert(problems.end(), status.problems().begin(), status.problems().end());
  };
  for (const plan::Field& field : scan.fields) note(bind_field(field, stream, bound));
  note(bind_time(as_of_ns, bound));
  if (problems.empty() && bound.weighted()) note(bind_weights(bound));
  if (!problems.empty()) return problems;
  for (const plan::Atom& atom : scan.atoms) {
    bound.atoms.push_back(std::visit(AtomBinder{scan, bound}, atom.test));
    bound.atoms.back().negated = atom.negated;
  }
  bound.grids.resize(scan.windows.size());
  for (const plan::Accumulator& accumulator : scan.accumulators)
    if (const auto window = plan::window_of_series(accumulator); window && bound.grids[*window].steps == 0) {
      auto grid = series_grid(bound, *window);
      if (!grid) return grid.problems();
      bound.grids[*window] = *grid;
    }
  return bound;
}

}  // namespace proofmark::engine
