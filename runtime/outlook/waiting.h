// From rows to time: how long the traffic takes to bring so many rows, and what else a pass waits for.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/outlook/binomial_test.h"

namespace proofmark::outlook {

// How rows come to one comparison (one group of `for each`).
struct Arrival {
  std::optional<Rational> rows_per_ns;  // > 0; nothing: not known
  std::uint64_t minimum_rows = 0;       // `at least N rows`: a pass waits for them
  Rational minimum_ns;                  // `over at least D`, a window that telemetry must reach: likewise
  std::optional<Rational> window_ns;    // rows older than this leave
  std::int64_t look_every_ns = 0;       // looks at these times only; 0: at any
};

// The most rows that the window holds; nothing when window or traffic is not known.
std::optional<std::uint64_t> rows_in_window(const Arrival& arrival);

struct Wait {
  std::uint64_t rows = 0;
  std::optional<Rational> ns;  // until they are there; nothing: the traffic is not known
  bool fits = true;            // the window holds them
};

Wait wait_for_pass(const Arrival& arrival, std::uint64_t rows);
Wait wait_for_fail(const Arrival& arrival, std::uint64_t rows);  // nothing holds a fail back

}  // namespace proofmark::outlook
