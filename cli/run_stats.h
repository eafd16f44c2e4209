// `--stats`: where the time of a run went, on stderr; and how far a long one is, on a terminal.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/engine/measures.h"

namespace proofmark::cli {

struct RunStats {
  std::int64_t load_ns = 0, open_ns = 0, run_ns = 0, judge_ns = 0;
  std::size_t policies = 0, kept_policies = 0;
  std::vector<std::string> refused;  // cache folders that are not used, and why
};

// A line for the run's phases, one for each pass and one for each model.
std::string stats_text(const RunStats& stats, const engine::Measures& measures);

struct Amount {
  std::uint64_t rows = 0, trials = 0;
};

// While it lives, says on stderr four times a second how many of the rows are done, and then of the models' trials;
// nothing before a second has gone by, and nothing when stderr is no terminal. At the end the line is taken away.
class ProgressLine {
 public:
  ProgressLine(const engine::Measures& measures, const Amount& whole);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void report();

  const engine::Measures& measures_;
  Amount whole_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

// "12,000,000 of 50,000,000 rows, 800 million rows a second, 1 s left"
std::string progress_text(std::uint64_t done, std::uint64_t whole, std::string_view what, double seconds);

}  // namespace proofmark::cli
