// RFC 3339 times to nanoseconds since the epoch and back, exactly: no clock, no locale, no leap seconds.
#include <fmt/format.h>

#include <array>

#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// Days since 1970-01-01 of a proleptic Gregorian date, and back (Hinnant's well-known arithmetic on 400-year eras).
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct Civil {
  std::int64_t year;
  int month, day;
};
Civil civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_index = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(month_index < 10 ? month_index + 3 : month_index - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * month_index + 2) / 5 + 1)};
}

int days_in_month(std::int64_t year, int month) {
  constexpr std::array kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// Reads exactly `count` digits at `at` and moves past them; -1 when they are not there.
int digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += count;
  return value;
}

bool skip(std::string_view text, std::size_t& at, char expected) {
  if (at >= text.size() || text[at] != expected) return false;
  ++at;
  return true;
}

// ".123456789": ns; nothing when malformed or finer than 1 ns.
std::optional<std::int64_t> fraction_ns(std::string_view text, std::size_t& at) {
  if (!skip(text, at, '.')) return 0;
  std::int64_t ns = 0, unit = 100'000'000;
  const std::size_t first = at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
    if (unit == 0 && text[at] != '0') return std::nullopt;
    ns += unit * (text[at] - '0');
  }
  if (at == first) return std::nullopt;
  return ns;
}

// "Z" or "+02:00": offset in minutes.
std::optional<int> zone_minutes(std::string_view text, std::size_t& at) {
  if (skip(text, at, 'Z') || skip(text, at, 'z')) return 0;
  const bool negative = at < text.size() && text[at] == '-';
  if (!negative && (at >= text.size() || text[at] != '+')) return std::nullopt;
  ++at;
  const int hours = digits(text, at, 2);
  if (!skip(text, at, ':')) return std::nullopt;
  const int minutes = digits(text, at, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return std::nullopt;
  return (negative ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  std::size_t at = 0;
  const int year = digits(text, at, 4);
  if (year < 0 || !skip(text, at, '-')) return std::nullopt;
  const int month = digits(text, at, 2);
  if (month < 1 || month > 12 || !skip(text, at, '-')) return std::nullopt;
  const int day = digits(text, at, 2);
  if (day < 1 || day > days_in_month(year, month)) return std::nullopt;
  if (!skip(text, at, 'T') && !skip(text, at, 't') && !skip(text, at, ' ')) return std::nullopt;
  const int hour = digits(text, at, 2);
  if (hour < 0 || hour > 23 || !skip(text, at, ':')) return std::nullopt;
  const int minute = digits(text, at, 2);
  if (minute < 0 || minute > 59 || !skip(text, at, ':')) return std::nullopt;
  const int second = digits(text, at, 2);
  if (second < 0 || second > 59) return std::nullopt;
  const auto fraction = fraction_ns(text, at);
  const auto zone = fraction ? zone_minutes(text, at) : std::nullopt;
  if (!zone || at != text.size()) return std::nullopt;
  const std::int64_t seconds =
      days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - std::int64_t{*zone} * 60;
  std::int64_t ns = 0;
  if (__builtin_mul_overflow(seconds, kSecond, &ns) || __builtin_add_overflow(ns, *fraction, &ns)) return std::nullopt;
  return ns;
}

std::string show_timestamp(std::int64_t ns) {
  std::int64_t seconds = ns / kSecond, rest = ns % kSecond;
  if (rest < 0) rest += kSecond, --seconds;
  std::int64_t days = seconds / 86400, of_day = seconds % 86400;
  if (of_day < 0) of_day += 86400, --days;
  const Civil date = civil_from_days(days);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month, date.day, of_day / 3600,
                                 of_day / 60 % 60, of_day % 60);
  if (rest != 0) {
    std::string fraction = fmt::format("{:09}", rest);
    while (fraction.ends_with("000")) fraction.resize(fraction.size() - 3);
    text += "." + fraction;
  }
  return text + "Z";
}

}  // namespace proofmark::semantics
