// Times with two digits that mean something; a thread that only looks.
#include "cli/run_stats.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "cli/console.h"

namespace proofmark::cli {
namespace {

constexpr double kNsPerMs = 1e6, kNsPerS = 1e9;

std::string ms(std::int64_t ns) {
  return fmt::format("{:.2f} ms", static_cast<double>(ns) / kNsPerMs);
}

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, ",");
  return digits;
}

std::string rate_text(std::uint64_t rows, double seconds) {
  constexpr double kShownInMillions = 1e7;
  const double rate = static_cast<double>(rows) / std::max(seconds, 1e-9);
  if (rate >= kShownInMillions) return fmt::format("{:.0f} million rows a second", rate / 1e6);
  return with_commas(static_cast<std::uint64_t>(rate)) + " rows a second";
}

}  // namespace

std::string stats_text(const RunStats& stats, const engine::Measures& measures) {
  std::string text = fmt::format("stats: policies {} ({} of {} from the cache), snapshot {}, run {}, judgement {}\n",
                                 ms(stats.load_ns), stats.kept_policies, stats.policies, ms(stats.open_ns),
                                 ms(stats.run_ns), ms(stats.judge_ns));
  for (const std::string& why : stats.refused) text += "stats: " + why + "\n";
  for (const engine::ScanMeasure& scan : measures.scans)
    text += fmt::format("stats: stream `{}`: {} rows{}, {} bytes: check {}, bind {}, code {} ({}), pass {}, {}\n",
                        scan.stream, with_commas(scan.rows),
                        scan.kept_rows == 0 ? "" : fmt::format(" ({} counted before)", with_commas(scan.kept_rows)),
                        with_commas(scan.bytes), ms(scan.check_ns), ms(scan.bind_ns), ms(scan.code_ns), scan.tier,
                        ms(scan.pass_ns), rate_text(scan.rows, static_cast<double>(scan.pass_ns) / kNsPerS));
  return text;
}

std::string progress_text(std::uint64_t done, std::uint64_t rows, double seconds) {
  done = std::min(done, rows);  // a pass that has to be repeated counts its rows again
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
  std::string text = fmt::format("{} of {} rows, {}", with_commas(done), with_commas(rows), rate_text(done, seconds));
  if (done > 0 && done < rows)
    text += fmt::format(", {:.0f} s left", std::ceil(static_cast<double>(rows - done) / rate));
  return text;
}

ProgressLine::ProgressLine(const engine::Measures& measures, std::uint64_t rows) : measures_(measures), rows_(rows) {
  if (isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { report(); });
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
  const auto began = std::chrono::steady_clock::now();
  bool shown = false;
  std::unique_lock lock(mutex_);
  for (auto pause = std::chrono::milliseconds(kQuiet); !ended_.wait_for(lock, pause, [&] { return over_; });
       pause = kBetween) {
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
    (void)write_out(STDERR_FILENO, "\r\x1b[K" + progress_text(measures_.rows_done.load(), rows_, seconds.count()));
    shown = true;
  }
  if (shown) (void)write_out(STDERR_FILENO, "\r\x1b[K");
}

}  // namespace proofmark::cli
