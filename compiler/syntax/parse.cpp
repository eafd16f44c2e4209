// The spine of reading: characters, tokens, parse, tree.
#include "compiler/syntax/parse.h"

#include "ProofmarkLexer.h"
#include "compiler/syntax/adapt.h"

namespace proofmark::syntax {
namespace {

class Listener : public antlr4::BaseErrorListener {
 public:
  explicit Listener(Reading& reading) : reading_(reading) {}
  void syntaxError(antlr4::Recognizer*, antlr4::Token* token, std::size_t, std::size_t, const std::string& message,
                   std::exception_ptr) override {
    if (token != nullptr) reading_.report("PM0101", reading_.span(token), message);
  }

 private:
  Reading& reading_;
};

}  // namespace

Tree parse(const source::SourceFile& file, Diagnostics& problems) {
  Tree tree;
  Diagnostics found;
  Reading reading(file, found);
  antlr4::ANTLRInputStream input{std::string(file.text())};
  grammar::ProofmarkLexer lexer(&input);
  antlr4::CommonTokenStream tokens(&lexer);
  grammar::ProofmarkParser parser(&tokens);
  Listener listener(reading);
  parser.removeErrorListeners();
  parser.addErrorListener(&listener);
  Adapter(reading, tree).file(parser.file());
  for (const antlr4::Token* token : tokens.getTokens())
    if (token->getChannel() == antlr4::Token::HIDDEN_CHANNEL) tree.comments.push_back({reading.span(token)});
  tree.has_errors = has_errors(found);
  problems.insert(problems.end(), found.begin(), found.end());
  return tree;
}

}  // namespace proofmark::syntax
