// The parameters of every comparison of two samples.
#pragma once

#include "runtime/methods/alternatives.h"

namespace proofmark::methods {

inline constexpr Parameter kSample1{"sample1", "values1|x", Kind::reals, "the first sample"};
inline constexpr Parameter kSample2{"sample2", "values2|y", Kind::reals, "the second sample, such as the baseline"};

}  // namespace proofmark::methods
