// One entry's bytes: a header that says what it is, and the content.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace proofmark::cache {

inline constexpr std::size_t kDigestHex = 64;

// "proofmark cache 1\n", kind, key, length, digest of everything else; each of known length or ended by a newline.
std::string entry_file(std::string_view kind, std::string_view key_hex, std::string_view content);

// The content, when the file is to the byte what entry_file made for this kind and key.
std::optional<std::string> entry_content(std::string_view file, std::string_view kind, std::string_view key_hex);

}  // namespace proofmark::cache
