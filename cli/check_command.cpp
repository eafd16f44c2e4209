// proofmark check: are these policies well-formed, well-typed and decidable?
#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "cli/checked_policy.h"
#include "cli/commands.h"
#include "cli/policy_input.h"
#include "cli/users_cache.h"
#include "runtime/json/json.h"

namespace proofmark::cli {
namespace {

struct Options {
  Console console;
  std::vector<std::string> files, settings;
  const cache::Cache* cache = &users_cache();
};

std::string summary(const std::string& path, const PolicyContent& content) {
  std::string text;
  for (const PolicyOutline& policy : content.outlines)
    text += fmt::format("ok: {}: policy {}, {} objective{}, {} rule{}\n", path, policy.name, policy.objectives,
                        policy.objectives == 1 ? "" : "s", policy.rules, policy.rules == 1 ? "" : "s");
  return text;
}

Exit check(const Options& options) {
  const auto files = policy_files(options.files);
  auto given = bindings(options.settings, false);
  for (const Diagnostics* problems : {files ? nullptr : &files.problems(), given ? nullptr : &given.problems()})
    if (problems != nullptr) {
      options.console.report(*problems);
      return exit_for(*problems);
    }
  share(*given, *files);
  Exit exit = Exit::fine;
  for (const std::string& path : *files) {
    const auto policy = load_checked(path, *given, Stage::typed, options.cache, options.console, exit);
    if (!policy || options.console.quiet) continue;
    if (options.console.format == Format::text)
      (void)write_out(STDOUT_FILENO, summary(path, policy->content));
    else if (policy->content.warnings.empty())
      (void)write_out(STDOUT_FILENO, "{\"diagnostics\":[]}\n");
  }
  return exit;
}

}  // namespace

void add_output_options(CLI::App& command, Console& console, bool with_markdown) {
  std::map<std::string, Format> formats{{"text", Format::text}, {"json", Format::json}};
  if (with_markdown) formats.emplace("markdown", Format::markdown);
  command.add_option("--format", console.format, with_markdown ? "text, json or markdown" : "text or json")
      ->transform(choice(formats))
      ->type_name("FORMAT");
  command.add_flag("--quiet,-q", console.quiet, "Say nothing when all is well");
}

void add_check_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  options->console.warnings_are_output = true;
  CLI::App* command = app.add_subcommand("check", "Check policies: syntax, types, units, statistics, decisions");
  command->footer("Example:\n  proofmark check policies/ --format json");
  command->add_option("POLICY", options->files, "Policy files, or folders of them")->required()->type_name("");
  command->add_option("--set", options->settings, "Give a parameter its value, to check what depends on it")
      ->type_name("NAME=VALUE");
  command->add_flag_callback(
      "--no-cache", [options] { options->cache = nullptr; }, "Neither use nor fill the cache (`proofmark cache`)");
  add_output_options(*command, options->console, false);
  command->callback([options, &exit] { exit = check(*options); });
}

}  // namespace proofmark::cli
