#include "tests/snapshot/support.h"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp and setenv are POSIX

#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

namespace proofmark::snapshot::testing_support {
namespace fs = std::filesystem;

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (fs::temp_directory_path() / "proofmark-test-XXXXXX").string();
  path_ = ::mkdtemp(name.data());
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path TemporaryDirectory::write(const std::string& name, std::string_view text) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
  return path_ / name;
}

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string first_problem(const Diagnostics& problems) {
  const Diagnostic& one = problems.front();
  const Place& place = one.primary.place;
  std::string where;
  if (place.line != 0)
    where = fs::path(place.file).filename().string() + ":" + std::to_string(place.line) + ":" +
            std::to_string(place.column) + " ";
  return where + one.code + " " + one.message;
}

namespace {

template <typename Number>
Number number_at(const Chunk& chunk, std::uint64_t row) {
  Number number;
  std::memcpy(&number, chunk.values + row * sizeof number, sizeof number);
  return number;
}

bool bit_at(const std::byte* bits, std::uint64_t row) {
  return (std::to_integer<unsigned>(bits[row / 8]) >> (row % 8) & 1U) != 0;
}

std::string real_text(double value) {
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value);
  return {text, end.ptr};
}

std::int64_t integer_at(const Column& column, const Chunk& chunk, std::uint64_t row) {
  switch (column.physical) {
    case Physical::i8:
      return number_at<std::int8_t>(chunk, row);
    case Physical::i16:
      return number_at<std::int16_t>(chunk, row);
    case Physical::i32:
      return number_at<std::int32_t>(chunk, row);
    case Physical::i64:
      return number_at<std::int64_t>(chunk, row);
    case Physical::u8:
      return number_at<std::uint8_t>(chunk, row);
    case Physical::u16:
      return number_at<std::uint16_t>(chunk, row);
    case Physical::u32:
      return number_at<std::uint32_t>(chunk, row);
    case Physical::f64:
    case Physical::bit:
    case Physical::utf8:
      break;
  }
  return 0;
}

}  // namespace

std::optional<std::string> value_at(const Column& column, std::uint64_t row) {
  std::size_t place = 0;
  while (row >= column.chunks[place].rows) row -= column.chunks[place++].rows;
  const Chunk& chunk = column.chunks[place];
  if (chunk.validity != nullptr && !bit_at(chunk.validity, row)) return std::nullopt;
  if (column.physical == Physical::f64) return real_text(number_at<double>(chunk, row));
  if (column.physical == Physical::bit) return bit_at(chunk.values, row) ? "true" : "false";
  if (column.physical == Physical::utf8)
    return std::string(reinterpret_cast<const char*>(chunk.values) + chunk.offsets[row],
                       static_cast<std::size_t>(chunk.offsets[row + 1] - chunk.offsets[row]));
  const std::int64_t integer = integer_at(column, chunk, row);
  if (column.type == plan::FieldType::label)
    return std::string(column.dictionary.at(static_cast<std::size_t>(integer)));
  return std::to_string(integer * column.scale);
}

std::vector<std::optional<std::string>> values_of(const Stream& stream, std::string_view name) {
  std::vector<std::optional<std::string>> values;
  const Column* column = stream.find(name);
  for (std::uint64_t row = 0; column != nullptr && row < stream.rows; ++row) values.push_back(value_at(*column, row));
  return values;
}

Result<Created> create_one(const fs::path& file, const fs::path& out, std::vector<ColumnSpec> columns,
                           std::optional<std::string> time_column, std::uint64_t skip_bad_rows) {
  CreateOptions options;
  options.out = out;
  options.streams.push_back({"s", file, std::move(columns), std::move(time_column)});
  options.skip_bad_rows = skip_bad_rows;
  return create(options);
}

Status verify_everything(const Snapshot& snapshot) {
  for (const Stream& stream : snapshot.streams()) {
    std::vector<std::string_view> names;
    for (const Column& column : stream.columns) names.push_back(column.name);
    if (auto checked = snapshot.verify_chunks(stream.name, names); !checked) return checked;
  }
  return snapshot.verify_files();
}

std::vector<std::string> rows_of(const ParsedPiece& piece) {
  std::vector<std::string> rows(piece.rows);
  for (std::uint32_t row = 0; row < piece.rows; ++row)
    for (const ColumnPart& column : piece.columns) {
      std::string value = "-";
      if (column.valid[row] != 0) {
        switch (column.plan().reading) {
          case Reading::whole:
          case Reading::time_text:
            value = std::to_string(column.integers[row]);
            break;
          case Reading::real:
            value = std::to_string(column.reals[row]);
            break;
          case Reading::boolean:
            value = std::to_string(column.booleans[row]);
            break;
          case Reading::label:
          case Reading::label_or_text:
            value = column.pool[column.codes[row]];
            break;
          case Reading::text:
            const std::uint64_t begin = row == 0 ? 0 : column.text_ends[row - 1];
            value = column.text_bytes.substr(begin, column.text_ends[row] - begin);
            break;
        }
      }
      rows[row] += value + "|";
    }
  return rows;
}

}  // namespace proofmark::snapshot::testing_support
