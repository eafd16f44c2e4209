// Sets of token types in the words of the language.
#include <algorithm>

#include "compiler/syntax/explain.h"

namespace proofmark::syntax {
namespace {

using Grammar = grammar::ProofmarkParser;
using Words = std::vector<std::string>;

bool has(const antlr4::misc::IntervalSet& set, std::size_t type) {
  return set.contains(static_cast<ssize_t>(type));
}

// What kind of value a rule wants, told from the nearest rule around that knows.
std::string value_noun(antlr4::RuleContext* context) {
  for (; context != nullptr; context = static_cast<antlr4::RuleContext*>(context->parent)) {
    switch (context->getRuleIndex()) {
      case Grammar::RuleArguments:
      case Grammar::RuleValueSet:
      case Grammar::RuleExpr:
        return "an expression";
      case Grammar::RuleConfidence:
        return "a level such as `95%`";
      case Grammar::RuleOver:
      case Grammar::RuleLooksKind:
      case Grammar::RuleDecideRule:
        return "a duration such as `6h`";
      case Grammar::RuleRows:
      case Grammar::RuleRowsBlock:
        return "a number of rows";
      case Grammar::RuleSetting:
      case Grammar::RuleAlternative:
      case Grammar::RuleSeed:
        return "a value";
      default:
        break;
    }
  }
  return "an expression";
}

std::string name_noun(antlr4::RuleContext* context) {
  if (context != nullptr && context->getRuleIndex() == Grammar::RuleName)
    context = static_cast<antlr4::RuleContext*>(context->parent);
  switch (context == nullptr ? std::size_t{Grammar::RuleFile} : context->getRuleIndex()) {
    case Grammar::RulePolicy:
      return "the policy's name";
    case Grammar::RuleLaterHeader:
    case Grammar::RuleTestPolicy:
      return "a policy's name";
    case Grammar::RuleParam:
    case Grammar::RuleSetting:
      return "a parameter's name";
    case Grammar::RuleTypeName:
      return "a type";
    case Grammar::RuleSli:
      return "the SLI's name";
    case Grammar::RuleSubjectEntry:
      return "a key of the subject";
    case Grammar::RuleSubjectValue:
      return "a text or a parameter";
    case Grammar::RuleTelemetry:
    case Grammar::RuleGiven:
      return "the telemetry's name";
    case Grammar::RuleStreamKind:
      return "the kind of telemetry (`events` or `counts`)";
    case Grammar::RuleUnitName:
      return "a unit";
    case Grammar::RuleSamplingMode:
      return "`none`, `head`, `tail` or `unknown`";
    case Grammar::RuleTelemetryPart:
    case Grammar::RuleSampling:
    case Grammar::RuleExpectEvery:
    case Grammar::RuleSumCheck:
    case Grammar::RuleField:
    case Grammar::RuleForEach:
    case Grammar::RuleFieldGenerator:
      return "a field's name";
    case Grammar::RuleObjective:
      return "the objective's name";
    case Grammar::RuleModel:
      return "the model's name";
    case Grammar::RuleModelDraw:
      return "the draw's name";
    case Grammar::RuleObjectiveList:
    case Grammar::RuleNamedCondition:
      return "an objective's name";
    case Grammar::RuleExpectation:
    case Grammar::RuleExpectedDecision:
      return "a decision or `objective`";
    case Grammar::RuleConditionAtom:
    case Grammar::RuleConditionNot:
    case Grammar::RuleConditionAnd:
    case Grammar::RuleCondition:
      return "a condition such as `all objectives pass`";
    case Grammar::RuleState:
    case Grammar::RuleOtherState:
    case Grammar::RuleExpectedVerdict:
    case Grammar::RuleOnNoData:
      return "a verdict";
    case Grammar::RuleUnknownCounts:
      return "`good`, `bad` or `excluded`";
    case Grammar::RuleDistribution:
      return "a distribution such as `lognormal(mu: 4, sigma: 0.5)`";
    default:
      return "a name";
  }
}

bool is_operator(std::size_t type) {
  return (type >= Grammar::LESS && type <= Grammar::SLASH) || type == Grammar::ASSIGN || type == Grammar::MATCHES ||
         type == Grammar::AND || type == Grammar::OR || type == Grammar::NOT || type == Grammar::IN ||
         type == Grammar::WHERE || type == Grammar::UNTIL;
}

std::vector<std::size_t> types_of(const antlr4::misc::IntervalSet& set) {
  std::vector<std::size_t> types;
  for (const ssize_t type : set.toList()) types.push_back(static_cast<std::size_t>(type));
  return types;
}

void drop(std::vector<std::size_t>& types, const std::vector<std::size_t>& dropped) {
  std::erase_if(types, [&](std::size_t type) { return std::count(dropped.begin(), dropped.end(), type) > 0; });
}

// Takes what belongs to values and names out of `types` and says it in a phrase.
Words values_and_names(std::vector<std::size_t>& types, const antlr4::misc::IntervalSet& expected,
                       antlr4::ParserRuleContext* context) {
  if (!has(expected, Grammar::IDENT)) return {};
  std::erase_if(types, is_name);
  const bool condition =
      has(expected, Grammar::NOT) && has(expected, Grammar::LPAREN) && !has(expected, Grammar::NUMBER);
  const bool value = has(expected, Grammar::NUMBER) && has(expected, Grammar::LPAREN);
  const std::vector<std::size_t> starts{Grammar::NUMBER, Grammar::STRING, Grammar::LPAREN, Grammar::MINUS,
                                        Grammar::NOT,    Grammar::DATE,   Grammar::VERSION};
  if (value || condition) drop(types, starts);
  if (context->getRuleIndex() == Grammar::RuleSubjectValue) drop(types, starts);
  return {condition ? "a condition such as `all objectives pass`" : value ? value_noun(context) : name_noun(context)};
}

std::string joined(const Words& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

}  // namespace

std::string expectation_words(const antlr4::misc::IntervalSet& expected, antlr4::ParserRuleContext* context,
                              BlockKind around) {
  std::vector<std::size_t> types = types_of(expected);
  Words words = values_and_names(types, expected, context);
  const auto& items = item_words(around);
  const auto is_item = [&](std::size_t type) { return std::count(items.begin(), items.end(), spelling(type)) > 0; };
  constexpr int kMany = 3;
  const bool many_items = std::count_if(types.begin(), types.end(), is_item) >= kMany;
  const bool many_operators = std::count_if(types.begin(), types.end(), is_operator) >= kMany;
  if (many_items) std::erase_if(types, is_item);
  if (many_operators)
    std::erase_if(
        types, [](std::size_t type) { return is_operator(type) || type == Grammar::DOT || type == Grammar::LPAREN; });
  if (has(expected, Grammar::OBJECTIVES) ||
      has(expected, Grammar::OBJECTIVE))  // `all` might be an objective's name: unlikely
    drop(types,
         {Grammar::IS, Grammar::ARE, Grammar::PASS, Grammar::PASSES, Grammar::FAIL, Grammar::FAILS, Grammar::EVIDENCE});
  if (const auto comma = std::find(types.begin(), types.end(), std::size_t{Grammar::COMMA}); comma != types.end())
    std::rotate(types.begin(), comma, comma + 1);
  for (const std::size_t type : types) {
    if (type == Grammar::STRING)
      words.emplace_back("a text in quotes");
    else if (type == Grammar::NUMBER)
      words.emplace_back("a number");
    else if (type == antlr4::Token::EOF)
      words.emplace_back("the end of the file");
    else if (!spelling(type).empty())
      words.push_back("`" + std::string(spelling(type)) + "`");
  }
  if (many_items) words.emplace_back(item_noun(around));
  if (many_operators) words.emplace_back("an operator");
  constexpr std::size_t kMostWords = 8;
  if (words.size() > kMostWords) words.resize(kMostWords);
  return words.empty() ? "something else" : joined(words);
}

}  // namespace proofmark::syntax
