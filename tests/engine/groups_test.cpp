// Groups, labels and sets: which groups there are, who belongs to none, dictionaries of every width.
#include <gtest/gtest.h>

#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

using plan::FieldType;
using plan::GroupKey;
using Keys = std::vector<GroupKey>;
using Counts = std::vector<std::uint64_t>;

Counts counts(const plan::StreamFacts& facts, Id accumulator) {
  return std::get<plan::CountFact>(facts.facts.at(accumulator)).counts;
}

Table regions() {
  return table_of({column("region", FieldType::label, {"us", Null{}, "eu", "us", "ap", Null{}, "Z"}),
                   column("ok", FieldType::boolean, {true, true, false, Null{}, true, false, true})});
}

TEST(Groups, AreWhatOccursOrderedByBytesNullFirst) {
  const Table table = regions();
  ScanBuilder builder(table);
  const Id by_region = builder.grouping("region", builder.window());
  const Id all = builder.count(builder.window(), by_region);
  const Id good = builder.count(builder.atom({plan::IsTrue{builder.field("ok")}, false}), by_region);
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(facts.groups[0], (Keys{std::nullopt, "Z", "ap", "eu", "us"}));
  EXPECT_EQ(counts(facts, all), (Counts{2, 1, 1, 1, 2}));
  EXPECT_EQ(counts(facts, good), (Counts{1, 1, 1, 0, 1}));
  EXPECT_EQ(facts.undeclared[0], 0U);
}

TEST(Groups, OfTheUniverseOnly) {
  const Table table = regions();
  ScanBuilder builder(table);
  const Id bad = builder.atom({plan::IsTrue{builder.field("ok")}, true});
  const Id by_region = builder.grouping("region", bad);
  const Id all = builder.count(builder.window(), by_region);
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(facts.groups[0], (Keys{std::nullopt, "eu"}));
  EXPECT_EQ(counts(facts, all), (Counts{2, 1}));
}

TEST(Groups, DeclaredOnesAreThereWithoutRowsAndTheRestIsCounted) {
  const Table table = regions();
  ScanBuilder builder(table);
  builder.scan.fields[0].declared = {"eu", "nowhere", "us"};
  const Id by_region = builder.grouping("region", builder.window());
  const Id all = builder.count(builder.window(), by_region);
  const MadeStream made(table);
  const auto ran = run_scan(builder.scan, made.stream(), {}, {});
  ASSERT_TRUE(static_cast<bool>(ran));
  EXPECT_EQ(ran->facts.groups[0], (Keys{"eu", "nowhere", "us"}));
  EXPECT_EQ(counts(ran->facts, all), (Counts{1, 0, 2}));
  EXPECT_EQ(ran->facts.undeclared[0], 4U);  // ap, Z and the two nulls
  ASSERT_EQ(ran->warnings.size(), 1U);
  EXPECT_EQ(ran->warnings[0].code, "PM0608");
  EXPECT_EQ(ran->warnings[0].severity, Severity::warning);
}

TEST(Groups, NoRowsNoGroups) {
  const Table table = table_of({column("region", FieldType::label, {})});
  ScanBuilder builder(table);
  const Id all = builder.count(builder.window(), builder.grouping("region", builder.window()));
  const auto facts = facts_of(builder.scan, table);
  EXPECT_TRUE(facts.groups[0].empty());
  EXPECT_TRUE(counts(facts, all).empty());
}

TEST(Groups, AnAbsentFieldIsOneNullGroup) {
  const Table table = table_of({column("x", FieldType::integer, {cell(1), cell(2)})});
  ScanBuilder builder(table);
  builder.scan.fields.push_back({"region", "region", FieldType::label, 1, true, {}});
  const Id all = builder.count(builder.window(), builder.grouping("region", builder.window()));
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(facts.groups[0], Keys{std::nullopt});
  EXPECT_EQ(counts(facts, all), Counts{2});
}

std::string session(std::size_t number) {
  return "session-" + std::to_string(1'000'000 + number);
}

