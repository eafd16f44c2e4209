// Declared looks whose predecessors are attested: what this one may spend.
//
// Without a history each of K looks has alpha / K. With one, the rows that every earlier look saw are known, and a
// claim on independent rows passes by the exact group-sequential boundary (runtime/statistics/sequential.h): alpha is
// spent as O'Brien and Fleming's design would (Lan & DeMets 1983), at look j of K by the fraction j / K, and with
// `looks every D for T` by the share of T that has gone by, rounded to whole D. Failures, arithmetic and rows in
// clusters keep alpha / K, the union bound. Assumes that when one looks does not depend on what was seen.
#pragma once

#include "runtime/judgement/earlier_looks.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::judgement {

// Rows that count against a pass, unknown ones where they are placed.
std::uint64_t bad_rows(const statistics::ProportionCounts& counts, const statistics::ProportionClaim& claim);

// The boundary of this look, for a direct claim on independent rows; nothing when alpha / K or an anytime test decides.
std::optional<LookTaken> look_taken(const Question& question, const statistics::ProportionCounts& counts,
                                    const statistics::ProportionClaim& claim);

// Where a look lies in the schedule of `looks every D for T`, which it is counted by: the nearest step from the anchor,
// at most the last one, and how much later than that it is. Nothing without such a schedule.
struct Scheduled {
  std::uint64_t step = 0;
  plan::Int128 late_ns = 0;  // less than 0: earlier
};
std::optional<Scheduled> scheduled(const plan::Objective& objective, std::optional<std::int64_t> as_of_ns);

// Objectives that are looked at more than a twentieth of D off the schedule, or twice at one step (PM0913), those with
// the same schedule together. Without a history each look has an equal share, whenever it is.
Diagnostics off_schedule_warnings(const plan::Plan& plan, const plan::Facts& facts);

// Further rows, at the observed proportion, that let the next look pass; enough, not always the fewest. Nothing at the
// last look.
std::optional<std::uint64_t> further_rows_to_next_look(const Question& question,
                                                       const statistics::ProportionCounts& counts,
                                                       const statistics::ProportionClaim& claim);

}  // namespace proofmark::judgement
