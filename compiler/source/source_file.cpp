// Letting a text in, and finding lines and columns in it.
//
// The checks are made once here, so that no later room meets a byte that is not a character. A column is a number of
// characters: it is found from counts kept every 1 KiB, because a file may be one line of 16 MiB with an error at
// every place of it.
#include "compiler/source/source_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "runtime/json/utf8.h"

namespace proofmark::source {
namespace {

constexpr std::uint32_t kCountEvery = 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool starts_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::string hexadecimal(std::uint32_t value, int digits) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%0*X", digits, value);
  return text.data();
}

// The place of a bad byte: everything before it is valid, so the column can be counted.
Place place_of_byte(const std::string& name, std::string_view text, std::size_t offset, std::size_t length) {
  const std::string_view before = text.substr(0, offset);
  std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  if (line_start == 0 && text.starts_with(kByteOrderMark)) line_start = std::min(kByteOrderMark.size(), offset);
  Place place{name, offset, offset + length};
  place.line = place.end_line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  place.column = 1 + static_cast<std::uint32_t>(std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start),
                                                              before.end(), starts_character));
  place.end_column = place.column + 1;
  return place;
}

Diagnostic problem_at(std::string_view code, Place place, std::string message, std::string label, std::string help) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.primary = {std::move(place), std::move(label)};
  diagnostic.help = std::move(help);
  return diagnostic;
}

Diagnostic too_large(const std::string& name, std::size_t bytes) {
  return file_problem("PM0121", name,
                      "the file has " + std::to_string(bytes) + " bytes; a policy file may have at most 16 MiB",
                      "a policy is something that people review: split it");
}

Diagnostic invalid_utf8(const std::string& name, std::string_view text, std::size_t offset) {
  const auto byte = static_cast<unsigned char>(text[offset]);
  return problem_at("PM0119", place_of_byte(name, text, offset, 1),
                    "byte 0x" + hexadecimal(byte, 2) + " is not valid UTF-8", "here",
                    "save the file as UTF-8; text in Latin-1 or UTF-16 cannot be read");
}

// Characters that an editor does not show, or that change the order in which it shows the others.
struct Hidden {
  std::uint32_t code_point = 0;
  std::size_t length = 0;
};

bool is_direction_mark(std::uint32_t code_point) {
  return (code_point >= 0x202A && code_point <= 0x202E) || (code_point >= 0x2066 && code_point <= 0x2069) ||
         code_point == 0x200E || code_point == 0x200F || code_point == 0x061C;
}

