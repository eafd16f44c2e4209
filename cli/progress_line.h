// How far long work is, in one line on a terminal's stderr.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "cli/console.h"

namespace proofmark::cli {

struct Progress {
  std::string_view what;       // is counted: "rows"
  std::string_view doing;      // and what is done with it: "read"; may be empty. Both together name a phase of the work
  std::uint64_t done = 0;      // in this phase
  std::uint64_t whole = 0;     // 0: nobody knows
  std::string beside = {};     // what else there is to say: "12,000 rows"
  std::string_view only = {};  // what goes on meanwhile that nothing is counted of
};

// "12,000,000 of 50,000,000 rows, 800 million rows a second, 1 s left", after so many seconds of its phase.
std::string progress_text(const Progress& progress, double seconds);

// While it lives, says on stderr four times a second what `look` tells it, from a thread of its own; nothing before a
// second has gone by, and nothing when stderr is no terminal or the console is to be quiet. At the end the line is
// taken away.
class ProgressLine {
 public:
  ProgressLine(const Console& console, std::function<Progress()> look);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  void report();

  std::function<Progress()> look_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace proofmark::cli
