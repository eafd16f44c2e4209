// The order of analysis, and how mistakes are reported.
//
// In: a syntax tree and bindings of parameters. Out: a typed policy and diagnostics. All names are declared first, so
// the order of items does not matter; lets and SLIs are typed when first used. An expression that failed has
// Sort::error and silences whatever is built on it.
#include "compiler/semantics/analyse.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/words.h"
#include "compiler/source/render.h"

namespace proofmark::semantics {

Policy analyse(const syntax::Tree& tree, const syntax::Policy& policy, const source::SourceFile& file,
               const Bindings& bindings, Diagnostics& problems) {
  return Analyser(tree, policy, file, bindings, problems).run();
}

Policy Analyser::run() {
  policy_.name = syntax_.name.text;
  policy_.span = syntax_.name.span;
  header_items();
  declare_names();
  bind_all();
  for (const auto& item : syntax_.items)
    if (const auto* stream = std::get_if<syntax::TelemetryItem>(&item)) telemetry(*stream);
  definitions();
  models();
  policy_window_and_looks();
  for (const auto& item : syntax_.items)
    if (const auto* subject_item = std::get_if<syntax::SubjectItem>(&item)) subject(*subject_item);
  for (const auto& item : syntax_.items)
    if (const auto* split_item = std::get_if<syntax::SplitItem>(&item)) split(*split_item);
  for (const auto& item : syntax_.items)
    if (const auto* objective_item = std::get_if<syntax::ObjectiveItem>(&item)) objective(*objective_item);
  if (policy_.objectives.empty() && !tree_.has_errors)
    error("PM0506", syntax_.name.span,
          fmt::format("policy `{}` has no objective: it would certify nothing", policy_.name))
        .help = "add `objective NAME { require … }`";
  if (decide_item_ != nullptr)
    decide(*decide_item_);
  else if (!tree_.has_errors)
    error("PM0501", syntax_.name.span,
          fmt::format("policy `{}` has no `decide`: nothing says what follows from its objectives", policy_.name))
        .help = "add `decide { certify when all objectives pass  deny otherwise }`";
  check_decisions();
  unused_model_names();
  if (!tree_.has_errors && !policy_.objectives.empty()) {
    unused_names();
    if (!has_own_errors()) unused_splits();
  }
  std::stable_sort(  // told in the order of the text, whatever the order of analysis
      problems_.begin() + static_cast<std::ptrdiff_t>(first_problem_), problems_.end(),
      [](const Diagnostic& a, const Diagnostic& b) { return a.primary.place.begin < b.primary.place.begin; });
  return std::move(policy_);
}

// Lets and SLIs, used or not: each is told its own mistakes, and an objective that uses it only those of its own.
void Analyser::definitions() {
  const auto define = [&](const syntax::Name& name) {
    const TypedId typed = type_symbol(symbols_.at(name.text), name);
    policy_.definitions.push_back({name.text, name.span, typed});
  };
  for (const auto& item : syntax_.items) {
    if (const auto* let = std::get_if<syntax::LetItem>(&item)) define(let->name);
    if (const auto* sli = std::get_if<syntax::SliItem>(&item)) define(sli->name);
  }
}

Diagnostic& Analyser::error(std::string_view code, Span span, std::string message, std::string label) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.primary = {file_.place(span), std::move(label)};
  return problems_.emplace_back(std::move(diagnostic));
}

Diagnostic& Analyser::warning(std::string_view code, Span span, std::string message, std::string label) {
  Diagnostic& diagnostic = error(code, span, std::move(message), std::move(label));
  diagnostic.severity = Severity::warning;
  return diagnostic;
}

void Analyser::also(Diagnostic& diagnostic, Span span, std::string label) const {
  diagnostic.secondary.push_back({file_.place(span), std::move(label)});
}

