// The strict reader: one pass over the bytes, recursive only as deep as kMaximumDepth. It stops at the first
// mistake, because after one the rest of a JSON text says nothing reliable.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "runtime/json/json.h"
#include "runtime/json/lenient.h"
#include "runtime/json/number_text.h"
#include "runtime/json/utf8.h"

namespace proofmark::json {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Position {
  std::uint32_t line = 1, column = 1;
};

Position position_of(std::string_view text, std::size_t offset) {
  Position position;
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++position.line;
      position.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) {
      ++position.column;
    }
  }
  return position;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view file, std::string_view code, bool lenient = false)
      : text_(text), file_(file), code_(code), lenient_(lenient) {}
  Result<Value> read();

 private:
  bool read_value(Value& value);
  bool read_array(Value& value);
  bool read_object(Value& value);
  bool read_member(std::vector<Member>& members);
  bool read_string(std::string& string);
  bool read_escape(std::string& string);
  bool read_code_unit(std::uint32_t& unit);
  bool read_number(Value& value);
  bool read_real(std::size_t begin, Value& value);
  bool read_whole(std::size_t begin, Value& value);
  bool read_word(std::string_view word, Value value, Value& into);

  void skip_space();
  bool at_end() const { return place_ == text_.size(); }
  char next() const { return at_end() ? '\0' : text_[place_]; }
  bool take(char c);
  bool skip_digits();  // whether there was one
  std::string found() const;
  std::string found_word() const;
  Place place(std::size_t begin, std::size_t end) const;
  bool refuse(std::size_t begin, std::size_t end, std::string message, std::string help = {});
  bool refuse_here(std::string message, std::string help = {});
  bool descend();

  std::string_view text_, file_, code_;
  std::size_t place_ = 0;
  bool lenient_ = false;
  int depth_ = 0;
  std::optional<Diagnostic> problem_;
};

Place Reader::place(std::size_t begin, std::size_t end) const {
  const Position from = position_of(text_, begin), to = position_of(text_, end);
  return {std::string(file_), begin, end, from.line, from.column, to.line, to.column};
}

bool Reader::refuse(std::size_t begin, std::size_t end, std::string message, std::string help) {
  problem_ = file_problem(code_, {}, std::move(message), std::move(help));
  problem_->primary.place = place(begin, std::max(begin, std::min(end, text_.size())));
  return false;
}

bool Reader::refuse_here(std::string message, std::string help) {
  return refuse(place_, place_ + (at_end() ? 0 : 1), std::move(message), std::move(help));
}

std::string Reader::found() const {
  if (at_end()) return "the end of the text";
  const std::size_t length = utf8_length(text_.substr(place_, 4));
  return "`" + printable(text_.substr(place_, std::max<std::size_t>(length, 1))) + "`";
}

