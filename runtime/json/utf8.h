// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proofmark::json {

// The offset of the first byte that starts no valid character; nothing when all of `text` is valid.
std::optional<std::size_t> first_invalid_utf8(std::string_view text);

void append_utf8(std::string& text, std::uint32_t code_point);

// Bytes in the character that starts at text[0], or 0 when none does.
std::size_t utf8_length(std::string_view text);

// How the bytes of two valid texts compare as sequences of UTF-16 code units, which is the order of keys in
// RFC 8785: characters above U+FFFF come before U+E000..U+FFFF.
bool less_in_utf16(std::string_view a, std::string_view b);

// What can stand in a message: every invalid byte becomes U+FFFD, and a longer text is cut and ends in "…".
std::string printable(std::string_view text, std::size_t maximum_bytes = 60);
// The same between backticks: a name or a value in a message.
std::string in_backticks(std::string_view text);

}  // namespace proofmark::json
