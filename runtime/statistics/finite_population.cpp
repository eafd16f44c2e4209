#include "runtime/statistics/finite_population.h"

#include "runtime/statistics/hypergeometric.h"
#include "runtime/statistics/monotone_search.h"

namespace proofmark::statistics {

DefectSpan defects_interval(const Sampled& sampled, double alpha) {
  const std::uint64_t rest = sampled.population - sampled.sample;
  const std::uint64_t fewest = sampled.found, most = rest + sampled.found;
  const auto of = [&](std::uint64_t defects) { return Hypergeometric(sampled.sample, rest, defects); };
  const auto guess =
      static_cast<std::uint64_t>(static_cast<double>(sampled.found) / static_cast<double>(sampled.sample) *
                                 static_cast<double>(sampled.population));
  DefectSpan span{fewest, most};
  if (sampled.found > 0)
    span.lower = first_where<std::uint64_t>(
        fewest, most, guess, [&](std::uint64_t defects) { return of(defects).at_least(sampled.found) > alpha; });
  if (sampled.found < sampled.sample)
    span.upper = first_where<std::uint64_t>(fewest, most + 1, guess,
                                            [&](std::uint64_t defects) {
                                              return defects > most || of(defects).at_most(sampled.found) <= alpha;
                                            }) -
                 1;
  return span;
}

}  // namespace proofmark::statistics
