// The rows that a scan may read: no chunk before it was held against the manifest.
//
// Few rows, and those that have to be seen whole first, are checked before a scan begins. That costs more than
// counting, so that kept facts would save little. Where a file is as it was when its columns were checked before, and
// the operating system shows that it is (the same file, size and times of its last changes, which is what version
// control goes by), its chunks are checked when they are about to be read, and those that are not read are not. Many
// rows are read into memory batch by batch, and checked there, in the pass itself. Whatever is read was checked in this
// run, and no fact leaves a pass before the check of its rows is over. Facts do not depend on any of it: kept ones lie
// under the digests that the manifest names.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/cache/cache.h"
#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/plan.h"
#include "runtime/snapshot/batch_reader.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {

class CheckedRows {
 public:
  // Where it is kept which files were checked, of streams of so many batches; null: nowhere.
  struct Before {
    const cache::Cache* cache = nullptr;
    std::size_t least_batches = 0;
  };
  // Nothing is checked yet. PM0601 when there is no such stream; a field whose column is missing is not this file's
  // business.
  static Result<CheckedRows> of(const plan::Scan& scan, const snapshot::Snapshot& snapshot, const Before& before);

  const snapshot::Stream& stream() const { return *stream_; }
  // That this file was checked before, so that chunks may wait until they are read.
  bool may_wait() const { return may_wait_; }
  Status check_all();
  // Record batches, ascending. What failed is not to be read.
  Status check(const std::vector<std::size_t>& batches);
  // Whether rows are better checked while a pass reads them, batch by batch: where they are many and all of them are
  // still to be checked. (Not texts, of which facts keep views.)
  bool in_passing() const { return worth_reading_ && !all_done_; }
  // Of batches, ascending. Only for rows in passing.
  std::unique_ptr<snapshot::BatchReader> reader(std::vector<std::size_t> batches) const;
  // Of some rows, for a guess that no fact rests on: what reading them takes for granted is checked, and no digest.
  std::unique_ptr<snapshot::BatchReader> reader(std::vector<snapshot::PieceOfBatch> pieces) const;
  // Once a reader's batches were passed over. If anything is wrong with them, what verify_chunks would say of all rows.
  Status finish(const snapshot::BatchReader& reader, std::size_t batches);
  // Keeps that the file was checked, when all of it was in this run: for scans of which facts are kept.
  void remember() const;
  std::int64_t spent_ns() const { return spent_ns_; }

 private:
  Diagnostics problems_of_all() const;
  CheckedRows(const snapshot::Snapshot& snapshot, const snapshot::Stream& stream, const cache::Cache* before)
      : snapshot_(&snapshot), stream_(&stream), before_(before), done_(stream.batch_rows.size()) {}

  const snapshot::Snapshot* snapshot_;
  const snapshot::Stream* stream_;
  const cache::Cache* before_;
  std::vector<std::string_view> columns_;
  std::vector<bool> done_;  // batches
  bool may_wait_ = false, worth_reading_ = false;
  bool all_done_ = false, all_read_ = false;  // checked as they are mapped; in passing
  std::int64_t spent_ns_ = 0;
};

// The batches of a thread's run, each while its rows are read; without a reader all may be read.
class BatchesInTurn {
 public:
  explicit BatchesInTurn(snapshot::BatchReader* reader) : reader_(reader) {}
  BatchesInTurn(const BatchesInTurn&) = delete;
  BatchesInTurn& operator=(const BatchesInTurn&) = delete;
  ~BatchesInTurn() { give_back(); }

  bool move_to(std::size_t batch) {
    if (reader_ == nullptr || batch == current_) return true;
    give_back();
    if (!reader_->take(batch, memory_)) return false;
    current_ = batch;
    return true;
  }

 private:
  void give_back() {
    if (current_) reader_->give_back(*current_);
    current_.reset();
  }

  snapshot::BatchReader* reader_;
  std::optional<std::size_t> current_;
  snapshot::PageMemory memory_;
};

// `rows` null: all rows may be read.
inline Status check_all(CheckedRows* rows) {
  return rows == nullptr ? Status(Done{}) : rows->check_all();
}
inline Status check(CheckedRows* rows, const std::vector<std::size_t>& batches) {
  return rows == nullptr ? Status(Done{}) : rows->check(batches);
}

// The stream with all that the scan reads checked.
Result<const snapshot::Stream*> checked_stream(const plan::Scan& scan, const snapshot::Snapshot& snapshot);

// Keeps that every column of the snapshot's files is as its manifest says, for whoever has just written or checked
// them.
void remember_checked(const snapshot::Snapshot& snapshot, const CheckedRows::Before& before);

}  // namespace proofmark::engine
