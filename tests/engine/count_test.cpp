// Counting: masks, windows, block edges, on streams small enough to count by hand.
#include <gtest/gtest.h>

#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

using plan::Comparison;
using plan::FieldType;

constexpr std::int64_t kSecond = 1'000'000'000;

Table statuses(std::vector<Cell> cells) {
  return table_of({column("status", FieldType::integer, std::move(cells))});
}

TEST(Count, NullsAreNeitherTrueNorFalse) {
  const Table table = statuses({cell(200), cell(500), Null{}, cell(404), Null{}});
  ScanBuilder builder(table);
  const Id status = builder.value("status");
  const Id good = builder.count(builder.atom({plan::CompareBound{status, Comparison::less, 500}, false}));
  const Id bad = builder.count(builder.atom({plan::CompareBound{status, Comparison::less, 500}, true}));
  const Id known = builder.count(builder.atom({plan::IsKnown{0}, false}));
  const Id unknown = builder.count(builder.atom({plan::IsKnown{0}, true}));
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(facts.rows, 5U);
  EXPECT_EQ(counted(facts, good), 2U);
  EXPECT_EQ(counted(facts, bad), 1U);
  EXPECT_EQ(counted(facts, known), 3U);
  EXPECT_EQ(counted(facts, unknown), 2U);
}

TEST(Count, BlockEdges) {
  for (const std::size_t rows : {0U, 1U, 63U, 64U, 65U, 4095U, 4096U, 4097U, 8192U, 8193U}) {
    std::vector<Cell> cells;
    std::uint64_t expected = 0;
    for (std::size_t row = 0; row < rows; ++row) {
      cells.push_back(cell(static_cast<std::int64_t>(row % 7)));
      expected += row % 7 <= 2 ? 1 : 0;
    }
    const Table table = statuses(std::move(cells));
    ScanBuilder builder(table);
    const Id all = builder.count(builder.window({}));
    const Id low =
        builder.count(builder.atom({plan::CompareBound{builder.value("status"), Comparison::at_most, 2}, false}));
    const auto facts = facts_of(builder.scan, table);
    EXPECT_EQ(counted(facts, all), rows);
    EXPECT_EQ(counted(facts, low), expected) << rows << " rows";
  }
}

Table timed(const std::vector<Cell>& times) {
  Table table = table_of({column("time", FieldType::timestamp, times)});
  table.time = "time";
  return table;
}

TEST(Count, WindowsAreOpenBelowAndAnchoredOnesClosed) {
  const std::int64_t as_of = 100 * kSecond;
  const Table table = timed({cell(as_of - 10), cell(as_of - 9), cell(as_of), cell(as_of + 1), Null{}});
  for (const bool zones : {true, false}) {
    Table with = table;
    with.zones = zones;
    ScanBuilder builder(with);
    const Id whole = builder.count(builder.window({}));
    const Id last = builder.count(builder.window({plan::WindowKind::last, 10, 0}));
    const Id since = builder.count(builder.window({plan::WindowKind::since, 0, as_of - 10}));
    const Id past = builder.count(builder.window({plan::WindowKind::since, 0, as_of + 1}));
    const auto facts = facts_of(builder.scan, with, as_of);
    EXPECT_EQ(counted(facts, whole), 4U);  // the untimed row is in, the future one is not
    EXPECT_EQ(counted(facts, last), 2U);   // as_of - 10 is just outside
    EXPECT_EQ(counted(facts, since), 3U);
    EXPECT_EQ(counted(facts, past), 0U);
    EXPECT_EQ(facts.future, 1U);
    EXPECT_EQ(facts.untimed, 1U);
  }
}

TEST(Count, FutureRowsAreLeftOutOfAtomsToo) {
  const Table table = timed({cell(1), cell(2), cell(3)});
  ScanBuilder builder(table);
  const Id known = builder.count(builder.atom({plan::IsKnown{0}, false}));
  const Id unknown = builder.count(builder.atom({plan::IsKnown{0}, true}));
  const auto facts = facts_of(builder.scan, table, 2);
  EXPECT_EQ(counted(facts, known), 2U);
  EXPECT_EQ(counted(facts, unknown), 0U);
}

}  // namespace
}  // namespace proofmark::engine::testing
