// Checks across the items of one file.
#include "compiler/semantics/file_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/words.h"
#include "compiler/source/render.h"

namespace proofmark::semantics {
namespace {

constexpr std::string_view kEdition = "2026";

Diagnostic problem(const source::SourceFile& file, std::string_view code, Span span, std::string message,
                   std::string help = {}) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.message = std::move(message);
  diagnostic.primary.place = file.place(span);
  diagnostic.help = std::move(help);
  return diagnostic;
}

bool declares(const syntax::Policy& policy, const std::string& parameter) {
  for (const auto& item : policy.items)
    if (const auto* param = std::get_if<syntax::ParamItem>(&item))
      for (const auto& name : param->names)
        if (name.text == parameter) return true;
  return false;
}

}  // namespace

void check_file(const syntax::Tree& tree, const source::SourceFile& file, Diagnostics& problems) {
  if (!tree.edition) {
    if (!tree.has_errors)
      problems.push_back(problem(file, "PM0212", {0, 0},
                                 "the file does not say which edition of the language it is written in",
                                 fmt::format("begin with `edition {}`", kEdition)));
  } else if (tree.edition->value != kEdition) {
    auto found =
        problem(file, "PM0212", tree.edition->span, fmt::format("edition `{}` is not known", tree.edition->value),
                fmt::format("this program knows `edition {}`", kEdition));
    found.edit = Edit{file.place(tree.edition->span), std::string(kEdition)};
    problems.push_back(std::move(found));
  }
  if (tree.policies.empty() && !tree.has_errors)
    problems.push_back(problem(file, "PM0211", {0, 0}, "the file holds no policy", "write `policy NAME { … }`"));
  for (std::size_t i = 0; i < tree.policies.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (tree.policies[i].name.text == tree.policies[j].name.text) {
        auto found = problem(file, "PM0202", tree.policies[i].name.span,
                             fmt::format("policy `{}` is declared twice", tree.policies[i].name.text));
        found.secondary.push_back({file.place(tree.policies[j].name.span), "first here"});
        problems.push_back(std::move(found));
      }
}

std::vector<std::string> declared_parameters(const syntax::Tree& tree) {
  std::vector<std::string> names;
  for (const auto& policy : tree.policies)
    for (const auto& item : policy.items)
      if (const auto* param = std::get_if<syntax::ParamItem>(&item))
        for (const auto& name : param->names) names.push_back(name.text);
  return names;
}

Bindings bindings_of(const syntax::Policy& policy, const syntax::Tree& tree, const Bindings& all) {
  Bindings own;
  own.require_all = all.require_all;
  for (const auto& binding : all.values) {
    const bool known = std::any_of(tree.policies.begin(), tree.policies.end(),
                                   [&](const auto& other) { return declares(other, binding.first); });
    const bool elsewhere = std::find(all.elsewhere.begin(), all.elsewhere.end(), binding.first) != all.elsewhere.end();
    if (declares(policy, binding.first) || (!known && !elsewhere && &policy == &tree.policies.front()))
      own.values.push_back(binding);
  }
  return own;
}

}  // namespace proofmark::semantics
