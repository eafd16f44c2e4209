// Keywords, and the shapes of statements' beginnings.
#include "compiler/syntax/vocabulary.h"

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>

#include "ProofmarkParser.h"

namespace proofmark::syntax {
namespace {

using Lexis = grammar::ProofmarkParser;

// What a token of a shape may be; types of the grammar stand for themselves.
enum : std::size_t { kName = 100'000 };

struct Shape {
  std::array<std::size_t, 5> types{};  // zero: the shape has ended
  bool sure = false;                   // cannot be part of anything else
};

// Alternatives are rows of their own. `sure` shapes may end blocks that contain them.
constexpr Shape kFileShapes[] = {
    {{Lexis::POLICY, kName, Lexis::LBRACE}, true},
    {{Lexis::POLICY, kName, Lexis::EXTENDS}, true},
    {{Lexis::TEST, Lexis::STRING, Lexis::LBRACE}, true},
    {{Lexis::TEST, Lexis::STRING}},
    {{Lexis::EDITION, Lexis::NUMBER}},
    {{Lexis::IMPORT, Lexis::STRING}},
    {{Lexis::TEMPLATE, kName, Lexis::LPAREN}},
    {{Lexis::TEMPLATE, kName, Lexis::LBRACE}},
    {{Lexis::APPLY, kName}},
    {{Lexis::WAIVE, kName}},
};
constexpr Shape kPolicyShapes[] = {
    {{Lexis::OBJECTIVE, kName, Lexis::LBRACE}, true},
    {{Lexis::OBJECTIVE, kName, Lexis::STRING, Lexis::LBRACE}, true},
    {{Lexis::OBJECTIVE, kName, Lexis::STRING}},
    {{Lexis::TELEMETRY, kName, Lexis::COLON, kName, Lexis::LBRACE}, true},
    {{Lexis::DECIDE, Lexis::LBRACE}, true},
    {{Lexis::SUBJECT, Lexis::LBRACE}, true},
    {{Lexis::SLI, kName, Lexis::ASSIGN}, true},
    {{Lexis::LET, kName, Lexis::ASSIGN}, true},
    {{Lexis::PARAM, kName, Lexis::COLON}, true},
    {{Lexis::PARAM, kName, Lexis::COMMA}, true},
    {{Lexis::TITLE, Lexis::STRING}},
    {{Lexis::REVISION, Lexis::NUMBER}},
    {{Lexis::OWNER, Lexis::STRING}},
    {{Lexis::RUNBOOK, Lexis::STRING}},
    {{Lexis::CONFIDENCE, Lexis::NUMBER}},
    {{Lexis::CONFIDENCE, kName}},
    {{Lexis::LOOKS, Lexis::ONCE}},
    {{Lexis::LOOKS, Lexis::UNLIMITED}},
    {{Lexis::LOOKS, Lexis::AT, Lexis::MOST}},
    {{Lexis::LOOKS, Lexis::EVERY}},
    {{Lexis::OVER, Lexis::SINCE}},
    {{Lexis::OVER, Lexis::LAST}},
    {{Lexis::OVER, Lexis::AT, Lexis::LEAST}},
    {{Lexis::OVER, Lexis::NUMBER}},
    {{Lexis::EXPECT, Lexis::SPLIT}},
    {{Lexis::BUDGET, kName, Lexis::OF}},
    {{Lexis::BUDGET, kName, Lexis::LBRACE}},
    {{Lexis::MODEL, kName, Lexis::LBRACE}, true},
    {{Lexis::EVIDENCE, Lexis::LBRACE}},
    {{Lexis::REVOKE, Lexis::WHEN}},
    {{Lexis::WAIVE, kName, kName}},
    {{Lexis::WEAKEN, kName, kName}},
    {{Lexis::IMPORT, Lexis::STRING}},
    {{Lexis::TEMPLATE, kName, Lexis::LPAREN}},
    {{Lexis::APPLY, kName}},
};
constexpr Shape kObjectiveShapes[] = {
    {{Lexis::REQUIRE, kName}},
    {{Lexis::REQUIRE, Lexis::LPAREN}},
    {{Lexis::REQUIRE, Lexis::NOT}},
    {{Lexis::CONFIDENCE, Lexis::NUMBER}},
    {{Lexis::CONFIDENCE, kName}},
    {{Lexis::OVER, Lexis::SINCE}},
    {{Lexis::OVER, Lexis::LAST}},
    {{Lexis::OVER, Lexis::AT, Lexis::LEAST}},
    {{Lexis::OVER, Lexis::NUMBER}},
    {{Lexis::AT, Lexis::LEAST}},
    {{Lexis::FOR, Lexis::EACH}},
    {{Lexis::UNKNOWN, Lexis::COUNTS}},
    {{Lexis::ON, Lexis::NO_DATA}},
    {{Lexis::ON_NO_DATA, kName}},
    {{Lexis::LOOKS, Lexis::ONCE}},
    {{Lexis::LOOKS, Lexis::UNLIMITED}},
    {{Lexis::LOOKS, Lexis::AT, Lexis::MOST}},
    {{Lexis::LOOKS, Lexis::EVERY}},
    {{Lexis::CLUSTERED, kName}},
    {{Lexis::METHOD, kName}},
    {{Lexis::BLOCKS, Lexis::OF}},
    {{Lexis::ASSUME, kName}},
    {{Lexis::STRATIFIED, Lexis::BY}},
    {{Lexis::WAIVE, kName, kName}},
    {{Lexis::WEAKEN, kName, kName}},
};
constexpr Shape kModelShapes[] = {
    {{Lexis::SEED, Lexis::NUMBER}},
    {{Lexis::TRIALS, Lexis::NUMBER}},
    {{Lexis::DRAW, kName, Lexis::TILDE}, true},
    {{Lexis::DRAW, kName, Lexis::LBRACKET}, true},
    {{Lexis::LET, kName, Lexis::ASSIGN}, true},
};
constexpr Shape kDecideShapes[] = {
    {{Lexis::CERTIFY, Lexis::FOR}}, {{Lexis::CERTIFY, Lexis::WHEN}}, {{Lexis::CERTIFY, Lexis::OTHERWISE}},
    {{Lexis::HOLD, Lexis::WHEN}},   {{Lexis::HOLD, Lexis::FOR}},     {{Lexis::HOLD, Lexis::OTHERWISE}},
    {{Lexis::DENY, Lexis::WHEN}},   {{Lexis::DENY, Lexis::FOR}},     {{Lexis::DENY, Lexis::OTHERWISE}},
    {{Lexis::REVOKE, Lexis::WHEN}}, {{Lexis::REVOKE, Lexis::FOR}},   {{Lexis::REVOKE, Lexis::OTHERWISE}},
};
constexpr Shape kTelemetryShapes[] = {{{kName, Lexis::COLON, kName}},
                                      {{kName, Lexis::FROM, Lexis::STRING}},
                                      {{Lexis::SAMPLING, kName}},
                                      {{Lexis::EXPECT, Lexis::AT, Lexis::LEAST}},
                                      {{Lexis::EXPECT, Lexis::EVERY, kName}},
                                      {{Lexis::CHECK, kName, Lexis::PLUS}},
                                      {{Lexis::CHECK, kName, Lexis::ASSIGN}}};
constexpr Shape kSubjectShapes[] = {{{kName, Lexis::STRING}}};
constexpr Shape kTestShapes[] = {{{Lexis::GIVEN, kName, Lexis::LBRACE}, true},
                                 {{Lexis::POLICY, kName}, true},
                                 {{Lexis::EXPECT, Lexis::OBJECTIVE, kName, Lexis::IS}, true},
                                 {{Lexis::EXPECT, kName}},
                                 {{Lexis::GIVEN, Lexis::EVIDENCE, kName}},
                                 {{Lexis::SEED, Lexis::NUMBER}}};
constexpr Shape kGivenShapes[] = {{{Lexis::NUMBER, Lexis::ROWS, Lexis::OVER}, true},
                                  {{Lexis::NUMBER, Lexis::ROWS, Lexis::LBRACE}, true}};
constexpr Shape kRowsShapes[] = {{{kName, Lexis::ASSIGN}}, {{kName, Lexis::TILDE}}};

std::span<const Shape> shapes(BlockKind kind) {
  switch (kind) {
    case BlockKind::file:
      return kFileShapes;
    case BlockKind::policy:
      return kPolicyShapes;
    case BlockKind::subject:
      return kSubjectShapes;
    case BlockKind::telemetry:
      return kTelemetryShapes;
    case BlockKind::objective:
      return kObjectiveShapes;
    case BlockKind::model:
      return kModelShapes;
    case BlockKind::decide:
      return kDecideShapes;
    case BlockKind::test:
      return kTestShapes;
    case BlockKind::given:
      return kGivenShapes;
    case BlockKind::rows:
      return kRowsShapes;
    case BlockKind::set:
    case BlockKind::later:
    case BlockKind::unknown:
      return {};
  }
  return {};
}

bool fits(const Shape& shape, const Tokens& tokens, std::size_t at) {
  for (std::size_t i = 0; i < shape.types.size() && shape.types[i] != 0; ++i) {
    if (at + i >= tokens.size()) return false;
    const std::size_t type = tokens[at + i]->getType(), wanted = shape.types[i];
    const bool right = wanted == kName ? is_name(type) && type != Lexis::MATCHES : type == wanted;
    if (!right) return false;
  }
  return true;
}

std::vector<std::string> words_of(BlockKind kind) {
  std::vector<std::string> words;
  for (const Shape& shape : shapes(kind)) {
    if (!is_keyword(shape.types[0])) continue;
    std::string word(spelling(shape.types[0]));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

std::string_view spelling(std::size_t type) {
  static const std::vector<std::string> kSpellings = [] {
    const antlr4::dfa::Vocabulary vocabulary = Lexis(nullptr).getVocabulary();
    std::vector<std::string> spellings(vocabulary.getMaxTokenType() + 1);
    for (std::size_t i = 0; i < spellings.size(); ++i) {
      const std::string quoted = vocabulary.getLiteralName(i);
      if (quoted.size() > 2) spellings[i] = quoted.substr(1, quoted.size() - 2);
    }
    return spellings;
  }();
  return type < kSpellings.size() ? std::string_view(kSpellings[type]) : std::string_view();
}

bool begins_value(std::size_t type) {
  return is_name(type) || type == Lexis::NUMBER || type == Lexis::STRING || type == Lexis::LPAREN || type == Lexis::NOT;
}
bool is_reserved(std::size_t type) {
  return type >= Lexis::LET && type <= Lexis::WHERE;
}
bool is_keyword(std::size_t type) {
  return type >= Lexis::LET && type <= Lexis::WITH;
}
bool is_name(std::size_t type) {
  return type == Lexis::IDENT || (type >= Lexis::ALL && type <= Lexis::WITH);
}

bool is_later(std::size_t type) {
  constexpr std::array kLater{Lexis::APPLY,  Lexis::BUDGET,   Lexis::EVIDENCE, Lexis::IMPORT,
                              Lexis::REVOKE, Lexis::TEMPLATE, Lexis::WAIVE,    Lexis::WEAKEN};
  return std::any_of(kLater.begin(), kLater.end(), [&](auto later) { return later == type; });
}

std::size_t word_type(std::string_view word) {
  static const std::unordered_map<std::string_view, std::size_t> kTypes = [] {
    std::unordered_map<std::string_view, std::size_t> types;
    for (std::size_t type = Lexis::LET; type <= Lexis::WITH; ++type) types.emplace(spelling(type), type);
    return types;
  }();
  const auto found = kTypes.find(word);
  return found == kTypes.end() ? static_cast<std::size_t>(Lexis::IDENT) : found->second;
}

const std::vector<std::string>& item_words(BlockKind kind) {
  static const std::vector<std::vector<std::string>> kWords = [] {
    std::vector<std::vector<std::string>> words;
    for (int i = 0; i <= static_cast<int>(BlockKind::unknown); ++i)
      words.push_back(words_of(static_cast<BlockKind>(i)));
    return words;
  }();
  return kWords[static_cast<std::size_t>(kind)];
}

std::string_view item_noun(BlockKind kind) {
  switch (kind) {
    case BlockKind::file:
      return "`policy`, `test` or `edition`";
    case BlockKind::policy:
      return "a policy item";
    case BlockKind::subject:
      return "a key of the subject";
    case BlockKind::telemetry:
      return "a field, `sampling`, `expect` or `check`";
    case BlockKind::objective:
      return "a clause";
    case BlockKind::model:
      return "`seed`, `trials`, `draw` or `let`";
    case BlockKind::decide:
      return "a rule (`certify`, `hold`, `deny` or `revoke`)";
    case BlockKind::test:
      return "`policy`, `given`, `seed` or `expect`";
    case BlockKind::given:
      return "rows, such as `1_000 rows over 10m { … }`";
    case BlockKind::rows:
      return "a field and its value";
    case BlockKind::set:
    case BlockKind::later:
    case BlockKind::unknown:
      return "something else";
  }
  return "";
}

bool first_on_line(const Tokens& tokens, std::size_t at) {
  return at == 0 || tokens[at]->getLine() != tokens[at - 1]->getLine();
}

bool looks_like_item(BlockKind kind, const Tokens& tokens, std::size_t at) {
  const auto rows = shapes(kind);
  return std::any_of(rows.begin(), rows.end(), [&](const Shape& shape) { return fits(shape, tokens, at); });
}

bool begins_item(BlockKind kind, const Tokens& tokens, std::size_t at) {
  if (looks_like_item(kind, tokens, at)) return true;
  const auto rows = shapes(kind);
  if (!first_on_line(tokens, at) || !is_keyword(tokens[at]->getType())) return false;
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Shape& shape) { return shape.types[0] == tokens[at]->getType(); });
}

bool surely_begins_item(BlockKind kind, const Tokens& tokens, std::size_t at) {
  const auto rows = shapes(kind);
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Shape& shape) { return shape.sure && fits(shape, tokens, at); });
}

}  // namespace proofmark::syntax
