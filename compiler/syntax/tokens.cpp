// The lexer's loop and the mending of tokens.
#include "compiler/syntax/tokens.h"

#include <array>

#include "runtime/json/utf8.h"

namespace proofmark::syntax {
namespace {

using Lexis = grammar::ProofmarkLexer;

struct Foreign {
  std::string_view written;
  std::size_t type;       // what the parser is given
  std::string_view ours;  // empty: there is no such operator
  std::string_view help;
};

constexpr Foreign kForeign[] = {
    {"&&", Lexis::AND, "and", {}},
    {"||", Lexis::OR, "or", {}},
    {"&", Lexis::AND, "and", {}},
    {"|", Lexis::OR, "or", {}},
    {"!", Lexis::NOT, "not", {}},
    {"=>", Lexis::AT_LEAST, ">=", {}},
    {"=<", Lexis::AT_MOST, "<=", {}},
    {"<>", Lexis::NOT_EQUAL, "!=", {}},
    {"===", Lexis::EQUAL, "==", {}},
    {"!==", Lexis::NOT_EQUAL, "!=", {}},
    {":=", Lexis::ASSIGN, "=", {}},
    {"=~", Lexis::MATCHES, "matches", {}},
    {"≤", Lexis::AT_MOST, "<=", {}},
    {"≥", Lexis::AT_LEAST, ">=", {}},
    {"≠", Lexis::NOT_EQUAL, "!=", {}},
    {"∈", Lexis::IN, "in", {}},
    {"−", Lexis::MINUS, "-", {}},
    {"–", Lexis::MINUS, "-", {}},
    {"×", Lexis::STAR, "*", {}},
    {"÷", Lexis::SLASH, "/", {}},
    {"∧", Lexis::AND, "and", {}},
    {"∨", Lexis::OR, "or", {}},
    {"¬", Lexis::NOT, "not", {}},
    {"∉", Lexis::IN, {}, "write `x not in { … }`"},
    {"!~", Lexis::MATCHES, {}, "write `not (x matches \"…\")`"},
    {"**", Lexis::STAR, {}, "there are no powers; multiply"},
    {"++", Lexis::PLUS, {}, "values never change; name a new one with `let`"},
    {"+=", Lexis::ASSIGN, {}, "values never change; name a new one with `let`"},
    {"-=", Lexis::ASSIGN, {}, "values never change; name a new one with `let`"},
};

// Characters that are mistaken for others, by accident of a keyboard or a word processor.
struct LookAlike {
  std::string_view written, ours, what;
};
constexpr LookAlike kLookAlikes[] = {
    {"\u00A0", " ", "a no-break space"},
    {"\u202F", " ", "a narrow no-break space"},
    {"\u3000", " ", "an ideographic space"},
    {"\u2003", " ", "an em space"},
    {"\u2002", " ", "an en space"},
    {"\u2009", " ", "a thin space"},
    {"\u200B", "", "a zero-width space"},
    {"\u2060", "", "a word joiner"},
    {"\uFF08", "(", "a full-width parenthesis"},
    {"\uFF09", ")", "a full-width parenthesis"},
    {"\uFF0C", ",", "a full-width comma"},
    {"\uFF1A", ":", "a full-width colon"},
    {"\uFF1D", "=", "a full-width equals sign"},
    {"\u2024", ".", "a one-dot leader"},
    {"\u201A", ",", "a low quotation mark"},
    {"\u2215", "/", "a division slash"},
    {"\u2217", "*", "an asterisk operator"},
    {"\u02D0", ":", "a length mark"},
};

class Mender {
 public:
  Mender(Reading& reading, Lexed& lexed) : reading_(reading), lexed_(lexed) {}

  void run() {
    for (;;) {
      std::unique_ptr<antlr4::Token> token = lexed_.lexer->nextToken();
      const std::size_t type = token->getType();
      if (type == antlr4::Token::EOF) return finish(std::move(token));
      if (token->getChannel() == antlr4::Token::HIDDEN_CHANNEL) {
        lexed_.comments.push_back(reading_.span(token.get()));
      } else if (type == Lexis::OPEN_COMMENT) {
        return open_comment(token.get());
      } else if (type < Lexis::POINT_FIRST) {
        keep(std::move(token));
      } else {
        mend(std::move(token));
      }
    }
  }

 private:
  void keep(std::unique_ptr<antlr4::Token> token) {
    if (next_is_doubtful_) lexed_.doubtful.insert(token.get());
    next_is_doubtful_ = false;
    lexed_.tokens.push_back(std::move(token));
  }

  void keep_as(std::size_t type, std::unique_ptr<antlr4::Token> token) {
    common(token.get())->setType(type);
    lexed_.doubtful.insert(token.get());
    lexed_.tokens.push_back(std::move(token));
  }

