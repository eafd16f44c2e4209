// Typing of expressions: literals, names, members, logic, arithmetic. Comparisons and estimates have files of their
// own.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"
#include "runtime/plan/match.h"

namespace proofmark::semantics {
TypedId Analyser::type(syntax::ExprId id, Scope scope) {
  const syntax::Expr& expr = tree_.expr(id);
  const Span span = expr.span;
  return std::visit(plan::Overloaded{[&](const syntax::NumberLiteral& node) { return type_number(node, span); },
                                     [&](const syntax::StringLiteral& node) {
                                       return add({LabelNode{node.value}, {Sort::label, Unit::number}, span});
                                     },
                                     [&](const syntax::BooleanLiteral& node) {
                                       return add({BooleanNode{node.value}, {Sort::condition, Unit::number}, span});
                                     },
                                     [&](const syntax::Reference& node) { return type_reference(node, span, scope); },
                                     [&](const syntax::Member& node) { return type_member(node, span, scope); },
                                     [&](const syntax::Call& node) { return type_call(node, span, scope); },
                                     [&](const syntax::Unary& node) { return type_unary(node, span, scope); },
                                     [&](const syntax::Binary& node) { return type_binary(node, span, scope); },
                                     [&](const syntax::InSet& node) { return type_in(node, span, scope); },
                                     [&](const syntax::Where& node) { return type_where(node, span, scope); }},
                    expr.node);
}

TypedId Analyser::type_number(const syntax::NumberLiteral& literal, Span span) {
  const auto unit = unit_word(literal.unit.text);
  if (!unit || literal.malformed) {  // the reader of the file has told it
    PROOFMARK_CHECK(tree_.has_errors);
    return error_node(span);
  }
  const auto factor = Rational::make(unit->multiplier, unit->divisor);
  const auto value = plan::multiply(literal.value, *factor);
  if (!value) {
    error("PM0308", span, "this number has too many digits to be held exactly");
    return error_node(span);
  }
  const bool whole_unit = unit->unit == Unit::duration || unit->unit == Unit::bytes;
  if (whole_unit && !value->is_integer()) {
    error("PM0308", span,
          fmt::format("`{}` is finer than 1 {}", text(span), unit->unit == Unit::duration ? "ns" : "byte"));
    return error_node(span);
  }
  return add({ConstantNode{value}, {Sort::constant, unit->unit}, span});
}

TypedId Analyser::type_reference(const syntax::Reference& reference, Span span, Scope scope) {
  const auto found = symbols_.find(reference.name.text);
  if (scope.stream != nullptr)
    if (const auto field = scope.stream->find(reference.name.text)) {
      if (found != symbols_.end()) return error_node(span);  // one shadows the other, which has been told
      uses(span, scope.stream->field_spans[*field]);
      return type_field(*scope.stream, *field, span);
    }
  if (found == symbols_.end()) return unknown_name(reference.name, scope);
  uses(span, found->second.span);
  return type_symbol(found->second, reference.name);
}

TypedId Analyser::type_symbol(Symbol& symbol, const syntax::Name& name) {
  if (symbol.unusable) return error_node(name.span);
  switch (symbol.kind) {
    case Symbol::Kind::stream:
      return add({PopulationNode{symbol.index, {}}, {Sort::population, Unit::number}, name.span});
    case Symbol::Kind::model:
      return add({ModelNode{symbol.index}, {Sort::model, Unit::number}, name.span});
    case Symbol::Kind::parameter: {
      const Parameter& parameter = policy_.parameters[symbol.index];
      switch (parameter.kind) {
        case Parameter::Kind::release:
          return add({ReleaseNode{symbol.index}, {Sort::release, Unit::number}, name.span});
        case Parameter::Kind::label:
          return add({LabelNode{parameter.label, parameter.name}, {Sort::label, Unit::number}, name.span});
        case Parameter::Kind::number:
          return add({ConstantNode{parameter.number, parameter.name}, {Sort::constant, Unit::number}, name.span});
        case Parameter::Kind::duration:
          return add({ConstantNode{parameter.number, parameter.name}, {Sort::constant, Unit::duration}, name.span});
        case Parameter::Kind::timestamp:
          return add({ConstantNode{parameter.number, parameter.name}, {Sort::constant, Unit::timestamp}, name.span});
      }
      return error_node(name.span);
    }
    case Symbol::Kind::let:
    case Symbol::Kind::sli:
      break;
  }
  if (symbol.state == Symbol::State::open) {
    also(error("PM0208", name.span, fmt::format("`{}` is defined by itself", name.text), "used here"), symbol.span,
         "while it is being defined here");
    return error_node(name.span);
  }
  if (symbol.state == Symbol::State::fresh) type_definition(symbol);
  return symbol.typed;
}

void Analyser::type_definition(Symbol& symbol) {
  constexpr std::uint32_t kMostNested = 100;  // and later rooms may recurse over what they are given
  symbol.state = Symbol::State::open;
  if (open_definitions_ == kMostNested) {
    error("PM0213", symbol.span, fmt::format("more than {} definitions lie between this one and its use", kMostNested))
        .help = "define it with fewer steps: a reader must be able to follow them";
    symbol.typed = error_node(symbol.span);
  } else {
    ++open_definitions_;
    symbol.typed = type(symbol.value, {});
    --open_definitions_;
  }
  symbol.state = Symbol::State::done;
  const Sort found = sort(symbol.typed);
  if (symbol.kind == Symbol::Kind::sli && found != Sort::estimate && found != Sort::error)
    symbol.typed = wrong_sort(at(symbol.typed).span, symbol.typed, "an estimate such as `fraction(…)` or `p99(…)`");
}

// `require status < 500`: a field where there is no row to have it.
bool Analyser::is_field_out_of_place(const syntax::Name& name) {
  for (const Stream& stream : policy_.streams) {
    const auto field = stream.find(name.text);
    if (stream.is_broken(name.text)) return true;
    if (!field) continue;
    auto& problem = error("PM0302", name.span,
                          fmt::format("`{}` is a field of each row of `{}`, and is known only in a condition on rows",
                                      name.text, stream.name));
    also(problem, stream.field_spans[*field], "this field");
    problem.help = fmt::format("say of which rows: `fraction({}, …)`, or `{}.{}` for all its values", stream.name,
                               stream.name, name.text);
    return true;
  }
  return false;
}

TypedId Analyser::unknown_name(const syntax::Name& name, Scope scope) {
  if (tree_.has_errors) return error_node(name.span);  // it may have been declared in what could not be read
  if (scope.stream != nullptr && scope.stream->is_broken(name.text)) return error_node(name.span);
  if (scope.stream == nullptr && is_field_out_of_place(name)) return error_node(name.span);
  std::vector<std::string> candidates;
  for (const auto& [known, symbol] : symbols_) candidates.push_back(known);
  if (scope.stream != nullptr)
    for (const auto& field : scope.stream->fields) candidates.push_back(field.name);
  auto& problem = error(
      scope.stream != nullptr ? "PM0206" : "PM0201", name.span,
      scope.stream != nullptr
          ? fmt::format("`{}` is neither a field of `{}` nor a name of this policy", name.text, scope.stream->name)
          : fmt::format("nothing is called `{}` in this policy", name.text));
  suggest_closest(problem, name.span, candidates);
  if (scope.stream != nullptr) also(problem, scope.stream->span, "its fields are declared here");
  return error_node(name.span);
}

TypedId Analyser::type_field(const Stream& stream, std::uint32_t field, Span span) {
  const auto stream_index = static_cast<std::uint32_t>(&stream - policy_.streams.data());
  if (!is_of_an_event(stream, field, span)) return error_node(span);
  Type found;
  switch (stream.fields[field].type) {
    case plan::FieldType::integer:
    case plan::FieldType::real:
      found = {Sort::row_value, Unit::number};
      break;
    case plan::FieldType::duration:
      found = {Sort::row_value, Unit::duration};
      break;
    case plan::FieldType::bytes:
      found = {Sort::row_value, Unit::bytes};
      break;
    case plan::FieldType::timestamp:
      found = {Sort::row_value, Unit::timestamp};
      break;
    case plan::FieldType::label:
    case plan::FieldType::text:
      found = {Sort::row_label, Unit::number};
      break;
    case plan::FieldType::boolean: {
      const TypedId node = add({FieldNode{stream_index, field}, {Sort::row_label, Unit::number}, span});
      return add({TruthNode{node}, {Sort::condition, Unit::number}, span});
    }
  }
  if (stream.bucketed[field]) found.sort = Sort::row_bucket;
  return add({FieldNode{stream_index, field}, found, span});
}

TypedId Analyser::type_member(const syntax::Member& member, Span span, Scope scope) {
  const TypedId base = type(member.base, scope);
  if (sort(base) == Sort::error) return error_node(span);
  if (const auto* release = std::get_if<ReleaseNode>(&at(base).node)) {
    const Parameter& parameter = policy_.parameters[release->parameter];
    const auto part = meaning_of(kReleaseMembers, member.member.text);
    if (part == ReleaseMember::label)
      return add({LabelNode{parameter.label, parameter.name + ".label"}, {Sort::label, Unit::number}, span});
    if (part == ReleaseMember::digest)
      return add(
          {LabelNode{parameter.bound ? std::optional(parameter.digest) : std::nullopt, parameter.name + ".digest"},
           {Sort::label, Unit::number},
           span});
    suggest_closest(error("PM0207", member.member.span, fmt::format("a release has no `{}`", member.member.text)),
                    member.member.span, words_of(kReleaseMembers));
    return error_node(span);
  }
  if (const auto* model = std::get_if<ModelNode>(&at(base).node)) return type_model_member(*model, member, span);
  const auto* rows = std::get_if<PopulationNode>(&at(base).node);
  if (rows == nullptr) {
    auto& problem = error(
        "PM0207", member.member.span,
        fmt::format("`{}` is {}: it has no `{}`", text(at(base).span), sort_name(sort(base)), member.member.text));
    if (scope.stream != nullptr)
      problem.help = fmt::format("to name a field of what `where` leaves, write `(… where …).{}`", member.member.text);
    return error_node(span);
  }
  const Stream& stream = policy_.streams[rows->stream];
  const auto field = stream.find(member.member.text);
  if (!field) {
    if (tree_.has_errors || stream.is_broken(member.member.text)) return error_node(span);
    std::vector<std::string> candidates;
    for (const auto& known : stream.fields) candidates.push_back(known.name);
    auto& problem = error("PM0206", member.member.span,
                          fmt::format("telemetry `{}` has no field `{}`", stream.name, member.member.text));
    suggest_closest(problem, member.member.span, candidates);
    also(problem, stream.span, "its fields are declared here");
    return error_node(span);
  }
  uses(member.member.span, stream.field_spans[*field]);
  if (!is_of_an_event(stream, *field, member.member.span)) return error_node(span);
  const plan::FieldType field_type = stream.fields[*field].type;
  return add({ValuesNode{base, *field}, {Sort::values, unit_of(field_type)}, span});
}

TypedId Analyser::wrong_sort(Span span, TypedId found, std::string_view expected) {
  if (sort(found) != Sort::error)
    error("PM0302", span, fmt::format("`{}` is {}, not {}", text(span), sort_name(sort(found)), expected));
  return error_node(span);
}

TypedId Analyser::condition(syntax::ExprId id, Scope scope) {
  const TypedId typed = type(id, scope);
  if (const auto* truth = std::get_if<BooleanNode>(&at(typed).node)) {
    error("PM0311", at(typed).span,
          fmt::format("`{}` says nothing about a row: {} row meets it", truth->value, truth->value ? "every" : "no"));
    return error_node(at(typed).span);
  }
  if (sort(typed) == Sort::condition || sort(typed) == Sort::error) return typed;
  auto& problem =
      error("PM0311", at(typed).span,
            fmt::format("`{}` is {}, not a condition on each row", text(at(typed).span), sort_name(sort(typed))));
  problem.help =
      "a condition compares a field: `status < 500`, `version == candidate.label`, `region in { \"eu\", \"us\" }`";
  return error_node(at(typed).span);
}

TypedId Analyser::type_unary(const syntax::Unary& unary, Span span, Scope scope) {
  if (unary.op == syntax::UnaryOperator::logical_not) {
    const TypedId operand = condition(unary.operand, scope);
    if (sort(operand) == Sort::error) return operand;
    return add({NotNode{operand}, {Sort::condition, Unit::number}, span});
  }
  const TypedId operand = type(unary.operand, scope);
  const Type found = at(operand).type;
  switch (found.sort) {
    case Sort::error:
      return operand;
    case Sort::constant: {
      const auto value = constant(operand);
      return add({ConstantNode{value ? plan::negate(*value) : std::nullopt}, found, span});
    }
    case Sort::row_value:
      return add({RowArithmeticNode{plan::Arithmetic::negate, operand, operand}, found, span});
    case Sort::estimate:
      return calculated({plan::Calculation::negate, {operand}}, found.unit, span);
    default:
      return wrong_sort(at(operand).span, operand, "a number");
  }
}

TypedId Analyser::type_binary(const syntax::Binary& binary, Span span, Scope scope) {
  switch (binary.op) {
    case syntax::BinaryOperator::logical_and:
    case syntax::BinaryOperator::logical_or:
      return type_logic(binary, span, scope);
    case syntax::BinaryOperator::matches:
      return type_matches(binary, span, scope);
    case syntax::BinaryOperator::add:
    case syntax::BinaryOperator::subtract:
    case syntax::BinaryOperator::multiply:
    case syntax::BinaryOperator::divide:
      return type_arithmetic(binary, span, scope);
    case syntax::BinaryOperator::less:
    case syntax::BinaryOperator::at_most:
    case syntax::BinaryOperator::greater:
    case syntax::BinaryOperator::at_least:
    case syntax::BinaryOperator::equal:
    case syntax::BinaryOperator::not_equal:
      return type_comparison(binary, span, scope);
  }
  return error_node(span);
}

TypedId Analyser::type_logic(const syntax::Binary& binary, Span span, Scope scope) {
  const TypedId left = condition(binary.left, scope), right = condition(binary.right, scope);
  if (sort(left) == Sort::error || sort(right) == Sort::error) return error_node(span);
  if (binary.op == syntax::BinaryOperator::logical_and)
    return add({AndNode{left, right}, {Sort::condition, Unit::number}, span});
  return add({OrNode{left, right}, {Sort::condition, Unit::number}, span});
}

}  // namespace proofmark::semantics
