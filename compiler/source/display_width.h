// How many columns of a terminal a text takes: what an underline must know and nobody else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace proofmark::source {

inline constexpr std::size_t kTabWidth = 4;

// East Asian wide and emoji characters take two columns, combining marks none, a tab kTabWidth.
std::size_t display_width(std::string_view text);  // valid UTF-8

// The same text with tabs as spaces, so that it takes display_width() columns wherever it begins.
std::string without_tabs(std::string_view text);

}  // namespace proofmark::source
