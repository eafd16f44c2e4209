// Records cell by cell. A record that is wrong anywhere is bad as a whole; reading goes on behind its end, which
// csv_record_end finds by the same rules that cut the file into pieces.
#include "runtime/snapshot/csv_rows.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/infer.h"
#include "runtime/snapshot/line_shape.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/record_chunks.h"
#include "runtime/snapshot/row_sink.h"
#include "runtime/snapshot/text_scan.h"

namespace proofmark::snapshot {
namespace {

// Takes the cells of one record after another.
class CellCursor {
 public:
  explicit CellCursor(std::string_view text) : at_(text.data()) {}

  void go_to(const char* at) { at_ = at; }
  const char* at() const { return at_; }
  bool at_line_end() const { return *at_ == '\n' || (*at_ == '\r' && at_[1] == '\n'); }
  void take_line_end() { at_ += *at_ == '\r' ? 2 : 1; }

  // The cell at the cursor, up to the comma or line end behind it; false when quotes stand where they must not.
  bool take_cell(std::string_view& text) { return *at_ == '"' ? take_quoted(text) : take_bare(text); }
  bool take_comma() {
    if (*at_ != ',') return false;
    ++at_;
    return true;
  }
  const char* problem_at() const { return problem_at_; }
  const char* problem() const { return problem_; }

 private:
  bool take_bare(std::string_view& text) {
    const char* begin = at_;
    at_ = find_cell_stop(at_);
    while (*at_ == '\r' && at_[1] != '\n') at_ = find_cell_stop(at_ + 1);  // an ordinary character
    if (*at_ == '"') return refuse("a quote stands inside a cell that does not start with one");
    text = {begin, static_cast<std::size_t>(at_ - begin)};
    return true;
  }
  bool take_quoted(std::string_view& text);
  bool refuse(const char* what) {
    problem_ = what;
    problem_at_ = at_;
    return false;
  }

  const char* at_;
  std::string scratch_;
  const char* problem_ = nullptr;
  const char* problem_at_ = nullptr;
};

// The text has whole records only, so a closing quote is always there.
bool CellCursor::take_quoted(std::string_view& text) {
  const char* begin = ++at_;
  bool doubled = false;
  for (;;) {
    while (*at_ != '"') ++at_;
    if (at_[1] != '"') break;
    if (!doubled) scratch_.clear();
    doubled = true;
    scratch_.append(begin, at_ + 1);
    at_ += 2;
    begin = at_;
  }
  text = {begin, static_cast<std::size_t>(at_ - begin)};
  if (doubled) text = scratch_.append(begin, at_);
  ++at_;
  return *at_ == ',' || at_line_end() || refuse("a cell goes on behind its closing quote");
}

template <typename Sink>
class RecordParser {
 public:
  RecordParser(std::string_view text, const std::vector<int>& slots, Sink& sink)
      : slots_(slots), sink_(sink), cursor_(text) {
    for (const int slot : slots)
      if (slot != kNoSlot) asked_.push_back(slot);
  }

  CellCursor& cursor() { return cursor_; }

  // The record at the cursor; afterwards the cursor is behind it, or anywhere in it when the record is bad.
  bool parse() {
    begin_ = cursor_.at();
    problem_ = CellProblem::none;
    std::size_t cell = 0;
    do {
      cell_begin_ = cursor_.at();
      std::string_view text;
      if (!cursor_.take_cell(text)) return fail(Failure::quotes);
      if (cell == slots_.size()) return fail(Failure::count);
      if (!put(slots_[cell++], text)) return fail(Failure::cell);
    } while (cursor_.take_comma());
    if (cell != slots_.size()) return fail(Failure::count);
    cursor_.take_line_end();
    return true;
  }

  // The same of a record without quotes; false also of one that has them, and of a bad one: what was put of it must be
  // dropped, the cursor stays, and parse() says what it is.
  bool parse_plain();

