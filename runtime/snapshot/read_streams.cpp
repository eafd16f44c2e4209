// Problems of all files are reported together, so that one run shows everything that is to be mended.
#include "runtime/snapshot/read_streams.h"

#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

void append(Diagnostics& all, const Diagnostics& more) {
  all.insert(all.end(), more.begin(), more.end());
}

std::string rows_text(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " row" : " rows");
}

// The shown rows of one file and, in a last diagnostic, how many there are in all.
Diagnostics refusal(const std::string& file, const BadRows& bad, std::uint64_t in_all) {
  Diagnostics problems = bad.diagnostics(file, Severity::error);
  std::string message = rows_text(bad.count()) + " cannot be read";
  if (bad.count() > kShownBadRows) message += ", the first " + std::to_string(kShownBadRows) + " are shown";
  problems.push_back(file_problem(code::kBadRows, file, std::move(message),
                                  "mend the file, or allow so many with `--skip-bad-rows " + std::to_string(in_all) +
                                      "`: a skipped row counts against every pass"));
  return problems;
}

Diagnostics skipped(const std::string& file, const BadRows& bad) {
  Diagnostics warnings = bad.diagnostics(file, Severity::warning);
  warnings.push_back(
      file_problem(code::kRowsSkipped, file,
                   rows_text(bad.count()) + " could not be read and " + (bad.count() == 1 ? "is" : "are") + " skipped",
                   "a skipped row counts against every pass"));
  warnings.back().severity = Severity::warning;
  return warnings;
}

}  // namespace

Result<std::vector<Ingested>> read_streams(std::span<const StreamSource> streams, std::uint64_t skip_bad_rows,
                                           Diagnostics& warnings) {
  std::vector<Ingested> all;
  Diagnostics problems;
  std::uint64_t bad = 0;
  for (const StreamSource& stream : streams) {
    auto ingested = ingest(stream, {});
    if (!ingested) {
      append(problems, ingested.problems());
      continue;
    }
    bad += ingested->bad.count();
    append(warnings, ingested->warnings);
    all.push_back(std::move(*ingested));
  }
  if (problems.empty() && bad <= skip_bad_rows) {
    for (const Ingested& one : all)
      if (one.bad.count() != 0) append(warnings, skipped(one.file, one.bad));
    return all;
  }
  for (const Ingested& one : all)
    if (one.bad.count() != 0 && bad > skip_bad_rows) append(problems, refusal(one.file, one.bad, bad));
  return problems;
}

}  // namespace proofmark::snapshot
