// The test that will decide a share, seen from its bad rows: it passes with few of them and fails with many.
//
// `fraction(…) >= t` allows a bad share of 1 - t, `<= t` one of t, and a quantile is a share by counting. The questions
// here are the judge's own (exact tails, mid-p, or evidence that is valid at any time), asked the other way round: how
// many bad rows does it take? All of them are monotone in the rows and in the bad ones, so that each answer is a search
// among whole numbers that ends on the exact one.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/plan/number.h"

namespace proofmark::outlook {

using plan::Rational;

// Nobody is told to wait for more rows than this.
inline constexpr std::uint64_t kMostRows = 1'000'000'000'000;

struct BinomialTest {
  Rational allowed;      // the bad share exactly at the threshold, in (0, 1)
  Rational pass_alpha;   // of one look
  Rational fail_alpha;   // of one look, as it counts among all comparisons of the objective (Holm's first step)
  bool anytime = false;  // decided by evidence that may be looked at without limit
  bool mid_p = false;    // by the tail with half of the observed count's probability
};

bool passes(const BinomialTest& test, std::uint64_t bad, std::uint64_t rows);
bool fails(const BinomialTest& test, std::uint64_t bad, std::uint64_t rows);

// The most bad rows with which it passes; nothing when it does not pass with none. rows <= kMostRows, in all of these.
std::optional<std::uint64_t> most_bad_to_pass(const BinomialTest& test, std::uint64_t rows);
// The fewest bad rows with which it fails; nothing when it does not fail with all of them.
std::optional<std::uint64_t> least_bad_to_fail(const BinomialTest& test, std::uint64_t rows);

// The smallest number of rows with which so many bad ones pass; nothing when kMostRows are too few.
std::optional<std::uint64_t> rows_to_pass(const BinomialTest& test, std::uint64_t bad);
// The largest number of rows among which so many bad ones fail; bad >= 1. bad - 1 when not even all bad rows do,
// nothing when it is more than kMostRows.
std::optional<std::uint64_t> last_rows_to_fail(const BinomialTest& test, std::uint64_t bad);

}  // namespace proofmark::outlook
