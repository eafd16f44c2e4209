// What is said about brackets too many and too few.
#pragma once

#include <optional>

#include "compiler/syntax/blocks.h"

namespace proofmark::syntax {

class BracketProblems {
 public:
  // `tokens` and `blocks` grow while brackets are matched.
  BracketProblems(Reading& reading, const Tokens& tokens, const Blocks& blocks)
      : reading_(reading), tokens_(tokens), blocks_(blocks) {}

  void opened_twice(const antlr4::Token* brace, const Block& block);
  // `ended`: index of the brace that closed the last block of the file itself.
  void closes_nothing(const antlr4::Token* bracket, std::optional<std::size_t> ended);
  void outside(const antlr4::Token* word, const std::string& home, std::optional<std::size_t> ended);
  void not_opened(const Block& block);
  // An opening bracket that is no brace; what is read so far reaches as far as it could.
  void not_closed(const antlr4::Token* bracket);
  // A block that had to end before `next`, which may be EOF.
  void not_closed(const Block& block, const antlr4::Token* next);

 private:
  void show_end(Diagnostic& problem, std::size_t close) const;
  const Block* misindented() const;
  std::string indentation(const antlr4::Token* token) const;
  Span behind_last() const { return {reading_.span(tokens_.back()).end, reading_.span(tokens_.back()).end}; }
  Span span(std::size_t at) const { return reading_.span(tokens_[at]); }

  Reading& reading_;
  const Tokens& tokens_;
  const Blocks& blocks_;
};

// The type of the bracket that closes what `type` opens.
std::size_t closing_bracket(std::size_t type);

}  // namespace proofmark::syntax
