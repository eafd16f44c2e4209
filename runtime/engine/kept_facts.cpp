// Look units up, the largest runs of them first; pass over the others; keep what is new; put all together in order.
#include "runtime/engine/kept_facts.h"

#include <algorithm>
#include <map>

#include "runtime/cache/archive.h"
#include "runtime/engine/fact_key.h"
#include "runtime/engine/order_statistics.h"
#include "runtime/engine/partial_archive.h"
#include "runtime/engine/settled.h"

namespace proofmark::engine {
namespace {

using plan::Id;

// Runs within runs are kept at every third level, so that an end of a window or a row that comes late spoils a little.
constexpr std::size_t kLevelsBetween = 3, kFirstLevel = 2;

// What is known of some neighbouring batches.
struct Piece {
  std::size_t first = 0, last = 0;  // batches
  Partial partial;
  bool settled = false, fresh = false;
};

struct Run {  // 2^level units
  std::size_t level = 0, index = 0;
  Run half(std::size_t which) const { return {level - 1, index * 2 + which}; }
  std::size_t first() const { return index << level; }
  std::size_t units() const { return std::size_t{1} << level; }
};

class PassOverNew {
 public:
  PassOverNew(const Collector& collector, const NativeScan& scan, unsigned threads, const FactStore& store,
              Measures* measures)
      : collector_(collector), scan_(scan), threads_(threads), store_(store), measures_(measures) {}
  Result<std::optional<Partial>> run();
  std::uint64_t kept_rows() const { return kept_rows_; }

 private:
  const BoundScan& bound() const { return collector_.bound; }
  bool prepare();
  std::size_t whole_batches() const;
  bool is_settled(const Run& run) const;
  const std::string& identity(const Run& run);
  BlockRun blocks_of(std::size_t first, std::size_t last) const {
    return {batches_[first].blocks.begin, batches_[last - 1].blocks.end};
  }
  void look_up(const Run& run);
  std::optional<Piece> find(const Run& run);
  void keep(const Run& run, const Piece& piece);
  bool in_passing() const { return bound().rows != nullptr && bound().rows->in_passing(); }
  std::vector<Piece*> pieces_to_read();
  void pass_over(Piece& piece, BatchesInTurn& batches);
  Status pass_over();
  std::optional<Piece> assemble(const Run& run);
  void set_aside(const Run& run, std::optional<Piece> piece);
  Run whole() const;

