// Earlier counts by objective, group and requirement.
#include "runtime/judgement/earlier_looks.h"

#include <algorithm>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/counts.h"
#include "runtime/judgement/dependence.h"
#include "runtime/judgement/gates.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/warning_at.h"
#include "runtime/judgement/weights.h"
#include "runtime/plan/match.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;
using statistics::ProportionClaim;
using statistics::ProportionCounts;

std::size_t index_of(const plan::Plan& plan, const plan::Objective& objective) {
  const auto index = static_cast<std::size_t>(&objective - plan.objectives.data());
  PROOFMARK_CHECK(index < plan.objectives.size());
  return index;
}

std::size_t index_of(const plan::Objective& objective, const plan::Requirement& requirement) {
  const auto index = static_cast<std::size_t>(&requirement - objective.requirements.data());
  PROOFMARK_CHECK(index < objective.requirements.size());
  return index;
}

bool has_leaf(const plan::Requirement& requirement, auto is_such) {
  return std::any_of(requirement.leaves.begin(), requirement.leaves.end(),
                     [&](const plan::Leaf& leaf) { return is_such(leaf.what); });
}

bool is_census(const plan::Requirement& requirement) {
  return !has_leaf(requirement, [](const auto& what) { return !std::holds_alternative<plan::Census>(what); });
}

bool is_share_or_quantile(const plan::Requirement& requirement) {
  return std::holds_alternative<plan::Proportion>(requirement.leaves[0].what) ||
         std::holds_alternative<plan::Quantile>(requirement.leaves[0].what);
}

plan::EarlierCount counted(const Question& question, const auto& leaf) {
  const ProportionClaim claim = claim_of(question.requirement, leaf);
  const ProportionCounts counts =
      place_unknown(raw_counts(question, leaf), claim.at_least, question.objective.unknown_as);
  return {{counts.n}, claim.at_least ? counts.n - counts.good : counts.good + counts.unknown, {}, {}};
}

plan::EarlierCount count_of(const Question& question) {
  const plan::Requirement& requirement = question.requirement;
  if (is_counted(question.objective, requirement)) {
    const auto& what = requirement.leaves[0].what;
    if (const auto* share = std::get_if<plan::Proportion>(&what)) return counted(question, *share);
    return counted(question, std::get<plan::Quantile>(what));
  }
  plan::EarlierCount count;
  for (const plan::Leaf& leaf : requirement.leaves)
    for (const plan::FactRef& population : populations_of(leaf))
      count.rows.push_back(question.facts.count(population, question.group));
  return count;
}

// Whether the requirement's bounds hold: rows that were not kept fairly have none.
bool keeps_bounds(const Question& question) {
  const plan::Requirement& requirement = question.requirement;
  return has_lasting_bounds(requirement) &&
         (unfair_sampling(question.facts.plan(), requirement) == nullptr || weights_of(requirement) != nullptr);
}

// The one of two bounds that says more.
std::string tighter(const std::string& a, const std::string& b, bool lower) {
  const std::optional<Rational> x = Rational::parse(a), y = Rational::parse(b);
  if (!x || !y) return x ? a : y ? b : std::string();
  return (*x < *y) == lower ? b : a;
}

}  // namespace

std::uint64_t look_number(const FactView& facts) {
  const std::optional<plan::History>& history = facts.facts().history;
  return history ? history->size() + 1 : 1;
}

std::optional<AskedOtherwise> asked_otherwise(const plan::Plan& plan, const plan::History& history,
                                              const plan::Objective& objective) {
  const std::size_t index = index_of(plan, objective);
  for (std::size_t look = 0; look < history.size(); ++look)
    if (const std::string& how = history[look].objectives[index].differs; !how.empty())
      return AskedOtherwise{look + 1, how};
  return std::nullopt;
}

std::size_t decided_otherwise(const plan::History& history) {
  const auto found = std::find_if(history.begin(), history.end(),
                                  [](const plan::EarlierLook& look) { return look.decided_otherwise; });
  return found == history.end() ? 0 : static_cast<std::size_t>(found - history.begin()) + 1;
}

const plan::EarlierCount* earlier_count(const plan::EarlierLook& look, const Question& question) {
  const plan::EarlierClaim& claim = look.objectives[index_of(question.facts.plan(), question.objective)];
  const plan::GroupKey& key = question.group.key;
  const auto found = std::lower_bound(claim.groups.begin(), claim.groups.end(), key,
                                      [](const plan::EarlierGroup& group, const auto& of) { return group.key < of; });
  return found == claim.groups.end() || found->key != key
             ? nullptr
             : &found->requirements[index_of(question.objective, question.requirement)];
}

