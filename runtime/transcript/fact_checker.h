// A check that holds facts against each other, wherever in the plan they stand.
#pragma once

#include "runtime/plan/match.h"
#include "runtime/plan/windowed_masks.h"
#include "runtime/transcript/shape_checker.h"

namespace proofmark::transcript {

class FactChecker : public ShapeChecker {
 public:
  using ShapeChecker::ShapeChecker;

 protected:
  const plan::Fact& at(const plan::FactRef& ref) const { return facts_.scans[ref.scan].facts[ref.accumulator]; }
  const plan::Accumulator& accumulator(const plan::FactRef& ref) const {
    return plan_.scans[ref.scan].accumulators[ref.accumulator];
  }

  // Rows, or what stands in their place.
  static std::uint64_t count_at(const plan::Fact& fact, std::size_t group) {
    return plan::match(
        fact, [&](const plan::CountFact& one) { return one.counts[group]; },
        [&](const plan::ValuesFact& one) { return one.groups[group].known; },
        [&](const plan::ClustersFact& one) { return one.groups[group].rows; },
        [&](const plan::MomentsFact& one) { return one.groups[group].known; },
        [&](const plan::ContrastFact& one) { return one.groups[group].first; },
        [&](const plan::SeriesFact& one) { return plan::rows_of(one.groups[group]); },
        [&](const plan::MomentSeriesFact& one) { return plan::rows_of(one.groups[group]); });
  }
  static std::size_t entries(const plan::Fact& fact) {
    return plan::match(
        fact, [](const plan::CountFact& one) { return one.counts.size(); },
        [](const plan::ValuesFact& one) { return one.groups.size(); },
        [](const plan::ClustersFact& one) { return one.groups.size(); },
        [](const plan::MomentsFact& one) { return one.groups.size(); },
        [](const plan::ContrastFact& one) { return one.groups.size(); },
        [](const plan::SeriesFact& one) { return one.groups.size(); },
        [](const plan::MomentSeriesFact& one) { return one.groups.size(); });
  }
  plan::Int128 total(const plan::FactRef& ref) const {
    plan::Int128 sum = 0;
    for (std::size_t group = 0; group < entries(at(ref)); ++group) sum += count_at(at(ref), group);
    return sum;
  }

  // Rows that may be counted there and have no time: none in a window that is not the whole.
  std::uint64_t untimed_in(const plan::FactRef& ref) const {
    const bool windowed = plan::windowed_masks(plan_.scans[ref.scan])[plan::mask_of(accumulator(ref))];
    return windowed ? 0 : facts_.scans[ref.scan].untimed;
  }

  // The two at the place of a fact.
  bool misfit_at(const plan::FactRef& ref, std::string what) {
    return told_at(ref, [&](const JsonPath& path) { return misfit(path, std::move(what)); });
  }
  bool contradiction_at(const plan::FactRef& ref, std::string what) {
    return told_at(ref, [&](const JsonPath& path) { return contradiction(path, std::move(what)); });
  }

 private:
  template <typename Tell>
  static bool told_at(const plan::FactRef& ref, Tell tell) {
    const JsonPath root("facts"), scans(root, "scans"), scan(scans, ref.scan), facts(scan, "facts");
    return tell(JsonPath(facts, ref.accumulator));
  }
};

}  // namespace proofmark::transcript
