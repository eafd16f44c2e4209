// Reading the table cell by cell.
#include "cli/matrix.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/source/source_file.h"
#include "runtime/json/utf8.h"

namespace proofmark::cli {
namespace {

constexpr std::size_t kMaximumBytes = std::size_t{1} << 26;

struct Record {
  std::uint64_t line = 0;
  std::vector<std::string> cells;
  std::vector<std::uint32_t> columns;  // where they start, from 1
};

class Reader {
 public:
  Reader(const std::string& file, std::string_view text) : file_(file), text_(text) {}

  // The next record that is no blank line; nothing at the end, or where `problem` says why.
  std::optional<Record> next() {
    while (at_ < text_.size() && take_line_end()) {
    }
    if (at_ >= text_.size()) return std::nullopt;
    Record record{line_, {}, {}};
    do {
      record.columns.push_back(column());
      record.cells.emplace_back();
      if (!take_cell(record.cells.back())) return std::nullopt;
    } while (take(','));
    if (at_ < text_.size() && !take_line_end())
      return refuse("something stands behind a cell's closing quote"), std::nullopt;
    return record;
  }

  Diagnostic problem_at(std::uint64_t line, std::uint32_t column, std::string message, std::string help) const {
    Diagnostic problem = file_problem("PM0714", file_, std::move(message), std::move(help));
    problem.primary.place.line = problem.primary.place.end_line = static_cast<std::uint32_t>(line);
    problem.primary.place.column = problem.primary.place.end_column = column;
    return problem;
  }
  const std::optional<Diagnostic>& problem() const { return problem_; }

 private:
  std::uint32_t column() const { return static_cast<std::uint32_t>(at_ - line_start_ + 1); }
  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  bool take_line_end() {
    const std::size_t before = at_;
    take('\r');
    if (!take('\n')) {
      at_ = before;
      return false;
    }
    ++line_;
    line_start_ = at_;
    return true;
  }
  bool take_cell(std::string& cell) {
    if (!take('"')) {
      const std::size_t end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
      cell = text_.substr(at_, end - at_);
      at_ = end;
      return at_ >= text_.size() || text_[at_] != '"' ||
             refuse("a quote stands inside a cell that does not start with one");
    }
    for (;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) return refuse("a quoted cell is never closed");
      const std::string_view piece = text_.substr(at_, quote - at_);
      if (piece.find('\n') != std::string_view::npos) return refuse("a parameter's value holds a line break");
      cell += piece;
      at_ = quote + 1;
      if (!take('"')) return true;
      cell += '"';
    }
  }
  bool refuse(std::string what) {
    problem_ = problem_at(line_, column(), std::move(what),
                          "write CSV: cells with commas or quotes in quotes, quotes doubled");
    return false;
  }

  const std::string& file_;
  std::string_view text_;
  std::size_t at_ = 0, line_start_ = 0;
  std::uint64_t line_ = 1;
  std::optional<Diagnostic> problem_;
};

std::optional<Diagnostic> wrong_header(const Reader& reader, const Record& header) {
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    if (header.cells[i].empty())
      return reader.problem_at(header.line, header.columns[i], "a column of the matrix has no name",
                               "name the parameter that the column is for");
    if (std::find(header.cells.begin(), header.cells.begin() + static_cast<std::ptrdiff_t>(i), header.cells[i]) !=
        header.cells.begin() + static_cast<std::ptrdiff_t>(i))
      return reader.problem_at(header.line, header.columns[i],
                               fmt::format("the matrix has two columns `{}`", json::printable(header.cells[i])),
                               "keep one of them");
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<MatrixRow>> read_matrix(const std::string& path) {
  const auto text = source::read_file(path, "matrix", kMaximumBytes);
  if (!text) return text.problems();
  if (text->size() > kMaximumBytes) return file_problem("PM0714", path, "a matrix may have at most 64 MiB");
  if (json::first_invalid_utf8(*text)) return file_problem("PM0714", path, "the matrix is no valid UTF-8");
  std::string_view bytes = *text;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  Reader reader(path, bytes);
  const std::optional<Record> header = reader.next();
  if (reader.problem()) return *reader.problem();
  if (!header) return file_problem("PM0714", path, "the matrix is empty", "start it with a line of parameters' names");
  if (auto wrong = wrong_header(reader, *header)) return *wrong;
  std::vector<MatrixRow> rows;
  while (std::optional<Record> record = reader.next()) {
    if (record->cells.size() != header->cells.size())
      return reader.problem_at(record->line, 1,
                               fmt::format("this row has {} cells, and the header names {} parameters",
                                           record->cells.size(), header->cells.size()),
                               "give each parameter its value");
    MatrixRow row{record->line, {}};
    for (std::size_t i = 0; i < record->cells.size(); ++i) {
      if (record->cells[i].empty())
        return reader.problem_at(record->line, record->columns[i],
                                 fmt::format("`{}` has no value in this row", json::printable(header->cells[i])),
                                 "give it one, or leave the column out and the parameter at its default");
      row.values.emplace_back(header->cells[i], std::move(record->cells[i]));
    }
    rows.push_back(std::move(row));
  }
  if (reader.problem()) return *reader.problem();
  if (rows.empty())
    return file_problem("PM0714", path, "the matrix has a header and no row: nothing would be judged",
                        "write a line for each evaluation");
  return rows;
}

}  // namespace proofmark::cli
