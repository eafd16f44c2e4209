// Ranks of many values: the same whether all are kept or only those that a sample points at, also where it misleads.
#include "runtime/engine/order_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>

#include "runtime/engine/engine.h"

namespace proofmark::engine::testing {
namespace {

constexpr std::uint64_t kRows = 1'200'000, kBatch = 65'536;

struct alignas(64) Line {
  std::int64_t values[8];
};

// One column of 64-bit numbers or doubles, and p50, p99 of all its rows.
struct ManyRows {
  std::vector<Line> memory = std::vector<Line>(kRows / 8 + 64);
  snapshot::Stream stream;
  plan::Scan scan;

  explicit ManyRows(bool real) {
    stream.name = scan.stream = "numbers";
    stream.rows = kRows;
    const auto type = real ? plan::FieldType::real : plan::FieldType::integer;
    stream.columns.push_back({"x", type, real ? snapshot::Physical::f64 : snapshot::Physical::i64, 1, "", {}, {}});
    for (std::uint64_t row = 0; row < kRows; row += kBatch) {
      stream.batch_rows.push_back(std::min(kBatch, kRows - row));
      stream.columns[0].chunks.push_back(
          {stream.batch_rows.back(), 0, nullptr, reinterpret_cast<const std::byte*>(memory.data()) + row * 8, nullptr});
    }
    scan.fields.push_back({"x", "x", type, 1, false, {}});
    scan.values.push_back({plan::FieldValue{0}, real});
    scan.windows.push_back({});
    scan.masks.emplace_back(plan::InWindow{0});
    scan.accumulators.push_back({plan::CountRows{0}, {}});
    std::vector<plan::RankRule> rules;
    for (const int percent : {50, 99})
      for (const auto kind : {plan::RankKind::nearest, plan::RankKind::lower, plan::RankKind::upper})
        rules.push_back({kind, *plan::Rational::make(percent, 100), *plan::Rational::make(1, 20), false});
    scan.accumulators.push_back({plan::CollectValues{0, 0, 0, false, false, false, rules}, {}});
  }
  std::int64_t& operator[](std::uint64_t row) { return memory[row / 8].values[row % 8]; }

