// Times with two digits that mean something.
#include "cli/cost_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace proofmark::cli {

std::string ms_text(std::int64_t ns) {
  constexpr double kNsPerMs = 1e6;
  return fmt::format("{:.2f} ms", static_cast<double>(ns) / kNsPerMs);
}

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, ",");
  return digits;
}

std::string rate_text(std::uint64_t done, std::string_view what, double seconds) {
  constexpr double kShownInMillions = 1e7;
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
  if (rate >= kShownInMillions) return fmt::format("{:.0f} million {} a second", rate / 1e6, what);
  return fmt::format("{} {} a second", with_commas(static_cast<std::uint64_t>(rate)), what);
}

std::string rate_text(std::uint64_t done, std::string_view what, std::int64_t ns) {
  constexpr double kNsPerS = 1e9;
  return rate_text(done, what, static_cast<double>(ns) / kNsPerS);
}

}  // namespace proofmark::cli
