// Midranks by ranges against the definition, one value at a time.
#include "runtime/engine/midranks.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace proofmark::engine {
namespace {

using plan::Int128;
using Parts = std::vector<KeyedPart>;

std::vector<plan::MomentSums> by_definition(const Parts& parts) {
  std::map<std::int64_t, Int128> times;
  const auto weight = [](const KeyedPart& part, std::size_t i) { return part.weights.empty() ? 1 : part.weights[i]; };
  for (const KeyedPart& part : parts)
    for (std::size_t i = 0; i < part.keys.size(); ++i) times[part.keys[i]] += Int128(weight(part, i));
  std::map<std::int64_t, Int128> rank;
  Int128 below = 0;
  for (const auto& [key, count] : times) {
    rank[key] = 2 * below + count + 1;
    below += count;
  }
  std::vector<plan::MomentSums> all;
  for (const KeyedPart& part : parts) {
    std::uint64_t known = 0;
    Int128 sum = 0, squares = 0;
    for (std::size_t i = 0; i < part.keys.size(); ++i) {
      const Int128 r = rank.at(part.keys[i]), w = Int128(weight(part, i));
      known += weight(part, i);
      sum += r * w;
      squares += r * r * w;
    }
    all.push_back({known, 0, 0, sum, squares});
  }
  return all;
}

void expect_as_defined(const Parts& parts) {
  const auto expected = by_definition(parts);
  for (const unsigned threads : {1U, 2U, 5U}) {
    Parts sorted = parts;
    const auto found = doubled_midranks(sorted, threads);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      ASSERT_EQ(found[i].known, expected[i].known) << i;
      ASSERT_TRUE(found[i].sum == expected[i].sum) << i;
      ASSERT_TRUE(found[i].squares == expected[i].squares) << i;
    }
  }
}

template <typename Key>
Parts parts_of(std::size_t parts, std::size_t values, Key key) {
  Parts made(parts);
  for (std::size_t i = 0; i < values; ++i) made[(i * 7 + i / 11) % parts].keys.push_back(key(i));
  return made;
}

TEST(Midranks, OfNothing) {
  Parts none;
  EXPECT_TRUE(doubled_midranks(none, 1).empty());
  expect_as_defined(Parts(3));
}

TEST(Midranks, OfFewAndOfManyValues) {
  std::mt19937_64 random(5);
  for (const std::size_t values : {1, 2, 31, 32, 33, 1000, 65'535, 65'536, 65'537, 400'000})
    for (const std::size_t parts : {1, 7, 300})
      expect_as_defined(parts_of(parts, values, [&](std::size_t) { return static_cast<std::int64_t>(random()); }));
}

TEST(Midranks, OfValuesThatRepeat) {
  std::mt19937_64 random(6);
  expect_as_defined(parts_of(50, 300'000, [](std::size_t) { return std::int64_t{7}; }));
  expect_as_defined(parts_of(50, 300'000, [&](std::size_t) { return static_cast<std::int64_t>(random() % 5); }));
  expect_as_defined(parts_of(50, 300'000, [&](std::size_t i) {
    return i % 3 == 0 ? std::int64_t{1000} : static_cast<std::int64_t>(random() % 2000);
  }));
  expect_as_defined(parts_of(50, 300'000, [](std::size_t i) { return static_cast<std::int64_t>(i); }));
  expect_as_defined(parts_of(50, 300'000, [](std::size_t i) { return -static_cast<std::int64_t>(i / 2); }));
}

TEST(Midranks, AtTheEndsOfTheIntegers) {
  std::mt19937_64 random(7);
  const std::int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
  expect_as_defined(parts_of(9, 200'000, [&](std::size_t) { return ends[random() % std::size(ends)]; }));
  expect_as_defined(parts_of(9, 200'000, [](std::size_t i) { return i % 2 == 0 ? INT64_MAX : INT64_MIN; }));
}

TEST(Midranks, OfWeights) {
  std::mt19937_64 random(8);
  for (const std::uint64_t most : {2UL, 1000UL, 1UL << 40}) {
    Parts parts = parts_of(20, 150'000, [&](std::size_t) { return static_cast<std::int64_t>(random() % 30'000); });
    for (KeyedPart& part : parts)
      for (std::size_t i = 0; i < part.keys.size(); ++i) part.weights.push_back(1 + random() % most);
    if (most < 1UL << 40) expect_as_defined(parts);
    Parts sorted = parts;
    const auto found = doubled_midranks(sorted, 2);
    EXPECT_EQ(found[0].squares.has_value(), most < 1UL << 40) << "squares of 2^57 times 2^40 are too large";
  }
}

}  // namespace
}  // namespace proofmark::engine
