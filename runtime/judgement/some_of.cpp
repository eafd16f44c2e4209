#include "runtime/judgement/some_of.h"

#include <algorithm>

#include "runtime/judgement/family.h"
#include "runtime/judgement/requirement.h"

namespace proofmark::judgement {
namespace {

using plan::Rational;

// All requirements, each judged at the level that its step left it.
struct Steps {
  std::vector<Judged> judged;
  std::vector<FamilyEntry> ledger;
  std::uint64_t shown = 0;  // with the verdict that is sought
};

class Family {
 public:
  Family(const FactView& facts, const plan::Objective& objective, const Group& group, const ObjectiveVerdict& whole,
         std::uint64_t rows)
      : facts_(facts), objective_(objective), group_(group), whole_(whole), rows_(rows) {}

  std::uint64_t members() const { return objective_.requirements.size(); }

  Steps holm(Verdict sought) const {
    Steps steps{std::vector<Judged>(members()), std::vector<FamilyEntry>(members()), 0};
    for (std::uint32_t step = 1;; ++step) {
      const Rational level = *divide(whole_.alpha, Rational(static_cast<std::int64_t>(members() - steps.shown)));
      const std::uint64_t fresh = test(steps, sought, level, step);
      steps.shown += fresh;
      if (fresh == 0 || steps.shown == members()) return steps;
    }
  }

  Steps each_alone(Verdict sought) const {
    Steps steps{std::vector<Judged>(members()), std::vector<FamilyEntry>(members()), 0};
    steps.shown = test(steps, sought, whole_.alpha, 1);
    return steps;
  }

 private:
  // Those that no earlier step has shown.
  std::uint64_t test(Steps& steps, Verdict sought, const Rational& level, std::uint32_t step) const {
    std::uint64_t fresh = 0;
    for (std::size_t i = 0; i < members(); ++i) {
      if (steps.ledger[i].shown) continue;
      steps.judged[i] =
          judge_gated({facts_, objective_, objective_.requirements[i], group_, level, rows_, whole_.dependence[i]});
      steps.ledger[i] = {level, step, steps.judged[i].verdict == sought};
      fresh += steps.ledger[i].shown ? 1 : 0;
    }
    return fresh;
  }

  const FactView& facts_;
  const plan::Objective& objective_;
  const Group& group_;
  const ObjectiveVerdict& whole_;
  std::uint64_t rows_;
};

// Whose numbers stand for all: the weakest that was shown, else what is most in the way.
std::size_t deciding(const std::vector<Judged>& judged, Verdict verdict) {
  std::size_t best = judged.size();
  for (std::size_t i = 0; i < judged.size(); ++i) {
    if (judged[i].verdict != verdict) continue;
    const bool weaker = best < judged.size() && judged[i].p_pass > judged[best].p_pass && verdict == Verdict::pass;
    if (best == judged.size() || weaker) best = i;
  }
  return best == judged.size() ? 0 : best;
}

Verdict undecided(const std::vector<Judged>& judged) {
  const bool absent =
      std::any_of(judged.begin(), judged.end(), [](const Judged& one) { return one.verdict == Verdict::no_data; });
  return absent ? Verdict::no_data : Verdict::inconclusive;
}

}  // namespace

SomeOf judge_some_of(const FactView& facts, const plan::Objective& objective, const Group& group,
                     const ObjectiveVerdict& whole, std::uint64_t rows) {
  const Family family(facts, objective, group, whole, rows);
  const std::uint64_t least = objective.family_least, enough_to_fail = family.members() - least + 1;
  Steps steps = family.holm(Verdict::pass);
  SomeOf result;
  result.told.passed = steps.shown;
  GroupVerdict& verdict = result.group;
  verdict.verdict = steps.shown >= least ? Verdict::pass : undecided(steps.judged);
  if (steps.shown < least) {
    Steps failing = enough_to_fail == family.members() ? family.each_alone(Verdict::fail) : family.holm(Verdict::fail);
    if (failing.shown >= enough_to_fail) {
      verdict.verdict = Verdict::fail;
      verdict.declared_fail = true;
      for (std::size_t i = 0; i < failing.judged.size(); ++i) failing.judged[i].declared_fail = failing.ledger[i].shown;
      steps = std::move(failing);
    }
  }
  result.told.least = least;
  result.told.ledger = std::move(steps.ledger);
  verdict.key = group.key;
  verdict.is_whole = group.is_whole;
  verdict.deciding_requirement = deciding(steps.judged, verdict.verdict);
  verdict.requirements = std::move(steps.judged);
  return result;
}

}  // namespace proofmark::judgement
