// Random scans whose rows stand for several events, and the same events one by one.
#pragma once

#include "runtime/plan/facts.h"
#include "tests/engine/random_case.h"

namespace proofmark::engine::testing {

// A random case with a column of weights: most rows stand for none to three events, a few for many. Sums of doubles,
// which have no weighted form, are left out.
Case random_weighted_case(const CaseSize& size);

// What the oracle makes of the events, each written out as a row of its own.
plan::StreamFacts facts_of_events(const Case& weighted);

}  // namespace proofmark::engine::testing
