// Counts, times and rates in words: what pages, `--stats` and the progress line share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace proofmark::cli {

std::string ms_text(std::int64_t ns);           // "12.34 ms"
std::string with_commas(std::uint64_t number);  // "12,345,678"
// "800 million rows a second"
std::string rate_text(std::uint64_t done, std::string_view what, double seconds);
std::string rate_text(std::uint64_t done, std::string_view what, std::int64_t ns);

}  // namespace proofmark::cli
