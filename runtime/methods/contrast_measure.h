// What two distributions are compared by, as policies name it.
#pragma once

#include "runtime/methods/method.h"
#include "runtime/plan/plan.h"
#include "runtime/plan/spelling.h"

namespace proofmark::methods {

inline constexpr Parameter kMeasure{
    "measure",
    "",
    Kind::word,
    "drift: sup|F - G|; similarity: 1 - that; worse_by: sup(G - F); probability_worse: P(X > Y) + P(X = Y)/2",
    "drift",
    "drift|similarity|worse_by|probability_worse"};

inline plan::ContrastKind measure_of(const Arguments& call) {
  using plan::ContrastKind;
  for (const ContrastKind kind : {ContrastKind::similarity, ContrastKind::worse_by, ContrastKind::probability_worse})
    if (call.word("measure") == plan::spelling(kind)) return kind;
  return ContrastKind::drift;
}

}  // namespace proofmark::methods