// Pre: a letter stands here.
std::string Reader::found_word() const {
  constexpr std::size_t kLongest = 20;
  const std::string_view rest = text_.substr(place_, kLongest);
  const auto end =
      std::find_if(rest.begin(), rest.end(), [](char c) { return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z'); });
  return std::string(rest.begin(), end);
}

void Reader::skip_space() {
  while (!at_end() && (text_[place_] == ' ' || text_[place_] == '\n' || text_[place_] == '\t' || text_[place_] == '\r'))
    ++place_;
}

bool Reader::take(char c) {
  if (next() != c || at_end()) return false;
  ++place_;
  return true;
}

bool Reader::descend() {
  if (++depth_ <= kMaximumDepth) return true;
  return refuse_here("nesting is deeper than " + std::to_string(kMaximumDepth) + " levels", "flatten the value");
}

Result<Value> Reader::read() {
  Value value;
  if (text_.starts_with("\xEF\xBB\xBF")) {
    refuse(0, 3, "the text starts with a byte order mark, JSON has none", "save the file as UTF-8 without one");
  } else if (const auto invalid = first_invalid_utf8(text_)) {
    refuse(*invalid, *invalid + 1, "the text is not valid UTF-8", "save the file as UTF-8");
  } else {
    skip_space();
    if (read_value(value)) {
      skip_space();
      if (!at_end()) refuse_here("expected the end of the text, found " + found(), "a JSON text is one value");
    }
  }
  if (problem_) return std::move(*problem_);
  return value;
}

bool Reader::read_value(Value& value) {
  const char c = next();
  if (c == '{') return read_object(value);
  if (c == '[') return read_array(value);
  if (lenient_)
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"})
      if (text_.substr(place_).starts_with(word)) return read_word(word, word, value);
  if (c == '-' || is_digit(c)) return read_number(value);
  if (c == 't') return read_word("true", true, value);
  if (c == 'f') return read_word("false", false, value);
  if (c == 'n') return read_word("null", nullptr, value);
  if (c != '"') return refuse_here("expected a JSON value, found " + found());
  std::string string;
  if (!read_string(string)) return false;
  value = std::move(string);
  return true;
}

bool Reader::read_word(std::string_view word, Value value, Value& into) {
  if (!text_.substr(place_).starts_with(word))
    return refuse_here("expected `" + std::string(word) + "` or another JSON value, found `" + found_word() + "`");
  place_ += word.size();
  into = std::move(value);
  return true;
}

bool Reader::read_array(Value& value) {
  if (!descend()) return false;
  ++place_;
  Array array;
  skip_space();
  for (bool more = !take(']'); more;) {
    skip_space();
    Value element;
    if (!read_value(element)) return false;
    array.push_back(std::move(element));
    skip_space();
    more = take(',');
    if (!more && !take(']')) return refuse_here("expected `,` or `]` after an element, found " + found());
  }
  --depth_;
  value = std::move(array);
  return true;
}

bool Reader::read_member(std::vector<Member>& members) {
  if (next() != '"') return refuse_here("expected a key in double quotes, found " + found());
  std::string key;
  if (!read_string(key)) return false;
  skip_space();
  if (!take(':')) return refuse_here("expected `:` after a key, found " + found());
  skip_space();
  Value value;
  if (!read_value(value)) return false;
  members.push_back({std::move(key), std::move(value)});
  return true;
}

bool Reader::read_object(Value& value) {
  if (!descend()) return false;
  ++place_;
  std::vector<Member> members;
  std::vector<std::size_t> key_places;
  skip_space();
  for (bool more = !take('}'); more;) {
    skip_space();
    key_places.push_back(place_);
    if (!read_member(members)) return false;
    skip_space();
    more = take(',');
    if (!more && !take('}')) return refuse_here("expected `,` or `}` after a member, found " + found());
  }
  --depth_;
  Object object;
  if (const auto repeated = object.assign(std::move(members))) {
    const std::size_t begin = key_places[*repeated];
    place_ = begin;
    std::string key;
    read_string(key);  // was read before: it is valid
    return refuse(begin, place_, "the key `" + printable(key) + "` is written twice in one object",
                  "keep one of the two: readers disagree about which one counts");
  }
  value = std::move(object);
  return true;
}

bool Reader::read_string(std::string& string) {
  const std::size_t begin = place_++;
  while (!at_end()) {
    const char c = text_[place_];
    if (static_cast<unsigned char>(c) < 0x20)
      return refuse_here("a control character stands unescaped in a string",
                         "write it as an escape such as `\\n` or `\\u0001`");
    ++place_;
    if (c == '"') return true;
    if (c != '\\') {
      string += c;
    } else if (!read_escape(string)) {
      return false;
    }
  }
  return refuse(begin, place_, "a string is not closed", "end it with a double quote");
}

bool Reader::read_escape(std::string& string) {
  constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  const std::size_t begin = place_ - 1;
  if (const auto letter = kLetters.find(next()); letter != std::string_view::npos && !at_end()) {
    string += kMeanings[letter];
    ++place_;
    return true;
  }
  if (!take('u'))
    return refuse(begin, place_ + 1, "unknown escape in a string",
                  "JSON knows \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX");
  std::uint32_t unit = 0;
  if (!read_code_unit(unit)) return false;
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    std::uint32_t low = 0;
    if (!text_.substr(place_).starts_with("\\u")) return refuse(begin, place_, "a surrogate stands alone in a string");
    place_ += 2;
    if (!read_code_unit(low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return refuse(begin, place_, "a surrogate stands alone in a string");
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
    return refuse(begin, place_, "a surrogate stands alone in a string");
  }
  append_utf8(string, unit);
  return true;
}

bool Reader::read_code_unit(std::uint32_t& unit) {
  const std::string_view digits = text_.substr(place_, 4);
  for (const char c : digits) {
    const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (!letter && !is_digit(c)) return refuse_here("`\\u` needs four hexadecimal digits");
  }
  if (digits.size() < 4) return refuse_here("`\\u` needs four hexadecimal digits");
  std::from_chars(digits.data(), digits.data() + 4, unit, 16);
  place_ += 4;
  return true;
}

bool Reader::skip_digits() {
  const std::size_t begin = place_;
  while (is_digit(next())) ++place_;
  return place_ != begin;
}

bool Reader::read_number(Value& value) {
  const std::size_t begin = place_;
  take('-');
  const bool zero = next() == '0';
  const std::size_t first_digit = place_;
  if (!skip_digits()) return refuse_here("expected a digit after `-`, found " + found());
  if (zero && place_ - first_digit > 1) return refuse(begin, place_, "a number starts with a needless zero");
  bool whole = true;
  if (take('.')) {
    whole = false;
    if (!skip_digits()) return refuse_here("expected a digit after the point, found " + found());
  }
  if (next() == 'e' || next() == 'E') {
    whole = false;
    ++place_;
    if (!take('+')) take('-');
    if (!skip_digits()) return refuse_here("expected a digit in the exponent, found " + found());
  }
  return whole ? read_whole(begin, value) : read_real(begin, value);
}

bool Reader::read_real(std::size_t begin, Value& value) {
  double real = 0;
  const auto [end, error] = std::from_chars(text_.data() + begin, text_.data() + place_, real);
  if (error == std::errc::result_out_of_range && lenient_) {
    const std::string_view digits = text_.substr(begin, place_ - begin);
    const bool tiny = digits.find("e-") != digits.npos || digits.find("E-") != digits.npos || digits.find("0.") <= 1;
    value = tiny ? Value(0.0) : Value(digits.starts_with('-') ? "-Infinity" : "Infinity");
    return true;
  }
  if (error != std::errc() || !std::isfinite(real))
    return refuse(begin, place_, "a number is beyond what a double holds", "write it as a string");
  value = real;
  return true;
}

// Beyond 2^53 - 1 an integer is taken as a double only when it is spelt as JCS spells that double: then nothing
// was lost, and what we write can be read again.
bool Reader::read_whole(std::size_t begin, Value& value) {
  const std::string_view digits = text_.substr(begin, place_ - begin);
  std::int64_t integer = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), integer);
  if (error == std::errc() && integer >= -kMaximumInteger && integer <= kMaximumInteger) {
    value = integer;
    return true;
  }
  if (!read_real(begin, value)) return false;
  if (lenient_ || ecmascript_number(*value.as_real()) == digits) return true;
  return refuse(begin, place_, "the integer is beyond 2^53 - 1, where readers round it", "write it as a string");
}

}  // namespace

Result<Value> parse(std::string_view text, std::string_view file, std::string_view code) {
  return Reader(text, file, code).read();
}

Result<Value> parse_lenient(std::string_view text, std::string_view file, std::string_view code) {
  return Reader(text, file, code, true).read();
}

}  // namespace proofmark::json
