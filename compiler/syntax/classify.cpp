// What a block is, told from the words before its brace.
#include "ProofmarkParser.h"
#include "compiler/syntax/blocks.h"
#include "runtime/json/utf8.h"

namespace proofmark::syntax {
namespace {

using Lexis = grammar::ProofmarkParser;

class Header {
 public:
  Header(Reading& reading, const Tokens& tokens, std::size_t open) : reading_(reading), tokens_(tokens), open_(open) {}

  std::size_t type(std::size_t back) const { return back <= open_ ? tokens_[open_ - back]->getType() : 0; }
  bool name(std::size_t back) const {
    return is_name(type(back)) || is_reserved(type(back));
  }  // a reserved word by mistake
  std::string text(std::size_t back) const { return json::printable(reading_.text(tokens_[open_ - back])); }
  Block named(BlockKind kind, std::string_view word, std::size_t back) const {
    return {kind, std::string(word) + " `" + text(back) + "`", open_, open_};
  }
  Block plain(BlockKind kind, std::string title) const { return {kind, std::move(title), open_, open_}; }

  // The first word of a statement of a later edition, not far before the brace and after the last block.
  bool later_word() const {
    constexpr std::size_t kFarthest = 40;
    for (std::size_t back = 1; back <= open_ && back <= kFarthest; ++back) {
      switch (type(back)) {
        case Lexis::BUDGET:
        case Lexis::EVIDENCE:
        case Lexis::TEMPLATE:
        case Lexis::APPLY:
          return true;
        case Lexis::LBRACE:
        case Lexis::RBRACE:
          return false;
        default:
          break;
      }
    }
    return false;
  }

 private:
  Reading& reading_;
  const Tokens& tokens_;
  std::size_t open_;
};

}  // namespace

Block classify(Reading& reading, const Tokens& tokens, std::size_t open, BlockKind around) {
  const Header header(reading, tokens, open);
  if (header.type(1) == Lexis::DECIDE) return header.plain(BlockKind::decide, "`decide`");
  if (header.type(1) == Lexis::SUBJECT) return header.plain(BlockKind::subject, "`subject`");
  if (header.type(1) == Lexis::EVIDENCE) return header.plain(BlockKind::later, "`evidence`");
  if (header.type(1) == Lexis::STRING && header.type(2) == Lexis::TEST)
    return header.plain(BlockKind::test, "test " + header.text(1));
  if (header.name(1) && header.type(2) == Lexis::OBJECTIVE) return header.named(BlockKind::objective, "objective", 1);
  if (header.type(1) == Lexis::STRING && header.name(2) && header.type(3) == Lexis::OBJECTIVE)
    return header.named(BlockKind::objective, "objective", 2);
  if (header.name(1) && header.type(2) == Lexis::MODEL) return header.named(BlockKind::model, "model", 1);
  if (header.name(1) && header.type(2) == Lexis::POLICY) return header.named(BlockKind::policy, "policy", 1);
  if (header.type(2) == Lexis::EXTENDS && header.type(4) == Lexis::POLICY)
    return header.named(BlockKind::policy, "policy", 3);
  if (header.name(1) && header.type(2) == Lexis::GIVEN) return header.named(BlockKind::given, "given", 1);
  if ((header.type(2) == Lexis::COLON || header.type(2) == Lexis::ASSIGN) && header.type(4) == Lexis::TELEMETRY)
    return header.named(BlockKind::telemetry, "telemetry", 3);
  if (header.type(1) == Lexis::IN) return header.plain(BlockKind::set, "the set");
  if (around == BlockKind::given) return header.plain(BlockKind::rows, "the rows");
  if ((around == BlockKind::policy || around == BlockKind::file) && header.later_word())
    return header.plain(BlockKind::later, "this block");
  return header.plain(BlockKind::unknown, "this block");
}

}  // namespace proofmark::syntax
