// Whether what is told of collected values can be of any values.
#pragma once

#include <optional>
#include <string>

#include "runtime/plan/facts.h"

namespace proofmark::transcript {

// How many of them differ: no more than there are, nor, of whole numbers, than lie between the least and the greatest.
bool could_be_distinct(const plan::ValueSummary& values);

// What is wrong with the order of their order statistics and extremes, in words; nothing: they ascend with their ranks,
// of which the first is the least value and the last the greatest.
std::optional<std::string> wrong_order(const plan::ValueSummary& values);

// What is wrong with their sum: each value is no less than the order statistics before it, and no greater than those
// after it. Sums of reals are given the room of their rounding. Pre: their order is right.
std::optional<std::string> wrong_sum(const plan::ValueSummary& values);

}  // namespace proofmark::transcript
