// A thread that only looks.
#include "cli/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "cli/cost_text.h"

namespace proofmark::cli {
namespace {

constexpr std::string_view kErase = "\r\x1b[K";

}  // namespace

std::string progress_text(const Progress& progress, double seconds) {
  const std::uint64_t whole = progress.whole;
  // Rows of a pass that has to be repeated are counted again, and a file may grow while it is read.
  const std::uint64_t done = whole == 0 ? progress.done : std::min(progress.done, whole);
  std::string text = whole == 0 ? fmt::format("{} {}", with_commas(done), progress.what)
                                : fmt::format("{} of {} {}", with_commas(done), with_commas(whole), progress.what);
  if (!progress.doing.empty()) text += fmt::format(" {}", progress.doing);
  if (!progress.beside.empty()) text += ", " + progress.beside;
  if (!progress.only.empty()) return text + fmt::format(", {}", progress.only);
  text += ", " + rate_text(done, progress.what, seconds);
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
  if (done > 0 && done < whole)
    text += fmt::format(", {:.0f} s left", std::ceil(static_cast<double>(whole - done) / rate));
  return text;
}

ProgressLine::ProgressLine(const Console& console, std::function<Progress()> look) : look_(std::move(look)) {
  if (!console.quiet && isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { report(); });
}

ProgressLine::~ProgressLine() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void ProgressLine::report() {
  constexpr auto kQuiet = std::chrono::seconds(1);
  constexpr auto kBetween = std::chrono::milliseconds(250);
  using Clock = std::chrono::steady_clock;
  const Clock::time_point began = Clock::now();
  Clock::time_point phase_began = began, last_look = began;
  Progress before;
  bool shown = false;
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, kBetween, [&] { return over_; })) {
    Progress now = look_();
    const Clock::time_point time = Clock::now();
    if (now.what != before.what || now.doing != before.doing) phase_began = last_look;
    last_look = time;
    if (time - began >= kQuiet) {
      const std::chrono::duration<double> since = time - phase_began;
      (void)write_out(STDERR_FILENO, std::string(kErase) + progress_text(now, since.count()));
      shown = true;
    }
    before = std::move(now);
  }
  if (shown) (void)write_out(STDERR_FILENO, kErase);
}

}  // namespace proofmark::cli
