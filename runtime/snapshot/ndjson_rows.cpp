// Lines of one program are alike: most differ only in their values, and are read by the shape of a line before
// (LineShape). Of the others, which are taken apart by the whole grammar, each key is first compared with the one that
// stood in its place in the line before; only a surprise is looked up.
#include "runtime/snapshot/ndjson_rows.h"

#include <cstring>
#include <string>
#include <vector>

#include "runtime/json/utf8.h"
#include "runtime/snapshot/infer.h"
#include "runtime/snapshot/json_cursor.h"
#include "runtime/snapshot/line_shape.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/row_sink.h"

namespace proofmark::snapshot {
namespace {

constexpr int kMaximumNesting = 64;

template <typename Sink>
class LineParser {
 public:
  explicit LineParser(Sink& sink) : sink_(sink) {}

  // False when the line is bad; take_problem() then says why.
  bool parse(const char* begin, const char* end, bool wants_detail) {
    begin_ = begin;
    wants_detail_ = wants_detail;
    key_number_ = 0;
    depth_ = ignored_ = 0;
    path_.clear();
    cell_problem_.code = {};
    values_.clear();
    alike_ = true;
    cursor_.start(begin, end);
    cursor_.skip_space();
    if (cursor_.next() != '{') return cursor_.refuse("a row is a JSON object, found " + cursor_.found());
    if (!object()) return false;
    cursor_.skip_space();
    return cursor_.at_end() || cursor_.refuse("the line goes on after its object, found " + cursor_.found());
  }

  // A whole line that has the shape, its newline included: behind it is returned. Null: it has another, or is bad, and
  // what was put of it must be dropped; parse() then says what it is.
  const char* parse_alike(const LineShape& shape, const char* begin, const char* end);
  // Of the line that was parsed last, where others can be like it.
  bool has_shape() const { return alike_; }
  LineShape shape(const char* behind_newline) const { return LineShape(begin_, values_, behind_newline); }

  BadRow take_problem(std::uint64_t line) {
    const bool in_cell = !cell_problem_.code.empty();
    BadRow row = in_cell
                     ? std::move(cell_problem_)
                     : BadRow{0, 0, code::kRowSyntax, cursor_.problem(), "each line must be one complete JSON object"};
    set_place(row, line, begin_, in_cell ? cell_problem_at_ : cursor_.problem_at());
    return row;
  }

 private:
  struct GuessedKey {
    std::string path;  // with the key at its end
    int slot = kNoSlot;
    std::size_t key_size = 0;
    ExpectedText spelled;  // the key in quotes and its colon, where the line spells it so

    bool lies_in(std::string_view outer) const {
      return path.size() == outer.size() + key_size && std::string_view(path).starts_with(outer);
    }
  };

  bool object();
  bool member();
  bool value_of(int slot, std::string_view key);
  bool array();
  bool value(int slot);
  bool escaped_string(int slot);
  bool nested_object(int slot, std::string_view key);
  bool descend();
  int slot_of_key(std::string_view key);
  bool put(int slot, const Cell& cell, const char* at);
  const char* string_alike(const char* at, int slot);  // these return behind the value, or null: parse_alike
  const char* number_alike(const char* at, int slot);
  const char* other_value(const char* at, int slot);

