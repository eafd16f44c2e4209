// Steps of time that no engine counts in are found without telemetry.
#include "runtime/transcript/series_shape.h"

#include <gtest/gtest.h>

namespace proofmark::transcript {
namespace {

constexpr std::int64_t kMinute = 60'000'000'000, kHour = 60 * kMinute;
constexpr std::int64_t kAsOf = 1'000 * kHour;

constexpr plan::Window kWhole{plan::WindowKind::whole, 0, 0};

TEST(SeriesShape, StepsFollowFromTheStretch) {
  const Stretch hour{kAsOf - kHour + 1, kAsOf};  // 60 minutes, and the first instant of another
  EXPECT_EQ(wrong_steps(hour, kMinute, 61, kWhole, kAsOf), std::nullopt);
  EXPECT_EQ(wrong_steps(hour, kMinute, 60, kWhole, kAsOf),
            "has 60 steps of 60000000000 ns, and its times give 61 of 60000000000 ns");
  EXPECT_TRUE(wrong_steps(hour, kMinute / 2, 121, kWhole, kAsOf));
  EXPECT_TRUE(wrong_steps({kAsOf - kHour, kAsOf - 1}, kMinute, 61, kWhole, kAsOf));
  EXPECT_EQ(wrong_steps({kAsOf - kHour, kAsOf - 1}, kMinute, 60, kWhole, kAsOf), std::nullopt);
  EXPECT_EQ(wrong_steps({kAsOf, kAsOf}, 1, 1, kWhole, kAsOf), std::nullopt);
}

TEST(SeriesShape, WithoutAStretchThereAreNoSteps) {
  EXPECT_EQ(wrong_steps({}, 0, 0, kWhole, kAsOf), std::nullopt);
  EXPECT_TRUE(wrong_steps({}, 0, 1, kWhole, kAsOf));
  EXPECT_TRUE(wrong_steps({}, 1, 0, kWhole, kAsOf));
  EXPECT_TRUE(wrong_steps({kAsOf, {}}, 0, 0, kWhole, kAsOf));
  EXPECT_TRUE(wrong_steps({{}, kAsOf}, 0, 0, kWhole, kAsOf));
  EXPECT_TRUE(wrong_steps({kAsOf, kAsOf - 1}, 1, 1, kWhole, kAsOf));
}

TEST(SeriesShape, TheStretchLiesInItsWindow) {
  const Stretch instant{kAsOf - kHour, kAsOf - kHour};
  const auto in = [&](plan::Window window, std::optional<std::int64_t> as_of = kAsOf) {
    return !wrong_steps(instant, 1, 1, window, as_of);
  };
  EXPECT_TRUE(in({plan::WindowKind::last, kHour + 1, 0}));
  EXPECT_FALSE(in({plan::WindowKind::last, kHour, 0}));  // (as_of - length, as_of]
  EXPECT_FALSE(in({plan::WindowKind::last, kHour + 1, 0}, std::nullopt));
  EXPECT_TRUE(in({plan::WindowKind::since, 0, kAsOf - kHour}));
  EXPECT_FALSE(in({plan::WindowKind::since, 0, kAsOf - kHour + 1}));
  EXPECT_FALSE(in(kWhole, kAsOf - kHour - 1));
  EXPECT_TRUE(in(kWhole, std::nullopt));
}

}  // namespace
}  // namespace proofmark::transcript
