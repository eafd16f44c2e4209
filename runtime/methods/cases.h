// Oracle cases: a method, its arguments and the values that somebody else computed, with a tolerance.
//
// The format is stats-oracle/1: {"cases":[{"id","method","inputs","params","expected","tol":{"rel","abs"}}]}. It is how
// an installation is qualified: each case is answered by the same table that `proofmark calc` and the judge use.
#pragma once

#include <string>
#include <vector>

#include "runtime/methods/methods.h"

namespace proofmark::methods {

struct Case {
  json::Value id;  // null when the case has none
  std::string method;
  json::Object arguments;  // inputs and params together
  json::Object expected;
  double relative = 0, absolute = 0;
  Diagnostics malformed;  // why the case cannot be run; then the rest is not filled in
};

// PM1205 when the text as a whole cannot be read; a malformed case is a Case that says so.
Result<std::vector<Case>> read_cases(std::string_view text, const std::string& file);

Answer run(const Case& the_case, const Data& data);

// Each field that the answer lacks or that differs by more than absolute + relative * |expected|, in words.
std::vector<std::string> shortfalls(const Case& the_case, const json::Object& answer);

}  // namespace proofmark::methods