  const Collector& collector_;
  const NativeScan& scan_;
  unsigned threads_;
  const FactStore& store_;
  Measures* measures_;
  std::vector<SettledBatch> batches_;
  std::string scan_identity_;
  std::map<std::pair<std::size_t, std::size_t>, std::string> identities_;  // of runs: level and index
  std::size_t units_ = 0;
  std::vector<Piece> pieces_;  // as found, or to be passed over; in order
  std::vector<Piece> done_;    // as large as they can be
  std::uint64_t kept_rows_ = 0;
};

bool PassOverNew::prepare() {
  auto batches = settled_batches(bound());
  if (!batches) return false;
  batches_ = std::move(*batches);
  units_ = whole_batches() / store_.unit_batches;
  if (units_ == 0 || !can_be_archived(collector_)) return false;
  scan_identity_ = counts_identity(collector_);
  return !scan_identity_.empty();
}

// The last batch is filled up when a snapshot grows, and would spoil what is kept together with it.
std::size_t PassOverNew::whole_batches() const {
  const auto& rows = bound().stream->batch_rows;
  const std::size_t batches = batches_.size();
  return batches > 1 && rows[batches - 1] < rows[batches - 2] ? batches - 1 : batches;
}

Run PassOverNew::whole() const {
  Run run;
  while (run.units() < units_) ++run.level;
  return run;
}

bool PassOverNew::is_settled(const Run& run) const {
  if (run.first() + run.units() > units_) return false;
  const std::size_t first = run.first() * store_.unit_batches, last = first + run.units() * store_.unit_batches;
  const std::string& place = batches_[first].place;
  return !place.empty() && std::all_of(batches_.begin() + static_cast<std::ptrdiff_t>(first),
                                       batches_.begin() + static_cast<std::ptrdiff_t>(last),
                                       [&](const SettledBatch& batch) { return batch.place == place; });
}

const std::string& PassOverNew::identity(const Run& run) {
  std::string& known = identities_[{run.level, run.index}];
  if (!known.empty()) return known;
  if (run.level > 0) return known = cache::Key("facts").add(identity(run.half(0))).add(identity(run.half(1))).hex();
  const std::size_t first = run.first() * store_.unit_batches;
  return known = unit_identity(scan_identity_, bound(), batches_, first, first + store_.unit_batches);
}

void PassOverNew::look_up(const Run& run) {
  if (run.first() >= units_) return;
  const bool settled = is_settled(run);
  if (settled) {
    if (auto piece = find(run)) {
      pieces_.push_back(std::move(*piece));
      return;
    }
  }
  if (run.level > 0) {
    look_up(run.half(0));
    look_up(run.half(1));
    return;
  }
  const std::size_t first = run.first() * store_.unit_batches;
  pieces_.push_back({first, first + store_.unit_batches, {}, settled, true});
}

std::optional<Piece> PassOverNew::find(const Run& run) {
  const cache::Found found = store_.cache->find(cache::Key("facts").add(identity(run)));
  if (!found.bytes) return std::nullopt;
  Piece piece;
  piece.first = run.first() * store_.unit_batches;
  piece.last = piece.first + run.units() * store_.unit_batches;
  piece.settled = true;
  auto partial = unarchived(collector_, blocks_of(piece.first, piece.last), *found.bytes);
  if (!partial) return std::nullopt;
  piece.partial = std::move(*partial);
  return piece;
}

// What cannot be kept is passed over again.
void PassOverNew::keep(const Run& run, const Piece& piece) {
  (void)store_.cache->keep(cache::Key("facts").add(identity(run)), archived(piece.partial));
}

// The rows of pieces that are kept are looked at only where they may not wait.
std::vector<Piece*> PassOverNew::pieces_to_read() {
  const bool all = in_passing() && !bound().rows->may_wait();
  std::vector<Piece*> pieces;
  for (Piece& piece : pieces_)
    if (all || piece.fresh) pieces.push_back(&piece);
  return pieces;
}

void PassOverNew::pass_over(Piece& piece, BatchesInTurn& batches) {
  if (piece.fresh) {
    piece.partial = run_native(collector_, scan_, blocks_of(piece.first, piece.last), measures_, batches);
    return;
  }
  for (std::size_t batch = piece.first; batch < piece.last && batches.move_to(batch);) ++batch;
}

Status PassOverNew::pass_over() {
  const std::vector<Piece*> pieces = pieces_to_read();
  std::vector<std::size_t> batches;
  std::size_t blocks = 0;
  for (const Piece* piece : pieces) {
    const BlockRun run = blocks_of(piece->first, piece->last);
    blocks += run.end - run.begin;
    for (std::size_t batch = piece->first; batch < piece->last; ++batch) batches.push_back(batch);
  }
  const std::size_t count = batches.size();
  std::unique_ptr<snapshot::BatchReader> reader;
  if (in_passing()) {
    reader = bound().rows->reader(std::move(batches));
  } else if (Status checked = check(bound().rows, batches); !checked) {
    return checked;
  }
  const auto threads = static_cast<unsigned>(thread_count(threads_, blocks));
  over_blocks(pieces.size(), threads, [&](BlockRun share) {
    BatchesInTurn in_turn(reader.get());
    for (std::size_t i = share.begin; i < share.end; ++i) pass_over(*pieces[i], in_turn);
    return share.end - share.begin;
  });
  return reader == nullptr ? Status(Done{}) : bound().rows->finish(*reader, count);
}

void PassOverNew::set_aside(const Run& run, std::optional<Piece> piece) {
  if (!piece) return;
  if (piece->fresh) keep(run, *piece);
  done_.push_back(std::move(*piece));
}

// The run as one piece; nothing when it is none, and its parts have been set aside.
std::optional<Piece> PassOverNew::assemble(const Run& run) {
  if (run.first() >= units_) return std::nullopt;
  const std::size_t first = run.first() * store_.unit_batches, last = first + run.units() * store_.unit_batches;
  const auto found = std::lower_bound(pieces_.begin(), pieces_.end(), first,
                                      [](const Piece& piece, std::size_t batch) { return piece.first < batch; });
  if (found->first == first && found->last == last) {
    if (found->settled) return std::move(*found);
    done_.push_back(std::move(*found));
    return std::nullopt;
  }
  std::optional<Piece> left = assemble(run.half(0)), right = assemble(run.half(1));
  if (!left || !right || !is_settled(run)) {
    set_aside(run.half(0), std::move(left));
    set_aside(run.half(1), std::move(right));
    return std::nullopt;
  }
  if (run.half(0).level % kLevelsBetween == kFirstLevel) {
    if (left->fresh) keep(run.half(0), *left);
    if (right->fresh) keep(run.half(1), *right);
  }
  append(left->partial, std::move(right->partial));
  left->last = right->last;
  left->fresh = true;
  return left;
}

Result<std::optional<Partial>> PassOverNew::run() {
  if (!prepare()) return std::optional<Partial>();
  look_up(whole());
  if (const std::size_t rest = units_ * store_.unit_batches; rest < batches_.size())
    pieces_.push_back({rest, batches_.size(), {}, false, true});
  if (const Status passed = pass_over(); !passed) return passed.problems();
  for (const Piece& piece : pieces_)
    if (!piece.fresh)
      for (std::size_t batch = piece.first; batch < piece.last; ++batch)
        kept_rows_ += bound().stream->batch_rows[batch];
  if (measures_ != nullptr) measures_->rows_done.fetch_add(kept_rows_, std::memory_order_relaxed);
  set_aside(whole(), assemble(whole()));
  if (const std::size_t rest = units_ * store_.unit_batches; rest < batches_.size())
    done_.push_back(std::move(pieces_.back()));
  std::sort(done_.begin(), done_.end(), [](const Piece& a, const Piece& b) { return a.first < b.first; });
  Partial all = empty_partial(collector_);
  for (Piece& piece : done_) append(all, std::move(piece.partial));
  return std::optional(std::move(all));
}

cache::Key ranges_key(const Collector& collector) {
  return cache::Key("ranges").add(scan_identity(collector));
}

}  // namespace

Result<std::optional<Partial>> pass_over_new(const Collector& collector, const NativeScan& scan, unsigned threads,
                                             const FactStore& store, Measures* measures, std::uint64_t& kept_rows) {
  PassOverNew pass(collector, scan, threads, store, measures);
  auto partial = pass.run();
  kept_rows = pass.kept_rows();
  return partial;
}

std::optional<Kept> find_ranges(const Collector& collector, const FactStore& store) {
  const plan::Scan& scan = *collector.bound.scan;
  const cache::Found found = store.cache->find(ranges_key(collector));
  if (!found.bytes) return std::nullopt;
  auto ranges = cache::unarchived<std::vector<std::vector<KeyRange>>>(*found.bytes);
  if (!ranges || ranges->size() != scan.accumulators.size()) return std::nullopt;
  for (Id id = 0; id < scan.accumulators.size(); ++id) {
    if ((*ranges)[id].empty()) continue;
    const auto* what = std::get_if<plan::CollectValues>(&scan.accumulators[id].what);
    if (what == nullptr || (*ranges)[id].size() != collector.groups_of(scan.accumulators[id])) return std::nullopt;
  }
  return kept_within(collector, std::move(*ranges));
}

void keep_ranges(const Collector& collector, const FactStore& store, const Kept& ranges) {
  (void)store.cache->keep(ranges_key(collector), cache::archived(ranges.ranges));
}

}  // namespace proofmark::engine
