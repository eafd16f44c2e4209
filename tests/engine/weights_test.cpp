// Rows that stand for several events: what is refused of them. That they count as the events do is differential_test's.
#include "runtime/engine/weights.h"

#include <gtest/gtest.h>

#include "runtime/engine/engine.h"
#include "tests/engine/table.h"

namespace proofmark::engine::testing {
namespace {

plan::Scan counting_scan() {
  plan::Scan scan;
  scan.stream = "requests";
  scan.fields.push_back({"count", "n", plan::FieldType::integer, 1, false, {}});
  scan.weight = 0;
  scan.windows.push_back({});
  scan.masks.emplace_back(plan::InWindow{0});
  scan.accumulators.push_back({plan::CountRows{0}, {}});
  return scan;
}

Result<RanScan> run(std::vector<Cell> weights, std::uint64_t skipped = 0, std::uint64_t late = 0) {
  Table table;
  table.skipped = skipped;
  table.late = late;
  table.columns.push_back({"n", plan::FieldType::integer, std::move(weights), {}, false, {}});
  const MadeStream stream(table);
  return run_scan(counting_scan(), stream.stream(), std::nullopt, Options{});
}

std::string refusal(const Result<RanScan>& ran) {
  return ran ? "" : ran.problems().front().code + ": " + ran.problems().front().message;
}

TEST(Weights, AddUp) {
  const auto ran = run({cell(3), cell(0), cell(4'000'000'000)});
  ASSERT_TRUE(ran) << refusal(ran);
  EXPECT_EQ(ran->facts.rows, 3U);
  EXPECT_EQ(ran->facts.events, 4'000'000'003U);
  EXPECT_EQ(std::get<plan::CountFact>(ran->facts.facts[0]).counts[0], 4'000'000'003U);
}

TEST(Weights, MustBeKnownOfEveryRow) {
  EXPECT_EQ(refusal(run({cell(3), Null{}})),
            "PM0611: row 2 of stream `requests` stands for an unknown number of events in column `n`");
  EXPECT_EQ(refusal(run({cell(-1)})), "PM0611: row 1 of stream `requests` stands for -1 events in column `n`");
  EXPECT_EQ(refusal(run({cell(1)}, 1)),
            "PM0613: 1 row of stream `requests` could not be read, and how many events it stands for is not known");
  EXPECT_EQ(refusal(run({cell(1)}, 2)),
            "PM0613: 2 rows of stream `requests` could not be read, and how many events they stand for is not known");
}

TEST(Weights, AreLimitedInAll) {
  const auto most = static_cast<std::int64_t>(kMostEvents);
  EXPECT_TRUE(run({cell(most - 1), cell(1)}));
  EXPECT_EQ(refusal(run({cell(most), cell(1)})),
            "PM0612: the rows of stream `requests` stand for more than 1000000000000 events");
  EXPECT_EQ(refusal(run({cell(INT64_MAX)})),
            "PM0612: the rows of stream `requests` stand for more than 1000000000000 events");
}

TEST(Weights, LateEventsAreInNoRow) {
  const auto ran = run({cell(3)}, 0, 7);
  ASSERT_TRUE(ran) << refusal(ran);
  EXPECT_EQ(ran->facts.events, 3U);
  EXPECT_EQ(ran->facts.late, 7U);
  EXPECT_EQ(std::get<plan::CountFact>(ran->facts.facts[0]).counts[0], 3U);
  EXPECT_EQ(refusal(run({cell(1)}, 0, kMostEvents)),
            "PM0612: the rows of stream `requests` and its series that began late stand for more than 1000000000000 "
            "events");
  EXPECT_EQ(refusal(run({cell(1)}, 0, kMostEvents + 1)).substr(0, 6), "PM0612");
}

TEST(Weights, OfNoRowsAreNoEvents) {
  const auto ran = run({});
  ASSERT_TRUE(ran) << refusal(ran);
  EXPECT_EQ(ran->facts.events, 0U);
}

}  // namespace
}  // namespace proofmark::engine::testing
