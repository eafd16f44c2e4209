// The rows of a test: how many, over what time, and which values their fields have.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/test_analyser.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {

std::optional<TestAnalyser::Quantity> TestAnalyser::quantity(syntax::ExprId id) {
  const auto& expr = tree_.expr(id);
  if (const auto* unary = std::get_if<syntax::Unary>(&expr.node);
      unary != nullptr && unary->op == syntax::UnaryOperator::negate) {
    auto inner = quantity(unary->operand);
    if (inner) inner->value = plan::negate(inner->value).value_or(inner->value);
    return inner;
  }
  const auto* literal = std::get_if<syntax::NumberLiteral>(&expr.node);
  const auto unit = literal != nullptr ? unit_word(literal->unit.text) : std::nullopt;
  const auto value =
      unit ? plan::multiply(literal->value, *Rational::make(unit->multiplier, unit->divisor)) : std::nullopt;
  if (!value) return std::nullopt;
  return Quantity{*value, unit->unit};
}

std::optional<std::uint64_t> TestAnalyser::whole(syntax::ExprId id, std::uint64_t maximum, std::string_view what) {
  const auto found = quantity(id);
  if (found && found->unit == Unit::number && found->value.is_integer() && !found->value.is_negative() &&
      found->value <= *Rational::make(plan::Int128(maximum), 1))
    return static_cast<std::uint64_t>(found->value.numerator());
  error("PM1102", tree_.expr(id).span, fmt::format("{} is a whole number from 0 to {}", what, maximum));
  return std::nullopt;
}

void TestAnalyser::seed(Test& test, syntax::ExprId id) {
  if (const auto value = whole(id, std::uint64_t{1} << 53, "a seed")) test.seed = *value;
}

void TestAnalyser::given(Test& test, const syntax::Given& given) {
  const auto found = std::find_if(test.streams.begin(), test.streams.end(),
                                  [&](const auto& stream) { return stream.name == given.stream.text; });
  if (found == test.streams.end()) {
    std::vector<std::string> names;
    for (const auto& stream : test.streams) names.push_back(stream.name);
    closest(error("PM1101", given.stream.span,
                  fmt::format("policy `{}` has no telemetry `{}`", policy_->name, given.stream.text)),
            given.stream.span, names);
    return;
  }
  const Stream& stream = policy_->streams[static_cast<std::size_t>(found - test.streams.begin())];
  for (const auto& block : given.blocks)
    if (auto typed = rows(stream, block)) {
      test.as_of_ns = std::max(test.as_of_ns, kTestStartNs + typed->length_ns);
      found->blocks.push_back(std::move(*typed));
    }
}

