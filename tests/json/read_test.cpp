// The strict reader: what it takes, and for each refusal the place and the reason.
#include <gtest/gtest.h>

#include "runtime/json/json.h"
#include "runtime/json/lenient.h"
#include "runtime/json/utf8.h"

namespace proofmark::json {
namespace {

Value read(std::string_view text) {
  auto value = parse(text, "t.json", "PM0000");
  EXPECT_TRUE(static_cast<bool>(value)) << text << ": " << (value ? "" : value.problems().front().message);
  return value ? *value : Value();
}

struct Refusal {
  std::string_view text;
  std::uint32_t line, column;
  std::string_view message;
};

TEST(Read, TakesEveryKindOfValue) {
  const Value value = read(" {\"a\": [1, -2, 0.5, 1e3, true, false, null, \"x\"], \"b\": {}}\r\n\t");
  const Array& array = *value.as_object()->find("a")->as_array();
  EXPECT_EQ(array, (Array{1, -2, 0.5, 1000.0, true, false, nullptr, "x"}));
  EXPECT_EQ(value.as_object()->find("b")->as_object()->size(), 0U);
  EXPECT_EQ(value.as_object()->find("c"), nullptr);
}

TEST(Read, NumbersKeepTheirKind) {
  EXPECT_NE(read("9007199254740991").as_integer(), nullptr);
  EXPECT_EQ(*read("-9007199254740991").as_integer(), -kMaximumInteger);
  EXPECT_EQ(*read("-0").as_integer(), 0);
  EXPECT_EQ(*read("1.0").as_real(), 1.0);
  EXPECT_EQ(*read("5e-324").as_real(), 5e-324);
  EXPECT_EQ(*read("100000000000000000000").as_real(), 1e20);  // as JCS writes 1e20
}

TEST(Read, EscapesAndCharactersBeyondTheBasicPlane) {
  EXPECT_EQ(*read(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00")").as_string(), "\"\\/\b\f\n\r\tAé€😀");
  EXPECT_EQ(*read("\"\\u0000\"").as_string(), std::string(1, '\0'));
}

TEST(Read, RefusalsNamePlaceAndReason) {
  const Refusal refusals[] = {
      {"", 1, 1, "expected a JSON value, found the end of the text"},
      {"{\"a\":1,\n \"é\":2,\n \"a\":3}", 3, 2, "the key `a` is written twice in one object"},
      {"{\"a\":1,\"\\u0061\":3}", 1, 8, "the key `a` is written twice in one object"},
      {"[1,]", 1, 4, "expected a JSON value, found `]`"},
      {"[1 2]", 1, 4, "expected `,` or `]` after an element, found `2`"},
      {"{\"a\" 1}", 1, 6, "expected `:` after a key, found `1`"},
      {"{a:1}", 1, 2, "expected a key in double quotes, found `a`"},
      {"{\"a\":1,}", 1, 8, "expected a key in double quotes, found `}`"},
      {"{\"a\":1 \"b\":2}", 1, 8, "expected `,` or `}` after a member, found `\"`"},
      {"1 2", 1, 3, "expected the end of the text, found `2`"},
      {"tru", 1, 1, "expected `true` or another JSON value, found `tru`"},
      {"not json", 1, 1, "expected `null` or another JSON value, found `not`"},
      {"NaN", 1, 1, "expected a JSON value, found `N`"},
      {"01", 1, 1, "a number starts with a needless zero"},
      {"-x", 1, 2, "expected a digit after `-`, found `x`"},
      {"1.", 1, 3, "expected a digit after the point, found the end of the text"},
      {"1e+", 1, 4, "expected a digit in the exponent, found the end of the text"},
      {"1e400", 1, 1, "a number is beyond what a double holds"},
      {"1e-400", 1, 1, "a number is beyond what a double holds"},
      {"[9007199254740993]", 1, 2, "the integer is beyond 2^53 - 1, where readers round it"},
      {"\"a\nb\"", 1, 3, "a control character stands unescaped in a string"},
      {"\"abc", 1, 1, "a string is not closed"},
      {"\"ab\\", 1, 4, "unknown escape in a string"},
      {"\"\\x\"", 1, 2, "unknown escape in a string"},
      {"\"\\u00g0\"", 1, 4, "`\\u` needs four hexadecimal digits"},
      {"\"\\ud800\"", 1, 2, "a surrogate stands alone in a string"},
      {"\"\\ud800\\u0041\"", 1, 2, "a surrogate stands alone in a string"},
      {"\"\\udc00\"", 1, 2, "a surrogate stands alone in a string"},
      {"\xEF\xBB\xBF{}", 1, 1, "the text starts with a byte order mark, JSON has none"},
      {"[\"é\", \"\xC3\x28\"]", 1, 8, "the text is not valid UTF-8"},
  };
  for (const Refusal& refusal : refusals) {
    const auto value = parse(refusal.text, "t.json", "PM0801");
    ASSERT_FALSE(static_cast<bool>(value)) << refusal.text;
    const Diagnostic& problem = value.problems().front();
    EXPECT_EQ(problem.code, "PM0801");
    EXPECT_EQ(problem.message, refusal.message) << refusal.text;
    EXPECT_EQ(problem.primary.place.file, "t.json");
    EXPECT_EQ(problem.primary.place.line, refusal.line) << refusal.text;
    EXPECT_EQ(problem.primary.place.column, refusal.column) << refusal.text;
    EXPECT_LE(problem.primary.place.end, refusal.text.size());
  }
}

TEST(Read, NestingIsBounded) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(static_cast<bool>(parse(nested(kMaximumDepth), "t", "PM0801")));
  const auto deeper = parse(nested(kMaximumDepth + 1), "t", "PM0801");
  ASSERT_FALSE(static_cast<bool>(deeper));
  EXPECT_EQ(deeper.problems().front().message, "nesting is deeper than 64 levels");
  EXPECT_FALSE(static_cast<bool>(parse(std::string(1'000'000, '['), "t", "PM0801")));
}

TEST(Read, LenientlyEveryNumberIsSomething) {
  const auto read = [](std::string_view text) {
    const auto value = parse_lenient(text, "t", "PM1205");
    return value ? canonical(*value) : value.problems().front().message;
  };
  EXPECT_EQ(read("[NaN, Infinity, -Infinity, -1]"), R"(["NaN","Infinity","-Infinity",-1])");
  EXPECT_EQ(read("[9007199254740993, 18446744073709551616, 1e999, -1e999, 1e-999]"),
            R"([9007199254740992,18446744073709552000,"Infinity","-Infinity",0])");
  EXPECT_EQ(read("[-Inf]"), "expected a digit after `-`, found `I`");
  EXPECT_FALSE(static_cast<bool>(parse("[NaN]", "t", "PM1205")));
}

TEST(Utf8, FindsTheFirstInvalidByte) {
  EXPECT_FALSE(first_invalid_utf8("plain ascii, é, €, 😀, and more ascii"));
  const std::string_view invalid[] = {"\x80",         "\xC0\x80",         "\xC1\xBF",         "\xE0\x80\x80",
                                      "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                                      "\xE2\x82",     "\xF0\x9F\x98",     "\xC3\x28"};
  for (const auto text : invalid) {
    EXPECT_EQ(first_invalid_utf8(text), 0U);
    EXPECT_EQ(first_invalid_utf8("12345678é" + std::string(text)), 10U);
  }
}

TEST(Utf8, PrintableCutsAndReplaces) {
  EXPECT_EQ(printable("a\x80z"), "a\uFFFDz");
  EXPECT_EQ(printable("line\nbreak"), "line␣break");
  EXPECT_EQ(printable("abcdefgh", 6), "abcd…");
}

}  // namespace
}  // namespace proofmark::json
