#include "runtime/judgement/split.h"

#include <vector>

#include "runtime/judgement/quantity.h"
#include "runtime/statistics/stratified_tables.h"

namespace proofmark::judgement {
namespace {

std::string counted_text(const std::vector<std::uint64_t>& counts) {
  std::string text;
  for (const std::uint64_t count : counts) text += (text.empty() ? "" : " : ") + grouped_digits(count);
  return text;
}

}  // namespace

void hold_to_split(Judged& judged, const Question& question) {
  if (!question.requirement.split) return;
  const plan::Split& split = *question.requirement.split;
  SplitTold told;
  std::uint64_t rows = 0;
  for (const plan::FactRef& arm : split.arms) {
    told.counts.push_back(question.facts.total(arm));
    rows += told.counts.back();
  }
  if (rows == 0) return;
  std::vector<double> shares;
  for (const plan::Rational& share : split.shares) shares.push_back(share.nearest_double());
  const auto test = statistics::sample_ratio_mismatch(told.counts, shares);
  told.statistic = test.statistic;
  told.p = test.p_value;
  judged.split = told;
  if (test.p_value >= kSplitAlpha || judged.verdict == Verdict::no_data) return;
  judged.verdict = Verdict::inconclusive;
  judged.reason = Reason::sample_ratio_mismatch;
  judged.samples_needed.reset();
  judged.lower.clear();
  judged.upper.clear();
  judged.note = "rows came as " + counted_text(told.counts) + ", which does not fit `" + split.text +
                "`: what chose between the two may be what differs";
}

}  // namespace proofmark::judgement
