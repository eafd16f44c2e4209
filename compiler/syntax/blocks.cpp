// One pass over the tokens with a stack of open brackets.
#include "compiler/syntax/blocks.h"

#include <algorithm>
#include <optional>

#include "ProofmarkParser.h"
#include "compiler/source/render.h"
#include "compiler/syntax/bracket_problems.h"
#include "compiler/syntax/parse.h"

namespace proofmark::syntax {
namespace {

using Lexis = grammar::ProofmarkParser;

bool opens(std::size_t type) {
  return type == Lexis::LBRACE || type == Lexis::LPAREN || type == Lexis::LBRACKET;
}
bool closes(std::size_t type) {
  return type == Lexis::RBRACE || type == Lexis::RPAREN || type == Lexis::RBRACKET;
}
bool is_prefix(std::size_t type) {
  return type == Lexis::NOT || type == Lexis::MINUS;
}

// An objective, a policy … may end where something of a block further out surely begins; a set may not.
bool holds_items(BlockKind kind) {
  return kind != BlockKind::set && kind != BlockKind::unknown && kind != BlockKind::later;
}

class Matcher {
 public:
  Matcher(Reading& reading, Lexed& lexed, Blocks& blocks)
      : reading_(reading),
        lexed_(lexed),
        blocks_(blocks),
        problems_(reading, mended_, blocks),
        written_(std::move(lexed.tokens)) {
    for (const auto& token : written_) source_.push_back(common(token.get()));
    for (const antlr4::CommonToken* token : source_)
      missing_braces_ += token->getType() == Lexis::LBRACE ? 1 : token->getType() == Lexis::RBRACE ? -1 : 0;
    blocks_.blocks.push_back({BlockKind::file, "the file", 0, 0});
  }

  void run() {
    for (at_ = 0; at_ < source_.size(); ++at_) {
      const std::size_t type = source_[at_]->getType();
      if (type == antlr4::Token::EOF) break;
      end_what_surely_ended();
      if (header_without_brace()) open_unwritten();
      if (stack_.empty() && outside_of_blocks()) continue;
      if (type == Lexis::LBRACE && opened_already())
        opened_twice();
      else if (opens(type))
        open(std::move(written_[at_]));
      else if (closes(type))
        close(type);
      else
        append(std::move(written_[at_]));
    }
    finish();
  }

 private:
  struct Open {
    std::size_t token = 0;  // in the mended list
    std::size_t block = 0;  // of braces; for others the block around
    bool brace = false;
  };

  std::size_t append(std::unique_ptr<antlr4::Token> token) {
    mended_.push_back(common(token.get()));
    lexed_.tokens.push_back(std::move(token));
    blocks_.partners.push_back(mended_.size() - 1);
    return mended_.size() - 1;
  }

  std::size_t innermost() const { return stack_.empty() ? 0 : stack_.back().block; }
  BlockKind kind() const { return blocks_.blocks[innermost()].kind; }

  void open(std::unique_ptr<antlr4::Token> token) {
    const bool brace = token->getType() == Lexis::LBRACE;
    const BlockKind around = kind();
    Open entry{append(std::move(token)), innermost(), brace};
    if (brace) {
      entry.block = blocks_.blocks.size();
      blocks_.blocks.push_back(classify(reading_, mended_, entry.token, around));
    }
    stack_.push_back(entry);
  }

  void pop(std::unique_ptr<antlr4::Token> token) {
    const Open entry = stack_.back();
    stack_.pop_back();
    const std::size_t at = append(std::move(token));
    blocks_.partners[at] = entry.token;
    blocks_.partners[entry.token] = at;
    if (entry.brace) blocks_.blocks[entry.block].close = at;
  }

  void pop_unwritten() {
    if (stack_.back().brace) --missing_braces_;
    pop(unwritten(closing_bracket(mended_[stack_.back().token]->getType()), source_[at_]));
    lexed_.doubtful.insert(mended_.back());
  }

  void close(std::size_t type) {
    const auto wanted = std::find_if(stack_.rbegin(), stack_.rend(), [&](const Open& entry) {
      return entry.brace || closing_bracket(mended_[entry.token]->getType()) == type;
    });
    const bool found = wanted != stack_.rend() && closing_bracket(mended_[wanted->token]->getType()) == type;
    if (!found) return surplus();
    for (auto extra = wanted - stack_.rbegin(); extra > 0; --extra) {
      tell_unclosed();
      pop_unwritten();
    }
    if (stack_.size() == 1 && stack_.back().brace) last_close_ = mended_.size();
    pop(std::move(written_[at_]));
  }

  // ---- brackets too many

  // `policy p { {`
  bool opened_already() const {
    return !stack_.empty() && stack_.back().token + 1 == mended_.size() && stack_.back().brace && holds_items(kind());
  }
  void opened_twice() {
    --missing_braces_;
    problems_.opened_twice(source_[at_], blocks_.blocks[innermost()]);
  }

