// Verdicts in plain words. Clauses start in lower case and have no full stop, so that a report can set them.
#pragma once

#include <string>

#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

// alpha as "at most `times` of `cases`": the smallest power of ten from 100 that makes a whole number of it, rounded up
// where none up to a million does.
struct Odds {
  std::uint64_t cases = 100, times = 0;
};
Odds odds_of(const plan::Rational& alpha);

// "p99(canary.duration) is at least 127ms with 99 % confidence, over the 100ms allowed"; of groups the one that decides
// is named. Fills nothing in, reads the finished verdict. Where the error that a sentence states supposes something, it
// says what, so that it claims no more than the decision's bound does. `unattested`: no history says how often was
// asked before, and that would matter.
std::string objective_sentence(const plan::Objective& objective, const ObjectiveVerdict& verdict,
                               bool unattested = false);

// `region "eu"`, `region null`; empty for the whole.
std::string group_text(const plan::Objective& objective, const GroupVerdict& group);

// The measured quantity as the policy wrote it: the left side of the comparison.
std::string measured_text(const plan::Requirement& requirement);

// Whether the lower ends are edges of buckets that the quantile lies above. What is calculated from such, and how far
// two distributions lie apart, may be its ends.
bool lies_above_edges(const plan::Requirement& requirement, const Judged& judged);

std::string count_text(std::uint64_t count, const char* noun);  // "1 row", "1,234 rows"

}  // namespace proofmark::judgement
