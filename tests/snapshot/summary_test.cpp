// What `inspect` says of a column.
#include "runtime/snapshot/summary.h"

#include <gtest/gtest.h>

#include "tests/snapshot/support.h"

namespace proofmark::snapshot {
namespace {

using namespace testing_support;
using plan::FieldType;

TEST(Summary, OfEveryKindOfColumn) {
  const TemporaryDirectory directory;
  const std::string_view text =
      "n,d,l,t,b,r,at,none\n"
      "200,0.0025,eu,zeta,true,-0.5,2026-01-31T12:00:00Z,\n"
      "503,1.5,us,alpha,true,2.25,2026-01-31T12:00:01.5Z,\n"
      "200,,eu,,,,,\n";
  const plan::Rational second = 1'000'000'000;
  const std::vector<ColumnSpec> specs{
      {"n", FieldType::integer, 1, false, false},   {"d", FieldType::duration, second, false, false},
      {"l", FieldType::label, 1, false, false},     {"t", FieldType::text, 1, false, false},
      {"b", FieldType::boolean, 1, false, false},   {"r", FieldType::real, 1, false, false},
      {"at", FieldType::timestamp, 1, true, false}, {"none", FieldType::label, 1, false, false}};
  ASSERT_TRUE(static_cast<bool>(create_one(directory.write("t.csv", text), directory.path() / "out", specs)));
  const auto snapshot = Snapshot::open(directory.path() / "out");
  ASSERT_TRUE(static_cast<bool>(verify_everything(*snapshot)));
  const auto said = [&](std::string_view name) {
    const ColumnSummary summary = summarise(*snapshot->streams()[0].find(name));
    return std::to_string(summary.nulls) + " " + std::to_string(summary.distinct) + " " + summary.least.value_or("-") +
           " " + summary.greatest.value_or("-");
  };
  EXPECT_EQ(said("n"), "0 2 200 503");
  EXPECT_EQ(said("d"), "1 2 2.5ms 1.5s");
  EXPECT_EQ(said("l"), "0 2 eu us");
  EXPECT_EQ(said("t"), "1 2 alpha zeta");
  EXPECT_EQ(said("b"), "1 1 true true");
  EXPECT_EQ(said("r"), "1 2 -0.5 2.25");
  EXPECT_EQ(said("at"), "1 2 2026-01-31T12:00:00Z 2026-01-31T12:00:01.500Z");
  EXPECT_EQ(said("none"), "3 0 - -");
}

TEST(Summary, CountingStopsAtItsBound) {
  const TemporaryDirectory directory;
  std::string text = "v\n";
  for (std::size_t i = 0; i <= kCountedDistinct; ++i) text += std::to_string(i) + "\n";
  ASSERT_TRUE(static_cast<bool>(create_one(directory.write("t.csv", text), directory.path() / "out")));
  const auto snapshot = Snapshot::open(directory.path() / "out");
  const ColumnSummary summary = summarise(snapshot->streams()[0].columns[0]);
  EXPECT_EQ(summary.distinct, kCountedDistinct);
  EXPECT_TRUE(summary.distinct_is_more);
  EXPECT_EQ(summary.greatest, "100000");
}

TEST(Summary, DurationsReadWell) {
  const std::pair<std::int64_t, std::string_view> durations[] = {{0, "0ns"},
                                                                 {1, "1ns"},
                                                                 {11'000'000, "11ms"},
                                                                 {1'234'567, "1.234567ms"},
                                                                 {5'400'000'000'000, "1.5h"},
                                                                 {165'000'000'000, "2.75m"},
                                                                 {165'093'000'000, "165.093s"},
                                                                 {86'400'000'000'000, "1d"},
                                                                 {-2'500, "-2.5us"},
                                                                 {100'000'000'001, "100.000000001s"},
                                                                 {INT64_MIN, "-9223372036.854775808s"},
                                                                 {INT64_MAX, "9223372036.854775807s"}};
  for (const auto& [ns, text] : durations) EXPECT_EQ(duration_text(ns), text);
}

}  // namespace
}  // namespace proofmark::snapshot
