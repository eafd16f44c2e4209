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

std::string rate_text(std::uint64_t done, std::string_view what, double seconds) {
  constexpr double kShownInMillions = 1e7;
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
  if (rate >= kShownInMillions) return fmt::format("{:.0f} million {} a second", rate / 1e6, what);
  return fmt::format("{} {} a second", with_commas(static_cast<std::uint64_t>(rate)), what);
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
                        ms(scan.pass_ns), rate_text(scan.rows, "rows", static_cast<double>(scan.pass_ns) / kNsPerS));
  for (const engine::ModelMeasure& model : measures.models)
    text +=
        fmt::format("stats: model `{}`: {} trials, {} ({}), {}\n", model.name, with_commas(model.trials), ms(model.ns),
                    model.tier, rate_text(model.trials, "trials", static_cast<double>(model.ns) / kNsPerS));
  return text;
}

std::string progress_text(std::uint64_t done, std::uint64_t whole, std::string_view what, double seconds) {
  done = std::min(done, whole);  // a pass that has to be repeated counts its rows again
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
  std::string text =
      fmt::format("{} of {} {}, {}", with_commas(done), with_commas(whole), what, rate_text(done, what, seconds));
  if (done > 0 && done < whole)
    text += fmt::format(", {:.0f} s left", std::ceil(static_cast<double>(whole - done) / rate));
  return text;
}

ProgressLine::ProgressLine(const engine::Measures& measures, const Amount& whole) : measures_(measures), whole_(whole) {
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
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point time) { return std::chrono::duration<double>(Clock::now() - time).count(); };
  const Clock::time_point began = Clock::now();
  Clock::time_point simulating = began;  // the last look before there was a trial
  bool shown = false;
  std::unique_lock lock(mutex_);
  for (auto pause = std::chrono::milliseconds(kQuiet); !ended_.wait_for(lock, pause, [&] { return over_; });
       pause = kBetween) {
    const std::uint64_t trials = measures_.trials_done.load();
    const bool passing = trials == 0 && whole_.rows > 0;
    if (passing) simulating = Clock::now();
    const std::string text = passing ? progress_text(measures_.rows_done.load(), whole_.rows, "rows", since(began))
                                     : progress_text(trials, whole_.trials, "trials", since(simulating));
    (void)write_out(STDERR_FILENO, "\r\x1b[K" + text);
    shown = true;
  }
  if (shown) (void)write_out(STDERR_FILENO, "\r\x1b[K");
}

}  // namespace proofmark::cli
