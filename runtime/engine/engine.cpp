// Every scan of a plan over its stream of the snapshot.
#include "runtime/engine/engine.h"

#include <set>

#include "runtime/engine/named_list.h"
#include "runtime/snapshot/closest_name.h"

namespace proofmark::engine {
namespace {

using snapshot::Stream;

Diagnostic missing_stream(const plan::Scan& scan, const snapshot::Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const Stream& stream : snapshot.streams()) names.push_back(stream.name);
  const auto closest = snapshot::closest_name(scan.stream, names);
  return plain_problem("PM0601", "the snapshot has no stream `" + scan.stream + "`",
                       (closest ? "did you mean `" + *closest + "`? " : "") + "its streams are " + named_list(names));
}

const Stream* find_stream(const snapshot::Snapshot& snapshot, const std::string& name) {
  for (const Stream& stream : snapshot.streams())
    if (stream.name == name) return &stream;
  return nullptr;
}

// The chunks of the columns that the scan reads, before anything is concluded from them.
Status check_columns(const plan::Scan& scan, const Stream& stream, const snapshot::Snapshot& snapshot) {
  std::set<std::string_view> wanted;
  for (const plan::Field& field : scan.fields) wanted.insert(field.source);
  std::vector<std::string_view> columns;
  for (const snapshot::Column& column : stream.columns)
    if (wanted.contains(column.name)) columns.push_back(column.name);
  return snapshot.verify_chunks(stream.name, columns);
}

}  // namespace

Result<Ran> run(const plan::Plan& plan, const snapshot::Snapshot& snapshot, const Options& options) {
  Ran ran;
  ran.facts.as_of_ns = snapshot.as_of();
  Diagnostics problems;
  for (const plan::Scan& scan : plan.scans) {
    const Stream* stream = find_stream(snapshot, scan.stream);
    if (stream == nullptr) {
      problems.push_back(missing_stream(scan, snapshot));
      continue;
    }
    if (auto checked = check_columns(scan, *stream, snapshot); !checked) return checked.problems();
    auto result = run_scan(scan, *stream, snapshot.as_of(), options);
    if (!result) {
      problems.insert(problems.end(), result.problems().begin(), result.problems().end());
      continue;
    }
    ran.facts.scans.push_back(std::move(result->facts));
    ran.warnings.insert(ran.warnings.end(), result->warnings.begin(), result->warnings.end());
    for (std::string& note : result->notes) ran.notes.push_back("stream `" + scan.stream + "`: " + note);
    if (result->native) ran.engine = "native";
  }
  if (!problems.empty()) return problems;
  return ran;
}

}  // namespace proofmark::engine
