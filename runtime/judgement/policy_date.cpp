// The beginnings, and the words for them.
#include "runtime/judgement/policy_date.h"

#include <algorithm>

#include "runtime/judgement/fact_view.h"
#include "runtime/judgement/quantity.h"

namespace proofmark::judgement {
namespace {

using plan::Int128;

std::optional<std::int64_t> begin_of(const plan::Facts& facts, const plan::Window& window,
                                     const plan::StreamFacts& stream) {
  std::optional<Int128> begin;
  if (window.kind == plan::WindowKind::last && facts.as_of_ns) begin = Int128(*facts.as_of_ns) - window.length_ns;
  if (window.kind == plan::WindowKind::since) begin = Int128(window.anchor_ns);
  if (stream.covers_from_ns) begin = std::max(begin.value_or(INT64_MIN), Int128(*stream.covers_from_ns));
  if (!begin) return std::nullopt;
  return static_cast<std::int64_t>(std::clamp<Int128>(*begin, INT64_MIN, INT64_MAX));
}

// Of one stream the earliest; an unknown beginning may be earlier than any.
void add(std::vector<DataBegin>& all, const DataBegin& one) {
  const auto same = std::find_if(all.begin(), all.end(), [&](const auto& other) { return other.stream == one.stream; });
  if (same == all.end()) {
    all.push_back(one);
  } else if (!one.from_ns || (same->from_ns && *one.from_ns < *same->from_ns)) {
    same->from_ns = one.from_ns;
  }
}

}  // namespace

std::vector<DataBegin> begun_before(const plan::Plan& plan, const plan::Facts& facts, std::int64_t dated_ns) {
  std::vector<DataBegin> all;
  for (const plan::Objective& objective : plan.objectives)
    for (const plan::Requirement& requirement : objective.requirements)
      for (const plan::Leaf& leaf : requirement.leaves)
        for (const plan::FactRef& population : populations_of(leaf)) {
          const plan::StreamFacts& stream = facts.scans[population.scan];
          add(all, {stream.stream, begin_of(facts, objective.window, stream)});
        }
  std::erase_if(all, [&](const DataBegin& one) { return one.from_ns && *one.from_ns >= dated_ns; });
  return all;
}

std::string policy_date_note(std::int64_t dated_ns, const std::vector<DataBegin>& begun) {
  if (begun.empty()) return {};
  std::string note = "the policy is dated " + timestamp_text(dated_ns);
  for (const DataBegin& one : begun)
    note += one.from_ns ? ", and the data of `" + one.stream + "` begin at " + timestamp_text(*one.from_ns)
                        : ", and when the data of `" + one.stream + "` begin is not known";
  return note + ": its thresholds may have been chosen after looking at them";
}

Diagnostics policy_date_warnings(const plan::Plan& plan, const plan::Facts& facts, std::int64_t dated_ns) {
  const std::string note = policy_date_note(dated_ns, begun_before(plan, facts, dated_ns));
  if (note.empty()) return {};
  Diagnostic warning = plain_problem(
      "PM0459", note, "judge data that came later (`over since`, `over last`), or a copy that was fixed before them");
  warning.severity = Severity::warning;
  return {std::move(warning)};
}

}  // namespace proofmark::judgement
