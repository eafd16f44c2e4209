// Binding: what a column may be read as, what is refused and in which words, and exact conversion.
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/engine/convert.h"
#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

using plan::FieldType;
using plan::Rational;

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

// Runs a scan that collects one field read from one column.
Result<RanScan> read_as(const TableColumn& source, FieldType type, Rational scale = 1, bool optional = false,
                        const std::string& name = {}) {
  const Table table =
      table_of({source, column("other", FieldType::integer, std::vector<Cell>(source.cells.size(), cell(0)))});
  plan::Scan scan;
  scan.stream = table.name;
  scan.fields.push_back({"wanted", name.empty() ? source.name : name, type, scale, optional, {}});
  scan.windows.push_back({});
  scan.atoms.push_back({plan::IsKnown{0}, false});
  scan.masks = {plan::InWindow{0}, plan::AtomHolds{0}};
  scan.accumulators.push_back({plan::CountRows{1}, {}});
  if (plan::is_numeric(type)) {
    scan.values.push_back({plan::FieldValue{0}, type == FieldType::real});
    scan.accumulators.push_back({plan::CollectValues{0, 0, 0, true, true, false, {}}, {}});
  } else {
    scan.accumulators.push_back({plan::CountDistinct{0, 0}, {}});
  }
  const MadeStream made(table);
  return run_scan(scan, made.stream(), {}, {});
}

std::int64_t largest(const Result<RanScan>& ran) {
  return std::get<std::int64_t>(*summary(ran->facts, 1).maximum);
}

TableColumn of_type(FieldType type) {
  switch (type) {
    case FieldType::real:
      return column("source", type, {1.0, 2.0});
    case FieldType::label:
    case FieldType::text:
      return column("source", type, {"a", "b"});
    case FieldType::boolean:
      return column("source", type, {true, false});
    default:
      return column("source", type, {cell(1), cell(2)});
  }
}

TEST(Bind, ReadsOrRefusesEveryPairOfTypes) {
  constexpr FieldType kInt = FieldType::integer, kReal = FieldType::real, kSpan = FieldType::duration,
                      kBytes = FieldType::bytes, kTime = FieldType::timestamp, kLabel = FieldType::label,
                      kText = FieldType::text, kTruth = FieldType::boolean;
  const std::vector<std::pair<FieldType, std::vector<FieldType>>> accepted = {{kInt, {kInt}},
                                                                              {kReal, {kReal, kInt}},
                                                                              {kSpan, {kSpan, kInt, kReal}},
                                                                              {kBytes, {kBytes, kInt, kReal}},
                                                                              {kTime, {kTime, kInt, kReal}},
                                                                              {kLabel, {kLabel, kText, kInt}},
                                                                              {kText, {kText, kLabel, kInt}},
                                                                              {kTruth, {kTruth}}};
  for (const auto& [wanted, columns] : accepted)
    for (const FieldType stored : {kInt, kReal, kSpan, kBytes, kTime, kLabel, kText, kTruth}) {
      const bool takes = std::find(columns.begin(), columns.end(), stored) != columns.end();
      const auto ran = read_as(of_type(stored), wanted);
      ASSERT_EQ(static_cast<bool>(ran), takes) << field_type_name(wanted) << " from " << field_type_name(stored);
      if (ran) {
        EXPECT_EQ(counted(ran->facts, 0), 2U);
      } else {
        EXPECT_EQ(ran.problems().front().code, "PM0603");
      }
    }
}

TEST(Bind, NamesTheColumnThatWasMeant) {
  const auto ran = read_as(column("duration", FieldType::integer, {cell(1)}), FieldType::integer, 1, false, "Duratoin");
  ASSERT_FALSE(static_cast<bool>(ran));
  const Diagnostic& problem = ran.problems().front();
  EXPECT_EQ(problem.code, "PM0602");
  EXPECT_EQ(problem.message, "stream `requests` has no column `Duratoin`, which field `wanted` reads");
  EXPECT_NE(problem.help.find("did you mean `duration`?"), std::string::npos);
  EXPECT_NE(problem.help.find("`duration` and `other`"), std::string::npos);
}

TEST(Bind, AnAbsentOptionalFieldIsUnknown) {
  const auto ran = read_as(column("x", FieldType::integer, {cell(1)}), FieldType::integer, 1, true, "absent");
  ASSERT_TRUE(static_cast<bool>(ran));
  EXPECT_EQ(counted(ran->facts, 0), 0U);
}

TEST(Bind, AColumnOfNullsFitsEveryType) {
  for (const FieldType type : {FieldType::integer, FieldType::real, FieldType::label, FieldType::boolean}) {
    const auto ran = read_as(column("x", FieldType::text, {Null{}, Null{}}), type);
    ASSERT_TRUE(static_cast<bool>(ran)) << field_type_name(type);
    EXPECT_EQ(counted(ran->facts, 0), 0U);
  }
}

