// A sample of the keys cuts all values into ranges of a size that a cache holds. The parts are sorted, so that each has
// a range's values in one place; they are brought together, sorted by digits, and ranked. What lies below a range is
// known before it is looked at, so that ranges need not wait for each other.
#include "runtime/engine/midranks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>

#include "runtime/engine/block_driver.h"

namespace proofmark::engine {
namespace {

using plan::Int128;

constexpr std::size_t kRangeValues = 65'536;  // that a range is to hold at least
constexpr std::size_t kMostRanges = 64;       // each has sums of its own for every part
constexpr std::size_t kSampledOfRange = 32;   // keys of the sample for a range

struct Placed {
  std::int64_t key = 0;
  std::uint32_t part = 0;
  std::uint64_t times = 1;
};

// Keys from `first` on, up to the next range's.
struct Range {
  std::int64_t first = INT64_MIN;
  Int128 below = 0;  // how many values lie below the range
};

void sort_together(KeyedPart& part) {
  if (part.weights.empty()) return std::sort(part.keys.begin(), part.keys.end());
  std::vector<std::pair<std::int64_t, std::uint64_t>> pairs;
  for (std::size_t i = 0; i < part.keys.size(); ++i) pairs.emplace_back(part.keys[i], part.weights[i]);
  std::sort(pairs.begin(), pairs.end());
  for (std::size_t i = 0; i < part.keys.size(); ++i) std::tie(part.keys[i], part.weights[i]) = pairs[i];
}

std::size_t size_of(const std::vector<KeyedPart>& parts) {
  std::size_t size = 0;
  for (const KeyedPart& part : parts) size += part.keys.size();
  return size;
}

// A key that the sample has again and again is a range of its own: however many values there are of it, no other range
// grows by them.
std::vector<Range> ranges_of(const std::vector<KeyedPart>& parts, std::size_t size) {
  const std::size_t wanted = std::clamp<std::size_t>(size / kRangeValues, 1, kMostRanges);
  const std::size_t stride = std::max<std::size_t>(1, size / (wanted * kSampledOfRange));
  std::vector<std::int64_t> sample;
  std::size_t next = stride / 2;
  for (const KeyedPart& part : parts) {
    for (; next < part.keys.size(); next += stride) sample.push_back(part.keys[next]);
    next -= part.keys.size();
  }
  std::sort(sample.begin(), sample.end());
  std::vector<Range> ranges(1);
  const auto begin_at = [&](std::int64_t key) {
    if (key > ranges.back().first) ranges.push_back({key, 0});
  };
  for (std::size_t at = kSampledOfRange; at < sample.size(); at += kSampledOfRange) {
    begin_at(sample[at]);
    const bool again = sample[at] == sample[at - kSampledOfRange / 2];
    if (again && sample[at] < INT64_MAX) begin_at(sample[at] + 1);
  }
  return ranges;
}

// The places of a part's values that lie in a range.
struct Cut {
  std::size_t begin = 0, end = 0;
};
Cut cut_of(const KeyedPart& part, const std::vector<Range>& ranges, std::size_t range) {
  const auto place_of = [&](std::size_t index) {
    const auto from = std::lower_bound(part.keys.begin(), part.keys.end(), ranges[index].first);
    return static_cast<std::size_t>(from - part.keys.begin());
  };
  return {place_of(range), range + 1 < ranges.size() ? place_of(range + 1) : part.keys.size()};
}

std::uint64_t times_of(const KeyedPart& part, std::size_t place) {
  return part.weights.empty() ? 1 : part.weights[place];
}

Int128 count_of(const std::vector<KeyedPart>& parts, const std::vector<Range>& ranges, std::size_t range) {
  Int128 count = 0;
  for (const KeyedPart& part : parts) {
    const Cut cut = cut_of(part, ranges, range);
    if (part.weights.empty()) count += Int128(cut.end - cut.begin);
    for (std::size_t i = cut.begin; i < cut.end && !part.weights.empty(); ++i) count += Int128(part.weights[i]);
  }
  return count;
}

// By digits of eleven bits, of those in which the keys differ at all.
void sort_by_key(std::vector<Placed>& values, std::vector<Placed>& spare) {
  constexpr unsigned kDigitBits = 11;
  constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  if (values.empty()) return;
  std::int64_t least = values.front().key, greatest = least;
  for (const Placed& value : values) {
    least = std::min(least, value.key);
    greatest = std::max(greatest, value.key);
  }
  const auto above = [least](const Placed& value) {
    return static_cast<std::uint64_t>(value.key) - static_cast<std::uint64_t>(least);
  };
  const auto bits =
      static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(greatest) - static_cast<std::uint64_t>(least)));
  spare.resize(values.size());
  for (unsigned shift = 0; shift < bits; shift += kDigitBits) {
    std::array<std::uint32_t, kDigits> place{};
    for (const Placed& value : values) ++place[above(value) >> shift & (kDigits - 1)];
    std::uint32_t sum = 0;
    for (std::uint32_t& one : place) sum += std::exchange(one, sum);
    for (const Placed& value : values) spare[place[above(value) >> shift & (kDigits - 1)]++] = value;
    values.swap(spare);
  }
}

