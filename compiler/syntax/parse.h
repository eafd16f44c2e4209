// Text to tree. The one door to the parser generator: nobody else knows which one it is.
#pragma once

#include "compiler/source/source_file.h"
#include "compiler/syntax/syntax_tree.h"

namespace proofmark::syntax {

// Never throws and never recurses with the input: nesting deeper than kMaximumNesting is refused before parsing.
// All syntax mistakes of the file are appended to `problems`; the tree holds everything that could be read.
inline constexpr int kMaximumNesting = 200;
Tree parse(const source::SourceFile& file, Diagnostics& problems);

// `emit --stage syntax`: the tree as indented text, spans included, comments included; stable.
std::string print(const Tree& tree, const source::SourceFile& file);

}  // namespace proofmark::syntax
