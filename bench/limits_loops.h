// What the loops by hand share, whatever the vectors: only the 64 rows of a step are written twice.
#pragma once

#include "bench/limits.h"

namespace proofmark::bench {

inline constexpr std::size_t kStep = 64;
inline constexpr std::size_t kAheadRows = 768;  // 6 KiB of durations
inline constexpr std::int64_t kLimitNs = 300'000'000;
inline constexpr std::uint16_t kErrorStatus = 500;
inline constexpr std::size_t kReadUnit = 256;  // bytes

struct Pointers {
  const std::int64_t* duration;
  const std::uint16_t* status;
  const std::uint8_t *service, *environment;
};

// All rows of a service, and those of its canary.
struct Services {
  std::array<Counted, kServices> every{}, canary{};
};

// Loops for one kind of vectors. Rows and bytes are multiples of kStep and kReadUnit.
struct Loops {
  void (*count)(const Pointers& at, std::uint8_t canary, std::size_t from, std::size_t to, Services& out);
  std::int64_t (*read)(const std::byte* memory, std::size_t bytes);
  double (*sum)(const double* values, std::size_t count);
};
extern const Loops kLoops256, kLoops512;

}  // namespace proofmark::bench