bool is_counted(const plan::Objective& objective, const plan::Requirement& requirement) {
  return requirement.direct_op && !requirement.model && !objective.clustering && objective.family_least == 0 &&
         objective.method != plan::Method::mid_p && weights_of(requirement) == nullptr &&
         is_share_or_quantile(requirement);
}

bool is_anytime(const plan::Objective& objective, const plan::Requirement& requirement) {
  if (objective.looks.kind != plan::LooksKind::unlimited || requirement.model || is_census(requirement)) return false;
  if (requirement.direct_op)
    return objective.method == plan::Method::standard && !objective.clustering && weights_of(requirement) == nullptr &&
           is_share_or_quantile(requirement);
  return !has_leaf(requirement, [](const auto& what) {
    return !std::holds_alternative<plan::Proportion>(what) && !std::holds_alternative<plan::Quantile>(what) &&
           !std::holds_alternative<plan::Census>(what);
  });
}

bool is_retried(const plan::Objective& objective, const plan::Requirement& requirement) {
  return objective.looks.kind == plan::LooksKind::unlimited && !requirement.model && !is_census(requirement) &&
         !is_anytime(objective, requirement);
}

// Which look this is; without a history the first. A look at as many rows is a look too: they may be others.
static std::uint64_t retry_number(const Question& question) {
  const std::optional<plan::History>& history = question.facts.facts().history;
  if (!history) return 1;
  const std::size_t index = index_of(question.facts.plan(), question.objective);
  const auto taken = std::count_if(history->begin(), history->end(), [&](const plan::EarlierLook& look) {
    return !look.objectives[index].differs.empty() || earlier_count(look, question) != nullptr;
  });
  return static_cast<std::uint64_t>(taken) + 1;
}

std::optional<RetryTaken> retry_taken(const Question& question, const Rational& level) {
  if (!is_retried(question.objective, question.requirement)) return std::nullopt;
  const std::uint64_t number = retry_number(question);
  const std::uint64_t halvings = std::min(number, kMostRetries);
  return RetryTaken{number, *divide(level, Rational(std::int64_t{1} << halvings))};
}

std::optional<std::string> spent_note(const Question& question) {
  const plan::Looks& looks = question.objective.looks;
  if (looks.kind == plan::LooksKind::unlimited) {
    const auto retry = retry_taken(question, question.alpha);
    if (!retry || retry->number <= kMostRetries) return std::nullopt;
    return "this is look " + std::to_string(retry->number) + ", and after " + std::to_string(kMostRetries) +
           " nothing is left of alpha, of which each look has half of what the one before it had";
  }
  const std::uint64_t number = look_number(question.facts);
  if (number <= looks.maximum) return std::nullopt;
  return "this is look " + std::to_string(number) + ", and the policy declares " +
         (looks.maximum == 1 ? "one" : std::to_string(looks.maximum));
}

// A pass would be of one value, which the looks deny. A failure is of this look's window alone: it was shown at this
// look's own level, and stands.
static void tell_drifted(Judged& judged, const Question& question) {
  judged.reason = Reason::drifted;
  const plan::Requirement& requirement = question.requirement;
  const Display display{judged.unit, requirement.in_ppm};
  judged.note = "its looks contradict each other: one shows at least " +
                measured_quantity(judged.running_lower, Rounding::down, judged.threshold, display) +
                " and another at most " +
                measured_quantity(judged.running_upper, Rounding::up, judged.threshold, display) +
                ", so that what came later is not like what was seen first";
  if (judged.verdict == Verdict::fail) return;
  judged.verdict = Verdict::inconclusive;
  judged.samples_needed.reset();
  judged.lower.clear();
  judged.upper.clear();
  judged.margin.clear();
}

namespace {

struct Running {
  std::string lower, upper;

