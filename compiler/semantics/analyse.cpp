// The order of analysis, and how mistakes are reported.
//
// In: a syntax tree and bindings of parameters. Out: a typed policy and diagnostics. All names are declared first, so
// the order of items does not matter; lets and SLIs are typed when first used. An expression that failed has
// Sort::error and silences whatever is built on it.
#include "compiler/semantics/analyse.h"

#include <fmt/format.h>

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
  policy_window_and_looks();
  for (const auto& item : syntax_.items)
    if (const auto* subject_item = std::get_if<syntax::SubjectItem>(&item)) subject(*subject_item);
  for (const auto& item : syntax_.items)
    if (const auto* objective_item = std::get_if<syntax::ObjectiveItem>(&item)) objective(*objective_item);
  for (auto& [name, symbol] : symbols_)  // types what nobody used, so that its mistakes are told too
    if (symbol.kind == Symbol::Kind::let || symbol.kind == Symbol::Kind::sli) {
      const bool used = symbol.used;
      type_symbol(symbol, {name, symbol.span});
      symbol.used = used;
    }
  if (policy_.objectives.empty() && !tree_.has_errors)
    error("PM0506", syntax_.name.span, fmt::format("policy `{}` has no objective: it would certify nothing", policy_.name))
        .help = "add `objective NAME { require … }`";
  if (decide_item_ != nullptr) decide(*decide_item_);
  else if (!tree_.has_errors)
    error("PM0501", syntax_.name.span, fmt::format("policy `{}` has no `decide`: nothing says what follows from its objectives", policy_.name))
        .help = "add `decide { certify when all objectives pass  deny otherwise }`";
  check_decisions();
  if (!tree_.has_errors) unused_names();
  return std::move(policy_);
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

void Analyser::suggest(Diagnostic& diagnostic, Span span, std::string replacement) const {
  if (diagnostic.help.empty()) diagnostic.help = fmt::format("write `{}`", replacement);
  diagnostic.edit = Edit{file_.place(span), std::move(replacement)};
}

void Analyser::suggest_closest(Diagnostic& diagnostic, Span span, const std::vector<std::string>& candidates) const {
  const std::string best = source::closest(file_.text(span), candidates);
  if (!best.empty()) {
    diagnostic.help = fmt::format("did you mean `{}`?", best);
    diagnostic.edit = Edit{file_.place(span), best};
  } else if (!candidates.empty()) {
    std::string list;
    for (const auto& candidate : candidates) list += (list.empty() ? "`" : ", `") + candidate + "`";
    diagnostic.help = "it can be " + list;
  }
}

std::string Analyser::text(Span span) const { return one_line(file_.text(span)); }

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

void Analyser::unused_names() {
  for (const Diagnostic& problem : problems_)  // a misspelt use leaves its name unused
    if (problem.code == "PM0201" || problem.code == "PM0206") return;
  for (const auto& [name, symbol] : symbols_) {
    if (symbol.used) continue;
    const char* what = symbol.kind == Symbol::Kind::parameter ? "parameter"
                       : symbol.kind == Symbol::Kind::stream  ? "telemetry"
                       : symbol.kind == Symbol::Kind::sli     ? "sli"
                                                              : "let";
    error("PM0204", symbol.span, fmt::format("{} `{}` is never used: a reader would think that it matters", what, name),
          "declared here")
        .help = "use it or remove it";
  }
}

}  // namespace proofmark::semantics
