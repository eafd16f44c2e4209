// The methods that may decide a requirement, by the form of what is required: what `method NAME` chooses among. The
// first of a form is the one that decides when nothing is said. And the well-known ones that may not, with the reason.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/plan/plan.h"

namespace proofmark::builtins {

enum class Form : std::uint8_t {
  share,                 // fraction, per_million, coverage against a constant
  quantile,              // against a constant
  mean,                  // against a constant
  difference_of_shares,  // fraction(a, …) - fraction(b, …) against a constant
  difference_in_strata,  // the same, `stratified by`
  odds_ratio,
  distributions,  // similarity, drift, worse_by
  pairs,          // probability_worse
  rate,           // decided by its buckets, or by what is assumed: nothing to choose
  calculated,     // any other arithmetic
};
std::string_view form_phrase(Form form);  // "a share against a constant"

struct DecidingMethod {
  plan::Method method;
  Form form;
  std::string_view guarantee;
  std::string_view summary;
  std::string_view assumes;
  std::string_view cites;
};
std::span<const DecidingMethod> deciding_methods();

std::optional<plan::Method> method_named(std::string_view name);  // of any form
bool fits(plan::Method method, Form form);
std::vector<std::string> methods_for(Form form);  // names, the standard one first

// Why a method that people know by this name decides nothing here.
std::optional<std::string_view> why_not(std::string_view name);

}  // namespace proofmark::builtins
