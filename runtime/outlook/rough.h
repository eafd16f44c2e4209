// Rows for tests whose chances are not those of one binomial: two shares, means, distributions.
//
// The judge's own test is asked of rows that came out z deviations away from the truth, to the side that hurts; what it
// measures is taken for normal about the truth, with the deviation that it has there. So a test passes with probability
// Phi(z) where it passes at z and not beyond. That is right in the limit of many rows, where a plan is used; with few
// it is rough, and a plan says so. Nothing here decides.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "runtime/outlook/power.h"
#include "runtime/plan/plan.h"

namespace proofmark::outlook {

// Whether the verdict is reached with so many rows, z deviations to the bad side; monotone in both.
using Reaches = std::function<bool(std::uint64_t rows, double z)>;

double chance(const Reaches& reaches, std::uint64_t rows);
// The smallest number of rows with which it is reached by the best that can come; exact.
std::optional<std::uint64_t> fewest_rows_at_best(const Reaches& reaches);
// The smallest number of rows, to a thousandth, with which it is reached with probability `power`.
std::optional<std::uint64_t> rows_for(const Reaches& reaches, double power);

// Two shares of populations that get `first_part` of the rows and the rest, compared by `method`.
struct TwoSharesTest {
  plan::TwoSharesKind kind = plan::TwoSharesKind::difference;
  bool by_intervals = false;  // exact bounds of both, alpha divided between them
  bool at_least = true;
  Rational threshold;
  Rational alpha;
  double first_part = 0.5;
};
struct TwoSharesTruth {
  double first = 0, second = 0;
};
Reaches passes(const TwoSharesTest& test, const TwoSharesTruth& truth);
Reaches fails(const TwoSharesTest& test, const TwoSharesTruth& truth);

// Distributions: how far apart they are (drift, worse_by), or the probability over pairs; at most `threshold`.
struct ContrastTest {
  plan::ContrastKind kind = plan::ContrastKind::drift;
  double threshold = 0, alpha = 0.05, first_part = 0.5;
};
Reaches passes(const ContrastTest& test, double truth);
Reaches fails(const ContrastTest& test, double truth);

// A mean that is at most `threshold` (or at least, mirrored by the caller), of values within [low, high].
struct MeanTest {
  plan::Method method = plan::Method::empirical_bernstein;
  double low = 0, high = 1, threshold = 0, alpha = 0.05;
};
struct MeanTruth {
  double mean = 0, deviation = 0;
};
Reaches passes(const MeanTest& test, const MeanTruth& truth);
Reaches fails(const MeanTest& test, const MeanTruth& truth);

}  // namespace proofmark::outlook
