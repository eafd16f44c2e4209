// Bytes to messages: a header with `Content-Length`, an empty line, and so many bytes of JSON.
//
// Where a header is wrong nobody knows where the next message begins, so that reading ends there; what is wrong inside
// of a message is another's business.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace proofmark::language_server {

inline constexpr std::size_t kMostHeaderBytes = std::size_t{4} << 10;
// A policy of 16 MiB, of which half the bytes are escaped.
inline constexpr std::size_t kMostContentBytes = std::size_t{32} << 20;

class FrameReader {
 public:
  void feed(std::string_view bytes);
  std::optional<std::string> next();                   // the content of the next message, when all of it is there
  const std::string& fault() const { return fault_; }  // why no further message can be read; empty: one can

 private:
  bool read_header();  // whether it is all there, and good
  bool read_field(std::string_view field);

  std::string bytes_;
  std::size_t begin_ = 0;              // of what has not been read
  std::optional<std::size_t> length_;  // of the content under way
  std::string fault_;
};

std::string framed(std::string_view content);

}  // namespace proofmark::language_server