  BadRow take_problem(std::uint64_t line, const char* record_end) const {
    BadRow row;
    const char* at = cell_begin_;
    switch (failure_) {
      case Failure::quotes:
        row = {0, 0, code::kRowSyntax, cursor_.problem(),
               "put the whole cell in quotes, and write a quote inside it twice"};
        at = cursor_.problem_at();
        break;
      case Failure::count:
        row = {0, 0, code::kRowCells,
               "the record has " + cells(count_cells(record_end)) + ", the header has " + cells(slots_.size()),
               "put a cell that holds a comma in quotes, and leave no cell out"};
        at = begin_;
        break;
      case Failure::cell:
        row = describe(sink_.plan(slot_), {CellKind::cell, cell_text_}, problem_);
        break;
    }
    set_place(row, line, begin_, at);
    return row;
  }

 private:
  enum class Failure : std::uint8_t { quotes, count, cell };

  bool put(int slot, std::string_view text) {
    if (slot == kNoSlot) return true;
    problem_ = sink_.put(slot, text.empty() ? Cell{} : Cell{CellKind::cell, text});
    if (problem_ == CellProblem::none) return true;
    slot_ = slot;
    cell_text_ = text;
    return false;
  }
  bool fail(Failure failure) {
    failure_ = failure;
    return false;
  }
  static std::string cells(std::size_t count) { return std::to_string(count) + (count == 1 ? " cell" : " cells"); }
  std::size_t count_cells(const char* record_end) const {
    CellCursor cells({begin_, static_cast<std::size_t>(record_end - begin_)});
    std::size_t count = 1;
    for (std::string_view text; cells.take_cell(text) && cells.take_comma();) ++count;
    return count;
  }

  const char* plain_integer(const char* at, int slot);  // these return behind the cell, or null
  const char* plain_text(const char* at, int slot);

