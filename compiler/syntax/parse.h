// Text to tree. The one door to the parser generator: nobody else knows which one it is.
#pragma once

#include "compiler/source/source_file.h"
#include "compiler/syntax/syntax_tree.h"

namespace proofmark::syntax {

// Never throws and never recurses with the input: nesting deeper than kMaximumNesting is refused before parsing.
// All syntax mistakes of the file are appended to `problems`; the tree holds everything that could be read.
inline constexpr int kMaximumNesting = 200;
// No expression and no condition of the tree is deeper than this: a chain `a or a or …` of more terms is refused, so
// that later rooms may recurse over what they are given.
inline constexpr std::uint32_t kMaximumDepth = 1000;
Tree parse(const source::SourceFile& file, Diagnostics& problems);

// `emit --stage syntax`: the tree as indented text, spans included, comments included; stable.
std::string print(const Tree& tree, const source::SourceFile& file);

}  // namespace proofmark::syntax
