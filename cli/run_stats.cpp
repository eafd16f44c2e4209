// What an engine measured, in words.
#include "cli/run_stats.h"

#include <fmt/format.h>

#include <set>
#include <string_view>

#include "cli/cost_text.h"

namespace proofmark::cli {

std::string stats_text(const RunStats& stats, const engine::Measures& measures) {
  std::string text = fmt::format("stats: policies {} ({} of {} from the cache), snapshot {}, run {}, judgement {}\n",
                                 ms_text(stats.load_ns), stats.kept_policies, stats.policies, ms_text(stats.open_ns),
                                 ms_text(stats.run_ns), ms_text(stats.judge_ns));
  for (const std::string& why : stats.refused) text += "stats: " + why + "\n";
  for (const engine::ScanMeasure& scan : measures.scans)
    text += fmt::format("stats: stream `{}`: {} rows{}, {} bytes: check {}, bind {}, code {} ({}), pass {}, {}\n",
                        scan.stream, with_commas(scan.rows),
                        scan.kept_rows == 0 ? "" : fmt::format(" ({} counted before)", with_commas(scan.kept_rows)),
                        with_commas(scan.bytes), ms_text(scan.check_ns), ms_text(scan.bind_ns), ms_text(scan.code_ns),
                        scan.tier, ms_text(scan.pass_ns), rate_text(scan.rows, "rows", scan.pass_ns));
  for (const engine::ModelMeasure& model : measures.models)
    text += fmt::format("stats: model `{}`: {} trials, {} ({}), {}\n", model.name, with_commas(model.trials),
                        ms_text(model.ns), model.tier, rate_text(model.trials, "trials", model.ns));
  return text;
}

RunSize size_of_run(const std::vector<const plan::Plan*>& plans, const snapshot::Snapshot& snapshot) {
  std::set<std::string_view> streams;
  for (const plan::Plan* plan : plans)
    for (const plan::Scan& scan : plan->scans) streams.insert(scan.stream);
  RunSize whole;
  for (const snapshot::Stream& stream : snapshot.streams())
    whole.rows += streams.contains(stream.name) ? stream.rows : 0;
  for (const plan::Plan* plan : plans)
    for (const plan::Model& model : plan->models) whole.trials += model.trials;
  return whole;
}

Progress run_progress(const engine::Measures& measures, const RunSize& whole) {
  const std::uint64_t trials = measures.trials_done.load();
  if (trials == 0 && whole.rows > 0) return {"rows", "", measures.rows_done.load(), whole.rows};
  return {"trials", "", trials, whole.trials};
}

}  // namespace proofmark::cli