  Sink& sink_;
  JsonCursor cursor_;
  const char* begin_ = nullptr;
  bool wants_detail_ = true;
  int depth_ = 0;
  int ignored_ = 0;                  // arrays around the cursor: objects in them name no columns
  std::string path_;                 // of the object being read, with a dot at its end; empty at the top
  std::vector<GuessedKey> guesses_;  // from the lines before
  std::size_t key_number_ = 0;
  std::string key_scratch_, value_scratch_;
  BadRow cell_problem_;
  const char* cell_problem_at_ = nullptr;
  std::vector<LineShape::Value> values_;  // of the line
  bool alike_ = true;                     // they and the text between them are all of it
};

template <typename Sink>
bool LineParser<Sink>::put(int slot, const Cell& cell, const char* at) {
  if (slot == kNoSlot) return true;
  const CellProblem problem = sink_.put(slot, cell);
  if (problem == CellProblem::none) return true;
  cell_problem_at_ = at;
  if (wants_detail_) cell_problem_ = describe(sink_.plan(slot), cell, problem);
  return false;
}

template <typename Sink>
int LineParser<Sink>::slot_of_key(std::string_view key) {
  if (ignored_ != 0) return kNoSlot;
  if (key_number_ < guesses_.size()) {
    const GuessedKey& guess = guesses_[key_number_];
    if (guess.key_size == key.size() && guess.lies_in(path_) && guess.path.ends_with(key)) {
      ++key_number_;
      return guess.slot;
    }
  }
  std::string path = path_ + std::string(key);
  const int slot = sink_.slot_of(path);
  if (key_number_ >= guesses_.size()) guesses_.resize(key_number_ + 1);
  const bool escaped = key.data() == key_scratch_.data();
  guesses_[key_number_++] = {std::move(path), slot, key.size(),
                             escaped ? ExpectedText() : ExpectedText('"' + std::string(key) + "\":")};
  return slot;
}

template <typename Sink>
bool LineParser<Sink>::descend() {
  return ++depth_ <= kMaximumNesting || cursor_.refuse("objects and arrays nest deeper than 64 levels");
}

template <typename Sink>
bool LineParser<Sink>::object() {
  if (!descend()) return false;
  cursor_.take('{');
  cursor_.skip_space();
  for (bool more = !cursor_.take('}'); more;) {
    cursor_.skip_space();
    if (!member()) return false;
    cursor_.skip_space();
    more = cursor_.take(',');
    if (!more && !cursor_.take('}'))
      return cursor_.refuse("expected `,` or `}` after a member, found " + cursor_.found());
  }
  --depth_;
  return true;
}

template <typename Sink>
bool LineParser<Sink>::member() {
  if (key_number_ < guesses_.size() && ignored_ == 0) {
    const GuessedKey& guess = guesses_[key_number_];
    const std::string_view key(cursor_.at() + 1, guess.key_size);
    if (guess.lies_in(path_) && cursor_.take(guess.spelled)) {
      ++key_number_;
      cursor_.skip_space();
      return value_of(guess.slot, key);
    }
  }
  if (cursor_.next() != '"') return cursor_.refuse("expected a key in double quotes, found " + cursor_.found());
  std::string_view key;
  if (!cursor_.take_string(key, key_scratch_)) return false;
  const int slot = slot_of_key(key);
  cursor_.skip_space();
  if (!cursor_.take(':')) return cursor_.refuse("expected `:` after a key, found " + cursor_.found());
  cursor_.skip_space();
  return value_of(slot, key);
}

template <typename Sink>
bool LineParser<Sink>::value_of(int slot, std::string_view key) {
  if (cursor_.next() == '{') return nested_object(slot, key);
  const char* begin = cursor_.at();
  if (!value(slot)) return false;
  if (ignored_ == 0) values_.push_back({begin, cursor_.at(), slot});
  return true;
}

// An object where the column itself was asked for is a bad value; its members may be columns of their own.
template <typename Sink>
bool LineParser<Sink>::nested_object(int slot, std::string_view key) {
  if (!put(slot, {CellKind::object, {}}, cursor_.at())) return false;
  if (slot != kNoSlot) values_.push_back({cursor_.at(), cursor_.at(), slot, true});
  const std::size_t outer = path_.size();
  path_ += key;
  path_ += '.';
  const bool good = object();
  path_.resize(outer);
  return good;
}

template <typename Sink>
bool LineParser<Sink>::array() {
  if (!descend()) return false;
  alike_ = false;
  ++ignored_;
  cursor_.take('[');
  cursor_.skip_space();
  for (bool more = !cursor_.take(']'); more;) {
    cursor_.skip_space();
    if (!value(kNoSlot)) return false;
    cursor_.skip_space();
    more = cursor_.take(',');
    if (!more && !cursor_.take(']'))
      return cursor_.refuse("expected `,` or `]` after an element, found " + cursor_.found());
  }
  --ignored_;
  --depth_;
  return true;
}

template <typename Sink>
bool LineParser<Sink>::escaped_string(int slot) {
  const char* begin = cursor_.at();
  std::string_view text;
  return cursor_.take_string(text, value_scratch_) && put(slot, {CellKind::string, text}, begin);
}

template <typename Sink>
bool LineParser<Sink>::value(int slot) {
  const char* begin = cursor_.at();
  const auto size = [&] { return static_cast<std::size_t>(cursor_.at() - begin); };
  switch (cursor_.next()) {
    case '"':
      if (const char* quote = cursor_.take_plain_string())
        return put(slot, {CellKind::string, {begin + 1, static_cast<std::size_t>(quote - begin - 1)}}, begin);
      return escaped_string(slot);
    case 't':
      return cursor_.take_word("true") && put(slot, {CellKind::boolean, "true"}, begin);
    case 'f':
      return cursor_.take_word("false") && put(slot, {CellKind::boolean, "false"}, begin);
    case 'n':
      return cursor_.take_word("null") && put(slot, {CellKind::null, {}}, begin);
    case '[':
      return array() && put(slot, {CellKind::array, {begin, size()}}, begin);
    case '{':
      return object();  // an element of an array
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return cursor_.take_number() && put(slot, {CellKind::number, {begin, size()}}, begin);
    default:
      return cursor_.refuse("expected a JSON value, found " + cursor_.found());
  }
}

// A value of any kind where another line had one, by the grammar; null: not a good one.
template <typename Sink>
const char* LineParser<Sink>::other_value(const char* at, int slot) {
  if (*at == '[' || *at == '{') return nullptr;
  cursor_.go_to(at);
  return value(slot) ? cursor_.at() : nullptr;
}

template <typename Sink>
const char* LineParser<Sink>::string_alike(const char* at, int slot) {
  const char* stop = find_string_stop(at + 1);
  if (*stop != '"') return other_value(at, slot);
  const std::string_view text(at + 1, static_cast<std::size_t>(stop - at - 1));
  return slot == kNoSlot || sink_.put_string_alike(slot, {CellKind::string, text}) ? stop + 1 : nullptr;
}

template <typename Sink>
const char* LineParser<Sink>::number_alike(const char* at, int slot) {
  const bool negative = *at == '-';
  const char* first = at + (negative ? 1 : 0);
  const Digits digits = read_digits(first);
  const char* end = first + digits.count;
  const bool integer = *end != '.' && *end != 'e' && *end != 'E';
  if (!integer || digits.count - 1 >= kMostDigits || (*first == '0' && digits.count > 1)) return other_value(at, slot);
  const std::string_view text(at, static_cast<std::size_t>(end - at));
  return slot == kNoSlot || sink_.put_integer_alike(slot, negative, digits.number, {CellKind::number, text}) ? end
                                                                                                             : nullptr;
}

template <typename Sink>
const char* LineParser<Sink>::parse_alike(const LineShape& shape, const char* begin, const char* end) {
  begin_ = begin;
  wants_detail_ = false;
  cursor_.start(begin, end);
  sink_.begin_alike();
  const char* at = begin;
  for (const LineShape::Step& step : shape.steps) {
    if (!step.before.stands_at(at)) return nullptr;
    at += step.before.size();
    if (step.object) {
      if (!put(step.slot, {CellKind::object, {}}, at)) return nullptr;
      continue;
    }
    const bool number = *at == '-' || (*at >= '0' && *at <= '9');
    at = *at == '"' ? string_alike(at, step.slot) : number ? number_alike(at, step.slot) : other_value(at, step.slot);
    if (at == nullptr) return nullptr;
  }
  if (!shape.tail.stands_at(at)) return nullptr;
  sink_.put_alike(shape.slots);
  return at + shape.tail.size();
}

bool is_blank(const char* begin, const char* end) {
  while (begin < end && (*begin == ' ' || *begin == '\t' || *begin == '\r')) ++begin;
  return begin == end;
}

BadRow encoding_problem(std::uint64_t line, const char* begin, std::size_t invalid) {
  BadRow row{0, 0, code::kRowEncoding, "the line is not valid UTF-8", "write the file as UTF-8"};
  set_place(row, line, begin, begin + invalid);
  return row;
}

// Lines one after the other, most of them by the shapes of those before.
template <typename Sink>
class LineReader {
 public:
  LineReader(std::string_view text, Sink& sink, BadRows& bad, std::uint64_t& lines)
      : parser_(sink), sink_(sink), bad_(bad), lines_(lines), end_(text.data() + text.size()) {
    all_valid_ = !json::first_invalid_utf8(text);
    by_shape_ = all_valid_;
  }

