// Falls, and with which later sample they come back.
#include "runtime/snapshot/interleaved_totals.h"

#include <algorithm>

namespace proofmark::snapshot {
namespace {

using Samples = std::vector<const Totals*>;

constexpr std::size_t kMostCounters = 32;
constexpr std::size_t kLeastTurns = 4;

bool most(std::size_t some, std::size_t all) {
  return some > all - some;
}

std::optional<Interleaving> two(const Samples& samples, const std::vector<std::size_t>& fallen) {
  Interleaving found{2, fallen.size(), 0, 0};
  for (const std::size_t place : fallen) {
    if (place + 2 >= samples.size() || falls(*samples[place], *samples[place + 2])) continue;
    if (found.come_back++ == 0) found.first = place;
  }
  if (found.come_back < 2 || !most(found.come_back, found.falls)) return std::nullopt;
  return found;
}

std::optional<Interleaving> many(const Samples& samples, const std::vector<std::size_t>& fallen, std::size_t counters) {
  Interleaving found{counters, fallen.size(), 0, 0};
  const std::size_t pairs = samples.size() - counters;
  std::size_t kept = 0, on_end = 0;      // pairs that do not fall
  std::size_t turns = 0, last_turn = 0;  // in which falls come back
  auto fall = fallen.begin();
  for (std::size_t i = 0; i < pairs; ++i) {
    const bool keeps = !falls(*samples[i], *samples[i + counters]);
    kept += keeps ? 1 : 0;
    on_end = keeps ? on_end + 1 : 0;
    if (fall == fallen.end() || *fall != i) continue;
    ++fall;
    if (on_end < counters) continue;
    if (found.come_back++ == 0) found.first = i;
    if (turns == 0 || i / counters != last_turn) ++turns;
    last_turn = i / counters;
  }
  if (kept < pairs - pairs / 10 || turns < kLeastTurns - 1 || !most(found.come_back, found.falls)) return std::nullopt;
  return found;
}

}  // namespace

bool falls(const Totals& before, const Totals& now) {
  for (std::size_t i = 0; i < now.size(); ++i)
    if (now[i] < before[i]) return true;
  return false;
}

std::optional<Interleaving> interleaving_of(const Samples& samples) {
  std::vector<std::size_t> fallen;
  for (std::size_t i = 0; i + 1 < samples.size(); ++i)
    if (falls(*samples[i], *samples[i + 1])) fallen.push_back(i);
  if (fallen.size() < 2) return std::nullopt;
  std::optional<Interleaving> found = two(samples, fallen);
  const std::size_t most_counters = std::min(kMostCounters, samples.size() / kLeastTurns);
  for (std::size_t counters = 3; !found && counters <= most_counters; ++counters)
    found = many(samples, fallen, counters);
  return found;
}

}  // namespace proofmark::snapshot