Table sessions(std::size_t distinct, std::size_t rows) {
  std::vector<Cell> cells;
  for (std::size_t row = 0; row < rows; ++row) cells.push_back(session(row * 7919 % distinct));
  return table_of({column("session", FieldType::label, std::move(cells))});
}

TEST(Groups, DictionariesOfEveryWidth) {
  for (const auto& [distinct, physical] : {std::pair<std::size_t, snapshot::Physical>(256, snapshot::Physical::u8),
                                           {300, snapshot::Physical::u16},
                                           {65'536, snapshot::Physical::u16},
                                           {70'000, snapshot::Physical::u32}}) {
    const Table table = sessions(distinct, 70'000);
    const MadeStream made(table);
    ASSERT_EQ(made.stream().columns[0].physical, physical);
    ScanBuilder builder(table);
    const std::vector<std::string> some = {session(0), session(1), session(distinct - 1), "session-none"};
    const Id found = builder.count(builder.atom({plan::OneOf{0, some}, false}));
    const Id others = builder.count(builder.atom({plan::OneOf{0, some}, true}));
    const Id ending = builder.count(builder.atom({plan::Matches{0, "7$"}, false}));
    const Id all = builder.distinct(builder.window(), "session");
    const auto facts = facts_of(builder.scan, table);
    EXPECT_EQ(counted(facts, all), distinct);
    EXPECT_EQ(counted(facts, found) + counted(facts, others), 70'000U);
    std::uint64_t expected_found = 0, expected_ending = 0;
    for (std::size_t row = 0; row < 70'000; ++row) {
      const std::size_t number = row * 7919 % distinct;
      expected_found += number <= 1 || number == distinct - 1 ? 1 : 0;
      expected_ending += number % 10 == 7 ? 1 : 0;
    }
    EXPECT_EQ(counted(facts, found), expected_found);
    EXPECT_EQ(counted(facts, ending), expected_ending);
  }
}

TEST(Groups, AsManyAsAllowedAndNoMore) {
  for (const std::size_t distinct : {65'536U, 65'537U}) {
    const Table table = sessions(distinct, 70'000);
    ScanBuilder builder(table);
    const Id id = builder.collect(builder.window(), builder.value({plan::ConstantValue{plan::Rational(3)}, false}), {},
                                  builder.grouping("session", builder.window()));
    const MadeStream made(table);
    const auto ran = run_scan(builder.scan, made.stream(), {}, {});
    ASSERT_EQ(static_cast<bool>(ran), distinct == 65'536);
    if (ran) {
      EXPECT_EQ(summary(ran->facts, id, 0).known, 2U);  // rows 0 and 65536 of 70,000
      EXPECT_EQ(ran->facts.groups[0].front(), session(0));
    } else {
      EXPECT_EQ(ran.problems().front().code, "PM0607");
    }
  }
}

TEST(Distinct, OfLabelsTextsAndBooleansByGroup) {
  const Table table = table_of({column("region", FieldType::label, {"us", "us", "eu", "us", "eu"}),
                                column("path", FieldType::text, {"/a", "/b", "/a", "/a", Null{}}),
                                column("ok", FieldType::boolean, {true, false, true, Null{}, true})});
  ScanBuilder builder(table);
  const Id by_region = builder.grouping("region", builder.window());
  const Id paths = builder.distinct(builder.window(), "path", by_region);
  const Id truths = builder.distinct(builder.window(), "ok", by_region);
  const Id labels = builder.distinct(builder.window(), "region", by_region);
  const Id all_paths = builder.distinct(builder.window(), "path");
  const Id all_truths = builder.distinct(builder.window(), "ok");
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(counts(facts, paths), (Counts{1, 2}));
  EXPECT_EQ(counts(facts, truths), (Counts{1, 2}));
  EXPECT_EQ(counts(facts, labels), (Counts{1, 1}));
  EXPECT_EQ(counts(facts, all_paths), Counts{2});
  EXPECT_EQ(counts(facts, all_truths), Counts{2});
}

}  // namespace
}  // namespace proofmark::engine::testing
