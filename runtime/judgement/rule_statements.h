// When a rule decides, as statements about the objectives' verdicts: its condition holds, and no earlier rule's does.
//
// Negations are driven inwards until everything is of one kind, "at least so many of these objectives have one of these
// verdicts", all of which hold together, or are lists of which one holds. What such a conjunction leaves each objective
// is narrowed until nothing changes: so is found that `deny otherwise` never applies after `hold when any objective is
// undecided`. It finds less than a search through all verdicts would (decision.h says what holds for given ones), in
// time that grows with the rules' length alone, and never excludes what is possible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

using Standings = std::uint8_t;  // a set of verdicts, a bit each
constexpr Standings bit(Verdict verdict) {
  return static_cast<Standings>(1U << static_cast<unsigned>(verdict));
}
constexpr Standings kFail = bit(Verdict::fail);
constexpr Standings kUndecided = bit(Verdict::inconclusive) | bit(Verdict::no_data);
constexpr Standings kAny = bit(Verdict::pass) | kFail | kUndecided;

// What each objective's verdict may still be.
using Possible = std::vector<Standings>;

// At least `need` of the objectives stand so.
struct AtLeast {
  const std::vector<plan::Id>* objectives = nullptr;
  Standings standings = kAny;
  std::size_t need = 0;
  bool earlier = false;  // from an earlier rule, which does not hold
};

// A condition of a rule, or that it does not hold.
struct Statement {
  const plan::Rule* rule = nullptr;
  plan::Id id = 0;
  bool negated = false;
  bool earlier = false;
};
using Statements = std::vector<Statement>;

// Statements that hold together: counts, and lists of which one statement holds.
struct Conjunction {
  std::vector<AtLeast> counts;
  std::vector<Statements> choices;
  bool impossible = false;
};

Conjunction conjunction_of(const Statements& statements);

// Leaves every objective the verdicts with which all counts can hold, as far as one count after the other tells. False:
// there are none.
bool narrow(const std::vector<AtLeast>& counts, Possible& possible);

// That the rule at `index` decides: its condition holds, and those of the rules before it do not.
Statements statements_of(const plan::Plan& plan, std::size_t index);

}  // namespace proofmark::judgement
