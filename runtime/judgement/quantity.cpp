// Choosing a scale that reads well, then exact decimal text. No locale is ever asked.
#include "runtime/judgement/quantity.h"

#include <array>
#include <chrono>

namespace proofmark::judgement {
namespace {

using plan::Int128;
using plan::Rational;
using plan::Unit;

struct Scale {
  std::int64_t base = 1;  // base units in one shown unit
  const char* suffix = "";
};

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::array<Scale, 7> kDurations{{{86'400 * kSecond, "d"},
                                           {3'600 * kSecond, "h"},
                                           {60 * kSecond, "m"},
                                           {kSecond, "s"},
                                           {1'000'000, "ms"},
                                           {1'000, "us"},
                                           {1, "ns"}}};
using Sizes = std::array<Scale, 4>;
constexpr Sizes kBinarySizes{{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}, {1, "B"}}};
constexpr Sizes kDecimalSizes{{{1'000'000'000, "GB"}, {1'000'000, "MB"}, {1'000, "kB"}, {1, "B"}}};

Rational magnitude(const Rational& value) {
  return value.is_negative() ? *negate(value) : value;
}

// Days, hours and minutes only when they come out whole: 100 s is not "1.667m".
Scale duration_scale(const Rational& value) {
  for (const Scale& scale : kDurations) {
    if (magnitude(value) < Rational(scale.base)) continue;
    if (scale.base <= kSecond) return scale;
    const auto shown = divide(value, Rational(scale.base));
    if (shown && shown->is_integer()) return scale;
  }
  return value.is_zero() ? kDurations[3] : kDurations.back();
}

Scale size_scale(const Rational& value, const Sizes& sizes) {
  for (const Scale& scale : sizes)
    if (magnitude(value) >= Rational(scale.base)) return scale;
  return sizes.back();
}

// The units in which it is written shorter: 50 GB is a round number in one of them only.
const Sizes& sizes_of(const Rational& value) {
  const auto length = [&](const Sizes& sizes) {
    const std::optional<Rational> scaled = divide(value, Rational(size_scale(value, sizes).base));
    return scaled ? scaled->to_decimal().size() : std::string::npos;
  };
  return length(kDecimalSizes) < length(kBinarySizes) ? kDecimalSizes : kBinarySizes;
}

std::string grouped(std::string digits) {
  const std::size_t point = std::min(digits.find_first_of("./"), digits.size());
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  for (std::size_t i = point; i > first + 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

// A value in the unit it is shown in: that unit in base units, and its name.
struct Shown {
  Rational value, unit;
  std::string suffix;
};

Scale ratio_scale(bool in_ppm) {
  return {in_ppm ? 1'000'000 : 100, in_ppm ? " ppm" : " %"};
}

// A measured size is shown in the units of the threshold, `like`.
std::optional<Shown> shown(const Rational& value, Display display, const Rational& like) {
  Scale scale;
  switch (display.unit) {
    case Unit::ratio:
      scale = ratio_scale(display.in_ppm);
      break;
    case Unit::duration:
      scale = duration_scale(value);
      break;
    case Unit::bytes:
      scale = size_scale(value, sizes_of(like));
      break;
    case Unit::number:
    case Unit::timestamp:
      break;
  }
  const Rational unit = display.unit == Unit::ratio ? *Rational::make(1, scale.base) : Rational(scale.base);
  const std::optional<Rational> scaled = divide(value, unit);
  return scaled ? std::optional<Shown>(Shown{*scaled, unit, scale.suffix}) : std::nullopt;
}

bool is_instant(const Rational& value) {
  return value.is_integer() && value.numerator() >= INT64_MIN && value.numerator() <= INT64_MAX;
}

std::string two_digits(unsigned value) {
  return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

}  // namespace

std::string exact_quantity(const Rational& value, Display display) {
  if (display.unit == Unit::timestamp && is_instant(value))
    return timestamp_text(static_cast<std::int64_t>(value.numerator()));
  const std::optional<Shown> one = shown(value, display, value);
  return one ? grouped(one->value.to_decimal()) + one->suffix : value.to_decimal();
}

std::string measured_quantity(const std::string& text, Rounding rounding, const Rational& threshold, Display display,
                              int significant) {
  const std::optional<Rational> value = Rational::parse(text);
  if (!value) return text;
  if (display.unit == Unit::timestamp && is_instant(*value)) return exact_quantity(*value, display);
  const std::optional<Shown> one = shown(*value, display, threshold.is_zero() ? *value : threshold);
  if (!one) return text;
  for (int digits = significant; digits <= 40; ++digits) {
    const std::string rounded = decimal(one->value, digits, rounding);
    const std::optional<Rational> read = Rational::parse(rounded);
    if (!read) break;
    // Back in base units, it must lie to the threshold as the unrounded value does.
    const std::optional<Rational> back = multiply(*read, one->unit);
    if (!back) break;
    if ((*back <=> threshold) == (*value <=> threshold)) return grouped(rounded) + one->suffix;
  }
  return exact_quantity(*value, display);
}

std::string duration_text(std::int64_t ns) {
  return exact_quantity(Rational(ns), {Unit::duration, false});
}

// With what is left of it in the next smaller unit; of a hundred days or more nobody asks for the hours.
std::string span_text(Int128 ns) {
  const Int128 length = ns < 0 ? -ns : ns;
  std::size_t i = 0;
  while (length < kDurations[i].base && kDurations[i].base > kSecond) ++i;
  const Int128 base = kDurations[i].base;
  if (base <= kSecond)
    return measured_quantity(plan::to_string(ns), Rounding::half_even, Rational(-1), {Unit::duration, false}, 3);
  const Int128 finest = length >= 100 * base ? base : Int128(kDurations[i + 1].base);
  const Int128 rounded = (length + finest / 2) / finest * finest;
  const std::string sign = ns < 0 ? "-" : "";
  if (i > 0 && rounded >= kDurations[i - 1].base) return sign + "1" + kDurations[i - 1].suffix;
  std::string text = sign + grouped(plan::to_string(rounded / base)) + kDurations[i].suffix;
  if (rounded % base > 0) text += " " + plan::to_string(rounded % base / finest) + kDurations[i + 1].suffix;
  return text;
}

std::string timestamp_text(std::int64_t ns) {
  using namespace std::chrono;
  const sys_time<nanoseconds> instant{nanoseconds{ns}};
  const sys_days day = floor<days>(instant);
  const year_month_day date{day};
  const hh_mm_ss<nanoseconds> time{instant - day};
  const int year = static_cast<int>(date.year());
  std::string text = two_digits(static_cast<unsigned>(year / 100)) + two_digits(static_cast<unsigned>(year % 100)) +
                     "-" + two_digits(static_cast<unsigned>(date.month())) + "-" +
                     two_digits(static_cast<unsigned>(date.day())) + "T" +
                     two_digits(static_cast<unsigned>(time.hours().count())) + ":" +
                     two_digits(static_cast<unsigned>(time.minutes().count())) + ":" +
                     two_digits(static_cast<unsigned>(time.seconds().count()));
  if (const std::int64_t fraction = time.subseconds().count(); fraction != 0) {
    std::string digits = std::to_string(fraction);
    digits.insert(0, 9 - digits.size(), '0');
    while (digits.back() == '0') digits.pop_back();
    text += "." + digits;
  }
  return text + "Z";
}

std::string grouped_digits(std::uint64_t count) {
  return grouped(std::to_string(count));
}

std::string percent(const Rational& ratio) {
  return exact_quantity(ratio, {Unit::ratio, false});
}

}  // namespace proofmark::judgement
