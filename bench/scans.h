// A plan's scan over a resident stream, bound and compiled beforehand: what is timed is the pass over the rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/resident.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/scan.h"

namespace proofmark::bench {

class ReadyScan {
 public:
  // The plan's only scan. Throws std::runtime_error where binding fails.
  ReadyScan(const plan::Plan& plan, const snapshot::Stream& stream, std::int64_t as_of_ns);

  // Whether there is compiled code; the seconds that making it took.
  bool compiled() const { return native_.kernel != nullptr; }
  double compile_seconds() const { return compile_seconds_; }

  plan::StreamFacts native(unsigned threads) const { return engine::facts_of(collector_, native_, threads); }
  plan::StreamFacts interpreted(unsigned threads) const { return engine::facts_of(collector_, interpreted_, threads); }

 private:
  plan::Plan plan_;
  engine::BoundScan bound_;
  std::vector<engine::BoundGrouping> groupings_;
  engine::Collector collector_{bound_, groupings_};
  double compile_seconds_ = 0;
  engine::NativeScan interpreted_{engine::interpreted_scan(collector_)}, native_{engine::interpreted_scan(collector_)};
};

// To the bit: equal texts are equal facts.
std::string text_of(const plan::StreamFacts& facts);

}  // namespace proofmark::bench
