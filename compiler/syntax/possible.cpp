// The parser's own network of states, walked along the tokens of the block: a set of states, each with the rules that
// are under way, is all that the grammar can be in. Where the rule `name` could begin, it is not entered but noted with
// the rule that asks for it; so `at`, which may be a name anywhere, is proposed only where it is a keyword.
#include "compiler/syntax/possible.h"

#include <algorithm>
#include <map>
#include <optional>

#include "ProofmarkParser.h"
#include "compiler/syntax/blocks.h"
#include "compiler/syntax/literal.h"

namespace proofmark::syntax {
namespace {

using Grammar = grammar::ProofmarkParser;
using antlr4::atn::ATNState;
using antlr4::atn::Transition;

std::optional<std::size_t> body_rule(BlockKind kind) {
  switch (kind) {
    case BlockKind::file:
      return Grammar::RuleFile;
    case BlockKind::policy:
      return Grammar::RulePolicyBody;
    case BlockKind::subject:
      return Grammar::RuleSubjectBody;
    case BlockKind::telemetry:
      return Grammar::RuleTelemetryBody;
    case BlockKind::objective:
      return Grammar::RuleObjectiveBody;
    case BlockKind::model:
      return Grammar::RuleModelBody;
    case BlockKind::decide:
      return Grammar::RuleDecideBody;
    case BlockKind::test:
      return Grammar::RuleTestBody;
    case BlockKind::given:
      return Grammar::RuleGivenBody;
    case BlockKind::rows:
      return Grammar::RuleRowsBody;
    case BlockKind::set:
    case BlockKind::later:
    case BlockKind::unknown:
      return std::nullopt;
  }
  return std::nullopt;
}

constexpr std::pair<std::size_t, NamePlace> kNamePlaces[] = {
    {Grammar::RuleStreamKind, NamePlace::stream_kind},
    {Grammar::RuleSamplingMode, NamePlace::sampling_mode},
    {Grammar::RuleUnknownCounts, NamePlace::unknown_as},
    {Grammar::RuleOnNoData, NamePlace::no_data_verdict},
    {Grammar::RuleAssume, NamePlace::assumption},
    {Grammar::RuleState, NamePlace::standing},
    {Grammar::RuleExpectedVerdict, NamePlace::verdict},
    {Grammar::RuleExpectedDecision, NamePlace::decision},
    {Grammar::RulePrimary, NamePlace::value},
    {Grammar::RulePostfix, NamePlace::member},
    {Grammar::RuleArgument, NamePlace::argument},
    {Grammar::RuleMethod, NamePlace::method},
    {Grammar::RuleNamedCondition, NamePlace::objective},
    {Grammar::RuleObjectiveList, NamePlace::objective},
    {Grammar::RuleExpectation, NamePlace::objective},
    {Grammar::RuleForEach, NamePlace::field},
    {Grammar::RuleClustered, NamePlace::field},
    {Grammar::RuleStratified, NamePlace::field},
    {Grammar::RuleExpectEvery, NamePlace::field},
    {Grammar::RuleSumCheck, NamePlace::field},
    {Grammar::RuleSampling, NamePlace::field},
    {Grammar::RuleFieldGenerator, NamePlace::field},
    {Grammar::RuleGiven, NamePlace::telemetry},
    {Grammar::RuleTestPolicy, NamePlace::policy},
    {Grammar::RuleSetting, NamePlace::parameter},
    {Grammar::RuleDistribution, NamePlace::distribution},
};

// `rule` asks for a name, and was asked for by `outer`; `last` is the token before.
std::optional<NamePlace> name_place(std::size_t rule, std::size_t outer, std::size_t last) {
  if (rule == Grammar::RuleTypeName)
    return outer == Grammar::RuleParam ? NamePlace::parameter_type : NamePlace::field_type;
  if (rule == Grammar::RuleUnitName)
    return outer == Grammar::RuleUnitOrSet    ? NamePlace::field_unit
           : outer == Grammar::RuleExpectRate ? NamePlace::rate_unit
                                              : NamePlace::drawn_unit;
  if (rule == Grammar::RuleSubjectValue) return last == Grammar::DOT ? NamePlace::member : NamePlace::value;
  for (const auto& [asking, place] : kNamePlaces)
    if (asking == rule) return place;
  return std::nullopt;
}

// Statements of later editions are read to be refused.
bool is_of_later_edition(std::size_t rule) {
  return rule == Grammar::RuleLaterInFile || rule == Grammar::RuleLaterInPolicy ||
         rule == Grammar::RuleLaterInObjective || rule == Grammar::RuleLaterGiven || rule == Grammar::RuleLaterHeader ||
         rule == Grammar::RuleOtherCondition || rule == Grammar::RuleOtherState;
}

class Walk {
 public:
  explicit Walk(std::size_t rule) : network_(Grammar(nullptr).getATN()) {
    reach(at_, {network_.ruleToStartState[rule], nullptr}, 0);
  }

