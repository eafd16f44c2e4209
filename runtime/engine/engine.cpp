// Every scan of a plan over its stream of the snapshot.
#include "runtime/engine/engine.h"

#include "runtime/engine/checked_stream.h"

namespace proofmark::engine {
namespace {

Result<RanScan> run_checked(const plan::Scan& scan, const snapshot::Snapshot& snapshot, const Options& options) {
  const auto stream = checked_stream(scan, snapshot);
  if (!stream) return stream.problems();
  return run_scan(scan, **stream, snapshot.as_of(), options);
}

void add(Diagnostics& into, const Diagnostics& more) {
  into.insert(into.end(), more.begin(), more.end());
}

}  // namespace

Result<Ran> run(const plan::Plan& plan, const snapshot::Snapshot& snapshot, const Options& options) {
  Ran ran;
  ran.facts.as_of_ns = snapshot.as_of();
  Diagnostics problems;
  for (const plan::Scan& scan : plan.scans) {
    auto result = run_checked(scan, snapshot, options);
    if (!result) {
      add(problems, result.problems());
      continue;
    }
    ran.facts.scans.push_back(std::move(result->facts));
    add(ran.warnings, result->warnings);
    for (const std::string& note : result->notes) ran.notes.push_back("stream `" + scan.stream + "`: " + note);
    if (result->native) ran.engine = "native";
    if (result->kept) ++ran.kept;
  }
  if (!problems.empty()) return problems;
  return ran;
}

}  // namespace proofmark::engine
