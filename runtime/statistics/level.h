// A confidence as the probability left to each tail, formed exactly before it is rounded once.
//
// 1 - 0.999999 in binary is off by 3e-11 already; the exact rational is not.
#pragma once

#include "runtime/plan/number.h"

namespace proofmark::statistics {

struct TailLevel {
  double alpha = 0.05;     // of each bound that is given
  double co_alpha = 0.95;  // 1 - alpha
};

// 0 < confidence < 1. Two bounds share 1 - confidence; one bound has all of it.
TailLevel tail_level(const plan::Rational& confidence, bool two_sided);

// (1 - confidence) / parts, for several bounds that must hold together (Bonferroni). parts >= 1.
TailLevel shared_level(const plan::Rational& confidence, std::uint64_t parts);

// 1 - confidence. Rationals of [0, 1] have one that fits.
plan::Rational alpha_of(const plan::Rational& confidence);

}  // namespace proofmark::statistics
