// Series over time of every group by itself: few groups, whose rows a kernel counts; many, whose rows are counted one
// by one; and more than have a series each.
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "tests/engine/facts_text.h"
#include "tests/engine/oracle.h"
#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// Rows of `hosts` hosts in the course of an hour, ascending with time; the last ones have none.
Table recorded(std::size_t rows, std::size_t hosts, bool zones, std::size_t untimed = 0) {
  Table table;
  table.time = "at";
  table.zones = zones;
  TableColumn at = column("at", plan::FieldType::timestamp, {}), host = column("host", plan::FieldType::label, {}),
              status = column("status", plan::FieldType::integer, {}), took = column("took", plan::FieldType::real, {});
  std::mt19937_64 random(rows + hosts);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto time = static_cast<std::int64_t>(row * 3'600 / rows) * kSecond;
    at.cells.push_back(row + untimed < rows ? Cell(time) : Cell(Null{}));
    host.cells.push_back(random() % 40 == 0 ? Cell(Null{}) : Cell("h" + std::to_string(random() % hosts)));
    status.cells.push_back(random() % 90 == 0 ? Cell(Null{}) : cell(random() % 20 == 0 ? 500 : 200));
    took.cells.emplace_back(static_cast<double>(random() % 1'000) / 7.0);
  }
  table.columns = {std::move(at), std::move(host), std::move(status), std::move(took)};
  return table;
}

// What a share, a mean and a comparison of every host ask for.
plan::Scan by_host(const Table& table, std::vector<std::string> declared = {}) {
  ScanBuilder made(table);
  made.scan.fields[made.field("host")].declared = std::move(declared);
  const Id window = made.window({plan::WindowKind::last, 3'000 * kSecond, 0});
  const Id hosts = made.grouping("host", window);
  const Id good =
      made.mask(plan::Both{window, made.compare(made.value("status"), plan::Comparison::less, plan::Rational(500))});
  const Id took = made.value("took");
  made.count(window, hosts);
  made.count(good, hosts);
  made.accumulate({plan::CountSeries{window, good, 0}, hosts});
  made.accumulate({plan::MomentSeries{good, took, plan::Rational(0), plan::Rational(100), 0}, hosts});
  made.accumulate({plan::RankSeries{window, took, 0}, hosts});
  return made.scan;
}

std::string facts_as(const plan::Scan& scan, const Table& table, Options::Choice engine, unsigned threads) {
  const MadeStream made(table);
  Options options;
  options.engine = engine;
  options.threads = threads;
  auto ran = run_scan(scan, made.stream(), 3'600 * kSecond, options);
  return ran ? text_of(ran->facts) : ran.problems().front().message;
}

void expect_oracle(const plan::Scan& scan, const Table& table) {
  const std::string expected = text_of(naive_facts(scan, table, 3'600 * kSecond));
  for (const unsigned threads : {1U, 3U}) {
    EXPECT_EQ(facts_as(scan, table, Options::Choice::interpreter, threads), expected);
#ifdef PROOFMARK_HAS_NATIVE_ENGINE
    EXPECT_EQ(facts_as(scan, table, Options::Choice::native, threads), expected);
#endif
  }
}

TEST(GroupedSeries, AreThoseThatTheOracleCounts) {
  for (const std::size_t hosts : {1U, 2U, 31U, 32U, 33U, 200U, 255U, 256U, 400U})
    for (const bool zones : {true, false}) {
      const Table table = recorded(20'000, hosts, zones, zones ? 0 : 700);
      expect_oracle(by_host(table), table);
    }
}

TEST(GroupedSeries, OfDeclaredGroupsLeaveTheOthersOut) {
  const Table table = recorded(20'000, 50, true);
  std::vector<std::string> declared;
  for (std::size_t i = 10; i < 50; ++i) declared.push_back("h" + std::to_string(i));
  expect_oracle(by_host(table, {"h1", "h2", "nowhere"}), table);
  expect_oracle(by_host(table, declared), table);
}

TEST(GroupedSeries, HaveAllStepsInEveryGroupAndOneForTooManyGroups) {
  for (const std::size_t hosts : {100U, 300U}) {
    const Table table = recorded(20'000, hosts, true);
    const plan::StreamFacts facts = facts_of(by_host(table), table, 3'600 * kSecond);
    const auto& series = std::get<plan::SeriesFact>(facts.facts[2]);
    const auto& counts = std::get<plan::CountFact>(facts.facts[0]).counts;
    ASSERT_EQ(counts.size(), hosts + 1);  // null is a group
    if (hosts == 300) {
      ASSERT_EQ(series.groups.size(), 1U);
      EXPECT_EQ(plan::rows_over_time(series), std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
      continue;
    }
    ASSERT_EQ(series.groups.size(), counts.size());
    for (std::size_t group = 0; group < counts.size(); ++group) {
      EXPECT_EQ(series.groups[group].size(), series.groups.front().size());
      EXPECT_EQ(plan::rows_of(series.groups[group]), counts[group]);
    }
  }
}

}  // namespace
}  // namespace proofmark::engine::testing
