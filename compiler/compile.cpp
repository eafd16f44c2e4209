// The spine in a minute: parse, analyse, lower. Each step is a function from value to value, in a room of its own.
#include "compiler/compile.h"

#include "compiler/lower/lower.h"
#include "compiler/semantics/analyse.h"
#include "compiler/semantics/file_checks.h"
#include "compiler/syntax/parse.h"

namespace proofmark {

Compilation compile(source::SourceFile file, const semantics::Bindings& bindings, Stage stage) {
  Compilation result{.file = std::move(file), .tree = {}, .policies = {}, .tests = {}, .plans = {}, .diagnostics = {}};
  result.tree = syntax::parse(result.file, result.diagnostics);
  if (stage == Stage::syntax) return result;

  semantics::check_file(result.tree, result.file, result.diagnostics);
  for (const syntax::Policy& policy : result.tree.policies) {
    const semantics::Bindings own = semantics::bindings_of(policy, result.tree, bindings);
    result.policies.push_back(semantics::analyse(result.tree, policy, result.file, own, result.diagnostics));
  }
  result.tests = semantics::analyse_tests(result.tree, result.policies, result.file, result.diagnostics);
  if (stage == Stage::typed || has_errors(result.diagnostics)) return result;

  for (const semantics::Policy& policy : result.policies) result.plans.push_back(lower::lower(policy, result.file));
  return result;
}

Result<plan::Plan> plan_for(const Compilation& compilation, std::size_t policy, const semantics::Bindings& bindings) {
  Diagnostics problems;
  const semantics::Policy typed =
      semantics::analyse(compilation.tree, compilation.tree.policies[policy], compilation.file, bindings, problems);
  if (has_errors(problems)) return problems;
  return lower::lower(typed, compilation.file);
}

}  // namespace proofmark
