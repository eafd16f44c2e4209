// Every group and requirement judged alone, then Holm, then precedence: fail, no_data, inconclusive, pass.
#include "runtime/judgement/family.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/dispersion.h"
#include "runtime/judgement/earlier_looks.h"
#include "runtime/judgement/error_level.h"
#include "runtime/judgement/gates.h"
#include "runtime/judgement/precedence.h"
#include "runtime/judgement/requirement.h"
#include "runtime/judgement/some_of.h"
#include "runtime/judgement/wording.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;

// One look's level: a declared number of looks shares alpha (a union bound; no look needs to know the earlier ones);
// evidence that is valid at any time takes all of it at every look, and a retry its own part (earlier_looks.h). Where
// earlier looks are attested a pass is decided by the boundary of all looks instead (planned_looks.h); failures keep
// this level.
Rational level_of(const plan::Objective& objective) {
  const Rational alpha = *subtract(Rational(1), objective.confidence);
  if (objective.looks.kind != plan::LooksKind::at_most) return alpha;
  PROOFMARK_CHECK(objective.looks.maximum >= 1);
  return *divide(alpha, Rational(static_cast<std::int64_t>(objective.looks.maximum)));
}

// Of two with the same verdict, the one that decides: the clearest fail, the weakest pass, else the first.
bool decides_over(const Judged& a, const Judged& b) {
  if (precedence(a.verdict) != precedence(b.verdict)) return precedence(a.verdict) < precedence(b.verdict);
  if (a.declared_fail != b.declared_fail) return a.declared_fail;
  if (a.verdict == Verdict::fail) return a.p_fail < b.p_fail;
  if (a.verdict == Verdict::pass && (a.reason == Reason::no_rows) != (b.reason == Reason::no_rows))
    return a.reason == Reason::no_rows;
  return a.verdict == Verdict::pass && a.p_pass > b.p_pass;
}

void choose_deciding(GroupVerdict& group) {
  group.deciding_requirement = 0;
  for (std::size_t i = 1; i < group.requirements.size(); ++i)
    if (decides_over(group.requirements[i], group.requirements[group.deciding_requirement]))
      group.deciding_requirement = i;
  group.verdict = group.requirements[group.deciding_requirement].verdict;
}

// `verdict` has what the group's rows over time say.
void judge_group(const FactView& facts, const plan::Objective& objective, const Group& group,
                 const ObjectiveVerdict& family, std::uint64_t rows, GroupVerdict& verdict) {
  verdict.key = group.key;
  verdict.is_whole = group.is_whole;
  for (std::size_t r = 0; r < objective.requirements.size(); ++r) {
    const auto dependence = dependence_for(family, verdict, r);
    verdict.requirements.push_back(
        judge_gated({facts, objective, objective.requirements[r], group, family.alpha, rows, dependence}));
  }
  choose_deciding(verdict);
}

// Of each group, what its rows over time say; nothing yet of what they are judged to.
std::vector<GroupVerdict> measured_groups(const FactView& facts, const plan::Objective& objective,
                                          const std::vector<Group>& groups) {
  std::vector<GroupVerdict> verdicts(groups.size());
  if (!objective.group_field) return verdicts;
  std::vector<DependenceTable> dependence = dependence_by_group(facts, objective, groups);
  std::vector<DispersionList> dispersion = dispersion_by_group(facts, objective, groups);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    verdicts[g].dependence = std::move(dependence[g]);
    verdicts[g].dispersion = std::move(dispersion[g]);
  }
  return verdicts;
}

// A raw failure that waits for Holm. Of several that are retries of different numbers each has its own part of alpha,
// and what its tail is of that part decides which comes first: `p` is the tail times 2^number.
struct Failure {
  std::size_t group = 0, requirement = 0;
  double p = 0;
};

double in_its_part(double tail, const std::optional<RetryTaken>& retry) {
  return retry ? std::ldexp(tail, static_cast<int>(std::min(retry->number, kMostRetries))) : tail;
}

