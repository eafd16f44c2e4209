// Time from traffic, the gates that hold a pass back, and the curve.
#include "runtime/outlook/outlook.h"

#include <gtest/gtest.h>

namespace proofmark::outlook {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Rational exact(const char* text) {
  return *Rational::parse(text);
}

Question question() {
  Question question;
  question.test = {exact("0.01"), exact("0.05"), exact("0.05"), false};
  question.better = *half_allowed(question.test.allowed);
  question.worse = *twice_allowed(question.test.allowed);
  question.pass_power = question.fail_power = exact("0.9");
  question.arrival.rows_per_ns = *Rational::make(10, kSecond);
  return question;
}

TEST(Waiting, RowsBecomeTime) {
  const Arrival arrival = question().arrival;
  EXPECT_EQ(wait_for_pass(arrival, 299).ns, Rational(29'900'000'000));
  EXPECT_EQ(wait_for_pass({}, 299).ns, std::nullopt);
  EXPECT_TRUE(wait_for_pass({}, 299).fits);
}

TEST(Waiting, GatesHoldAPassBackAndNoFail) {
  Arrival arrival = question().arrival;
  arrival.minimum_rows = 500;
  EXPECT_EQ(wait_for_pass(arrival, 299).rows, 500U);
  EXPECT_EQ(wait_for_fail(arrival, 299).rows, 299U);
  arrival.minimum_ns = Rational(3'600 * kSecond);
  EXPECT_EQ(wait_for_pass(arrival, 299).ns, Rational(3'600 * kSecond));
  EXPECT_EQ(wait_for_fail(arrival, 299).ns, Rational(29'900'000'000));
}

TEST(Waiting, OnlyLooksDecide) {
  Arrival arrival = question().arrival;
  arrival.look_every_ns = 20 * kSecond;
  EXPECT_EQ(wait_for_pass(arrival, 299).ns, Rational(40 * kSecond));
  EXPECT_EQ(wait_for_pass(arrival, 1).ns, Rational(20 * kSecond));
}

TEST(Waiting, AWindowHoldsSoManyRows) {
  Arrival arrival = question().arrival;
  arrival.window_ns = Rational(30 * kSecond);
  EXPECT_EQ(rows_in_window(arrival), 300U);
  EXPECT_TRUE(wait_for_pass(arrival, 300).fits);
  EXPECT_FALSE(wait_for_pass(arrival, 301).fits);
  arrival.rows_per_ns.reset();
  EXPECT_EQ(rows_in_window(arrival), std::nullopt);
}

TEST(Outlook, PutsTheAnswersTogether) {
  const Outlook outlook = look_out(question());
  ASSERT_EQ(outlook.possible.size(), 4U);
  EXPECT_EQ(outlook.possible[0].wait->rows, 299U);
  EXPECT_EQ(outlook.possible[1].wait->rows, 473U);
  EXPECT_TRUE(outlook.can_pass());
  EXPECT_EQ(outlook.pass->rows, 2'784U);
  EXPECT_EQ(outlook.fail->rows, 1'349U);
  ASSERT_EQ(outlook.curve.size(), 48U);
  EXPECT_EQ(outlook.curve.back().rows, 4'176U);
  for (const CurvePoint& point : outlook.curve)
    for (const Chances& chance : {point.better, point.worse}) {
      EXPECT_NEAR(chance.pass + chance.fail + chance.undecided, 1, 1e-12);
      EXPECT_GE(chance.undecided, 0);
    }
  EXPECT_EQ(outlook.window, std::nullopt);
}

TEST(Outlook, AWindowThatIsTooShort) {
  Question short_of = question();
  short_of.arrival.window_ns = Rational(29 * kSecond);
  const Outlook outlook = look_out(short_of);
  EXPECT_FALSE(outlook.can_pass());
  EXPECT_EQ(outlook.window->rows, 290U);
  EXPECT_EQ(outlook.window->better.pass, 0);
  EXPECT_GT(outlook.window->worse.fail, 0);
  EXPECT_EQ(outlook.curve.back().rows, 287U);
}

TEST(Outlook, TooFewRowsByDeclarationDoNotPass) {
  Question gated = question();
  gated.arrival.minimum_rows = 3'000;
  const Outlook outlook = look_out(gated);
  EXPECT_EQ(outlook.pass->rows, 3'000U);
  for (const CurvePoint& point : outlook.curve)
    if (point.rows < 3'000) {
      EXPECT_EQ(point.better.pass, 0);
    }
}

TEST(Outlook, SharesToPlanFor) {
  EXPECT_EQ(half_allowed(exact("0.001")), exact("0.0005"));
  EXPECT_EQ(twice_allowed(exact("0.001")), exact("0.002"));
  EXPECT_EQ(twice_allowed(exact("0.5")), exact("0.75"));
  EXPECT_EQ(twice_allowed(exact("0.95")), exact("0.975"));
}

}  // namespace
}  // namespace proofmark::outlook
