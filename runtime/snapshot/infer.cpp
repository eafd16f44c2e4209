// The rules: whole numbers that fit 64 bits make an int; with fractions or exponents among them a float; true and
// false a bool; RFC 3339 texts a timestamp; anything else, and any mixture, a label or a text.
#include "runtime/snapshot/infer.h"

#include <charconv>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/time_text.h"

namespace proofmark::snapshot {
namespace {

using plan::FieldType;

constexpr std::size_t kShortestTime = std::string_view("2026-01-01T00:00:00Z").size();

enum Seen : std::uint8_t {
  kInteger = 1,
  kReal = 2,
  kBoolean = 4,
  kTime = 8,
  kNan = 16,  // "NaN" as text: no value where the others are numbers
  kText = 32,
  kArray = 64,
  kObject = 128,
};

std::uint8_t kind_of_number(std::string_view text) {
  const NumberShape shape = shape_of_number(text);
  static const Scale unscaled{plan::Rational(1)};
  if (shape == NumberShape::integer)  // too long a one is an identifier, most likely
    return unscaled.read(text).problem == DecimalProblem::none ? kInteger : kText;
  double value = 0;
  return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc() ? kReal : kText;
}

std::uint8_t kind_of_text(std::string_view text) {
  if (text.size() < kShortestTime || text[4] != '-') return kText;
  return read_rfc3339(text).problem == TimeProblem::none ? kTime : kText;
}

std::uint8_t kind_of_csv(std::string_view text) {
  if (shape_of_number(text) != NumberShape::not_a_number) return kind_of_number(text);
  if (text == "true" || text == "false" || text == "True" || text == "False" || text == "TRUE" || text == "FALSE")
    return kBoolean;
  if (text == "NaN" || text == "nan" || text == "NAN") return kNan;
  return kind_of_text(text);
}

std::uint8_t kind_of(const Cell& cell) {
  switch (cell.kind) {
    case CellKind::null:
      return 0;
    case CellKind::number:
      return kind_of_number(cell.text);
    case CellKind::string:
      return kind_of_text(cell.text);
    case CellKind::boolean:
      return kBoolean;
    case CellKind::array:
      return kArray;
    case CellKind::object:
      return kObject;
    case CellKind::cell:
      return kind_of_csv(cell.text);
  }
  return 0;
}

bool only(std::uint8_t kinds, int allowed) {
  return (kinds & ~allowed) == 0;
}

ColumnPlan plan_of(const ColumnNotes& notes) {
  ColumnPlan plan;
  plan.name = notes.name;
  if (notes.kinds != 0 && only(notes.kinds, kInteger)) {
    plan.type = FieldType::integer;
  } else if (only(notes.kinds, kInteger | kReal | kNan) && (notes.kinds & (kInteger | kReal)) != 0) {
    plan.type = FieldType::real;
    plan.reading = Reading::real;
  } else if (notes.kinds == kBoolean) {
    plan.type = FieldType::boolean;
    plan.reading = Reading::boolean;
  } else if (notes.kinds == kTime) {
    plan.type = FieldType::timestamp;
    plan.reading = Reading::time_text;
    plan.unit = "rfc3339";
  } else {
    plan.type = FieldType::label;
    plan.reading = Reading::label_or_text;
  }
  return plan;
}

}  // namespace

InferSink::InferSink(const std::vector<std::string>& header) {
  for (const std::string& name : header) {
    order_.push_back(slot_of(name));
    slots_.back().present = true;
  }
}

int InferSink::slot_of(std::string_view path) {
  if (const auto found = places_.find(path); found != places_.end()) return found->second;
  slots_.push_back({{std::string(path), 0}});
  const int slot = static_cast<int>(slots_.size()) - 1;
  places_.emplace(path, slot);
  return slot;
}

CellProblem InferSink::put(int slot, const Cell& cell) {
  std::uint64_t& in_row = slots_[static_cast<std::size_t>(slot)].in_row;
  if (in_row == row_number_) return CellProblem::repeated;
  in_row = row_number_;
  row_.emplace_back(slot, kind_of(cell));
  return CellProblem::none;
}

void InferSink::good_row() {
  for (const auto& [slot, kinds] : row_) {
    Slot& of = slots_[static_cast<std::size_t>(slot)];
    if (!of.present) order_.push_back(slot);
    of.present = true;
    of.notes.kinds |= kinds;
  }
  bad_row();
}

void InferSink::bad_row() {
  row_.clear();
  ++row_number_;
}

ColumnPlan InferSink::plan(int slot) const {
  ColumnPlan plan;
  plan.name = slots_[static_cast<std::size_t>(slot)].notes.name;
  return plan;
}

std::vector<ColumnNotes> InferSink::take() {
  std::vector<ColumnNotes> notes;
  for (const int slot : order_) notes.push_back(std::move(slots_[static_cast<std::size_t>(slot)].notes));
  return notes;
}

void Inference::add(std::vector<ColumnNotes> piece) {
  for (ColumnNotes& notes : piece) {
    const auto found = slots_.find(notes.name);
    if (found != slots_.end()) {
      notes_[static_cast<std::size_t>(found->second)].kinds |= notes.kinds;
    } else if (!too_many_columns()) {
      slots_.emplace(notes.name, static_cast<int>(notes_.size()));
      notes_.push_back(std::move(notes));
    }
  }
}

std::vector<std::string> Inference::names() const {
  std::vector<std::string> all;
  for (const ColumnNotes& notes : notes_)
    if (notes.kinds != kObject) all.push_back(notes.name);
  return all;
}

std::vector<ColumnPlan> Inference::plans(const std::string& file, Diagnostics& warnings) const {
  std::vector<ColumnPlan> all;
  for (const ColumnNotes& notes : notes_) {
    if (notes.kinds == kObject) continue;  // its members are the columns
    if ((notes.kinds & (kArray | kObject)) == 0) {
      all.push_back(plan_of(notes));
      continue;
    }
    Diagnostic warning =
        file_problem(code::kColumnLeftOut, file,
                     "column `" + json::printable(notes.name) + "` is left out: some rows hold an " +
                         ((notes.kinds & kArray) != 0 ? "array" : "object") + " in it",
                     "a snapshot holds single values: write the ones that matter as members of their own");
    warning.severity = Severity::warning;
    warnings.push_back(std::move(warning));
  }
  return all;
}

}  // namespace proofmark::snapshot
