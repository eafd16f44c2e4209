// The rows as CSV and NDJSON, as a logger would write them, and DuckDB reading them into a table that it keeps.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "bench/duckdb.h"
#include "bench/report.h"
#include "bench/resident.h"
#include "bench/telemetry.h"

namespace proofmark::bench {
namespace {

constexpr std::string_view kLabels[] = {"service", "version", "environment", "region"};

std::string_view label(const snapshot::Stream& stream, std::string_view column, std::size_t row) {
  const snapshot::Column& found = *stream.find(column);
  return found.dictionary[std::to_integer<std::size_t>(found.chunks.front().values[row])];
}

struct Row {
  std::int64_t time, duration;
  std::uint32_t status;
  std::string_view labels[std::size(kLabels)];
};

std::string csv(const Row& row) {
  return fmt::format("{},{},{},{},{},{},{}\n", row.time, row.duration, row.status, row.labels[0], row.labels[1],
                     row.labels[2], row.labels[3]);
}

std::string ndjson(const Row& row) {
  return fmt::format(R"({{"time":{},"duration":{},"status":{},"service":"{}","version":"{}","environment":"{}",)"
                     R"("region":"{}"}})"
                     "\n",
                     row.time, row.duration, row.status, row.labels[0], row.labels[1], row.labels[2], row.labels[3]);
}

constexpr const char* kColumns =
    "{'time': 'BIGINT', 'duration': 'BIGINT', 'status': 'INTEGER', 'service': 'VARCHAR', 'version': 'VARCHAR', "
    "'environment': 'VARCHAR', 'region': 'VARCHAR'}";

}  // namespace

void write_text(const std::string& snapshot, const std::string& folder, std::size_t most) {
  const auto opened = snapshot::Snapshot::open(snapshot);
  if (!opened) throw std::runtime_error(opened.problems().front().message);
  const Resident data(*opened->find(kStream));
  std::ofstream comma(folder + "/rows.csv", std::ios::binary), lines(folder + "/rows.ndjson", std::ios::binary);
  comma << "time,duration,status,service,version,environment,region\n";
  for (std::size_t i = 0; i < std::min(most, data.rows()); ++i) {
    Row row{data.values<std::int64_t>("time")[i],
            data.values<std::int64_t>("duration")[i],
            data.values<std::uint16_t>("status")[i],
            {}};
    for (std::size_t l = 0; l < std::size(kLabels); ++l) row.labels[l] = label(data.stream(), kLabels[l], i);
    comma << csv(row);
    lines << ndjson(row);
  }
}

void ingest_by_duckdb(const std::string& library, const std::string& database, const std::string& file) {
  std::string problem;
  const auto duckdb = DuckDb::open(library, database, problem);
  if (duckdb == nullptr) throw std::runtime_error(problem);
  const std::string reader =
      file.ends_with(".csv")
          ? fmt::format("read_csv('{}', header = true, columns = {})", file, kColumns)
          : fmt::format("read_json('{}', format = 'newline_delimited', columns = {})", file, kColumns);
  duckdb->query("CREATE TABLE requests AS SELECT * FROM " + reader);
  duckdb->query("CHECKPOINT");
  fmt::print("{{\"rows\":{}}}\n", duckdb->query("SELECT count(*) FROM requests")[0][0]);
}

}  // namespace proofmark::bench