// What a part's values in a range come to.
struct Sums {
  std::uint64_t known = 0;
  Int128 sum = 0, squares = 0;
  bool held = true;  // the squares, by 127 bits

  void add(const Sums& more) {
    known += more.known;
    sum += more.sum;
    held = held && more.held && !__builtin_add_overflow(squares, more.squares, &squares);
  }
};

// Of fewer values than this no sum of squares is too large: of n it is at most n times the square of 2 n.
constexpr Int128 kFewValues = Int128(1) << 41;

void add_rank(Sums& into, Int128 doubled_rank, std::uint64_t times, bool few) {
  if (few && times == 1) {
    const auto rank = static_cast<std::uint64_t>(doubled_rank);
    ++into.known;
    into.sum += rank;
    into.squares += Int128(rank) * rank;
    return;
  }
  Sums one{times, doubled_rank * Int128(times)};
  one.held = !__builtin_mul_overflow(doubled_rank, doubled_rank, &one.squares) &&
             !__builtin_mul_overflow(one.squares, Int128(times), &one.squares);
  into.add(one);
}

// `values` ascending.
void add_ranks(const std::vector<Placed>& values, Int128 below, bool few, std::vector<Sums>& sums) {
  for (std::size_t begin = 0, end = 0; begin < values.size(); begin = end) {
    Int128 equal = 0;
    for (; end < values.size() && values[end].key == values[begin].key; ++end) equal += Int128(values[end].times);
    for (std::size_t i = begin; i < end; ++i)
      add_rank(sums[values[i].part], 2 * below + equal + 1, values[i].times, few);
    below += equal;
  }
}

std::vector<Sums> sums_of_range(const std::vector<KeyedPart>& parts, const std::vector<Range>& ranges,
                                std::size_t range, bool few) {
  std::vector<Sums> sums(parts.size());
  const bool one_key = range + 1 < ranges.size() && ranges[range + 1].first == ranges[range].first + 1;
  const Int128 of_one = one_key ? count_of(parts, ranges, range) : 0;
  std::vector<Placed> values, spare;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Cut cut = cut_of(parts[i], ranges, range);
    for (std::size_t place = cut.begin; place < cut.end; ++place) {
      const std::uint64_t times = times_of(parts[i], place);
      if (one_key)
        add_rank(sums[i], 2 * ranges[range].below + of_one + 1, times, few);
      else
        values.push_back({parts[i].keys[place], static_cast<std::uint32_t>(i), times});
    }
  }
  sort_by_key(values, spare);
  add_ranks(values, ranges[range].below, few, sums);
  return sums;
}

}  // namespace

std::vector<plan::MomentSums> doubled_midranks(std::vector<KeyedPart>& parts, unsigned threads) {
  const std::size_t size = size_of(parts);
  over_tasks(parts.size(), threads, size, [&](std::size_t i) { sort_together(parts[i]); });
  std::vector<Range> ranges = ranges_of(parts, size);
  std::vector<Int128> counts(ranges.size());
  over_tasks(ranges.size(), threads, size, [&](std::size_t r) { counts[r] = count_of(parts, ranges, r); });
  for (std::size_t r = 1; r < ranges.size(); ++r) ranges[r].below = ranges[r - 1].below + counts[r - 1];
  const bool few = ranges.back().below + counts.back() < kFewValues;
  std::vector<std::vector<Sums>> sums(ranges.size());
  over_tasks(ranges.size(), threads, size, [&](std::size_t r) { sums[r] = sums_of_range(parts, ranges, r, few); });
  std::vector<plan::MomentSums> all;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Sums of_part;
    for (const std::vector<Sums>& of_range : sums) of_part.add(of_range[i]);
    all.push_back({of_part.known, 0, 0, of_part.sum, {}});
    if (of_part.held) all.back().squares = of_part.squares;
  }
  return all;
}

}  // namespace proofmark::engine