  // The line at `begin`; returns behind its newline.
  const char* read(const char* begin) {
    ++lines_;
    if (const char* next = by_shape_ ? read_alike(begin) : nullptr) return next;
    const char* newline = static_cast<const char*>(std::memchr(begin, '\n', static_cast<std::size_t>(end_ - begin)));
    const std::string_view line(begin, static_cast<std::size_t>(newline - begin));
    const auto invalid = all_valid_ ? std::nullopt : json::first_invalid_utf8(line);
    if (invalid) {
      bad_.wants_detail() ? bad_.add(encoding_problem(lines_, begin, *invalid)) : bad_.add_unshown();
    } else if (!is_blank(begin, newline)) {
      read_by_grammar(begin, newline);
    }
    return newline + 1;
  }

 private:
  const char* read_alike(const char* begin) {
    for (std::size_t attempt = 0; const LineShape* shape = shapes_.at(attempt); ++attempt) {
      if (const char* next = parser_.parse_alike(*shape, begin, end_)) {
        shapes_.met(attempt);
        take_row(sink_, bad_, lines_);
        return next;
      }
      sink_.bad_row();
    }
    shapes_.missed();
    by_shape_ = shapes_.worth_it();
    return nullptr;
  }

  void read_by_grammar(const char* begin, const char* newline) {
    if (parser_.parse(begin, newline, bad_.wants_detail())) {
      if (by_shape_ && parser_.has_shape()) shapes_.add(parser_.shape(newline + 1));
      return take_row(sink_, bad_, lines_);
    }
    bad_.wants_detail() ? bad_.add(parser_.take_problem(lines_)) : bad_.add_unshown();
    sink_.bad_row();
  }

  LineParser<Sink> parser_;
  Sink& sink_;
  BadRows& bad_;
  std::uint64_t& lines_;
  const char* end_;
  LineShapes shapes_;
  bool all_valid_ = false, by_shape_ = false;
};

}  // namespace

template <typename Sink>
void parse_ndjson(std::string_view text, Sink& sink, BadRows& bad, std::uint64_t& lines) {
  LineReader<Sink> reader(text, sink, bad, lines);
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) at = reader.read(at);
}

template void parse_ndjson(std::string_view, PartSink&, BadRows&, std::uint64_t&);
template void parse_ndjson(std::string_view, InferSink&, BadRows&, std::uint64_t&);

}  // namespace proofmark::snapshot
