// The canonical writer: key order, escapes, numbers; and that what it writes reads back as the same value.
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

#include "runtime/json/json.h"

namespace proofmark::json {
namespace {

TEST(Canonical, NumbersAsEcmascriptPrintsThem) {
  const std::pair<double, std::string_view> numbers[] = {{0.0, "0"},
                                                         {-0.0, "0"},
                                                         {1.0, "1"},
                                                         {-1.5, "-1.5"},
                                                         {1e20, "100000000000000000000"},
                                                         {1e21, "1e+21"},
                                                         {1e-6, "0.000001"},
                                                         {1e-7, "1e-7"},
                                                         {123456789012345680000.0, "123456789012345680000"},
                                                         {5e-324, "5e-324"},
                                                         {1.7976931348623157e308, "1.7976931348623157e+308"},
                                                         {0.1 + 0.2, "0.30000000000000004"},
                                                         {-1.2345e-10, "-1.2345e-10"},
                                                         {333333333.33333329, "333333333.3333333"}};
  for (const auto& [value, text] : numbers) EXPECT_EQ(canonical(value), text);
}

TEST(Canonical, KeysInUtf16Order) {
  // U+1F600 is D83D DE00 in UTF-16 and so precedes U+FB33; by code point it would follow.
  const Object object{{"\uFB33", 7}, {"😀", 6}, {"€", 5}, {"ö", 4}, {"\u0080", 3}, {"1", 2}, {"\r", 1}, {"", 0}};
  EXPECT_EQ(canonical(object), "{\"\":0,\"\\r\":1,\"1\":2,\"\u0080\":3,\"ö\":4,\"€\":5,\"😀\":6,\"\uFB33\":7}");
}

TEST(Canonical, EscapesOnlyWhatJsonForbids) {
  EXPECT_EQ(canonical(std::string("\0\b\t\n\v\f\r\x1f\"\\/\x7f€", 15)),
            "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\\"\\\\/\x7f€\"");
}

TEST(Pretty, IndentsByTwo) {
  const Object object{{"b", Array{1, Array{}, Object{}}}, {"a", nullptr}};
  EXPECT_EQ(pretty(object), "{\n  \"a\": null,\n  \"b\": [\n    1,\n    [],\n    {}\n  ]\n}");
}

TEST(Object, SetReplacesAndEqualityIgnoresOrder) {
  Object object{{"b", 1}, {"a", 2}};
  object.set("b", 3);
  EXPECT_EQ(object.size(), 2U);
  EXPECT_EQ(object, (Object{{"a", 2}, {"b", 3}}));
  EXPECT_FALSE(object == (Object{{"a", 2}}));
  EXPECT_FALSE(object == (Object{{"a", 2}, {"c", 3}}));
}

TEST(Value, IntegersBeyondFiftyThreeBitsAreOurBug) {
  EXPECT_EXIT(Value(std::int64_t{1} << 53), testing::ExitedWithCode(70), "kMaximumInteger");
  EXPECT_EXIT(Value(std::uint64_t{1} << 53), testing::ExitedWithCode(70), "kMaximumInteger");
  EXPECT_EXIT(canonical(std::numeric_limits<double>::infinity()), testing::ExitedWithCode(70), "isfinite");
  EXPECT_EXIT(canonical("\xFF"), testing::ExitedWithCode(70), "utf8");
}

Value random_value(std::mt19937_64& random, int depth) {
  switch (random() % (depth > 3 ? 5 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return (random() & 1) != 0;
    case 2:
      return static_cast<std::int64_t>(random() >> 11) - (std::int64_t{1} << 52);
    case 3: {
      const double real = std::bit_cast<double>(random());
      return real - real == 0 ? Value(real) : Value(0.5);
    }
    case 4: {
      std::string text;
      for (auto left = random() % 6; left > 0; --left) text += static_cast<char>(random() % 128);
      return text;
    }
    case 5: {
      Array array;
      for (auto left = random() % 4; left > 0; --left) array.push_back(random_value(random, depth + 1));
      return array;
    }
    default: {
      Object object;
      for (auto left = random() % 4; left > 0; --left)
        object.set(std::to_string(random() % 100), random_value(random, depth + 1));
      return object;
    }
  }
}

TEST(Canonical, WhatIsWrittenReadsBackAndIsAFixedPoint) {
  std::mt19937_64 random(20260101);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = canonical(random_value(random, 0));
    const auto again = parse(text, "t", "PM0000");
    ASSERT_TRUE(static_cast<bool>(again)) << text << ": " << again.problems().front().message;
    ASSERT_EQ(canonical(*again), text);
    ASSERT_EQ(canonical(*parse(pretty(*again), "t", "PM0000")), text);
  }
}

}  // namespace
}  // namespace proofmark::json
