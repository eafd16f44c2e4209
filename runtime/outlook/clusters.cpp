// The judge itself is asked, of sums as such clusters would have them.
#include "runtime/outlook/clusters.h"

#include <algorithm>

#include "runtime/outlook/power.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/clustered_decision.h"

namespace proofmark::outlook {
namespace {

constexpr std::uint64_t kRowsOfACluster = 1'000;            // many: how many hardly matters
constexpr std::uint64_t kMostClusters = 1'000'000'000'000;  // whose sums are held
constexpr int kMostSteps = 400;

bool passes_with(const BinomialTest& test, std::uint64_t failing, std::uint64_t clusters) {
  plan::ClusterSums sums;
  sums.clusters = clusters;
  sums.rows = clusters * kRowsOfACluster;
  sums.part = failing * kRowsOfACluster;
  sums.with_part = failing;
  sums.with_rest = clusters - failing;
  sums.largest = kRowsOfACluster;
  sums.rows_rows = plan::Int128(sums.rows) * kRowsOfACluster;
  sums.rows_part = sums.part_part = plan::Int128(sums.part) * kRowsOfACluster;
  const statistics::ClusteredClaim claim{{false, test.allowed}, test.pass_alpha, {}};
  return statistics::decide_clusters(sums, sums, claim).outcome == statistics::Outcome::pass;
}

bool is_likely(const BinomialTest& test, std::uint64_t clusters, const Rational& share, const Rational& power) {
  const auto most = most_failing_to_pass(test, clusters);
  if (!most) return false;
  if (share.is_zero() || *most >= clusters) return true;
  const statistics::Against tail = statistics::compare_lower_tail(*most, clusters, share, power);
  return tail == statistics::Against::above || tail == statistics::Against::equal;
}

// As many as independent rows would have to be, and the few more that measuring the spread costs.
std::optional<std::uint64_t> clusters_for_pass(const BinomialTest& test, const Rational& share, const Rational& power) {
  const auto rows = rows_for_pass(test, share, power);
  if (!rows) return std::nullopt;
  std::uint64_t clusters = std::max(*rows, statistics::kFewestClusters);
  for (int step = 0; step < kMostSteps && clusters <= kMostClusters; ++step) {
    if (is_likely(test, clusters, share, power)) return clusters;
    clusters += std::max<std::uint64_t>(1, clusters / 1'000);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> most_failing_to_pass(const BinomialTest& test, std::uint64_t clusters) {
  if (!passes_with(test, 0, clusters)) return std::nullopt;
  std::uint64_t passing = 0, not_passing = clusters + 1;
  while (not_passing - passing > 1) {
    const std::uint64_t middle = passing + (not_passing - passing) / 2;
    (middle <= clusters && passes_with(test, middle, clusters) ? passing : not_passing) = middle;
  }
  return passing;
}

std::optional<ClustersNeeded> clusters_needed(const BinomialTest& test, const Rational& share, const Rational& power) {
  const auto clean = rows_to_pass(test, 0), measured = rows_to_pass(test, statistics::kFewestClusters - 1);
  if (!clean || !measured) return std::nullopt;
  ClustersNeeded needed;
  needed.clean = std::max(*clean, statistics::kFewestClusters);
  needed.measured = std::max(*measured, statistics::kFewestClusters);
  needed.expected = clusters_for_pass(test, share, power);
  return needed;
}

}  // namespace proofmark::outlook
