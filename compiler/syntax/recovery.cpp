// The parser's error strategy.
#include "compiler/syntax/recovery.h"

#include <algorithm>

namespace proofmark::syntax {
namespace {

using Grammar = grammar::ProofmarkParser;

std::optional<BlockKind> body_kind(std::size_t rule) {
  switch (rule) {
    case Grammar::RuleFile:
      return BlockKind::file;
    case Grammar::RulePolicyBody:
      return BlockKind::policy;
    case Grammar::RuleSubjectBody:
      return BlockKind::subject;
    case Grammar::RuleTelemetryBody:
      return BlockKind::telemetry;
    case Grammar::RuleObjectiveBody:
      return BlockKind::objective;
    case Grammar::RuleModelBody:
      return BlockKind::model;
    case Grammar::RuleDecideBody:
      return BlockKind::decide;
    case Grammar::RuleTestBody:
      return BlockKind::test;
    case Grammar::RuleGivenBody:
      return BlockKind::given;
    case Grammar::RuleRowsBody:
      return BlockKind::rows;
    default:
      return std::nullopt;
  }
}

bool is_later_statement(antlr4::tree::ParseTree* item) {
  if (auto* in_file = dynamic_cast<Grammar::FileItemContext*>(item)) return in_file->laterInFile() != nullptr;
  if (auto* in_policy = dynamic_cast<Grammar::PolicyItemContext*>(item)) return in_policy->laterInPolicy() != nullptr;
  if (auto* clause = dynamic_cast<Grammar::ObjectiveClauseContext*>(item)) return clause->laterInObjective() != nullptr;
  return false;
}

// In the name of something that is declared.
bool gives_a_name(antlr4::RuleContext* context) {
  if (context->getRuleIndex() != Grammar::RuleName) return false;
  switch (static_cast<antlr4::RuleContext*>(context->parent)->getRuleIndex()) {
    case Grammar::RulePolicy:
    case Grammar::RuleLetItem:
    case Grammar::RuleParam:
    case Grammar::RuleSli:
    case Grammar::RuleTelemetry:
    case Grammar::RuleModel:
    case Grammar::RuleModelDraw:
    case Grammar::RuleObjective:
    case Grammar::RuleSetting:
    case Grammar::RuleGiven:
      return true;
    default:
      return false;
  }
}

// An item that an operator could continue.
bool ends_with_expression(antlr4::ParserRuleContext* body) {
  if (body->children.empty()) return false;
  auto* item = dynamic_cast<antlr4::ParserRuleContext*>(body->children.back());
  if (item == nullptr || item->exception || item->children.empty()) return false;
  auto* statement = dynamic_cast<antlr4::ParserRuleContext*>(item->children.back());
  if (statement == nullptr || statement->children.empty()) return false;
  const auto* last = dynamic_cast<antlr4::ParserRuleContext*>(statement->children.back());
  return last != nullptr &&
         (last->getRuleIndex() == Grammar::RuleExpr || last->getRuleIndex() == Grammar::RuleQuantity);
}

// The tokens that would have fitted where the error happened, which may be some tokens after the decision began.
antlr4::misc::IntervalSet expected_at(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  const auto* undecided = dynamic_cast<const antlr4::NoViableAltException*>(&error);
  if (undecided == nullptr || undecided->getDeadEndConfigs() == nullptr ||
      undecided->getStartToken() == undecided->getOffendingToken())
    return parser->getExpectedTokens();
  antlr4::misc::IntervalSet expected;
  for (const auto& config : undecided->getDeadEndConfigs()->configs)
    expected.addAll(parser->getATN().nextTokens(config->state));
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
    if (fitting.contains(static_cast<ssize_t>(type))) return;
    if (item_ran_into_next(parser, *where)) continue;
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

// `let x = 3 +`, and then the word that begins the next item was read as the missing operand.
bool Recovery::item_ran_into_next(antlr4::Parser* parser, Body body) {
  antlr4::ParserRuleContext* context = parser->getContext();
  const std::size_t at = position(parser), word = misread_name(at, body.kind);
  auto* item = context->children.empty() ? nullptr : dynamic_cast<antlr4::ParserRuleContext*>(context->children.back());
  if (word == at || item == nullptr || item->exception || item->start->getTokenIndex() >= word) return false;
  item->exception = std::make_exception_ptr(antlr4::InputMismatchException(parser));  // it is not whole
  if (!explainer_.doubtful(word)) explainer_.explain({word, expression_starts(parser), context});
  go_to(parser, word);
  return true;
}

antlr4::misc::IntervalSet Recovery::expression_starts(antlr4::Parser* parser) const {
  return parser->getATN().nextTokens(parser->getATN().ruleToStartState[Grammar::RulePrimary]);
}

void Recovery::unknown_item(antlr4::Parser* parser, Body body) {
  const std::size_t at = position(parser);
  if (explainer_.misspelt_before(body.kind, at))
    return go_to(parser, blocks_.next_item(body.kind, tokens_, {at, at + 1, body.close}));
  const std::string meant = explainer_.unknown_item(body.kind, at, ends_with_expression(parser->getContext()));
  if (!meant.empty()) {
    const std::size_t type = tokens_[at]->getType();
    take_as(at, meant);
    const auto& words = item_words(body.kind);
    if (std::count(words.begin(), words.end(), meant) > 0 && looks_like_item(body.kind, tokens_, at)) return;
    tokens_[at]->setType(type);
  }
  const std::size_t from = blocks_.partners[at] > at ? at : at + 1;  // an opening bracket is skipped with what it holds
  go_to(parser, blocks_.next_item(body.kind, tokens_, {from, at + 1, body.close}));
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
  constexpr std::size_t kFarthest =
      2;  // `version :`, and on the next line `expect at least` was read as a type and a field
  for (std::size_t back = 1; back <= kFarthest && back <= at && is_name(tokens_[at - back]->getType()); ++back)
    if (first_on_line(tokens_, at - back)) return looks_like_item(kind, tokens_, at - back) ? at - back : at;
  return at;
}

void Recovery::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (reported_) return;
  reported_ = true;
  const std::size_t offending = error.getOffendingToken()->getTokenIndex();
  Mistake mistake{offending, expected_at(parser, error), parser->getContext()};
  const Item item = item_around(parser->getContext());
  if (const std::size_t word = misread_name(offending, item.kind);
      word != offending && word != item.start && stepped_back_.insert(word).second) {
    mistake.at = word;
    mistake.expected = expression_starts(parser);
  }
  resume_after_ = mistake.at;
  if (!explainer_.doubtful(mistake.at)) explainer_.explain(mistake);
}

// The item that a rule is part of: what kind of block holds it and where it begins.
Recovery::Item Recovery::item_around(antlr4::RuleContext* context) const {
  for (; context->parent != nullptr; context = static_cast<antlr4::RuleContext*>(context->parent))
    if (const auto around = body(static_cast<antlr4::RuleContext*>(context->parent)))
      return {around->kind, static_cast<antlr4::ParserRuleContext*>(context)->start->getTokenIndex()};
  return {BlockKind::file, 0};
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
  if (resume_after_ < start) return go_to(parser, resume_after_);  // the item before it had run into this one
  const std::size_t not_before = std::clamp(resume_after_, start + 1, std::max(start + 1, around->close));
  go_to(parser, blocks_.next_item(around->kind, tokens_, {start + 1, not_before, around->close}));
}

// Only a `:` or `=` fits. Either it was left out, and a value follows, or something stands in its place.
antlr4::Token* Recovery::mend_mark(antlr4::Parser* parser, std::size_t wanted) {
  const std::size_t at = position(parser), next = std::min(at + 1, tokens_.size() - 1);
  const std::size_t next_type = tokens_[next]->getType();
  const std::size_t type = tokens_[at]->getType();
  const bool other_mark =
      type == Grammar::EQUAL || type == Grammar::COLON || type == Grammar::ASSIGN || type == Grammar::ARROW;
  if (!other_mark && !begins_value(type)) return nullptr;
  if (first_on_line(tokens_, at) || next_type == wanted || next_type == Grammar::COMMA) return nullptr;
  const bool replaced =
      !first_on_line(tokens_, next) && begins_value(next_type) && (other_mark || next_type != Grammar::LPAREN);
  if (other_mark && !replaced) return nullptr;
  explainer_.missing(at, std::string(spelling(wanted)), replaced);
  conjured_.push_back(unwritten(wanted, tokens_[at]));
  if (replaced) parser->consume();
  return conjured_.back().get();
}

// One keyword or mark could stand here and something else does.
antlr4::Token* Recovery::recoverInline(antlr4::Parser* parser) {
  const antlr4::misc::IntervalSet expected = parser->getExpectedTokens();
  const std::size_t at = position(parser);
  if (gives_a_name(parser->getContext()) && explainer_.reserved_name(at)) {
    tokens_[at]->setType(Grammar::IDENT);
    parser->consume();
    return tokens_[at];
  }
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
    if (wanted == Grammar::COLON || wanted == Grammar::ASSIGN) {
      if (antlr4::Token* mark = mend_mark(parser, wanted)) return mark;
    }
  }
  throw antlr4::InputMismatchException(parser);
}

}  // namespace proofmark::syntax