TEST(Bind, SecondsBecomeExactNanoseconds) {
  const auto reals = read_as(column("x", FieldType::real, {0.011, 0.1, 0.3, 1.000000001, Null{}, NAN}),
                             FieldType::duration, kNsPerSecond);
  ASSERT_TRUE(static_cast<bool>(reals));
  EXPECT_EQ(std::get<plan::Int128>(*summary(reals->facts, 1).sum),
            11'000'000 + 100'000'000 + 300'000'000 + 1'000'000'001);
  EXPECT_EQ(summary(reals->facts, 1).known, 4U);
  EXPECT_EQ(counted(reals->facts, 0), 4U);
  const auto integers = read_as(column("x", FieldType::integer, {cell(7), cell(-3)}), FieldType::duration, 1'000'000);
  EXPECT_EQ(largest(integers), 7'000'000);
  const auto as_is = read_as(column("x", FieldType::duration, {cell(7), cell(-3)}), FieldType::duration, 1'000'000);
  EXPECT_EQ(largest(as_is), 7);
  const auto halves = read_as(column("x", FieldType::integer, {cell(6)}), FieldType::bytes, *Rational::make(1, 2));
  EXPECT_EQ(largest(halves), 3);
}

TEST(Bind, RefusesWhatIsNotWhole) {
  for (const auto& [source, scale] :
       {std::pair(column("x", FieldType::real, {1.0, 0.0000000015}), Rational(kNsPerSecond)),
        std::pair(column("x", FieldType::real, {1.0, 1.0 / 3.0}), Rational(kNsPerSecond)),
        std::pair(column("x", FieldType::real, {1.0, INFINITY}), Rational(kNsPerSecond)),
        std::pair(column("x", FieldType::integer, {cell(2), cell(3)}), *Rational::make(1, 2))}) {
    const auto ran = read_as(source, FieldType::duration, scale);
    ASSERT_FALSE(static_cast<bool>(ran));
    EXPECT_EQ(ran.problems().front().code, "PM0604");
    EXPECT_NE(ran.problems().front().message.find("in row 2"), std::string::npos) << ran.problems().front().message;
  }
}

TEST(Bind, RefusesWhatDoesNotFit) {
  for (const auto& source :
       {column("x", FieldType::real, {1e12}), column("x", FieldType::integer, {cell(10'000'000'000)})}) {
    const auto ran = read_as(source, FieldType::duration, kNsPerSecond);
    ASSERT_FALSE(static_cast<bool>(ran));
    EXPECT_EQ(ran.problems().front().code, "PM0605");
  }
}

TEST(Bind, OnlyWindowsNeedAnAsOf) {
  Table table = table_of({column("time", FieldType::timestamp, {cell(1), cell(2)})});
  table.time = "time";
  ScanBuilder builder(table);
  builder.count(builder.window());
  const MadeStream made(table);
  const auto whole = run_scan(builder.scan, made.stream(), {}, {});
  ASSERT_TRUE(static_cast<bool>(whole));
  EXPECT_EQ(whole->facts.future, 0U);
  EXPECT_EQ(std::get<plan::CountFact>(whole->facts.facts.front()).counts.front(), 2U);
  builder.scan.windows.front() = {plan::WindowKind::last, 5, 0};
  const auto windowed = run_scan(builder.scan, made.stream(), {}, {});
  ASSERT_FALSE(static_cast<bool>(windowed));
  EXPECT_EQ(windowed.problems().front().code, "PM0606");
}

TEST(Bind, ReportsEveryFieldAtOnce) {
  const Table table = table_of({column("x", FieldType::integer, {cell(1)})});
  ScanBuilder builder(table);
  builder.scan.fields = {{"a", "a", FieldType::integer, 1, false, {}},
                         {"b", "x", FieldType::boolean, 1, false, {}},
                         {"c", "x", FieldType::integer, 1, false, {}}};
  const MadeStream made(table);
  const auto ran = run_scan(builder.scan, made.stream(), {}, {});
  ASSERT_FALSE(static_cast<bool>(ran));
  ASSERT_EQ(ran.problems().size(), 2U);
  EXPECT_EQ(ran.problems()[0].code, "PM0602");
  EXPECT_EQ(ran.problems()[1].code, "PM0603");
}

TEST(ShortestDecimal, IsWhatWasWritten) {
  const auto decimal = [](double value) { return *shortest_decimal(value); };
  EXPECT_EQ(decimal(0.1).mantissa, 1);
  EXPECT_EQ(decimal(0.1).places, 1);
  EXPECT_EQ(decimal(1e15).mantissa, 1'000'000'000'000'000);
  EXPECT_EQ(decimal(-2.5).mantissa, -25);
  EXPECT_EQ(decimal(1700000000.123456).mantissa, 1'700'000'000'123'456);
  EXPECT_EQ(decimal(1700000000.123456).places, 6);
  EXPECT_EQ(decimal(0.000000001).mantissa, 1);
  EXPECT_EQ(decimal(9007199254740991.0).mantissa, 9'007'199'254'740'991);
  for (const double none :
       {9007199254740992.0, 1e-10, 1.0 / 3.0, std::nextafter(0.1, 1.0), double(INFINITY), double(NAN)})
    EXPECT_FALSE(shortest_decimal(none).has_value()) << none;
  for (std::int64_t ms = 0; ms < 200'000; ++ms) {
    const auto got = decimal(static_cast<double>(ms) / 1000.0);
    ASSERT_EQ(got.mantissa * (got.places == 0 ? 1000 : got.places == 1 ? 100 : got.places == 2 ? 10 : 1), ms);
  }
}

}  // namespace
}  // namespace proofmark::engine::testing
