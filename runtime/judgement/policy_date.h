// When the policy was fixed, against when its data begin: thresholds that are chosen after looking at the data pass on
// them whatever the truth is, and no error level speaks of that.
//
// The date is somebody's word (in a pipeline the version control's); here it is only compared. It changes no verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::judgement {

struct DataBegin {
  std::string stream;
  std::optional<std::int64_t> from_ns;  // nothing: its window has no beginning that is known
};

// The streams whose data begin before the policy's date, or nobody knows when, in the order of the plan: the earliest
// instant that lies in an objective's window and that the telemetry covers.
std::vector<DataBegin> begun_before(const plan::Plan& plan, const plan::Facts& facts, std::int64_t dated_ns);

// Empty where there is none.
std::string policy_date_note(std::int64_t dated_ns, const std::vector<DataBegin>& begun);

// PM0459, or nothing.
Diagnostics policy_date_warnings(const plan::Plan& plan, const plan::Facts& facts, std::int64_t dated_ns);

}  // namespace proofmark::judgement