  void finish(std::unique_ptr<antlr4::Token> end) {
    keep(std::move(end));
    every_time("PM0109", semicolons_, "statements end without `;`", "not needed", "remove it", "");
    every_time("PM0109", hashes_, "comments begin with `//`", "not a comment", "write `//`", "//");
  }

  // One mistake of habit, made `places.size()` times, is told once.
  void every_time(std::string_view code, const std::vector<Span>& places, std::string message, std::string label,
                  std::string help, std::string replacement) {
    if (places.empty()) return;
    Diagnostic& problem = reading_.report(code, places.front(), std::move(message), std::move(label));
    if (places.size() > 1)
      help += " (here and " + std::to_string(places.size() - 1) + (places.size() == 2 ? " more time)" : " more times)");
    problem.help = std::move(help);
    problem.edit = reading_.edit(places.front(), std::move(replacement));
  }

  void mend(std::unique_ptr<antlr4::Token> token) {
    const Span place = reading_.span(token.get());
    if (token->getType() != Lexis::STRAY) stray_end_ = 0;
    switch (token->getType()) {
      case Lexis::POINT_FIRST:
        return point_first(std::move(token), place);
      case Lexis::POINT_LAST:
        return point_last(std::move(token), place);
      case Lexis::OPEN_STRING:
        return open_string(std::move(token), place);
      case Lexis::SINGLE_QUOTED:
        return quoted(std::move(token), place, "'", "text is written in double quotes");
      case Lexis::BACK_QUOTED:
        return quoted(std::move(token), place, "`", "text is written in double quotes");
      case Lexis::CURLY_QUOTED:
        return quoted(std::move(token), place, "“", "text is written in straight double quotes");
      case Lexis::FOREIGN_OPERATOR:
        return foreign_operator(std::move(token), place);
      case Lexis::SEMICOLON:
        return semicolons_.push_back(place), void(next_is_doubtful_ = true);
      case Lexis::HASH_COMMENT:
        return hashes_.push_back({place.begin, place.begin + 1});
      case Lexis::PERCENT:
        return percent(place);
      case Lexis::FOREIGN_WORD:
        return foreign_word(std::move(token), place);
      default:
        return stray(place);
    }
  }

  void point_first(std::unique_ptr<antlr4::Token> token, Span place) {
    const std::string written(reading_.file().text(place));
    Diagnostic& problem =
        reading_.report("PM0110", place, "`" + written + "` has no digit before the point", "a decimal fraction");
    problem.help = "write `0" + written + "`";
    problem.edit = reading_.edit({place.begin, place.begin}, "0");
    keep_as(Lexis::NUMBER, std::move(token));
  }

  void point_last(std::unique_ptr<antlr4::Token> token, Span place) {
    const std::string written(reading_.file().text(place));
    Diagnostic& problem =
        reading_.report("PM0110", place, "`" + written + "` has no digit after the point", "a decimal fraction");
    problem.help = "write `" + written + "0`, or `" + written.substr(0, written.size() - 1) + "` without the point";
    problem.edit = reading_.edit({place.end, place.end}, "0");
    keep_as(Lexis::NUMBER, std::move(token));
    next_is_doubtful_ = true;
  }

  void open_string(std::unique_ptr<antlr4::Token> token, Span place) {
    reading_.report("PM0113", place, "this text has no closing quote on its line", "begins here").help =
        "close it with `\"`; a line break inside a text is written `\\n`, a quote `\\\"`";
    lexed_.swallowed = true;
    keep_as(Lexis::STRING, std::move(token));
    next_is_doubtful_ = true;
  }

  void open_comment(const antlr4::Token* token) {
    const Span place = reading_.span(token);
    reading_.report("PM0115", place, "this comment is never closed", "everything behind it is comment").help =
        "close it with `*/`; comments do not nest";
    lexed_.swallowed = true;
    lexed_.comments.push_back({place.begin, static_cast<std::uint32_t>(reading_.file().text().size())});
    auto end = std::make_unique<antlr4::CommonToken>(static_cast<antlr4::Token*>(const_cast<antlr4::Token*>(token)));
    end->setType(antlr4::Token::EOF);
    next_is_doubtful_ = true;
    finish(std::move(end));
  }

  void quoted(std::unique_ptr<antlr4::Token> token, Span place, std::string_view quote, std::string message) {
    std::string inside(reading_.file().text(place));
    const std::size_t width = quote.size();
    inside = inside.size() >= 2 * width ? inside.substr(width, inside.size() - 2 * width) : std::string();
    std::string escaped;
    for (const char c : inside) escaped += c == '"' ? std::string("\\\"") : std::string(1, c);
    Diagnostic& problem = reading_.report("PM0117", place, std::move(message), "other quotes");
    problem.help = "write";
    problem.edit = reading_.edit(place, "\"" + escaped + "\"");
    keep_as(Lexis::STRING, std::move(token));
  }

