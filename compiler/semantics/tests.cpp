// Test blocks: names, settings, expectations. What their rows hold is in test_rows.cpp and test_draws.cpp.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/test_analyser.h"
#include "compiler/semantics/word_sets.h"
#include "compiler/semantics/words.h"
#include "compiler/source/render.h"

namespace proofmark::semantics {
namespace {

generators::StreamSpec empty_stream(const Stream& stream) {
  generators::StreamSpec spec{
      .name = stream.name, .start_ns = kTestStartNs, .time_column = {}, .columns = {}, .blocks = {}};
  for (const auto& field : stream.fields) spec.columns.push_back({field.source, field.type});
  if (stream.time_field) spec.time_column = stream.fields[*stream.time_field].source;
  return spec;
}

}  // namespace

std::optional<Test> TestAnalyser::run(const syntax::Test& syntax_test) {
  const std::size_t before = problems_.size();
  Test test;
  test.name = syntax_test.name.value;
  test.span = syntax_test.span;
  if (syntax_test.policy.text.empty()) {
    if (!tree_.has_errors)
      error("PM1101", syntax_test.name.span, "this test does not say which policy it is of").help =
          policies_.empty() ? "write `policy NAME` in it"
                            : fmt::format("write `policy {}` in it", policies_.front().name);
    return std::nullopt;
  }
  const auto found = std::find_if(policies_.begin(), policies_.end(),
                                  [&](const Policy& policy) { return policy.name == syntax_test.policy.text; });
  if (found == policies_.end()) {
    std::vector<std::string> names;
    for (const auto& policy : policies_) names.push_back(policy.name);
    closest(
        error("PM1101", syntax_test.policy.span, fmt::format("this file has no policy `{}`", syntax_test.policy.text)),
        syntax_test.policy.span, names);
    return std::nullopt;
  }
  own_name(syntax_test);
  policy_ = &*found;
  test.policy = static_cast<std::size_t>(found - policies_.begin());
  if (syntax_test.seed) seed(test, *syntax_test.seed);
  for (const auto& stream : policy_->streams) test.streams.push_back(empty_stream(stream));
  for (const auto& given : syntax_test.givens) this->given(test, given);
  settings(test, syntax_test);
  for (const auto& expectation : syntax_test.expectations) expect(test, expectation);
  if (syntax_test.expectations.empty() && !tree_.has_errors)
    error("PM1107", syntax_test.name.span, "this test expects nothing: it would pass whatever happens").help =
        "add `expect certify` or `expect objective NAME is pass`";
  if (problems_.size() != before) return std::nullopt;
  return test;
}

// A failure is reported by the test's name.
void TestAnalyser::own_name(const syntax::Test& syntax_test) {
  const auto& name = syntax_test.name;
  if (name.value.find_first_not_of(' ') == std::string::npos)
    error("PM1109", name.span, "this test has no name").help = "say in a few words what comes out and when";
  for (const syntax::Test& earlier : tree_.tests) {
    if (&earlier == &syntax_test) return;
    if (earlier.name.value != name.value) continue;
    Diagnostic& problem = error("PM1109", name.span, fmt::format("two tests are called \"{}\"", name.value));
    problem.secondary.push_back({file_.place(earlier.name.span), "first here"});
    problem.help = "rename one, so that a failure says which it was";
    return;
  }
}

Diagnostic& TestAnalyser::error(std::string_view code, Span span, std::string message) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.primary.place = file_.place(span);
  return problems_.emplace_back(std::move(diagnostic));
}

void TestAnalyser::closest(Diagnostic& diagnostic, Span span, const std::vector<std::string>& candidates) const {
  const std::string best = source::closest(file_.text(span), candidates);
  if (!best.empty()) {
    diagnostic.help = fmt::format("did you mean `{}`?", best);
    diagnostic.edit = Edit{file_.place(span), best};
  } else if (!candidates.empty()) {
    diagnostic.help = fmt::format("it can be {}", fmt::join(candidates, ", "));
  }
}

void TestAnalyser::settings(Test& test, const syntax::Test& syntax_test) {
  for (const auto& one : syntax_test.settings) setting(test, one);
  test.bindings.require_all = true;
  for (const auto& parameter : policy_->parameters) {
    const bool given = std::any_of(syntax_test.settings.begin(), syntax_test.settings.end(),
                                   [&](const auto& one) { return one.name.text == parameter.name; });
    if (!given)
      error("PM0704", syntax_test.policy.span, fmt::format("parameter `{}` has no value in this test", parameter.name))
          .help = fmt::format("write `with {} = …`", parameter.name);
  }
}

