// How likely an objective errs, read off the policy: P(it passes although what it claims is false), and P(it fails
// although that is true). Both are at most alpha, over all declared looks together: a requirement is tested at alpha to
// either side (of K looks each fails at alpha / K), Holm's steps share it among the groups and requirements that may
// fail, and whoever finds a failure too many in `at least k of` has found one that is none (family.h, some_of.h).
//
// Where no such level holds, for want of data, of attested looks at this very claim, of fair sampling, or because a
// method is right in the limit only, there is none, and the reason is told.
#pragma once

#include <string>
#include <variant>

#include "runtime/judgement/verdicts.h"
#include "runtime/plan/facts.h"

namespace proofmark::judgement {

struct Level {
  plan::Rational alpha;
  Guarantee guarantee = Guarantee::exact;
  bool asked_once = false;  // supposed of every release, since no history attests it
};

// Of several levels the weakest of what they can be trusted for.
Level with_alpha(const plan::Rational& alpha, const Level& a, const Level& b);
// What a bound at this level supposes, as it follows its sentence; empty: nothing.
std::string asked_once_clause(const Level& level);

struct NoLevel {
  std::string why;          // a clause: "`fast` passes when nothing was measured"
  bool asymptotic = false;  // … because a method is right in the limit only
};
using ErrorLevel = std::variant<Level, NoLevel>;

enum class Wrong : std::uint8_t { pass, fail };  // which verdict errs

// Whether the same release may be asked about again: by several declared looks, or since the policy can hold, after
// which people do ask again whatever it says. Then only a history attests how often it was, and without one there is
// no level. Elsewhere each answer is final: that a release is asked about once is supposed where no history attests it.
bool may_be_asked_again(const plan::Plan& plan, const plan::Objective& objective);

// `history`: what attests how often was looked before, and at which claims; null: nothing does.
ErrorLevel error_level(const plan::Plan& plan, const plan::Objective& objective, Wrong wrong,
                       const plan::History* history);

}  // namespace proofmark::judgement
