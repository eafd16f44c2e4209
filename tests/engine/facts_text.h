// Facts as text, to the bit: what "the same facts, byte for byte" compares in tests.
#pragma once

#include <string>

#include "runtime/plan/facts.h"

namespace proofmark::engine::testing {

std::string text_of(const plan::StreamFacts& facts);

}  // namespace proofmark::engine::testing
