// The parser's error strategy.
#include "compiler/syntax/recovery.h"

#include <algorithm>

namespace proofmark::syntax {
namespace {

using Grammar = grammar::ProofmarkParser;

std::optional<BlockKind> body_kind(std::size_t rule) {
  switch (rule) {
    case Grammar::RuleFile: return BlockKind::file;
    case Grammar::RulePolicyBody: return BlockKind::policy;
    case Grammar::RuleSubjectBody: return BlockKind::subject;
    case Grammar::RuleTelemetryBody: return BlockKind::telemetry;
    case Grammar::RuleObjectiveBody: return BlockKind::objective;
    case Grammar::RuleDecideBody: return BlockKind::decide;
    case Grammar::RuleTestBody: return BlockKind::test;
    case Grammar::RuleGivenBody: return BlockKind::given;
    case Grammar::RuleRowsBody: return BlockKind::rows;
    default: return std::nullopt;
  }
}

bool is_later_statement(antlr4::tree::ParseTree* item) {
  if (auto* in_file = dynamic_cast<Grammar::FileItemContext*>(item)) return in_file->laterInFile() != nullptr;
  if (auto* in_policy = dynamic_cast<Grammar::PolicyItemContext*>(item)) return in_policy->laterInPolicy() != nullptr;
  if (auto* clause = dynamic_cast<Grammar::ObjectiveClauseContext*>(item)) return clause->laterInObjective() != nullptr;
  return false;
}

// The tokens that would have fitted where the error happened, which may be some tokens after the decision began.
antlr4::misc::IntervalSet expected_at(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  const auto* undecided = dynamic_cast<const antlr4::NoViableAltException*>(&error);
  if (undecided == nullptr || undecided->getDeadEndConfigs() == nullptr ||
      undecided->getStartToken() == undecided->getOffendingToken())
    return parser->getExpectedTokens();
  antlr4::misc::IntervalSet expected;
  for (const auto& config : undecided->getDeadEndConfigs()->configs) expected.addAll(parser->getATN().nextTokens(config->state));
  return expected;
}

}  // namespace

std::optional<Recovery::Body> Recovery::body(antlr4::RuleContext* context) const {
  const auto kind = body_kind(context->getRuleIndex());
  if (!kind) return std::nullopt;
  if (*kind == BlockKind::file) return Body{*kind, tokens_.size() - 1};
  const std::size_t open = static_cast<antlr4::ParserRuleContext*>(context)->start->getTokenIndex() - 1;
  return Body{*kind, blocks_.partners[open]};
}

// Called before each item of a body (and in other places, where there is nothing to do).
void Recovery::sync(antlr4::Parser* parser) {
  const auto where = body(parser->getContext());
  if (!where) return;
  while (position(parser) < where->close) {
    if (skip_later_statement(parser, *where)) continue;
    const auto& atn = parser->getATN();
    const auto& fitting = atn.nextTokens(atn.states[parser->getState()]);
    const std::size_t type = parser->getCurrentToken()->getType();
    if (type != antlr4::Token::EPSILON && fitting.contains(static_cast<ssize_t>(type))) return;
    unknown_item(parser, *where);
  }
}

// The words after `budget`, `clustered`, … are nobody's business yet.
bool Recovery::skip_later_statement(antlr4::Parser* parser, Body body) {
  antlr4::ParserRuleContext* context = parser->getContext();
  if (context->children.empty() || !is_later_statement(context->children.back())) return false;
  const auto* item = dynamic_cast<antlr4::ParserRuleContext*>(context->children.back());
  const std::size_t at = position(parser);
  if (item->stop == nullptr || item->stop->getTokenIndex() + 1 != at) return false;
  const std::size_t next = blocks_.next_item(body.kind, tokens_, {at, at, body.close});
  go_to(parser, next);
  return next != at;
}

void Recovery::unknown_item(antlr4::Parser* parser, Body body) {
  const std::size_t at = position(parser);
  const std::string meant = explainer_.unknown_item(body.kind, at);
  if (!meant.empty()) {
    const std::size_t type = tokens_[at]->getType();
    take_as(at, meant);
    const auto& words = item_words(body.kind);
    if (std::count(words.begin(), words.end(), meant) > 0 && looks_like_item(body.kind, tokens_, at)) return;
    tokens_[at]->setType(type);
  }
  go_to(parser, blocks_.next_item(body.kind, tokens_, {at + (blocks_.partners[at] > at ? 0 : 1), at + 1, body.close}));
}

// Reads on as if tokens[at] were the keyword `word`; the block that follows gets the name that it then has.
void Recovery::take_as(std::size_t at, std::string_view word) {
  tokens_[at]->setType(word_type(word));
  constexpr std::size_t kLongestHeader = 5;
  for (std::size_t i = at + 1; i < tokens_.size() && i <= at + kLongestHeader; ++i) {
    if (tokens_[i]->getType() != Grammar::LBRACE) continue;
    for (Block& block : blocks_.blocks) {
      if (block.open != i || block.kind != BlockKind::unknown) continue;
      const std::size_t close = block.close;
      block = classify(reading_, tokens_, i, BlockKind::unknown);
      block.close = close;
    }
    return;
  }
}

// A keyword at the start of a line may have been taken for a name, when something is missing at the end of the line
// above: then the error is at the keyword and not behind it.
std::size_t Recovery::misread_name(std::size_t at, BlockKind kind) const {
  if (at == 0 || !is_name(tokens_[at - 1]->getType()) || !first_on_line(tokens_, at - 1)) return at;
  return looks_like_item(kind, tokens_, at - 1) ? at - 1 : at;
}

void Recovery::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (reported_) return;
  reported_ = true;
  const std::size_t offending = error.getOffendingToken()->getTokenIndex();
  Mistake mistake{offending, expected_at(parser, error), parser->getContext()};
  std::size_t item_start = 0;
  for (antlr4::RuleContext* context = parser->getContext(); context != nullptr; context = static_cast<antlr4::RuleContext*>(context->parent)) {
    const auto around = context->parent == nullptr ? std::nullopt : body(static_cast<antlr4::RuleContext*>(context->parent));
    if (!around) continue;
    item_start = static_cast<antlr4::ParserRuleContext*>(context)->start->getTokenIndex();
    mistake.at = misread_name(offending, around->kind);
    break;
  }
  if (mistake.at != offending && mistake.at > item_start) {
    const auto& primary = parser->getATN().ruleToStartState[Grammar::RulePrimary];
    mistake.expected = parser->getATN().nextTokens(primary);
  } else {
    mistake.at = offending;
  }
  resume_after_ = mistake.at;
  if (!explainer_.doubtful(mistake.at)) explainer_.explain(mistake);
}

