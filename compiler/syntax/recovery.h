// What the parser does about a mistake: say it once, leave the item, go on with the next.
//
// An error unwinds to the nearest item (of a file, a policy, an objective, …) and reading goes on where the next item
// of the same block begins, so that one mistake makes one diagnostic and the next mistake its own. Brackets are
// balanced by the time the parser runs (blocks.h), so an item's block can always be skipped as a whole.
#pragma once

#include <set>

#include "compiler/syntax/explain.h"

namespace proofmark::syntax {

class Recovery : public antlr4::DefaultErrorStrategy {
 public:
  Recovery(Reading& reading, const Lexed& lexed, const Tokens& tokens, Blocks& blocks)
      : reading_(reading), tokens_(tokens), blocks_(blocks), explainer_(reading, lexed, tokens, blocks) {}

  void sync(antlr4::Parser* parser) override;
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;
  void recover(antlr4::Parser* parser, std::exception_ptr error) override;
  antlr4::Token* recoverInline(antlr4::Parser* parser) override;

 private:
  struct Body {
    BlockKind kind;
    std::size_t close;  // index of its `}`, or of EOF
  };
  struct Item {
    BlockKind kind;  // of the block around
    std::size_t start;
  };
  Item item_around(antlr4::RuleContext* context) const;
  std::optional<Body> body(antlr4::RuleContext* context) const;
  std::size_t position(antlr4::Parser* parser) const { return parser->getCurrentToken()->getTokenIndex(); }
  void go_to(antlr4::Parser* parser, std::size_t token) const { parser->getInputStream()->seek(token); }
  bool skip_later_statement(antlr4::Parser* parser, Body body);
  void unknown_item(antlr4::Parser* parser, Body body);
  void take_as(std::size_t at, std::string_view word);
  std::size_t misread_name(std::size_t at, BlockKind kind) const;
  antlr4::Token* mend_mark(antlr4::Parser* parser, std::size_t wanted);
  bool item_ran_into_next(antlr4::Parser* parser, Body body);
  antlr4::misc::IntervalSet expression_starts(antlr4::Parser* parser) const;

  Reading& reading_;
  const Tokens& tokens_;
  Blocks& blocks_;
  Explainer explainer_;
  bool reported_ = false;               // the error under way has been told
  std::size_t resume_after_ = 0;        // where it happened
  std::set<std::size_t> stepped_back_;  // tokens before their error at which reading went on, each once
  std::vector<std::unique_ptr<antlr4::CommonToken>> conjured_;
};

}  // namespace proofmark::syntax
