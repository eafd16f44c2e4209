// Finding the stream, then hashing what will be read, before anything is concluded from it.
#include "runtime/engine/checked_stream.h"

#include <set>

#include "runtime/diagnostic/closest_name.h"
#include "runtime/engine/named_list.h"

namespace proofmark::engine {
namespace {

Diagnostic missing_stream(const plan::Scan& scan, const snapshot::Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const snapshot::Stream& stream : snapshot.streams()) names.push_back(stream.name);
  const auto closest = closest_name(scan.stream, names);
  return plain_problem("PM0601", "the snapshot has no stream `" + scan.stream + "`",
                       (closest ? "did you mean `" + *closest + "`? " : "") + "its streams are " + named_list(names));
}

}  // namespace

Result<const snapshot::Stream*> checked_stream(const plan::Scan& scan, const snapshot::Snapshot& snapshot) {
  const snapshot::Stream* stream = snapshot.find(scan.stream);
  if (stream == nullptr) return missing_stream(scan, snapshot);
  std::set<std::string_view> wanted;
  for (const plan::Field& field : scan.fields) wanted.insert(field.source);
  std::vector<std::string_view> columns;
  for (const snapshot::Column& column : stream->columns)
    if (wanted.contains(column.name)) columns.push_back(column.name);
  if (auto checked = snapshot.verify_chunks(stream->name, columns); !checked) return checked.problems();
  return stream;
}

}  // namespace proofmark::engine
