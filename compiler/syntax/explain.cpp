// The mistakes that people make, each recognised by its own function; the general message for the rest.
#include "compiler/syntax/explain.h"

#include <algorithm>

#include "compiler/source/render.h"
#include "compiler/syntax/literal.h"
#include "runtime/json/utf8.h"

namespace proofmark::syntax {
namespace {

using Grammar = grammar::ProofmarkParser;

bool has(const antlr4::misc::IntervalSet& set, std::size_t type) {
  return set.contains(static_cast<ssize_t>(type));
}

// Words of other languages, and ours for them.
struct Foreign {
  BlockKind kind;
  std::string_view word, ours;
};
constexpr Foreign kForeignWords[] = {
    {BlockKind::file, "slo", "policy"},
    {BlockKind::file, "it", "test"},
    {BlockKind::file, "version", "edition"},
    {BlockKind::file, "suite", "test"},
    {BlockKind::policy, "slo", "objective"},
    {BlockKind::policy, "metric", "sli"},
    {BlockKind::policy, "indicator", "sli"},
    {BlockKind::policy, "parameter", "param"},
    {BlockKind::policy, "input", "param"},
    {BlockKind::policy, "var", "let"},
    {BlockKind::policy, "const", "let"},
    {BlockKind::policy, "val", "let"},
    {BlockKind::policy, "def", "let"},
    {BlockKind::policy, "window", "over"},
    {BlockKind::policy, "description", "title"},
    {BlockKind::policy, "name", "title"},
    {BlockKind::policy, "version", "revision"},
    {BlockKind::policy, "stream", "telemetry"},
    {BlockKind::policy, "source", "telemetry"},
    {BlockKind::policy, "decision", "decide"},
    {BlockKind::policy, "team", "owner"},
    {BlockKind::objective, "assert", "require"},
    {BlockKind::objective, "ensure", "require"},
    {BlockKind::objective, "must", "require"},
    {BlockKind::objective, "check", "require"},
    {BlockKind::objective, "expect", "require"},
    {BlockKind::objective, "threshold", "require"},
    {BlockKind::objective, "target", "require"},
    {BlockKind::objective, "window", "over"},
    {BlockKind::objective, "group", "for"},
    {BlockKind::decide, "approve", "certify"},
    {BlockKind::decide, "allow", "certify"},
    {BlockKind::decide, "accept", "certify"},
    {BlockKind::decide, "pass", "certify"},
    {BlockKind::decide, "promote", "certify"},
    {BlockKind::decide, "reject", "deny"},
    {BlockKind::decide, "block", "deny"},
    {BlockKind::decide, "fail", "deny"},
    {BlockKind::decide, "refuse", "deny"},
    {BlockKind::decide, "wait", "hold"},
    {BlockKind::decide, "pause", "hold"},
    {BlockKind::test, "input", "given"},
    {BlockKind::test, "when", "given"},
    {BlockKind::test, "then", "expect"},
    {BlockKind::test, "assert", "expect"},
    {BlockKind::test, "result", "expect"},
};
constexpr std::pair<std::string_view, std::string_view> kForeignInRules[] = {
    {"if", "when"},           {"unless", "when"},      {"else", "otherwise"},
    {"default", "otherwise"}, {"always", "otherwise"}, {"&", "and"},
    {"plus", "and"},          {"like", "matches"},     {"is", "=="},
    {"equals", "=="},         {"filter", "where"},
};

std::string ours_for(BlockKind kind, std::string_view word) {
  for (const Foreign& each : kForeignWords)
    if (each.kind == kind && each.word == word) return std::string(each.ours);
  return {};
}

struct Home {
  BlockKind kind;
  std::string_view place;
};
constexpr Home kHomes[] = {
    {BlockKind::policy, "a policy"}, {BlockKind::objective, "an objective"},
    {BlockKind::test, "a test"},     {BlockKind::telemetry, "`telemetry`"},
    {BlockKind::decide, "`decide`"}, {BlockKind::file, "the file itself, outside of any policy"}};

}  // namespace

bool Explainer::doubtful(std::size_t at) const {
  return lexed_.doubtful.contains(tokens_[at]) || (at > 0 && lexed_.doubtful.contains(tokens_[at - 1]));
}

std::string Explainer::found(std::size_t at) const {
  const std::size_t type = tokens_[at]->getType();
  if (type == antlr4::Token::EOF) return "the end of the file";
  const std::string written = json::printable(text(at), 40);
  if (type == Grammar::STRING) return "the text " + written;
  return "`" + written + "`";
}

std::string Explainer::inside(std::size_t at) const {
  const Block& block = blocks_.around(at);
  return block.kind == BlockKind::file || block.kind == BlockKind::unknown ? std::string() : " inside " + block.title;
}

std::string Explainer::expectation(const Mistake& mistake) const {
  if (mistake.at > 0 && tokens_[mistake.at - 1]->getType() == Grammar::SAMPLING)
    return "`none`, `head`, `tail` or `unknown`";
  return expectation_words(mistake.expected, mistake.context, blocks_.around(mistake.at).kind);
}

std::string Explainer::meant_word(std::size_t at, const std::vector<std::string>& candidates) const {
  if (!is_name(tokens_[at]->getType())) return {};
  return source::closest(text(at), candidates);
}

void Explainer::explain(const Mistake& mistake) {
  if (reading_.more_than_anybody_reads()) return void(reading_.report("PM0101", span(mistake.at), "one mistake more"));
  const bool label = tokens_[std::min(mistake.at + 1, tokens_.size() - 1)]->getType() == Grammar::COLON;  // f(in: 3)
  if ((label && reserved_name(mistake.at)) || surplus_mark(mistake) || detached_unit(mistake.at) ||
      square_brackets(mistake) || wrong_word(mistake) || rule_without_condition(mistake) || wrong_literal(mistake) ||
      missing_comma(mistake))
    return;
  generic(mistake);
}

bool Explainer::reserved_name(std::size_t at) {
  if (!is_reserved(tokens_[at]->getType()) || first_on_line(tokens_, at)) return false;  // rather the next statement
  if (doubtful(at)) return true;
  reading_.report("PM0125", span(at), "`" + text(at) + "` is a reserved word and cannot be a name", "expected a name")
      .help =
      "the reserved words are `let`, `policy`, `and`, `or`, `not`, `in` and `where`; any other word may be a name";
  return true;
}

// `expect objectiv a is fail`, `for each region version`
bool Explainer::misspelt_before(BlockKind kind, std::size_t at) {
  if (at < 2 || first_on_line(tokens_, at) || !is_name(tokens_[at]->getType()) || doubtful(at)) return false;
  const std::size_t before = tokens_[at - 2]->getType();
  if (kind == BlockKind::test && before == Grammar::EXPECT && meant_word(at - 1, {"objective"}) == "objective") {
    misspelt(at - 1, "objective", "a decision or `objective`");
    return true;
  }
  if (kind != BlockKind::objective || (before != Grammar::EACH && before != Grammar::COMMA)) return false;
  comma_before(at, "`,` or a clause");
  return true;
}

// `title: "x"`, `confidence = 95%`
bool Explainer::surplus_mark(const Mistake& mistake) {
  const std::size_t type = tokens_[mistake.at]->getType();
  if (type != Grammar::COLON && type != Grammar::ASSIGN) return false;
  if (mistake.at == 0 || !is_keyword(tokens_[mistake.at - 1]->getType()) ||
      !has(mistake.expected, tokens_[mistake.at + 1]->getType()))
    return false;
  const std::string mark = text(mistake.at), word = text(mistake.at - 1);
  if (word == "check" && mark == "=") return false;  // an equation whose left side is missing
  Diagnostic& problem =
      reading_.report("PM0101", span(mistake.at),
                      "found `" + mark + "`, expected " + expectation(mistake) + inside(mistake.at), "not needed");
  problem.help = "what `" + word + "` is follows it without `" + mark + "`";
  problem.edit = reading_.edit(span(mistake.at), "");
  return true;
}

bool Explainer::detached_unit(std::size_t at) {
  if (at == 0 || !is_name(tokens_[at]->getType()) || tokens_[at - 1]->getType() != Grammar::NUMBER) return false;
  const std::string number = text(at - 1), word = text(at);
  const auto& known = units();
  const std::string unit = std::count(known.begin(), known.end(), word) > 0 ? word : suggested_unit(word);
  if (unit.empty() || number.back() < '0' || number.back() > '9' || first_on_line(tokens_, at)) return false;
  Diagnostic& problem =
      reading_.report("PM0126", {span(at - 1).begin, span(at).end}, "a unit attaches to its number", "apart");
  problem.help = "write `" + number + unit + "`";
  problem.edit = reading_.edit({span(at - 1).end, span(at).end}, unit);
  return true;
}

bool Explainer::square_brackets(const Mistake& mistake) {
  if (tokens_[mistake.at]->getType() != Grammar::LBRACKET) return false;
  Diagnostic& problem =
      reading_.report("PM0101", span(mistake.at), "found `[`, expected " + expectation(mistake) + inside(mistake.at),
                      "a square bracket");
  problem.help = "a set of values stands in braces: `{ \"eu\", \"us\" }`";
  return true;
}

void Explainer::misspelt(std::size_t at, const std::string& meant, const std::string& expected) {
  Diagnostic& problem = reading_.report("PM0102", span(at),
                                        "found " + found(at) + ", expected " + expected + inside(at), "not known here");
  problem.help = "did you mean `" + meant + "`?";
  problem.edit = reading_.edit(span(at), meant);
}

// A word that is nearly one of those which fit, or another language's word for it.
bool Explainer::wrong_word(const Mistake& mistake) {
  if (!is_name(tokens_[mistake.at]->getType()) || mistake.context->getRuleIndex() == Grammar::RuleField) return false;
  std::vector<std::string> candidates;
  if (mistake.context->getRuleIndex() == Grammar::RuleDecideRule) candidates.emplace_back("for");
  const bool names_too = has(mistake.expected, Grammar::IDENT);
  for (std::size_t type = Grammar::LET; type <= Grammar::WITH; ++type)
    if (has(mistake.expected, type) && !(names_too && is_name(type))) candidates.emplace_back(spelling(type));
  std::string meant = source::closest(text(mistake.at), candidates);
  for (const auto& [word, ours] : kForeignInRules)
    if (meant.empty() && word == text(mistake.at) &&
        has(mistake.expected, ours == "==" ? std::size_t{Grammar::EQUAL} : word_type(ours)))
      meant = ours;
  if (meant.empty()) return false;
  misspelt(mistake.at, meant, expectation(mistake));
  return true;
}

bool Explainer::rule_without_condition(const Mistake& mistake) {
  if (mistake.context->getRuleIndex() != Grammar::RuleDecideRule || !has(mistake.expected, Grammar::OTHERWISE))
    return false;
  const Span before = span(mistake.at - 1);
  Diagnostic& problem = reading_.report("PM0106", before, "this rule says neither `when` it holds nor `otherwise`",
                                        "a condition is missing behind this");
  problem.help = "say when, or let it hold whenever no rule above it does";
  problem.edit = reading_.edit(behind(mistake.at - 1), " otherwise");
  return true;
}

void Explainer::missing(std::size_t at, const std::string& mark, bool replaced) {
  Diagnostic& problem =
      reading_.report("PM0101", span(at), "found " + found(at) + ", expected `" + mark + "`" + inside(at),
                      replaced ? "in the place of `" + mark + "`" : "`" + mark + "` is missing before this");
  const bool touches = span(at - 1).end == span(at).begin;
  problem.edit =
      replaced ? reading_.edit(span(at), (touches ? " " : "") + mark) : reading_.edit(behind(at - 1), " " + mark);
}

bool Explainer::missing_comma(const Mistake& mistake) {
  const std::size_t next = tokens_[std::min(mistake.at + 1, tokens_.size() - 1)]->getType();
  const bool in_parameters =
      mistake.context->getRuleIndex() == Grammar::RuleParam && (next == Grammar::COLON || next == Grammar::COMMA);
  const bool in_list = has(mistake.expected, Grammar::COMMA) &&
                       (has(mistake.expected, Grammar::RPAREN) || has(mistake.expected, Grammar::RBRACE));
  if ((!in_list && !in_parameters) || !begins_value(tokens_[mistake.at]->getType())) return false;
  comma_before(mistake.at, expectation(mistake));
  return true;
}

void Explainer::comma_before(std::size_t at, const std::string& expected) {
  Diagnostic& problem =
      reading_.report("PM0104", span(at), "found " + found(at) + ", expected " + expected + inside(at),
                      "is a `,` missing before this?");
  problem.edit = reading_.edit(behind(at - 1), ",");
  problem.help = "separate the values with commas";
}

// A number in quotes, a text without.
bool Explainer::wrong_literal(const Mistake& mistake) {
  const std::size_t type = tokens_[mistake.at]->getType();
  const bool wants_text = mistake.expected.size() == 1 && has(mistake.expected, Grammar::STRING);
  const bool wants_number = mistake.expected.size() == 1 && has(mistake.expected, Grammar::NUMBER);
  if (!(wants_text && is_name(type)) && !(wants_number && type == Grammar::STRING)) return false;
  Diagnostic& problem =
      reading_.report("PM0101", span(mistake.at),
                      "found " + found(mistake.at) + ", expected " + expectation(mistake) + inside(mistake.at), "");
  const std::string written = text(mistake.at);
  problem.help = wants_text ? "texts stand in double quotes" : "numbers stand without quotes";
  problem.edit =
      reading_.edit(span(mistake.at), wants_text ? "\"" + written + "\"" : written.substr(1, written.size() - 2));
  return true;
}

void Explainer::generic(const Mistake& mistake) {
  const std::size_t at = mistake.at;
  const std::string expected = expectation(mistake);
  Diagnostic& problem =
      reading_.report("PM0101", span(at), "found " + found(at) + ", expected " + expected + inside(at), "unexpected");
  if (at > 0 && first_on_line(tokens_, at))
    problem.secondary.push_back(reading_.label(span(at - 1), "this is not complete"));
  if (mistake.context->getRuleIndex() == Grammar::RuleLooksKind)
    problem.help =
        "say how often a release may be asked about: `looks once`, `looks at most 5`, `looks every 15m for 24h`, or "
        "`looks unlimited`";
  if (mistake.context->getRuleIndex() == Grammar::RuleField && is_name(tokens_[at]->getType()) &&
      has(mistake.expected, Grammar::COLON))
    problem.edit = reading_.edit(behind(at - 1), " :");
}

bool Explainer::belongs_elsewhere(BlockKind kind, std::size_t at) {
  const std::string word = text(at);
  for (const Home& home : kHomes) {
    const auto& words = item_words(home.kind);
    if (home.kind == kind || std::count(words.begin(), words.end(), word) == 0) continue;
    Diagnostic& problem = reading_.report("PM0102", span(at),
                                          "found `" + word + "`, expected " + std::string(item_noun(kind)) + inside(at),
                                          "does not belong here");
    problem.help = "`" + word + "` belongs into " + std::string(home.place);
    return true;
  }
  return false;
}

std::string Explainer::unknown_item(BlockKind kind, std::size_t at, bool after_expression) {
  if (doubtful(at)) return {};
  if (reading_.more_than_anybody_reads()) return reading_.report("PM0102", span(at), "one mistake more"), std::string();
  if (detached_unit(at)) return {};
  const std::size_t type = tokens_[at]->getType();
  const bool continues = after_expression && !first_on_line(tokens_, at);
  const std::string expected = (continues ? "an operator or " : "") + std::string(item_noun(kind));
  if (is_name(type)) {
    std::string meant;
    if (!continues) meant = ours_for(kind, text(at));
    if (continues)
      meant = source::closest(text(at), std::vector<std::string>{"and", "or", "not", "in", "where", "matches"});
    if (meant.empty() && belongs_elsewhere(kind, at)) return {};
    if (meant.empty()) meant = source::closest(text(at), item_words(kind));
    if (!meant.empty()) return misspelt(at, meant, expected), meant;
  }
  Diagnostic& problem = reading_.report(is_name(type) ? "PM0102" : "PM0101", span(at),
                                        "found " + found(at) + ", expected " + expected + inside(at),
                                        is_name(type) ? "not known here" : "unexpected");
  if (const auto& words = item_words(kind); is_name(type) && !continues && !words.empty()) {
    std::string list;
    for (const std::string& word : words)
      if (!is_later(word_type(word))) list += (list.empty() ? "`" : ", `") + word + "`";
    problem.help = "what may stand here begins with " + list;
  }
  return {};
}

}  // namespace proofmark::syntax
