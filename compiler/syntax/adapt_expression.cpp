// Expressions: the grammar's flat chains become left-leaning binary nodes; parentheses disappear.
#include <algorithm>
#include <array>

#include "compiler/syntax/adapt.h"
#include "compiler/syntax/literal.h"

namespace proofmark::syntax {

using Grammar = Adapter::Grammar;

namespace {

antlr4::Token* symbol(antlr4::tree::ParseTree* node) {
  auto* terminal = dynamic_cast<antlr4::tree::TerminalNode*>(node);
  return terminal == nullptr ? nullptr : terminal->getSymbol();
}

Span join(Span first, Span last) {
  return {first.begin, last.end};
}

std::string unit_list() {
  std::string list;
  for (const std::string& unit : units()) list += (list.empty() ? "" : " ") + unit;
  return list;
}

// Beside others, such as a `;` or a bracket too many, a number is the one that was meant.
constexpr std::array<std::string_view, 4> kSpoilNumbers{"PM0101", "PM0110", "PM0116", "PM0126"};

}  // namespace

Adapter::Adapter(Reading& reading, Tree& tree) : reading_(reading), tree_(tree) {
  for (const Diagnostic& problem : reading.problems())
    if (std::find(kSpoilNumbers.begin(), kSpoilNumbers.end(), problem.code) != kSpoilNumbers.end())
      mistakes_.insert(mistakes_.end(), {problem.primary.place.begin, problem.primary.place.end});
  std::sort(mistakes_.begin(), mistakes_.end());
}

ExprId Adapter::add(Expr expr, std::uint32_t depth) {
  tree_.exprs.push_back(std::move(expr));
  expr_depths_.push_back(depth);
  return static_cast<ExprId>(tree_.exprs.size() - 1);
}

void Adapter::too_deep(Span place) {
  if (told_too_deep_) return;
  told_too_deep_ = true;
  reading_
      .report("PM0118", {place.begin, place.begin + 1},
              "this is a chain of more than " + std::to_string(kMaximumDepth) + " operations", "it begins here")
      .help = "name parts of it with `let`, or test membership with `in { … }`";
}

// A node over `deepest` (and other, shallower ones); where that would be too deep, `deepest` itself.
ExprId Adapter::over(Expr expr, ExprId deepest) {
  const std::uint32_t depth = expr_depths_[deepest] + 1;
  if (depth <= kMaximumDepth) return add(std::move(expr), depth);
  too_deep(expr.span);
  return deepest;
}

ExprId Adapter::deeper(ExprId a, ExprId b) const {
  return expr_depths_[b] > expr_depths_[a] ? b : a;
}

ExprId Adapter::binary(BinaryOperator op, antlr4::Token* sign, ExprId left, ExprId right, Span whole) {
  return over({Binary{op, left, right, reading_.span(sign)}, whole}, deeper(left, right));
}

ExprId Adapter::expr(Grammar::ExprContext* context) {
  const auto parts = context->disjunction();
  ExprId result = expr(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const ExprId right = expr(parts[i]);
    const Span whole = join(reading_.span(context), reading_.span(parts[i]));
    result = over({Where{result, right}, whole}, deeper(result, right));
  }
  return result;
}

ExprId Adapter::expr(Grammar::DisjunctionContext* context) {
  const auto parts = context->conjunction();
  ExprId result = expr(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i)
    result = binary(BinaryOperator::logical_or, symbol(context->children[2 * i - 1]), result, expr(parts[i]),
                    join(reading_.span(context), reading_.span(parts[i])));
  return result;
}

ExprId Adapter::expr(Grammar::ConjunctionContext* context) {
  const auto parts = context->inversion();
  ExprId result = expr(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i)
    result = binary(BinaryOperator::logical_and, symbol(context->children[2 * i - 1]), result, expr(parts[i]),
                    join(reading_.span(context), reading_.span(parts[i])));
  return result;
}

ExprId Adapter::expr(Grammar::InversionContext* context) {
  if (context->comparison() != nullptr) return expr(context->comparison());
  const ExprId operand = expr(context->inversion());
  return over(
      {Unary{UnaryOperator::logical_not, operand, reading_.span(context->NOT()->getSymbol())}, reading_.span(context)},
      operand);
}

ExprId Adapter::expr(Grammar::ComparisonContext* context) {
  const auto tails = context->comparisonTail();
  ExprId result = expr(context->sum());
  if (tails.size() > 1) comparisons_do_not_chain(context);
  if (tails.empty()) return result;
  Grammar::ComparisonTailContext* tail = tails.front();
  const Span whole = join(reading_.span(context), reading_.span(tail));
  if (tail->valueSet() != nullptr) return in_set(result, tail, whole);
  antlr4::Token* sign = tail->getStart();
  return binary(comparison_operator(sign), sign, result, expr(tail->sum()), whole);
}

ExprId Adapter::in_set(ExprId value, Grammar::ComparisonTailContext* tail, Span whole) {
  InSet set;
  set.value = value;
  set.negated = tail->NOT() != nullptr;
  ExprId deepest = value;
  for (Grammar::ExprContext* member : tail->valueSet()->expr()) {
    set.members.push_back(expr(member));
    deepest = deeper(deepest, set.members.back());
  }
  return over({std::move(set), whole}, deepest);
}

void Adapter::comparisons_do_not_chain(Grammar::ComparisonContext* context) {
  const auto tails = context->comparisonTail();
  const std::string written(reading_.file().text(reading_.span(context)));
  constexpr std::size_t kLongest = 60;
  const bool fits = written.size() <= kLongest && written.find('\n') == std::string::npos;
  Diagnostic& problem = reading_.report(
      "PM0107", reading_.span(tails[1]->getStart()),
      "comparisons do not chain: " + (fits ? "`" + written + "`" : "this") + " says two things", "a second comparison");
  problem.secondary.push_back(reading_.label(reading_.span(tails[0]->getStart()), "the first comparison"));
  if (tails.size() == 2 && tails[0]->sum() != nullptr) {
    const Span middle = reading_.span(tails[0]->sum());
    problem.help = "join two comparisons with `and`";
    problem.edit = reading_.edit({middle.end, middle.end}, " and " + std::string(reading_.file().text(middle)));
  } else {
    problem.help = "join comparisons with `and`, or put one of them in parentheses";
  }
}

BinaryOperator Adapter::comparison_operator(antlr4::Token* sign) {
  switch (sign->getType()) {
    case Grammar::LESS:
      return BinaryOperator::less;
    case Grammar::AT_MOST:
      return BinaryOperator::at_most;
    case Grammar::GREATER:
      return BinaryOperator::greater;
    case Grammar::AT_LEAST:
      return BinaryOperator::at_least;
    case Grammar::NOT_EQUAL:
      return BinaryOperator::not_equal;
    case Grammar::MATCHES:
      return BinaryOperator::matches;
    case Grammar::ASSIGN: {
      Diagnostic& problem =
          reading_.report("PM0108", reading_.span(sign),
                          "`=` gives a name to a value; two values are compared with `==`", "a comparison");
      problem.help = "compare with `==`";
      problem.edit = reading_.edit(reading_.span(sign), "==");
      return BinaryOperator::equal;
    }
    default:
      return BinaryOperator::equal;
  }
}

ExprId Adapter::expr(Grammar::SumContext* context) {
  const auto parts = context->product();
  ExprId result = expr(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    antlr4::Token* sign = symbol(context->children[2 * i - 1]);
    result = binary(sign->getType() == Grammar::PLUS ? BinaryOperator::add : BinaryOperator::subtract, sign, result,
                    expr(parts[i]), join(reading_.span(context), reading_.span(parts[i])));
  }
  return result;
}

ExprId Adapter::expr(Grammar::ProductContext* context) {
  const auto parts = context->negation();
  ExprId result = expr(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    antlr4::Token* sign = symbol(context->children[2 * i - 1]);
    result = binary(sign->getType() == Grammar::STAR ? BinaryOperator::multiply : BinaryOperator::divide, sign, result,
                    expr(parts[i]), join(reading_.span(context), reading_.span(parts[i])));
  }
  return result;
}

ExprId Adapter::expr(Grammar::NegationContext* context) {
  if (context->postfix() != nullptr) return expr(context->postfix());
  const ExprId operand = expr(context->negation());
  return over(
      {Unary{UnaryOperator::negate, operand, reading_.span(context->MINUS()->getSymbol())}, reading_.span(context)},
      operand);
}

ExprId Adapter::expr(Grammar::PostfixContext* context) {
  ExprId result = expr(context->primary());
  for (Grammar::NameContext* member : context->name())
    result = over({Member{result, name(member)}, join(reading_.span(context), reading_.span(member))}, result);
  return result;
}

ExprId Adapter::expr(Grammar::PrimaryContext* context) {
  if (context->expr() != nullptr) return expr(context->expr());
  if (context->NUMBER() != nullptr) return number(context->getStart());
  if (context->STRING() != nullptr)
    return add({StringLiteral{text(context->getStart()).value}, reading_.span(context)}, 1);
  if (context->arguments() != nullptr) return call(context->name(), context->arguments(), reading_.span(context));
  if (context->name() != nullptr) return reference(name(context->name()));
  const std::string written(reading_.text(context->getStart()));
  const bool date = context->DATE() != nullptr;
  Diagnostic& problem = reading_.report("PM0127", reading_.span(context),
                                        "`" + written + "` is " + (date ? "a date" : "a version") + ", not a number",
                                        date ? "a bare date" : "a bare version");
  problem.help = "write it as text, in quotes";
  problem.edit = reading_.edit(reading_.span(context), "\"" + written + "\"");
  return add({StringLiteral{written}, reading_.span(context)}, 1);
}

ExprId Adapter::reference(Name name) {
  const Span place = name.span;
  const bool is_true = name.text == BooleanLiteral::kTrue;
  if (is_true || name.text == BooleanLiteral::kFalse) return add({BooleanLiteral{is_true}, place}, 1);
  return add({Reference{std::move(name)}, place}, 1);
}

ExprId Adapter::expr(Grammar::SubjectValueContext* context) {
  if (context->STRING() != nullptr)
    return add({StringLiteral{text(context->getStart()).value}, reading_.span(context)}, 1);
  if (context->NUMBER() != nullptr) return number(context->getStart());
  const auto path = context->name();
  ExprId result = reference(name(path.front()));
  for (std::size_t i = 1; i < path.size(); ++i)
    result = over({Member{result, name(path[i])}, join(reading_.span(context), reading_.span(path[i]))}, result);
  return result;
}

ExprId Adapter::call(Grammar::NameContext* function, Grammar::ArgumentsContext* arguments, Span whole) {
  Call call{name(function), {}};
  std::optional<ExprId> deepest;
  for (Grammar::ArgumentContext* argument : arguments->argument()) {
    Argument value;
    if (argument->name() != nullptr) value.label = name(argument->name());
    value.value = expr(argument->expr(0));
    deepest = deepest ? deeper(*deepest, value.value) : value.value;
    if (argument->UNTIL() != nullptr) {
      value.until = expr(argument->expr(1));
      deepest = deeper(*deepest, *value.until);
    }
    call.arguments.push_back(std::move(value));
  }
  return deepest ? over({std::move(call), whole}, *deepest) : add({std::move(call), whole}, 1);
}

// `99.`, `99.5 %`, `99.5%%`, `99,5%`: a mistake begins or ends where the number does, or in it.
bool Adapter::is_malformed(Span number) const {
  const auto mistake = std::lower_bound(mistakes_.begin(), mistakes_.end(), number.begin);
  return mistake != mistakes_.end() && *mistake <= number.end;
}

ExprId Adapter::number(antlr4::Token* token) {
  const Span place = reading_.span(token);
  const std::string written(reading_.text(token));
  NumberReading reading = read_number(written);
  const Span unit{place.begin + static_cast<std::uint32_t>(reading.unit_begin), place.end};
  const std::string digits = written.substr(0, reading.unit_begin);
  if (reading.fault == NumberFault::underscore) {
    reading_.report("PM0112", place, "`_` may stand between two digits only", "in this number").help =
        "write 10_000, not 10000_ or 10__000";
  } else if (reading.fault == NumberFault::too_precise) {
    reading_.report("PM0112", place, "this number does not fit 128 bits", "too many digits").help =
        "Proofmark keeps numbers exactly; write one with fewer digits";
  } else if (reading.fault == NumberFault::exponent) {
    Diagnostic& problem =
        reading_.report("PM0111", place, "numbers have no exponent: `" + written + "`", "an exponent");
    if (!reading.suggestion.empty()) problem.edit = reading_.edit(place, reading.suggestion);
    problem.help = "write the digits out; `_` may group them";
  } else if (reading.fault == NumberFault::unknown_unit) {
    Diagnostic& problem = reading_.report(
        "PM0111", unit, "`" + std::string(reading_.file().text(unit)) + "` is not a unit", "of this number");
    if (!reading.suggestion.empty()) problem.edit = reading_.edit(unit, reading.suggestion);
    problem.help = reading.suggestion.empty() ? "the units are " + unit_list()
                                              : "did you mean `" + digits + reading.suggestion + "`?";
    // The unit that was meant, or one that nobody knows: either way nobody complains of it again.
    reading.unit = reading.suggestion.empty() ? std::string(reading_.file().text(unit)) : reading.suggestion;
  }
  return add({NumberLiteral{reading.value, {reading.unit, unit}, is_malformed(place)}, place}, 1);
}

}  // namespace proofmark::syntax
