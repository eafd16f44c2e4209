// Times as text: RFC 3339 to and from integer nanoseconds since 1970-01-01T00:00:00Z, exactly and without a clock,
// a locale or a time-zone database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proofmark::snapshot {

enum class TimeProblem : std::uint8_t {
  none,
  not_a_time,        // not of the form 2026-01-31T23:59:59.123456789Z
  no_offset,         // a date and a time, but neither `Z` nor an offset: which instant it is nobody can say
  impossible,        // of that form, but there is no 31 April and no hour 25
  leap_second,       // second 60: it has no place in a count of nanoseconds
  below_nanosecond,  // more than nine digits of a second that are not zeros
  out_of_range,      // before 1677-09-21 or after 2262-04-11: beyond 64 bits of nanoseconds
};

struct TimeReading {
  std::int64_t ns = 0;
  TimeProblem problem = TimeProblem::none;
};

// The whole of `text` is one time. `T` and `Z` may be lower case, and a space may stand for the `T`.
TimeReading read_rfc3339(std::string_view text);
std::optional<std::int64_t> parse_rfc3339(std::string_view text);

// UTC with `Z`, and 0, 3, 6 or 9 digits of a second: as few as say it exactly.
std::string format_rfc3339(std::int64_t ns);

}  // namespace proofmark::snapshot
