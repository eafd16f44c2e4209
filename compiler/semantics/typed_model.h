// A model as analysed: its program, and what its names stand for.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/source/source_file.h"
#include "runtime/plan/model.h"
#include "runtime/plan/unit.h"

namespace proofmark::semantics {

// A truth or a number of each trial; or an array of them.
struct ModelValue {
  std::vector<std::uint32_t> nodes;  // of the program; empty: it was wrong, which has been told
  bool array = false, truth = false;
  plan::Unit unit = plan::Unit::number;
  bool wrong() const { return nodes.empty(); }
};

struct ModelName {
  ModelValue value;
  source::Span span;
  bool drawn = false, used = false;
};

struct Model {
  std::string name;
  source::Span span;
  plan::Model program;  // without counts and ranks, which the objectives ask for
  std::map<std::string, ModelName, std::less<>> names;
  std::optional<std::uint32_t> recorded;  // the typed values that `sample` draws from
  std::uint32_t recorded_elements = 0;    // that a trial draws
  bool wrong = false;                     // some part of it was, which has been told
};

}  // namespace proofmark::semantics
