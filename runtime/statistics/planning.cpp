// How many rows a claim needs: none bad at all (success run), or more of the kind seen so far.
//
// Both claims are turned into "at most so many bad rows": the claim passes with c bad rows of n iff
// P(X <= c | n, q) <= alpha, where q is the bad share at the threshold. For fixed c that is monotone in n.
#include <algorithm>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/binomial_tails.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/special_functions.h"

namespace proofmark::statistics {
namespace {

using plan::UInt128;

constexpr std::uint64_t kMostRowsForCleanRun = 1'000'000'000'000'000'000;
constexpr std::uint64_t kMostFurtherRows = 1'000'000'000'000;

Ratio allowed_bad_share(const ProportionClaim& claim) {
  const Ratio threshold = ratio_of(claim.threshold);
  return claim.at_least ? complement(threshold) : threshold;
}

// The largest n at which c bad rows of n are no better than the observed bad of total: floor(c total / bad), capped.
std::uint64_t rows_with(std::uint64_t c, std::uint64_t bad, std::uint64_t total, std::uint64_t cap) {
  const UInt128 rows = UInt128(c) * total / bad;
  return rows > cap ? cap : static_cast<std::uint64_t>(rows);
}

// Where the normal approximation passes: n (q - r) = z sqrt(n q (1-q)), r the observed bad share.
double rows_by_normal(double q, double r, double level) {
  const double z = normal_quantile_estimate(level) / (q - r);
  return z * z * q * (1 - q);
}

// Smallest n with (1 - q)^n <= alpha.
std::optional<std::uint64_t> clean_run(const Ratio& q, const Ratio& level) {
  const auto passes = [&](std::uint64_t n) { return is_within(weigh_power(complement(q), n, level).against, false); };
  const double log_level = log_of(to_double(level), to_double(complement(level)));
  const double guess = log_level / log_of(to_double(complement(q)), to_double(q)) + 1;
  const bool near = guess < static_cast<double>(kMostRowsForCleanRun) / 2;  // so it is there: no need to ask so far out
  if (!near && !passes(kMostRowsForCleanRun)) return std::nullopt;
  const std::uint64_t start = near ? static_cast<std::uint64_t>(guess) : kMostRowsForCleanRun;
  return first_where<std::uint64_t>(1, kMostRowsForCleanRun, start, passes);
}

// Smallest n > bad with P(X <= bad | n, q) <= alpha.
std::optional<std::uint64_t> run_with_bad_rows(std::uint64_t bad, const Ratio& q, const Ratio& level) {
  const auto passes = [&](std::uint64_t n) { return is_within(weigh_lower_tail(bad, n, q, level).against, false); };
  if (bad >= kMaximumRows || !passes(kMaximumRows)) return std::nullopt;
  // n q - z sqrt(n q) = bad, solved for sqrt(n q).
  const double z = -normal_quantile_estimate(to_double(level)), c = static_cast<double>(bad);
  const double root = (z + std::sqrt(z * z + 4 * c)) / 2, guess = root * root / to_double(q);
  const std::uint64_t start = guess < 1e13 ? static_cast<std::uint64_t>(guess) : kMaximumRows;
  return first_where<std::uint64_t>(bad + 1, kMaximumRows, start, passes);
}

}  // namespace

std::optional<std::uint64_t> further_rows_to_pass(const ProportionCounts& counts, const ProportionClaim& claim,
                                                  const Rational& alpha) {
  PROOFMARK_CHECK(counts.unknown <= counts.n && counts.good <= counts.n - counts.unknown && counts.n <= kMaximumRows);
  const Ratio q = allowed_bad_share(claim), level = level_of(alpha);
  const std::uint64_t n = counts.n, bad = claim.at_least ? n - counts.good : counts.good + counts.unknown;
  if (n == 0) return std::nullopt;
  const auto passes = [&](std::uint64_t c, std::uint64_t rows) {
    return is_within(weigh_lower_tail(c, rows, q, level).against, false);
  };
  if (passes(bad, n)) return 0;
  if (bad == 0) {
    const auto needed = smallest_n_to_pass(claim, alpha);
    return needed && *needed - n <= kMostFurtherRows ? std::optional(*needed - n) : std::nullopt;
  }
  if (ceil_of_product(n, q) <= bad) return std::nullopt;  // bad / n >= q: no number of such rows will do

  const std::uint64_t most = std::min(n + kMostFurtherRows, kMaximumRows);
  const auto most_bad = static_cast<std::uint64_t>(UInt128(bad) * most / n);
  const auto enough = [&](std::uint64_t c) { return passes(c, rows_with(c, bad, n, most)); };
  if (!enough(most_bad)) return std::nullopt;
  const double r = static_cast<double>(bad) / static_cast<double>(n);
  const double guess = rows_by_normal(to_double(q), r, to_double(level));
  const std::uint64_t start = guess < static_cast<double>(most) ? static_cast<std::uint64_t>(guess * r) : most_bad;
  const std::uint64_t c = first_where<std::uint64_t>(bad + 1, most_bad, start, enough);
  const std::uint64_t last = rows_with(c, bad, n, most), before = rows_with(c - 1, bad, n, most);
  const auto passes_with_c = [&](std::uint64_t rows) { return passes(c, rows); };
  return first_where<std::uint64_t>(before + 1, last, before + 1, passes_with_c) - n;
}

std::optional<std::uint64_t> smallest_n_to_pass(const ProportionClaim& claim, const Rational& alpha,
                                                std::uint64_t bad) {
  const Ratio share = allowed_bad_share(claim), level = level_of(alpha);
  PROOFMARK_CHECK(!share.is_zero() && !share.is_one());
  return bad == 0 ? clean_run(share, level) : run_with_bad_rows(bad, share, level);
}

}  // namespace proofmark::statistics
