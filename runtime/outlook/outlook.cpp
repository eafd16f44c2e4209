// Puts the answers of power.h and waiting.h together, and chooses the rows at which the curve is drawn.
#include "runtime/outlook/outlook.h"

#include <algorithm>
#include <array>

#include "runtime/judgement/anytime.h"
#include "runtime/judgement/decimal.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::outlook {
namespace {

constexpr std::array<std::uint64_t, 4> kBadRows{0, 1, 2, 5};

CurvePoint point_at(const Question& question, std::uint64_t rows) {
  CurvePoint point;
  point.rows = rows;
  point.passes_with = most_bad_to_pass(question.test, rows);
  point.fails_with = least_bad_to_fail(question.test, rows);
  point.better = chances(question.test, rows, question.better);
  point.worse = chances(question.test, rows, question.worse);
  // `at least N rows` keeps a pass back.
  for (Chances* chance : {&point.better, &point.worse})
    if (rows < question.arrival.minimum_rows) *chance = {0, chance->fail, 1 - chance->fail};
  if (rows < question.arrival.minimum_rows) point.passes_with.reset();
  return point;
}

// Half as many rows again as are needed; not more than the window holds.
std::uint64_t last_rows_of_curve(const Outlook& outlook) {
  std::uint64_t rows = 0;
  for (const std::optional<Wait>& wait : {outlook.pass, outlook.fail})
    if (wait) rows = std::max(rows, wait->rows);
  rows = std::min(rows + rows / 2, kMostRows);
  return outlook.window ? std::min(rows, outlook.window->rows) : rows;
}

}  // namespace

Outlook look_out(const Question& question) {
  Outlook outlook;
  for (const std::uint64_t bad : kBadRows) {
    const auto rows = rows_to_pass(question.test, bad);
    outlook.possible.push_back({bad, rows ? std::optional(wait_for_pass(question.arrival, *rows)) : std::nullopt});
  }
  if (const auto rows = rows_for_pass(question.test, question.better, question.pass_power))
    outlook.pass = wait_for_pass(question.arrival, *rows);
  if (const auto rows = rows_for_fail(question.test, question.worse, question.fail_power))
    outlook.fail = wait_for_fail(question.arrival, *rows);
  if (const auto rows = rows_in_window(question.arrival); rows && *rows > 0) outlook.window = point_at(question, *rows);
  const std::uint64_t last = last_rows_of_curve(outlook);
  const std::uint64_t step = std::max<std::uint64_t>(1, (last + kCurvePoints - 1) / kCurvePoints);
  for (std::uint64_t rows = step; rows <= last; rows += step) outlook.curve.push_back(point_at(question, rows));
  return outlook;
}

std::optional<Rational> half_allowed(const Rational& allowed) {
  return divide(allowed, Rational(2));
}

std::optional<Rational> twice_allowed(const Rational& allowed) {
  const auto twice = multiply(allowed, Rational(2)), above = add(allowed, Rational(1));
  const auto half_way = above ? divide(*above, Rational(2)) : std::nullopt;
  if (!twice || !half_way) return std::nullopt;
  return std::min(*twice, *half_way);
}

Rational upper_bound_of_none(std::uint64_t rows, const Rational& alpha, bool anytime) {
  if (anytime) return judgement::anytime_bounds({0, 0, rows}, alpha).upper;
  const double upper = statistics::clopper_pearson(0, 0, rows, alpha).upper;
  return judgement::exact_rational(upper).value_or(Rational(1));
}

}  // namespace proofmark::outlook
