// A policy text, its lines, and places in it. Spans are byte offsets; people see lines and columns.
//
// What is let in is what a reviewer can see: valid UTF-8 without NUL, without control characters other than tab and
// line ends, and without the marks that make an editor show text in another order than it is read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/plan.h"

namespace proofmark::source {

inline constexpr std::size_t kMaximumFileBytes = std::size_t{16} << 20;

struct Span {
  std::uint32_t begin = 0, end = 0;  // bytes, end exclusive
  friend bool operator==(const Span&, const Span&) = default;
};

// The bytes of a regular file, at most one more than the maximum: missing PM0701 (exit 66), unreadable PM0702 (exit
// 74), a directory, a pipe or a device. `what` it is meant to be: "policy file", "transcript".
Result<std::string> read_file(const std::string& path, std::string_view what, std::size_t maximum_bytes);

class SourceFile {
 public:
  // Refuses (PM01xx) text over 16 MiB, invalid UTF-8 (naming the byte), a NUL, characters that hide what is written;
  // strips nothing, accepts a BOM (it belongs to no line).
  static Result<SourceFile> from_text(std::string name, std::string text);
  // As read_file and from_text refuse.
  static Result<SourceFile> read(const std::string& path);

  const std::string& name() const { return name_; }  // as the user gave it
  std::string basename() const;
  std::string_view text() const { return text_; }
  std::string_view text(Span span) const { return std::string_view(text_).substr(span.begin, span.end - span.begin); }
  Place place(Span span) const;                       // columns count code points
  plan::Origin origin(Span span) const;               // basename, line, column
  std::string_view line(std::uint32_t number) const;  // from 1, without its end
  std::uint32_t line_count() const { return static_cast<std::uint32_t>(line_starts_.size()); }

 private:
  struct Position {
    std::uint32_t line = 1, column = 1;
  };
  SourceFile(std::string name, std::string text);
  Position position(std::uint32_t offset) const;
  std::uint32_t characters_before(std::uint32_t offset) const;

  std::string name_, text_;
  std::vector<std::uint32_t> line_starts_;  // the first byte of each line
  std::vector<std::uint32_t>
      character_counts_;  // characters before byte i * kCountEvery: columns of long lines stay cheap
};

}  // namespace proofmark::source
