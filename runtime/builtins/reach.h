// How many rows a claim needs before any telemetry could prove it: the best that can come out, which is two populations
// without a difference, or a mean of values that all lie at the better end of their range. With fewer rows no telemetry
// passes; with as many, most do not either. The judge's own bounds are asked, so that nothing is refused here that it
// could let pass.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/builtins/builtins.h"
#include "runtime/plan/plan.h"

namespace proofmark::builtins {

// Of each population, for similarity, drift, worse_by (a Dvoretzky–Kiefer–Wolfowitz band about each) and
// probability_worse (Hoeffding's bound over pairs); 0 < threshold < 1, 0 < alpha < 1/2. Nothing: more than 10^18, or
// another builtin.
std::optional<std::uint64_t> fewest_rows_to_compare(Kind kind, bool at_least, const plan::Rational& threshold,
                                                    const plan::Rational& alpha);

// Of values within a range of which `room` lies between the better end and the threshold, as a share of its width;
// nothing: more than 10^18, or a method that needs no certain number of rows (Student's t).
std::optional<std::uint64_t> fewest_rows_for_mean(plan::Method method, const plan::Rational& room,
                                                  const plan::Rational& alpha);

}  // namespace proofmark::builtins
