// manifest.json: what a snapshot holds, in canonical JSON, so that one digest names it all.
//
// Nothing in it depends on a clock, a host or a path: equal input bytes and options give equal manifests. Reading is
// strict: a missing or unknown key, a value of another type, or bytes that are not canonical are refused, because
// two readers must never see two snapshots in one manifest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot {

inline constexpr std::string_view kManifestFormat = "proofmark-snapshot/1";

struct DictionaryRecord {
  std::uint64_t entries = 0;
  std::string xxh3;  // of the offsets and the characters as they lie in the file
};

struct ColumnRecord {
  std::string name;
  plan::FieldType type = plan::FieldType::integer;
  Physical physical = Physical::i64;
  std::int64_t scale = 1;  // nanoseconds in one stored unit of a duration (resolution.h); 1 of all others
  std::uint64_t nulls = 0;
  std::vector<std::string> chunks;             // XXH3-128 of each batch's buffers, 32 lower-case hex digits
  std::optional<DictionaryRecord> dictionary;  // exactly when `type` is label
  std::string unit = {};                       // of the source (runtime/plan/source_unit.h); empty: not said
};

struct QualityRecord {
  std::uint64_t out_of_order_rows = 0;  // rows earlier than a row before them in the source
  std::uint64_t negative_values = 0;    // durations and sizes below zero
  std::optional<Tallied> tallied = {};
  std::vector<plan::SumCheck> checks = {};
};

struct StreamRecord {
  std::string name;
  std::string sha256;  // of streams/<name>.arrow
  std::uint64_t rows = 0, skipped_rows = 0;
  std::optional<std::string> time_column;
  std::optional<std::int64_t> covers_from, covers_to;  // both or neither
  std::vector<ColumnRecord> columns;
  std::optional<std::string> zones_sha256;  // of zones/<name>.json; exactly when there is a time column
  std::vector<SourceFile> sources;          // at least one, in the order in which they were read
  QualityRecord quality;
};

struct Manifest {
  std::optional<std::int64_t> as_of;
  std::vector<StreamRecord> streams;  // by name
};

std::string arrow_file_of(std::string_view stream);  // "streams/<name>.arrow"
std::string zone_file_of(std::string_view stream);   // "zones/<name>.json"

// A stream's name is part of file names: letters, digits, `_` and `-`, at most 64 of them, a letter or `_` first.
bool is_stream_name(std::string_view name);

std::string_view physical_name(Physical physical);
// The widths that a column of this type may have, and in which units: with any but 1 every value fits 64 bits.
bool suits(plan::FieldType type, Physical physical, std::int64_t scale);

std::string write_manifest(const Manifest& manifest);
Result<Manifest> read_manifest(std::string_view bytes, std::string_view file);

}  // namespace proofmark::snapshot