  void surplus() {
    doubt_statement();
    lexed_.doubtful.insert(source_[at_ + 1]);  // EOF at the latest
    if (!lexed_.swallowed) problems_.closes_nothing(source_[at_], stack_.empty() ? last_close_ : std::nullopt);
  }

  // The opening bracket may be missing anywhere in the statement that ends here.
  void doubt_statement() {
    constexpr std::size_t kLongest = 200;
    for (std::size_t i = mended_.size(); i > 0 && mended_.size() - i < kLongest; --i) {
      if (stack_.empty() ? mended_[i - 1]->getType() == Lexis::RBRACE : stack_.back().token == i - 1) return;
      lexed_.doubtful.insert(mended_[i - 1]);
      if (looks_like_item(kind(), mended_, i - 1)) return;
    }
  }

  // At the file's own level an objective or a parameter means that the policy was closed too early (or never opened).
  bool outside_of_blocks() {
    const bool of_policy = begins_item(BlockKind::policy, source_, at_);
    const bool of_test = begins_item(BlockKind::test, source_, at_);
    if ((!of_policy && !of_test) || begins_item(BlockKind::file, source_, at_)) return false;
    if (!mended_.empty() && mended_.back()->getType() == Lexis::POLICY) return false;  // a name
    if (!lexed_.swallowed) problems_.outside(source_[at_], of_policy ? "policy" : "test", last_close_);
    while (source_[at_ + 1]->getType() != antlr4::Token::EOF && !surely_begins_item(BlockKind::file, source_, at_ + 1))
      ++at_;
    return true;
  }

  // ---- brackets too few

  void end_what_surely_ended() {
    while (!stack_.empty() && (begins_next_statement() || surely_ends(kind()))) {
      tell_unclosed();
      pop_unwritten();
    }
  }

  // In parentheses or a set, and a line begins as a statement of the block around does.
  bool begins_next_statement() const {
    if (!first_on_line(source_, at_)) return false;
    const auto holder = std::find_if(stack_.rbegin(), stack_.rend(), [&](const Open& entry) {
      return entry.brace && blocks_.blocks[entry.block].kind != BlockKind::set;
    });
    if (holder == stack_.rbegin() || holder == stack_.rend()) return false;
    const BlockKind around = blocks_.blocks[holder->block].kind;
    return holds_items(around) && looks_like_item(around, source_, at_);
  }

  // Whether tokens[at_] surely begins an item of a block around the innermost one (and not of the innermost one). Where
  // no brace is missing in the whole file, it is rather misplaced.
  bool surely_ends(BlockKind inner) const {
    if (const std::size_t type = source_[at_]->getType(); !is_keyword(type) && type != Lexis::NUMBER) return false;
    const bool in_brackets = !stack_.back().brace;
    if (holds_items(inner) && surely_begins_item(inner, source_, at_)) return in_brackets;
    if (!in_brackets && missing_braces_ <= 0) return false;
    if (begins_item_around(BlockKind::file, inner)) return true;
    const std::size_t innermost_block = innermost();
    return std::any_of(stack_.begin(), stack_.end(), [&](const Open& entry) {
      return entry.brace && entry.block != innermost_block &&
             begins_item_around(blocks_.blocks[entry.block].kind, inner);
    });
  }

  bool begins_item_around(BlockKind around, BlockKind inner) const {
    if (!holds_items(around)) return false;
    const bool at_line_start = first_on_line(source_, at_) && looks_like_item(around, source_, at_);
    if (holds_items(inner))
      return surely_begins_item(around, source_, at_) || (at_line_start && !begins_item(inner, source_, at_));
    // A block that we do not know may hold anything, but hardly another objective or policy.
    const std::size_t type = source_[at_]->getType();
    return surely_begins_item(around, source_, at_) &&
           (around == BlockKind::file || type == Lexis::OBJECTIVE || type == Lexis::DECIDE || type == Lexis::TELEMETRY);
  }

  // The innermost open bracket is never closed: tokens[at_] is where it had to be at the latest.
  void tell_unclosed() {
    if (lexed_.swallowed) return;
    if (told_at_ == at_) return doubt_from(mended_.size());  // several that end at one place are one mistake
    told_at_ = at_;
    const Open entry = stack_.back();
    if (entry.brace)
      problems_.not_closed(blocks_.blocks[entry.block], source_[at_]);
    else
      problems_.not_closed(mended_[entry.token]);
    if (!entry.brace || blocks_.blocks[entry.block].kind == BlockKind::set) doubt_from(entry.token);
  }

  void doubt_from(std::size_t token) {
    for (std::size_t i = token; i < mended_.size(); ++i) lexed_.doubtful.insert(mended_[i]);
    lexed_.doubtful.insert(source_[at_]);
  }

  // ---- a header whose brace was forgotten

