// Made-up request telemetry for benchmarks: the same rows on every machine, written by the project's own writer.
//
// 22 bytes a row (16 of whole milliseconds): 10 services, 3 versions, 2 environments (one request in ten is a
// canary's), 5 regions, durations with a heavy tail, 0.2 % errors, times over 72 hours. Every value is a hash of its
// row's number, so that rows can be made by any number of threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "runtime/diagnostic/diagnostic.h"

namespace proofmark::bench {

inline constexpr std::int64_t kEndNs = 1'767'225'600'000'000'000;  // 2026-01-01T00:00:00Z
inline constexpr std::int64_t kSpanNs = std::int64_t{72} * 3600 * 1'000'000'000;
inline constexpr std::string_view kStream = "requests";
inline constexpr std::size_t kServices = 10, kVersions = 3, kRegions = 5;

// The first `rows` of `of` rows; durations are whole multiples of the unit, rounded down.
struct Made {
  std::uint64_t rows = 0, of = 0;
  std::int64_t unit_ns = 1;
};

// One stream, `requests`, in a snapshot at `directory`, which must not exist.
Status write_snapshot(const Made& made, const std::filesystem::path& directory);

}  // namespace proofmark::bench
