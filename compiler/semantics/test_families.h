// The distributions that a test draws the values of a field from, and how their parameters are called. They are not
// those of models (model_families.h): a test makes telemetry up, and nothing is claimed of its draws.
#pragma once

#include <array>
#include <string_view>

#include "runtime/generators/telemetry.h"

namespace proofmark::semantics {

struct TestFamily {
  std::string_view name, first, second;  // its parameters; `second` may be empty
  generators::Family family;
  bool first_measured, second_measured;  // in the unit of the field
  constexpr std::size_t parameters() const { return second.empty() ? 1 : 2; }
};

inline constexpr std::array kTestFamilies{
    TestFamily{"uniform", "low", "high", generators::Family::uniform, true, true},
    TestFamily{"normal", "mean", "sd", generators::Family::normal, true, true},
    TestFamily{"lognormal", "mu", "sigma", generators::Family::lognormal, false, false},
    TestFamily{"exponential", "mean", "", generators::Family::exponential, true, false},
    TestFamily{"weibull", "scale", "shape", generators::Family::weibull, true, false},
    TestFamily{"pareto", "scale", "shape", generators::Family::pareto, true, false},
};

}  // namespace proofmark::semantics
