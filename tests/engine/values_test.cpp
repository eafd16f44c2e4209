// Values of rows: what makes one unknown, how they are summed, ordered and ranked.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "tests/engine/scan_builder.h"

namespace proofmark::engine::testing {
namespace {

using plan::Arithmetic;
using plan::Comparison;
using plan::FieldType;
using plan::RankKind;
using plan::Rational;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Rational fraction(std::int64_t numerator, std::int64_t denominator) {
  return *Rational::make(numerator, denominator);
}

std::uint64_t bits(const std::optional<plan::Number>& number) {
  return std::bit_cast<std::uint64_t>(std::get<double>(*number));
}
std::uint64_t bits(double value) {
  return std::bit_cast<std::uint64_t>(value);
}

std::uint64_t known_of(const Table& table, ScanBuilder& builder, Id value) {
  const Id collected = builder.collect(builder.window(), value);
  return summary(facts_of(builder.scan, table), collected).known;
}

TEST(Values, IntegerOverflowMakesARowUnknown) {
  const Table table = table_of({column("x", FieldType::integer, {cell(INT64_MAX), cell(INT64_MIN), cell(1), Null{}})});
  for (const auto& [operation, expected] : {std::pair(Arithmetic::add, 2U),
                                            {Arithmetic::subtract, 2U},
                                            {Arithmetic::multiply, 1U},
                                            {Arithmetic::negate, 2U}}) {
    ScanBuilder builder(table);
    const Id x = builder.value("x");
    const Id two = builder.value({plan::ConstantValue{Rational(operation == Arithmetic::multiply ? 2 : 1)}, false});
    const Id computed = builder.value({plan::ComputedValue{operation, x, two}, false});
    EXPECT_EQ(known_of(table, builder, computed), expected) << static_cast<int>(operation);
  }
}

TEST(Values, DivisionByZeroAndNanAreUnknownInfinityIsNot) {
  const Table table = table_of({column("a", FieldType::real, {1.0, 1.0, 0.0, kNan, kInfinity, 1e308, Null{}}),
                                column("b", FieldType::real, {2.0, 0.0, -0.0, 1.0, kInfinity, 1e-5, 1.0})});
  ScanBuilder builder(table);
  const Id a = builder.value("a"), b = builder.value("b");
  const Id ratio = builder.value({plan::ComputedValue{Arithmetic::divide, a, b}, true});
  const Id collected = builder.collect(builder.window(), ratio);
  const Id known_a = builder.count(builder.atom({plan::IsKnown{builder.field("a")}, false}));
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(summary(facts, collected).known, 2U);  // 1/2, and 1e308/1e-5, which is infinite
  EXPECT_EQ(summary(facts, collected).maximum, plan::Number(kInfinity));
  EXPECT_EQ(counted(facts, known_a), 5U);
}

TEST(Values, IntegersDivideAsDoubles) {
  const Table table = table_of({column("x", FieldType::integer, {cell(1), cell(INT64_MAX)})});
  ScanBuilder builder(table);
  const Id x = builder.value("x"), three = builder.value({plan::ConstantValue{Rational(3)}, false});
  const Id third = builder.value({plan::ComputedValue{Arithmetic::divide, x, three}, true});
  const Id collected = builder.collect(builder.window(), third);
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(summary(facts, collected).minimum, plan::Number(1.0 / 3.0));
  EXPECT_EQ(summary(facts, collected).maximum, plan::Number(0x1p63 / 3.0));
}

TEST(Values, BoundsOutsideInt64AreExact) {
  const Table table = table_of({column("x", FieldType::integer, {cell(INT64_MIN), cell(0), cell(INT64_MAX)})});
  const Rational above = *Rational::make(plan::Int128(INT64_MAX) + 1, 1);
  const Rational below = *Rational::make(plan::Int128(INT64_MIN) * 2 - 1, 2);
  const auto count = [&](Comparison op, const Rational& bound) {
    ScanBuilder builder(table);
    const Id counter = builder.count(builder.compare(builder.value("x"), op, bound));
    return counted(facts_of(builder.scan, table), counter);
  };
  EXPECT_EQ(count(Comparison::less, above), 3U);
  EXPECT_EQ(count(Comparison::at_least, above), 0U);
  EXPECT_EQ(count(Comparison::greater, below), 3U);
  EXPECT_EQ(count(Comparison::at_most, below), 0U);
  EXPECT_EQ(count(Comparison::not_equal, above), 3U);
  EXPECT_EQ(count(Comparison::equal, below), 0U);
  EXPECT_EQ(count(Comparison::at_most, Rational(INT64_MAX)), 3U);
  EXPECT_EQ(count(Comparison::less, Rational(INT64_MAX)), 2U);
  EXPECT_EQ(count(Comparison::at_least, Rational(INT64_MIN)), 3U);
  EXPECT_EQ(count(Comparison::greater, Rational(INT64_MIN)), 2U);
}

TEST(Values, FractionsBoundIntegersExactly) {
  const Table table = table_of({column("x", FieldType::integer, {cell(2), cell(3), cell(-2), cell(-3)})});
  const auto count = [&](Comparison op, const Rational& bound) {
    ScanBuilder builder(table);
    const Id counter = builder.count(builder.compare(builder.value("x"), op, bound));
    return counted(facts_of(builder.scan, table), counter);
  };
  EXPECT_EQ(count(Comparison::less, fraction(5, 2)), 3U);
  EXPECT_EQ(count(Comparison::at_most, fraction(-5, 2)), 1U);
  EXPECT_EQ(count(Comparison::greater, fraction(-5, 2)), 3U);
  EXPECT_EQ(count(Comparison::at_least, fraction(5, 2)), 1U);
  EXPECT_EQ(count(Comparison::equal, fraction(5, 2)), 0U);
  EXPECT_EQ(count(Comparison::not_equal, fraction(5, 2)), 4U);
}

TEST(Values, RealsCompareWithTheNearestDouble) {
  const Table table = table_of({column("x", FieldType::real, {0.1, std::nextafter(0.1, 1.0), -0.0, 0.0, kNan})});
  const auto count = [&](Comparison op, const Rational& bound, bool negated = false) {
    ScanBuilder builder(table);
    const Id counter = builder.count(builder.compare(builder.value("x"), op, bound, negated));
    return counted(facts_of(builder.scan, table), counter);
  };
  EXPECT_EQ(count(Comparison::equal, fraction(1, 10)), 1U);  // 0.1 the double, although it is not 1/10
  EXPECT_EQ(count(Comparison::at_most, fraction(1, 10)), 3U);
  EXPECT_EQ(count(Comparison::equal, 0), 2U);
  EXPECT_EQ(count(Comparison::equal, 0, true), 2U);  // NaN is neither
}

TEST(Values, ZerosAreOrderedAndOneDistinctValue) {
  const Table table = table_of({column("x", FieldType::real, {0.0, -0.0, 0.0, -1.5})});
  ScanBuilder builder(table);
  const Id id =
      builder.collect(builder.window(), builder.value("x"),
                      {{RankKind::nearest, fraction(1, 2), {}, false}, {RankKind::nearest, fraction(3, 4), {}, false}});
  const auto facts = facts_of(builder.scan, table);
  const auto& got = summary(facts, id);
  EXPECT_EQ(got.distinct, 2U);
  EXPECT_EQ(bits(got.ranks[0]->value), bits(-0.0));
  EXPECT_EQ(bits(got.ranks[1]->value), bits(0.0));
  EXPECT_EQ(bits(got.maximum), bits(0.0));
}

TEST(Values, IntegerSumsAreExactBeyondInt64) {
  const Table table = table_of({column("x", FieldType::integer, std::vector<Cell>(5000, cell(INT64_MAX)))});
  ScanBuilder builder(table);
  const Id id = builder.collect(builder.window(), builder.value("x"));
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(std::get<plan::Int128>(*summary(facts, id).sum), plan::Int128(INT64_MAX) * 5000);
  EXPECT_EQ(summary(facts, id).distinct, 1U);
}

// 1e16 + 1 rounds back to 1e16, so the order of additions shows: lane by lane the small ones survive.
TEST(Values, RealSumsHaveTheirFixedShape) {
  std::vector<Cell> cells(4097, Cell(1.0));
  cells[0] = 1e16;
  cells[4096] = -1e16;
  const Table table = table_of({column("x", FieldType::real, cells)});
  ScanBuilder builder(table);
  const Id id = builder.collect(builder.window(), builder.value("x"));
  const auto facts = facts_of(builder.scan, table);
  // Lane 0 is 1e16 and loses its 255 ones; the other 15 lanes hold 256 each: 3840 joins 1e16 exactly.
  EXPECT_EQ(std::get<double>(*summary(facts, id).sum), 3840.0);
}

// A sum that nothing else is asked of takes whole blocks at once, and alone in its scan all that are alike; the same
// bits, whatever the blocks hold.
TEST(Values, ASumAloneIsTheSumAmongOthers) {
  const auto sum_of = [](const plan::ValueSummary& values) {  // none of infinities
    return values.sum ? std::optional(bits(std::get<double>(*values.sum))) : std::nullopt;
  };
  const auto rows = [](std::size_t special, Cell cell) {
    std::vector<Cell> cells;
    for (std::size_t row = 0; row < 3 * 4096 + 77; ++row)
      cells.emplace_back(std::sqrt(static_cast<double>(row)) - 50.0);
    cells[special] = std::move(cell);
    return cells;
  };
  for (const auto& cells :
       {rows(0, 0.1), rows(5000, kNan), rows(5000, kInfinity), rows(12'290, kNan), rows(4096, Null{})}) {
    const Table table = table_of({column("x", FieldType::real, cells)});
    ScanBuilder builder(table);
    const Id all = builder.window(), x = builder.value("x");
    const Id among = builder.collect(all, x);
    const Id alone = builder.accumulate({plan::CollectValues{all, x, builder.count(all), true, false, false, {}}, {}});
    const auto facts = facts_of(builder.scan, table);
    EXPECT_EQ(summary(facts, alone).known, summary(facts, among).known);
    EXPECT_EQ(sum_of(summary(facts, alone)), sum_of(summary(facts, among)));
    ScanBuilder by_itself(table);
    const Id rows_of_all = by_itself.window(), value = by_itself.value("x"), count = by_itself.count(rows_of_all);
    const Id only = by_itself.accumulate({plan::CollectValues{rows_of_all, value, count, true, false, false, {}}, {}});
    const auto its_facts = facts_of(by_itself.scan, table);
    EXPECT_EQ(counted(its_facts, count), cells.size());
    EXPECT_EQ(summary(its_facts, only).known, summary(facts, among).known);
    EXPECT_EQ(sum_of(summary(its_facts, only)), sum_of(summary(facts, among)));
  }
}

TEST(Values, InfinitiesOfBothSignsHaveNoSum) {
  const Table table = table_of({column("x", FieldType::real, {kInfinity, -kInfinity})});
  ScanBuilder builder(table);
  const Id id = builder.collect(builder.window(), builder.value("x"));
  const auto facts = facts_of(builder.scan, table);
  EXPECT_FALSE(summary(facts, id).sum.has_value());
  EXPECT_EQ(summary(facts, id).known, 2U);
}

TEST(Values, NothingCollectedHasNoExtremesAndNoRanks) {
  const Table table = table_of({column("x", FieldType::integer, {Null{}, Null{}})});
  ScanBuilder builder(table);
  const Id id = builder.collect(builder.window(), builder.value("x"), {{RankKind::nearest, fraction(1, 2), {}, false}});
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(summary(facts, id).known, 0U);
  EXPECT_FALSE(summary(facts, id).minimum.has_value());
  EXPECT_FALSE(summary(facts, id).ranks[0].has_value());
  EXPECT_EQ(std::get<plan::Int128>(*summary(facts, id).sum), 0);
}

// 100 rows 1..100; ranks for the median at alpha 5 %: lower 42, upper 59 (Bin(100, 1/2): P(X <= 41) = 0.0443,
// P(X <= 42) = 0.0666, and the mirror image).
TEST(Values, UnknownRowsWorsenTheBoundsOnBothSides) {
  for (const std::int64_t unknown : {0, 5}) {
    std::vector<Cell> cells;
    for (std::int64_t value = 100; value > unknown; --value) cells.push_back(cell(value));
    cells.resize(100, Null{});
    const Table table = table_of({column("x", FieldType::integer, std::move(cells))});
    ScanBuilder builder(table);
    const Rational half = fraction(1, 2), alpha = fraction(1, 20);
    const Id id = builder.collect(builder.window(), builder.value("x"),
                                  {{RankKind::nearest, half, {}, false},
                                   {RankKind::lower, half, alpha, false},
                                   {RankKind::upper, half, alpha, false}});
    const auto facts = facts_of(builder.scan, table);
    const auto& ranks = summary(facts, id).ranks;
    const auto known = static_cast<std::uint64_t>(100 - unknown);
    EXPECT_EQ(ranks[0]->rank, (known + 1) / 2);
    EXPECT_EQ(ranks[1]->rank, 42U - static_cast<std::uint64_t>(unknown));
    EXPECT_EQ(ranks[2]->rank, 59U);
    EXPECT_EQ(ranks[1]->value, plan::Number(std::int64_t{42}));
    EXPECT_EQ(ranks[2]->value, plan::Number(59 + unknown));
  }
}

TEST(Values, SkippedRowsCountAmongTheUnknown) {
  std::vector<Cell> cells;
  for (std::int64_t value = 1; value <= 95; ++value) cells.push_back(cell(value));
  Table table = table_of({column("x", FieldType::integer, std::move(cells))});
  table.skipped = 5;
  ScanBuilder builder(table);
  const Id id = builder.collect(builder.window(), builder.value("x"),
                                {{RankKind::lower, fraction(1, 2), fraction(1, 20), false}});
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(facts.skipped, 5U);
  EXPECT_EQ(summary(facts, id).ranks[0]->rank, 37U);  // 42 of 100, five of them below everything
}

TEST(Values, ComparedWithEachOther) {
  const Table table = table_of({column("i", FieldType::integer, {cell((1LL << 53) + 1), cell(3), cell(4)}),
                                column("j", FieldType::integer, {cell(1LL << 53), cell(3), Null{}}),
                                column("r", FieldType::real, {0x1p53, 3.0, kNan})});
  ScanBuilder builder(table);
  const Id i = builder.value("i"), j = builder.value("j"), r = builder.value("r");
  const Id exact = builder.count(builder.atom({plan::CompareValues{i, j, Comparison::equal}, false}));
  const Id rounded = builder.count(builder.atom({plan::CompareValues{i, r, Comparison::equal}, false}));
  const Id differ = builder.count(builder.atom({plan::CompareValues{i, j, Comparison::equal}, true}));
  const auto facts = facts_of(builder.scan, table);
  EXPECT_EQ(counted(facts, exact), 1U);
  EXPECT_EQ(counted(facts, rounded), 2U);  // as doubles, 2^53 + 1 is 2^53
  EXPECT_EQ(counted(facts, differ), 1U);
}

}  // namespace
}  // namespace proofmark::engine::testing
