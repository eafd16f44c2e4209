// The spine of reading.
//
// A file without mistakes takes the short way: tokens, a parse that stops at the first doubt, the tree. Only a file
// that fails it is read again with everything that explains mistakes: brackets are matched first, then the parser runs
// with recovery. So no guess about what a writer meant ever touches a text that is well formed.
#include "compiler/syntax/parse.h"

#include <algorithm>
#include <tuple>

#include "compiler/syntax/adapt.h"
#include "compiler/syntax/recovery.h"

namespace proofmark::syntax {
namespace {

// The parser over one list of tokens.
class Parse {
 public:
  explicit Parse(TokenList tokens) : source_(std::move(tokens)), stream_(&source_), parser_(&stream_) {
    parser_.removeErrorListeners();
    stream_.fill();
  }
  Tokens tokens() {
    Tokens tokens;
    for (antlr4::Token* token : stream_.getTokens()) tokens.push_back(common(token));
    return tokens;
  }
  grammar::ProofmarkParser& parser() { return parser_; }

 private:
  antlr4::ListTokenSource source_;
  antlr4::CommonTokenStream stream_;
  grammar::ProofmarkParser parser_;
};

struct Attempt {
  Tree tree;
  Diagnostics problems;
};

void finish(Attempt& attempt, Reading& reading, const std::vector<Span>& comments,
            grammar::ProofmarkParser::FileContext* context) {
  if (context != nullptr) Adapter(reading, attempt.tree).file(context);
  for (const Span comment : comments) attempt.tree.comments.push_back({comment});
}

// Empty when the file is not well formed.
std::optional<Attempt> read_well_formed(const source::SourceFile& file) {
  Attempt attempt;
  Reading reading(file, attempt.problems);
  Lexed lexed = lex(reading);
  if (!attempt.problems.empty() || nests_too_deep(lexed) != nullptr || lexed.tokens.size() == 1) return std::nullopt;
  Parse parse(std::move(lexed.tokens));
  parse.parser().setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
  parse.parser().getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(antlr4::atn::PredictionMode::SLL);
  try {
    finish(attempt, reading, lexed.comments, parse.parser().file());
  } catch (const antlr4::ParseCancellationException&) {
    return std::nullopt;
  }
  return attempt;
}

void report_empty(Reading& reading, bool comments) {
  Diagnostic& problem = reading.report(
      "PM0122", {0, 0}, comments ? "the file holds comments only" : "the file is empty", "a policy expected");
  problem.help = "a policy file says `edition 2026` and then `policy NAME { … }`";
}

Attempt read_with_recovery(const source::SourceFile& file) {
  Attempt attempt;
  Reading reading(file, attempt.problems);
  Lexed lexed = lex(reading);
  Blocks blocks;
  if (lexed.tokens.size() == 1) {
    if (attempt.problems.empty()) report_empty(reading, !lexed.comments.empty());
    return finish(attempt, reading, lexed.comments, nullptr), attempt;
  }
  if (!match_brackets(reading, lexed, blocks)) return attempt;
  Parse parse(std::move(lexed.tokens));
  const Tokens tokens = parse.tokens();
  parse.parser().setErrorHandler(std::make_shared<Recovery>(reading, lexed, tokens, blocks));
  finish(attempt, reading, lexed.comments, parse.parser().file());
  return attempt;
}

// In the order of the text, not more than anybody reads.
Diagnostics in_order(Diagnostics problems, const source::SourceFile& file) {
  std::sort(problems.begin(), problems.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.primary.place.begin, a.primary.place.end, a.code, a.message) <
           std::tie(b.primary.place.begin, b.primary.place.end, b.code, b.message);
  });
  if (problems.size() <= kMostProblems) return problems;
  const std::size_t more = problems.size() - kMostProblems;
  problems.resize(kMostProblems);
  problems.push_back(file_problem("PM0128", file.name(),
                                  "the file has " + std::to_string(more) + " more mistakes of syntax",
                                  "mend the first " + std::to_string(kMostProblems) + " and look again"));
  return problems;
}

Attempt read(const source::SourceFile& file) {
  if (auto attempt = read_well_formed(file)) return std::move(*attempt);
  return read_with_recovery(file);
}

}  // namespace

Tree parse(const source::SourceFile& file, Diagnostics& problems) {
  Attempt attempt;
  try {
    attempt = read(file);
  } catch (const std::exception&) {
    const bool the_parser_threw_nothing = false;
    PROOFMARK_CHECK(the_parser_threw_nothing);
  }
  attempt.tree.has_errors = has_errors(attempt.problems);
  for (Diagnostic& problem : in_order(std::move(attempt.problems), file)) problems.push_back(std::move(problem));
  return std::move(attempt.tree);
}

}  // namespace proofmark::syntax
