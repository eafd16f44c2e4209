// Footer first: it names the schema and where each message lies. Our writer leaves no freedom in the layout of a
// body (buffers in order, back to back, padded to 64 bytes), so the reader allows none.
#include "runtime/snapshot/arrow_read.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "arrow_metadata_generated.h"
#include "runtime/json/utf8.h"
#include "runtime/snapshot/arrow_layout.h"
#include "runtime/snapshot/arrow_schema.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

constexpr int kMaximumTableDepth = 16;
constexpr int kMaximumTables = 100'000;
constexpr std::uint64_t kFirstMessage = 8;             // after the opening magic
constexpr std::size_t kTail = 4 + kArrowMagic.size();  // footer's size and the closing magic

// The verifier aligns the length of a vector, not the 64-bit numbers that follow it.
template <typename Vector>
bool is_aligned(const Vector* vector) {
  return vector == nullptr || vector->size() == 0 ||
         reinterpret_cast<std::uintptr_t>(vector->Data()) % alignof(std::int64_t) == 0;
}

struct MessageView {
  const arrow::Message* message = nullptr;
  std::span<const std::byte> body;
};

// Hands out the buffers of a record batch in order, checking each against the body.
class BufferTaker {
 public:
  BufferTaker(const arrow::RecordBatch& batch, std::span<const std::byte> body) : batch_(batch), body_(body) {}

  // The next buffer. `wanted`: its exact length, or nothing when only its padding is bound to the body.
  const std::byte* take(std::optional<std::uint64_t> wanted) {
    if (next_ >= batch_.buffers()->size()) return fail(code::kArrowDamaged, "has too few buffers");
    const arrow::Buffer& buffer = *batch_.buffers()->Get(static_cast<flatbuffers::uoffset_t>(next_++));
    if (buffer.offset() < 0 || buffer.length() < 0) return fail(code::kArrowDamaged, "has a buffer of negative size");
    const auto offset = static_cast<std::uint64_t>(buffer.offset());
    length_ = static_cast<std::uint64_t>(buffer.length());
    if (offset % kAlignment != 0)
      return fail(code::kArrowUnaligned, "has a buffer that does not start at a multiple of 64 bytes");
    if (offset != cursor_) return fail(code::kArrowDamaged, "has buffers that overlap or leave gaps");
    if (length_ > body_.size() || padded(length_) > body_.size() - cursor_)
      return fail(code::kArrowDamaged, "has a buffer that reaches beyond its batch");
    if (wanted && *wanted != length_)
      return fail(code::kArrowDamaged, "has a buffer that is too long or too short for its rows");
    cursor_ += padded(length_);
    return body_.data() + offset;
  }
  std::uint64_t length() const { return length_; }  // of the buffer taken last
  std::uint64_t cursor() const { return cursor_; }
  bool all_taken() const { return next_ == batch_.buffers()->size() && cursor_ == body_.size(); }
  bool failed() const { return failed_; }
  std::string_view problem_code() const { return code_; }
  const std::string& problem() const { return problem_; }

  const std::byte* fail(std::string_view code, std::string what) {
    if (!failed_) code_ = code, problem_ = std::move(what);
    failed_ = true;
    return nullptr;
  }

 private:
  const arrow::RecordBatch& batch_;
  std::span<const std::byte> body_;
  std::size_t next_ = 0;
  std::uint64_t cursor_ = 0, length_ = 0;
  bool failed_ = false;
  std::string_view code_;
  std::string problem_;
};

class ArrowReader {
 public:
  ArrowReader(std::span<const std::byte> bytes, const MappedFile* source, std::string_view file)
      : bytes_(bytes), source_(source), file_(file) {}
  Result<ArrowContents> read();