// Narrows a diagnostic to the wrong one of two parts, unless that is defined elsewhere: then both are named beside it.
void Analyser::point_at_parts(Diagnostic& diagnostic, Part wrong, Part other) const {
  const Place place = file_.place(at(wrong.id).span);
  if (place.begin >= diagnostic.primary.place.begin && place.end <= diagnostic.primary.place.end)
    diagnostic.primary = {place, std::string(wrong.label)};
  else
    also(diagnostic, at(wrong.id).span, std::string(wrong.label));
  also(diagnostic, at(other.id).span, std::string(other.label));
}

void Analyser::suggest(Diagnostic& diagnostic, Span span, std::string replacement) const {
  if (diagnostic.help.empty()) diagnostic.help = fmt::format("write `{}`", replacement);
  diagnostic.edit = Edit{file_.place(span), std::move(replacement)};
}

void Analyser::suggest_closest(Diagnostic& diagnostic, Span span, const std::vector<std::string>& candidates) const {
  std::string best(usual_word(file_.text(span)));
  if (std::find(candidates.begin(), candidates.end(), best) == candidates.end())
    best = source::closest(file_.text(span), candidates);
  if (!best.empty()) {
    diagnostic.help = fmt::format("did you mean `{}`?", best);
    diagnostic.edit = Edit{file_.place(span), best};
  } else if (!candidates.empty()) {
    std::string list;
    for (const auto& candidate : candidates) list += (list.empty() ? "`" : ", `") + candidate + "`";
    diagnostic.help = "it can be " + list;
  }
}

std::string Analyser::text(Span span) const {
  constexpr std::size_t kShown = 80;
  std::string written = one_line(file_.text(span));
  if (written.size() <= kShown) return written;
  std::size_t end = kShown;
  while ((static_cast<unsigned char>(written[end]) & 0xC0U) == 0x80U) --end;  // not inside a character
  return written.substr(0, end) + "…";
}

TypedId Analyser::add(Typed node) {
  policy_.typed.push_back(std::move(node));
  return static_cast<TypedId>(policy_.typed.size() - 1);
}

std::optional<Rational> Analyser::constant(TypedId id) const {
  const auto* node = std::get_if<ConstantNode>(&at(id).node);
  return node != nullptr ? node->value : std::nullopt;
}

bool Analyser::once(std::string_view what, Span span) {
  const auto [found, fresh] = seen_once_.emplace(what, span);
  if (fresh) return true;
  also(error("PM0210", span, fmt::format("{} is given twice", what), "again here"), found->second, "first here");
  return false;
}

bool Analyser::has_own_errors() const {
  return std::any_of(problems_.begin() + static_cast<std::ptrdiff_t>(first_problem_), problems_.end(),
                     [](const Diagnostic& problem) { return problem.severity == Severity::error; });
}

// Every name that an expression of the policy holds, whether or not the expression could be typed; and what a
// misspelt one was meant to be.
std::set<std::string, std::less<>> Analyser::mentioned_names() const {
  std::set<std::string, std::less<>> names;
  for (const syntax::Expr& expr : tree_.exprs)
    if (expr.span.begin >= syntax_.span.begin && expr.span.end <= syntax_.span.end)
      if (const auto* reference = std::get_if<syntax::Reference>(&expr.node)) names.insert(reference->name.text);
  for (auto problem = problems_.begin() + static_cast<std::ptrdiff_t>(first_problem_); problem != problems_.end();
       ++problem)
    if (problem->edit) names.insert(problem->edit->replacement);
  return names;
}

void Analyser::unused_names() {
  for (auto problem = problems_.begin() + static_cast<std::ptrdiff_t>(first_problem_); problem != problems_.end();
       ++problem)
    if ((problem->code == "PM0201" || problem->code == "PM0206") && !problem->edit)
      return;  // any name may have been meant
  const auto mentioned = mentioned_names();
  for (const auto& [name, symbol] : symbols_) {
    if (mentioned.contains(name)) continue;
    error("PM0204", symbol.span,
          fmt::format("{} `{}` is never used: a reader would think that it matters", kind_word(symbol.kind), name),
          "declared here")
        .help = "use it or remove it";
  }
}

}  // namespace proofmark::semantics
