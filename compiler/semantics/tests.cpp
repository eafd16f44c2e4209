// Test blocks: names, settings, generators, expectations.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/typed_test.h"
#include "compiler/semantics/words.h"
#include "compiler/source/render.h"

namespace proofmark::semantics {
namespace {

using plan::Rational;

struct FamilyWord {
  std::string_view name, first, second;
  generators::Family family;
};
constexpr std::array kFamilies{
    FamilyWord{"uniform", "low", "high", generators::Family::uniform},
    FamilyWord{"normal", "mean", "sd", generators::Family::normal},
    FamilyWord{"lognormal", "mu", "sigma", generators::Family::lognormal},
    FamilyWord{"exponential", "mean", "", generators::Family::exponential},
    FamilyWord{"weibull", "scale", "shape", generators::Family::weibull},
    FamilyWord{"pareto", "scale", "shape", generators::Family::pareto},
};

struct Quantity {
  Rational value;
  Unit unit = Unit::number;
};

class TestAnalyser {
 public:
  TestAnalyser(const syntax::Tree& tree, const std::vector<Policy>& policies, const source::SourceFile& file, Diagnostics& problems)
      : tree_(tree), policies_(policies), file_(file), problems_(problems) {}

  std::optional<Test> run(const syntax::Test& syntax_test) {
    const std::size_t before = problems_.size();
    Test test;
    test.name = syntax_test.name.value;
    test.span = syntax_test.span;
    const auto found = std::find_if(policies_.begin(), policies_.end(), [&](const Policy& policy) { return policy.name == syntax_test.policy.text; });
    if (found == policies_.end()) {
      std::vector<std::string> names;
      for (const auto& policy : policies_) names.push_back(policy.name);
      closest(error("PM1101", syntax_test.policy.span, fmt::format("this file has no policy `{}`", syntax_test.policy.text)), syntax_test.policy.span, names);
      return std::nullopt;
    }
    policy_ = &*found;
    test.policy = static_cast<std::size_t>(found - policies_.begin());
    if (syntax_test.seed) seed(test, *syntax_test.seed);
    for (const auto& stream : policy_->streams) test.streams.push_back(empty_stream(stream));
    for (const auto& given : syntax_test.givens) this->given(test, given);
    settings(test, syntax_test);
    for (const auto& expectation : syntax_test.expectations) expect(test, expectation);
    if (syntax_test.expectations.empty() && !tree_.has_errors)
      error("PM1107", syntax_test.name.span, "this test expects nothing: it would pass whatever happens").help = "add `expect certify` or `expect objective NAME is pass`";
    if (problems_.size() != before) return std::nullopt;
    return test;
  }

 private:
  Diagnostic& error(std::string_view code, Span span, std::string message) {
    Diagnostic diagnostic;
    diagnostic.code = code;
    diagnostic.message = std::move(message);
    diagnostic.primary.place = file_.place(span);
    return problems_.emplace_back(std::move(diagnostic));
  }

  void closest(Diagnostic& diagnostic, Span span, const std::vector<std::string>& candidates) const {
    const std::string best = source::closest(file_.text(span), candidates);
    if (!best.empty()) {
      diagnostic.help = fmt::format("did you mean `{}`?", best);
      diagnostic.edit = Edit{file_.place(span), best};
    } else if (!candidates.empty()) {
      diagnostic.help = fmt::format("it can be {}", fmt::join(candidates, ", "));
    }
  }

  // A number with its unit, possibly negative.
  std::optional<Quantity> quantity(syntax::ExprId id) {
    const auto& expr = tree_.expr(id);
    if (const auto* unary = std::get_if<syntax::Unary>(&expr.node); unary != nullptr && unary->op == syntax::UnaryOperator::negate) {
      auto inner = quantity(unary->operand);
      if (inner) inner->value = plan::negate(inner->value).value_or(inner->value);
      return inner;
    }
    const auto* literal = std::get_if<syntax::NumberLiteral>(&expr.node);
    const auto unit = literal != nullptr ? unit_word(literal->unit.text) : std::nullopt;
    const auto value = unit ? plan::multiply(literal->value, *Rational::make(unit->multiplier, unit->divisor)) : std::nullopt;
    if (!value) return std::nullopt;
    return Quantity{*value, unit->unit};
  }

  std::optional<std::uint64_t> whole(syntax::ExprId id, std::uint64_t maximum, std::string_view what) {
    const auto found = quantity(id);
    if (found && found->unit == Unit::number && found->value.is_integer() && !found->value.is_negative() && found->value <= *Rational::make(plan::Int128(maximum), 1))
      return static_cast<std::uint64_t>(found->value.numerator());
    error("PM1102", tree_.expr(id).span, fmt::format("{} is a whole number from 0 to {}", what, maximum));
    return std::nullopt;
  }

