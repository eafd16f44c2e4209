// From what the parser stumbled over to what the writer should be told.
//
// The parser knows which token it could not use, which ones it could have used, and in which rule it was. People want
// to know what was found, what belongs there in the language's own words, inside what they are, and how to mend it.
#pragma once

#include "ProofmarkParser.h"
#include "compiler/syntax/blocks.h"

namespace proofmark::syntax {

struct Mistake {
  std::size_t at = 0;                            // the token that does not fit
  antlr4::misc::IntervalSet expected;            // the types of tokens that would
  antlr4::ParserRuleContext* context = nullptr;  // the rule under way
};

class Explainer {
 public:
  Explainer(Reading& reading, const Lexed& lexed, const Tokens& tokens, const Blocks& blocks)
      : reading_(reading), lexed_(lexed), tokens_(tokens), blocks_(blocks) {}

  // Something was already said about this token or the one before it.
  bool doubtful(std::size_t at) const;
  void explain(const Mistake& mistake);
  // No item of the block begins with tokens[at]; the item before it ends with an expression, or not. Returns the
  // keyword that was surely meant, or empty.
  std::string unknown_item(BlockKind kind, std::size_t at, bool after_expression);
  // `word` was written where only the keyword `meant` can stand.
  void misspelt(std::size_t at, const std::string& meant, const std::string& expected);
  // `mark` is missing before tokens[at], or tokens[at] stands in its place.
  void missing(std::size_t at, const std::string& mark, bool replaced);
  // A reserved word stands where a name should; said, if it is so.
  bool reserved_name(std::size_t at);
  // tokens[at] fits no item because the word before it, taken for a name, is a misspelt keyword or lacks a comma; said.
  bool misspelt_before(BlockKind kind, std::size_t at);
  // The one keyword of `candidates` that tokens[at] is a misspelling of, or empty.
  std::string meant_word(std::size_t at, const std::vector<std::string>& candidates) const;

 private:
  bool surplus_mark(const Mistake& mistake);
  bool detached_unit(std::size_t at);
  bool wrong_word(const Mistake& mistake);
  bool rule_without_condition(const Mistake& mistake);
  bool missing_comma(const Mistake& mistake);
  void comma_before(std::size_t at, const std::string& expected);
  bool wrong_literal(const Mistake& mistake);
  bool square_brackets(const Mistake& mistake);
  void generic(const Mistake& mistake);
  bool belongs_elsewhere(BlockKind kind, std::size_t at);

  std::string found(std::size_t at) const;
  std::string inside(std::size_t at) const;
  std::string expectation(const Mistake& mistake) const;
  Span span(std::size_t at) const { return reading_.span(tokens_[at]); }
  std::string text(std::size_t at) const { return std::string(reading_.text(tokens_[at])); }
  Span behind(std::size_t at) const { return {span(at).end, span(at).end}; }

  Reading& reading_;
  const Lexed& lexed_;
  const Tokens& tokens_;
  const Blocks& blocks_;
};

// What may stand where `context` is, in the words of the language: "an expression", "`,` or `)`".
std::string expectation_words(const antlr4::misc::IntervalSet& expected, antlr4::ParserRuleContext* context,
                              BlockKind around);

}  // namespace proofmark::syntax
