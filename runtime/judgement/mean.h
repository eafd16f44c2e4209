// The mean of a value in a declared range: bounds that judge_mean compares and judge_arithmetic calculates with.
#pragma once

#include <string>

#include "runtime/judgement/among_fewer.h"
#include "runtime/judgement/interval.h"
#include "runtime/judgement/requirement.h"

namespace proofmark::judgement {

// Where unknown values are taken: at the end of the range that a bound fears, or all of them at one end.
enum class UnknownAt : std::uint8_t { worse_end, low, high };

// One-sided bounds, each at `level`, as decimals rounded outwards; within the declared range.
Range mean_bounds(const Question& question, const plan::Mean& leaf, const plan::Rational& level, UnknownAt unknown_at);

std::optional<plan::Rational> known_mean(const Question& question, const plan::Mean& leaf);
std::uint64_t unknown_values(const Question& question, const plan::Mean& leaf);

// The same comparison, were only one value in `divisor` independent.
AmongFewer mean_among_fewer(const Question& question, const plan::Mean& leaf, double divisor);

// What is wrong with the values, when some lie outside of the range: no bound holds then.
std::optional<std::string> out_of_range(const Question& question, const plan::Mean& leaf);

}  // namespace proofmark::judgement
