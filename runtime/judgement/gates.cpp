// The gates. A window counts as covered when at most a twentieth of it lies before the first row
// (docs/decisions: coverage of a window).
#include "runtime/judgement/gates.h"

#include <algorithm>

#include "runtime/judgement/counts.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/weights.h"
#include "runtime/plan/match.h"

namespace proofmark::judgement {
namespace {

using plan::Int128;

constexpr std::int64_t kTolerance = 20;  // a twentieth

std::string sampling_note(const plan::StreamPromise& promise) {
  const bool tail = promise.sampling == plan::StreamPromise::Sampling::tail;
  const std::string how = tail ? "`" + promise.stream + "` is sampled by what was seen (`sampling tail`)"
                               : "how `" + promise.stream + "` was sampled is unknown";
  return how +
         ", so that its rows tell nothing of those that were not kept; record all of them, or a share chosen before "
         "anything was known (`sampling head`)";
}

Gate not_covered(std::string note) {
  return {Reason::coverage, std::move(note), {}};
}

struct Extent {
  std::int64_t first = 0, last = 0;
};

std::optional<Extent> extent_of(const Question& question, const plan::Leaf& leaf) {
  if (!leaf.reach) return std::nullopt;
  const plan::ValueSummary& times = question.facts.values(leaf.reach->values, question.group);
  const auto* first = times.minimum ? std::get_if<std::int64_t>(&*times.minimum) : nullptr;
  const auto* last = times.maximum ? std::get_if<std::int64_t>(&*times.maximum) : nullptr;
  if (first == nullptr || last == nullptr) return std::nullopt;
  return Extent{*first, *last};
}

std::optional<Gate> last_window_gate(const Question& question, const std::optional<Extent>& extent) {
  const std::int64_t length = question.objective.window.length_ns;
  const std::optional<std::int64_t>& as_of = question.facts.facts().as_of_ns;
  if (!as_of || !extent)
    return not_covered("no time of its rows is known, so its window of " + span_text(length) + " is not covered");
  const Int128 start = Int128(*as_of) - length, late = Int128(extent->first) - start;
  if (late <= length / kTolerance) return std::nullopt;
  return not_covered("its rows begin " + span_text(late) + " into the window of " + span_text(length));
}

std::optional<Gate> since_window_gate(const Question& question, const plan::Leaf& leaf) {
  const std::int64_t anchor = question.objective.window.anchor_ns;
  const std::optional<std::int64_t>& as_of = question.facts.facts().as_of_ns;
  const plan::StreamFacts& stream = question.facts.stream(population_of(leaf).scan);
  if (!as_of || !stream.covers_from_ns) return not_covered("the time that `" + stream.stream + "` covers is not known");
  const Int128 length = Int128(*as_of) - anchor, late = Int128(*stream.covers_from_ns) - anchor;
  if (late <= length / kTolerance) return std::nullopt;
  return not_covered("`" + stream.stream + "` begins " + span_text(late) + " after the window's start");
}

std::optional<Gate> extent_gate(const Question& question, const std::optional<Extent>& extent) {
  const std::int64_t wanted = question.objective.covers_at_least_ns;
  if (wanted <= 0) return std::nullopt;
  const Int128 covered = extent ? Int128(extent->last) - extent->first : 0;
  if (extent && covered >= wanted - wanted / kTolerance) return std::nullopt;
  return not_covered("its rows cover " + span_text(covered) + " of the " + span_text(wanted) + " it asks for");
}

std::optional<Gate> coverage_gate(const Question& question) {
  for (const plan::Leaf& leaf : question.requirement.leaves) {
    const std::optional<Extent> extent = extent_of(question, leaf);
    std::optional<Gate> gate;
    switch (question.objective.window.kind) {
      case plan::WindowKind::whole:
        break;
      case plan::WindowKind::last:
        gate = last_window_gate(question, extent);
        break;
      case plan::WindowKind::since:
        gate = since_window_gate(question, leaf);
        break;
    }
    if (!gate) gate = extent_gate(question, extent);
    if (gate) return gate;
  }
  return std::nullopt;
}

// Whether everything that the objective's minimum counts stands for events.
bool are_events(const Question& question) {
  for (const plan::Requirement& requirement : question.objective.requirements)
    for (const plan::Leaf& leaf : requirement.leaves)
      for (const plan::FactRef& rows : populations_of(leaf))
        if (!question.facts.stream(rows.scan).events) return false;
  return true;
}

// Rows that are not there may add to a count and lie beyond an extreme; a sum, an estimate may be anything.
void open_beyond_the_kept(Judged& judged, const plan::Requirement& requirement) {
  using plan::CensusKind;
  const bool direct = requirement.direct_op && !requirement.model;
  const auto* census = direct ? std::get_if<plan::Census>(&requirement.leaves[0].what) : nullptr;
  const bool has_lower = census != nullptr && census->kind != CensusKind::minimum && census->kind != CensusKind::sum;
  if (!has_lower) judged.lower.clear();
  if (census == nullptr || census->kind != CensusKind::minimum) judged.upper.clear();
}

constexpr std::size_t kNamedValues = 5;

std::vector<std::string> missing_values(const FactView& facts, const plan::Objective& objective,
                                        const plan::Presence& presence, const Group& group) {
  const bool own_alone = !group.is_whole && objective.group_field == presence.field;
  const plan::Accumulator& rows = facts.plan().scans[presence.rows.scan].accumulators[presence.rows.accumulator];
  std::vector<std::string> missing;
  for (const plan::GroupKey& value : facts.stream(presence.rows.scan).groups[*rows.grouping])
    if (value && (!own_alone || value == group.key) && facts.count(presence.rows, {false, value}) == 0)
      missing.push_back(*value);
  return missing;
}

std::string missing_clause(const plan::StreamFacts& stream, const plan::Objective& objective, const std::string& field,
                           const std::vector<std::string>& missing) {
  std::string text = "`" + stream.stream + "` has no " + (stream.events ? "event" : "row") + " of " + field;
  for (std::size_t i = 0; i < std::min(missing.size(), kNamedValues); ++i)
    text += (i == 0 ? " \"" : ", \"") + missing[i] + "\"";
  if (missing.size() > kNamedValues) text += " and " + grouped_digits(missing.size() - kNamedValues) + " more";
  return text + (objective.window.kind == plan::WindowKind::whole ? "" : " in the window") + ", and every " + field +
         " is expected";
}

bool is_unknown(const RawCounts& raw) {
  return raw.unknown >= raw.population;
}

// Counted leaves whose unknown rows the policy may place; of all others they count against every verdict, or have a
// rule of their own (census).
bool is_unknown(const Question& question, const plan::Leaf& leaf) {
  return plan::match(
      leaf.what, [&](const plan::Proportion& share) { return is_unknown(raw_counts(question, share)); },
      [&](const plan::Quantile& quantile) { return quantile.below && is_unknown(raw_counts(question, quantile)); },
      [&](const plan::Mean& mean) { return question.facts.moments(mean.moments, question.group).known == 0; },
      [&](const plan::TwoShares& shares) {
        return is_unknown(raw_counts(question, shares.first)) || is_unknown(raw_counts(question, shares.second));
      },
      [](const auto&) { return false; });
}

// Rows of the leaf with the fewest, over all requirements of the objective.
template <typename Count>
std::uint64_t fewest(const plan::Objective& objective, Count count) {
  std::uint64_t smallest = UINT64_MAX;
  for (const plan::Requirement& requirement : objective.requirements)
    for (const plan::Leaf& leaf : requirement.leaves)
      for (const plan::FactRef& rows : populations_of(leaf)) smallest = std::min(smallest, count(rows));
  return smallest;
}

}  // namespace

const plan::StreamPromise* unfair_sampling(const plan::Plan& plan, const plan::Requirement& requirement) {
  using Sampling = plan::StreamPromise::Sampling;
  for (const plan::Leaf& leaf : requirement.leaves)
    for (const plan::FactRef& rows : populations_of(leaf))
      for (const plan::StreamPromise& promise : plan.streams)
        if (promise.stream == plan.scans[rows.scan].stream &&
            (promise.sampling == Sampling::tail || promise.sampling == Sampling::unknown))
          return &promise;
  return nullptr;
}

bool is_witnessed_fail(const Judged& judged, const Question& question) {
  using plan::CensusKind;
  using plan::Comparison;
  const plan::Requirement& requirement = question.requirement;
  if (judged.verdict != Verdict::fail || !requirement.direct_op || requirement.model) return false;
  const auto* census = std::get_if<plan::Census>(&requirement.leaves[0].what);
  if (census == nullptr || question.objective.unknown_as == plan::UnknownAs::bad) return false;
  const Comparison op = *requirement.direct_op;
  switch (census->kind) {
    case CensusKind::count:
    case CensusKind::distinct:
    case CensusKind::maximum:
      return op == Comparison::at_most || op == Comparison::less;
    case CensusKind::minimum:
      return op == Comparison::at_least || op == Comparison::greater;
    case CensusKind::sum:  // values that were not kept may be negative
      return false;
  }
  return false;
}

void hold_to_sampling(Judged& judged, const Question& question) {
  const plan::StreamPromise* promise = unfair_sampling(question.facts.plan(), question.requirement);
  if (promise == nullptr) return;
  const bool is_empty = judged.reason == Reason::no_rows;
  if (is_empty && question.objective.on_no_data != plan::NoDataVerdict::pass) return;
  if (!is_empty && weights_of(question.requirement) != nullptr) return;
  open_beyond_the_kept(judged, question.requirement);
  if (is_witnessed_fail(judged, question)) return;
  judged.verdict = Verdict::inconclusive;
  judged.reason = Reason::sampling;
  judged.note = (is_empty ? "no row was kept, and " : "") + sampling_note(*promise);
  judged.samples_needed.reset();
  judged.margin.clear();
}

void hold_to_known_rows(Judged& judged, const Question& question) {
  const plan::Requirement& requirement = question.requirement;
  if (judged.verdict != Verdict::pass || question.objective.unknown_as != plan::UnknownAs::good) return;
  if (!requirement.direct_op || requirement.model || !is_unknown(question, requirement.leaves[0])) return;
  const bool compared = std::holds_alternative<plan::TwoShares>(requirement.leaves[0].what);
  judged.verdict = Verdict::inconclusive;
  judged.reason = Reason::unknown_rows;
  judged.note = compared ? "of one of its shares no row is known" : "none of its rows is known";
  judged.estimate.clear();
  judged.lower.clear();
  judged.upper.clear();
  judged.margin.clear();
  judged.samples_needed.reset();
}

std::string missing_values_note(const FactView& facts, const plan::Objective& objective,
                                const plan::Requirement& requirement, const Group& group) {
  std::vector<std::string> clauses;
  for (const plan::Leaf& leaf : requirement.leaves)
    for (const plan::Presence& presence : leaf.presence) {
      const std::vector<std::string> missing = missing_values(facts, objective, presence, group);
      if (missing.empty()) continue;
      std::string clause = missing_clause(facts.stream(presence.rows.scan), objective, presence.field, missing);
      if (std::find(clauses.begin(), clauses.end(), clause) == clauses.end()) clauses.push_back(std::move(clause));
    }
  std::string note;
  for (const std::string& clause : clauses) note += (note.empty() ? "" : "; ") + clause;
  return note;
}

bool hold_to_presence(Judged& judged, const Question& question) {
  if (judged.verdict == Verdict::fail) return false;
  std::string note = missing_values_note(question.facts, question.objective, question.requirement, question.group);
  if (note.empty()) return false;
  open_beyond_the_kept(judged, question.requirement);
  const bool fails = question.objective.on_no_data == plan::NoDataVerdict::fail;
  judged.verdict = fails ? Verdict::fail : Verdict::no_data;
  judged.reason = Reason::missing_shard;
  judged.note = std::move(note);
  judged.samples_needed.reset();
  judged.margin.clear();
  return true;
}

std::uint64_t family_rows(const FactView& facts, const plan::Objective& objective) {
  return fewest(objective, [&](const plan::FactRef& rows) { return facts.total(rows); });
}

std::uint64_t missing_rows(const Question& question) {
  const std::uint64_t wanted = question.objective.minimum_rows;
  if (wanted == 0) return 0;
  const auto in_group = [&](const plan::FactRef& rows) { return question.facts.count(rows, question.group); };
  const std::uint64_t found =
      question.objective.minimum_rows_each ? fewest(question.objective, in_group) : question.family_rows;
  return found >= wanted ? 0 : wanted - found;
}

std::optional<Gate> shut_gate(const Question& question) {
  if (std::optional<Gate> gate = coverage_gate(question)) return gate;
  const std::uint64_t missing = missing_rows(question);
  if (missing == 0) return std::nullopt;
  return Gate{Reason::minimum_rows,
              "it has " + grouped_digits(question.objective.minimum_rows - missing) + " of the " +
                  grouped_digits(question.objective.minimum_rows) + (are_events(question) ? " events" : " rows") +
                  " it asks for" +
                  (question.objective.minimum_rows_each && !question.group.is_whole ? " of each group" : ""),
              missing};
}

}  // namespace proofmark::judgement
