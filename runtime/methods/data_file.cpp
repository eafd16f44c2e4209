#include "runtime/methods/data_file.h"

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/methods/names.h"

namespace proofmark::methods {
namespace {

constexpr std::uintmax_t kMaximumBytes = std::uintmax_t{1} << 30;

std::optional<double> cell_number(std::string_view cell) {
  while (!cell.empty() && (cell.front() == ' ' || cell.front() == '+')) cell.remove_prefix(1);
  while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\r')) cell.remove_suffix(1);
  double value = 0;
  const auto [end, error] = fast_float::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

Diagnostic at_line(const std::string& name, std::uint32_t line, std::uint32_t column, std::string message,
                   std::string help) {
  Diagnostic problem = file_problem("PM1206", name, std::move(message), std::move(help));
  problem.primary.place.line = problem.primary.place.end_line = line;
  problem.primary.place.column = problem.primary.place.end_column = column;
  return problem;
}

Result<std::string> read_text(const std::string& directory, const std::string& name) {
  namespace fs = std::filesystem;
  const fs::path relative(name);
  if (!directory.empty() && (relative.is_absolute() || name.find("..") != std::string::npos))
    return file_problem("PM1206", name, "the file lies outside the data directory",
                        fmt::format("put it into `{}`", directory));
  const fs::path path = directory.empty() ? relative : fs::path(directory) / relative;
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error)
    return file_problem("PM1206", path.string(), fmt::format("the file cannot be read: {}", error.message()),
                        "name a CSV file; `--data DIR` says where such files lie");
  if (size > kMaximumBytes)
    return file_problem("PM1206", path.string(), "the file is larger than 1 GiB",
                        "take a snapshot of it: `proofmark snapshot create`");
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || text.view().size() != size)
    return file_problem("PM1206", path.string(), "the file cannot be read to its end", "check the file and the disk");
  return std::move(text).str();
}

class Lines {
 public:
  Lines(const std::string& name, std::string_view text) : name_(name), text_(text) {}

  Result<Table> table() {
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      std::string_view line = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      ++line_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty()) continue;
      if (auto problem = add(line)) return std::move(*problem);
    }
    return std::move(table_);
  }

 private:
  std::optional<Diagnostic> add(std::string_view line) {
    const auto cells = split(line, ',');
    const bool first = table_.columns.empty();
    if (first) table_.columns.resize(cells.size());
    if (first && !cell_number(cells.front())) {
      table_.header = cells;
      return std::nullopt;
    }
    if (cells.size() != table_.columns.size())
      return at_line(
          name_, line_, 1,
          fmt::format("the line has {} cells, but the file has {} columns", cells.size(), table_.columns.size()),
          "give every line one number for each column");
    std::uint32_t column = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto number = cell_number(cells[i]);
      if (!number)
        return at_line(name_, line_, column, fmt::format("`{}` is not a finite number", cells[i].substr(0, 40)),
                       "leave out rows without a value, or count them as unknown");
      table_.columns[i].push_back(*number);
      column += static_cast<std::uint32_t>(cells[i].size()) + 1;
    }
    return std::nullopt;
  }

  const std::string& name_;
  std::string_view text_;
  std::uint32_t line_ = 0;
  Table table_;
};

}  // namespace

Result<Table> read_csv(const std::string& directory, const std::string& name) {
  auto text = read_text(directory, name);
  if (!text) return text.problems();
  return Lines(name, *text).table();
}

}  // namespace proofmark::methods
