// The page a person reads after a decision, as text for a terminal and as Markdown for a pull request.
//
// Both show the same: what was judged, a row for each objective (and for each group and requirement, where there are
// several) with its numbers and its interval against the threshold, a sentence why, the decision with its rule, and how
// often such a decision errs. No locale, no clock; labels from telemetry are shown without control characters. The JSON
// form is the transcript itself (runtime/transcript).
#pragma once

#include <string>

#include "runtime/judgement/verdicts.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::cli {

struct ReportOptions {
  bool colour = false;  // of the text
  std::string note;     // beside those of the streams; empty: none
};

std::string report_text(const plan::Plan& plan, const plan::Facts& facts, const judgement::Verdicts& verdicts,
                        const ReportOptions& options = {});
std::string report_markdown(const plan::Plan& plan, const plan::Facts& facts, const judgement::Verdicts& verdicts,
                            const ReportOptions& options = {});

}  // namespace proofmark::cli
