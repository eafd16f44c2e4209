// A verdict on a proportion as fields of a result; every method that decides by counting writes the same ones.
#pragma once

#include <optional>

#include "runtime/methods/method.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::methods {

// "pass", "fail" or "inconclusive"; what 256 bits could not settle is the last.
std::string_view verdict_word(statistics::Outcome outcome);

// At 50% or less a claim could pass and fail on the same data: refused.
std::optional<Diagnostic> undecidable(const Arguments& call);

// `verdict`, `p_value_pass`, `p_value_fail`; `borderline` where 256 bits could not settle it.
void set_verdict(json::Object& into, const statistics::ProportionCounts& counts,
                 const statistics::ProportionClaim& claim, const Rational& alpha);

// `lower` and `upper`, each at the whole confidence.
void set_one_sided_bounds(json::Object& into, const statistics::ProportionCounts& counts, const Rational& confidence);

}  // namespace proofmark::methods
