// One policy that exercises most of a transcript: groups with a null one, a quantile, exact facts, a calculation,
// unknown, skipped and outside rows, a parameter, a missing bound.
#pragma once

#include "runtime/transcript/transcript.h"
#include "tests/judgement/case_builder.h"

namespace proofmark::transcript {

judgement::CaseBuilder rich_case();
Inputs rich_inputs();
json::Value rich_transcript(const judgement::CaseBuilder& one);
Parsed parsed(const json::Value& transcript);

}  // namespace proofmark::transcript
