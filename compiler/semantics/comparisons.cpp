// Conditions on a row: comparisons, membership, patterns. Units must match; a text against a label must be declared.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/words.h"
#include "compiler/source/render.h"

namespace proofmark::semantics {
namespace {

constexpr std::size_t kMostNumbersOfSet = 1000;  // each is a comparison of its own, in a chain: docs/errors/PM0118.md

plan::Comparison comparison(syntax::BinaryOperator op) {
  switch (op) {
    case syntax::BinaryOperator::less:
      return plan::Comparison::less;
    case syntax::BinaryOperator::at_most:
      return plan::Comparison::at_most;
    case syntax::BinaryOperator::greater:
      return plan::Comparison::greater;
    case syntax::BinaryOperator::equal:
      return plan::Comparison::equal;
    case syntax::BinaryOperator::not_equal:
      return plan::Comparison::not_equal;
    default:
      return plan::Comparison::at_least;
  }
}

}  // namespace

// `region == eu`: a word that names nothing, where a text is wanted.
bool Analyser::forgot_quotes(syntax::ExprId id, TypedId label, Scope scope) {
  const auto* reference = std::get_if<syntax::Reference>(&tree_.expr(id).node);
  if (reference == nullptr || tree_.has_errors) return false;
  const syntax::Name& name = reference->name;
  if (symbols_.contains(name.text)) return false;
  if (scope.stream != nullptr && (scope.stream->find(name.text) || scope.stream->is_broken(name.text))) return false;
  std::vector<std::string> known;
  for (const auto& [symbol, unused] : symbols_) known.push_back(symbol);
  if (!source::closest(name.text, known).empty()) return false;  // a slip in a name is the likelier mistake
  auto& problem =
      error("PM0201", name.span, fmt::format("nothing is called `{}`, and a text stands in double quotes", name.text));
  also(problem, at(label).span, "a label");
  suggest(problem, name.span, "\"" + name.text + "\"");
  return true;
}

TypedId Analyser::type_comparison(const syntax::Binary& binary, Span span, Scope scope) {
  TypedId left = type(binary.left, scope);
  if (sort(left) == Sort::row_label && forgot_quotes(binary.right, left, scope)) return error_node(span);
  TypedId right = type(binary.right, scope);
  plan::Comparison op = comparison(binary.op);
  if (sort(left) == Sort::error || sort(right) == Sort::error) return error_node(span);
  for (const TypedId side : {left, right})
    if (sort(side) == Sort::estimate) {
      error("PM0302", span, "an estimate is compared only in `require`: it is known for the population, not for a row");
      return error_node(span);
    }
  const auto is_row = [&](TypedId id) {
    return sort(id) == Sort::row_value || sort(id) == Sort::row_bucket || sort(id) == Sort::row_label ||
           sort(id) == Sort::condition;
  };
  if (!is_row(left) || sort(right) == Sort::row_bucket || std::holds_alternative<BooleanNode>(at(left).node)) {
    std::swap(left, right);
    op = mirrored(op);
  }
  switch (sort(left)) {
    case Sort::row_value:
      return compare_rows(op, left, right, span);
    case Sort::row_bucket:
      return compare_buckets(op, left, right, span);
    case Sort::row_label:
      return compare_labels(op, left, right, span);
    case Sort::condition: {
      const auto* truth = std::get_if<BooleanNode>(&at(right).node);
      if (truth == nullptr || (op != plan::Comparison::equal && op != plan::Comparison::not_equal))
        return wrong_sort(at(left).span, left, "a value: a condition is compared only with `true` or `false`");
      const bool wanted = truth->value == (op == plan::Comparison::equal);
      return wanted ? left : add({NotNode{left}, {Sort::condition, Unit::number}, span});
    }
    default:
      break;
  }
  error("PM0311", span, fmt::format("`{}` says nothing about a row: neither side is a field", text(span)));
  return error_node(span);
}

std::string Analyser::number_with_unit(TypedId constant_id, Unit unit) const {
  const std::string written(file_.text(at(constant_id).span));
  switch (unit) {
    case Unit::duration:
      return written + "ms";
    case Unit::bytes:
      return written + "MiB";
    case Unit::ratio:
      return written + "%";
    case Unit::number:
    case Unit::timestamp:
      return {};
  }
  return {};
}

// Makes `constant_id` a constant of the value's unit, or reports.
bool Analyser::same_unit(TypedId value, TypedId& constant_id, Span span) {
  const Unit wanted = at(value).type.unit;
  if (sort(constant_id) == Sort::label && wanted == Unit::timestamp) {
    const auto* label = std::get_if<LabelNode>(&at(constant_id).node);
    if (label->value) {
      const auto ns = parse_timestamp(*label->value);
      if (!ns) {
        error("PM0310", at(constant_id).span, fmt::format("\"{}\" is not a time", *label->value)).help =
            "write it as \"2026-11-22T10:00:00Z\", between the years 1678 and 2262";
        return false;
      }
      constant_id = add({ConstantNode{Rational(*ns)}, {Sort::constant, Unit::timestamp}, at(constant_id).span});
      return true;
    }
  }
  const Unit found = at(constant_id).type.unit;
  if ((sort(constant_id) == Sort::constant || sort(constant_id) == Sort::row_value) && found == wanted) return true;
  const bool plain =
      (found == Unit::number || found == Unit::ratio) && (wanted == Unit::number || wanted == Unit::ratio);
  if (plain && (sort(constant_id) == Sort::constant || sort(constant_id) == Sort::row_value)) return true;
  const bool is_number = sort(constant_id) == Sort::constant || sort(constant_id) == Sort::row_value;
  const std::string_view phrase = is_number ? unit_phrase(found) : sort_name(sort(constant_id));
  auto& problem = error("PM0301", span,
                        fmt::format("units do not match: `{}` is {}, `{}` is {}", text(at(value).span),
                                    unit_phrase(wanted), text(at(constant_id).span), phrase));
  point_at_parts(problem, {constant_id, phrase}, {value, unit_phrase(wanted)});
  if (sort(constant_id) == Sort::constant && found == Unit::number)
    if (const std::string mended = number_with_unit(constant_id, wanted); !mended.empty())
      suggest(problem, at(constant_id).span, mended);
  return false;
}

TypedId Analyser::compare_rows(plan::Comparison op, TypedId left, TypedId right, Span span) {
  if (!same_unit(left, right, span)) return error_node(span);
  if (const auto* field = std::get_if<FieldNode>(&at(left).node))
    if (const auto& timeout = policy_.streams[field->stream].timeouts[field->field]; timeout && constant(right))
      check_beyond_timeout(*timeout, op, *constant(right), span);
  return add({CompareNode{op, left, right}, {Sort::condition, Unit::number}, span});
}

bool Analyser::check_label(TypedId field, TypedId label) {
  const Span span = at(label).span;
  if (sort(label) == Sort::release) {
    auto& problem =
        error("PM0302", span, fmt::format("`{}` is a release: a label is compared with its label", text(span)));
    suggest(problem, span, std::string(file_.text(span)) + ".label");
    return false;
  }
  if (sort(label) != Sort::label) {
    auto& problem = error(
        "PM0302", span, fmt::format("`{}` is {}: a label is compared with a text", text(span), sort_name(sort(label))));
    if (sort(label) == Sort::constant)
      suggest(problem, span, "\"" + std::string(file_.text(span)) + "\"");
    else
      problem.help = "write a text in double quotes, or the label of a release";
    return false;
  }
  return is_declared(field, label);
}

// A value outside a declared list can never be met: it is a slip of the pen.
bool Analyser::is_declared(TypedId field, TypedId label) {
  const auto& node = std::get<FieldNode>(at(field).node);
  const Stream& stream = policy_.streams[node.stream];
  const auto& declared = stream.fields[node.field].declared;
  const auto& value = std::get<LabelNode>(at(label).node).value;
  if (declared.empty() || !value || std::find(declared.begin(), declared.end(), *value) != declared.end()) return true;
  auto& problem = error("PM0304", at(label).span,
                        fmt::format("\"{}\" is not among the declared values of `{}`", *value, text(at(field).span)));
  also(problem, stream.field_spans[node.field], "its values are declared here");
  const std::string best = source::closest(*value, declared);
  if (!best.empty())
    suggest(problem, at(label).span, "\"" + best + "\"");
  else
    problem.help = fmt::format("declare it, or compare with one of \"{}\"", fmt::join(declared, "\", \""));
  return false;
}

TypedId Analyser::compare_labels(plan::Comparison op, TypedId field, TypedId label, Span span) {
  if (op != plan::Comparison::equal && op != plan::Comparison::not_equal) {
    error("PM0303", span,
          fmt::format("`{}` is a label: labels have no order, they are equal or not", text(at(field).span)))
        .help = "use `==`, `!=`, `in { … }` or `matches`";
    return error_node(span);
  }
  if (!check_label(field, label)) return error_node(span);
  const TypedId equal = add({OneOfNode{field, {label}}, {Sort::condition, Unit::number}, span});
  return op == plan::Comparison::equal ? equal : add({NotNode{equal}, {Sort::condition, Unit::number}, span});
}

TypedId Analyser::type_in(const syntax::InSet& set, Span span, Scope scope) {
  const TypedId value = type(set.value, scope);
  if (sort(value) != Sort::row_value && sort(value) != Sort::row_label)
    return wrong_sort(at(value).span, value, "a field of each row");
  if (set.members.empty()) {
    error("PM0311", span, "nothing is in an empty set: no row would meet this");
    return error_node(span);
  }
  if (sort(value) == Sort::row_value && set.members.size() > kMostNumbersOfSet) {
    error("PM0118", span,
          fmt::format("this set has {} numbers, and a set of numbers has at most {}", set.members.size(),
                      kMostNumbersOfSet))
        .help =
        "compare with ranges, `status >= 400 and status < 500`; or declare the field as a label, whose sets may be "
        "longer";
    return error_node(span);
  }
  std::vector<TypedId> members;
  bool good = true;
  for (const syntax::ExprId member : set.members) {
    if (sort(value) == Sort::row_label && forgot_quotes(member, value, {})) {
      good = false;
      continue;
    }
    TypedId typed = type(member, {});
    if (sort(typed) == Sort::error)
      good = false;
    else if (sort(value) == Sort::row_label)
      good = check_label(value, typed) && good;
    else
      good = same_unit(value, typed, at(typed).span) && good;
    members.push_back(typed);
  }
  if (!good) return error_node(span);
  const TypedId inside = sort(value) == Sort::row_label
                             ? add({OneOfNode{value, members}, {Sort::condition, Unit::number}, span})
                             : add({NumberInNode{value, members}, {Sort::condition, Unit::number}, span});
  return set.negated ? add({NotNode{inside}, {Sort::condition, Unit::number}, span}) : inside;
}

TypedId Analyser::type_matches(const syntax::Binary& binary, Span span, Scope scope) {
  const TypedId field = type(binary.left, scope), pattern = type(binary.right, {});
  if (sort(field) == Sort::error || sort(pattern) == Sort::error) return error_node(span);
  if (sort(field) != Sort::row_label) return wrong_sort(at(field).span, field, "a label or a text of each row");
  const auto* written = std::get_if<LabelNode>(&at(pattern).node);
  if (written == nullptr || !written->value) return wrong_sort(at(pattern).span, pattern, "a pattern in double quotes");
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  const RE2 compiled(*written->value, options);
  if (!compiled.ok()) {
    error("PM0309", at(pattern).span,
          fmt::format("this pattern is not a regular expression (RE2): {}", compiled.error()))
        .help = "a backslash is written twice in a text: \"\\\\d+\"";
    return error_node(span);
  }
  return add({MatchesNode{field, *written->value}, {Sort::condition, Unit::number}, span});
}

}  // namespace proofmark::semantics
