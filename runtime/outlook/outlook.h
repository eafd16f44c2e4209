// What a team asks before it waits for data: how many rows, how long, and how likely is which verdict?
#pragma once

#include <vector>

#include "runtime/outlook/power.h"
#include "runtime/outlook/waiting.h"

namespace proofmark::outlook {

struct Question {
  BinomialTest test;
  Rational better, worse;  // true bad shares to plan for: better < test.allowed < worse
  Rational pass_power;     // wanted of this comparison when the truth is `better` …
  Rational fail_power;     // … and when it is `worse`
  Arrival arrival;
};

// The smallest number of rows with which a pass is possible at all.
struct Possible {
  std::uint64_t bad = 0;
  std::optional<Wait> wait;  // nothing: more than kMostRows
};

struct CurvePoint {
  std::uint64_t rows = 0;
  std::optional<std::uint64_t> passes_with, fails_with;  // at most, at least so many bad rows
  Chances better, worse;
};

struct Outlook {
  std::vector<Possible> possible;    // with 0, 1, 2 and 5 bad rows
  std::optional<Wait> pass, fail;    // with the wanted power; nothing: more than kMostRows
  std::optional<CurvePoint> window;  // all that the window holds
  std::vector<CurvePoint> curve;     // evenly spaced, at most kCurvePoints; empty when neither is to be had
  bool can_pass() const { return possible.front().wait && possible.front().wait->fits; }
};

inline constexpr std::uint64_t kCurvePoints = 48;

Outlook look_out(const Question& question);

// The true bad shares to plan for when nobody says others: half of what is allowed, and twice (or half way to 1, when
// that is less). Nothing when they cannot be held exactly.
std::optional<Rational> half_allowed(const Rational& allowed);
std::optional<Rational> twice_allowed(const Rational& allowed);

// The upper bound on a share of which not one of so many rows was seen: what a leaf of a calculation can show at best.
Rational upper_bound_of_none(std::uint64_t rows, const Rational& alpha, bool anytime);

}  // namespace proofmark::outlook
