// A policy text, its lines, and places in it. Spans are byte offsets; people see lines and columns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/plan.h"

namespace proofmark::source {

struct Span {
  std::uint32_t begin = 0, end = 0;  // bytes, end exclusive
  friend bool operator==(const Span&, const Span&) = default;
};

class SourceFile {
 public:
  // Refuses (PM01xx) text over 16 MiB, invalid UTF-8 (naming the byte), a NUL; strips nothing, accepts a BOM.
  static Result<SourceFile> from_text(std::string name, std::string text);
  // Reads a file: missing PM0701 (exit 66), unreadable PM0702 (exit 74), a directory.
  static Result<SourceFile> read(const std::string& path);

  const std::string& name() const { return name_; }   // as the user gave it
  std::string basename() const;
  std::string_view text() const { return text_; }
  std::string_view text(Span span) const { return std::string_view(text_).substr(span.begin, span.end - span.begin); }
  Place place(Span span) const;          // columns count code points
  plan::Origin origin(Span span) const;  // basename, line, column
  std::string_view line(std::uint32_t number) const;  // from 1, without its end

 private:
  std::string name_, text_;
  std::vector<std::uint32_t> line_starts_;
};

}  // namespace proofmark::source
