// Messages about brackets: where the block begins, where it had to end, and which block was probably meant.
#include "compiler/syntax/bracket_problems.h"

#include <algorithm>

#include "ProofmarkParser.h"

namespace proofmark::syntax {
namespace {

using Lexis = grammar::ProofmarkParser;

}  // namespace

std::size_t closing_bracket(std::size_t type) {
  return type == Lexis::LBRACE ? Lexis::RBRACE : type == Lexis::LPAREN ? Lexis::RPAREN : Lexis::RBRACKET;
}

void BracketProblems::opened_twice(const antlr4::Token* brace, const Block& block) {
  Diagnostic& problem =
      reading_.report("PM0105", reading_.span(brace), "this `{` is one too many", block.title + " is open already");
  problem.edit = reading_.edit(reading_.span(brace), "");
  problem.help = "remove it";
}

void BracketProblems::show_end(Diagnostic& problem, std::size_t close) const {
  const auto block = std::find_if(blocks_.blocks.begin(), blocks_.blocks.end(), [&](const Block& each) {
    return each.close == close && each.kind != BlockKind::file;
  });
  problem.secondary.push_back(reading_.label(span(close), block->title + " ends here"));
}

void BracketProblems::closes_nothing(const antlr4::Token* bracket, std::optional<std::size_t> ended) {
  Diagnostic& problem =
      reading_.report("PM0105", reading_.span(bracket),
                      "`" + std::string(spelling(bracket->getType())) + "` closes nothing", "nothing is open here");
  problem.help = "remove it, or look for the bracket that it should close";
  if (ended && !reading_.more_than_anybody_reads()) show_end(problem, *ended);
}

void BracketProblems::outside(const antlr4::Token* word, const std::string& home, std::optional<std::size_t> ended) {
  Diagnostic& problem = reading_.report("PM0105", reading_.span(word),
                                        "`" + std::string(reading_.text(word)) + "` stands outside of any " + home,
                                        "a " + home + " item");
  problem.help =
      home == "policy" ? "policy items stand in `policy NAME { … }`" : "such items stand in `test \"…\" { … }`";
  if (!ended || reading_.more_than_anybody_reads()) return;
  problem.help = "is there a `}` too many before it?";
  show_end(problem, *ended);
}

void BracketProblems::not_opened(const Block& block) {
  const Span header_end{span(block.open - 1).end, span(block.open - 1).end};
  Diagnostic& problem =
      reading_.report("PM0103", header_end, "a `{` is missing where " + block.title + " begins", "`{` expected here");
  problem.edit = reading_.edit(header_end, " {");
}

void BracketProblems::not_closed(const antlr4::Token* bracket) {
  const std::string mark(spelling(closing_bracket(bracket->getType())));
  Diagnostic& problem =
      reading_.report("PM0103", reading_.span(bracket),
                      "this `" + std::string(spelling(bracket->getType())) + "` is never closed", "opened here");
  problem.secondary.push_back(reading_.label(behind_last(), "`" + mark + "` is missing here, at the latest"));
  problem.help = "close it with `" + mark + "`";
  problem.edit = reading_.edit(behind_last(), mark);
}

void BracketProblems::not_closed(const Block& block, const antlr4::Token* next) {
  const bool at_end = next->getType() == antlr4::Token::EOF;
  const std::string message =
      at_end ? "the file ends inside " + block.title + ": a `}` is missing"
             : block.title + " is not closed before `" + std::string(reading_.text(next)) + "`: a `}` is missing";
  Diagnostic& problem = reading_.report("PM0103", at_end ? behind_last() : reading_.span(next), message,
                                        at_end ? "the file ends here" : "`}` expected before this");
  problem.secondary.push_back(reading_.label(span(block.open), block.title + " is opened here"));
  problem.help = "close it with `}`";
  if (const Block* suspect = at_end ? misindented() : nullptr; suspect != nullptr) {
    problem.secondary.push_back(reading_.label(span(suspect->open), suspect->title + " is opened here …"));
    problem.secondary.push_back(
        reading_.label(span(suspect->close), "… and closed here, where the indentation is another"));
    problem.help = "is the `}` of " + suspect->title + " missing?";
    return;
  }
  if (block.kind == BlockKind::set) {
    problem.edit = reading_.edit(behind_last(), " }");
    return;
  }
  const std::string_view last = reading_.file().line(static_cast<std::uint32_t>(tokens_.back()->getLine()));
  const auto line_end = static_cast<std::uint32_t>(last.data() + last.size() - reading_.file().text().data());
  problem.edit = reading_.edit({line_end, line_end}, "\n" + indentation(tokens_[block.open]) + "}");
}

std::string BracketProblems::indentation(const antlr4::Token* token) const {
  const std::string_view line = reading_.file().line(static_cast<std::uint32_t>(token->getLine()));
  return std::string(line.substr(0, std::min(line.size(), line.find_first_not_of(" \t"))));
}

// The first block whose closing brace stands at the start of a line and not under the line that opens it.
const Block* BracketProblems::misindented() const {
  for (const Block& block : blocks_.blocks) {
    if (block.close == 0 || block.close >= tokens_.size() || !first_on_line(tokens_, block.close)) continue;
    const antlr4::Token *from = tokens_[block.open], *to = tokens_[block.close];
    if (from->getLine() != to->getLine() && indentation(from) != indentation(to)) return &block;
  }
  return nullptr;
}

}  // namespace proofmark::syntax
