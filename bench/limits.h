// How fast this machine can do the work when a person writes the loop for one policy: what engines are measured
// against.
#pragma once

#include <array>
#include <cstdint>

#include "bench/resident.h"
#include "bench/telemetry.h"

namespace proofmark::bench {

// Whether the loops here can run; they are written for AVX2 and AVX-512.
bool limits_run_here();

// Rows, rows with a status below 500, rows of at most 300 ms.
struct Counted {
  std::uint64_t rows = 0, good = 0, fast = 0;
  friend bool operator==(const Counted&, const Counted&) = default;
};
struct AllCounted {
  std::array<Counted, kServices> canary, stable;
  friend bool operator==(const AllCounted&, const AllCounted&) = default;
};

// The sixty counters of counting_policy, in one pass.
AllCounted count_by_hand(const Resident& data, unsigned threads);

// Reads every byte and adds it up: what the memory can deliver. `bytes` is a multiple of 256.
std::int64_t read_all(const std::byte* memory, std::size_t bytes, unsigned threads);

// Doubles in whatever order is fastest.
double sum_in_any_order(const double* values, std::size_t count);

}  // namespace proofmark::bench
