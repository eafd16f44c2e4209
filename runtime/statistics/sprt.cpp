#include "runtime/statistics/sprt.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

constexpr double kMaximumWork = 1e9;

// ln(a/b) of exact numbers, good however near they lie.
double log_ratio(const Rational& a, const Rational& b) {
  const auto difference = plan::subtract(a, b);
  if (const auto share = difference ? plan::divide(*difference, b) : std::nullopt)
    return log1p_of(share->nearest_double());
  const double gap = difference ? difference->nearest_double() : a.nearest_double() - b.nearest_double();
  return log1p_of(gap / b.nearest_double());
}

Rational complement(const Rational& p) {
  return *plan::subtract(Rational(1), p);
}

double ratio_at(const SprtBounds& bounds, double successes, double failures) {
  return successes * bounds.llr_success + failures * bounds.llr_failure;
}

SprtDecision decide(const SprtBounds& bounds, double llr) {
  if (llr >= bounds.log_a) return SprtDecision::reject_h0;
  return llr <= bounds.log_b ? SprtDecision::accept_h0 : SprtDecision::undecided;
}

// Undecided after a number of rows: the probability of `first`, first + 1, ... successes.
class Undecided {
 public:
  explicit Undecided(double p, double q) : p_(p), q_(q) {}

  void step() {
    mass_.push_back(0);
    for (std::size_t i = mass_.size() - 1; i > 0; --i) mass_[i] = mass_[i] * q_ + mass_[i - 1] * p_;
    mass_.front() *= q_;
    ++rows_;
  }

  // Removes what is decided. The ratio is monotone in the successes, so that lies at the ends.
  void settle(const SprtBounds& bounds, SprtCharacteristic& into) {
    std::size_t end = mass_.size();
    while (end > 0 && credit(bounds, end - 1, into)) --end;
    mass_.resize(end);
    std::size_t begin = 0;
    while (begin < end && credit(bounds, begin, into)) ++begin;
    mass_.erase(mass_.begin(), mass_.begin() + static_cast<std::ptrdiff_t>(begin));
    first_ += begin;
  }

  double total() const {
    double result = 0;
    for (const double mass : mass_) result += mass;
    return result;
  }

 private:
  bool credit(const SprtBounds& bounds, std::size_t i, SprtCharacteristic& into) const {
    const auto successes = static_cast<double>(first_ + i), rows = static_cast<double>(rows_);
    switch (decide(bounds, ratio_at(bounds, successes, rows - successes))) {
      case SprtDecision::reject_h0:
        into.reject += mass_[i];
        return true;
      case SprtDecision::accept_h0:
        into.accept += mass_[i];
        return true;
      case SprtDecision::undecided:
        return mass_[i] < 1e-300;
    }
    return false;
  }

  double p_, q_;
  std::uint64_t first_ = 0, rows_ = 0;
  std::vector<double> mass_{1};
};

}  // namespace

SprtBounds sprt_bounds(const Rational& p0, const Rational& p1, const Rational& alpha, const Rational& beta) {
  PROOFMARK_CHECK(p0 != p1);
  SprtBounds bounds;
  bounds.log_a = log_ratio(complement(beta), alpha);
  bounds.log_b = log_ratio(beta, complement(alpha));
  bounds.llr_success = log_ratio(p1, p0);
  bounds.llr_failure = log_ratio(complement(p1), complement(p0));
  const double gap = bounds.llr_success - bounds.llr_failure;
  bounds.slope = -bounds.llr_failure / gap;
  bounds.intercept_upper = bounds.log_a / gap;
  bounds.intercept_lower = bounds.log_b / gap;
  return bounds;
}

SprtStop sprt_run(const SprtBounds& bounds, std::uint64_t n, std::span<const std::uint64_t> marked, bool marked_fail) {
  std::uint64_t seen = 0;
  SprtStop stop;
  for (std::uint64_t row = 1; row <= n; ++row) {
    if (seen < marked.size() && marked[seen] == row) ++seen;
    const auto successes = static_cast<double>(marked_fail ? row - seen : seen);
    stop.rows = row;
    stop.llr = ratio_at(bounds, successes, static_cast<double>(row) - successes);
    stop.decision = decide(bounds, stop.llr);
    if (stop.decision != SprtDecision::undecided) return stop;
  }
  return stop;
}

std::optional<SprtCharacteristic> sprt_characteristic(const SprtBounds& bounds, const Rational& p,
                                                      std::uint64_t max_rows) {
  const auto rows = static_cast<double>(max_rows);
  const double width = std::fabs(bounds.intercept_upper - bounds.intercept_lower) + 2;
  if (rows * std::min(rows, width) > kMaximumWork) return std::nullopt;
  SprtCharacteristic result;
  Undecided undecided(p.nearest_double(), complement(p).nearest_double());
  for (std::uint64_t row = 0; row < max_rows; ++row) {
    const double left = undecided.total();
    if (left == 0) break;
    result.expected_rows += left;
    undecided.step();
    undecided.settle(bounds, result);
  }
  result.undecided = undecided.total();
  return result;
}

}  // namespace proofmark::statistics
