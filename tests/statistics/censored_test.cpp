// Censored durations against R's survfit on the remission times of Freireich et al. 1963 (6-MP arm).
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/statistics/survival.h"

namespace proofmark::statistics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kZ = 1.959963984540054;

std::vector<Duration> remissions() {
  const int weeks[] = {6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35};
  const int relapsed[] = {1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0};
  std::vector<Duration> durations;
  for (std::size_t i = 0; i < std::size(weeks); ++i)
    durations.push_back({static_cast<double>(weeks[i]), relapsed[i] == 1});
  return durations;
}

struct Curves {
  std::vector<double> times, middle, lower, upper;
};

Curves curves(const std::vector<SurvivalStep>& curve, SurvivalScale scale) {
  Curves result;
  const auto limits = survival_limits(curve, scale, kZ);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    result.times.push_back(curve[i].time);
    result.middle.push_back(curve[i].survival);
    result.lower.push_back(limits[i].lower);
    result.upper.push_back(limits[i].upper);
  }
  return result;
}

// R 4.2.2, survival 3.5-3: summary(survfit(Surv(t, e) ~ 1, conf.type = ...), times = c(6, 10, 22))
TEST(SurvivalCurve, AgreesWithSurvfit) {
  const auto curve = survival_curve(remissions());
  const double times[] = {6, 10, 22};
  const double survival[] = {0.8571428571428571, 0.75294117647058811, 0.53781512605042003};
  const double error[] = {0.076360354832121252, 0.096349652994320495, 0.12823375169303397};
  const double lower[3][3] = {{0.7074793118252004, 0.56409932667878815, 0.28648159112962135},
                              {0.71981708391627042, 0.58591898202969417, 0.33703661615768471},
                              {0.61971795526598394, 0.50319951079995651, 0.26777893676713499}};
  const double upper[3][3] = {{1, 0.94178302626238808, 0.78914866097121872},
                              {1, 0.96757475455229747, 0.85820084804466479},
                              {0.95155174764699701, 0.88936183516926537, 0.7467907176353944}};
  const SurvivalScale scales[] = {SurvivalScale::plain, SurvivalScale::log, SurvivalScale::log_log};
  const std::uint64_t at_risk[] = {21, 15, 7};
  for (int t = 0; t < 3; ++t) {
    std::size_t step = 0;
    while (curve[step].time != times[t]) ++step;
    EXPECT_NEAR(curve[step].survival, survival[t], 1e-15);
    EXPECT_NEAR(curve[step].standard_error(), error[t], 1e-15);
    EXPECT_EQ(curve[step].at_risk, at_risk[t]);
    for (int s = 0; s < 3; ++s) {
      const auto limits = survival_limits(curve, scales[s], kZ);
      EXPECT_NEAR(limits[step].lower, lower[s][t], 1e-14);
      EXPECT_NEAR(limits[step].upper, upper[s][t], 1e-14);
    }
  }
}

// quantile(survfit(...), c(.1, .25, .5))
TEST(SurvivalQuantile, AgreesWithSurvfit) {
  const auto curve = survival_curve(remissions());
  const double p[] = {0.1, 0.25, 0.5}, middle[] = {6, 13, 23};
  const double lower[3][3] = {{6, 6, 13}, {6, 6, 16}, {6, 6, 13}};
  const double upper[3][3] = {{13, 23, kInfinity}, {16, kInfinity, kInfinity}, {10, 22, kInfinity}};
  const SurvivalScale scales[] = {SurvivalScale::plain, SurvivalScale::log, SurvivalScale::log_log};
  for (int s = 0; s < 3; ++s) {
    const Curves all = curves(curve, scales[s]);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(time_fallen_to(all.times, all.middle, p[i], LevelStretch::middle), middle[i]);
      EXPECT_EQ(time_fallen_to(all.times, all.lower, p[i], LevelStretch::middle), lower[s][i]) << s << i;
      EXPECT_EQ(time_fallen_to(all.times, all.upper, p[i], LevelStretch::middle), upper[s][i]) << s << i;
    }
  }
}

TEST(SurvivalQuantile, OnALevelStretchIsItsMiddleOrItsBeginning) {
  const auto curve = survival_curve({{1, true}, {2, true}, {3, false}, {4, false}});
  const Curves all = curves(curve, SurvivalScale::log);
  EXPECT_EQ(time_fallen_to(all.times, all.middle, 0.25, LevelStretch::middle), 1.5);
  EXPECT_EQ(time_fallen_to(all.times, all.middle, 0.25, LevelStretch::beginning), 1);
  EXPECT_EQ(time_fallen_to(all.times, all.middle, 0.5, LevelStretch::middle), 3);  // the stretch ends with the data
  EXPECT_EQ(time_fallen_to(all.times, all.middle, 0.5, LevelStretch::beginning), 2);
  EXPECT_EQ(time_fallen_to(all.times, all.middle, 0.75, LevelStretch::middle), kInfinity);
}

// The timeout never stands in for a quantile, however many rows end with it.
TEST(SurvivalQuantile, IsInfiniteWhereTimeoutsHideIt) {
  std::vector<Duration> durations;
  for (int i = 0; i < 980; ++i) durations.push_back({100 + i * 0.1, true});
  for (int i = 0; i < 20; ++i) durations.push_back({400, false});
  const Curves all = curves(survival_curve(durations), SurvivalScale::log_log);
  EXPECT_EQ(time_fallen_to(all.times, all.middle, 0.99, LevelStretch::middle), kInfinity);
  EXPECT_LT(time_fallen_to(all.times, all.middle, 0.9, LevelStretch::middle), 200);
}

TEST(SurvivalCurve, WithoutCensoringIsTheEmpiricalOne) {
  std::vector<Duration> durations;
  for (int i = 10; i >= 1; --i) durations.push_back({static_cast<double>(i), true});
  const auto curve = survival_curve(durations);
  for (int i = 0; i < 10; ++i) EXPECT_NEAR(curve[static_cast<std::size_t>(i)].survival, 1 - (i + 1) / 10.0, 1e-15);
  EXPECT_EQ(curve.back().standard_error(), 0);
  const auto limits = survival_limits(curve, SurvivalScale::log, kZ);
  EXPECT_EQ(limits.back().lower, 0);
  EXPECT_EQ(limits.back().upper, limits[8].upper);  // S never grows, and nothing is known of the last step
}

TEST(SurvivalCurve, EndsBeforeItCutsOffAtTheSameTime) {
  const auto curve = survival_curve({{5, false}, {5, true}, {9, false}});
  EXPECT_EQ(curve[0].at_risk, 3u);
  EXPECT_NEAR(curve[0].survival, 2.0 / 3, 1e-15);
}

TEST(SurvivalLimits, StayWithinZeroAndOneAndAroundTheCurve) {
  const auto curve = survival_curve(remissions());
  for (const auto scale : {SurvivalScale::plain, SurvivalScale::log, SurvivalScale::log_log})
    for (const double z : {0.1, 1.0, 3.0, 6.0}) {
      const auto limits = survival_limits(curve, scale, z);
      for (std::size_t i = 0; i < curve.size(); ++i) {
        EXPECT_GE(limits[i].lower, 0);
        EXPECT_LE(limits[i].lower, curve[i].survival);
        EXPECT_GE(limits[i].upper, curve[i].survival);
        EXPECT_LE(limits[i].upper, 1);
      }
    }
}

}  // namespace
}  // namespace proofmark::statistics
