// Telemetry files of any bytes, in every format and compression, declared and undeclared: refused or read, and the
// same whether the file is cut into pieces or not.
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>

#include "runtime/snapshot/ingest.h"

namespace {

namespace snapshot = proofmark::snapshot;
using proofmark::plan::FieldType;

std::vector<snapshot::ColumnSpec> declared() {
  const proofmark::plan::Rational second = 1'000'000'000;
  return {{"t", FieldType::timestamp, second, false, false}, {"at", FieldType::timestamp, 1, true, true},
          {"n", FieldType::integer, 1, false, true},         {"d", FieldType::duration, second, false, true},
          {"b", FieldType::bytes, 1024, false, true},        {"r", FieldType::real, 1, false, true},
          {"f", FieldType::boolean, 1, false, true},         {"l", FieldType::label, 1, false, true},
          {"x.y", FieldType::text, 1, false, true}};
}

// Counters in column `n`, or histograms with edges in column `e`.
void tally(snapshot::StreamSource& stream, bool cumulative, bool buckets) {
  const auto spelled = [](const char* name) {
    snapshot::ColumnSpec spec;
    spec.source = name;
    spec.arrays = spec.optional = true;
    return spec;
  };
  stream.columns = declared();
  stream.columns.push_back(spelled("n"));
  stream.tally = snapshot::Tally{"n", cumulative, {}, false};
  if (!buckets) return;
  stream.columns.push_back(spelled("e"));
  stream.tally->edges = snapshot::ColumnSpec{"e", FieldType::duration, 1'000'000'000, false, false};
}

// All that a reading found, as text.
std::string told(const proofmark::Result<snapshot::Ingested>& ingested) {
  std::string text;
  const auto add = [&](const proofmark::Diagnostics& problems) {
    for (const proofmark::Diagnostic& problem : problems)
      text += problem.code + " " + std::to_string(problem.primary.place.line) + ":" +
              std::to_string(problem.primary.place.column) + " " + problem.message + "\n";
  };
  if (!ingested) {
    add(ingested.problems());
    return text;
  }
  add(ingested->warnings);
  add(ingested->bad.diagnostics("f", proofmark::Severity::error));
  text += std::to_string(ingested->table.rows) + " rows, " + std::to_string(ingested->bad.count()) + " bad\n";
  for (const snapshot::ColumnData& column : ingested->table.columns) {
    text += column.name + " " + std::string(proofmark::plan::field_type_name(column.type));
    for (const std::uint8_t valid : column.valid) text += valid != 0 ? 'v' : '-';
    if (const auto* integers = std::get_if<snapshot::IntegerData>(&column.values))
      for (const std::int64_t value : *integers) text += " " + std::to_string(value);
    if (const auto* label = std::get_if<snapshot::LabelData>(&column.values))
      for (const std::uint32_t code : label->codes)
        text += label->dictionary.empty() ? " -" : " " + label->dictionary.at(code);
    if (const auto* words = std::get_if<snapshot::TextData>(&column.values)) {
      PROOFMARK_CHECK(words->ends.size() == ingested->table.rows);
      text += words->bytes;
    }
    text += "\n";
  }
  return text;
}

}  // namespace

// The first byte chooses format, compression and declaration; the second how finely the file is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  constexpr const char* kSuffixes[] = {".csv", ".ndjson", ".csv.gz", ".ndjson.zst"};
  const std::string file = "/dev/shm/proofmark-fuzz-" + std::to_string(::getpid()) + kSuffixes[data[0] % 4];
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data) + 2, static_cast<std::streamsize>(size - 2));
  snapshot::StreamSource stream{"s", file, {}, {}};
  if ((data[0] & 4) != 0) stream.columns = declared();
  if ((data[0] & 16) != 0) tally(stream, (data[0] & 32) != 0, (data[0] & 64) != 0);
  if ((data[0] & 8) != 0) stream.time_column = "t";
  const std::string whole = told(snapshot::ingest(stream, {1 << 20, 1}));
  const std::string pieces = told(snapshot::ingest(stream, {std::size_t{1} + data[1], 1}));
  PROOFMARK_CHECK(whole == pieces);
  std::filesystem::remove(file);
  return 0;
}