std::optional<generators::Block> TestAnalyser::rows(const Stream& stream, const syntax::RowsBlock& syntax_block) {
  generators::Block block;
  const auto count = whole(syntax_block.count, 20'000'000, "the number of rows");
  if (!count) return std::nullopt;
  block.rows = *count;
  if (syntax_block.over) {
    const auto length = quantity(*syntax_block.over);
    if (!length || length->unit != Unit::duration || length->value <= Rational(0) ||
        length->value > Rational(std::int64_t{366} * 86400 * 1'000'000'000)) {
      error("PM1102", tree_.expr(*syntax_block.over).span, "rows are spread over a positive duration of at most 366d");
      return std::nullopt;
    }
    block.length_ns = static_cast<std::int64_t>(length->value.numerator());
  }
  for (const auto& generator : syntax_block.fields) field(stream, generator, block);
  one_event_a_row(stream, block);
  return block;
}

// Unless the test says how many events a row of counts stands for.
void TestAnalyser::one_event_a_row(const Stream& stream, generators::Block& block) {
  if (!stream.weight_field) return;
  const std::string& column = stream.fields[*stream.weight_field].source;
  for (const generators::FieldRule& given : block.fields)
    if (given.column == column) return;
  block.fields.push_back({column, std::vector<generators::Choice>{{std::int64_t{1}, Rational(1)}}, {}});
}

void TestAnalyser::field(const Stream& stream, const syntax::FieldGenerator& generator, generators::Block& block) {
  const auto index = stream.find(generator.field.text);
  if (!index) {
    if (stream.is_broken(generator.field.text)) return;
    std::vector<std::string> names;
    for (const auto& known : stream.fields) names.push_back(known.name);
    closest(error("PM1103", generator.field.span,
                  fmt::format("telemetry `{}` has no field `{}`", stream.name, generator.field.text)),
            generator.field.span, names);
    return;
  }
  if (stream.time_field == index) {
    error("PM1103", generator.field.span,
          "times are not generated: rows are spread evenly `over` the duration of their block");
    return;
  }
  const plan::Field& field = stream.fields[*index];
  for (const auto& earlier : block.fields)
    if (earlier.column == field.source)
      error("PM1103", generator.field.span, fmt::format("`{}` is given twice", field.name));
  const auto& bucketed = stream.bucketed[*index];
  std::optional<generators::BucketRule> buckets;
  if (bucketed && bucketed->edges.empty()) {
    error("PM1103", generator.field.span,
          fmt::format("`{}` is recorded in buckets, and which there are is not declared", field.name))
        .help = fmt::format("declare the upper edges: `{} : histogram from \"…\" in ms  buckets {{ 100ms, 250ms }}`",
                            field.name);
    return;
  }
  if (bucketed) buckets = bucket_rule(field, *bucketed, stream.fields[bucketed->lower].source);
  if (const auto* constant = std::get_if<syntax::ConstantGenerator>(&generator.generator)) {
    if (auto rule = choices(field, *constant)) block.fields.push_back({field.source, std::move(*rule), buckets});
  } else if (auto draw = this->draw(field, std::get<syntax::DistributionGenerator>(generator.generator))) {
    block.fields.push_back({field.source, *draw, buckets});
  }
}

generators::BucketRule TestAnalyser::bucket_rule(const plan::Field& field, const Bucketed& bucketed,
                                                 const std::string& lower_column) {
  generators::BucketRule rule{lower_column, {}};
  for (const Rational& edge : bucketed.edges) {
    if (plan::is_integer_valued(field.type))
      rule.edges.emplace_back(static_cast<std::int64_t>(edge.floor()));
    else
      rule.edges.emplace_back(edge.nearest_double());
  }
  return rule;
}

// 500 at 1% else 503 at 50% else 200: each share is of what is left.
std::optional<std::vector<generators::Choice>> TestAnalyser::choices(const plan::Field& field,
                                                                     const syntax::ConstantGenerator& constant) {
  std::vector<generators::Choice> result;
  Rational left(1);
  for (std::size_t i = 0; i < constant.alternatives.size(); ++i) {
    const auto& alternative = constant.alternatives[i];
    const auto value = cell(field, alternative.value);
    if (!value) return std::nullopt;
    Rational share = left;
    if (alternative.share) {
      const auto part = quantity(*alternative.share);
      if (!part || (part->unit != Unit::ratio && part->unit != Unit::number) || part->value.is_negative() ||
          part->value > Rational(1)) {
        error("PM1102", tree_.expr(*alternative.share).span, "a share lies between 0% and 100%");
        return std::nullopt;
      }
      share = plan::multiply(part->value, left).value_or(Rational());
    }
    result.push_back({*value, share});
    left = plan::subtract(left, share).value_or(Rational());
  }
  if (!constant.alternatives.empty() && constant.alternatives.back().share)  // no `else`: the rest of the rows is null
    result.push_back({std::monostate{}, left});
  return result;
}

std::optional<generators::Cell> TestAnalyser::cell(const plan::Field& field, syntax::ExprId id) {
  const auto& expr = tree_.expr(id);
  if (const auto* reference = std::get_if<syntax::Reference>(&expr.node);
      reference != nullptr && reference->name.text == kNoValue)
    return generators::Cell{};
  if (const auto* text = std::get_if<syntax::StringLiteral>(&expr.node);
      text != nullptr && (field.type == plan::FieldType::label || field.type == plan::FieldType::text)) {
    if (field.declared.empty() || std::binary_search(field.declared.begin(), field.declared.end(), text->value))
      return generators::Cell{text->value};
    error("PM1104", expr.span, fmt::format("\"{}\" is none of the values that `{}` declares", text->value, field.name))
        .help = fmt::format("it declares \"{}\"", fmt::join(field.declared, "\", \""));
    return std::nullopt;
  }
  if (const auto* truth = std::get_if<syntax::BooleanLiteral>(&expr.node);
      truth != nullptr && field.type == plan::FieldType::boolean)
    return generators::Cell{truth->value};
  if (const auto* text = std::get_if<syntax::StringLiteral>(&expr.node);
      text != nullptr && field.type == plan::FieldType::timestamp)
    if (const auto ns = parse_timestamp(text->value)) return generators::Cell{*ns};
  const auto number = quantity(id);
  if (number && field.type == plan::FieldType::real && (number->unit == Unit::number || number->unit == Unit::ratio))
    return generators::Cell{number->value.nearest_double()};
  if (number && plan::is_integer_valued(field.type) && number->unit == unit_of(field.type) &&
      number->value.is_integer() && number->value <= Rational(INT64_MAX) && number->value >= Rational(INT64_MIN))
    return generators::Cell{static_cast<std::int64_t>(number->value.numerator())};
  error("PM1104", expr.span,
        fmt::format("`{}` is not a value of `{}`, which is declared `{}`", one_line(file_.text(expr.span)), field.name,
                    plan::field_type_name(field.type)));
  return std::nullopt;
}

}  // namespace proofmark::semantics