  void foreign_operator(std::unique_ptr<antlr4::Token> token, Span place) {
    const std::string written(reading_.file().text(place));
    for (const Foreign& foreign : kForeign) {
      if (foreign.written != written) continue;
      Diagnostic& problem = reading_.report("PM0109", place, "`" + written + "` is not an operator of this language",
                                            "another language's");
      problem.help = foreign.ours.empty() ? std::string(foreign.help) : "write `" + std::string(foreign.ours) + "`";
      if (!foreign.ours.empty()) problem.edit = reading_.edit(place, spaced(foreign.ours, place));
      return keep_as(foreign.type, std::move(token));
    }
    stray(place);
  }

  // A word that replaces a sign needs room around it.
  std::string spaced(std::string_view ours, Span place) const {
    const std::string_view text = reading_.file().text(), room = " \t\r\n(";
    std::string result(ours);
    if (ours.front() < 'a' || ours.front() > 'z') return result;
    if (place.begin > 0 && room.find(text[place.begin - 1]) == std::string_view::npos) result.insert(0, " ");
    if (place.end < text.size() && room.find(text[place.end]) == std::string_view::npos) result += ' ';
    return result;
  }

  void percent(Span place) {
    const antlr4::Token* previous = lexed_.tokens.empty() ? nullptr : lexed_.tokens.back().get();
    if (previous == nullptr || previous->getType() != Lexis::NUMBER) return stray(place);
    const Span number = reading_.span(previous);
    if (number.end == place.begin) return stray(place);  // 5%%
    Diagnostic& problem =
        reading_.report("PM0126", {number.begin, place.end}, "a unit attaches to its number", "apart");
    problem.help = "write `" + std::string(reading_.text(previous)) + "%`";
    problem.edit = reading_.edit({number.end, place.begin}, "");
  }

  void foreign_word(std::unique_ptr<antlr4::Token> token, Span place) {
    reading_
        .report("PM0116", place,
                "the name `" + json::printable(reading_.file().text(place)) + "` has letters other than a–z",
                "this name")
        .help = "names are made of a–z, A–Z, digits and `_`; texts in quotes may have any letter";
    keep_as(Lexis::IDENT, std::move(token));
  }

  // A run of characters that nobody can place is one mistake.
  void stray(Span place) {
    next_is_doubtful_ = true;
    if (!lexed_.tokens.empty()) lexed_.doubtful.insert(lexed_.tokens.back().get());
    const bool continues = stray_end_ == place.begin && stray_end_ != 0;
    stray_end_ = place.end;
    if (continues) return;
    const std::string_view written = reading_.file().text(place);
    for (const LookAlike& each : kLookAlikes) {
      if (each.written != written) continue;
      Diagnostic& problem = reading_.report("PM0116", place,
                                            "this is " + std::string(each.what) +
                                                (each.ours.empty()  ? ", which nobody sees"
                                                 : each.ours == " " ? ", not a space"
                                                                    : ", not `" + std::string(each.ours) + "`"),
                                            "here");
      problem.help = each.ours.empty() ? "remove it" : "write";
      problem.edit = reading_.edit(place, std::string(each.ours));
      return;
    }
    reading_.report("PM0116", place, "`" + json::printable(written) + "` has no meaning here", "this character").help =
        written == "'" || written == "`" ? "text is written in double quotes"
                                         : "remove it, or put it into a text in quotes";
  }

  Reading& reading_;
  Lexed& lexed_;
  std::vector<Span> semicolons_, hashes_;
  bool next_is_doubtful_ = false;
  std::uint32_t stray_end_ = 0;  // where the run of strays under way ends
};

}  // namespace

std::unique_ptr<antlr4::CommonToken> unwritten(std::size_t type, const antlr4::Token* next) {
  auto token = std::make_unique<antlr4::CommonToken>(type);
  token->setStartIndex(next->getStartIndex());
  token->setStopIndex(next->getStartIndex() - 1);
  token->setLine(next->getLine());
  token->setCharPositionInLine(next->getCharPositionInLine());
  return token;
}

Lexed lex(Reading& reading) {
  Lexed lexed;
  lexed.characters = std::make_unique<antlr4::ANTLRInputStream>(std::string(reading.file().text()));
  lexed.lexer = std::make_unique<grammar::ProofmarkLexer>(lexed.characters.get());
  lexed.lexer->removeErrorListeners();
  Mender(reading, lexed).run();
  return lexed;
}

}  // namespace proofmark::syntax