 private:
  bool refuse(std::string_view code, std::string what, std::string help = {});
  const arrow::Footer* read_footer();
  const std::byte* metadata_at(std::size_t offset, std::size_t size);
  std::optional<MessageView> read_message(const arrow::Block& block, const std::string& what);
  bool read_leading_schema(const std::vector<Column>& columns);
  bool read_dictionaries(const arrow::Footer& footer);
  bool read_dictionary(const arrow::Block& block, std::size_t place);
  bool read_entries(BufferTaker& buffers, std::uint64_t count, ArrowColumn& column, const std::string& what);
  bool read_batches(const arrow::Footer& footer);
  bool read_batch(const arrow::Block& block, std::size_t place, bool last);
  void read_chunk(BufferTaker& buffers, const arrow::FieldNode& node, ArrowColumn& column);
  bool check_batch(const arrow::RecordBatch* batch, const std::string& what, std::size_t nodes);
  template <typename Number>
  static Number number_at(const std::byte* begin) {
    Number number;
    std::memcpy(&number, begin, sizeof number);
    return number;
  }
  static flatbuffers::Verifier verifier(const std::byte* begin, std::size_t size) {
    return {reinterpret_cast<const std::uint8_t*>(begin), size, kMaximumTableDepth, kMaximumTables};
  }

  std::span<const std::byte> bytes_;
  const MappedFile* source_;
  std::vector<std::uint64_t> copied_;  // a message's metadata
  std::string_view file_;
  ArrowContents contents_;
  std::uint64_t messages_end_ = kFirstMessage;
  std::uint64_t first_begin_ = UINT64_MAX;  // of the messages that the footer names
  std::optional<Diagnostic> problem_;
};

bool ArrowReader::refuse(std::string_view code, std::string what, std::string help) {
  if (help.empty())
    help = "the file was cut short or altered after it was made: copy it again, or make the snapshot again";
  if (!problem_) problem_ = file_problem(code, std::string(file_), std::move(what), std::move(help));
  return false;
}

