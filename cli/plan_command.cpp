// proofmark plan: how many rows, how long, how likely — before there is any telemetry.
#include <unistd.h>

#include <memory>

#include "cli/commands.h"
#include "cli/plan_page.h"
#include "cli/policy_input.h"

namespace proofmark::cli {
namespace {

struct Options {
  Console console;
  std::string file, power = "90%";
  std::vector<std::string> settings, expectations, traffic;
};

Exit failed(const Options& options, const Diagnostics& problems) {
  options.console.report(problems);
  return exit_for(problems);
}

Exit plan(const Options& options) {
  const auto given = bindings(options.settings, false);
  if (!given) return failed(options, given.problems());
  const auto wishes = read_wishes(options.expectations, options.traffic, options.power);
  if (!wishes) return failed(options, wishes.problems());
  Exit exit = Exit::fine;
  const auto compilation = load_to_plan(options.file, *given, options.console, exit);
  if (!compilation) return exit;
  std::vector<PlannedPolicy> policies;
  for (const semantics::Policy& policy : compilation->policies)
    policies.push_back(planned(policy, compilation->file, *wishes));
  if (const Diagnostics problems = unfounded(*wishes, *compilation, policies); !problems.empty())
    return failed(options, problems);
  std::string page;
  if (options.console.format == Format::json) {
    page = plan_json(policies, *wishes);
  } else {
    for (const PlannedPolicy& policy : policies) page += (page.empty() ? "" : "\n") + plan_text(policy, *wishes);
  }
  const Status written = write_out(STDOUT_FILENO, page);
  return written ? exit : failed(options, written.problems());
}

}  // namespace

void add_plan_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("plan", "Say how many rows and how much time a policy needs, before any telemetry");
  command->footer(
      "Examples:\n  proofmark plan checkout.pmk --traffic 500/s\n  proofmark plan checkout.pmk --expect "
      "available=99.95% --power 80% --format json");
  command->add_option("POLICY", options->file, "The policy file")->required()->type_name("");
  command
      ->add_option("--set", options->settings, "Give a parameter its value; what depends on an unset one is left open")
      ->type_name("NAME=VALUE");
  command
      ->add_option("--expect", options->expectations,
                   "The true value to plan for, a share: available=99.95%, or available.2=… for its second requirement")
      ->type_name("OBJECTIVE=VALUE");
  command
      ->add_option("--traffic", options->traffic,
                   "Rows of the populations in a time, in place of `expect at least`: 500/s, or requests=500/s")
      ->type_name("ROWS/TIME");
  command->add_option("--power", options->power, "How likely the verdict should be (90%)")->type_name("SHARE");
  add_output_options(*command, options->console, false);
  command->callback([options, &exit] { exit = plan(*options); });
}

}  // namespace proofmark::cli
