// proofmark emit: what a stage of the compiler made, for people and for golden tests.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "cli/commands.h"
#include "cli/engine_options.h"
#include "cli/policy_input.h"
#include "compiler/semantics/analyse.h"
#include "compiler/syntax/parse.h"
#include "runtime/engine/emit.h"
#include "runtime/plan/canonical.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::cli {
namespace {

enum class What { syntax, typed, plan, llvm, assembly };

struct Options {
  Console console;
  std::string file, snapshot;
  std::vector<std::string> settings;
  What what = What::plan;
  engine::Options engine;
};

Stage stage_of(What what) {
  switch (what) {
    case What::syntax:
      return Stage::syntax;
    case What::typed:
      return Stage::typed;
    case What::plan:
    case What::llvm:
    case What::assembly:
      return Stage::plan;
  }
  return Stage::plan;
}

// Machine code, for the snapshot's column layout when one is given.
Result<std::string> code_of(const Options& options, const Compilation& compilation) {
  std::optional<snapshot::Snapshot> layout;
  if (!options.snapshot.empty()) {
    auto opened = snapshot::Snapshot::open(options.snapshot);
    if (!opened) return opened.problems();
    layout = std::move(*opened);
  }
  const engine::Stage stage = options.what == What::llvm ? engine::Stage::llvm : engine::Stage::assembly;
  std::string text;
  for (const auto& plan : compilation.plans) {
    auto code = engine::emit(plan, layout ? &*layout : nullptr, stage, options.engine);
    if (!code) return code.problems();
    text += *code;
  }
  return text;
}

Result<std::string> text_of(const Options& options, const Compilation& compilation) {
  std::string text;
  switch (options.what) {
    case What::syntax:
      return syntax::print(compilation.tree, compilation.file);
    case What::typed:
      for (const auto& policy : compilation.policies) text += semantics::print(policy, compilation.file);
      return text;
    case What::plan:
      for (const auto& plan : compilation.plans)
        text += options.console.format == Format::json
                    ? plan::canonical(plan) + "\n"
                    : fmt::format("{}digest {}\n", plan::print(plan), plan::digest(plan));
      return text;
    case What::llvm:
    case What::assembly:
      return code_of(options, compilation);
  }
  return text;
}

Exit emit(const Options& options) {
  if (options.console.format == Format::json && options.what != What::plan) {
    const Diagnostics problem{plain_problem("PM0707", "this stage has no JSON form, only `--stage plan` has one",
                                            "leave out `--format json`, or emit the plan")};
    options.console.report(problem);
    return exit_for(problem);
  }
  const auto given = bindings(options.settings, stage_of(options.what) == Stage::plan);
  if (!given) {
    options.console.report(given.problems());
    return exit_for(given.problems());
  }
  Exit exit = Exit::fine;
  const auto compilation = load(options.file, *given, stage_of(options.what), options.console, exit);
  if (!compilation) return exit;
  const auto text = text_of(options, *compilation);
  if (!text) {
    options.console.report(text.problems());
    return exit_for(text.problems());
  }
  const Status written = write_out(STDOUT_FILENO, *text);
  return written ? Exit::fine : exit_for(written.problems());
}

}  // namespace

void add_emit_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("emit", "Show what a stage of the compiler makes of a policy");
  command->footer(
      "Examples:\n  proofmark emit checkout.pmk --stage syntax\n  proofmark emit checkout.pmk --stage plan --set "
      "candidate=2.4.0\n  proofmark emit checkout.pmk --stage llvm --set candidate=2.4.0 --snapshot snap\n"
      "Only the plan has a JSON form (--format json).");
  command->add_option("POLICY", options->file, "The policy file")->required()->type_name("");
  static const std::map<std::string, What> stages{{"syntax", What::syntax},
                                                  {"typed", What::typed},
                                                  {"plan", What::plan},
                                                  {"llvm", What::llvm},
                                                  {"asm", What::assembly}};
  command->add_option("--stage", options->what, "syntax, typed, plan, llvm or asm")
      ->required()
      ->transform(choice(stages))
      ->type_name("STAGE");
  command->add_option("--set", options->settings, "Give a parameter its value; plan and later stages need all")
      ->type_name("NAME=VALUE");
  command
      ->add_option("--snapshot", options->snapshot, "For llvm and asm: the snapshot whose column layout to compile for")
      ->type_name("DIR");
  add_engine_options(*command, options->engine);
  add_output_options(*command, options->console, false);
  command->callback([options, &exit] { exit = emit(*options); });
}

}  // namespace proofmark::cli
