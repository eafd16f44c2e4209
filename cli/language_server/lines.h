// Places in a text as an editor counts them: lines, and code units of UTF-16 (or of UTF-8, where agreed) in a line.
// Lines end with a line feed, a carriage return, or both together.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proofmark::language_server {

enum class Encoding : std::uint8_t { utf16, utf8 };

struct Position {
  std::uint32_t line = 0, character = 0;  // from 0
};

class Lines {
 public:
  explicit Lines(std::string_view text);  // valid UTF-8

  // `text` is the one that the lines are of. A place beyond the end of a line is its end, one beyond the last line the
  // end of the text, and one inside a character its beginning.
  std::uint32_t offset(std::string_view text, Position position, Encoding encoding) const;
  Position position(std::string_view text, std::uint64_t offset, Encoding encoding) const;

 private:
  struct Line {
    std::uint32_t begin, end;  // without what ends it
  };
  std::uint32_t units_before(std::string_view text, std::uint32_t offset) const;

  std::vector<Line> lines_;
  std::vector<std::uint32_t> units_;  // of UTF-16 before byte i * kCountEvery: places in a long line stay cheap
};

}  // namespace proofmark::language_server
