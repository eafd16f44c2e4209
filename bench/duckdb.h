// DuckDB in this process, through its C interface, from the library that bench/peers installs. Labels are one-byte
// codes there too, which is faster than its strings.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/resident.h"

namespace proofmark::bench {

class DuckDb {
 public:
  // Null, and `problem` says why, when the library cannot be opened. An empty `database` is in memory.
  static std::unique_ptr<DuckDb> open(const std::string& library, const std::string& database, std::string& problem);
  ~DuckDb();

  // Table `requests` with the stream's columns.
  void load(const Resident& data);
  // Every cell of the result as text, row by row; throws std::runtime_error with DuckDB's message.
  std::vector<std::vector<std::string>> query(const std::string& sql);

 private:
  struct Interface;
  explicit DuckDb(std::unique_ptr<Interface> interface);
  std::unique_ptr<Interface> c_;
};

}  // namespace proofmark::bench