// Holm's steps. Failures that are certain (a census, missing data the policy calls a failure) have p = 0. Of bounds
// without a tail (interval arithmetic, means, rates), and of rows that depend on each other, only p <= level is known,
// by failing at that level: it must fail at alpha / m, which every step grants. The others go in the order of their
// tails, of retries in that of their tails' parts of what each look has (Holm's weighted steps), and are compared
// exactly. Comparisons without data count in m as p = 1.
void declare_failures(const FactView& facts, const plan::Objective& objective, const std::vector<Group>& groups,
                      ObjectiveVerdict& verdict) {
  const std::uint64_t m = verdict.comparisons;
  const auto declare = [&](const Failure& failure) {
    verdict.groups[failure.group].declared_fail = true;
    verdict.groups[failure.group].requirements[failure.requirement].declared_fail = true;
  };
  const auto dependence_of = [&](const Failure& failure) {
    return dependence_for(verdict, verdict.groups[failure.group], failure.requirement);
  };
  const auto fails_among = [&](const Failure& failure, std::uint64_t remaining) {
    const Rational level = *divide(verdict.alpha, Rational(static_cast<std::int64_t>(remaining)));
    const plan::Requirement& requirement = objective.requirements[failure.requirement];
    const Group& group = groups[failure.group];
    const auto dependence = dependence_of(failure);
    const Question asked{facts, objective, requirement, group, verdict.alpha, 0, dependence};
    if (!fails_at(asked, level)) return false;
    const std::optional<RetryTaken> retry = retry_taken(asked, level);
    Question thinned = asked;
    thinned.alpha = retry ? retry->alpha : level;
    return stands_among_fewer(verdict.groups[failure.group].requirements[failure.requirement], thinned);
  };
  const auto rests_on_dependence = [&](const Failure& failure) {
    const auto dependence = dependence_of(failure);
    return rests_on_dependent_rows({facts, objective, objective.requirements[failure.requirement],
                                    groups[failure.group], verdict.alpha, 0, dependence});
  };
  std::uint64_t rejected = 0;
  std::vector<Failure> waiting;
  for (std::size_t g = 0; g < verdict.groups.size(); ++g)
    for (std::size_t r = 0; r < objective.requirements.size(); ++r) {
      const Judged& judged = verdict.groups[g].requirements[r];
      if (judged.verdict != Verdict::fail) continue;
      const Failure failure{g, r, in_its_part(judged.p_fail, judged.retry)};
      const bool absent = judged.reason == Reason::no_rows || judged.reason == Reason::missing_shard;
      const bool certain = absent || judged.method == "census";
      const bool by_intervals = !certain && (!has_tails(judged) || rests_on_dependence(failure));
      if (!certain && !by_intervals) waiting.push_back(failure);
      if (!certain && !(by_intervals && (m == 1 || fails_among(failure, m)))) continue;
      declare(failure);
      ++rejected;
    }
  std::sort(waiting.begin(), waiting.end(), [](const Failure& a, const Failure& b) {
    return std::tie(a.p, a.group, a.requirement) < std::tie(b.p, b.group, b.requirement);
  });
  for (const Failure& failure : waiting) {
    if (m > 1 && !fails_among(failure, m - rejected)) return;
    declare(failure);
    ++rejected;
  }
}

// A failure that is not declared stands among the undecided, before those that are merely inconclusive.
int family_precedence(const GroupVerdict& group) {
  switch (group.verdict) {
    case Verdict::fail:
      return group.declared_fail ? 0 : 2;
    case Verdict::no_data:
      return 1;
    case Verdict::inconclusive:
      return 3;
    case Verdict::pass:
      return 4;
  }
  return 4;
}

void settle(ObjectiveVerdict& verdict) {
  for (GroupVerdict& group : verdict.groups) choose_deciding(group);  // a declared failure comes first now
  for (std::size_t g = 1; g < verdict.groups.size(); ++g) {
    const GroupVerdict& best = verdict.groups[verdict.deciding_group];
    const GroupVerdict& other = verdict.groups[g];
    const int a = family_precedence(other), b = family_precedence(best);
    if (a < b || (a == b && decides_over(other.requirements[other.deciding_requirement],
                                         best.requirements[best.deciding_requirement])))
      verdict.deciding_group = g;
  }
  const GroupVerdict& deciding = verdict.groups[verdict.deciding_group];
  verdict.deciding_requirement = deciding.deciding_requirement;
  verdict.verdict = deciding.verdict;
  verdict.reason = deciding.requirements[deciding.deciding_requirement].reason;
  if (deciding.verdict == Verdict::fail && !deciding.declared_fail) {
    verdict.verdict = Verdict::inconclusive;
    verdict.reason = Reason::multiplicity;
  }
}

}  // namespace

Verdict verdict_without_data(const plan::Objective& objective) {
  switch (objective.on_no_data) {
    case plan::NoDataVerdict::no_data:
      return Verdict::no_data;
    case plan::NoDataVerdict::fail:
      return Verdict::fail;
    case plan::NoDataVerdict::pass:
      return Verdict::pass;
  }
  return Verdict::no_data;
}

