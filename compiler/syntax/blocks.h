// Which bracket belongs to which, and what each block is, before anything is parsed.
//
// A missing `}` is the mistake that makes a parser talk nonsense for the rest of the file. So brackets are matched
// first, with the help of what statements look like: `objective b {` cannot stand inside objective `a`, hence `a` was
// never closed. Each such mistake is reported once, here; unwritten brackets are put in and surplus ones taken out, so
// that the parser always sees balanced text and its own recovery can rely on it.
#pragma once

#include <string>
#include <vector>

#include "compiler/syntax/tokens.h"
#include "compiler/syntax/vocabulary.h"

namespace proofmark::syntax {

struct Block {
  BlockKind kind = BlockKind::unknown;
  std::string title;                // "objective `available`", "`decide`"
  std::size_t open = 0, close = 0;  // token indices; of the file: 0 and EOF
};

class Blocks {
 public:
  std::vector<Block> blocks;          // the file first
  std::vector<std::size_t> partners;  // for every bracket the index of its other end; for other tokens their own

  // Where the next item of a block begins, or `close`, the end of the block. It is looked for from `from` on, which
  // lies in no deeper bracket, and found at `not_before` or later: where a statement begins or a line that is one but
  // for a slip of the finger, and behind a block in braces.
  struct Stretch {
    std::size_t from, not_before, close;
  };
  std::size_t next_item(BlockKind kind, const Tokens& tokens, Stretch stretch) const;
  // The innermost block (other than sets) that a token stands in; its closing brace does.
  const Block& around(std::size_t token) const;
};

// The first token that is nested deeper than kMaximumNesting, or null. Brackets nest, and runs of `not` and `-`.
const antlr4::Token* nests_too_deep(const Lexed& lexed);

// Refuses too deep nesting (then returns false). Otherwise mends the list and fills `blocks`.
bool match_brackets(Reading& reading, Lexed& lexed, Blocks& blocks);

// What stands at tokens[open], a `{`, and how it is called.
Block classify(Reading& reading, const Tokens& tokens, std::size_t open, BlockKind around);

}  // namespace proofmark::syntax
