#include "cli/language_server/frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "runtime/json/utf8.h"

namespace proofmark::language_server {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t\r") + 1 - begin);
}

// Behind the first empty line. Lines end with CR LF, as the protocol says, or with LF alone, as some clients write.
std::size_t end_of_header(std::string_view text) {
  for (std::size_t line = 0;;) {
    const std::size_t end = text.find('\n', line);
    if (end == std::string_view::npos) return end;
    if (end == line || (end == line + 1 && text[line] == '\r')) return end + 1;
    line = end + 1;
  }
}

}  // namespace

void FrameReader::feed(std::string_view bytes) {
  if (begin_ > bytes_.size() / 2) {
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  bytes_ += bytes;
}

std::optional<std::string> FrameReader::next() {
  if (!fault_.empty() || (!length_ && !read_header())) return std::nullopt;
  if (bytes_.size() - begin_ < *length_) return std::nullopt;
  std::string content = bytes_.substr(begin_, *length_);
  begin_ += *length_;
  length_.reset();
  return content;
}

bool FrameReader::read_header() {
  const std::string_view rest = std::string_view(bytes_).substr(begin_, kMostHeaderBytes);
  const std::size_t end = end_of_header(rest);
  if (end == std::string_view::npos) {
    if (rest.size() == kMostHeaderBytes)
      fault_ = fmt::format("a header takes at most {} bytes and ends with an empty line", kMostHeaderBytes);
    return false;
  }
  std::string_view header = rest.substr(0, end);
  while (!header.empty()) {
    const std::size_t line_end = header.find('\n');
    if (!read_field(header.substr(0, line_end))) return false;
    header.remove_prefix(line_end + 1);
  }
  if (!length_) fault_ = "the header has no `Content-Length`";
  begin_ += end;
  return length_.has_value();
}

// Fields but the length say nothing that we need: the content is UTF-8, or it is refused.
bool FrameReader::read_field(std::string_view field) {
  const std::size_t colon = std::min(field.find(':'), field.size());
  std::string name(field.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), lower);
  if (name != "content-length") return true;
  const std::string_view value = trimmed(field.substr(std::min(colon + 1, field.size())));
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (length_)
    fault_ = "the header has two `Content-Length`";
  else if (value.empty() || end != value.data() + value.size() || error == std::errc::invalid_argument)
    fault_ = fmt::format("`Content-Length` is {}, which is no number of bytes", json::in_backticks(value));
  else if (error != std::errc() || length > kMostContentBytes)
    fault_ = fmt::format("`Content-Length` is {}, and a message has at most {} bytes", json::printable(value),
                         kMostContentBytes);
  else
    length_ = length;
  return fault_.empty();
}

std::string framed(std::string_view content) {
  return fmt::format("Content-Length: {}\r\n\r\n{}", content.size(), content);
}

}  // namespace proofmark::language_server
