// Quantities as people write them: 99.5 %, 10 ppm, 300ms, 1.5GiB, 2026-01-31T12:00:00Z, 12,345.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/judgement/decimal.h"
#include "runtime/plan/plan.h"

namespace proofmark::judgement {

struct Display {
  plan::Unit unit = plan::Unit::number;
  bool in_ppm = false;  // ratios only
};

// Exactly: for thresholds, which the policy wrote.
std::string exact_quantity(const plan::Rational& value, Display display);

// A measured value (decimal text, as in Judged) with at least `significant` digits, and as many more as it takes to
// stay on its side of the threshold. A text that no exact number holds is shown as it is; empty stays empty.
std::string measured_quantity(const std::string& text, Rounding rounding, const plan::Rational& threshold,
                              Display display, int significant = 4);

std::string duration_text(std::int64_t ns);        // "1h30m" is written 90m, "30d", "1.5s", "250ms"
std::string timestamp_text(std::int64_t ns);       // RFC 3339 in UTC, fraction only when there is one
std::string grouped_digits(std::uint64_t count);   // "12,345"
std::string percent(const plan::Rational& ratio);  // "95 %"

// A span of time as people say it, rounded: "366d", "1d 4h", "2m 45s", "1.5s". Of two spans that are a twentieth apart
// the longer one never reads as the shorter one does.
std::string span_text(plan::Int128 ns);

}  // namespace proofmark::judgement
