// Finding the stream and its columns; hashing what will be read before anything is concluded from it.
#include "runtime/engine/checked_rows.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>

#include "runtime/cache/archive.h"
#include "runtime/diagnostic/closest_name.h"
#include "runtime/engine/host.h"
#include "runtime/engine/measures.h"
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

// The manifest names every digest that the file was checked against. Another build may check more.
cache::Key file_key(const snapshot::Snapshot& snapshot, const snapshot::Stream& stream) {
  const snapshot::FileIdentity& file = stream.file;
  cache::Key key("checked");
  key.add(own_build_id()).add(snapshot.id()).add(stream.name);
  for (const std::uint64_t part : {file.device, file.inode, file.bytes}) key.add(std::to_string(part));
  for (const std::int64_t part : {file.modified_ns, file.changed_ns}) key.add(std::to_string(part));
  return key;
}

// Names of columns.
std::set<std::string> checked_before(const snapshot::Snapshot& snapshot, const snapshot::Stream& stream,
                                     const cache::Cache& cache) {
  const cache::Found found = cache.find(file_key(snapshot, stream));
  if (!found.bytes) return {};
  const auto names = cache::unarchived<std::vector<std::string>>(*found.bytes);
  return names ? std::set<std::string>(names->begin(), names->end()) : std::set<std::string>();
}

// What cannot be kept is checked again.
template <typename Names>
void keep_checked(const snapshot::Snapshot& snapshot, const snapshot::Stream& stream, const Names& columns,
                  const cache::Cache& cache) {
  if (!stream.file.settled) return;
  std::set<std::string> names = checked_before(snapshot, stream, cache);
  const std::size_t before = names.size();
  names.insert(columns.begin(), columns.end());
  if (names.size() == before) return;
  (void)cache.keep(file_key(snapshot, stream), cache::archived(std::vector<std::string>(names.begin(), names.end())));
}

// A thread's first large page costs as much as mapping this.
constexpr std::uint64_t kBytesWorthReading = std::uint64_t{4} << 20;

}  // namespace

Result<CheckedRows> CheckedRows::of(const plan::Scan& scan, const snapshot::Snapshot& snapshot, const Before& before) {
  const snapshot::Stream* stream = snapshot.find(scan.stream);
  if (stream == nullptr) return missing_stream(scan, snapshot);
  const bool keeps = stream->batch_rows.size() >= before.least_batches && !own_build_id().empty();
  CheckedRows rows(snapshot, *stream, keeps ? before.cache : nullptr);
  std::set<std::string_view> wanted;
  for (const plan::Field& field : scan.fields) wanted.insert(field.source);
  std::uint64_t bytes = 0;
  bool texts = false;
  for (const snapshot::Column& column : stream->columns) {
    if (!wanted.contains(column.name)) continue;
    rows.columns_.push_back(column.name);
    bytes += stream->rows * snapshot::width_bytes(column.physical);
    texts = texts || column.physical == snapshot::Physical::utf8;
  }
  rows.worth_reading_ = !texts && bytes >= kBytesWorthReading;
  if (rows.before_ == nullptr) return rows;
  const std::set<std::string> known = checked_before(snapshot, *stream, *rows.before_);
  rows.may_wait_ = std::all_of(rows.columns_.begin(), rows.columns_.end(),
                               [&](std::string_view name) { return known.contains(std::string(name)); });
  return rows;
}

Status CheckedRows::check_all() {
  if (all_done_) return Done{};
  Stopwatch watch;
  Status checked = snapshot_->verify_chunks(stream_->name, columns_);
  spent_ns_ += watch.lap_ns();
  if (!checked) return checked;
  all_done_ = true;
  return Done{};
}

void CheckedRows::remember() const {
  if (before_ != nullptr && (all_done_ || all_read_) && !may_wait_)
    keep_checked(*snapshot_, *stream_, columns_, *before_);
}

Status CheckedRows::check(const std::vector<std::size_t>& batches) {
  if (all_done_) return Done{};
  std::vector<std::size_t> left;
  std::copy_if(batches.begin(), batches.end(), std::back_inserter(left),
               [&](std::size_t batch) { return !done_[batch]; });
  if (left.empty()) return Done{};
  Stopwatch watch;
  Status checked = snapshot_->verify_batches(stream_->name, columns_, left);
  spent_ns_ += watch.lap_ns();
  if (checked)
    for (const std::size_t batch : left) done_[batch] = true;
  return checked;
}

std::unique_ptr<snapshot::BatchReader> CheckedRows::reader(std::vector<std::size_t> batches) const {
  return snapshot_->reader(stream_->name, columns_, std::move(batches));
}

std::unique_ptr<snapshot::BatchReader> CheckedRows::reader(std::vector<snapshot::PieceOfBatch> pieces) const {
  return snapshot_->reader(stream_->name, columns_, std::move(pieces));
}

// Which batches a pass met first depends on whether it was preceded by a sample, and on what is kept; what is said of
// them does not.
Diagnostics CheckedRows::problems_of_all() const {
  std::vector<std::size_t> batches(stream_->batch_rows.size());
  std::iota(batches.begin(), batches.end(), std::size_t{0});
  const auto all = reader(batches);
  snapshot::PageMemory memory;
  for (const std::size_t batch : batches) {
    if (!all->take(batch, memory)) break;
    all->give_back(batch);
  }
  return all->problems();
}

Status CheckedRows::finish(const snapshot::BatchReader& reader, std::size_t batches) {
  if (Diagnostics problems = reader.problems(); !problems.empty()) {
    if (batches == stream_->batch_rows.size() && !reader.of_pieces()) return problems;
    Diagnostics all = problems_of_all();
    return all.empty() ? problems : all;
  }
  all_read_ = all_read_ || (batches == stream_->batch_rows.size() && !reader.of_pieces());
  return Done{};
}

Result<const snapshot::Stream*> checked_stream(const plan::Scan& scan, const snapshot::Snapshot& snapshot) {
  auto rows = CheckedRows::of(scan, snapshot, {});
  if (!rows) return rows.problems();
  if (const Status checked = rows->check_all(); !checked) return checked.problems();
  return &rows->stream();
}

void remember_checked(const snapshot::Snapshot& snapshot, const CheckedRows::Before& before) {
  if (before.cache == nullptr || own_build_id().empty()) return;
  for (const snapshot::Stream& stream : snapshot.streams()) {
    if (stream.batch_rows.size() < before.least_batches) continue;
    std::vector<std::string> names;
    for (const snapshot::Column& column : stream.columns) names.push_back(column.name);
    keep_checked(snapshot, stream, names, *before.cache);
  }
}

}  // namespace proofmark::engine
