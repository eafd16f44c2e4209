// Times that samples of a series with an earlier one fall on are sorted once; each first sample is looked up there.
#include "runtime/snapshot/late_series.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace proofmark::snapshot {
namespace {

// a >= b; the distance of two int64 is a uint64.
std::uint64_t distance(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
}

// Nothing of a series with one sample.
std::optional<std::uint64_t> interval_of(const SeriesTimes& series) {
  if (series.times.size() < 2) return std::nullopt;
  std::vector<std::uint64_t> steps;
  for (std::size_t i = 1; i < series.times.size(); ++i) steps.push_back(distance(series.times[i], series.times[i - 1]));
  const auto median = steps.begin() + static_cast<std::ptrdiff_t>((steps.size() - 1) / 2);
  std::nth_element(steps.begin(), median, steps.end());
  return *median;
}

// Samples that are not the first of their series, alone and with the next one.
class LaterSamples {
 public:
  explicit LaterSamples(const std::vector<SeriesTimes>& all) {
    for (const SeriesTimes& series : all)
      for (std::size_t i = 1; i < series.times.size(); ++i) {
        times_.push_back(series.times[i]);
        if (i + 1 < series.times.size()) pairs_.emplace_back(series.times[i], series.times[i + 1]);
      }
    keep_distinct(times_);
    keep_distinct(pairs_);
  }

  bool hold_start_of(const SeriesTimes& series) const {
    const std::vector<std::int64_t>& times = series.times;
    if (times.size() == 1) return std::binary_search(times_.begin(), times_.end(), times[0]);
    return std::binary_search(pairs_.begin(), pairs_.end(), std::pair(times[0], times[1]));
  }

 private:
  template <typename List>
  static void keep_distinct(List& list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }

  std::vector<std::int64_t> times_;
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs_;
};

}  // namespace

std::vector<bool> late_series(const std::vector<SeriesTimes>& all) {
  std::vector<bool> late(all.size());
  if (all.empty()) return late;
  const LaterSamples later(all);
  std::unordered_map<std::uint32_t, std::int64_t> first_of_labels;
  std::optional<std::uint64_t> least;
  std::int64_t first = all.front().times.front();
  for (const SeriesTimes& series : all) {
    const std::int64_t begin = series.times.front();
    first = std::min(first, begin);
    const auto [found, fresh] = first_of_labels.emplace(series.labels, begin);
    if (!fresh) found->second = std::min(found->second, begin);
    if (const auto interval = interval_of(series)) least = std::min(least.value_or(*interval), *interval);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::int64_t begin = all[i].times.front();
    std::optional<std::uint64_t> interval = interval_of(all[i]);
    if (!interval) interval = least;
    late[i] = first_of_labels[all[i].labels] < begin || later.hold_start_of(all[i]) ||
              (interval && begin > first && distance(begin, first) >= *interval);
  }
  return late;
}

}  // namespace proofmark::snapshot
