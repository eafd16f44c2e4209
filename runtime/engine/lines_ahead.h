// Asking for the next block's rows while this one is worked on: memory comes late, and nothing else reads it meanwhile.
// Whoever has several pieces of work with a block asks for a share of the lines after each; nothing that is measured
// depends on it.
#pragma once

#include <cstdint>
#include <vector>

namespace proofmark::engine {

class LinesAhead {
 public:
  // Columns: the bytes of a row in each. Shares: in how many parts, about equal, a block is asked for.
  LinesAhead(const std::vector<std::size_t>& widths_bytes, std::size_t shares);

  // Where the next block's values of a column begin. Past the column's end there may be nothing: asking does no harm.
  void point_at(std::size_t column, std::uintptr_t address) { begins_[column] = address; }

  // Asks for the share-th part of the block, for the cache behind the nearest.
  void ask(std::size_t share) const {
    for (std::size_t line = share_ends_[share]; line < share_ends_[share + 1]; ++line)
      __builtin_prefetch(reinterpret_cast<const void*>(begins_[lines_[line].column] + lines_[line].offset_bytes), 0, 2);
    asm volatile("");  // g++ 12 takes a function that only asks for one without effect, and leaves the call out
  }

 private:
  struct Line {  // of 64 bytes
    std::uint32_t column = 0, offset_bytes = 0;
  };
  std::vector<Line> lines_;
  std::vector<std::uintptr_t> begins_;   // a column
  std::vector<std::size_t> share_ends_;  // 0, and of each share the line behind it
};

}  // namespace proofmark::engine