  bool header_without_brace() const {
    const std::size_t type = source_[at_]->getType();
    if (type == Lexis::LBRACE || mended_.empty() || (!stack_.empty() && !stack_.back().brace)) return false;
    const auto back = [&](std::size_t i) { return mended_.size() >= i ? mended_[mended_.size() - i]->getType() : 0; };
    const auto begins = [&](BlockKind inner) { return begins_item(inner, source_, at_); };
    if (back(1) == Lexis::IN && type == Lexis::STRING) return true;
    switch (kind()) {
      case BlockKind::test:
        return is_name(back(1)) && back(2) == Lexis::GIVEN && begins(BlockKind::given);
      case BlockKind::given:
        return begins(BlockKind::rows) &&
               (back(1) == Lexis::ROWS || (back(2) == Lexis::OVER && back(3) == Lexis::ROWS));
      case BlockKind::file:
        return (is_name(back(1)) && back(2) == Lexis::POLICY && begins(BlockKind::policy)) ||
               (back(1) == Lexis::STRING && back(2) == Lexis::TEST && begins(BlockKind::test));
      case BlockKind::policy:
        return (is_name(back(1)) && back(2) == Lexis::OBJECTIVE && begins(BlockKind::objective)) ||
               (back(1) == Lexis::STRING && is_name(back(2)) && back(3) == Lexis::OBJECTIVE &&
                begins(BlockKind::objective)) ||
               (is_name(back(1)) && back(2) == Lexis::MODEL && begins(BlockKind::model)) ||
               (back(1) == Lexis::DECIDE && begins(BlockKind::decide)) ||
               (back(1) == Lexis::SUBJECT && begins(BlockKind::subject)) ||
               (is_name(back(1)) && back(2) == Lexis::COLON && back(4) == Lexis::TELEMETRY &&
                begins(BlockKind::telemetry));
      default:
        return false;
    }
  }

  void open_unwritten() {
    open(unwritten(Lexis::LBRACE, source_[at_]));
    ++missing_braces_;
    lexed_.doubtful.insert(mended_.back());
    if (!lexed_.swallowed) problems_.not_opened(blocks_.blocks[innermost()]);
  }

  void finish() {
    while (!stack_.empty()) {
      tell_unclosed();
      pop_unwritten();
    }
    if (lexed_.swallowed || told_at_ == at_) lexed_.doubtful.insert(source_.back());
    blocks_.blocks.front().close = append(std::move(written_.back()));
  }

  Reading& reading_;
  Lexed& lexed_;
  Blocks& blocks_;
  Tokens source_, mended_;
  BracketProblems problems_;
  TokenList written_;
  std::vector<Open> stack_;
  std::optional<std::size_t> last_close_;  // of the last block that the file itself holds
  std::size_t at_ = 0;
  int missing_braces_ = 0;              // more opened than closed, in the whole file, by what is written
  std::optional<std::size_t> told_at_;  // where brackets were found unclosed last
};

}  // namespace

// Brackets and runs of prefix operators nest; both take stack in the parser.
const antlr4::Token* nests_too_deep(const Lexed& lexed) {
  std::vector<int> levels;
  int level = 0, run = 0;
  for (const auto& token : lexed.tokens) {
    const std::size_t type = token->getType();
    if (opens(type)) {
      levels.push_back(run + 1);
      level += run + 1;
    } else if (closes(type) && !levels.empty()) {
      level -= levels.back();
      levels.pop_back();
    }
    run = is_prefix(type) ? run + 1 : 0;
    if (level + run > kMaximumNesting) return token.get();
  }
  return nullptr;
}

bool match_brackets(Reading& reading, Lexed& lexed, Blocks& blocks) {
  if (const antlr4::Token* token = nests_too_deep(lexed); token != nullptr) {
    reading
        .report("PM0118", reading.span(token),
                "this is nested more than " + std::to_string(kMaximumNesting) + " levels deep", "here it is too deep")
        .help = "give parts of it names with `let`";
    return false;
  }
  Matcher(reading, lexed, blocks).run();
  return true;
}

std::size_t Blocks::next_item(BlockKind kind, const Tokens& tokens, Stretch stretch) const {
  const auto nearly_begins_item = [&](std::size_t i) {
    return first_on_line(tokens, i) && tokens[i]->getType() == Lexis::IDENT &&
           !source::closest(tokens[i]->getText(), item_words(kind)).empty();
  };
  for (std::size_t i = stretch.from; i < stretch.close; ++i) {
    if (i >= stretch.not_before && (begins_item(kind, tokens, i) || nearly_begins_item(i))) return i;
    if (!opens(tokens[i]->getType())) continue;
    const bool ends_item = tokens[i]->getType() == Lexis::LBRACE && (i == 0 || tokens[i - 1]->getType() != Lexis::IN);
    i = partners[i];
    if (ends_item && i + 1 >= stretch.not_before) return std::min(i + 1, stretch.close);
  }
  return stretch.close;
}

const Block& Blocks::around(std::size_t token) const {
  const Block* innermost = &blocks.front();
  for (const Block& block : blocks)
    if (block.open < token && token <= block.close && block.kind != BlockKind::set) innermost = &block;
  return *innermost;
}

}  // namespace proofmark::syntax
