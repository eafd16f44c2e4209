// Numbers, units and texts as values.
#include <gtest/gtest.h>

#include "compiler/syntax/literal.h"

namespace proofmark::syntax {
namespace {

TEST(Number, IsExact) {
  const NumberReading reading = read_number("99.9%");
  EXPECT_EQ(reading.value, *plan::Rational::make(999, 10));
  EXPECT_EQ(reading.unit, "%");
  EXPECT_EQ(reading.unit_begin, 4U);
  EXPECT_EQ(reading.fault, NumberFault::none);
  EXPECT_EQ(read_number("1_000.000_1").value, *plan::Rational::make(10000001, 10000));
  EXPECT_EQ(read_number("170141183460469231731687303715884105727").fault, NumberFault::none);
  EXPECT_EQ(read_number("170141183460469231731687303715884105728").fault, NumberFault::too_precise);
}

TEST(Number, KnowsEveryUnit) {
  for (const std::string& unit : units()) {
    const NumberReading reading = read_number("5" + unit);
    EXPECT_EQ(reading.fault, NumberFault::none) << unit;
    EXPECT_EQ(reading.unit, unit);
  }
  EXPECT_EQ(read_number("5\xC2\xB5s").unit, "us");
}

TEST(Number, SuggestsTheUnitThatIsMeant) {
  const std::pair<const char*, const char*> kMeant[] = {{"msec", "ms"}, {"sec", "s"},  {"mins", "m"},  {"hours", "h"},
                                                        {"Mib", "MiB"}, {"KB", "kB"},  {"gb", "GB"},   {"percent", "%"},
                                                        {"PPM", "ppm"}, {"days", "d"}, {"wibble", ""}, {"month", ""}};
  for (const auto& [wrong, meant] : kMeant) {
    const NumberReading reading = read_number(std::string("5") + wrong);
    EXPECT_EQ(reading.fault, NumberFault::unknown_unit) << wrong;
    EXPECT_EQ(reading.suggestion, meant) << wrong;
  }
}

TEST(Number, RefusesUnderscoresAtTheEdgeAndExponents) {
  for (const char* text : {"1_", "1__0", "1_.5", "1._5", "10_ms"})
    EXPECT_EQ(read_number(text).fault, NumberFault::underscore) << text;
  EXPECT_EQ(read_number("1e6").fault, NumberFault::exponent);
  EXPECT_EQ(read_number("1e6").suggestion, "1_000_000");
  EXPECT_EQ(read_number("2.5e3").suggestion, "2_500");
  EXPECT_EQ(read_number("1e").suggestion, "");
}

TEST(Text, ResolvesEscapes) {
  const StringReading reading = read_string(R"("a\"b\\c\nd\te\u{e9}\u{1F600}")");
  EXPECT_EQ(reading.value, "a\"b\\c\nd\te\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_TRUE(reading.faults.empty());
}

TEST(Text, PointsAtWhatIsNoEscape) {
  const StringReading reading = read_string(R"("a\db\u{}")");
  ASSERT_EQ(reading.faults.size(), 2U);
  EXPECT_EQ(reading.faults[0].kind, EscapeFault::unknown_escape);
  EXPECT_EQ(reading.faults[0].begin, 2U);
  EXPECT_EQ(reading.faults[0].end, 4U);
  EXPECT_EQ(reading.faults[1].kind, EscapeFault::no_such_character);
  EXPECT_EQ(read_string(R"("\u12")").faults[0].kind, EscapeFault::unclosed_code_point);
  for (const char* text : {R"("\u{110000}")", R"("\u{d800}")", R"("\u{0}")", R"("\u{1234567}")", R"("\u{xy}")"})
    EXPECT_EQ(read_string(text).faults.size(), 1U) << text;
}

TEST(Text, SurvivesTextsWithoutTheirEnd) {
  for (const char* text : {"\"", "\"\\", "\"a\\", "'\\u'", "\"\\u{", "\"\\u"})
    EXPECT_LE(read_string(text).value.size(), 4U) << text;
}

}  // namespace
}  // namespace proofmark::syntax
