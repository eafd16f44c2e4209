// Every set of loops against plain code, row by row: all comparisons of all widths, at the ends of their ranges too.
#include "runtime/engine/bit_loops.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace proofmark::engine {
namespace {

constexpr std::size_t kWordBits = 64;

struct Set {
  std::string name;
  const BitLoops* loops;
};

std::vector<Set> sets() {
  std::vector<Set> all{{"anywhere", bit_loops_anywhere()}, {"chosen", &bit_loops()}};
  if (bit_loops_avx2() != nullptr) all.push_back({"AVX2", bit_loops_avx2()});
  if (bit_loops_avx512() != nullptr) all.push_back({"AVX-512", bit_loops_avx512()});
  return all;
}

template <typename T>
bool holds(std::uint32_t code, T value, T with) {
  switch (code) {
    case PROOFMARK_AT_MOST:
    case PROOFMARK_REAL_AT_MOST:
      return value <= with;
    case PROOFMARK_AT_LEAST:
    case PROOFMARK_REAL_AT_LEAST:
      return value >= with;
    case PROOFMARK_EQUAL:
    case PROOFMARK_REAL_EQUAL:
      return value == with;
    case PROOFMARK_REAL_LESS:
      return value < with;
    case PROOFMARK_REAL_GREATER:
      return value > with;
    default:
      return !std::isnan(static_cast<double>(value));
  }
}

template <typename T>
T interesting(std::mt19937_64& random) {
  using Limits = std::numeric_limits<T>;
  const std::uint64_t draw = random();
  if constexpr (std::is_floating_point_v<T>) {
    const std::array<T, 8> special{0.0,  -0.0, Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(),
                                   -1.5, 1.5,  Limits::denorm_min()};
    return draw % 3 == 0 ? special[draw / 3 % special.size()] : static_cast<T>(static_cast<std::int64_t>(draw)) / 1e18;
  } else {
    const std::array<T, 7> special{
        Limits::min(), Limits::max(), 0, 1, static_cast<T>(-1), static_cast<T>(Limits::max() / 2 + 1), 7};
    return draw % 2 == 0 ? special[draw / 2 % special.size()] : static_cast<T>(draw >> 8);
  }
}

template <typename T>
std::int64_t argument_of(T value) {
  if constexpr (std::is_floating_point_v<T>) return std::bit_cast<std::int64_t>(value);
  return static_cast<std::int64_t>(value);
}

template <typename T>
void compares(std::uint32_t physical, const std::vector<std::uint32_t>& codes) {
  std::mt19937_64 random(physical);
  for (const std::size_t words : {1U, 3U, 8U, 64U}) {
    std::vector<T> values(words * kWordBits + 1);
    for (T& value : values) value = interesting<T>(random);
    const T* rows = values.data() + 1;  // nothing is aligned beyond a value
    for (const std::uint32_t code : codes)
      for (int round = 0; round < 16; ++round) {
        const T with = interesting<T>(random);
        std::vector<std::uint64_t> wanted(words);
        for (std::size_t row = 0; row < words * kWordBits; ++row)
          wanted[row / kWordBits] |= std::uint64_t{holds(code, rows[row], with)} << (row % kWordBits);
        for (const Set& set : sets()) {
          std::vector<std::uint64_t> made(words);
          set.loops->comparison({code, physical, 0, 0})(rows, argument_of(with), words, made.data());
          ASSERT_EQ(made, wanted) << set.name << ", code " << code << ", width " << sizeof(T);
        }
      }
  }
}

TEST(BitLoops, CompareIntegersOfEveryWidth) {
  const std::vector<std::uint32_t> codes{PROOFMARK_AT_MOST, PROOFMARK_AT_LEAST, PROOFMARK_EQUAL};
  compares<std::int8_t>(PROOFMARK_I8, codes);
  compares<std::int16_t>(PROOFMARK_I16, codes);
  compares<std::int32_t>(PROOFMARK_I32, codes);
  compares<std::int64_t>(PROOFMARK_I64, codes);
  compares<std::uint8_t>(PROOFMARK_U8, codes);
  compares<std::uint16_t>(PROOFMARK_U16, codes);
  compares<std::uint32_t>(PROOFMARK_U32, codes);
}

TEST(BitLoops, CompareDoubles) {
  compares<double>(PROOFMARK_F64, {PROOFMARK_REAL_LESS, PROOFMARK_REAL_AT_MOST, PROOFMARK_REAL_GREATER,
                                   PROOFMARK_REAL_AT_LEAST, PROOFMARK_REAL_EQUAL, PROOFMARK_NUMBER});
}

TEST(BitLoops, CombineAndCount) {
  std::mt19937_64 random(1);
  for (const std::size_t words : {1U, 5U, 8U, 64U, 200U}) {
    std::vector<std::uint64_t> a(words), b(words);
    for (std::size_t w = 0; w < words; ++w) {
      a[w] = w % 7 == 0 ? ~std::uint64_t{0} : random();
      b[w] = w % 5 == 0 ? a[w] : random();
    }
    for (const std::uint32_t code : {PROOFMARK_AND, PROOFMARK_OR, PROOFMARK_AND_NOT}) {
      std::vector<std::uint64_t> wanted(words);
      std::uint64_t rows = 0, ones = 0;
      for (std::size_t w = 0; w < words; ++w) {
        wanted[w] = code == PROOFMARK_AND ? a[w] & b[w] : code == PROOFMARK_OR ? a[w] | b[w] : a[w] & ~b[w];
        rows += static_cast<std::uint64_t>(std::popcount(wanted[w]));
        ones += static_cast<std::uint64_t>(std::popcount(a[w]));
      }
      for (const Set& set : sets()) {
        std::vector<std::uint64_t> made(words);
        set.loops->combining(code)(a.data(), b.data(), words, made.data());
        EXPECT_EQ(made, wanted) << set.name << ", code " << code;
        EXPECT_EQ(set.loops->counting(code)(a.data(), b.data(), words), rows) << set.name << ", code " << code;
        EXPECT_EQ(set.loops->count(a.data(), words), ones) << set.name;
      }
    }
  }
}

TEST(BitLoops, FindTheWordsThatMeet) {
  constexpr std::uint64_t kUntouched = 77;
  constexpr std::size_t kRoom = 64;
  std::mt19937_64 random(3);
  for (const std::size_t words : {1U, 7U, 8U, 9U, 63U, 64U})
    for (const unsigned one_in : {1U, 2U, 5U, 100U}) {  // words that have a row
      std::vector<std::uint64_t> a(words), b(words), wanted;
      std::vector<std::uint32_t> wanted_rows;
      std::uint64_t rows_of_a = 0;
      for (std::size_t w = 0; w < words; ++w) {
        a[w] = random();
        rows_of_a += static_cast<std::uint64_t>(std::popcount(a[w]));
        b[w] = random() % one_in == 0 ? random() : ~a[w];
        if ((a[w] & b[w]) == 0) continue;
        wanted.push_back(a[w] & b[w]);
        wanted_rows.push_back(static_cast<std::uint32_t>(w * kWordBits));
      }
      for (const Set& set : sets()) {
        std::vector<std::uint64_t> both(kRoom + 1, kUntouched);
        std::vector<std::uint32_t> rows(kRoom + 1, kUntouched);
        const Met met = set.loops->meet(a.data(), b.data(), words, both.data(), rows.data());
        EXPECT_EQ(both[kRoom], kUntouched) << set.name;
        EXPECT_EQ(rows[kRoom], kUntouched) << set.name;
        both.resize(met.words);
        rows.resize(met.words);
        EXPECT_EQ(met.rows_of_a, rows_of_a) << set.name;
        EXPECT_EQ(both, wanted) << set.name;
        EXPECT_EQ(rows, wanted_rows) << set.name;
      }
    }
}

TEST(BitLoops, SumBlocksLaneByLane) {
  constexpr std::size_t kRows = 4096, kLanes = 16, kBlocks = 3;
  std::mt19937_64 random(2);
  std::vector<double> values(kBlocks * kRows + 1);
  for (double& value : values)
    value = std::ldexp(static_cast<double>(random() >> 11) - 4e15, static_cast<int>(random() % 90) - 60);
  std::array<double, kBlocks * kLanes> wanted{};
  for (std::size_t row = 0; row < kBlocks * kRows; ++row)
    wanted[row / kRows * kLanes + row % kLanes] += values[row + 1];
  for (const Set& set : sets()) {
    std::array<double, kBlocks * kLanes> lanes{};
    set.loops->sum_blocks(values.data() + 1, kBlocks, lanes.data());
    EXPECT_EQ(lanes, wanted) << set.name;
  }
}

}  // namespace
}  // namespace proofmark::engine
