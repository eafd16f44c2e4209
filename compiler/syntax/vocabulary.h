// The words of the language as the parser's token types, and where each may begin a statement.
//
// One table says what an item of each block begins with and what must follow for us to believe it. Recovery resumes at
// such a place, brackets that were never closed end there, and "did you mean" chooses among these words.
#pragma once

#include <antlr4-runtime.h>

#include <string>
#include <vector>

#include "compiler/syntax/block_kind.h"

namespace proofmark::syntax {

using Tokens = std::vector<antlr4::CommonToken*>;  // of the default channel; the last one is EOF

// The text of a keyword or mark, empty for tokens of many texts.
std::string_view spelling(std::size_t type);
// May be a name: an identifier or a contextual keyword.
bool is_name(std::size_t type);
// May begin an expression, other than by a sign.
bool begins_value(std::size_t type);
bool is_reserved(std::size_t type);
bool is_keyword(std::size_t type);
// Begins a statement that this edition does not have yet.
bool is_later(std::size_t type);
// The keyword spelt so, or the type of identifiers.
std::size_t word_type(std::string_view word);

// "a policy item", "a clause of the objective", …
std::string_view item_noun(BlockKind kind);

// Whether what stands at tokens[at] has the shape of an item's beginning in such a block.
bool looks_like_item(BlockKind kind, const Tokens& tokens, std::size_t at);
// The same, or at least an item's first word at the start of a line.
bool begins_item(BlockKind kind, const Tokens& tokens, std::size_t at);
// The same beyond doubt: the shape could not be anything else inside a deeper block.
bool surely_begins_item(BlockKind kind, const Tokens& tokens, std::size_t at);
bool first_on_line(const Tokens& tokens, std::size_t at);

}  // namespace proofmark::syntax
