// The spine: policy text to plan.
//
//   policy text ─parse─▶ syntax tree ─analyse─▶ typed policy ─lower─▶ plan
//
// What happens next is the runtime's: engine::run (plan × snapshot → facts), judgement::judge (facts → verdicts),
// transcript::build (verdicts → canonical JSON).
#pragma once

#include <vector>

#include "compiler/semantics/typed_policy.h"
#include "compiler/semantics/typed_test.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/syntax_tree.h"
#include "runtime/plan/plan.h"

namespace proofmark {

enum class Stage : std::uint8_t { syntax, typed, plan };

// Everything that one policy file became. Later stages are empty when an earlier one found errors.
struct Compilation {
  source::SourceFile file;
  syntax::Tree tree;
  std::vector<semantics::Policy> policies;  // one a policy of the file
  std::vector<semantics::Test> tests;
  std::vector<plan::Plan> plans;  // likewise, for Stage::plan
  Diagnostics diagnostics;
};

// Up to `stage`. Bindings give parameters their values; Stage::plan needs all of them.
Compilation compile(source::SourceFile file, const semantics::Bindings& bindings, Stage stage);

// One policy of a compilation with other parameters: what a test runs.
Result<plan::Plan> plan_for(const Compilation& compilation, std::size_t policy, const semantics::Bindings& bindings);

}  // namespace proofmark
