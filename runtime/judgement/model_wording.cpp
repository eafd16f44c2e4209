#include "runtime/judgement/model_wording.h"

#include "runtime/judgement/quantity.h"
#include "runtime/judgement/requirement.h"
#include "runtime/judgement/wording.h"
#include "runtime/plan/spelling.h"

namespace proofmark::judgement {

std::string model_sentence(const plan::Objective& objective, const plan::Requirement& requirement,
                           const Judged& judged) {
  const Display display{judged.unit, requirement.in_ppm};
  const auto value = [&](const std::string& text, Rounding rounding) {
    return measured_quantity(text, rounding, judged.threshold, display);
  };
  const bool at_least = is_at_least(judged.op);
  const bool of_rows = !requirement.leaves.empty();
  const std::string confidence =
      percent(objective.confidence) + " confidence of " + (of_rows ? "rows and simulation" : "the simulation");
  const std::string required = std::string(plan::spelling(judged.op)) + " " + exact_quantity(judged.threshold, display);
  const std::string trials =
      count_text(judged.n, "trial") +
      (of_rows ? ", of which " + grouped_digits(judged.independent) + " share no row" : std::string());
  const std::string is = "in the model, " + requirement.model->text + " is ";
  const std::string estimate = judged.estimate.empty() ? "unknown" : value(judged.estimate, Rounding::half_even);
  const auto bound = [&](bool lower) {
    return lower ? "at least " + value(judged.lower, Rounding::down) : "at most " + value(judged.upper, Rounding::up);
  };
  const std::string needed = of_rows ? "rows" : "trials";
  std::string text;
  switch (judged.verdict) {
    case Verdict::pass:
      text = is + bound(at_least) + " (" + confidence + ", " + trials + "), and " + required + " is required";
      break;
    case Verdict::fail:
      text = is + bound(!at_least) + " (" + confidence + ", " + trials + "), which is not " + required;
      break;
    case Verdict::no_data:
      return judged.reason == Reason::missing_shard
                 ? requirement.leaves[0].text + " lacks rows to sample: " + judged.note
                 : requirement.leaves[0].text + " has no rows to sample";
    case Verdict::inconclusive:
      if (judged.n == 0) return requirement.leaves[0].text + " has fewer rows than one trial samples";
      text = is + estimate + " over " + trials + ", which does not decide whether it is " + required;
      if (judged.reason == Reason::unknown_rows)
        text += ": " + count_text(judged.unknown, "unknown trial") + " might meet it or not";
      else if (!judged.note.empty())
        text += ": " + judged.note;
      else if (judged.samples_needed)
        text += "; " + grouped_digits(*judged.samples_needed) + " more " + needed + " like these would pass";
      break;
  }
  if ((judged.verdict == Verdict::pass || judged.verdict == Verdict::fail) && !judged.note.empty())
    text += ", if its rows are independent of each other (" + judged.note + ")";
  return text + "; what the model supposes is not judged";
}

}  // namespace proofmark::judgement