const arrow::Footer* ArrowReader::read_footer() {
  const auto damaged = [this](std::string what) -> const arrow::Footer* {
    refuse(code::kArrowDamaged, std::move(what));
    return nullptr;
  };
  const std::string_view text(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  if (text.size() < 8 + kTail) return damaged("the Arrow file is too short to be one");
  if (!text.starts_with(kArrowMagic)) return damaged("the file does not start with `ARROW1`");
  if (!text.ends_with(kArrowMagic)) return damaged("the Arrow file does not end with `ARROW1`");
  const auto size = number_at<std::int32_t>(bytes_.data() + text.size() - kTail);
  if (size <= 0 || static_cast<std::size_t>(size) > text.size() - kTail - 8)
    return damaged("the Arrow footer has an impossible size");
  const std::size_t begin = text.size() - kTail - static_cast<std::size_t>(size);
  if (begin % 8 != 0) return damaged("the Arrow footer does not start at a multiple of 8 bytes");
  flatbuffers::Verifier check = verifier(bytes_.data() + begin, static_cast<std::size_t>(size));
  if (!check.VerifyBuffer<arrow::Footer>(nullptr)) return damaged("the Arrow footer is malformed");
  const auto* footer = flatbuffers::GetRoot<arrow::Footer>(bytes_.data() + begin);
  if (!is_aligned(footer->dictionaries()) || !is_aligned(footer->record_batches()))
    return damaged("the Arrow footer is malformed");
  return footer;
}

// The metadata of a message until the next one's is asked for; null: it cannot be read.
const std::byte* ArrowReader::metadata_at(std::size_t offset, std::size_t size) {
  constexpr std::size_t kMostCopied = std::size_t{1} << 20;
  if (source_ == nullptr || size > kMostCopied) return bytes_.data() + offset;
  copied_.resize((size + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t));
  auto* begin = reinterpret_cast<std::byte*>(copied_.data());
  return source_->read(offset, {begin, size}) ? begin : nullptr;
}

std::optional<MessageView> ArrowReader::read_message(const arrow::Block& block, const std::string& what) {
  const auto damaged = [&](const std::string& how) {
    refuse(code::kArrowDamaged, what + " " + how);
    return std::nullopt;
  };
  if (block.offset() < 0 || block.meta_data_length() < 8 || block.body_length() < 0)
    return damaged("has a negative size");
  const auto offset = static_cast<std::uint64_t>(block.offset()),
             body = static_cast<std::uint64_t>(block.body_length());
  const auto metadata = static_cast<std::uint64_t>(block.meta_data_length());
  if (offset > bytes_.size() || metadata > bytes_.size() - offset || body > bytes_.size() - offset - metadata)
    return damaged("reaches beyond the end of the file");
  if (offset % 8 != 0) return damaged("does not start at a multiple of 8 bytes");
  if (offset < messages_end_)
    return damaged("overlaps the message before it");  // so their number is bounded by the file
  if (messages_end_ == kFirstMessage) first_begin_ = offset;
  messages_end_ = offset + metadata + body;
  if ((offset + metadata) % kAlignment != 0 || body % kAlignment != 0) {
    refuse(code::kArrowUnaligned, what + " has a body that does not start and end at multiples of 64 bytes",
           "make the snapshot with `proofmark snapshot create`");
    return std::nullopt;
  }
  const std::byte* begin = metadata_at(offset, metadata);
  if (begin == nullptr) return damaged("cannot be read");
  if (number_at<std::uint32_t>(begin) != kMessageMarker ||
      number_at<std::int32_t>(begin + 4) != block.meta_data_length() - 8)
    return damaged("does not start with the marker and size that the footer gives it");
  flatbuffers::Verifier check = verifier(begin + 8, metadata - 8);
  if (!check.VerifyBuffer<arrow::Message>(nullptr)) return damaged("has malformed metadata");
  const auto* message = flatbuffers::GetRoot<arrow::Message>(begin + 8);
  if (message->version() != arrow::MetadataVersion::V5) return damaged("is not of metadata version 5");
  if (message->body_length() != block.body_length()) return damaged("has another body length than the footer gives it");
  return MessageView{message, bytes_.subspan(offset + metadata, body)};
}

// It stands in front for readers of streams, and must not tell them otherwise.
bool ArrowReader::read_leading_schema(const std::vector<Column>& columns) {
  const std::string what = "the schema in front";
  const std::uint64_t first = std::exchange(first_begin_, UINT64_MAX);
  const auto size = number_at<std::int32_t>(bytes_.data() + kFirstMessage + 4);
  if (size < 0 || size > INT32_MAX - 8) return refuse(code::kArrowDamaged, what + " has a negative size");
  messages_end_ = kFirstMessage;
  const auto view = read_message(arrow::Block(kFirstMessage, size + 8, 0), what);
  if (!view) return false;
  if (messages_end_ > first) return refuse(code::kArrowDamaged, what + " overlaps the message behind it");
  const arrow::Schema* schema = view->message->header_as_Schema();
  const auto leading = read_schema(schema, view->message->version(), file_);
  const auto same = [](const Column& a, const Column& b) {
    return a.name == b.name && a.type == b.type && a.physical == b.physical && a.scale == b.scale;
  };
  if (leading && std::equal(leading->begin(), leading->end(), columns.begin(), columns.end(), same) &&
      !wrong_notes(*schema, columns))
    return true;
  return refuse(code::kArrowDamaged, what + " is another than that of the footer");
}

bool ArrowReader::check_batch(const arrow::RecordBatch* batch, const std::string& what, std::size_t nodes) {
  if (batch == nullptr) return refuse(code::kArrowDamaged, what + " is a message of another kind");
  if (batch->compression() != nullptr)
    return refuse(code::kArrowCompression, what + " is compressed, columns must lie in the file as they are in memory",
                  "write the Arrow file without compression");
  if (batch->length() < 0 || batch->nodes() == nullptr || batch->buffers() == nullptr ||
      batch->nodes()->size() != nodes ||
      (batch->variadic_buffer_counts() != nullptr && batch->variadic_buffer_counts()->size() != 0) ||
      !is_aligned(batch->nodes()) || !is_aligned(batch->buffers()))
    return refuse(code::kArrowDamaged, what + " does not have one node a column");
  return true;
}

bool ArrowReader::read_entries(BufferTaker& buffers, std::uint64_t count, ArrowColumn& column,
                               const std::string& what) {
  const std::byte* begin = buffers.take(0);
  const std::byte* offset_bytes = buffers.take((count + 1) * sizeof(std::int32_t));
  const std::byte* characters = buffers.take(std::nullopt);
  if (buffers.failed()) return refuse(buffers.problem_code(), what + " " + buffers.problem());
  if (!buffers.all_taken()) return refuse(code::kArrowDamaged, what + " has more buffers or bytes than it needs");
  column.dictionary = {begin, buffers.cursor(), buffers.length()};
  const auto* offsets = reinterpret_cast<const std::int32_t*>(offset_bytes);
  if (offsets[0] != 0 || static_cast<std::uint64_t>(offsets[count]) != buffers.length())
    return refuse(code::kArrowDamaged, what + " has offsets that do not span its characters");
  auto& entries = column.column.dictionary;
  entries.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (offsets[i + 1] < offsets[i] || static_cast<std::uint64_t>(offsets[i + 1]) > buffers.length())
      return refuse(code::kArrowDamaged, what + " has offsets that run backwards");
    entries.emplace_back(reinterpret_cast<const char*>(characters) + offsets[i],
                         static_cast<std::size_t>(offsets[i + 1] - offsets[i]));
    if (json::first_invalid_utf8(entries.back()))
      return refuse(code::kArrowDamaged, what + " has an entry that is not valid UTF-8");
    if (i > 0 && entries[i - 1] >= entries[i])
      return refuse(code::kArrowDamaged, what + " is not sorted, or has an entry twice");
  }
  return true;
}

