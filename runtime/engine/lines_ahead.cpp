// The lines of a block, column after column.
#include "runtime/engine/lines_ahead.h"

#include "runtime/engine/rows.h"

namespace proofmark::engine {

LinesAhead::LinesAhead(const std::vector<std::size_t>& widths_bytes, std::size_t shares)
    : begins_(widths_bytes.size()) {
  constexpr std::size_t kLineBytes = 64;
  for (std::uint32_t column = 0; column < widths_bytes.size(); ++column)
    for (std::size_t at = 0; at < kBlockRows * widths_bytes[column]; at += kLineBytes)
      lines_.push_back({column, static_cast<std::uint32_t>(at)});
  for (std::size_t share = 0; share <= shares; ++share)
    share_ends_.push_back(shares == 0 ? 0 : lines_.size() * share / shares);
}

}  // namespace proofmark::engine