void TestAnalyser::setting(Test& test, const syntax::Setting& setting) {
  const auto parameter = std::find_if(policy_->parameters.begin(), policy_->parameters.end(),
                                      [&](const Parameter& known) { return known.name == setting.name.text; });
  if (parameter == policy_->parameters.end()) {
    std::vector<std::string> names;
    for (const auto& known : policy_->parameters) names.push_back(known.name);
    closest(error("PM0703", setting.name.span,
                  fmt::format("policy `{}` has no parameter `{}`", policy_->name, setting.name.text)),
            setting.name.span, names);
    return;
  }
  for (const auto& [name, earlier] : test.bindings.values)
    if (name == setting.name.text)
      error("PM0706", setting.name.span, fmt::format("parameter `{}` is given twice", name));
  const auto value = setting_text(test, setting.value);
  if (!value) return;
  if (Parameter bound = *parameter; !bind_value(bound, *value))
    error("PM0705", tree_.expr(setting.value).span,
          fmt::format("`{}` is not a value for the {} parameter `{}`", *value, parameter_kind_name(parameter->kind),
                      parameter->name))
        .help = "give " + expected_form(parameter->kind);
  test.bindings.values.emplace_back(setting.name.text, *value);
}

// As `--set` takes it: 5, -5, 99.5%, 1/3.
bool TestAnalyser::is_number(syntax::ExprId id) const {
  const auto& node = tree_.expr(id).node;
  if (const auto* unary = std::get_if<syntax::Unary>(&node))
    return unary->op == syntax::UnaryOperator::negate && is_number(unary->operand);
  if (const auto* binary = std::get_if<syntax::Binary>(&node))
    return binary->op == syntax::BinaryOperator::divide && is_number(binary->left) && is_number(binary->right);
  return std::holds_alternative<syntax::NumberLiteral>(node);
}

std::optional<std::string> TestAnalyser::setting_text(const Test& test, syntax::ExprId id) {
  const auto& expr = tree_.expr(id);
  if (const auto* text = std::get_if<syntax::StringLiteral>(&expr.node)) return text->value;
  if (is_number(id)) return std::string(file_.text(expr.span));
  const auto* reference = std::get_if<syntax::Reference>(&expr.node);
  if (const auto moment = reference == nullptr ? std::nullopt : meaning_of(kTestMoments, reference->name.text))
    return show_timestamp(*moment == TestMoment::start ? kTestStartNs : test.as_of_ns);
  error("PM1106", expr.span, fmt::format("`{}` is not a value", one_line(file_.text(expr.span)))).help =
      "a setting is a text in double quotes, a number, `start` or `end`";
  return std::nullopt;
}

void TestAnalyser::expect(Test& test, const syntax::Expectation& expectation) {
  if (const auto* decision = std::get_if<syntax::ExpectDecision>(&expectation)) {
    const auto expected = meaning_of(kDecisions, decision->decision.text);
    if (!expected) {
      closest(error("PM1107", decision->decision.span, fmt::format("`{}` is not a decision", decision->decision.text)),
              decision->decision.span, words_of(kDecisions));
      return;
    }
    test.expectations.emplace_back(DecisionExpected{*expected});
    test.expectation_spans.push_back(decision->decision.span);
    return;
  }
  const auto& objective = std::get<syntax::ExpectObjective>(expectation);
  std::vector<std::string> names;
  for (const auto& known : policy_->objectives) names.push_back(known.name);
  if (std::find(names.begin(), names.end(), objective.objective.text) == names.end())
    closest(error("PM1107", objective.objective.span,
                  fmt::format("policy `{}` has no objective `{}`", policy_->name, objective.objective.text)),
            objective.objective.span, names);
  if (!meaning_of(kStandings, objective.verdict.text))
    closest(error("PM1107", objective.verdict.span, fmt::format("`{}` is not a verdict", objective.verdict.text)),
            objective.verdict.span, words_of(kStandings));
  test.expectations.emplace_back(ObjectiveExpected{objective.objective.text, objective.verdict.text});
  test.expectation_spans.push_back(objective.objective.span);
}

std::vector<Test> analyse_tests(const syntax::Tree& tree, const std::vector<Policy>& policies,
                                const source::SourceFile& file, Diagnostics& problems) {
  std::vector<Test> tests;
  TestAnalyser analyser(tree, policies, file, problems);
  for (const auto& syntax_test : tree.tests)
    if (auto test = analyser.run(syntax_test)) tests.push_back(std::move(*test));
  return tests;
}

}  // namespace proofmark::semantics
