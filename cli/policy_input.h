// Policies as a command names them: files and folders to compilations, `--set` to bindings.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "compiler/compile.h"

namespace proofmark::cli {

// Files as they are; folders become the .pmk files below them, in order of their paths. A folder without any is PM0709.
Result<std::vector<std::string>> policy_files(const std::vector<std::string>& arguments);

// "name=value"; PM0707 when there is no `=`.
Result<semantics::Bindings> bindings(const std::vector<std::string>& settings, bool require_all);

// Of several files each takes the values that it has parameters for; one of them must know each.
void share(semantics::Bindings& bindings, const std::vector<std::string>& files);

// Reads and compiles one file, reporting what is wrong. Nothing: it was reported, and `exit` says how bad it is.
std::optional<Compilation> load(const std::string& path, const semantics::Bindings& bindings, Stage stage,
                                const Console& console, Exit& exit);

// The same to plan with: a claim that can never pass (PM0406) is what a plan is asked about. It is reported, as text on
// stderr, `exit` says that the policy is not to be used, and the compilation is there.
std::optional<Compilation> load_to_plan(const std::string& path, const semantics::Bindings& bindings,
                                        const Console& console, Exit& exit);

// The same of a file that was read.
std::optional<Compilation> compile_reporting(source::SourceFile file, const semantics::Bindings& bindings, Stage stage,
                                             const Console& console, Exit& exit);

// What the compiler said of a file. Warnings before a result go to stderr, so that stdout stays one document.
void report_compiled(const Diagnostics& diagnostics, const source::SourceFile& file, const Console& console);

}  // namespace proofmark::cli