  // False: no such token can stand here.
  bool step(std::size_t type) {
    Places next;
    for (const auto& [at, oddity] : at_)
      for (const Transition* edge : at.first->transitions)
        if (!edge->isEpsilon() && edge->matches(type, antlr4::Token::MIN_USER_TOKEN_TYPE, network_.maxTokenType))
          reach(next, {edge->target, at.second}, oddity + (is_odd(at.first->ruleIndex, type) ? 1 : 0));
    at_ = std::move(next);
    last_ = type;
    return !at_.empty();
  }

  // Pre: every step was possible.
  void tell(Possible& possible) {
    const auto less_odd = [](const auto& a, const auto& b) { return a.second < b.second; };
    const std::uint32_t least = std::min_element(at_.begin(), at_.end(), less_odd)->second;
    for (const auto& [at, oddity] : at_) {
      if (oddity > least) continue;
      if (at.first->ruleIndex == Grammar::RuleName) {
        if (const auto place = place_of_name(at.second)) possible.names.insert(*place);
        continue;
      }
      if (is_of_later_edition(at.first->ruleIndex)) continue;
      for (const Transition* edge : at.first->transitions) {
        if (edge->isEpsilon()) continue;
        for (const ssize_t type : edge->label().toList())
          if (is_keyword(static_cast<std::size_t>(type)))
            possible.keywords.emplace(spelling(static_cast<std::size_t>(type)));
      }
    }
  }

 private:
  struct UnderWay {  // a rule that goes on at `state` when the one that it asked for has ended
    ATNState* state;
    const UnderWay* around;
  };
  static std::size_t rule_of(const UnderWay* under_way) {
    return under_way == nullptr ? std::size_t{Grammar::RuleFile} : under_way->state->ruleIndex;
  }
  using At = std::pair<ATNState*, const UnderWay*>;
  using Places = std::map<At, std::uint32_t>;  // with how many words before it were read oddly to come here

  // A word of the language taken for a name, or for what a later edition will have.
  static bool is_odd(std::size_t rule, std::size_t type) {
    return is_keyword(type) && (rule == Grammar::RuleName || is_of_later_edition(rule));
  }

  std::optional<NamePlace> place_of_name(const UnderWay* under_way) const {
    if (under_way == nullptr) return std::nullopt;
    const auto place = name_place(rule_of(under_way), rule_of(under_way->around), last_);
    for (const UnderWay* rule = under_way; place == NamePlace::value && rule != nullptr; rule = rule->around) {
      if (rule->state->ruleIndex != Grammar::RuleQuantity) continue;
      const std::size_t asking = rule_of(rule->around);
      return asking == Grammar::RuleSetting       ? NamePlace::setting_value
             : asking == Grammar::RuleAlternative ? NamePlace::generated_value
                                                  : NamePlace::constant;
    }
    return place;
  }

