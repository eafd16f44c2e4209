// What `proofmark plan` is told beside the policy: the truth that a team expects, the traffic, the wanted power.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/number.h"

namespace proofmark::cli {

struct Expectation {
  std::string written;  // "available=99.95%"
  std::string objective;
  std::size_t requirement = 0;  // counted from 1; 0: not said
  plan::Rational value;         // a share, as the policy writes the requirement
};

struct Wishes {
  std::vector<Expectation> expectations;
  std::optional<plan::Rational> rows_per_ns;                 // `--traffic 500/s`
  std::map<std::string, plan::Rational> stream_rows_per_ns;  // `--traffic requests=500/s`
  plan::Rational power;                                      // in [1/2, 1)
};

// PM0712 for an expectation, PM0713 for traffic and power that cannot be.
Result<Wishes> read_wishes(const std::vector<std::string>& expectations, const std::vector<std::string>& traffic,
                           const std::string& power);

}  // namespace proofmark::cli
