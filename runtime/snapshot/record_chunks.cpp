// Lines are cut at newlines. CSV records may hold newlines inside quotes, so there the quoting is followed; a stretch
// without any quote needs no following, which is nearly every stretch of nearly every log.
#include "runtime/snapshot/record_chunks.h"

#include <algorithm>
#include <cstring>

#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Moves `at` through `text`, and returns behind the first newline that ends a record; npos when there is none. A
// quote that is the last character stays unread, because the next one decides what it means.
std::size_t follow(std::string_view text, std::size_t& at, CsvQuoting& state, bool text_is_complete) {
  while (at < text.size()) {
    const char c = text[at];
    if (state.in_quotes) {
      const std::size_t quote = text.find('"', at);
      at = quote == kNone ? text.size() : quote;
      if (quote == kNone) return kNone;
      if (at + 1 == text.size() && !text_is_complete) return kNone;
      const bool doubled = at + 1 < text.size() && text[at + 1] == '"';
      at += doubled ? 2 : 1;
      state.in_quotes = doubled;
      continue;
    }
    ++at;
    state.in_quotes = c == '"' && state.at_cell_start;
    state.at_cell_start = c == ',' || c == '\n';
    if (c == '\n') return at;
  }
  return kNone;
}

}  // namespace

std::size_t csv_record_end(std::string_view text, std::size_t from) {
  CsvQuoting state;
  return follow(text, from, state, true);
}

RecordChunks::RecordChunks(SourceBytes source, SourceFormat format, std::size_t chunk_bytes)
    : source_(std::move(source)), format_(format), chunk_bytes_(chunk_bytes) {}

std::optional<std::size_t> RecordChunks::cut(std::string_view pending) {
  if (format_ == SourceFormat::ndjson) {
    const std::size_t newline = pending.rfind('\n');
    return newline == kNone ? std::nullopt : std::optional(newline + 1);
  }
  if (first_ && scanned_ == 0 && pending.starts_with(kByteOrderMark)) scanned_ = kByteOrderMark.size();
  while (scanned_ < pending.size()) {
    const bool no_quotes =
        !quoting_.in_quotes && std::memchr(pending.data() + scanned_, '"', pending.size() - scanned_) == nullptr;
    if (no_quotes) {
      const std::size_t newline = pending.rfind('\n');
      if (newline != kNone && newline >= scanned_) record_end_ = newline + 1;
      quoting_.at_cell_start = pending.back() == ',' || pending.back() == '\n';
      scanned_ = pending.size();
      break;
    }
    const std::size_t end = follow(pending, scanned_, quoting_, ended_);
    if (end == kNone) break;
    record_end_ = end;
  }
  return record_end_ == 0 ? std::nullopt : std::optional(record_end_);
}

// Doubles the buffer when a record did not fit it, then fills it from the source.
Status RecordChunks::fill() {
  if (size_ + kTextPadding + 1 >= capacity_) {
    const std::size_t capacity = std::max(capacity_ * 2, chunk_bytes_ + kTextPadding + 2);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ != 0) std::memcpy(larger.get(), buffer_.get(), size_);
    buffer_ = std::move(larger);
    capacity_ = capacity;
  }
  const std::size_t room = capacity_ - kTextPadding - 1 - size_;
  const auto got = source_.read({buffer_.get() + size_, room});
  if (!got) return got.problems();
  size_ += *got;
  ended_ = *got < room;
  return Done{};
}

Diagnostic RecordChunks::too_long() const {
  auto problem = file_problem(code::kRowTooLong, {}, "a record is longer than 16 MiB",
                              "check that the file has one record a line; a missing newline or quote joins records");
  problem.primary.place.line = problem.primary.place.column = 1;
  return problem;
}

// Where the first over-long record of the whole records in front begins. Only a buffer that has grown can hold one.
std::optional<std::size_t> RecordChunks::overlong(std::size_t end) const {
  if (end <= kMaximumRecord) return std::nullopt;
  const std::string_view text(buffer_.get(), end);
  for (std::size_t begin = 0; begin < end;) {
    std::size_t next = format_ == SourceFormat::csv ? csv_record_end(text, begin) : text.find('\n', begin) + 1;
    if (next - begin > kMaximumRecord) return begin;
    begin = next;
  }
  return std::nullopt;
}

Diagnostic RecordChunks::not_closed() const {
  auto problem =
      file_problem(code::kRowSyntax, {}, "the file ends inside a quoted cell",
                   "close the quotes of the record that starts here; a quote inside a cell is written twice");
  problem.primary.place.line = problem.primary.place.column = 1;
  return problem;
}

// The first `size` bytes become a chunk; the rest moves to a new buffer.
TextChunk RecordChunks::take(std::size_t size) {
  const std::size_t rest = size_ - size;
  const std::size_t capacity = std::max(chunk_bytes_, rest) + kTextPadding + 2;
  auto next = std::make_unique_for_overwrite<char[]>(capacity);
  std::memcpy(next.get(), buffer_.get() + size, rest);
  TextChunk chunk{std::move(buffer_), 0, size};
  buffer_ = std::move(next);
  capacity_ = capacity;
  size_ = rest;
  scanned_ -= std::min(scanned_, size);
  record_end_ -= std::min(record_end_, size);
  if (first_ && chunk.text().starts_with(kByteOrderMark)) chunk.begin = kByteOrderMark.size();
  first_ = false;
  std::memset(chunk.storage.get() + chunk.end, 0, kTextPadding);
  return chunk;
}

Result<std::optional<TextChunk>> RecordChunks::next() {
  for (;;) {
    if (!ended_)
      if (auto filled = fill(); !filled) return filled.problems();
    if (size_ == 0) return std::optional<TextChunk>();
    auto end = cut({buffer_.get(), size_});
    // A problem waits until the whole records before it are taken, so that it is found in the same place however
    // finely the file is cut.
    if (ended_ && end.value_or(0) != size_) {
      const bool open = format_ == SourceFormat::csv && quoting_.in_quotes,
                 long_tail = size_ - end.value_or(0) > kMaximumRecord;
      if (!end && long_tail) return too_long();
      if (!end && open) return not_closed();
      if (!long_tail && !open) {
        buffer_[size_++] = '\n';
        end = size_;
      }
    }
    if (!end && size_ > kMaximumRecord) return too_long();
    if (!end) continue;
    const auto begin_of_long = overlong(*end);
    if (begin_of_long == 0U) return too_long();
    return std::optional(take(begin_of_long.value_or(*end)));
  }
}

}  // namespace proofmark::snapshot
