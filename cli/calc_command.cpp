// proofmark calc: any statistical method from the command line, and the qualification of an installation against cases
// that others computed.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/method_page.h"
#include "runtime/methods/cases.h"

namespace proofmark::cli {
namespace {

struct Options {
  Console console;
  std::string call, cases, data;
  bool check = false, list = false;
};

Exit failed(const Options& options, const Diagnostics& problems) {
  options.console.report(problems);
  return exit_for(problems);
}

Exit one_call(const Options& options) {
  const auto text = source::SourceFile::from_text(std::string(methods::kCallName), options.call);
  if (!text) return failed(options, text.problems());
  const source::SourceFile* const files[] = {&*text};
  const auto report = [&](const Diagnostics& problems) {
    options.console.report(problems, files);
    return exit_for(problems);
  };
  const auto call = methods::read_call(options.call);
  if (!call) return report(call.problems());
  const auto answer = methods::call(*call->method, call->arguments, {options.data});
  if (!answer) return report(answer.problems());
  std::string page;
  if (options.console.format == Format::json) {
    page = fmt::format("{{\"method\":\"{}\",\"guarantee\":\"{}\",\"result\":{}}}\n", call->method->name,
                       methods::spelling(call->method->guarantee), methods::spelled(*answer));
  } else {
    for (const auto& [field, value] : answer->members()) {
      const std::string* word = value.as_string();
      page += fmt::format("{} = {}\n", field, word != nullptr ? *word : methods::spelled(value));
    }
  }
  const auto written = write_out(STDOUT_FILENO, page);
  return written ? Exit::fine : failed(options, written.problems());
}

std::string error_line(const methods::Case& the_case, const Diagnostics& problems) {
  return fmt::format("{{\"id\":{},\"error\":{{\"code\":\"{}\",\"message\":{}}}}}\n", methods::spelled(the_case.id),
                     problems.front().code, json::canonical(problems.front().message));
}

struct Tally {
  std::size_t agree = 0, short_of = 0;
  std::string page;
};

// One case's line, or with `--check` what falls short of its expectation.
void add_case(const Options& options, const methods::Case& the_case, Tally& tally) {
  const auto answer = methods::run(the_case, {options.data});
  if (!options.check) {
    (answer ? tally.agree : tally.short_of) += 1;
    tally.page +=
        answer ? fmt::format("{{\"id\":{},\"result\":{}}}\n", methods::spelled(the_case.id), methods::spelled(*answer))
               : error_line(the_case, answer.problems());
    return;
  }
  std::vector<std::string> texts;
  if (!answer)
    texts.push_back(fmt::format("{} [{}]", answer.problems().front().message, answer.problems().front().code));
  else if (the_case.expected.size() == 0)
    texts.emplace_back("the case expects nothing, so it proves nothing");
  else
    texts = methods::shortfalls(the_case, *answer);
  (texts.empty() ? tally.agree : tally.short_of) += 1;
  for (const std::string& text : texts)
    tally.page += fmt::format("{} {}: {}\n", methods::spelled(the_case.id), the_case.method, text);
}

Exit all_cases(const Options& options) {
  constexpr std::size_t kMaximumBytes = std::size_t{1} << 28;
  const auto text = source::read_file(options.cases, "file of cases", kMaximumBytes);
  if (!text) return failed(options, text.problems());
  if (text->size() > kMaximumBytes)
    return failed(options, {file_problem("PM1205", options.cases, "the file of cases is larger than 256 MiB",
                                         "divide its list of cases among several files")});
  const auto cases = methods::read_cases(*text, options.cases);
  if (!cases) return failed(options, cases.problems());
  Options resolved = options;
  if (resolved.data.empty()) resolved.data = (std::filesystem::path(options.cases).parent_path() / "data").string();
  Tally tally;
  for (const methods::Case& the_case : *cases) add_case(resolved, the_case, tally);
  if (options.check && !options.console.quiet)
    tally.page += fmt::format("{}: {} of {} cases agree\n", options.cases, tally.agree, cases->size());
  const auto written = write_out(STDOUT_FILENO, tally.page);
  if (!written) return failed(options, written.problems());
  return tally.short_of == 0 ? Exit::fine : Exit::invalid;
}

Exit list_methods() {
  std::string page;
  for (const methods::Method* method : methods::all()) page += methods::signature(*method) + "\n";
  return write_out(STDOUT_FILENO, page) ? Exit::fine : Exit::io;
}

Exit calc(const Options& options) {
  if (options.list) return list_methods();
  if (options.call.empty() == options.cases.empty())
    return failed(options, {plain_problem("PM0707", "`calc` takes either a call or `--cases FILE`",
                                          "for example: proofmark calc 'wilson(successes: 9, trials: 10, confidence: "
                                          "95%)'; `proofmark calc --list` shows all methods")});
  if (options.check && options.cases.empty())
    return failed(options, {plain_problem("PM0707", "`--check` needs `--cases FILE`", "a call has no expectation")});
  return options.cases.empty() ? one_call(options) : all_cases(options);
}

}  // namespace

void add_calc_command(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("calc", "Compute any statistical method; qualify an installation");
  command->footer(
      "Examples:\n  proofmark calc 'clopper_pearson(successes: 2994, trials: 2995, confidence: 95%, side: lower)'\n"
      "  proofmark calc --cases cases.json --check\n  proofmark explain clopper_pearson");
  command->add_option("CALL", options->call, "A method and its arguments")->type_name("");
  command->add_option("--cases", options->cases, "Answer each case of a file, a JSON line each")->type_name("FILE");
  command->add_option("--data", options->data, "Where the samples lie that arguments name (beside FILE: data)")
      ->type_name("DIR");
  command->add_flag("--check", options->check, "Compare with what the cases expect; print what falls short");
  command->add_flag("--list", options->list, "List the methods");
  add_output_options(*command, options->console, false);
  command->callback([options, &exit] { exit = calc(*options); });
}

}  // namespace proofmark::cli
