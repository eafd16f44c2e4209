// Places are counted a second way: characters one by one, from the beginning of the text.
#include "cli/language_server/lines.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace proofmark::language_server {
namespace {

struct Character {
  std::string bytes;
  std::uint32_t utf16;
};
const std::vector<Character> kCharacters{{"a", 1}, {"é", 1}, {"☃", 1}, {"🚀", 2}, {"\n", 1}, {"\r", 1}, {"\r\n", 2}};

struct Placed {
  Position position;
  std::uint32_t offset;
  bool in_line;  // not within the two bytes that end a line
};

std::vector<Placed> places_of(const std::vector<Character>& characters, Encoding encoding) {
  std::vector<Placed> places;
  Position at;
  std::uint32_t offset = 0;
  for (const Character& one : characters) {
    places.push_back({at, offset, true});
    offset += static_cast<std::uint32_t>(one.bytes.size());
    const bool ends = one.bytes == "\n" || one.bytes == "\r" || one.bytes == "\r\n";
    const auto units = encoding == Encoding::utf8 ? static_cast<std::uint32_t>(one.bytes.size()) : one.utf16;
    at = ends ? Position{at.line + 1, 0} : Position{at.line, at.character + units};
  }
  places.push_back({at, offset, true});
  return places;
}

TEST(Lines, AgreeWithCountingOneByOne) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<Character> characters;
    std::string text;
    const std::size_t length = round % 10 == 0 ? 3000 : random() % 12;
    for (std::size_t i = 0; i < length; ++i) {
      const Character& one = kCharacters[random() % (round % 20 == 0 ? 4 : kCharacters.size())];
      if (one.bytes == "\n" && !text.empty() && text.back() == '\r') continue;  // they would be one end of a line
      characters.push_back(one);
      text += one.bytes;
    }
    const Lines lines(text);
    for (const Encoding encoding : {Encoding::utf16, Encoding::utf8})
      for (const Placed& place : places_of(characters, encoding)) {
        const Position found = lines.position(text, place.offset, encoding);
        ASSERT_EQ(found.line, place.position.line);
        ASSERT_EQ(found.character, place.position.character);
        ASSERT_EQ(lines.offset(text, place.position, encoding), place.offset);
      }
  }
}

TEST(Lines, PlacesThatAreNone) {
  const std::string text = "a🚀b\r\nc";
  const Lines lines(text);
  EXPECT_EQ(lines.offset(text, {0, 2}, Encoding::utf16), 1U);         // inside of a pair
  EXPECT_EQ(lines.offset(text, {0, 3}, Encoding::utf8), 1U);          // inside of a character
  EXPECT_EQ(lines.offset(text, {0, 99}, Encoding::utf16), 6U);        // behind a line
  EXPECT_EQ(lines.offset(text, {9, 0}, Encoding::utf16), 9U);         // behind the text
  EXPECT_EQ(lines.position(text, 7, Encoding::utf16).character, 4U);  // inside of what ends a line
  EXPECT_EQ(lines.position(text, 999, Encoding::utf16).line, 1U);
}

}  // namespace
}  // namespace proofmark::language_server
