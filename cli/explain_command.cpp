// proofmark explain: the page of a diagnostic, or the record of a builtin, a word, a distribution or a method.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>

#include "cli/commands.h"
#include "cli/error_pages.h"
#include "cli/method_page.h"
#include "compiler/assist/pages.h"
#include "compiler/source/render.h"
#include "runtime/builtins/builtins.h"
#include "runtime/builtins/deciding_methods.h"
#include "runtime/builtins/words.h"
#include "runtime/plan/spelling.h"

namespace proofmark::cli {
namespace {

std::string index_page() {
  std::string text = "Diagnostics:\n";
  for (const ErrorPage& page : error_pages()) {
    const std::string_view first = page.text.substr(0, page.text.find('\n'));
    text += fmt::format("  {}\n", first.starts_with("# ") ? first.substr(2) : first);
  }
  text += "\nBuiltins:\n";
  for (const auto& builtin : builtins::all()) text += fmt::format("  {:<12} {}\n", builtin.name, builtin.signature);
  text += "\nWords of the language:\n";
  for (const auto& word : builtins::words()) text += fmt::format("  {:<12} {}\n", word.name, word.form);
  text += "\nDistributions of a model (`draw NAME ~ …`):\n";
  for (const auto& family : semantics::model_families()) text += fmt::format("  {:<12} {}\n", family.name, family.form);
  std::set<std::string_view> deciding;
  for (const auto& row : builtins::deciding_methods()) deciding.insert(plan::spelling(row.method));
  text += "\nMethods that may decide an objective (`method NAME`):\n";
  for (const std::string_view name : deciding) text += fmt::format("  {}\n", name);
  text += "\nStatistical methods (`proofmark calc`):\n";
  for (const auto* method : methods::all()) text += fmt::format("  {:<44} {}\n", method->name, method->summary);
  return text;
}

Exit explain(const std::string& topic) {
  if (topic.empty()) {
    (void)write_out(STDOUT_FILENO, index_page());
    return Exit::fine;
  }
  std::string code = topic;
  std::transform(code.begin(), code.end(), code.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  std::vector<std::string> known;
  for (const ErrorPage& page : error_pages()) {
    if (page.code == code) {
      (void)write_out(STDOUT_FILENO, page.text);
      return Exit::fine;
    }
    known.emplace_back(page.code);
  }
  const auto* builtin = assist::builtin_called(topic);
  if (builtin != nullptr) {
    (void)write_out(STDOUT_FILENO, assist::page(*builtin));
    return Exit::fine;
  }
  if (const auto* word = builtins::word_named(topic)) {
    (void)write_out(STDOUT_FILENO, assist::page(*word));
    return Exit::fine;
  }
  if (const auto* family = semantics::model_family(topic)) {
    (void)write_out(STDOUT_FILENO, assist::page(*family));
    return Exit::fine;
  }
  const std::string deciding = assist::deciding_page(topic);
  const auto method = methods::find(topic);
  if (!deciding.empty() || method) {
    const std::string page = method ? method_page(**method) : "";
    (void)write_out(STDOUT_FILENO, deciding + (deciding.empty() || page.empty() ? "" : "\n") + page);
    return Exit::fine;
  }
  for (const auto& row : builtins::deciding_methods()) known.emplace_back(plan::spelling(row.method));
  for (const auto& row : builtins::all()) known.emplace_back(row.name);
  for (const auto& row : builtins::words()) known.emplace_back(row.name);
  for (const auto& row : semantics::model_families()) known.emplace_back(row.name);
  for (const auto* row : methods::all()) known.emplace_back(row->name);
  const std::string best = source::closest(topic, known);
  const auto problem =
      plain_problem("PM0707", fmt::format("there is no page `{}`", topic),
                    best.empty() ? "`proofmark explain` lists all" : fmt::format("did you mean `{}`?", best));
  Console().report({problem});
  return Exit::usage;
}

}  // namespace

void add_explain_command(CLI::App& app, Exit& exit) {
  auto topic = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("explain", "Show what a diagnostic, a builtin or a word means");
  command->footer(
      "Examples:\n  proofmark explain PM0401\n  proofmark explain fraction\n  proofmark explain          (lists all)");
  command->add_option("TOPIC", *topic, "A code such as PM0401, a builtin such as p99, or a word such as looks")
      ->type_name("");
  command->callback([topic, &exit] { exit = explain(*topic); });
}

}  // namespace proofmark::cli
