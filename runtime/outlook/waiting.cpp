// Exact rationals; what would not fit them is a time that nobody waits for.
#include "runtime/outlook/waiting.h"

#include <algorithm>

namespace proofmark::outlook {
namespace {

using plan::Int128;

// The next look not before `ns`.
std::optional<Rational> at_a_look(const Rational& ns, std::int64_t every_ns) {
  if (every_ns <= 0) return ns;
  const auto looks = divide(ns, Rational(every_ns));
  const auto whole = looks ? Rational::make(std::max<Int128>(looks->ceil(), 1), 1) : std::nullopt;
  return whole ? multiply(*whole, Rational(every_ns)) : std::nullopt;
}

Wait wait_for(const Arrival& arrival, std::uint64_t rows, const Rational& minimum_ns) {
  Wait wait;
  wait.rows = rows;
  if (!arrival.rows_per_ns) return wait;
  const auto coming = divide(Rational(static_cast<std::int64_t>(rows)), *arrival.rows_per_ns);
  if (coming) wait.ns = at_a_look(std::max(*coming, minimum_ns), arrival.look_every_ns);
  const auto room = rows_in_window(arrival);
  wait.fits = !room || rows <= *room;
  return wait;
}

}  // namespace

std::optional<std::uint64_t> rows_in_window(const Arrival& arrival) {
  if (!arrival.rows_per_ns || !arrival.window_ns) return std::nullopt;
  const auto rows = multiply(*arrival.rows_per_ns, *arrival.window_ns);
  if (!rows || rows->floor() > Int128(kMostRows)) return kMostRows;
  return static_cast<std::uint64_t>(rows->floor());
}

Wait wait_for_pass(const Arrival& arrival, std::uint64_t rows) {
  return wait_for(arrival, std::max(rows, arrival.minimum_rows), arrival.minimum_ns);
}

Wait wait_for_fail(const Arrival& arrival, std::uint64_t rows) {
  return wait_for(arrival, rows, Rational());
}

}  // namespace proofmark::outlook
