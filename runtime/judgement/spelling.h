// The words of verdicts, as the transcript and the report write them. They never change; new ones may be added.
#pragma once

#include <string_view>

#include "runtime/judgement/verdicts.h"

namespace proofmark::judgement {

constexpr std::string_view spelling(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::no_data:
      return "no_data";
  }
  return "";
}

constexpr std::string_view spelling(Guarantee guarantee) {
  switch (guarantee) {
    case Guarantee::exact:
      return "exact";
    case Guarantee::finite_sample:
      return "finite-sample";
    case Guarantee::asymptotic:
      return "asymptotic";
    case Guarantee::assumed:
      return "assumed";
    case Guarantee::model:
      return "model";
  }
  return "";
}

constexpr std::string_view spelling(Reason reason) {
  switch (reason) {
    case Reason::none:
      return "";
    case Reason::no_rows:
      return "no_rows";
    case Reason::no_groups:
      return "no_groups";
    case Reason::missing_shard:
      return "missing_shard";
    case Reason::too_few:
      return "too_few";
    case Reason::threshold_too_close:
      return "threshold_too_close";
    case Reason::bound_does_not_exist:
      return "bound_does_not_exist";
    case Reason::minimum_rows:
      return "minimum_rows";
    case Reason::coverage:
      return "coverage";
    case Reason::unknown_rows:
      return "unknown_rows";
    case Reason::quantised:
      return "quantised";
    case Reason::overflow:
      return "overflow";
    case Reason::denominator:
      return "denominator";
    case Reason::borderline:
      return "borderline";
    case Reason::sampling:
      return "sampling";
    case Reason::dependent:
      return "dependent";
    case Reason::out_of_range:
      return "out_of_range";
    case Reason::sample_ratio_mismatch:
      return "sample_ratio_mismatch";
    case Reason::spent:
      return "spent";
    case Reason::drifted:
      return "drifted";
    case Reason::multiplicity:
      return "multiplicity";
  }
  return "";
}

}  // namespace proofmark::judgement
