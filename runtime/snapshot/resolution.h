// What one stored unit of a column of durations stands for. Telemetry that was recorded in milliseconds is stored in
// milliseconds, so that its values need two or four bytes and not eight: a scan is as fast as its bytes are few.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

namespace proofmark::snapshot {

struct Resolution {
  std::string_view word;
  std::int64_t ns;
};

// The coarsest first; each divides the one before.
inline constexpr std::array kResolutions{Resolution{"s", 1'000'000'000}, Resolution{"ms", 1'000'000},
                                         Resolution{"us", 1'000}, Resolution{"ns", 1}};

constexpr std::string_view resolution_word(std::int64_t ns) {
  for (const Resolution& one : kResolutions)
    if (one.ns == ns) return one.word;
  return "";
}

constexpr std::optional<std::int64_t> resolution_named(std::string_view word) {
  for (const Resolution& one : kResolutions)
    if (one.word == word) return one.ns;
  return std::nullopt;
}

// Calls visit(std::integral_constant) with the resolution, so that divisions by it are multiplications.
template <typename Visit>
auto with_resolution(std::int64_t ns, Visit visit) {
  switch (ns) {
    case 1'000'000'000:
      return visit(std::integral_constant<std::int64_t, 1'000'000'000>());
    case 1'000'000:
      return visit(std::integral_constant<std::int64_t, 1'000'000>());
    case 1'000:
      return visit(std::integral_constant<std::int64_t, 1'000>());
    default:
      return visit(std::integral_constant<std::int64_t, 1>());
  }
}

// The coarsest resolution from `coarsest` on that every value, times `scale`, is a multiple of.
template <typename Wire>
std::int64_t resolution_of(std::span<const Wire> values, std::int64_t scale, std::int64_t coarsest) {
  for (const Resolution& one : kResolutions) {
    if (one.ns > coarsest) continue;
    const std::int64_t multiple = scale >= one.ns ? 1 : one.ns / scale;  // both are powers of a thousand
    // What was passed over is a multiple of a coarser one.
    values = with_resolution(multiple, [&](auto divisor) {
      std::size_t passed = 0;
      while (passed < values.size() && static_cast<std::int64_t>(values[passed]) % decltype(divisor)::value == 0)
        ++passed;
      return values.subspan(passed);
    });
    if (values.empty()) return one.ns;
  }
  return 1;
}

}  // namespace proofmark::snapshot
