// The lines of a file that a diagnostic points at, with marks under them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/source/source_file.h"

namespace proofmark::source {

// What to write before and after a coloured part; empty strings when there is no colour.
struct Palette {
  std::string error, warning, accent, mend, strong, off;
};
const Palette& palette(bool colour);

struct Mark {
  Place place;       // in the file of the excerpt
  std::string text;  // said behind or below the mark
  bool primary = false;
};

// Lines with a gutter of `gutter` columns for their numbers; lines left out between them show as `...`. A mark of more
// than two lines shows its first and its last one. Lines longer than a screen are cut around their marks.
std::string excerpt(const SourceFile& file, const std::vector<Mark>& marks, std::size_t gutter,
                    const std::string& mark_colour, const Palette& palette);

// The lines of the file as `edit` leaves them, with `+` under what is new.
std::string mended(const SourceFile& file, const Edit& edit, std::size_t gutter, const Palette& palette);

// One line of a gutter: the number (0: none) right-aligned, a bar.
std::string gutter_line(std::size_t gutter, std::uint64_t number, const Palette& palette);

}  // namespace proofmark::source
