// The digest covers kind, key and content, so an entry under another name, or of another program, is none.
#include "runtime/cache/entry_file.h"

#include "runtime/json/digest.h"

namespace proofmark::cache {
namespace {

constexpr std::string_view kMagic = "proofmark cache 1\n";

std::string header(std::string_view kind, std::string_view key_hex, std::string_view content) {
  std::string text(kMagic);
  text.append(kind).append(" ").append(key_hex).append(" ").append(std::to_string(content.size())).append("\n");
  json::Sha256 digest;
  digest.update(text);
  digest.update(content);
  return text + digest.finish() + "\n";
}

}  // namespace

std::string entry_file(std::string_view kind, std::string_view key_hex, std::string_view content) {
  return header(kind, key_hex, content).append(content);
}

std::optional<std::string> entry_content(std::string_view file, std::string_view kind, std::string_view key_hex) {
  constexpr int kHeaderLines = 3;
  std::size_t start = 0;
  for (int line = 0; line < kHeaderLines; ++line) {
    const std::size_t end = file.find('\n', start);
    if (end == std::string_view::npos) return std::nullopt;
    start = end + 1;
  }
  const std::string_view content = file.substr(start);
  if (file.substr(0, start) != header(kind, key_hex, content)) return std::nullopt;
  return std::string(content);
}

}  // namespace proofmark::cache
