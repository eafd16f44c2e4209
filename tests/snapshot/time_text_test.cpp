// RFC 3339 to nanoseconds and back: the examples of the RFC, the borders, every refusal, and a walk over the years.
#include "runtime/snapshot/time_text.h"

#include <gtest/gtest.h>

#include <random>

namespace proofmark::snapshot {
namespace {

TEST(TimeText, Reads) {
  const std::pair<std::string_view, std::int64_t> times[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"1985-04-12T23:20:50.52Z", 482196050520000000},
      {"1996-12-19T16:39:57-08:00", 851042397000000000},
      {"1937-01-01T12:00:27.87+00:20", -1041337172130000000},
      {"2026-01-31t12:00:00z", 1769860800000000000},
      {"2026-01-31 12:00:00+00:00", 1769860800000000000},
      {"2000-02-29T00:00:00.123456789Z", 951782400123456789},
      {"2026-01-01T00:00:00.1230000000000Z", 1767225600123000000},
      {"1677-09-21T00:12:43.145224192Z", INT64_MIN},
      {"2262-04-11T23:47:16.854775807Z", INT64_MAX},
      {"2262-04-12T01:47:16.854775807+02:00", INT64_MAX},
  };
  for (const auto& [text, ns] : times) EXPECT_EQ(parse_rfc3339(text), ns) << text;
}

TEST(TimeText, Refuses) {
  const std::pair<std::string_view, TimeProblem> times[] = {
      {"", TimeProblem::not_a_time},
      {"yesterday", TimeProblem::not_a_time},
      {"2026-01-31", TimeProblem::not_a_time},
      {"2026-1-31T12:00:00Z", TimeProblem::not_a_time},
      {"2026-01-31T12:00Z", TimeProblem::not_a_time},
      {"2026-01-31T12:00:00.Z", TimeProblem::not_a_time},
      {"2026-01-31T12:00:00Z ", TimeProblem::not_a_time},
      {"2026-01-31T12:00:00+0100", TimeProblem::not_a_time},
      {"+2026-01-31T12:00:00Z", TimeProblem::not_a_time},
      {"2026-01-31T12:00:00", TimeProblem::no_offset},
      {"2026-01-31 12:00:00.25", TimeProblem::no_offset},
      {"2026-02-29T12:00:00Z", TimeProblem::impossible},
      {"1900-02-29T12:00:00Z", TimeProblem::impossible},
      {"2026-04-31T12:00:00Z", TimeProblem::impossible},
      {"2026-00-10T12:00:00Z", TimeProblem::impossible},
      {"2026-13-10T12:00:00Z", TimeProblem::impossible},
      {"2026-01-00T12:00:00Z", TimeProblem::impossible},
      {"2026-01-31T24:00:00Z", TimeProblem::impossible},
      {"2026-01-31T12:60:00Z", TimeProblem::impossible},
      {"2026-01-31T12:00:61Z", TimeProblem::impossible},
      {"2026-01-31T12:00:00+24:00", TimeProblem::impossible},
      {"2016-12-31T23:59:60Z", TimeProblem::leap_second},
      {"2026-01-31T12:00:00.1234567891Z", TimeProblem::below_nanosecond},
      {"1677-09-21T00:12:43.145224191Z", TimeProblem::out_of_range},
      {"2262-04-11T23:47:16.854775808Z", TimeProblem::out_of_range},
      {"9999-12-31T23:59:59Z", TimeProblem::out_of_range},
      {"0000-01-01T00:00:00Z", TimeProblem::out_of_range},
  };
  for (const auto& [text, problem] : times) {
    EXPECT_EQ(read_rfc3339(text).problem, problem) << text;
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(TimeText, WritesAsFewDigitsAsSayIt) {
  EXPECT_EQ(format_rfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(format_rfc3339(1'500'000'000), "1970-01-01T00:00:01.500Z");
  EXPECT_EQ(format_rfc3339(1'000'250'000), "1970-01-01T00:00:01.000250Z");
  EXPECT_EQ(format_rfc3339(951'782'400'000'000'001), "2000-02-29T00:00:00.000000001Z");
  EXPECT_EQ(format_rfc3339(INT64_MIN), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(format_rfc3339(INT64_MAX), "2262-04-11T23:47:16.854775807Z");
}

TEST(TimeText, EveryDayAndRandomInstantsComeBack) {
  constexpr std::int64_t kDayNs = 86'400'000'000'000;
  for (std::int64_t day = INT64_MIN / kDayNs; day <= INT64_MAX / kDayNs; ++day)
    ASSERT_EQ(parse_rfc3339(format_rfc3339(day * kDayNs)), day * kDayNs);
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const auto ns = static_cast<std::int64_t>(random());
    ASSERT_EQ(parse_rfc3339(format_rfc3339(ns)), ns);
  }
}

}  // namespace
}  // namespace proofmark::snapshot
