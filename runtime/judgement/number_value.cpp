// Comparisons and texts of measured values.
#include "runtime/judgement/number_value.h"

#include <cmath>
#include <limits>

#include "runtime/json/number_text.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Int128;
using plan::Rational;

template <typename T>
bool holds(const T& a, Comparison op, const T& b) {
  switch (op) {
    case Comparison::less:
      return a < b;
    case Comparison::at_most:
      return a <= b;
    case Comparison::greater:
      return a > b;
    case Comparison::at_least:
      return a >= b;
    case Comparison::equal:
      return a == b;
    case Comparison::not_equal:
      return a != b;
  }
  return false;
}

// value op threshold, for an integer: the rational's floor and ceiling keep it exact without forming a rational.
bool integer_holds(Int128 value, Comparison op, const Rational& threshold) {
  switch (op) {
    case Comparison::at_most:
      return value <= threshold.floor();
    case Comparison::less:
      return value < threshold.ceil();
    case Comparison::at_least:
      return value >= threshold.ceil();
    case Comparison::greater:
      return value > threshold.floor();
    case Comparison::equal:
      return threshold.is_integer() && value == threshold.numerator();
    case Comparison::not_equal:
      return !threshold.is_integer() || value != threshold.numerator();
  }
  return false;
}

std::optional<plan::Number> as_integer(Int128 value) {
  if (value < std::numeric_limits<std::int64_t>::min() || value > std::numeric_limits<std::int64_t>::max())
    return std::nullopt;
  return plan::Number(static_cast<std::int64_t>(value));
}

std::string real_text(double value) {
  return std::isfinite(value) ? json::ecmascript_number(value) : std::string();
}

}  // namespace

Sum as_sum(const plan::Number& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Int128(*integer);
  return std::get<double>(value);
}

bool compare(const Sum& value, Comparison op, const Rational& threshold) {
  if (const auto* integer = std::get_if<Int128>(&value)) return integer_holds(*integer, op, threshold);
  return holds(std::get<double>(value), op, threshold.nearest_double());
}

bool compare(const plan::Number& value, Comparison op, const Rational& threshold) {
  return compare(as_sum(value), op, threshold);
}

std::optional<plan::Number> nearest_meeting(Comparison op, const Rational& threshold, bool real) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double nearest = threshold.nearest_double();
  switch (op) {
    case Comparison::at_most:
      return real ? plan::Number(nearest) : as_integer(threshold.floor());
    case Comparison::at_least:
      return real ? plan::Number(nearest) : as_integer(threshold.ceil());
    case Comparison::less:
      return real ? plan::Number(std::nextafter(nearest, -kInfinity)) : as_integer(threshold.ceil() - 1);
    case Comparison::greater:
      return real ? plan::Number(std::nextafter(nearest, kInfinity)) : as_integer(threshold.floor() + 1);
    case Comparison::equal:
    case Comparison::not_equal:
      break;
  }
  return std::nullopt;
}

std::string number_text(const plan::Number& value) {
  return number_text(as_sum(value));
}

std::string number_text(const Sum& value) {
  if (const auto* integer = std::get_if<Int128>(&value)) return plan::to_string(*integer);
  return real_text(std::get<double>(value));
}

}  // namespace proofmark::judgement
