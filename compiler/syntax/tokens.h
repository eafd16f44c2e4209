// Characters to tokens, with everything reported that is wrong with a single token.
//
// What the lexer took for something that no well-formed file has (`&&`, 'text', `.5`, a string without end) is reported
// here and replaced by what was meant, so that the parser goes on as if it had been written well.
#pragma once

#include <memory>
#include <unordered_set>
#include <vector>

#include "ProofmarkLexer.h"
#include "compiler/syntax/reading.h"

namespace proofmark::syntax {

using TokenList = std::vector<std::unique_ptr<antlr4::Token>>;

struct Lexed {
  std::unique_ptr<antlr4::ANTLRInputStream> characters;  // tokens point into these two
  std::unique_ptr<grammar::ProofmarkLexer> lexer;
  TokenList tokens;  // without comments; EOF is the last
  std::vector<Span> comments;
  std::unordered_set<const antlr4::Token*> doubtful;  // something was reported here: the parser shall not add to it
  bool swallowed = false;                             // a string or comment without end may have eaten brackets
};

Lexed lex(Reading& reading);

// A token that was not written: it stands before `next` and takes no room.
std::unique_ptr<antlr4::CommonToken> unwritten(std::size_t type, const antlr4::Token* next);
inline antlr4::CommonToken* common(antlr4::Token* token) {
  return static_cast<antlr4::CommonToken*>(token);
}

}  // namespace proofmark::syntax
