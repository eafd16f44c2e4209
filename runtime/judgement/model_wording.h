// Verdicts on models in plain words: trials are no rows, and a probability of a model is none that was measured.
#pragma once

#include <string>

#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

// "in the model, probability(outage.breached) is at most 0.01% (99% confidence of the simulation), within the 1% …"
std::string model_sentence(const plan::Objective& objective, const plan::Requirement& requirement,
                           const Judged& judged);

}  // namespace proofmark::judgement
