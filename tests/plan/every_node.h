// A plan with a node of every kind, and every way in which a part of it may differ.
#pragma once

#include <functional>
#include <vector>

#include "runtime/plan/plan.h"

namespace proofmark::plan {

Plan every_node();

// Each changes one thing in what every_node() has.
using Change = std::function<void(Plan&)>;
const std::vector<Change>& changes_of_heads();
const std::vector<std::function<void(Scan&)>>& changes_of_scans();
const std::vector<std::function<void(Objective&)>>& changes_of_objectives();
// Of the second requirement of the objective.
const std::vector<std::function<void(Requirement&)>>& changes_of_requirements();
const std::vector<Change>& changes_of_rules();

}  // namespace proofmark::plan