bool ArrowReader::read_dictionary(const arrow::Block& block, std::size_t place) {
  const std::string what = "dictionary " + std::to_string(place);
  const auto view = read_message(block, what);
  if (!view) return false;
  const arrow::DictionaryBatch* header = view->message->header_as_DictionaryBatch();
  if (header == nullptr || header->is_delta()) return refuse(code::kArrowDamaged, what + " is not a whole dictionary");
  const auto id = static_cast<std::uint64_t>(header->id());
  if (id >= contents_.columns.size() || contents_.columns[id].column.type != plan::FieldType::label ||
      contents_.columns[id].dictionary.begin != nullptr)
    return refuse(code::kArrowDamaged, what + " belongs to no column, or to one that has one");
  const arrow::RecordBatch* data = header->data();
  if (!check_batch(data, what, 1)) return false;
  const auto count = static_cast<std::uint64_t>(data->length());
  const arrow::FieldNode& node = *data->nodes()->Get(0);
  if (count > UINT32_MAX || node.length() != data->length() || node.null_count() != 0)
    return refuse(code::kArrowDamaged, what + " has an impossible number of entries");
  BufferTaker buffers(*data, view->body);
  return read_entries(buffers, count, contents_.columns[id], what);
}

bool ArrowReader::read_dictionaries(const arrow::Footer& footer) {
  const auto* blocks = footer.dictionaries();
  for (std::size_t i = 0; blocks != nullptr && i < blocks->size(); ++i)
    if (!read_dictionary(*blocks->Get(static_cast<flatbuffers::uoffset_t>(i)), i)) return false;
  for (const ArrowColumn& column : contents_.columns)
    if (column.column.type == plan::FieldType::label && column.dictionary.begin == nullptr)
      return refuse(code::kArrowDamaged, "column `" + json::printable(column.column.name) + "` has no dictionary");
  return true;
}

