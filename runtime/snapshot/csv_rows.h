// CSV as RFC 4180 has it: a header, commas, quotes around cells that need them, quotes doubled inside. Lines end in
// LF or CRLF. An empty cell, quoted or not, is null; a blank line is no row unless the file has a single column.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/bad_rows.h"

namespace proofmark::snapshot {

struct CsvHeader {
  std::vector<std::string> names;  // distinct, none empty
  std::size_t bytes = 0;           // where the first record starts
  std::uint64_t lines = 0;
};

// `text`: the start of a file, whole records.
Result<CsvHeader> read_csv_header(std::string_view text, const std::string& file);

// `text`: whole records, with kTextPadding readable bytes behind. `slots`: a cell's place in the sink or kNoSlot.
template <typename Sink>
void parse_csv(std::string_view text, const std::vector<int>& slots, Sink& sink, BadRows& bad, std::uint64_t& lines);

}  // namespace proofmark::snapshot
