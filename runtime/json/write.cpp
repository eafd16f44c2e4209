// The canonical writer: RFC 8785. Numbers are printed as ECMA-262 Number::toString prints them, from the shortest
// digits that read back as the same double; strings escape only what JSON forbids.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "runtime/json/json.h"
#include "runtime/json/number_text.h"
#include "runtime/json/utf8.h"

namespace proofmark::json {
namespace {

constexpr int kCompact = -1;  // no indentation

class Writer {
 public:
  explicit Writer(int indentation) : indentation_(indentation) {}
  void write(const Value& value);
  std::string take() { return std::move(text_); }

 private:
  void write_string(std::string_view text);
  void write_escape(char c);
  void write_array(const Array& array);
  void write_object(const Object& object);
  void new_line();

  std::string text_;
  int indentation_;  // spaces a level, or kCompact
  int level_ = 0;
};

void Writer::new_line() {
  if (indentation_ == kCompact) return;
  text_ += '\n';
  text_.append(static_cast<std::size_t>(level_) * static_cast<std::size_t>(indentation_), ' ');
}

// A control character, a quote or a backslash.
bool is_escaped(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// Whether eight bytes are ASCII of which none is escaped: below 0x20, or equal to one of two, by carries in each byte.
bool are_plain(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101, kHigh = 0x8080'8080'8080'8080;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  const std::uint64_t quote = word ^ kOnes * '"', backslash = word ^ kOnes * '\\';
  return ((word | (word - kOnes * 0x20) | (quote - kOnes) | (backslash - kOnes)) & kHigh) == 0;
}

void Writer::write_escape(char c) {
  constexpr std::string_view kShort = "btn\0fr";  // 0x08..0x0D, but 0x0B has no letter
  const auto byte = static_cast<unsigned char>(c);
  text_ += '\\';
  if (byte >= 0x20) {
    text_ += c;
  } else if (byte >= 0x08 && byte <= 0x0D && byte != 0x0B) {
    text_ += kShort[byte - 0x08U];
  } else {
    char digits[8];
    std::snprintf(digits, sizeof digits, "u%04x", byte);
    text_ += digits;
  }
}

void Writer::write_string(std::string_view text) {
  text_ += '"';
  std::size_t written = 0, place = 0;
  bool ascii = true;
  while (place < text.size()) {
    if (text.size() - place >= 8 && are_plain(text.data() + place)) {
      place += 8;
      continue;
    }
    const char c = text[place];
    ascii = ascii && static_cast<unsigned char>(c) < 0x80;
    if (is_escaped(c)) {
      text_ += text.substr(written, place - written);
      write_escape(c);
      written = place + 1;
    }
    ++place;
  }
  text_ += text.substr(written);
  text_ += '"';
  PROOFMARK_CHECK(ascii || !first_invalid_utf8(text));
}

void Writer::write_array(const Array& array) {
  text_ += '[';
  ++level_;
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i != 0) text_ += ',';
    new_line();
    write(array[i]);
  }
  --level_;
  if (!array.empty()) new_line();
  text_ += ']';
}

void Writer::write_object(const Object& object) {
  text_ += '{';
  ++level_;
  bool first = true;
  for (const std::uint32_t place : object.canonical_order()) {
    const auto& [key, value] = object.members()[place];
    if (!first) text_ += ',';
    first = false;
    new_line();
    write_string(key);
    text_ += indentation_ == kCompact ? ":" : ": ";
    write(value);
  }
  --level_;
  if (!first) new_line();
  text_ += '}';
}

void Writer::write(const Value& value) {
  if (const auto* boolean = value.as_bool()) {
    text_ += *boolean ? "true" : "false";
  } else if (const auto* integer = value.as_integer()) {
    text_ += std::to_string(*integer);
  } else if (const auto* real = value.as_real()) {
    text_ += ecmascript_number(*real);
  } else if (const auto* string = value.as_string()) {
    write_string(*string);
  } else if (const auto* array = value.as_array()) {
    write_array(*array);
  } else if (const auto* object = value.as_object()) {
    write_object(*object);
  } else {
    text_ += "null";
  }
}

std::string written(const Value& value, int indentation) {
  Writer writer(indentation);
  writer.write(value);
  return writer.take();
}

}  // namespace

std::string ecmascript_number(double value) {
  PROOFMARK_CHECK(std::isfinite(value));
  if (value == 0) return "0";  // both zeros
  char scientific[40];
  const auto end =
      std::to_chars(scientific, scientific + sizeof scientific, std::fabs(value), std::chars_format::scientific);
  const std::string_view printed(scientific, static_cast<std::size_t>(end.ptr - scientific));
  const std::size_t e = printed.find('e');
  std::string digits(1, printed[0]);
  if (e > 1) digits += printed.substr(2, e - 2);  // skip the point
  const std::string_view exponent_text = printed.substr(e + 1 + (printed[e + 1] == '+' ? 1 : 0));
  int exponent = 0;
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  // ECMA-262: the value is 0.d1d2…dk × 10^n.
  const int k = static_cast<int>(digits.size()), n = exponent + 1;
  std::string text = value < 0 ? "-" : "";
  if (k <= n && n <= 21) return text + digits + std::string(static_cast<std::size_t>(n - k), '0');
  if (0 < n && n <= 21)
    return text + digits.substr(0, static_cast<std::size_t>(n)) + "." + digits.substr(static_cast<std::size_t>(n));
  if (-6 < n && n <= 0) return text + "0." + std::string(static_cast<std::size_t>(-n), '0') + digits;
  text += digits[0];
  if (k > 1) text += "." + digits.substr(1);
  return text + "e" + (n > 0 ? "+" : "-") + std::to_string(std::abs(n - 1));
}

std::string canonical(const Value& value) {
  return written(value, kCompact);
}

std::string pretty(const Value& value) {
  return written(value, 2);
}

}  // namespace proofmark::json