  const std::vector<int>& slots_;
  std::vector<int> asked_;  // those of them that are columns
  Sink& sink_;
  CellCursor cursor_;
  const char *begin_ = nullptr, *cell_begin_ = nullptr;
  Failure failure_ = Failure::quotes;
  CellProblem problem_ = CellProblem::none;
  int slot_ = kNoSlot;
  std::string_view cell_text_;
};

template <typename Sink>
const char* RecordParser<Sink>::plain_text(const char* at, int slot) {
  const char* end = find_cell_stop(at);
  if (slot == kNoSlot) return end;
  if (end == at) return sink_.put(slot, {}) == CellProblem::none ? end : nullptr;
  const std::string_view text(at, static_cast<std::size_t>(end - at));
  return sink_.put_string_alike(slot, {CellKind::cell, text}) ? end : nullptr;
}

template <typename Sink>
const char* RecordParser<Sink>::plain_integer(const char* at, int slot) {
  const bool negative = *at == '-';
  const char* first = at + (negative ? 1 : 0);
  const Digits digits = read_digits(first);
  const char* end = first + digits.count;
  const bool ends = *end == ',' || *end == '\n' || *end == '\r';
  if (!ends || digits.count - 1 >= kMostDigits || (*first == '0' && digits.count > 1)) return plain_text(at, slot);
  const std::string_view text(at, static_cast<std::size_t>(end - at));
  return sink_.put_integer_alike(slot, negative, digits.number, {CellKind::cell, text}) ? end : nullptr;
}

template <typename Sink>
bool RecordParser<Sink>::parse_plain() {
  sink_.begin_alike();
  const char* at = cursor_.at();
  for (std::size_t cell = 0; cell < slots_.size(); ++cell) {
    if (cell != 0 && *at++ != ',') return false;
    const int slot = slots_[cell];
    at = slot != kNoSlot && sink_.takes_integers(slot) ? plain_integer(at, slot) : plain_text(at, slot);
    if (at == nullptr) return false;
  }
  if (*at == '\r') ++at;
  if (*at != '\n') return false;
  cursor_.go_to(at + 1);
  sink_.put_alike(asked_);
  return true;
}

std::uint64_t count_lines(const char* begin, const char* end) {
  return static_cast<std::uint64_t>(std::count(begin, end, '\n'));
}

}  // namespace

template <typename Sink>
void parse_csv(std::string_view text, const std::vector<int>& slots, Sink& sink, BadRows& bad, std::uint64_t& lines) {
  const bool all_valid = !json::first_invalid_utf8(text);
  const bool no_quotes = text.find('"') == std::string_view::npos;  // then a record is a line
  RecordParser<Sink> parser(text, slots, sink);
  CellCursor& cursor = parser.cursor();
  Tries tries;
  const char* const end = text.data() + text.size();
  while (cursor.at() < end) {
    const char* begin = cursor.at();
    if (cursor.at_line_end() && slots.size() != 1) {
      cursor.take_line_end();
      ++lines;
      continue;
    }
    if (tries.worth_it() && all_valid) {
      if (parser.parse_plain()) {
        tries.met();
        take_row(sink, bad, ++lines);
        continue;
      }
      tries.missed();
      sink.bad_row();
    }
    std::optional<std::size_t> invalid;
    const char* record_end = nullptr;
    if (!all_valid) {
      record_end = text.data() + csv_record_end(text, static_cast<std::size_t>(begin - text.data()));
      invalid = json::first_invalid_utf8({begin, static_cast<std::size_t>(record_end - begin)});
    }
    if (!invalid && parser.parse()) {
      take_row(sink, bad, lines + 1);
      lines += no_quotes ? 1 : count_lines(begin, cursor.at());
      continue;
    }
    if (record_end == nullptr)
      record_end = text.data() + csv_record_end(text, static_cast<std::size_t>(begin - text.data()));
    if (!bad.wants_detail()) {
      bad.add_unshown();
    } else if (invalid) {
      BadRow row{0, 0, code::kRowEncoding, "the record is not valid UTF-8", "write the file as UTF-8"};
      set_place(row, lines + 1, begin, begin + *invalid);
      bad.add(std::move(row));
    } else {
      bad.add(parser.take_problem(lines + 1, record_end));
    }
    sink.bad_row();
    lines += count_lines(begin, record_end);
    cursor.go_to(record_end);
  }
}

template void parse_csv(std::string_view, const std::vector<int>&, PartSink&, BadRows&, std::uint64_t&);
template void parse_csv(std::string_view, const std::vector<int>&, InferSink&, BadRows&, std::uint64_t&);

Result<CsvHeader> read_csv_header(std::string_view text, const std::string& file) {
  const auto refuse = [&](const char* at, std::string what, std::string help) {
    BadRow row;
    set_place(row, 1, text.data(), at);
    Diagnostic problem = file_problem(code::kHeader, file, std::move(what), std::move(help));
    problem.primary.place.line = problem.primary.place.end_line = static_cast<std::uint32_t>(row.line);
    problem.primary.place.column = problem.primary.place.end_column = row.column;
    return problem;
  };
  if (const auto invalid = json::first_invalid_utf8(text.substr(0, csv_record_end(text, 0))))
    return refuse(text.data() + *invalid, "the header is not valid UTF-8", "write the file as UTF-8");
  CsvHeader header;
  CellCursor cursor(text);
  do {
    const char* begin = cursor.at();
    std::string_view name;
    if (!cursor.take_cell(name))
      return refuse(cursor.problem_at(), cursor.problem(), "write the header as comma-separated names");
    if (name.empty())
      return refuse(begin, "column " + std::to_string(header.names.size() + 1) + " of the header has no name",
                    "the first line of a CSV file names its columns");
    if (std::find(header.names.begin(), header.names.end(), name) != header.names.end())
      return refuse(begin, "the header names `" + json::printable(name) + "` twice", "rename one of the two columns");
    header.names.emplace_back(name);
  } while (cursor.take_comma());
  if (header.names.size() == 1 && header.names[0].find_first_of(";\t|") != std::string::npos)
    return refuse(text.data(), "the header has one column, `" + json::printable(header.names[0]) + "`",
                  "separate cells with commas: other separators are not read");
  cursor.take_line_end();
  header.bytes = static_cast<std::size_t>(cursor.at() - text.data());
  header.lines = count_lines(text.data(), cursor.at());
  return header;
}

}  // namespace proofmark::snapshot
