// Days are counted in eras of 400 years that start in March, so that the leap day is the last of its year.
#include "runtime/snapshot/time_text.h"

#include <cstdio>

#include "runtime/plan/number.h"

namespace proofmark::snapshot {
namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

struct Date {
  std::int64_t year = 0;
  int month = 0, day = 0;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::int64_t days_since_epoch(const Date& date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

Date date_of(std::int64_t days) {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int month_from_march = static_cast<int>((5 * day_of_year + 2) / 153);
  const int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1)};
}

int days_in_month(const Date& date) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
  return date.month == 2 && leap ? 29 : kDays[date.month - 1];
}

// Takes the text from the front; `formed` stays true while it has the form of a time.
class Taker {
 public:
  explicit Taker(std::string_view text) : rest_(text) {}
  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (rest_.empty() || !is_digit(rest_.front())) {
        formed = false;
        return 0;
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool optional(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void required(std::string_view any_of) { formed = optional(any_of) && formed; }
  bool at_digit() const { return !rest_.empty() && is_digit(rest_.front()); }
  bool at_end() const { return rest_.empty(); }

  bool formed = true;

 private:
  std::string_view rest_;
};

struct Fraction {
  std::int64_t ns = 0;
  bool below_nanosecond = false;
};

Fraction take_fraction(Taker& text) {
  Fraction fraction;
  if (!text.optional(".")) return fraction;
  if (!text.at_digit()) text.formed = false;
  std::int64_t unit = kNsPerSecond / 10;
  while (text.at_digit()) {
    const int digit = text.number(1);
    fraction.ns += digit * unit;
    if (unit == 0 && digit != 0) fraction.below_nanosecond = true;
    unit /= 10;
  }
  return fraction;
}

}  // namespace

TimeReading read_rfc3339(std::string_view whole) {
  Taker text(whole);
  Date date;
  date.year = text.number(4);
  text.required("-");
  date.month = text.number(2);
  text.required("-");
  date.day = text.number(2);
  text.required("Tt ");
  const int hour = text.number(2);
  text.required(":");
  const int minute = text.number(2);
  text.required(":");
  const int second = text.number(2);
  const Fraction fraction = take_fraction(text);
  if (!text.formed) return {0, TimeProblem::not_a_time};
  if (text.at_end()) return {0, TimeProblem::no_offset};
  int offset_minutes = 0;
  if (!text.optional("Zz")) {
    const bool west = text.optional("-");
    if (!west) text.required("+");
    const int hours = text.number(2);
    text.required(":");
    const int minutes = text.number(2);
    if (text.formed && (hours > 23 || minutes > 59)) return {0, TimeProblem::impossible};
    offset_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
  }
  if (!text.formed || !text.at_end()) return {0, TimeProblem::not_a_time};
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > days_in_month(date) || hour > 23 || minute > 59 ||
      second > 60)
    return {0, TimeProblem::impossible};
  if (second == 60) return {0, TimeProblem::leap_second};
  if (fraction.below_nanosecond) return {0, TimeProblem::below_nanosecond};
  const std::int64_t seconds =
      days_since_epoch(date) * kSecondsPerDay + hour * 3600 + (minute - offset_minutes) * 60 + second;
  const plan::Int128 ns = plan::Int128(seconds) * kNsPerSecond + fraction.ns;
  if (ns < INT64_MIN || ns > INT64_MAX) return {0, TimeProblem::out_of_range};
  return {static_cast<std::int64_t>(ns), TimeProblem::none};
}

std::optional<std::int64_t> parse_rfc3339(std::string_view text) {
  const TimeReading reading = read_rfc3339(text);
  if (reading.problem != TimeProblem::none) return std::nullopt;
  return reading.ns;
}

std::string format_rfc3339(std::int64_t ns) {
  const std::int64_t fraction = (ns % kNsPerSecond + kNsPerSecond) % kNsPerSecond;
  const std::int64_t seconds = ns / kNsPerSecond - (ns % kNsPerSecond < 0 ? 1 : 0);
  const std::int64_t of_day = (seconds % kSecondsPerDay + kSecondsPerDay) % kSecondsPerDay;
  const Date date = date_of((seconds - of_day) / kSecondsPerDay);
  char text[64];
  const int length =
      std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%09d", static_cast<int>(date.year), date.month,
                    date.day, static_cast<int>(of_day / 3600), static_cast<int>(of_day / 60 % 60),
                    static_cast<int>(of_day % 60), static_cast<int>(fraction));
  std::string result(text, static_cast<std::size_t>(length));
  if (fraction == 0) {
    result.resize(result.size() - 10);  // the point too
  } else if (fraction % 1'000'000 == 0) {
    result.resize(result.size() - 6);
  } else if (fraction % 1000 == 0) {
    result.resize(result.size() - 3);
  }
  return result + "Z";
}

}  // namespace proofmark::snapshot
