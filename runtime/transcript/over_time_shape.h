// Whether what was counted over time agrees with what was counted in all.
//
// A series is of the rows that were counted, but for those without a time, which no window but the whole has: elsewhere
// the two come to the same. Where it is one series for more groups than have each their own, it is of rows that are in
// no group too.
#pragma once

#include <optional>

#include "runtime/transcript/fact_checker.h"
#include "runtime/transcript/series_shape.h"

namespace proofmark::transcript {

class OverTimeChecker : public FactChecker {
 public:
  using FactChecker::FactChecker;

 protected:
  // Rows of a population, and of a part of it.
  bool series_agrees(const std::optional<plan::FactRef>& series, const plan::FactRef& population,
                     const plan::FactRef& part);
  // The values of a mean.
  bool moment_series_agrees(const plan::Mean& leaf);
  // The values of a side of a comparison, or of a quantile in a calculation.
  bool ranks_agree(const std::optional<plan::FactRef>& series, const plan::FactRef& values);
  // The known values that a model may sample.
  bool sampled_ranks_agree(const plan::ModelSource& source, const plan::Census& rows);

  // Between which times the leaf's rows were counted.
  Stretch stretch_of(const plan::Leaf& leaf) const;

 private:
  bool is_of_more(const plan::FactRef& series, const plan::FactRef& counted) const;
  std::uint64_t counted_in(const plan::FactRef& series, const plan::FactRef& ref, std::size_t group) const;
  bool may_be_over_time(const plan::FactRef& series, const plan::FactRef& ref, std::size_t group,
                        std::uint64_t rows) const;
  bool is_grouped_alike(const plan::FactRef& series, const plan::FactRef& counted);
};

}  // namespace proofmark::transcript