  // The place and all that follow it without a token.
  void reach(Places& places, At first, std::uint32_t oddity) {
    std::set<At> seen;
    std::vector<At> open{first};
    while (!open.empty()) {
      const At at = open.back();
      open.pop_back();
      if (!seen.insert(at).second) continue;
      if (at.first->getStateType() == ATNState::RULE_STOP) {
        if (at.second != nullptr) open.emplace_back(at.second->state, at.second->around);
        continue;
      }
      for (const Transition* edge : at.first->transitions) {
        if (!edge->isEpsilon()) {
          const auto [found, fresh] = places.try_emplace(at, oddity);
          if (!fresh) found->second = std::min(found->second, oddity);
        } else if (edge->getSerializationType() == Transition::RULE) {
          const auto* rule = static_cast<const antlr4::atn::RuleTransition*>(edge);
          open.emplace_back(rule->target, around(rule->followState, at.second));
        } else {
          open.emplace_back(edge->target, at.second);
        }
      }
    }
  }

  const UnderWay* around(ATNState* follow, const UnderWay* outer) {
    const auto [found, fresh] = stacks_.try_emplace({follow, outer}, nullptr);
    if (fresh) found->second = std::make_unique<UnderWay>(UnderWay{follow, outer});
    return found->second.get();
  }

