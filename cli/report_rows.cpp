// Gathering the page. Rounded numbers keep their side of the threshold; at most kShownGroups groups are listed, those
// that do not pass first in the line to be seen.
#include "cli/report_rows.h"

#include <algorithm>
#include <utility>

#include "cli/interval_plot.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/dispersion.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/spelling.h"
#include "runtime/judgement/wording.h"
#include "runtime/plan/spelling.h"

namespace proofmark::cli {
namespace {

using judgement::GroupVerdict;
using judgement::Judged;
using judgement::ObjectiveVerdict;
using judgement::Rounding;
using judgement::Verdict;

constexpr std::size_t kShownGroups = 20, kToldGroups = 5;

std::string bounds_text(const plan::Requirement& requirement, const Judged& judged, judgement::Display display) {
  if (judged.lower.empty() && judged.upper.empty()) return "";
  if (judged.lower == judged.upper && judged.guarantee == judgement::Guarantee::exact && judged.method == "census")
    return "exact";
  const auto end = [&](const std::string& value, Rounding rounding) {
    return value.empty() ? std::string("…") : judgement::measured_quantity(value, rounding, judged.threshold, display);
  };
  return (judgement::lies_above_edges(requirement, judged) ? "(" : "[") + end(judged.lower, Rounding::down) + ", " +
         end(judged.upper, Rounding::up) + "]";
}

// Of values in buckets, where the estimate lies: above an edge, and up to the next.
std::string estimate_text(const plan::Requirement& requirement, const Judged& judged, judgement::Display display) {
  const auto value = [&](const std::string& text) {
    return judgement::measured_quantity(text, Rounding::half_even, judged.threshold, display);
  };
  if (!judged.in_buckets) return value(judged.estimate);
  const bool above = judgement::lies_above_edges(requirement, judged);
  if (judged.estimate.empty())
    return judged.estimate_above.empty() ? "" : (above ? "> " : ">= ") + value(judged.estimate_above);
  if (judged.estimate_above.empty()) return "<= " + value(judged.estimate);
  return (above ? "(" : "[") + value(judged.estimate_above) + ", " + value(judged.estimate) + "]";
}

ReportRow row_of(const plan::Objective& objective, const plan::Requirement& requirement, const Judged& judged) {
  const judgement::Display display{judged.unit, requirement.in_ppm};
  ReportRow row;
  row.verdict = judged.verdict;
  row.verdict_text = judgement::spelling(judged.verdict);
  row.estimate = estimate_text(requirement, judged, display);
  row.bounds = bounds_text(requirement, judged, display);
  row.required = std::string(plan::spelling(judged.op)) + " " + judgement::exact_quantity(judged.threshold, display);
  row.confidence = judged.method == "census" ? "" : judgement::percent(objective.confidence);
  row.rows = judgement::grouped_digits(judged.n);
  row.plot = interval_plot(judged);
  return row;
}

std::string row_name(const plan::Objective& objective, const GroupVerdict& group, std::size_t requirement) {
  std::string name = judgement::group_text(objective, group);
  if (objective.requirements.size() == 1) return name;
  return (name.empty() ? "" : name + ": ") + judgement::measured_text(objective.requirements[requirement]);
}

void add_group(ObjectiveSection& section, const plan::Objective& objective, const GroupVerdict& group) {
  for (std::size_t i = 0; i < group.requirements.size(); ++i) {
    const Judged& judged = group.requirements[i];
    ReportRow row = row_of(objective, objective.requirements[i], judged);
    row.level = 1;
    row.name = printable(row_name(objective, group, i));
    if (judged.verdict == Verdict::fail && !judged.declared_fail) row.verdict_text = "fail alone";
    if (judged.reason == judgement::Reason::dependent) row.verdict_text += " (dependent)";
    section.rows.push_back(std::move(row));
  }
}

void add_groups(ObjectiveSection& section, const plan::Objective& objective, const ObjectiveVerdict& verdict) {
  if (verdict.comparisons <= 1 && !objective.group_field) return;
  const bool few = verdict.groups.size() <= kShownGroups;
  std::size_t shown = 0, passing = 0, others = 0;
  for (const GroupVerdict& group : verdict.groups) {
    const bool wanted = few || (group.verdict != Verdict::pass && shown < kShownGroups);
    if (wanted) {
      add_group(section, objective, group);
      ++shown;
    } else {
      ++(group.verdict == Verdict::pass ? passing : others);
    }
  }
  if (passing > 0)
    section.hidden =
        "and " + judgement::count_text(passing, "more group") + (passing == 1 ? " that passes" : " that pass");
  if (others > 0)
    section.hidden += (passing > 0 ? ", " : "and ") + judgement::count_text(others, "more group") +
                      (others == 1 ? " that does not" : " that do not");
}

// What rows over time say against what is made of them, of all rows or of a group.
void add_time_notes(ObjectiveSection& section, const std::string& rows, const judgement::DependenceTable& dependence,
                    const std::vector<std::optional<judgement::MeasuredDispersion>>& dispersion,
                    const std::string& where) {
  for (const auto& leaves : dependence)
    for (const std::optional<judgement::MeasuredDependence>& measured : leaves) {
      if (!measured || !measured->significant_among_all) continue;
      const std::string found = judgement::dependence_text(*measured);
      if (section.because.find(found) == std::string::npos)
        section.notes.push_back(rows + where + " depend on those before them: " + found);
    }
  for (const std::optional<judgement::MeasuredDispersion>& measured : dispersion)
    if (measured && measured->contradicts)
      section.notes.push_back("events" + where +
                              " contradict `assume poisson`: " + judgement::dispersion_text(*measured));
}

bool is_any_together(const judgement::DependenceTable& table) {
  return std::any_of(table.begin(), table.end(), [](const auto& leaves) {
    return std::any_of(leaves.begin(), leaves.end(),
                       [](const auto& measured) { return measured && measured->together; });
  });
}

// Of the first groups that have something to say, and how many more have.
void add_time_notes(ObjectiveSection& section, const std::string& rows, const plan::Objective& objective,
                    const ObjectiveVerdict& verdict) {
  add_time_notes(section, rows, verdict.dependence, verdict.dispersion, "");
  if (is_any_together(verdict.dependence))
    section.notes.push_back("whether " + rows + " depend on those before them is asked of all " +
                            judgement::count_text(verdict.groups.size(), "group") +
                            " together, and may not show of a small one: they are more than " +
                            std::to_string(plan::kMostSeriesGroups));
  std::size_t told = 0, untold = 0;
  for (const GroupVerdict& group : verdict.groups) {
    ObjectiveSection found;
    found.because = section.because;
    add_time_notes(found, rows, group.dependence, group.dispersion,
                   " of " + printable(judgement::group_text(objective, group)));
    if (found.notes.empty()) continue;
    if (++told > kToldGroups) {
      ++untold;
      continue;
    }
    section.notes.insert(section.notes.end(), found.notes.begin(), found.notes.end());
  }
  if (untold > 0) section.notes.push_back("so do those of " + judgement::count_text(untold, "more group"));
}

void add_notes(ObjectiveSection& section, const plan::Objective& objective, const ObjectiveVerdict& verdict) {
  std::uint64_t unknown = 0, outside = 0;
  bool of_events = false;
  for (const GroupVerdict& group : verdict.groups)
    for (const Judged& judged : group.requirements) {
      const bool placed = objective.unknown_as != plan::UnknownAs::worst;
      unknown = std::max(unknown, judged.unknown - (placed ? std::min(judged.unknown, judged.late) : 0));
      of_events = of_events || judged.of_events;
      outside = std::max(outside, judged.outside);
    }
  const char* where = verdict.groups.size() > 1 ? " in one group" : "";
  const auto as = objective.unknown_as;
  const char* rows = of_events ? "event" : "row";
  if (as == plan::UnknownAs::excluded) unknown += std::exchange(outside, 0);
  if (unknown > 0) {
    section.notes.push_back(
        judgement::count_text(unknown, objective.requirements[0].model ? "trial" : rows) + " unknown" + where + ", " +
        (as == plan::UnknownAs::worst      ? std::string("counted against every verdict")
         : as == plan::UnknownAs::excluded ? std::string("excluded")
                                           : "counted as " + std::string(plan::spelling(as))) +
        (objective.unknown_because.empty() ? "" : " because \"" + printable(objective.unknown_because) + "\""));
  }
  add_time_notes(section, std::string(rows) + "s", objective, verdict);
  if (outside > 0)
    section.notes.push_back(judgement::count_text(outside, rows) + " outside" + where + ": whether " +
                            (outside == 1 ? "it belongs" : "they belong") + " to the population is unknown");
}

ObjectiveSection section_of(const plan::Objective& objective, const ObjectiveVerdict& verdict) {
  ObjectiveSection section;
  ReportRow row;
  if (!verdict.groups.empty())
    row = row_of(objective, objective.requirements[verdict.deciding_requirement],
                 verdict.groups[verdict.deciding_group].requirements[verdict.deciding_requirement]);
  row.name = verdict.name;
  row.verdict = verdict.verdict;
  row.verdict_text = judgement::spelling(verdict.verdict);
  if (verdict.comparisons > 1) row.estimate = row.bounds = row.required = row.rows = row.plot = "";  // stand below
  section.rows.push_back(std::move(row));
  add_groups(section, objective, verdict);
  section.because = printable(verdict.because);
  add_notes(section, objective, verdict);
  return section;
}

std::string about(const plan::Plan& plan, const plan::Facts& facts) {
  std::string text = "policy " + plan.policy;
  if (plan.revision != 0) text += ", revision " + std::to_string(plan.revision);
  for (const plan::SubjectEntry& entry : plan.subject)
    text += "; " + entry.key + " " + entry.value + (entry.digest.empty() ? "" : " (" + entry.digest + ")");
  if (facts.as_of_ns) text += "; as of " + judgement::timestamp_text(*facts.as_of_ns);
  return printable(text);
}

// As the policy says it; empty: every event was recorded.
std::string sampling_text(const plan::StreamPromise& promise) {
  using Sampling = plan::StreamPromise::Sampling;
  std::string text = "sampling " + std::string(plan::spelling(promise.sampling));
  switch (promise.sampling) {
    case Sampling::none:
      return {};
    case Sampling::head:
      return text + " " + judgement::exact_quantity(promise.head_rate, {plan::Unit::ratio, false}) +
             (promise.kept_by.empty() ? "" : " by " + promise.kept_by);
    case Sampling::tail:
      return text + (promise.weighted_by.empty() ? "" : " weighted by " + promise.weighted_by);
    case Sampling::unknown:
      return text;
  }
  return text;
}

std::vector<std::string> notes_of_streams(const plan::Plan& plan, const plan::Facts& facts) {
  std::vector<std::string> notes;
  const auto note = [&](const plan::StreamFacts& stream, std::uint64_t number, const std::string& what) {
    if (number > 0)
      notes.push_back(printable(stream.stream) + ": " + judgement::count_text(number, stream.events ? "event" : "row") +
                      " " + what);
  };
  for (const plan::StreamPromise& promise : plan.streams) {
    if (const std::string how = sampling_text(promise); !how.empty())
      notes.push_back(printable(promise.stream + ": " + how));
    for (const std::string& check : promise.checks)
      notes.push_back(printable(promise.stream + ": in every row " + check + ", checked when the snapshot was made"));
  }
  for (std::size_t i = 0; i < facts.scans.size(); ++i) {
    const plan::StreamFacts& stream = facts.scans[i];
    note(stream, stream.skipped, "skipped at ingest, unknown to every objective");
    note(stream, stream.late, "of series that began late, which count against every verdict");
    note(stream, stream.future, "later than the snapshot, left out");
    note(stream, stream.untimed, "without a known time, unknown to every objective with a window");
    for (std::size_t g = 0; g < stream.undeclared.size(); ++g)
      note(stream, stream.undeclared[g],
           "whose `" + plan.scans[i].fields[plan.scans[i].groupings[g].field].name + "` is not declared, in no group");
  }
  return notes;
}

}  // namespace

std::string printable(const std::string& text) {
  static constexpr const char* kHex = "0123456789abcdef";
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    const unsigned char shown = c1 ? static_cast<unsigned char>(text[i + 1]) : byte;
    if (byte >= 0x20 && byte != 0x7F && !c1) {
      safe += text[i];
      continue;
    }
    safe += {'\\', 'x', kHex[shown >> 4], kHex[shown & 15]};
    if (c1) ++i;
  }
  return safe;
}

