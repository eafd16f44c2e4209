// What the report shows, before it is laid out: rows of a table and lines of prose, safe to print.
#pragma once

#include <string>
#include <vector>

#include "runtime/judgement/verdicts.h"
#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::cli {

struct ReportRow {
  int level = 0;  // 0 an objective, 1 a group or requirement of it
  std::string name;
  judgement::Verdict verdict = judgement::Verdict::no_data;
  std::string verdict_text;  // "pass", "fail", "fail alone" (not declared of the family), …
  std::string estimate, bounds, required, confidence, rows, plot;
};

struct ObjectiveSection {
  std::vector<ReportRow> rows;
  std::string hidden;  // "and 180 more groups that pass"; empty: all are shown
  std::string because;
  std::vector<std::string> notes;  // unknown rows, rows outside
};

struct Page {
  std::string title;
  std::string about;  // "policy checkout, revision 3; service checkout; release 2.4.0; as of …"
  std::vector<ObjectiveSection> objectives;
  std::vector<std::string> stream_notes;
  plan::Decision decision = plan::Decision::deny;
  std::string decision_text;  // "certify for 7d"
  std::string because, bound, denial;
};

Page page_of(const plan::Plan& plan, const plan::Facts& facts, const judgement::Verdicts& verdicts);

// Control characters (a label may hold an escape sequence) as "\xNN".
std::string printable(const std::string& text);

}  // namespace proofmark::cli