  void seed(Test& test, syntax::ExprId id) {
    if (const auto value = whole(id, std::uint64_t{1} << 53, "a seed")) test.seed = *value;
  }

  static generators::StreamSpec empty_stream(const Stream& stream) {
    generators::StreamSpec spec{.name = stream.name, .start_ns = kTestStartNs, .time_column = {}, .columns = {}, .blocks = {}};
    for (const auto& field : stream.fields) spec.columns.push_back({field.source, field.type});
    if (stream.time_field) spec.time_column = stream.fields[*stream.time_field].source;
    return spec;
  }

  void given(Test& test, const syntax::Given& given) {
    const auto found = std::find_if(test.streams.begin(), test.streams.end(), [&](const auto& stream) { return stream.name == given.stream.text; });
    if (found == test.streams.end()) {
      std::vector<std::string> names;
      for (const auto& stream : test.streams) names.push_back(stream.name);
      closest(error("PM1101", given.stream.span, fmt::format("policy `{}` has no telemetry `{}`", policy_->name, given.stream.text)), given.stream.span, names);
      return;
    }
    const Stream& stream = policy_->streams[static_cast<std::size_t>(found - test.streams.begin())];
    for (const auto& block : given.blocks)
      if (auto typed = rows(stream, block)) {
        test.as_of_ns = std::max(test.as_of_ns, kTestStartNs + typed->length_ns);
        found->blocks.push_back(std::move(*typed));
      }
  }

