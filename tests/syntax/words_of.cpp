// Splitting a well-formed policy text.
#include "tests/syntax/words_of.h"

#include <algorithm>
#include <array>

namespace proofmark::syntax {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; text[at] != '"'; ++at)
    if (text[at] == '\\') ++at;
  return at + 1;
}

std::size_t word_end(std::string_view text, std::size_t at) {
  const bool number = is_digit(text[at]);
  while (at < text.size() &&
         (is_word(text[at]) || (number && text[at] == '%') || (number && text[at] == '.' && is_digit(text[at + 1]))))
    ++at;
  return at;
}

}  // namespace

std::vector<Word> words_of(std::string_view text) {
  constexpr std::array<std::string_view, 5> kPairs{"<=", ">=", "==", "!=", "->"};
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("//")) {
      at += std::min(rest.find('\n'), rest.size());
    } else if (rest.starts_with("/*")) {
      at += rest.find("*/") + 2;
    } else if (rest[0] == ' ' || rest[0] == '\n' || rest[0] == '\t' || rest[0] == '\r') {
      ++at;
    } else {
      const bool pair =
          std::any_of(kPairs.begin(), kPairs.end(), [&](std::string_view mark) { return rest.starts_with(mark); });
      const std::size_t end = rest[0] == '"'     ? string_end(text, at)
                              : is_word(rest[0]) ? word_end(text, at)
                                                 : at + (pair ? 2 : 1);
      words.push_back({at, end});
      at = end;
    }
  }
  return words;
}

}  // namespace proofmark::syntax