static std::string bound_text(const judgement::Bound& bound) {
  return bound.stated ? bound.because + " (" + std::string(judgement::spelling(bound.guarantee)) + ")" : bound.because;
}

Page page_of(const plan::Plan& plan, const plan::Facts& facts, const judgement::Verdicts& verdicts) {
  Page page;
  page.title = printable(plan.title.empty() ? plan.policy : plan.title);
  page.about = about(plan, facts);
  for (std::size_t i = 0; i < plan.objectives.size(); ++i)
    page.objectives.push_back(section_of(plan.objectives[i], verdicts.objectives[i]));
  page.stream_notes = notes_of_streams(plan, facts);
  const judgement::DecisionVerdict& decision = verdicts.decision;
  const plan::Rule& rule = plan.rules[decision.rule];
  page.decision = decision.decision;
  page.decision_text = plan::spelling(decision.decision);
  if (decision.decision == plan::Decision::certify && rule.valid_for_ns > 0)
    page.decision_text += " for " + judgement::duration_text(rule.valid_for_ns);
  page.because = printable(decision.because);
  page.bound = bound_text(decision.bound);
  page.denial = bound_text(decision.denial);
  if (decision.decision == plan::Decision::certify && rule.valid_for_ns > 0)
    page.bound += "; that it stays so for " + judgement::duration_text(rule.valid_for_ns) + " is taken, not measured";
  return page;
}

}  // namespace proofmark::cli
