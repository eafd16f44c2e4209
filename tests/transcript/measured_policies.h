// Facts as an engine measures them: of every test that the policies of a folder hold, over the telemetry it makes up.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::transcript {

struct Measured {
  std::string name;  // of the policy file, and of its test
  plan::Plan plan;
  plan::Facts facts;
};

// A failure of the running test names what cannot be measured.
std::vector<Measured> measured_policies(const std::filesystem::path& folder);

}  // namespace proofmark::transcript