  void check() {
    std::vector<std::int64_t> sorted;
    for (std::uint64_t row = 0; row < kRows; ++row) sorted.push_back((*this)[row]);
    std::sort(sorted.begin(), sorted.end());
    for (const auto engine : {Options::Choice::interpreter, Options::Choice::automatic})
      for (const unsigned threads : {1U, 3U}) {
        const auto ran = run_scan(scan, stream, {}, {.engine = engine, .threads = threads});
        ASSERT_TRUE(static_cast<bool>(ran));
        const auto& summary = std::get<plan::ValuesFact>(ran->facts.facts[1]).groups.front();
        EXPECT_EQ(summary.known, kRows);
        ASSERT_EQ(summary.ranks.size(), 6U);
        for (const auto& rank : summary.ranks) {
          ASSERT_TRUE(rank.has_value());
          const auto* integer = std::get_if<std::int64_t>(&rank->value);
          const std::int64_t value =
              integer != nullptr ? *integer : std::bit_cast<std::int64_t>(std::get<double>(rank->value));
          EXPECT_EQ(value, sorted[rank->rank - 1]) << "rank " << rank->rank;
        }
      }
  }
};

TEST(OrderStatistics, AreExactOfRandomValues) {
  ManyRows rows(false);
  std::mt19937_64 random(3);
  for (std::uint64_t row = 0; row < kRows; ++row) rows[row] = static_cast<std::int64_t>(random()) >> (row % 40);
  rows.check();
}

TEST(OrderStatistics, AreExactOfDoubles) {
  ManyRows rows(true);
  std::mt19937_64 random(4);
  for (std::uint64_t row = 0; row < kRows; ++row)  // positive ones: their bits are in their order
    rows[row] = std::bit_cast<std::int64_t>(static_cast<double>(random() % 100'000) / 8);
  rows.check();
}

TEST(OrderStatistics, AreExactOfEqualAndOfSortedValues) {
  ManyRows rows(false);
  for (std::uint64_t row = 0; row < kRows; ++row) rows[row] = 17;
  rows.check();
  for (std::uint64_t row = 0; row < kRows; ++row) rows[row] = static_cast<std::int64_t>(row);
  rows.check();
}

// Every row that the sample sees has one value, and the ranks that are asked for lie elsewhere.
TEST(OrderStatistics, AreExactWhereTheSampleMisleads) {
  ManyRows rows(false);
  for (std::uint64_t row = 0; row < kRows; ++row) rows[row] = static_cast<std::int64_t>(row * 7919 % 1'000'003);
  std::vector<Block> blocks;
  for (std::uint64_t row = 0; row < kRows; row += kBlockRows)
    blocks.push_back({blocks.size(), row / kBatch, row % kBatch,
                      static_cast<std::uint32_t>(std::min<std::uint64_t>(kBlockRows, kRows - row))});
  const std::vector<Block> pieces = sample_of(blocks);
  ASSERT_GT(pieces.size(), 100U);
  for (const Block& piece : pieces)
    for (std::uint64_t row = 0; row < piece.rows; ++row) rows[piece.batch * kBatch + piece.offset + row] = -5;
  rows.check();
}

// Groups of every size, from one row to most of them, and rows without a label: a sample says enough of the large ones
// alone. Few groups are divided by words, many are looked up.
struct ManyGroups {
  ManyRows rows{false};
  std::vector<std::string> labels;
  std::vector<std::uint16_t> codes = std::vector<std::uint16_t>(kRows + 4096);
  std::vector<std::uint64_t> known = std::vector<std::uint64_t>((kRows + 4096) / 64, ~std::uint64_t{0});
  std::map<std::optional<std::string>, std::vector<std::int64_t>> values;

  ManyGroups(std::size_t groups, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (std::size_t group = 0; group < groups; ++group) labels.push_back("g" + std::to_string(1000 + group));
    for (std::uint64_t row = 0; row < kRows; ++row) {
      rows[row] = static_cast<std::int64_t>(random() >> 20 >> random() % 30);
      std::size_t group = 0;
      while (group + 1 < groups && random() % 3 == 0) ++group;  // each a third of the one before
      codes[row] = static_cast<std::uint16_t>(group);
      const bool nameless = random() % 1000 == 0;
      if (nameless) known[row / 64] &= ~(std::uint64_t{1} << row % 64);
      values[nameless ? std::nullopt : std::optional(labels[group])].push_back(rows[row]);
    }
    for (auto& [label, of] : values) std::sort(of.begin(), of.end());
    snapshot::Column label{"g", plan::FieldType::label, snapshot::Physical::u16, 1, "", {}, {}};
    label.dictionary.assign(labels.begin(), labels.end());
    for (std::uint64_t row = 0; row < kRows; row += kBatch)
      label.chunks.push_back({std::min(kBatch, kRows - row), 1, reinterpret_cast<const std::byte*>(&known[row / 64]),
                              reinterpret_cast<const std::byte*>(&codes[row]), nullptr});
    rows.stream.columns.push_back(label);
    rows.scan.fields.push_back({"g", "g", plan::FieldType::label, 1, false, {}});
    rows.scan.groupings.push_back({1, 0});
    for (plan::Accumulator& accumulator : rows.scan.accumulators) accumulator.grouping = 0;
  }

  void check() const {
    for (const auto engine : {Options::Choice::interpreter, Options::Choice::automatic}) {
      const auto ran = run_scan(rows.scan, rows.stream, {}, {.engine = engine, .threads = 2});
      ASSERT_TRUE(static_cast<bool>(ran));
      const auto& keys = ran->facts.groups.front();
      ASSERT_EQ(keys.size(), values.size());
      for (std::size_t group = 0; group < keys.size(); ++group) {
        const auto& sorted = values.at(keys[group]);
        const auto& summary = std::get<plan::ValuesFact>(ran->facts.facts[1]).groups[group];
        EXPECT_EQ(summary.known, sorted.size()) << keys[group].value_or("no label");
        for (const auto& rank : summary.ranks) {
          if (!rank) continue;
          EXPECT_EQ(std::get<std::int64_t>(rank->value), sorted[rank->rank - 1]) << "rank " << rank->rank;
        }
        EXPECT_TRUE(summary.ranks.front().has_value());  // that of the estimate
      }
    }
  }
};

TEST(OrderStatistics, AreExactOfFewGroups) {
  ManyGroups(9, 5).check();
}

TEST(OrderStatistics, AreExactOfManyGroups) {
  ManyGroups groups(60, 6);
  EXPECT_LT(groups.values.size(), 61U);  // the last ones have no row
  groups.check();
}

// A sample of them is all of one group: the others are known by nothing.
TEST(OrderStatistics, AreExactOfOneGroup) {
  ManyGroups(1, 7).check();
}

}  // namespace
}  // namespace proofmark::engine::testing
