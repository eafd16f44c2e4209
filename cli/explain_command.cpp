// proofmark explain: the page of a diagnostic, or the record of a builtin, a word or a method.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "cli/commands.h"
#include "cli/error_pages.h"
#include "cli/method_page.h"
#include "compiler/source/render.h"
#include "runtime/builtins/builtins.h"
#include "runtime/builtins/deciding_methods.h"
#include "runtime/builtins/words.h"
#include "runtime/plan/spelling.h"

namespace proofmark::cli {
namespace {

std::string builtin_page(const builtins::Builtin& builtin) {
  return fmt::format(
      "# {}\n\n    {}\n\n{}\n\nJudged by: {}\nAssumes: {}\nSource: {}\nSince edition {}\n\nExample:\n\n    require "
      "{}\n",
      builtin.name, builtin.signature, builtin.summary, builtin.method, builtin.assumes, builtin.cites, builtin.since,
      builtin.example);
}

std::string word_page(const builtins::Word& word) {
  std::string example;
  for (std::string_view rest = word.example; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    example += fmt::format("    {}\n", rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return fmt::format("# {}\n\n    {}\n\n{}\n\nMind: {}\nMore: docs/language.md, {}\nSince edition {}\n\nExample:\n\n{}",
                     word.name, word.form, word.summary, word.mind, word.chapter, word.since, example);
}

// What `method NAME` means, for each form of requirement that the method decides.
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
  // Claims that are written out of a builtin.
  static const std::map<std::string, std::string, std::less<>> kClaims{
      {"not_worse", "worse_by"}, {"equivalent", "drift"}, {"quantile_shift", "quantile"}};
  const auto claim = kClaims.find(topic);
  if (claim != kClaims.end()) return explain(claim->second);
  const auto* builtin = builtins::percentile(topic) ? builtins::find("quantile") : builtins::find(topic);
  if (builtin != nullptr) {
    (void)write_out(STDOUT_FILENO, builtin_page(*builtin));
    return Exit::fine;
  }
  if (const auto* word = builtins::word_named(topic)) {
    (void)write_out(STDOUT_FILENO, word_page(*word));
    return Exit::fine;
  }
  const std::string deciding = deciding_page(topic);
  const auto method = methods::find(topic);
  if (!deciding.empty() || method) {
    const std::string page = method ? method_page(**method) : "";
    (void)write_out(STDOUT_FILENO, deciding + (deciding.empty() || page.empty() ? "" : "\n") + page);
    return Exit::fine;
  }
  for (const auto& row : builtins::deciding_methods()) known.emplace_back(plan::spelling(row.method));
  for (const auto& row : builtins::all()) known.emplace_back(row.name);
  for (const auto& row : builtins::words()) known.emplace_back(row.name);
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
