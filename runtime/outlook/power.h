// How likely a test is to pass, to fail and to remain undecided, if the truth is known; and the rows that make it
// likely enough.
//
// Everything is exact: with n rows the test passes when at most c(n) of them are bad, so that it passes with
// probability P(Bin(n, share) <= c(n)). Because c(n) is whole, that probability is a saw: it jumps where one more bad
// row becomes allowed and falls until the next. So "the rows for 90 %" are the number from which on it never falls
// below 90 % again.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/outlook/binomial_test.h"

namespace proofmark::outlook {

struct Chances {
  double pass = 0, fail = 0, undecided = 1;
};

// Of one look at so many rows, when `share` of all rows are bad.
Chances chances(const BinomialTest& test, std::uint64_t rows, const Rational& share);

// The smallest number of rows from which on it passes (fails) with probability `power` or more. share < allowed
// (> allowed), 0 < power < 1. Nothing when kMostRows are too few.
std::optional<std::uint64_t> rows_for_pass(const BinomialTest& test, const Rational& share, const Rational& power);
std::optional<std::uint64_t> rows_for_fail(const BinomialTest& test, const Rational& share, const Rational& power);

}  // namespace proofmark::outlook