  const antlr4::atn::ATN& network_;
  std::map<std::pair<ATNState*, const UnderWay*>, std::unique_ptr<UnderWay>> stacks_;
  Places at_;
  std::size_t last_ = antlr4::Token::EOF;
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The word around a place; a number with its unit is none.
Span word_around(std::string_view text, std::uint32_t offset) {
  Span word{offset, offset};
  while (word.begin > 0 && is_word(text[word.begin - 1])) --word.begin;
  while (word.end < text.size() && is_word(text[word.end])) ++word.end;
  return word;
}

// Inside a comment or a text. One that is not closed goes on behind what is written of it.
bool is_quoted(const Reading& reading, const Lexed& lexed, std::uint32_t place) {
  const std::string_view text = reading.file().text();
  const bool in_comment = std::any_of(lexed.comments.begin(), lexed.comments.end(), [&](Span comment) {
    const std::string_view written = reading.file().text(comment);
    const bool closed = written.size() >= 4 && written.starts_with("/*") && written.ends_with("*/");
    return comment.begin < place && (place < comment.end || (place == comment.end && !closed));
  });
  return in_comment || std::any_of(lexed.tokens.begin(), lexed.tokens.end(), [&](const auto& token) {
           if (token->getType() != Grammar::STRING) return false;
           const Span span = reading.span(token.get());
           const bool closed = !lexed.doubtful.contains(token.get()) || text[span.begin] != '"';
           return span.begin < place && (place < span.end || (place == span.end && !closed));
         });
}

// The tokens of a block up to the place, and where its items begin.
struct Stretch {
  std::size_t begin = 0, end = 0;
  std::vector<std::size_t> items;  // from the last one back, not more than matter
};

Stretch stretch_of(const Block& block, const Blocks& blocks, const Tokens& tokens, std::size_t end) {
  constexpr std::size_t kMostItems = 32;
  Stretch stretch{block.kind == BlockKind::file ? 0 : block.open + 1, end, {}};
  for (std::size_t i = end; i > stretch.begin && stretch.items.size() < kMostItems; --i) {
    if (blocks.partners[i - 1] < i - 1) i = blocks.partners[i - 1] + 1;  // over a pair of brackets
    const bool is_type = i - 1 > stretch.begin && tokens[i - 2]->getType() == Grammar::COLON;  // `duration from "…"`
    if (!is_type && begins_item(block.kind, tokens, i - 1)) stretch.items.push_back(i - 1);
  }
  if (stretch.items.size() < kMostItems) stretch.items.push_back(stretch.begin);
  return stretch;
}

// From the farthest item on; a mistake in one is left behind by beginning at the next.
void walk(const Stretch& stretch, const Tokens& tokens, std::size_t rule, Possible& possible) {
  for (auto item = stretch.items.rbegin(); item != stretch.items.rend(); ++item) {
    Walk states(rule);
    bool possible_so_far = true;
    for (std::size_t i = *item; i < stretch.end && possible_so_far; ++i)
      possible_so_far = states.step(tokens[i]->getType());
    if (possible_so_far) return states.tell(possible);
  }
}

// The innermost call that is open at tokens[end], in a block that begins at tokens[begin].
std::optional<OpenCall> open_call(const Reading& reading, const Tokens& tokens, const Blocks& blocks, std::size_t begin,
                                  std::size_t end) {
  OpenCall call;
  std::string name;     // of the argument that is walked through …
  bool is_this = true;  // … backwards, from the one that the place is in
  const auto argument_ends = [&] {
    if (!is_this) call.arguments.push_back(name);
    name.clear();
    is_this = false;
  };
  for (std::size_t i = end; i > begin; --i) {
    const std::size_t at = i - 1, type = tokens[at]->getType();
    if (blocks.partners[at] < at) {
      i = blocks.partners[at] + 1;  // over a pair of brackets
    } else if (blocks.partners[at] > at) {
      if (type != Grammar::LPAREN || at == begin || !is_name(tokens[at - 1]->getType())) return std::nullopt;
      if (at + 1 < end) argument_ends();
      call.function = reading.text(tokens[at - 1]);
      std::reverse(call.arguments.begin(), call.arguments.end());
      return call;
    } else if (type == Grammar::COMMA) {
      argument_ends();
    } else if (type == Grammar::COLON && at > begin) {
      name = reading.text(tokens[at - 1]);
    }
  }
  return std::nullopt;
}

// "objective `available`" -> "available"
std::string name_in(const std::string& title) {
  const std::size_t quote = title.find('`');
  const bool has_name = quote != std::string::npos && quote > 0 && title.back() == '`';
  return has_name ? title.substr(quote + 1, title.size() - quote - 2) : "";
}

void look(const source::SourceFile& file, Possible& possible) {
  Diagnostics untold;
  Reading reading(file, untold);
  Lexed lexed = lex(reading);
  Blocks blocks;
  if (is_quoted(reading, lexed, possible.word.begin) || !match_brackets(reading, lexed, blocks)) return;
  Tokens tokens;
  for (const auto& token : lexed.tokens) tokens.push_back(common(token.get()));
  std::size_t end = 0;  // a bracket that nobody wrote takes no room, and stands where the block ends
  while (tokens[end]->getType() != antlr4::Token::EOF && reading.span(tokens[end]).begin < possible.word.begin) ++end;
  const Block& block = blocks.around(end);
  possible.block = block.kind;
  possible.block_name = name_in(block.title);
  const auto rule = body_rule(block.kind);
  if (!rule) return;
  if (block.kind != BlockKind::file) possible.around_name = name_in(blocks.around(block.open).title);
  const Stretch stretch = stretch_of(block, blocks, tokens, end);
  for (std::size_t i = stretch.items.back(); i < end; ++i) {
    if (i == stretch.items.front()) possible.item = possible.words.size();
    if (i >= stretch.items.front() && tokens[i]->getType() == Grammar::NUMBER)
      possible.units.push_back(read_number(reading.text(tokens[i])).unit);
    if (is_name(tokens[i]->getType()) || is_keyword(tokens[i]->getType()))
      possible.words.push_back({std::string(reading.text(tokens[i])), reading.span(tokens[i])});
  }
  if (end > stretch.begin) possible.before = reading.text(tokens[end - 1]);
  possible.call = open_call(reading, tokens, blocks, stretch.begin, end);
  walk(stretch, tokens, *rule, possible);
}

}  // namespace

Possible possible_at(const source::SourceFile& file, std::uint32_t offset) {
  Possible possible;
  const std::string_view text = file.text();
  possible.word = word_around(text, std::min(offset, static_cast<std::uint32_t>(text.size())));
  const bool is_number = possible.word.begin < possible.word.end && text[possible.word.begin] <= '9';
  if (!is_number) look(file, possible);
  return possible;
}

}  // namespace proofmark::syntax