  std::optional<generators::Block> rows(const Stream& stream, const syntax::RowsBlock& syntax_block) {
    generators::Block block;
    const auto count = whole(syntax_block.count, 20'000'000, "the number of rows");
    if (!count) return std::nullopt;
    block.rows = *count;
    if (syntax_block.over) {
      const auto length = quantity(*syntax_block.over);
      if (!length || length->unit != Unit::duration || length->value <= Rational(0) || length->value > Rational(std::int64_t{366} * 86400 * 1'000'000'000)) {
        error("PM1102", tree_.expr(*syntax_block.over).span, "rows are spread over a positive duration of at most 366d");
        return std::nullopt;
      }
      block.length_ns = static_cast<std::int64_t>(length->value.numerator());
    }
    for (const auto& generator : syntax_block.fields) field(stream, generator, block);
    return block;
  }

  void field(const Stream& stream, const syntax::FieldGenerator& generator, generators::Block& block) {
    const auto index = stream.find(generator.field.text);
    if (!index) {
      std::vector<std::string> names;
      for (const auto& known : stream.fields) names.push_back(known.name);
      closest(error("PM1103", generator.field.span, fmt::format("telemetry `{}` has no field `{}`", stream.name, generator.field.text)), generator.field.span, names);
      return;
    }
    if (stream.time_field == index) {
      error("PM1103", generator.field.span, "times are not generated: rows are spread evenly `over` the duration of their block");
      return;
    }
    const plan::Field& field = stream.fields[*index];
    for (const auto& earlier : block.fields)
      if (earlier.column == field.source) error("PM1103", generator.field.span, fmt::format("`{}` is given twice", field.name));
    if (const auto* constant = std::get_if<syntax::ConstantGenerator>(&generator.generator)) {
      if (auto rule = choices(field, *constant)) block.fields.push_back({field.source, std::move(*rule)});
    } else if (auto draw = this->draw(field, std::get<syntax::DistributionGenerator>(generator.generator))) {
      block.fields.push_back({field.source, *draw});
    }
  }

  // 500 at 1% else 503 at 50% else 200: each share is of what is left.
  std::optional<std::vector<generators::Choice>> choices(const plan::Field& field, const syntax::ConstantGenerator& constant) {
    std::vector<generators::Choice> result;
    Rational left(1);
    for (std::size_t i = 0; i < constant.alternatives.size(); ++i) {
      const auto& alternative = constant.alternatives[i];
      const auto value = cell(field, alternative.value);
      if (!value) return std::nullopt;
      Rational share = left;
      if (alternative.share) {
        const auto part = quantity(*alternative.share);
        if (!part || (part->unit != Unit::ratio && part->unit != Unit::number) || part->value.is_negative() || part->value > Rational(1)) {
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

  std::optional<generators::Cell> cell(const plan::Field& field, syntax::ExprId id) {
    const auto& expr = tree_.expr(id);
    if (const auto* reference = std::get_if<syntax::Reference>(&expr.node); reference != nullptr && reference->name.text == "null")
      return generators::Cell{};
    if (const auto* text = std::get_if<syntax::StringLiteral>(&expr.node); text != nullptr && (field.type == plan::FieldType::label || field.type == plan::FieldType::text))
      return generators::Cell{text->value};
    if (const auto* truth = std::get_if<syntax::BooleanLiteral>(&expr.node); truth != nullptr && field.type == plan::FieldType::boolean)
      return generators::Cell{truth->value};
    const auto number = quantity(id);
    if (number && field.type == plan::FieldType::real && (number->unit == Unit::number || number->unit == Unit::ratio)) return generators::Cell{number->value.nearest_double()};
    if (number && plan::is_integer_valued(field.type) && number->unit == unit_of(field.type) && number->value.is_integer() &&
        number->value <= Rational(INT64_MAX) && number->value >= Rational(INT64_MIN))
      return generators::Cell{static_cast<std::int64_t>(number->value.numerator())};
    error("PM1104", expr.span, fmt::format("`{}` is not a value of the {} field `{}`", one_line(file_.text(expr.span)), plan::field_type_name(field.type), field.name));
    return std::nullopt;
  }

  static Unit unit_of(plan::FieldType type) {
    switch (type) {
      case plan::FieldType::duration: return Unit::duration;
      case plan::FieldType::bytes: return Unit::bytes;
      case plan::FieldType::timestamp: return Unit::timestamp;
      default: return Unit::number;
    }
  }

  std::optional<generators::Draw> draw(const plan::Field& field, const syntax::DistributionGenerator& generator) {
    const auto& expr = tree_.expr(generator.distribution);
    const auto* call = std::get_if<syntax::Call>(&expr.node);
    const auto family = call == nullptr ? kFamilies.end() : std::find_if(kFamilies.begin(), kFamilies.end(), [&](const FamilyWord& word) { return word.name == call->function.text; });
    if (family == kFamilies.end()) {
      std::vector<std::string> names;
      for (const auto& word : kFamilies) names.emplace_back(word.name);
      closest(error("PM1105", call != nullptr ? call->function.span : expr.span, "this is not a distribution"), call != nullptr ? call->function.span : expr.span, names);
      return std::nullopt;
    }
    if (!plan::is_numeric(field.type)) {
      error("PM1104", expr.span, fmt::format("`{}` is a {} field: a distribution draws numbers", field.name, plan::field_type_name(field.type)));
      return std::nullopt;
    }
    generators::Draw draw{.family = family->family, .integer = plan::is_integer_valued(field.type)};
    std::optional<Unit> unit;
    if (!arguments(*family, *call, draw, unit)) return std::nullopt;
    if (generator.unit) {
      const auto word = unit_word(generator.unit->text);
      if (!word || word->unit != unit_of(field.type) || unit) {
        error("PM1105", generator.unit->span, fmt::format("`{}` cannot be drawn `as {}`", field.name, generator.unit->text));
        return std::nullopt;
      }
      draw.scale = static_cast<double>(word->multiplier);
    } else if (unit_of(field.type) != Unit::number && unit != unit_of(field.type)) {
      error("PM1105", expr.span, fmt::format("the draw has no unit, and `{}` is a {}", field.name, plan::field_type_name(field.type))).help = "write `~ lognormal(mu: 4, sigma: 0.5) as ms`";
      return std::nullopt;
    }
    return draw;
  }

  bool arguments(const FamilyWord& family, const syntax::Call& call, generators::Draw& draw, std::optional<Unit>& unit) {
    const std::size_t wanted = family.second.empty() ? 1 : 2;
    bool good = call.arguments.size() == wanted;
    for (std::size_t i = 0; good && i < wanted; ++i) {
      const auto& argument = call.arguments[i];
      const std::string_view name = argument.label ? std::string_view(argument.label->text) : i == 0 ? family.first : family.second;
      const auto value = quantity(argument.value);
      if (!value || (name != family.first && name != family.second)) good = false;
      else {
        (name == family.first ? draw.first : draw.second) = value->value.nearest_double();
        if (value->unit == Unit::duration || value->unit == Unit::bytes) unit = value->unit;
      }
    }
    const bool positive = family.family == generators::Family::uniform ? draw.first <= draw.second
                          : family.family == generators::Family::exponential ? draw.first > 0
                          : family.family == generators::Family::normal || family.family == generators::Family::lognormal
                              ? draw.second >= 0 && (family.family != generators::Family::lognormal || draw.first < 40)
                              : draw.first > 0 && draw.second > 0;
    if (good && positive) return true;
    error("PM1105", call.function.span, fmt::format("`{}` takes {}{}{}{}", family.name, family.first, wanted == 2 ? " and " : "", family.second,
                                                    good ? ", in the range where it is a distribution" : ""))
        .help = wanted == 2 ? fmt::format("write `{}({}: …, {}: …)`", family.name, family.first, family.second) : fmt::format("write `{}({}: …)`", family.name, family.first);
    return false;
  }

  void settings(Test& test, const syntax::Test& syntax_test) {
    for (const auto& setting : syntax_test.settings) {
      const auto& expr = tree_.expr(setting.value);
      const bool known = std::any_of(policy_->parameters.begin(), policy_->parameters.end(), [&](const Parameter& parameter) { return parameter.name == setting.name.text; });
      if (!known) {
        std::vector<std::string> names;
        for (const auto& parameter : policy_->parameters) names.push_back(parameter.name);
        closest(error("PM0703", setting.name.span, fmt::format("policy `{}` has no parameter `{}`", policy_->name, setting.name.text)), setting.name.span, names);
      }
      std::string value = std::string(file_.text(expr.span));
      if (const auto* text = std::get_if<syntax::StringLiteral>(&expr.node)) value = text->value;
      if (const auto* reference = std::get_if<syntax::Reference>(&expr.node)) {
        if (reference->name.text == "start") value = show_timestamp(kTestStartNs);
        else if (reference->name.text == "end") value = show_timestamp(test.as_of_ns);
        else error("PM1106", expr.span, fmt::format("`{}` is not a value", reference->name.text)).help = "a setting is a text in double quotes, a number, `start` or `end`";
      }
      test.bindings.values.emplace_back(setting.name.text, value);
    }
    test.bindings.require_all = true;
    for (const auto& parameter : policy_->parameters) {
      const bool given = std::any_of(test.bindings.values.begin(), test.bindings.values.end(), [&](const auto& value) { return value.first == parameter.name; });
      if (!given) error("PM0704", syntax_test.policy.span, fmt::format("parameter `{}` has no value in this test", parameter.name)).help = fmt::format("write `with {} = …`", parameter.name);
    }
  }

  void expect(Test& test, const syntax::Expectation& expectation) {
    if (const auto* decision = std::get_if<syntax::ExpectDecision>(&expectation)) {
      const std::vector<std::pair<std::string, plan::Decision>> words{{"certify", plan::Decision::certify}, {"hold", plan::Decision::hold}, {"deny", plan::Decision::deny}, {"revoke", plan::Decision::revoke}};
      const auto found = std::find_if(words.begin(), words.end(), [&](const auto& word) { return word.first == decision->decision.text; });
      if (found == words.end()) {
        closest(error("PM1107", decision->decision.span, fmt::format("`{}` is not a decision", decision->decision.text)), decision->decision.span, {"certify", "hold", "deny", "revoke"});
        return;
      }
      test.expectations.emplace_back(DecisionExpected{found->second});
      test.expectation_spans.push_back(decision->decision.span);
      return;
    }
    const auto& objective = std::get<syntax::ExpectObjective>(expectation);
    std::vector<std::string> names, verdicts{"pass", "fail", "inconclusive", "no_data", "undecided"};
    for (const auto& known : policy_->objectives) names.push_back(known.name);
    if (std::find(names.begin(), names.end(), objective.objective.text) == names.end())
      closest(error("PM1107", objective.objective.span, fmt::format("policy `{}` has no objective `{}`", policy_->name, objective.objective.text)), objective.objective.span, names);
    if (std::find(verdicts.begin(), verdicts.end(), objective.verdict.text) == verdicts.end())
      closest(error("PM1107", objective.verdict.span, fmt::format("`{}` is not a verdict", objective.verdict.text)), objective.verdict.span, verdicts);
    test.expectations.emplace_back(ObjectiveExpected{objective.objective.text, objective.verdict.text});
    test.expectation_spans.push_back(objective.objective.span);
  }

  const syntax::Tree& tree_;
  const std::vector<Policy>& policies_;
  const source::SourceFile& file_;
  Diagnostics& problems_;
  const Policy* policy_ = nullptr;
};

}  // namespace

std::vector<Test> analyse_tests(const syntax::Tree& tree, const std::vector<Policy>& policies, const source::SourceFile& file, Diagnostics& problems) {
  std::vector<Test> tests;
  TestAnalyser analyser(tree, policies, file, problems);
  for (const auto& syntax_test : tree.tests)
    if (auto test = analyser.run(syntax_test)) tests.push_back(std::move(*test));
  return tests;
}

}  // namespace proofmark::semantics
