// Rows in their order, given as the numbers of those that succeeded or failed, or as values in [0, 1].
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/methods/method.h"

namespace proofmark::methods {

inline constexpr Parameter kSuccessesAt{"successes_at", "", Kind::value, "numbers of the rows that succeeded, from 1",
                                        kOptional};
inline constexpr Parameter kFailuresAt{"failures_at", "", Kind::value, "numbers of the rows that failed, from 1",
                                       kOptional};
inline constexpr Parameter kRowCount{"n", "trials", Kind::count, "rows in all; the last one named if left out",
                                     kOptional};

struct MarkedRows {
  std::uint64_t n = 0;
  std::vector<std::uint64_t> marked;  // ascending, without repetition, at most n
  bool marked_fail = false;
};

// From `successes_at` or `failures_at`, and `n`: at most 1e8 rows.
Result<MarkedRows> marked_rows(const Arguments& call);

// From the rows above, or from the parameter `values` where the call has it: the first `t` of them (all without `t`),
// each in [0, 1].
Result<std::vector<double>> unit_values(const Arguments& call);

}  // namespace proofmark::methods
