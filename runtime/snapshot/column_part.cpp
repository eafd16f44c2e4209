// From text to values. A CSV cell is read as its column's type asks; a JSON value must have a kind that suits it,
// where a string may hold the text of a number, as many logs quote everything.
#include "runtime/snapshot/column_part.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/time_text.h"

namespace proofmark::snapshot {
namespace {

constexpr std::size_t kFirstRows = 1024;

bool is_nan_text(std::string_view text) {
  return text == "NaN" || text == "nan" || text == "NAN";
}

CellProblem problem_of(TimeProblem problem) {
  switch (problem) {
    case TimeProblem::none:
      return CellProblem::none;
    case TimeProblem::not_a_time:
      return CellProblem::wrong_type;
    case TimeProblem::no_offset:
      return CellProblem::no_offset;
    case TimeProblem::impossible:
      return CellProblem::impossible;
    case TimeProblem::leap_second:
      return CellProblem::leap_second;
    case TimeProblem::below_nanosecond:
      return CellProblem::not_whole;
    case TimeProblem::out_of_range:
      return CellProblem::out_of_range;
  }
  return CellProblem::wrong_type;
}

CellProblem problem_of(DecimalProblem problem) {
  switch (problem) {
    case DecimalProblem::none:
      return CellProblem::none;
    case DecimalProblem::not_a_number:
      return CellProblem::wrong_type;
    case DecimalProblem::not_whole:
      return CellProblem::not_whole;
    case DecimalProblem::out_of_range:
      return CellProblem::out_of_range;
  }
  return CellProblem::wrong_type;
}

bool is_numeric_text(CellKind kind) {
  return kind == CellKind::number || kind == CellKind::string || kind == CellKind::cell;
}

}  // namespace

void ColumnPart::resize(std::size_t rows) {
  valid.resize(rows, 1);
  switch (plan_->reading) {
    case Reading::whole:
    case Reading::time_text:
      integers.resize(rows);
      break;
    case Reading::real:
      reals.resize(rows);
      break;
    case Reading::boolean:
      booleans.resize(rows);
      break;
    case Reading::label:
    case Reading::label_or_text:
      codes.resize(rows);
      break;
    case Reading::text:
      text_ends.resize(rows);
      break;
  }
}

void ColumnPart::keep(std::uint32_t rows) {
  resize(rows);
  has_nulls_ = std::find(valid.begin(), valid.end(), std::uint8_t{0}) != valid.end();
  if (plan_->reading == Reading::text) text_bytes.resize(rows == 0 ? 0 : text_ends.back());
}

void ColumnPart::grow() {
  resize(std::max<std::size_t>(kFirstRows, valid.size() * 2));
}

CellProblem ColumnPart::put(std::uint32_t row, const Cell& cell) {
  make_room(row);
  valid[row] = 1;
  if (cell.kind == CellKind::null) {
    put_null(row);
    return CellProblem::none;
  }
  return put_value(row, cell);
}

void ColumnPart::put_null(std::uint32_t row) {
  valid[row] = 0;
  switch (plan_->reading) {
    case Reading::whole:
    case Reading::time_text:
      integers[row] = 0;
      break;
    case Reading::real:
      reals[row] = 0;
      break;
    case Reading::boolean:
      booleans[row] = 0;
      break;
    case Reading::label:
    case Reading::label_or_text:
      codes[row] = 0;
      break;
    case Reading::text:
      put_text(row, {});
      break;
  }
}

CellProblem ColumnPart::put_value(std::uint32_t row, const Cell& cell) {
  switch (plan_->reading) {
    case Reading::whole:
      return put_whole(row, cell);
    case Reading::time_text:
      return put_time(row, cell);
    case Reading::real:
      return put_real(row, cell);
    case Reading::boolean:
      return put_boolean(row, cell);
    case Reading::label:
    case Reading::label_or_text:
    case Reading::text:
      return put_string(row, cell);
  }
  return CellProblem::wrong_type;
}

CellProblem ColumnPart::put_whole(std::uint32_t row, const Cell& cell) {
  if (!is_numeric_text(cell.kind)) return CellProblem::wrong_type;
  const DecimalReading reading = plan_->scale.read(cell.text);
  integers[row] = reading.value;
  return problem_of(reading.problem);
}

CellProblem ColumnPart::put_time(std::uint32_t row, const Cell& cell) {
  if (cell.kind != CellKind::string && cell.kind != CellKind::cell) return CellProblem::wrong_type;
  const TimeReading reading = read_rfc3339(cell.text);
  integers[row] = reading.ns;
  return problem_of(reading.problem);
}

CellProblem ColumnPart::put_real(std::uint32_t row, const Cell& cell) {
  if (!is_numeric_text(cell.kind)) return CellProblem::wrong_type;
  if (is_nan_text(cell.text)) {  // "not a number" is how many writers spell "no value"
    put_null(row);
    return CellProblem::none;
  }
  if (shape_of_number(cell.text) == NumberShape::not_a_number) return CellProblem::wrong_type;
  double value = 0;
  const auto [end, error] = std::from_chars(cell.text.data(), cell.text.data() + cell.text.size(), value);
  if (error != std::errc()) return CellProblem::out_of_range;
  if (!(plan_->scale.ratio() == plan::Rational(1))) {
    const auto exact = plan::Rational::parse(cell.text);
    const auto scaled = exact ? plan::multiply(*exact, plan_->scale.ratio()) : std::nullopt;
    value = scaled ? scaled->nearest_double() : value * plan_->scale.ratio().nearest_double();
  }
  if (!std::isfinite(value)) return CellProblem::out_of_range;
  reals[row] = value == 0 ? 0.0 : value;  // one zero: equal values have equal bytes
  return CellProblem::none;
}

CellProblem ColumnPart::put_boolean(std::uint32_t row, const Cell& cell) {
  if (cell.kind == CellKind::number) return CellProblem::wrong_type;
  const std::string_view text = cell.text;
  const bool yes = text == "true" || text == "True" || text == "TRUE";
  if (!yes && text != "false" && text != "False" && text != "FALSE") return CellProblem::wrong_type;
  booleans[row] = yes ? 1 : 0;
  return CellProblem::none;
}

CellProblem ColumnPart::put_string(std::uint32_t row, const Cell& cell) {
  if (cell.kind == CellKind::object || (cell.kind == CellKind::array && !plan_->arrays)) return CellProblem::wrong_type;
  if (cell.text.size() > kMaximumText) return CellProblem::too_long;
  if (plan_->reading == Reading::text) {
    put_text(row, cell.text);
  } else {
    codes[row] = pool.code_of(cell.text);
  }
  return CellProblem::none;
}

void ColumnPart::put_text(std::uint32_t row, std::string_view text) {
  text_bytes.resize(row == 0 ? 0 : text_ends[row - 1]);  // drops what a bad row left here
  text_bytes += text;
  text_ends[row] = text_bytes.size();
}

}  // namespace proofmark::snapshot
