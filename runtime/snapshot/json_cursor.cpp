// Tokens of JSON. A newline is no part of any token, so the newline behind the line stops every loop here.
#include "runtime/snapshot/json_cursor.h"

#include <algorithm>
#include <cstring>

#include "runtime/json/utf8.h"

namespace proofmark::snapshot {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

void JsonCursor::start(const char* begin, const char* end) {
  at_ = begin;
  end_ = end;
}

std::string JsonCursor::found() const {
  if (at_ >= end_) return "the end of the line";
  const std::size_t length = json::utf8_length({at_, static_cast<std::size_t>(end_ - at_)});
  return json::in_backticks({at_, std::max<std::size_t>(length, 1)});
}

bool JsonCursor::refuse_at(const char* at, std::string what) {
  problem_at_ = at;
  problem_ = std::move(what);
  return false;
}

bool JsonCursor::take_word(std::string_view word) {
  if (static_cast<std::size_t>(end_ - at_) < word.size() || std::memcmp(at_, word.data(), word.size()) != 0)
    return refuse("expected a JSON value, found " + found());
  at_ += word.size();
  return true;
}

bool JsonCursor::take_digits() {
  const char* first = at_;
  at_ = find_digits_end(at_);
  return at_ != first;
}

bool JsonCursor::take_number() {
  const char* begin = at_;
  take('-');
  const char* first = at_;
  if (!take_digits()) return refuse("expected a digit after `-`, found " + found());
  if (*first == '0' && at_ - first > 1) return refuse_at(begin, "a number starts with a needless zero");
  if (take('.') && !take_digits()) return refuse("expected a digit after the point, found " + found());
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (!take_digits()) return refuse("expected a digit in the exponent, found " + found());
  }
  return true;
}

bool JsonCursor::take_long_string(const char* begin, std::string_view& text, std::string& scratch) {
  const char* quote = begin - 1;
  scratch.clear();
  for (;;) {
    scratch.append(begin, at_);
    if (*at_ == '"') break;
    if (at_ == end_) return refuse_at(quote, "a string is not closed");
    if (*at_ != '\\') return refuse("a control character stands unescaped in a string");
    if (!take_escape(scratch)) return false;
    begin = at_;
    at_ = find_string_stop(at_);
  }
  ++at_;
  text = scratch;
  return true;
}

bool JsonCursor::take_escape(std::string& text) {
  constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
  const char* begin = at_++;
  if (const auto letter = kLetters.find(*at_); letter != std::string_view::npos) {
    text += kMeanings[letter];
    ++at_;
    return true;
  }
  if (!take('u')) return refuse_at(begin, "unknown escape in a string");
  std::uint32_t unit = 0, low = 0;
  if (!take_code_unit(unit)) return false;
  const bool high = unit >= 0xD800 && unit <= 0xDBFF;
  if (high) {
    if (at_[0] != '\\' || at_[1] != 'u') return refuse_at(begin, "a surrogate stands alone in a string");
    at_ += 2;
    if (!take_code_unit(low)) return false;
  }
  if (high != (low >= 0xDC00 && low <= 0xDFFF) || (unit >= 0xDC00 && unit <= 0xDFFF))
    return refuse_at(begin, "a surrogate stands alone in a string");
  json::append_utf8(text, high ? 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00) : unit);
  return true;
}

bool JsonCursor::take_code_unit(std::uint32_t& unit) {
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = *at_;
    const bool lower = c >= 'a' && c <= 'f', upper = c >= 'A' && c <= 'F';
    if (!is_digit(c) && !lower && !upper) return refuse("`\\u` needs four hexadecimal digits");
    unit = unit << 4 | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : (lower ? c - 'a' : c - 'A') + 10);
  }
  return true;
}

}  // namespace proofmark::snapshot