// At the part of alpha that a retry has. Further rows are seen by the next look, which has half of it.
Judged judge_at_its_look(const Question& question, const std::optional<RetryTaken>& retry) {
  Judged judged = judge_requirement(question);
  judged.retry = retry;
  if (!retry || !judged.samples_needed) return judged;
  Question next = question;
  next.alpha = *divide(question.alpha, Rational(2));
  judged.samples_needed = judge_requirement(next).samples_needed;
  return judged;
}

Judged judge_gated(const Question& asked) {
  Question question = asked;
  const std::optional<RetryTaken> retry = retry_taken(asked, asked.alpha);
  if (retry) question.alpha = retry->alpha;
  Judged judged = judge_at_its_look(question, retry);
  hold_to_independence(judged, question);
  hold_to_sampling(judged, question);
  hold_to_known_rows(judged, question);
  const bool missing = hold_to_presence(judged, question);
  hold_to_earlier_looks(judged, question);
  if (missing) return judged;
  if (judged.verdict == Verdict::no_data) {
    judged.verdict = verdict_without_data(question.objective);
    return judged;
  }
  if (judged.verdict == Verdict::fail) return judged;
  if (judged.verdict == Verdict::inconclusive) {
    if (judged.samples_needed) judged.samples_needed = std::max(*judged.samples_needed, missing_rows(question));
    return judged;
  }
  if (std::optional<Gate> gate = shut_gate(question)) {
    judged.verdict = Verdict::inconclusive;
    judged.reason = gate->reason;
    judged.note = std::move(gate->note);
    judged.samples_needed = gate->missing_rows;
  }
  return judged;
}

// Nothing measured at all, which the policy may take as a pass: not where rows were not kept, or were expected.
void settle_without_groups(const FactView& facts, const plan::Objective& objective, ObjectiveVerdict& verdict) {
  verdict.verdict = verdict_without_data(objective);
  verdict.reason = Reason::no_groups;
  if (verdict.verdict != Verdict::pass) return;
  const auto any_requirement = [&](auto is_so) {
    return std::any_of(objective.requirements.begin(), objective.requirements.end(), is_so);
  };
  if (any_requirement([&](const plan::Requirement& one) { return unfair_sampling(facts.plan(), one) != nullptr; })) {
    verdict.verdict = Verdict::inconclusive;
    verdict.reason = Reason::sampling;
  }
  if (any_requirement(
          [&](const plan::Requirement& one) { return !missing_values_note(facts, objective, one, Group{}).empty(); })) {
    verdict.verdict = Verdict::no_data;
    verdict.reason = Reason::missing_shard;
  }
}

ObjectiveVerdict judge_objective(const FactView& facts, const plan::Objective& objective) {
  ObjectiveVerdict verdict;
  verdict.name = objective.name;
  verdict.alpha = level_of(objective);
  const std::optional<plan::History>& history = facts.facts().history;
  verdict.states_bound =
      objective.on_no_data != plan::NoDataVerdict::pass &&
      (history ? !asked_otherwise(facts.plan(), *history, objective) : objective.looks.kind == plan::LooksKind::once);
  const std::vector<Group> groups = facts.groups(objective);
  verdict.dependence = dependence_together(facts, objective);
  verdict.dispersion = dispersion_together(facts, objective);
  verdict.comparisons = groups.size() * objective.requirements.size();
  verdict.correction = verdict.comparisons > 1 ? "holm over " + std::to_string(verdict.comparisons) : "none";
  if (groups.empty()) {
    settle_without_groups(facts, objective, verdict);
  } else if (objective.family_least > 0) {
    SomeOf some = judge_some_of(facts, objective, groups[0], verdict, family_rows(facts, objective));
    verdict.verdict = some.group.verdict;
    verdict.deciding_requirement = some.group.deciding_requirement;
    verdict.reason = some.group.requirements[verdict.deciding_requirement].reason;
    verdict.family = std::move(some.told);
    verdict.groups.push_back(std::move(some.group));
  } else {
    const std::uint64_t rows = family_rows(facts, objective);
    verdict.groups = measured_groups(facts, objective, groups);
    for (std::size_t g = 0; g < groups.size(); ++g)
      judge_group(facts, objective, groups[g], verdict, rows, verdict.groups[g]);
    declare_failures(facts, objective, groups, verdict);
    settle(verdict);
  }
  verdict.because = objective_sentence(objective, verdict, !history && may_be_asked_again(facts.plan(), objective));
  return verdict;
}

}  // namespace proofmark::judgement
