#include "compiler/assist/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "compiler/semantics/word_sets.h"
#include "runtime/builtins/deciding_methods.h"
#include "runtime/plan/spelling.h"

namespace proofmark::assist {
namespace {

constexpr std::array<std::string_view, 3> kClaims{"not_worse", "equivalent", "quantile_shift"};
constexpr std::array<std::string_view, 3> kBuiltinsOfClaims{"worse_by", "drift", "quantile"};

}  // namespace

std::string page(const builtins::Builtin& builtin) {
  return fmt::format(
      "# {}\n\n    {}\n\n{}\n\nJudged by: {}\nAssumes: {}\nSource: {}\nSince edition {}\n\nExample:\n\n    require "
      "{}\n",
      builtin.name, builtin.signature, builtin.summary, builtin.method, builtin.assumes, builtin.cites, builtin.since,
      builtin.example);
}

std::string page(const builtins::Word& word) {
  std::string example;
  for (std::string_view rest = word.example; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    example += fmt::format("    {}\n", rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return fmt::format("# {}\n\n    {}\n\n{}\n\nMind: {}\nMore: docs/language.md, {}\nSince edition {}\n\nExample:\n\n{}",
                     word.name, word.form, word.summary, word.mind, word.chapter, word.since, example);
}

std::string page(const semantics::FamilyRecord& family) {
  std::string text = fmt::format("# {}\n\n    draw NAME ~ {}\n\n", family.name, family.form);
  for (const semantics::FamilyParameter& parameter : family.parameters) {
    const std::string_view rule = semantics::domain_phrase(parameter.domain);
    text += fmt::format("`{}` {}{}\n", parameter.name, rule.empty() ? "is any number" : rule,
                        parameter.measured ? ", in the unit of what is drawn" : "");
  }
  return text + (family.truth ? "\nDraws true or false.\n" : "");
}

std::string deciding_page(std::string_view name) {
  std::string text;
  for (const auto& row : builtins::deciding_methods()) {
    if (plan::spelling(row.method) != name) continue;
    const bool first = builtins::methods_for(row.form).front() == name;
    if (text.empty()) text = fmt::format("# method {}\n", name);
    text +=
        fmt::format("\nDecides {}{}: {}.\n\nGuarantee: {}\nAssumes: {}\nSource: {}\n", builtins::form_phrase(row.form),
                    first ? " when no method is named" : "", row.summary, row.guarantee, row.assumes, row.cites);
  }
  if (const auto why = builtins::why_not(name)) text = fmt::format("# method {}\n\nMay not decide: {}.\n", name, *why);
  return text;
}

const builtins::Builtin* builtin_called(std::string_view name) {
  const auto claim = std::find(kClaims.begin(), kClaims.end(), name);
  if (claim != kClaims.end())
    return builtins::find(kBuiltinsOfClaims[static_cast<std::size_t>(claim - kClaims.begin())]);
  return builtins::find(builtins::percentile(name) ? "quantile" : name);
}

const builtins::Word* word_record(std::string_view word, bool is_keyword) {
  return is_keyword && semantics::meaning_of(semantics::kStreamKinds, word) ? nullptr : builtins::word_named(word);
}

std::span<const std::string_view> claims() {
  return kClaims;
}

}  // namespace proofmark::assist
