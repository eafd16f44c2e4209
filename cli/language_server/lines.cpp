#include "cli/language_server/lines.h"

#include <algorithm>

namespace proofmark::language_server {
namespace {

constexpr std::uint32_t kCountEvery = 1024;

// Of the character that begins with this byte, or 0 when none does.
std::uint32_t utf16_units(char byte) {
  const auto first = static_cast<unsigned char>(byte);
  return (first & 0xC0U) == 0x80U ? 0 : first >= 0xF0U ? 2 : 1;
}

}  // namespace

Lines::Lines(std::string_view text) {
  std::uint32_t begin = 0, units = 0;
  const auto size = static_cast<std::uint32_t>(text.size());
  for (std::uint32_t i = 0; i < size; ++i) {
    if (i % kCountEvery == 0) units_.push_back(units);
    units += utf16_units(text[i]);
    const bool ends = text[i] == '\n' || (text[i] == '\r' && (i + 1 == size || text[i + 1] != '\n'));
    if (!ends) continue;
    const bool both = text[i] == '\n' && i > begin && text[i - 1] == '\r';
    lines_.push_back({begin, both ? i - 1 : i});
    begin = i + 1;
  }
  lines_.push_back({begin, size});
  units_.push_back(units);
}

std::uint32_t Lines::units_before(std::string_view text, std::uint32_t offset) const {
  std::uint32_t at = offset / kCountEvery * kCountEvery, units = units_[offset / kCountEvery];
  for (; at < offset; ++at) units += utf16_units(text[at]);
  return units;
}

std::uint32_t Lines::offset(std::string_view text, Position position, Encoding encoding) const {
  if (position.line >= lines_.size()) return lines_.back().end;
  const Line line = lines_[position.line];
  std::uint32_t at = line.begin, beginning = line.begin;
  for (std::uint32_t character = 0; at < line.end; ++at) {
    if (utf16_units(text[at]) > 0) beginning = at;  // of the character under way
    character += encoding == Encoding::utf8 ? 1 : utf16_units(text[at]);
    if (character > position.character) return beginning;
  }
  return at;
}

Position Lines::position(std::string_view text, std::uint64_t offset, Encoding encoding) const {
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset,
                                      [](std::uint64_t place, const Line& line) { return place < line.begin; });
  const Line line = *std::prev(after);
  const auto end = static_cast<std::uint32_t>(std::min<std::uint64_t>(offset, line.end));
  const auto number = static_cast<std::uint32_t>(after - lines_.begin() - 1);
  if (encoding == Encoding::utf8) return {number, end - line.begin};
  return {number, units_before(text, end) - units_before(text, line.begin)};
}

}  // namespace proofmark::language_server
