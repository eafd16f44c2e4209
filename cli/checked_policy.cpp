// Key, find, else compile and keep.
#include "cli/checked_policy.h"

#include "cli/policy_input.h"
#include "runtime/cache/archive.h"
#include "runtime/engine/host.h"
#include "runtime/plan/canonical.h"

namespace proofmark::cache {

// Numbers that are made whole or not at all.
template <>
struct Archived<plan::Rational> {
  using Plain = std::pair<plan::Int128, plan::Int128>;
  static Plain plain(const plan::Rational& number) { return {number.numerator(), number.denominator()}; }
  static std::optional<plan::Rational> made(const Plain& plain) {
    return plan::Rational::make(plain.first, plain.second);
  }
};

}  // namespace proofmark::cache

namespace proofmark::cli {
namespace {

cache::Key key_of(const source::SourceFile& file, const semantics::Bindings& bindings, Stage stage,
                  const std::string& program) {
  cache::Key key("plan");
  key.add(program).add(stage == Stage::plan ? "plan" : "typed").add(file.name()).add(file.text());
  key.add(cache::archived(bindings));
  return key;
}

PolicyContent content_of(const Compilation& compilation, bool is_kept) {
  PolicyContent content{{}, compilation.plans, {}, compilation.diagnostics};
  if (is_kept)
    for (const plan::Plan& plan : content.plans) content.digests.push_back(plan::digest(plan));
  for (const semantics::Policy& policy : compilation.policies)
    content.outlines.push_back({policy.name, policy.objectives.size(), policy.rules.size()});
  return content;
}

std::optional<PolicyContent> find(const cache::Cache& cache, const cache::Key& key) {
  const cache::Found found = cache.find(key);
  return found.bytes ? cache::unarchived<PolicyContent>(*found.bytes) : std::nullopt;
}

}  // namespace

std::optional<CheckedPolicy> load_checked(const std::string& path, const semantics::Bindings& bindings, Stage stage,
                                          const cache::Cache* cache, const Console& console, Exit& exit) {
  auto file = source::SourceFile::read(path);
  if (!file) {
    console.report(file.problems());
    exit = worse(exit, exit_for(file.problems()));
    return std::nullopt;
  }
  const std::string program = cache == nullptr ? "" : engine::own_build_id();
  const cache::Key key = key_of(*file, bindings, stage, program);
  if (!program.empty())
    if (auto content = find(*cache, key)) {
      report_compiled(content->warnings, *file, console);
      return CheckedPolicy{std::move(*file), std::move(*content), true};
    }
  auto compilation = compile_reporting(std::move(*file), bindings, stage, console, exit);
  if (!compilation) return std::nullopt;
  PolicyContent content = content_of(*compilation, !program.empty());
  if (!program.empty()) (void)cache->keep(key, cache::archived(content));  // without, the next run takes as long
  return CheckedPolicy{std::move(compilation->file), std::move(content)};
}

}  // namespace proofmark::cli