void ArrowReader::read_chunk(BufferTaker& buffers, const arrow::FieldNode& node, ArrowColumn& column) {
  const std::uint64_t rows = contents_.batch_rows.back(), begin = buffers.cursor();
  Chunk chunk;
  chunk.rows = rows;
  if (node.length() < 0 || static_cast<std::uint64_t>(node.length()) != rows || node.null_count() < 0 ||
      static_cast<std::uint64_t>(node.null_count()) > rows) {
    buffers.fail(code::kArrowDamaged, "has a column with another number of rows, or an impossible number of nulls");
    return;
  }
  chunk.nulls = static_cast<std::uint64_t>(node.null_count());
  const std::byte* validity = buffers.take(chunk.nulls == 0 ? 0 : bits_to_bytes(rows));
  chunk.validity = chunk.nulls == 0 ? nullptr : validity;
  if (column.column.physical == Physical::utf8)
    chunk.offsets = reinterpret_cast<const std::int32_t*>(buffers.take((rows + 1) * sizeof(std::int32_t)));
  switch (column.column.physical) {
    case Physical::utf8:
      chunk.values = buffers.take(std::nullopt);
      break;
    case Physical::bit:
      chunk.values = buffers.take(bits_to_bytes(rows));
      break;
    default:
      chunk.values = buffers.take(rows * width_bytes(column.column.physical));
      break;
  }
  if (buffers.failed()) return;
  column.column.chunks.push_back(chunk);
  column.chunks.push_back({validity, buffers.cursor() - begin, buffers.length()});
}

bool ArrowReader::read_batch(const arrow::Block& block, std::size_t place, bool last) {
  const std::string what = "batch " + std::to_string(place);
  const auto view = read_message(block, what);
  if (!view) return false;
  const arrow::RecordBatch* batch = view->message->header_as_RecordBatch();
  if (!check_batch(batch, what, contents_.columns.size())) return false;
  const auto rows = static_cast<std::uint64_t>(batch->length());
  if (rows == 0 || rows > kBatchRows || (!last && rows % kBlockRows != 0))
    return refuse(code::kArrowDamaged,
                  what + " has " + std::to_string(rows) + " rows, where a multiple of 4096 is due");
  contents_.batch_rows.push_back(rows);
  BufferTaker buffers(*batch, view->body);
  for (std::size_t i = 0; i < contents_.columns.size() && !buffers.failed(); ++i)
    read_chunk(buffers, *batch->nodes()->Get(static_cast<flatbuffers::uoffset_t>(i)), contents_.columns[i]);
  if (buffers.failed()) return refuse(buffers.problem_code(), what + " " + buffers.problem());
  if (!buffers.all_taken()) return refuse(code::kArrowDamaged, what + " has more buffers or bytes than it needs");
  return true;
}

bool ArrowReader::read_batches(const arrow::Footer& footer) {
  const auto* blocks = footer.record_batches();
  const std::size_t count = blocks == nullptr ? 0 : blocks->size();
  for (std::size_t i = 0; i < count; ++i)
    if (!read_batch(*blocks->Get(static_cast<flatbuffers::uoffset_t>(i)), i, i + 1 == count)) return false;
  return true;
}

Result<ArrowContents> ArrowReader::read() {
  const arrow::Footer* footer = read_footer();
  if (footer == nullptr) return std::move(*problem_);
  const auto columns = read_schema(footer->schema(), footer->version(), file_);
  if (!columns) return columns.problems();
  for (const Column& column : *columns) contents_.columns.push_back({column, {}, {}});
  if (!read_dictionaries(*footer) || !read_batches(*footer)) return std::move(*problem_);
  // Last, so that of another writer's file it is first said what no writer of ours does.
  if (auto wrong = wrong_notes(*footer->schema(), *columns))
    refuse(code::kArrowType, std::move(*wrong), "make the snapshot with `proofmark snapshot create`");
  else
    read_leading_schema(*columns);
  if (problem_) return std::move(*problem_);
  return std::move(contents_);
}

}  // namespace

Result<ArrowContents> read_arrow(std::span<const std::byte> bytes, std::string_view file) {
  return ArrowReader(bytes, nullptr, file).read();
}

Result<ArrowContents> read_arrow(const MappedFile& arrow, std::string_view file) {
  return ArrowReader(arrow.bytes(), &arrow, file).read();
}

}  // namespace proofmark::snapshot
