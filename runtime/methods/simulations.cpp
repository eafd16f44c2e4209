// Simulations beyond a plain share: parameters that are only known to a region, and weighted draws.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/methods/verdict_fields.h"
#include "runtime/statistics/means.h"
#include "runtime/statistics/proportion_intervals.h"

namespace proofmark::methods {
namespace {

constexpr Parameter kClaimed{"threshold", "", Kind::level, "the probability that is claimed not to be exceeded"};
constexpr Parameter kDecided{"confidence", "", Kind::level, "of either verdict by itself, above 50%, such as 95%"};
constexpr std::array kCornerParameters{
    Parameter{"corners", "table", Kind::table, "one row [breaches, replications] a corner of the parameters' region"},
    kClaimed,
    kDecided,
    Parameter{"input_alpha", "", Kind::level, "chance that the true parameters lie outside the region"},
};
constexpr std::array kWeightedParameters{
    Parameter{"values", "sample", Kind::reals,
              "one a replication: its weight if it breached and 0 if not; for antithetic draws, means of pairs"},
    Parameter{"heaviest", "", Kind::positive,
              "greatest weight that is possible, declared before the draws; 1 for pairs"},
    kClaimed,
    kDecided,
};

Result<std::vector<statistics::Trials>> corners_of(const Table& table) {
  if (table.columns.size() != 2)
    return refused(fmt::format("`corners` has {} columns", table.columns.size()), "give rows [breaches, replications]");
  std::vector<statistics::Trials> corners;
  for (std::size_t i = 0; i < table.columns[0].size(); ++i) {
    const double breaches = table.columns[0][i], replications = table.columns[1][i];
    const bool whole = breaches == std::floor(breaches) && replications == std::floor(replications);
    if (!whole || !(breaches >= 0 && breaches <= replications && replications >= 1 && replications <= 1e13))
      return refused(fmt::format("corner {} has {} breaches of {}", i + 1, breaches, replications),
                     "give whole numbers; breaches are among the replications");
    corners.push_back({static_cast<std::uint64_t>(breaches), static_cast<std::uint64_t>(replications)});
  }
  if (corners.empty()) return refused("`corners` holds no corner", "give rows [breaches, replications]");
  return corners;
}

// What may go wrong is shared by the parameters and the draws. The worst corner needs no further share: a false pass
// needs that the worst one passes.
Answer worst_corner(const Arguments& call) {
  if (auto problem = undecidable(call)) return std::move(*problem);
  const auto corners = corners_of(call.table("corners"));
  if (!corners) return corners.problems();
  const auto alpha = plan::subtract(statistics::alpha_of(call.exact("confidence")), call.exact("input_alpha"));
  if (!alpha || *alpha <= Rational())
    return refused("`input_alpha` leaves nothing of what may go wrong to the draws",
                   "1 - `confidence` must exceed it: declare a wider region, or claim with less confidence");
  double p_pass = 0, p_fail = 0, upper = 0;
  std::size_t worst = 0, passing = 0, failing = 0;
  for (std::size_t i = 0; i < corners->size(); ++i) {
    const auto [breaches, n] = (*corners)[i];
    const auto decision = statistics::decide_proportion({breaches, 0, n}, {false, call.exact("threshold")}, *alpha);
    passing += decision.outcome == statistics::Outcome::pass ? 1 : 0;
    failing += decision.outcome == statistics::Outcome::fail ? 1 : 0;
    if (i == 0 || decision.p_pass > p_pass) worst = i;
    p_pass = std::max(p_pass, decision.p_pass);
    p_fail = std::max(p_fail, decision.p_fail);
    upper = std::max(upper, statistics::clopper_pearson(breaches, 0, n, *alpha).upper);
  }
  json::Object result;
  result.set("verdict", passing == corners->size() ? "pass" : failing == corners->size() ? "fail" : "inconclusive");
  result.set("p_value_pass", number(p_pass));
  result.set("p_value_fail", number(p_fail));
  result.set("upper", number(upper));
  result.set("worst", static_cast<std::int64_t>(worst) + 1);
  result.set("alpha_draws", alpha->to_decimal());
  return result;
}

Answer weighted_lt(const Arguments& call) {
  if (auto problem = undecidable(call)) return std::move(*problem);
  const auto& values = call.reals("values");
  const double heaviest = call.real("heaviest");
  if (heaviest > 1e150) return refused("`heaviest` exceeds 1e150", "a weight without bound bounds nothing");
  for (const double value : values)
    if (value < 0 || value > heaviest)
      return refused(fmt::format("`values` holds {}, which lies not from 0 to `heaviest`", value),
                     "declare the greatest weight before the draws: the bound holds only if none can exceed it");
  if (values.size() < 2) return refused("`values` holds one value", "one value says nothing of its own spread");
  const auto found = statistics::moments(values);
  if (heaviest < statistics::kLeastBernsteinWidth && found.variance < statistics::kLeastExactVariance &&
      !statistics::are_equal(values))
    return refused("the values differ by too little for their squares", "give larger weights, with their `heaviest`");
  const double half = statistics::empirical_bernstein_half_width(
      heaviest, found.variance, found.n, statistics::tail_level(call.exact("confidence"), false));
  constexpr double kRounding = 1e-12;
  const double lower = std::max(0.0, found.mean - half) * (1 - kRounding);
  const double upper = std::min(heaviest, found.mean + half) * (1 + kRounding);
  const double threshold = call.exact("threshold").nearest_double();
  json::Object result;
  result.set("verdict", upper <= threshold ? "pass" : lower > threshold ? "fail" : "inconclusive");
  result.set("estimate", number(found.mean));
  result.set("lower", number(lower));
  result.set("upper", number(upper));
  result.set("n", found.n);
  return result;
}

constexpr std::array kMethods{
    Method{"monte_carlo.weighted_lt", "Decides that a probability is at most a threshold, by weighted or paired draws.",
           kWeightedParameters, "verdict: pass, fail or inconclusive; estimate; lower, upper: one-sided bounds; n",
           "replications (or pairs) are independent and their number was fixed in advance; no weight can exceed the "
           "heaviest; the model is right",
           Guarantee::assumed, "Maurer & Pontil 2009; Kahn & Marshall 1953",
           "monte_carlo.weighted_lt(values: [0, 0.02, 0, 0.01, 0, 0, 0.02, 0], heaviest: 0.05, threshold: 50%, "
           "confidence: 90%)",
           weighted_lt},
    Method{"monte_carlo.worst_corner",
           "Decides that a simulated probability is at most a threshold over all corners of its parameters' region.",
           kCornerParameters,
           "verdict: pass if all corners pass, fail if all fail, else inconclusive; p_value_pass, p_value_fail: the "
           "largest over the corners; upper: bound of the worst corner; worst: which corner, from 1; alpha_draws: what "
           "`input_alpha` leaves",
           "the probability is worst at a corner of the region, which holds the true parameters but for `input_alpha`; "
           "replications are independent and their number was fixed in advance; the model is right",
           Guarantee::assumed, "Clopper & Pearson 1934; Berger & Boos 1994",
           "worst_corner(corners: [[3, 100_000], [9, 100_000]], threshold: 0.1%, confidence: 95%, input_alpha: 1%)",
           worst_corner},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> simulation_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
