// What a part of the benchmark hands on: seconds, other numbers, and whether engines agreed.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace proofmark::bench {

struct Report {
  std::map<std::string, double> seconds, numbers;
  std::map<std::string, bool> agree;

  void add(const std::map<std::string, double>& more) { seconds.insert(more.begin(), more.end()); }
  std::string json() const;
};

struct EngineOptions {
  std::string snapshot, duckdb;  // directory; library, empty: none
  int rounds = 7;
};
Report measure_engines(const EngineOptions& options);
Report measure_judging();
Report measure_models();                               // seconds a trial, on one thread
Report measure_together(const std::string& snapshot);  // many policies in one pass
void write_text(const std::string& snapshot, const std::string& folder, std::size_t most);  // rows.csv, rows.ndjson
void ingest_by_duckdb(const std::string& library, const std::string& database, const std::string& file);
// For peers that read no snapshot: the counted columns as plain arrays in a folder; a DuckDB database file; its query.
void write_columns(const std::string& snapshot, const std::string& folder);
void write_duckdb(const std::string& snapshot, const std::string& library, const std::string& database);
void query_duckdb(const std::string& library, const std::string& database, std::int64_t unit_ns);
// Scans with one policy again and again, for a profiler to look at. `threads` 0: the interpreter, on one.
void repeat_scan(const std::string& snapshot, const std::string& policy, unsigned threads, int rounds);

}  // namespace proofmark::bench
