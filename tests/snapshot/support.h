// What the tests of this room share: a directory that is gone afterwards, files in it, and columns as text.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/snapshot/create.h"
#include "runtime/snapshot/row_sink.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::snapshot::testing_support {

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

std::string contents(const std::filesystem::path& file);

// "code message" of the first problem, with its place as file:line:column in front when it has one.
std::string first_problem(const Diagnostics& problems);

// A value as a person would write it: integers and ns as digits, labels and texts as they are, null as nothing.
std::optional<std::string> value_at(const Column& column, std::uint64_t row);
std::vector<std::optional<std::string>> values_of(const Stream& stream, std::string_view column);

// Creates a snapshot of one file with stream name "s"; the problems otherwise.
Result<Created> create_one(const std::filesystem::path& file, const std::filesystem::path& out,
                           std::vector<ColumnSpec> columns = {}, std::optional<std::string> time_column = {},
                           std::uint64_t skip_bad_rows = 0);

// verify_chunks of every column of every stream, then verify_files.
Status verify_everything(const Snapshot& snapshot);

// All that is held of a piece, row by row.
std::vector<std::string> rows_of(const ParsedPiece& piece);

}  // namespace proofmark::snapshot::testing_support
