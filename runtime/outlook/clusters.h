// How many clusters let a claim pass whose rows come in them, where no design effect is declared: of one size, and each
// failing as a whole or not at all.
//
// The judge counts clusters (Clopper and Pearson) as long as fewer than ten of them fail, so that clean ones pass
// early. From ten on it measures their spread (Korn and Graubard), which lets nothing pass that nine failing ones would
// not (runtime/statistics/clustered_decision.h). Sizes that differ, and failures that are spread over more clusters,
// ask for more.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/outlook/binomial_test.h"

namespace proofmark::outlook {

struct ClustersNeeded {
  std::uint64_t clean = 0;                // none of them fails
  std::optional<std::uint64_t> expected;  // with the wanted power, where a share of them fails
  std::uint64_t measured = 0;             // ten or more fail: no fewer can pass
};

// 0 <= share < allowed. Nothing when kMostRows clusters are too few.
std::optional<ClustersNeeded> clusters_needed(const BinomialTest& test, const Rational& share, const Rational& power);

// The most failing ones of so many clusters with which the judge lets the claim pass; nothing when it passes with none.
std::optional<std::uint64_t> most_failing_to_pass(const BinomialTest& test, std::uint64_t clusters);

}  // namespace proofmark::outlook
