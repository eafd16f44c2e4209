// open and verify → read the new files → grow each stream → publish.
#include "runtime/snapshot/append.h"

#include <algorithm>
#include <future>
#include <numeric>

#include "runtime/json/digest.h"
#include "runtime/json/utf8.h"
#include "runtime/snapshot/append_sources.h"
#include "runtime/snapshot/column_check.h"
#include "runtime/snapshot/directory_lock.h"
#include "runtime/snapshot/opened_files.h"
#include "runtime/snapshot/output_file.h"
#include "runtime/snapshot/problem_codes.h"
#include "runtime/snapshot/read_streams.h"
#include "runtime/snapshot/stray_files.h"
#include "runtime/snapshot/table_join.h"
#include "runtime/snapshot/write_stream.h"
#include "runtime/snapshot/zone_map.h"

namespace proofmark::snapshot {
namespace {

namespace fs = std::filesystem;

struct Old {
  std::string id;
  Manifest manifest;
  std::vector<OpenStream> streams;  // beside manifest.streams
};

Result<Old> open_old(const fs::path& directory) {
  const auto file = open_manifest(directory);
  if (!file) return file.problems();
  auto manifest = read_manifest(file->text(), (directory / kManifestFile).string());
  if (!manifest) return manifest.problems();
  Old old{json::sha256(file->text()), std::move(*manifest), {}};
  for (const StreamRecord& record : old.manifest.streams) {
    auto stream = open_stream(directory, record);
    if (!stream) return stream.problems();
    old.streams.push_back(std::move(*stream));
  }
  return old;
}

Status verify(const fs::path& directory, const OpenStream& stream, Measures& measures) {
  const std::string path = (directory / arrow_file_of(stream.record.name)).string();
  if (auto sound = check_sha256(stream.arrow, path, stream.record.sha256, &measures); !sound) return sound;
  std::vector<std::size_t> all(stream.record.columns.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  if (Diagnostics problems = check_columns(directory, stream, all, 1, &measures); !problems.empty()) return problems;
  return Done{};
}

Status verify(const fs::path& directory, const Old& old, Measures& measures) {
  if (Status clean = check_no_strays(directory, old.streams); !clean) return clean;
  std::vector<std::future<Status>> all;
  for (const OpenStream& stream : old.streams)
    all.push_back(std::async(std::launch::async, [&] { return verify(directory, stream, measures); }));
  Diagnostics problems;
  for (auto& one : all)
    if (const Status sound = one.get(); !sound)
      problems.insert(problems.end(), sound.problems().begin(), sound.problems().end());
  if (!problems.empty()) return problems;
  return Done{};
}

std::optional<std::size_t> time_column_of(const StreamRecord& record) {
  for (std::size_t i = 0; i < record.columns.size(); ++i)
    if (record.columns[i].name == record.time_column) return i;
  return std::nullopt;
}

std::optional<std::int64_t> earliest(const ColumnData& times) {
  const auto& values = std::get<IntegerData>(times.values);
  std::optional<std::int64_t> least;
  for (std::size_t row = 0; row < values.size(); ++row)
    if (times.valid.empty() || times.valid[row] != 0) least = std::min(least.value_or(values[row]), values[row]);
  return least;
}

// How many rows of a sorted stream stand in front of a row of this time: those that are not later.
std::uint64_t rows_before(const Column& times, std::int64_t ns) {
  std::uint64_t rows = 0;
  for (const Chunk& chunk : times.chunks) {
    const auto* values = reinterpret_cast<const std::int64_t*>(chunk.values);
    const auto* end = values + (chunk.rows - chunk.nulls);  // nulls are last
    const auto* later = std::upper_bound(values, end, ns);
    rows += static_cast<std::uint64_t>(later - values);
    if (later != values + chunk.rows) break;
  }
  return rows;
}

// Where a batch is cut depends on no row but the 65,536 from its first one on: if none of them is new, the batch stays.
std::size_t batches_in_front(const OpenStream& stream, std::uint64_t unchanged_rows) {
  std::size_t count = 0;
  std::uint64_t begin = 0;
  for (const std::uint64_t rows : stream.contents.batch_rows) {
    if (begin + kBatchRows > unchanged_rows) break;
    begin += rows;
    ++count;
  }
  return count;
}

using NewTables = std::vector<Ingested*>;

std::uint64_t unchanged_rows(const OpenStream& stream, std::optional<std::size_t> time, const NewTables& files) {
  std::optional<std::int64_t> first;
  for (const Ingested* file : files)
    if (const auto least = time ? earliest(file->table.columns[*time]) : std::nullopt)
      first = std::min(first.value_or(*least), *least);
  return first ? rows_before(stream.contents.columns[*time].column, *first) : stream.record.rows;
}

// The rows behind the kept batches, as if they had just been read.
Table tail_of(const OpenStream& stream, const KeptBatches& kept) {
  Table tail;
  tail.rows = stream.record.rows - kept.rows();
  for (std::size_t i = 0; i < stream.contents.columns.size(); ++i) {
    tail.columns.push_back(rows_of(stream.contents.columns[i], kept.count, stream.contents.batch_rows.size()));
    tail.columns.back().unit = stream.record.columns[i].unit;
  }
  return tail;
}

Status check_size(const StreamRecord& record, const NewTables& files) {
  std::uint64_t rows = record.rows;
  for (const Ingested* file : files) rows += file->table.rows;
  if (rows <= UINT32_MAX) return Done{};
  return file_problem(code::kTooMuch, files.back()->file,
                      "stream " + json::in_backticks(record.name) + " would have more than 4294967295 rows",
                      "split it into several streams");
}

Status check_labels(const Table& table, const std::string& file) {
  for (const ColumnData& column : table.columns) {
    const auto* label = std::get_if<LabelData>(&column.values);
    if (label == nullptr) continue;
    std::uint64_t bytes = 0;
    for (const std::string& entry : label->dictionary) bytes += entry.size();
    if (bytes > kMaximumBatchText)
      return file_problem(code::kTooMuch, file,
                          "the distinct labels of column " + json::in_backticks(column.name) + " exceed 1 GiB",
                          "make a new snapshot in which the column is text");
  }
  return Done{};
}

std::vector<std::vector<std::uint32_t>> new_codes(const Table& old,
                                                  const std::vector<std::vector<std::string>>& labels) {
  std::vector<std::vector<std::uint32_t>> codes;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto* label = std::get_if<LabelData>(&old.columns[i].values);
    codes.push_back(label == nullptr ? std::vector<std::uint32_t>()
                                     : join_dictionaries(labels[i], label->dictionary).first);
  }
  return codes;
}

std::vector<std::vector<std::string>> labels_of(const OpenStream& stream) {
  std::vector<std::vector<std::string>> labels;
  for (const ArrowColumn& column : stream.contents.columns)
    labels.emplace_back(column.column.dictionary.begin(), column.column.dictionary.end());
  return labels;
}

// Rows count as late against everything that was read before them, as if the files were one.
void add_to_record(const Ingested& file, std::optional<std::size_t> time, std::optional<std::int64_t>& latest,
                   StreamRecord& record) {
  record.skipped_rows += file.bad.count();
  record.quality.negative_values += file.negative_values;
  record.sources.push_back(file.source);
  if (!time) return;
  const ColumnData& times = file.table.columns[*time];
  record.quality.out_of_order_rows += out_of_order_rows(times, latest);
  const auto& values = std::get<IntegerData>(times.values);
  for (std::size_t row = 0; row < values.size(); ++row)
    if (times.valid.empty() || times.valid[row] != 0) latest = std::max(latest.value_or(values[row]), values[row]);
}

Result<AppendedStream> grow(const fs::path& directory, const OpenStream& old, const NewTables& files,
                            Measures& measures, StreamRecord& record) {
  Stopwatch watch;
  if (auto fits = check_size(old.record, files); !fits) return fits.problems();
  const auto time = time_column_of(old.record);
  KeptBatches kept{&old, batches_in_front(old, unchanged_rows(old, time, files)), {}};
  AppendedStream grown{.name = record.name, .kept = kept.rows()};
  Table tail = tail_of(old, kept);
  auto latest = old.record.covers_to;
  for (Ingested* file : files) {
    add_to_record(*file, time, latest, record);
    grown.added += file->table.rows;
    grown.skipped += file->bad.count();
    join(tail, std::move(file->table), time);
  }
  if (auto fits = check_labels(tail, files.back()->file); !fits) return fits.problems();
  kept.codes = new_codes(tail, labels_of(old));
  const std::int64_t join_ns = watch.lap_ns();
  if (auto written = write_stream(directory, tail, time, {.kept = &kept, .measures = &measures}, record); !written)
    return written.problems();
  measures.streams.back().join_ns = join_ns;
  grown.rows = record.rows;
  return grown;
}

Status copy(const fs::path& directory, const OpenStream& old, Measures& measures) {
  Stopwatch watch;
  const StreamRecord& record = old.record;
  StreamMeasure measure{.stream = record.name, .rows = record.rows};
  const auto copied = [&](const std::string& name, std::span<const std::byte> bytes) -> Status {
    auto out = OutputFile::create(directory / name);
    if (!out) return out.problems();
    out->write(bytes);
    const auto written = out->finish();
    if (!written) return written.problems();
    measure.bytes += written->bytes;
    measure.sha256_ns += written->sha256_ns;
    return Done{};
  };
  if (auto done = copied(arrow_file_of(record.name), old.arrow.bytes()); !done) return done;
  if (record.zones_sha256) {
    const std::string zones = write_zone_map(old.zones);  // canonical, so the same bytes
    if (auto done = copied(zone_file_of(record.name), std::as_bytes(std::span(zones))); !done) return done;
  }
  measure.write_ns = watch.lap_ns();
  measures.written_rows.more(record.rows);
  measures.streams.push_back(std::move(measure));
  return Done{};
}

std::optional<std::int64_t> instant(const AppendOptions& options, const Manifest& manifest) {
  if (options.as_of) return options.as_of;
  std::optional<std::int64_t> latest;
  for (const StreamRecord& stream : manifest.streams) latest = std::max(latest, stream.covers_to);
  return options.latest ? latest : std::max(latest, manifest.as_of);
}

Status publish(OutputDirectory& directory, const AppendOptions& options, const fs::path& old) {
  return options.out ? directory.publish() : directory.replace(old);
}

void expect_checks(const Old& old, Measures& measures) {
  for (const OpenStream& stream : old.streams) {
    measures.hashed_bytes.expect(stream.arrow.bytes().size());
    measures.checked_bytes.expect(chunk_bytes(stream));
  }
}

void expect_rows(const Old& old, const std::vector<Ingested>& ingested, Measures& measures) {
  for (const OpenStream& stream : old.streams) measures.written_rows.expect(stream.record.rows);
  for (const Ingested& file : ingested) measures.written_rows.expect(file.table.rows);
  measures.stage = Stage::writing;
}

// What the check of the old snapshot says, once it is over.
Status await(std::future<Status>& verified, Measures& measures) {
  Stopwatch watch;
  measures.stage = Stage::checking;
  Status sound = verified.get();
  measures.check_ns = watch.lap_ns();
  return sound;
}

Result<Appended> append_to(const AppendOptions& options, const fs::path& snapshot, OutputDirectory directory) {
  const auto old = open_old(snapshot);
  if (!old) return old.problems();
  const auto sources = matching_sources(old->manifest, options.streams);
  if (!sources) return sources.problems();
  Measures unasked;
  Measures& measures = options.measures != nullptr ? *options.measures : unasked;
  expect_checks(*old, measures);
  auto verified = std::async(std::launch::async, [&] { return verify(snapshot, *old, measures); });
  Appended appended;
  auto ingested = read_streams(*sources, options.skip_bad_rows, appended.warnings, &measures);
  if (const Status sound = await(verified, measures); !sound) return sound.problems();
  if (!ingested) return ingested.problems();
  if (auto fresh = check_files_are_new(old->manifest, *sources, *ingested); !fresh) return fresh.problems();
  if (auto made = make_folders(directory.path()); !made) return made.problems();
  Stopwatch watch;
  expect_rows(*old, *ingested, measures);
  Manifest manifest = old->manifest;
  for (std::size_t i = 0; i < manifest.streams.size(); ++i) {
    NewTables files;
    for (std::size_t f = 0; f < sources->size(); ++f)
      if ((*sources)[f].name == manifest.streams[i].name) files.push_back(&(*ingested)[f]);
    if (files.empty()) {
      if (auto copied = copy(directory.path(), old->streams[i], measures); !copied) return copied.problems();
      continue;
    }
    auto grown = grow(directory.path(), old->streams[i], files, measures, manifest.streams[i]);
    if (!grown) return grown.problems();
    appended.streams.push_back(std::move(*grown));
  }
  manifest.as_of = instant(options, manifest);
  const auto id = write_manifest_file(directory.path(), manifest);
  if (!id) return id.problems();
  measures.write_ns = watch.lap_ns();
  measures.stage = Stage::publishing;
  if (auto published = publish(directory, options, snapshot); !published) return published.problems();
  measures.publish_ns = watch.lap_ns();
  appended.id = *id;
  appended.old_id = old->id;
  appended.as_of = manifest.as_of;
  return appended;
}

}  // namespace

Result<Appended> append(const AppendOptions& options) {
  if (options.streams.empty())
    return plain_problem(code::kStreamName, "there is no file to append", "add `--stream NAME=FILE`");
  if (options.out) {
    auto directory = OutputDirectory::create(*options.out);
    if (!directory) return directory.problems();
    return append_to(options, options.snapshot, std::move(*directory));
  }
  std::error_code error;
  const fs::path snapshot = fs::canonical(options.snapshot, error);  // of a link what it points to is replaced
  const fs::path& place = error ? options.snapshot : snapshot;
  const auto lock = DirectoryLock::take(place);
  if (!lock) return lock.problems();
  if (const auto there = open_manifest(place); !there) return there.problems();
  auto directory = OutputDirectory::beside(place);
  if (!directory) return directory.problems();
  return append_to(options, place, std::move(*directory));
}

}  // namespace proofmark::snapshot
