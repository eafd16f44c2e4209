// The ladder of lengths. Of two neighbours the longer is at most two and a half times as long: when a stretch has grown
// so far that its steps become longer, there are still enough of them.
#include "runtime/plan/time_steps.h"

#include <algorithm>
#include <array>

#include "runtime/plan/plan.h"

namespace proofmark::plan {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;

constexpr std::array<std::int64_t, 55> kLadder = {1,
                                                  2,
                                                  5,
                                                  10,
                                                  20,
                                                  50,
                                                  100,
                                                  200,
                                                  500,
                                                  1'000,
                                                  2'000,
                                                  5'000,
                                                  10'000,
                                                  20'000,
                                                  50'000,
                                                  100'000,
                                                  200'000,
                                                  500'000,
                                                  1'000'000,
                                                  2'000'000,
                                                  5'000'000,
                                                  10'000'000,
                                                  20'000'000,
                                                  50'000'000,
                                                  100'000'000,
                                                  200'000'000,
                                                  500'000'000,
                                                  kSecond,
                                                  2 * kSecond,
                                                  5 * kSecond,
                                                  10 * kSecond,
                                                  15 * kSecond,
                                                  30 * kSecond,
                                                  kMinute,
                                                  2 * kMinute,
                                                  5 * kMinute,
                                                  10 * kMinute,
                                                  15 * kMinute,
                                                  30 * kMinute,
                                                  kHour,
                                                  2 * kHour,
                                                  3 * kHour,
                                                  6 * kHour,
                                                  12 * kHour,
                                                  kDay,
                                                  2 * kDay,
                                                  5 * kDay,
                                                  10 * kDay,
                                                  20 * kDay,
                                                  50 * kDay,
                                                  100 * kDay,
                                                  200 * kDay,
                                                  500 * kDay,
                                                  1'000 * kDay,
                                                  2'000 * kDay};

constexpr bool climbs_slowly() {
  for (std::size_t i = 1; i < kLadder.size(); ++i)
    if (kLadder[i] <= kLadder[i - 1] || kLadder[i] > kLadder[i - 1] / 2 * 5 + kLadder[i - 1] % 2 * 2) return false;
  return true;
}
static_assert(climbs_slowly());

constexpr std::uint64_t kFewest = kSeriesSteps * 3 / 4;

}  // namespace

TimeSteps time_steps(std::int64_t first, std::int64_t last) {
  const std::uint64_t length = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
  TimeSteps steps{first, last, kLadder.front(), 0, 0};
  for (const std::int64_t step_ns : kLadder)
    if (static_cast<std::uint64_t>(step_ns) * kFewest < length) steps.step_ns = step_ns;
  steps.first_number = steps.number_of(first);
  steps.steps = static_cast<std::size_t>(steps.number_of(last) - steps.first_number) + 1;
  return steps;
}

}  // namespace proofmark::plan
