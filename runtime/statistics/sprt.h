// Wald's sequential probability ratio test of a proportion: p0 against p1, row by row.
//
// The log likelihood ratio of the rows so far is compared with ln((1 - beta)/alpha), where H0 is rejected, and
// ln(beta/(1 - alpha)), where it is accepted. Wald (1945): the errors are at most alpha/(1 - beta) and beta/(1 -
// alpha). Assumes independent rows of one probability; the ratio is summed as two integer counts, never row by row.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "runtime/plan/number.h"

namespace proofmark::statistics {

using plan::Rational;

struct SprtBounds {
  double log_a = 0, log_b = 0;                      // upper and lower limit of the log likelihood ratio
  double llr_success = 0, llr_failure = 0;          // of one row
  double slope = 0;                                 // successes per row along the limits
  double intercept_upper = 0, intercept_lower = 0;  // of the limits, in successes
};
// p0 != p1, all in (0, 1), alpha + beta < 1.
SprtBounds sprt_bounds(const Rational& p0, const Rational& p1, const Rational& alpha, const Rational& beta);

enum class SprtDecision : std::uint8_t { undecided, reject_h0, accept_h0 };

struct SprtStop {
  SprtDecision decision = SprtDecision::undecided;
  std::uint64_t rows = 0;  // at the decision, or all of them
  double llr = 0;
};
// The rows are 1 ... n, those in `marked` (ascending) successes, or failures with `marked_fail`.
SprtStop sprt_run(const SprtBounds& bounds, std::uint64_t n, std::span<const std::uint64_t> marked, bool marked_fail);

// Operating characteristic when every row succeeds with probability `p` and the test stops at `max_rows` undecided:
// exact, by carrying the distribution of successes among the undecided from row to row.
struct SprtCharacteristic {
  double reject = 0, accept = 0, undecided = 0, expected_rows = 0;
};
// Nothing when there are more than some 1e9 states to walk through.
std::optional<SprtCharacteristic> sprt_characteristic(const SprtBounds& bounds, const Rational& p,
                                                      std::uint64_t max_rows);

}  // namespace proofmark::statistics
