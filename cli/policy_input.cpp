// Finding, reading and compiling policy files.
#include "cli/policy_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "compiler/semantics/file_checks.h"

namespace proofmark::cli {

namespace fs = std::filesystem;

Result<std::vector<std::string>> policy_files(const std::vector<std::string>& arguments) {
  std::vector<std::string> files;
  for (const std::string& argument : arguments) {
    std::error_code error;
    if (!fs::is_directory(argument, error)) {
      files.push_back(argument);
      continue;
    }
    std::vector<std::string> found;
    for (fs::recursive_directory_iterator at(argument, fs::directory_options::skip_permission_denied, error), end;
         !error && at != end; at.increment(error))
      if (at->path().extension() == ".pmk" && at->is_regular_file(error)) found.push_back(at->path().string());
    if (error)
      return file_problem("PM0702", argument,
                          fmt::format("the folder `{}` cannot be read: {}", argument, error.message()));
    if (found.empty())
      return file_problem("PM0709", argument, fmt::format("the folder `{}` holds no policy (*.pmk)", argument));
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

Result<semantics::Bindings> bindings(const std::vector<std::string>& settings, bool require_all) {
  semantics::Bindings result;
  result.require_all = require_all;
  for (const std::string& setting : settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0)
      return plain_problem("PM0707", fmt::format("`--set {}` gives no value", setting), "write --set name=value");
    result.values.emplace_back(setting.substr(0, equals), setting.substr(equals + 1));
  }
  return result;
}

void share(semantics::Bindings& bindings, const std::vector<std::string>& files) {
  if (files.size() < 2 || bindings.values.empty()) return;
  for (const std::string& path : files) {
    auto file = source::SourceFile::read(path);
    if (!file) continue;  // which is reported when it is compiled
    const Compilation compilation = compile(std::move(*file), {}, Stage::syntax);
    for (std::string& name : semantics::declared_parameters(compilation.tree))
      bindings.elsewhere.push_back(std::move(name));
  }
}

namespace {

bool says_more_than_never(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& one) { return one.severity == Severity::error && one.code != "PM0406"; });
}

}  // namespace

std::optional<Compilation> load_to_plan(const std::string& path, const semantics::Bindings& bindings,
                                        const Console& console, Exit& exit) {
  auto file = source::SourceFile::read(path);
  if (!file) return load(path, bindings, Stage::typed, console, exit);
  Compilation compilation = compile(std::move(*file), bindings, Stage::typed);
  if (says_more_than_never(compilation.diagnostics)) return load(path, bindings, Stage::typed, console, exit);
  const source::SourceFile* files[] = {&compilation.file};
  Console as_text = console;
  as_text.format = Format::text;
  as_text.report(compilation.diagnostics, files);
  exit = worse(exit, exit_for(compilation.diagnostics));
  return compilation;
}

std::optional<Compilation> load(const std::string& path, const semantics::Bindings& bindings, Stage stage,
                                const Console& console, Exit& exit) {
  auto file = source::SourceFile::read(path);
  if (!file) {
    console.report(file.problems());
    exit = worse(exit, exit_for(file.problems()));
    return std::nullopt;
  }
  return compile_reporting(std::move(*file), bindings, stage, console, exit);
}

void report_compiled(const Diagnostics& diagnostics, const source::SourceFile& file, const Console& console) {
  if (!console.policy_warnings && !has_errors(diagnostics)) return;
  const source::SourceFile* files[] = {&file};
  Console shown = console;
  if (!console.warnings_are_output && !has_errors(diagnostics)) shown.format = Format::text;
  shown.report(diagnostics, files);
}

std::optional<Compilation> compile_reporting(source::SourceFile file, const semantics::Bindings& bindings, Stage stage,
                                             const Console& console, Exit& exit) {
  Compilation compilation = compile(std::move(file), bindings, stage);
  report_compiled(compilation.diagnostics, compilation.file, console);
  if (!has_errors(compilation.diagnostics)) return compilation;
  // Without a `--set` that must or might be there, a bad value of a parameter stands in the file: in a test.
  const Exit found = exit_for(compilation.diagnostics);
  const bool in_file = bindings.values.empty() && !bindings.require_all;
  exit = worse(exit, found == Exit::usage && in_file ? Exit::invalid : found);
  return std::nullopt;
}

}  // namespace proofmark::cli
