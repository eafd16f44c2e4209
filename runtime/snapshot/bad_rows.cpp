// The words for everything that can be wrong with a row.
#include "runtime/snapshot/bad_rows.h"

#include <algorithm>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/tally_cells.h"

namespace proofmark::snapshot {
namespace {

std::string found(const Cell& cell) {
  switch (cell.kind) {
    case CellKind::null:
      return "no value";
    case CellKind::number:
      return "the number `" + json::printable(cell.text) + "`";
    case CellKind::string:
      return "the string `" + json::printable(cell.text) + "`";
    case CellKind::boolean:
      return "`" + std::string(cell.text) + "`";
    case CellKind::array:
      return "an array";
    case CellKind::object:
      return "an object";
    case CellKind::cell:
      return json::in_backticks(cell.text);
  }
  return {};
}

std::string_view wanted(const ColumnPlan& plan) {
  switch (plan.reading) {
    case Reading::whole:
      return "is a number without leading zeros or `+`, such as `0.25`";
    case Reading::time_text:
      return "is a time such as `2026-01-31T12:00:00.250Z`";
    case Reading::real:
      return "is a number without leading zeros or `+`, such as `0.25`";
    case Reading::boolean:
      return "is `true` or `false`";
    case Reading::label:
    case Reading::text:
    case Reading::label_or_text:
      return "is a text";
  }
  return {};
}

std::string_view smallest(const ColumnPlan& plan) {
  switch (plan.type) {
    case plan::FieldType::duration:
    case plan::FieldType::timestamp:
      return "below 1 ns";
    case plan::FieldType::bytes:
      return "not a whole number of bytes";
    default:
      return "not a whole number";
  }
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
}

std::string of_type(plan::FieldType type) {
  return "type " + std::string(plan::field_type_name(type));
}

}  // namespace

BadRow describe(const ColumnPlan& plan, const Cell& cell, CellProblem problem) {
  const std::string column = "column `" + json::printable(plan.name) + "`";
  const std::string value = json::in_backticks(cell.text);
  BadRow row;
  switch (problem) {
    case CellProblem::none:
      break;
    case CellProblem::wrong_type:
      row = {0, 0, code::kCellType, column + " is of " + of_type(plan.type) + ", found " + found(cell),
             "a value of this column " + std::string(wanted(plan)) +
                 (plan.reading == Reading::time_text && is_digits(cell.text)
                      ? "; if its numbers count from 1970, declare their unit: `in epoch_s`, or epoch_ms, epoch_us, "
                        "epoch_ns"
                      : "")};
      break;
    case CellProblem::not_whole:
      if (plan.counts) {
        row = {0, 0, code::kCount, value + " in " + column + " is no count of events", std::string(kCountHelp)};
        break;
      }
      row = {0, 0, code::kCellPrecision,
             column + " is of " + of_type(plan.type) + ", and " + value + " is " + std::string(smallest(plan)),
             plan.type == plan::FieldType::integer
                 ? "the column holds whole numbers: a policy that declares it a `float`, or what it measures, makes a "
                   "snapshot with it as `--schema`; Proofmark does not round"
                 : "check the unit that the column is declared in; Proofmark does not round"};
      break;
    case CellProblem::out_of_range:
      row = {0, 0, code::kCellRange, value + " in " + column + " is beyond what " + of_type(plan.type) + " holds",
             "check the unit that the column is declared in"};
      break;
    case CellProblem::too_long:
      row = {0, 0, code::kCellRange,
             column + " holds a text of " + std::to_string(cell.text.size()) + " bytes, 262144 are allowed",
             "shorten the text, or leave the column out"};
      break;
    case CellProblem::no_offset:
      row = {0, 0, code::kCellType, "the time " + value + " in " + column + " has no offset, so it names no instant",
             "write `Z` or an offset such as `+02:00` behind it"};
      break;
    case CellProblem::impossible:
      row = {0, 0, code::kCellType, "the time " + value + " in " + column + " does not exist",
             "check day, hour and offset"};
      break;
    case CellProblem::leap_second:
      row = {0, 0, code::kCellRange,
             "the time " + value + " in " + column + " is a leap second, which a count of nanoseconds has no place for",
             "write it as second 59 or as the next second"};
      break;
    case CellProblem::repeated:
      row = {0, 0, code::kRowSyntax, "the object gives " + column + " twice", "keep one of the two"};
      break;
  }
  return row;
}

BadRow describe(const plan::SumCheck& check, const Sums& sums) {
  if (sums.negative != 0)
    return {0, 1, code::kNotTheSum,
            "`" + json::printable(plan::spelled(check)) + "` does not hold: " + std::to_string(sums.negative) +
                " is below 0, and no part of a total is",
            "nothing is counted, or takes, less than 0; mend what writes it"};
  return {
      0, 1, code::kNotTheSum,
      "`" + json::printable(plan::spelled(check)) + "` does not hold: the left side adds up to " +
          plan::Rational::make(sums.left, 1)->to_string() + ", the right one to " +
          plan::Rational::make(sums.right, 1)->to_string(),
      "parts that do not add up to their total were not all recorded, or count something else; mend what writes them"};
}

void BadRows::append(BadRows other, std::uint64_t lines_before) {
  count_ += other.count_;
  for (BadRow& row : other.shown_) {
    if (!wants_detail()) return;
    row.line += lines_before;
    shown_.push_back(std::move(row));
  }
}

Diagnostics BadRows::diagnostics(const std::string& file, Severity severity) const {
  Diagnostics all;
  for (const BadRow& row : shown_) {
    Diagnostic one = file_problem(row.code, file, row.message, row.help);
    one.severity = severity;
    one.primary.place.line = one.primary.place.end_line =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(row.line, UINT32_MAX));
    one.primary.place.column = one.primary.place.end_column = row.column;
    all.push_back(std::move(one));
  }
  return all;
}

void set_place(BadRow& row, std::uint64_t line, const char* begin, const char* at) {
  row.line = line;
  row.column = 1;
  for (; begin < at; ++begin) {
    if (*begin == '\n') {
      ++row.line;
      row.column = 1;
    } else if ((static_cast<unsigned char>(*begin) & 0xC0U) != 0x80U) {
      ++row.column;
    }
  }
}

}  // namespace proofmark::snapshot
