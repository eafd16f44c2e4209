// A policy file as `check` and `eval` need it: what the compiler made of it, without what it made that of.
//
// All of it follows from the file's name and text, the bindings and the program, so it is kept (runtime/cache) and
// found again under a key of just these; a file that was compiled before is not even parsed. Diagnostics are kept with
// it: a hit warns as the first run did. Files with errors are compiled every time.
#pragma once

#include <string>
#include <vector>

#include "cli/console.h"
#include "compiler/compile.h"
#include "runtime/cache/cache.h"

namespace proofmark::cli {

struct PolicyOutline {
  std::string name;
  std::uint64_t objectives = 0, rules = 0;
};

struct PolicyContent {
  std::vector<PolicyOutline> outlines;  // a policy of the file
  std::vector<plan::Plan> plans;        // likewise, for Stage::plan
  std::vector<std::string> digests;     // of the plans, where they are kept: a transcript states them
  Diagnostics warnings;
};

struct CheckedPolicy {
  source::SourceFile file;
  PolicyContent content;
  bool was_kept = false;
};

// As load (policy_input.h), with a cache; null: none.
std::optional<CheckedPolicy> load_checked(const std::string& path, const semantics::Bindings& bindings, Stage stage,
                                          const cache::Cache* cache, const Console& console, Exit& exit);

}  // namespace proofmark::cli
