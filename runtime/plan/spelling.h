// One spelling for every enumeration of the plan, shared by its canonical form, the transcript and the report.
// These words are part of our formats: they never change, new ones may be added.
#pragma once

#include <string_view>

#include "runtime/plan/plan.h"

namespace proofmark::plan {

constexpr std::string_view spelling(Comparison op) {
  switch (op) {
    case Comparison::less:
      return "<";
    case Comparison::at_most:
      return "<=";
    case Comparison::greater:
      return ">";
    case Comparison::at_least:
      return ">=";
    case Comparison::equal:
      return "==";
    case Comparison::not_equal:
      return "!=";
  }
  return "";
}

constexpr std::string_view spelling(Arithmetic operation) {
  switch (operation) {
    case Arithmetic::add:
      return "add";
    case Arithmetic::subtract:
      return "subtract";
    case Arithmetic::multiply:
      return "multiply";
    case Arithmetic::divide:
      return "divide";
    case Arithmetic::negate:
      return "negate";
  }
  return "";
}

constexpr std::string_view spelling(Calculation operation) {
  switch (operation) {
    case Calculation::add:
      return "add";
    case Calculation::subtract:
      return "subtract";
    case Calculation::multiply:
      return "multiply";
    case Calculation::divide:
      return "divide";
    case Calculation::negate:
      return "negate";
    case Calculation::minimum:
      return "minimum";
    case Calculation::maximum:
      return "maximum";
  }
  return "";
}

constexpr std::string_view spelling(WindowKind kind) {
  switch (kind) {
    case WindowKind::whole:
      return "whole";
    case WindowKind::last:
      return "last";
    case WindowKind::since:
      return "since";
  }
  return "";
}

constexpr std::string_view spelling(RankKind kind) {
  switch (kind) {
    case RankKind::nearest:
      return "nearest";
    case RankKind::lower:
      return "lower";
    case RankKind::upper:
      return "upper";
    case RankKind::nearest_from_below:
      return "nearest_from_below";
    case RankKind::nearest_from_above:
      return "nearest_from_above";
  }
  return "";
}

constexpr std::string_view spelling(Told told) {
  switch (told) {
    case Told::exactly:
      return "exactly";
    case Told::above:
      return "above";
    case Told::upto:
      return "upto";
  }
  return "";
}
constexpr std::string_view spelling(ContrastKind kind) {
  switch (kind) {
    case ContrastKind::similarity:
      return "similarity";
    case ContrastKind::drift:
      return "drift";
    case ContrastKind::worse_by:
      return "worse_by";
    case ContrastKind::probability_worse:
      return "probability_worse";
  }
  return "";
}
constexpr std::string_view spelling(CensusKind kind) {
  switch (kind) {
    case CensusKind::count:
      return "count";
    case CensusKind::sum:
      return "sum";
    case CensusKind::minimum:
      return "minimum";
    case CensusKind::maximum:
      return "maximum";
    case CensusKind::distinct:
      return "distinct";
  }
  return "";
}

constexpr std::string_view spelling(NoDataVerdict verdict) {
  switch (verdict) {
    case NoDataVerdict::no_data:
      return "no_data";
    case NoDataVerdict::fail:
      return "fail";
    case NoDataVerdict::pass:
      return "pass";
  }
  return "";
}

constexpr std::string_view spelling(UnknownAs unknown_as) {
  switch (unknown_as) {
    case UnknownAs::worst:
      return "worst";
    case UnknownAs::good:
      return "good";
    case UnknownAs::bad:
      return "bad";
    case UnknownAs::excluded:
      return "excluded";
  }
  return "";
}

constexpr std::string_view spelling(LooksKind kind) {
  switch (kind) {
    case LooksKind::once:
      return "once";
    case LooksKind::at_most:
      return "at_most";
    case LooksKind::unlimited:
      return "unlimited";
  }
  return "";
}

constexpr std::string_view spelling(Decision decision) {
  switch (decision) {
    case Decision::certify:
      return "certify";
    case Decision::hold:
      return "hold";
    case Decision::deny:
      return "deny";
    case Decision::revoke:
      return "revoke";
  }
  return "";
}

constexpr std::string_view spelling(Standing standing) {
  switch (standing) {
    case Standing::pass:
      return "pass";
    case Standing::fail:
      return "fail";
    case Standing::inconclusive:
      return "inconclusive";
    case Standing::no_data:
      return "no_data";
    case Standing::undecided:
      return "undecided";
  }
  return "";
}

constexpr std::string_view spelling(StreamPromise::Sampling sampling) {
  switch (sampling) {
    case StreamPromise::Sampling::none:
      return "none";
    case StreamPromise::Sampling::head:
      return "head";
    case StreamPromise::Sampling::tail:
      return "tail";
    case StreamPromise::Sampling::unknown:
      return "unknown";
  }
  return "";
}

constexpr std::string_view spelling(TwoSharesKind kind) {
  switch (kind) {
    case TwoSharesKind::difference:
      return "difference";
    case TwoSharesKind::odds_ratio:
      return "odds_ratio";
  }
  return "";
}

constexpr std::string_view spelling(Method method) {
  switch (method) {
    case Method::standard:
      return "standard";
    case Method::clopper_pearson:
      return "clopper_pearson";
    case Method::mid_p:
      return "mid_p";
    case Method::order_statistic_count:
      return "order_statistic_count";
    case Method::empirical_bernstein:
      return "empirical_bernstein";
    case Method::hoeffding:
      return "hoeffding";
    case Method::student_t:
      return "student_t";
    case Method::interval_arithmetic:
      return "interval_arithmetic";
    case Method::miettinen_nurminen:
      return "miettinen_nurminen";
    case Method::mantel_haenszel:
      return "mantel_haenszel";
    case Method::dkw_bands:
      return "dkw_bands";
    case Method::hoeffding_pairs:
      return "hoeffding_pairs";
  }
  return "";
}

constexpr std::string_view spelling(ModelFamily family) {
  switch (family) {
    case ModelFamily::bernoulli:
      return "bernoulli";
    case ModelFamily::binomial:
      return "binomial";
    case ModelFamily::poisson:
      return "poisson";
    case ModelFamily::uniform:
      return "uniform";
    case ModelFamily::normal:
      return "normal";
    case ModelFamily::lognormal:
      return "lognormal";
    case ModelFamily::exponential:
      return "exponential";
    case ModelFamily::gamma:
      return "gamma";
    case ModelFamily::beta:
      return "beta";
    case ModelFamily::weibull:
      return "weibull";
    case ModelFamily::pareto:
      return "pareto";
    case ModelFamily::categorical:
      return "categorical";
  }
  return "";
}

constexpr std::string_view spelling(ModelOperation operation) {
  switch (operation) {
    case ModelOperation::add:
      return "add";
    case ModelOperation::subtract:
      return "subtract";
    case ModelOperation::multiply:
      return "multiply";
    case ModelOperation::divide:
      return "divide";
    case ModelOperation::negate:
      return "negate";
    case ModelOperation::minimum:
      return "minimum";
    case ModelOperation::maximum:
      return "maximum";
    case ModelOperation::less:
      return "less";
    case ModelOperation::at_most:
      return "at_most";
    case ModelOperation::greater:
      return "greater";
    case ModelOperation::at_least:
      return "at_least";
    case ModelOperation::equal:
      return "equal";
    case ModelOperation::not_equal:
      return "not_equal";
    case ModelOperation::both:
      return "both";
    case ModelOperation::either:
      return "either";
    case ModelOperation::inverse:
      return "inverse";
    case ModelOperation::choose:
      return "choose";
  }
  return "";
}

}  // namespace proofmark::plan