void Recovery::recover(antlr4::Parser* parser, std::exception_ptr error) {
  antlr4::ParserRuleContext* item = parser->getContext();
  const auto around = item->parent == nullptr ? std::nullopt : body(static_cast<antlr4::RuleContext*>(item->parent));
  if (!around) {
    if (item->parent != nullptr) std::rethrow_exception(error);
    reported_ = false;
    return;
  }
  reported_ = false;
  const std::size_t start = item->start->getTokenIndex();
  const std::size_t not_before = std::clamp(resume_after_, start + 1, std::max(start + 1, around->close));
  go_to(parser, blocks_.next_item(around->kind, tokens_, {start + 1, not_before, around->close}));
}

// One keyword or mark could stand here and something else does.
antlr4::Token* Recovery::recoverInline(antlr4::Parser* parser) {
  const antlr4::misc::IntervalSet expected = parser->getExpectedTokens();
  const std::size_t at = position(parser);
  const bool one = expected.size() == 1;
  const std::size_t wanted = one ? static_cast<std::size_t>(expected.getSingleElement()) : 0;
  if (one && !explainer_.doubtful(at)) {
    const std::string word(spelling(wanted));
    if (is_keyword(wanted) && explainer_.meant_word(at, {word}) == word) {
      explainer_.misspelt(at, word, "`" + word + "`");
      tokens_[at]->setType(wanted);
      parser->consume();
      return tokens_[at];
    }
    const bool fits = is_name(tokens_[at]->getType()) || tokens_[at]->getType() == Grammar::NUMBER || tokens_[at]->getType() == Grammar::STRING;
    if ((wanted == Grammar::COLON || wanted == Grammar::ASSIGN) && fits && !first_on_line(tokens_, at)) {
      explainer_.missing(at, word);
      conjured_.push_back(unwritten(wanted, tokens_[at]));
      return conjured_.back().get();
    }
  }
  throw antlr4::InputMismatchException(parser);
}

}  // namespace proofmark::syntax
