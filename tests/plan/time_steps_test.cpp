// Steps of time: long enough, short enough, and where they were before.
#include "runtime/plan/time_steps.h"

#include <gtest/gtest.h>

#include <random>

namespace proofmark::plan {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

TEST(TimeSteps, OfWindowsThatPeopleAskForAreOnesThatTheyKnow) {
  const std::int64_t end = 1'767'225'600 * kSecond + 12'345;  // what matters is the length
  const auto length_of = [&](std::int64_t window) { return time_steps(end - window + 1, end).step_ns; };
  EXPECT_EQ(length_of(5 * kMinute), 5 * kSecond);
  EXPECT_EQ(length_of(15 * kMinute), 15 * kSecond);
  EXPECT_EQ(length_of(kHour), kMinute);
  EXPECT_EQ(length_of(6 * kHour), 5 * kMinute);
  EXPECT_EQ(length_of(kDay), 30 * kMinute);
  EXPECT_EQ(length_of(7 * kDay), 3 * kHour);
  EXPECT_EQ(length_of(30 * kDay), 12 * kHour);
  EXPECT_EQ(length_of(365 * kDay), 5 * kDay);
}

TEST(TimeSteps, LieWhereTheyLayWhenTheStretchGrowsOrSlides) {
  const TimeSteps before = time_steps(17 * kMinute, 17 * kMinute + kDay);
  const TimeSteps after = time_steps(22 * kMinute, 22 * kMinute + kDay);
  ASSERT_EQ(before.step_ns, 30 * kMinute);
  ASSERT_EQ(after.step_ns, before.step_ns);
  for (std::int64_t time = after.first; time <= before.last; time += kMinute)
    EXPECT_EQ(after.first_number + static_cast<std::int64_t>(after.step_of(time)),
              before.first_number + static_cast<std::int64_t>(before.step_of(time)));
  EXPECT_EQ(before.start_of(0), 17 * kMinute);
  EXPECT_EQ(before.end_of(0), 30 * kMinute - 1);
  EXPECT_EQ(before.start_of(1), 30 * kMinute);
  EXPECT_EQ(before.start_of(before.steps - 1), kDay);
  EXPECT_EQ(before.end_of(before.steps - 1), before.last);
}

// Times of every size on both sides of 1970, to the ends of what 64 bits hold.
TEST(TimeSteps, AreAsManyAsAreNeededAndTileTheStretch) {
  std::mt19937_64 random(20260101);
  const auto draw = [&] {
    const auto bits = static_cast<std::int64_t>(random() >> (random() % 64));
    return random() % 2 == 0 ? bits : -bits - 1;
  };
  for (int i = 0; i < 200'000; ++i) {
    std::int64_t first = draw(), last = i % 2 == 0 ? draw() : first;
    if (i % 2 == 1 && __builtin_add_overflow(first, static_cast<std::int64_t>(random() >> (1 + random() % 63)), &last))
      last = INT64_MAX;
    if (first > last) std::swap(first, last);
    if (i == 0) first = INT64_MIN, last = INT64_MAX;
    const TimeSteps steps = time_steps(first, last);
    const std::uint64_t length = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
    ASSERT_LE(steps.steps, 114U) << first << " " << last;
    if (length > 45)
      ASSERT_GE(steps.steps, 46U) << first << " " << last;
    else
      ASSERT_EQ(steps.steps, length + 1);
    ASSERT_EQ(steps.step_of(first), 0U);
    ASSERT_EQ(steps.step_of(last), steps.steps - 1);
    for (std::size_t step = 0; step < steps.steps; ++step) {
      ASSERT_LE(steps.start_of(step), steps.end_of(step));
      ASSERT_EQ(steps.step_of(steps.start_of(step)), step);
      ASSERT_EQ(steps.step_of(steps.end_of(step)), step);
      if (step == 0) continue;
      ASSERT_EQ(steps.start_of(step), steps.end_of(step - 1) + 1);
      ASSERT_EQ(steps.start_of(step) % steps.step_ns, 0);
    }
  }
}

}  // namespace
}  // namespace proofmark::plan