  bool is_empty() const {
    const auto least = Rational::parse(lower), most = Rational::parse(upper);
    return least && most && *least > *most;
  }
};

Running left_by_earlier_looks(const plan::History& history, const Question& question) {
  for (auto look = history.rbegin(); look != history.rend(); ++look)  // the last one holds what those before it left
    if (const plan::EarlierCount* before = earlier_count(*look, question)) return {before->lower, before->upper};
  return {};
}

void meet(Judged& judged, const Running& earlier) {
  const bool has_own = judged.reason != Reason::missing_shard;
  judged.running_lower = tighter(has_own ? judged.lower : "", earlier.lower, true);
  judged.running_upper = tighter(has_own ? judged.upper : "", earlier.upper, false);
}

bool leaves_nothing(const Judged& judged) {
  return Running{judged.running_lower, judged.running_upper}.is_empty();
}

}  // namespace

void hold_to_earlier_looks(Judged& judged, const Question& question) {
  const std::optional<plan::History>& history = question.facts.facts().history;
  if (!history) return;
  judged.after_looking = asked_otherwise(question.facts.plan(), *history, question.objective).has_value();
  if (!keeps_bounds(question)) return;
  const Running earlier = left_by_earlier_looks(*history, question);
  const bool told = judged.reason == Reason::spent || judged.reason == Reason::missing_shard;
  const bool decided = judged.verdict == Verdict::pass || judged.verdict == Verdict::fail;
  meet(judged, earlier);
  // Rows that were not of one value depend on each other by the measure. What they decide as independent ones, whose
  // average such bounds hold for, may contradict the earlier looks where as many fewer rows would not.
  if (rests_on_dependent_rows(question) && (told || !decided || !leaves_nothing(judged))) {
    widen_to_independent_rows(judged, question);
    meet(judged, earlier);
  }
  if (!told && leaves_nothing(judged)) tell_drifted(judged, question);
}

// Of one value: what was recorded so far becomes another with every row.
bool has_lasting_bounds(const plan::Requirement& requirement) {
  return !requirement.model &&
         !has_leaf(requirement, [](const auto& what) { return std::holds_alternative<plan::Census>(what); });
}

plan::EarlierClaim earlier_claim(const FactView& view, const plan::Objective& objective,
                                 const ObjectiveVerdict* verdict) {
  plan::EarlierClaim claim;
  if (std::any_of(objective.requirements.begin(), objective.requirements.end(),
                  [](const plan::Requirement& one) { return one.model.has_value(); }))
    return claim;
  const std::vector<Group> groups = view.groups(objective);
  PROOFMARK_CHECK(verdict == nullptr || groups.size() == verdict->groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    plan::EarlierGroup& handed = claim.groups.emplace_back(plan::EarlierGroup{groups[g].key, {}});
    for (std::size_t r = 0; r < objective.requirements.size(); ++r) {
      const Question question{view, objective, objective.requirements[r], groups[g], {}};
      plan::EarlierCount& count = handed.requirements.emplace_back(count_of(question));
      if (verdict == nullptr) continue;
      count.lower = verdict->groups[g].requirements[r].running_lower;
      count.upper = verdict->groups[g].requirements[r].running_upper;
    }
  }
  return claim;
}

plan::EarlierLook earlier_look(const plan::Plan& plan, const plan::Facts& facts, const Verdicts& verdicts,
                               std::string transcript) {
  PROOFMARK_CHECK(facts.as_of_ns.has_value());
  const FactView view(plan, facts);
  plan::EarlierLook look{std::move(transcript), *facts.as_of_ns, {}};
  for (std::size_t i = 0; i < plan.objectives.size(); ++i)
    look.objectives.push_back(earlier_claim(view, plan.objectives[i], &verdicts.objectives[i]));
  return look;
}

Diagnostics asked_otherwise_warnings(const plan::Plan& plan, const plan::History& history) {
  Diagnostics warnings;
  if (const std::size_t look = judgement::decided_otherwise(history); look != 0) {
    warnings.push_back(plain_problem("PM0912",
                                     "look " + std::to_string(look) + " was decided by other objectives or rules",
                                     "looks at what was asked the same all the time count, and no bound is stated for "
                                     "the decision; fix the rules before the first look at a release"));
    warnings.back().severity = Severity::warning;
  }
  for (const plan::Objective& objective : plan.objectives) {
    const auto otherwise = asked_otherwise(plan, history, objective);
    if (!otherwise) continue;
    warnings.push_back(warning_at(
        objective.origin, "PM0912",
        "`" + objective.name + "` is not what look " + std::to_string(otherwise->look) + " asked: " + otherwise->how,
        "its earlier looks count, and no bound is stated for it; fix what is asked of a release before its first "
        "look"));
  }
  return warnings;
}

}  // namespace proofmark::judgement