Hidden hidden_at(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char first = byte(0);
  if (first == '\r') return offset + 1 < text.size() && byte(1) == '\n' ? Hidden{} : Hidden{first, 1};
  if (first < 0x80)
    return (first < 0x20 && first != '\t' && first != '\n') || first == 0x7F ? Hidden{first, 1} : Hidden{};
  if (first == 0xC2 && byte(1) < 0xA0) return {byte(1), 2};  // C1 controls
  if (first == 0xD8 && byte(1) == 0x9C) return {0x061C, 2};
  if (first != 0xE2 && first != 0xEF) return {};
  const std::uint32_t code_point = (first & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
  if (is_direction_mark(code_point)) return {code_point, 3};
  return code_point == 0xFEFF && offset != 0 ? Hidden{code_point, 3} : Hidden{};
}

Diagnostic hidden_character(const std::string& name, std::string_view text, std::size_t offset, Hidden hidden) {
  const std::string point = "U+" + hexadecimal(hidden.code_point, 4);
  const Place place = place_of_byte(name, text, offset, hidden.length);
  if (hidden.code_point == 0)
    return problem_at("PM0120", place, "the file contains a NUL byte", "here",
                      "a policy file is text; was another file meant, or a file in UTF-16?");
  if (hidden.code_point == '\r')
    return problem_at("PM0129", place, "a carriage return without a line feed hides what was written before it", "here",
                      "end lines with a line feed (or carriage return and line feed)");
  const bool direction = is_direction_mark(hidden.code_point);
  return problem_at("PM0129", place,
                    direction
                        ? "the invisible character " + point + " makes text appear in another order than it is read"
                        : "the control character " + point + " is invisible",
                    "here", "remove it; inside a string write `\\u{" + hexadecimal(hidden.code_point, 1) + "}`");
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Diagnostic unreadable(const std::string& path, const std::string& why) {
  return file_problem("PM0702", path, "`" + path + "` cannot be read: " + why, "check the path and its permissions");
}

}  // namespace

SourceFile::SourceFile(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
  line_starts_.push_back(text_.starts_with(kByteOrderMark) ? static_cast<std::uint32_t>(kByteOrderMark.size()) : 0);
  std::uint32_t characters = 0;
  for (std::uint32_t i = 0; i < text_.size(); ++i) {
    if (i % kCountEvery == 0) character_counts_.push_back(characters);
    if (starts_character(text_[i])) ++characters;
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
  character_counts_.push_back(characters);  // for an offset at the end of a text of n * kCountEvery bytes
}

Result<SourceFile> SourceFile::from_text(std::string name, std::string text) {
  if (text.size() > kMaximumFileBytes) return too_large(name, text.size());
  if (const auto invalid = json::first_invalid_utf8(text)) {
    if (const auto nul = text.find('\0'); nul < *invalid) return hidden_character(name, text, nul, {0, 1});
    return invalid_utf8(name, text, *invalid);
  }
  constexpr std::size_t kMostReported = 20;
  Diagnostics problems;
  for (std::size_t i = 0; i < text.size() && problems.size() < kMostReported; ++i) {
    if (!starts_character(text[i])) continue;
    if (const Hidden hidden = hidden_at(text, i); hidden.length != 0) {
      problems.push_back(hidden_character(name, text, i, hidden));
      if (hidden.code_point == 0) break;  // not text at all
    }
  }
  if (!problems.empty()) return problems;
  return SourceFile(std::move(name), std::move(text));
}

Result<SourceFile> SourceFile::read(const std::string& path) {
  auto text = read_file(path, "policy file", kMaximumFileBytes);
  if (!text) return text.problems();
  if (text->size() <= kMaximumFileBytes) return from_text(path, std::move(*text));
  std::error_code fault;
  const auto bytes = std::filesystem::file_size(path, fault);
  return too_large(path, fault ? text->size() : static_cast<std::size_t>(bytes));
}

Result<std::string> read_file(const std::string& path, std::string_view what, std::size_t maximum_bytes) {
  std::error_code fault;
  const auto status = std::filesystem::status(path, fault);
  if (status.type() == std::filesystem::file_type::not_found)
    return file_problem("PM0701", path, "there is no file `" + path + "`",
                        "check the path; it is read from the current directory");
  if (status.type() == std::filesystem::file_type::directory)
    return file_problem("PM0702", path, "`" + path + "` is a directory, not a " + std::string(what),
                        "name the file inside it");
  if (!fault && status.type() != std::filesystem::file_type::regular)  // a pipe might never end
    return file_problem("PM0702", path, "`" + path + "` is no regular file, so not a " + std::string(what),
                        "save what it gives as a file and name that");
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) return unreadable(path, std::strerror(errno));
  std::string text;
  std::array<char, 1 << 16> buffer{};
  while (text.size() <= maximum_bytes) {
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get());
    text.append(buffer.data(), count);
    if (count < buffer.size()) break;
  }
  if (std::ferror(file.get()) != 0) return unreadable(path, std::strerror(errno));
  return text;
}

std::string SourceFile::basename() const {
  const auto slash = name_.rfind('/');
  return slash == std::string::npos ? name_ : name_.substr(slash + 1);
}

std::uint32_t SourceFile::characters_before(std::uint32_t offset) const {
  const std::uint32_t block = offset / kCountEvery;
  const auto begin = text_.begin() + block * kCountEvery;
  return character_counts_[block] +
         static_cast<std::uint32_t>(std::count_if(begin, text_.begin() + offset, starts_character));
}

SourceFile::Position SourceFile::position(std::uint32_t offset) const {
  offset = std::clamp<std::uint32_t>(offset, line_starts_.front(), static_cast<std::uint32_t>(text_.size()));
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = static_cast<std::uint32_t>(after - line_starts_.begin());
  return {line, 1 + characters_before(offset) - characters_before(*(after - 1))};
}

Place SourceFile::place(Span span) const {
  PROOFMARK_CHECK(span.begin <= span.end && span.end <= text_.size());
  const Position begin = position(span.begin), end = position(span.end);
  return {name_, span.begin, span.end, begin.line, begin.column, end.line, end.column};
}

plan::Origin SourceFile::origin(Span span) const {
  const Position begin = position(span.begin);
  return {basename(), begin.line, begin.column};
}

std::string_view SourceFile::line(std::uint32_t number) const {
  PROOFMARK_CHECK(number >= 1 && number <= line_starts_.size());
  const std::uint32_t begin = line_starts_[number - 1];
  std::size_t end = number < line_starts_.size() ? line_starts_[number] - 1 : text_.size();
  if (end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

}  // namespace proofmark::source
