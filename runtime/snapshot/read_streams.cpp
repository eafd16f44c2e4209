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

// The shown rows of one file and, in a last diagnostic, how many there are in all. To skip a row of counts is nothing
// to offer: it may stand for any number of events, and nothing is judged beside it (PM0613).
Diagnostics refusal(const Ingested& ingested, std::uint64_t in_all) {
  const BadRows& bad = ingested.bad;
  Diagnostics problems = bad.diagnostics(ingested.file, Severity::error);
  std::string message = rows_text(bad.count()) + " cannot be read";
  if (bad.count() > kShownBadRows) message += ", the first " + std::to_string(kShownBadRows) + " are shown";
  problems.push_back(file_problem(code::kBadRows, ingested.file, std::move(message),
                                  ingested.counts
                                      ? "mend the file: a row of counts may stand for any number of events"
                                      : "mend the file, or allow so many with `--skip-bad-rows " +
                                            std::to_string(in_all) + "`: a skipped row counts against every pass"));
  return problems;
}

Diagnostics skipped(const Ingested& ingested) {
  const BadRows& bad = ingested.bad;
  Diagnostics warnings = bad.diagnostics(ingested.file, Severity::warning);
  warnings.push_back(
      file_problem(code::kRowsSkipped, ingested.file,
                   rows_text(bad.count()) + " could not be read and " + (bad.count() == 1 ? "is" : "are") + " skipped",
                   ingested.counts ? "nothing is judged beside a row of counts that may stand for any number of events"
                                   : "a skipped row counts against every pass"));
  warnings.back().severity = Severity::warning;
  return warnings;
}

// Nothing is expected where a pipe is among the files.
void expect_bytes(std::span<const StreamSource> streams, Measures& measures) {
  std::uint64_t whole = 0;
  for (const StreamSource& stream : streams) {
    const std::uint64_t bytes = size_or_zero(stream.file);
    if (bytes == 0) return;
    whole += readings_of(stream) * bytes;
  }
  measures.source_bytes.expect(whole);
}

}  // namespace

Result<std::vector<Ingested>> read_streams(std::span<const StreamSource> streams, std::uint64_t skip_bad_rows,
                                           Diagnostics& warnings, Measures* measures) {
  Stopwatch watch;
  if (measures != nullptr) expect_bytes(streams, *measures);
  std::vector<Ingested> all;
  Diagnostics problems;
  std::uint64_t bad = 0;
  for (const StreamSource& stream : streams) {
    auto ingested = ingest(stream, {.measures = measures});
    if (!ingested) {
      append(problems, ingested.problems());
      continue;
    }
    bad += ingested->bad.count();
    append(warnings, ingested->warnings);
    all.push_back(std::move(*ingested));
  }
  if (measures != nullptr) measures->read_ns = watch.lap_ns();
  if (problems.empty() && bad <= skip_bad_rows) {
    for (const Ingested& one : all)
      if (one.bad.count() != 0) append(warnings, skipped(one));
    return all;
  }
  for (const Ingested& one : all)
    if (one.bad.count() != 0 && bad > skip_bad_rows) append(problems, refusal(one, bad));
  return problems;
}

}  // namespace proofmark::snapshot
