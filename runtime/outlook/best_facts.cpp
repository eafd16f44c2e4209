// Facts for a plan of one claim, and the judge's answer.
#include "runtime/outlook/best_facts.h"

#include <algorithm>
#include <array>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/judgement/earlier_looks.h"
#include "runtime/judgement/requirement.h"
#include "runtime/outlook/binomial_test.h"
#include "runtime/outlook/directions.h"
#include "runtime/outlook/ends.h"
#include "runtime/plan/match.h"
#include "runtime/statistics/clustered_decision.h"
#include "runtime/statistics/monotone_search.h"
#include "runtime/statistics/rank_rule.h"

namespace proofmark::outlook {
namespace {

using judgement::Verdict;
using plan::Rational;

constexpr std::int64_t kLongestNs = 100LL * 366 * 86'400 * 1'000'000'000;
constexpr std::int64_t kAsOf = 4'000'000'000'000'000'000;
constexpr std::uint64_t kManyEvents = 1'000'000'000;  // in a bucket: for a lower bound there can be as many as it takes
constexpr std::size_t kMostChoices = 6;

const plan::Requirement& requirement_of(const Claim& claim) {
  return claim.objective.requirements.front();
}

// A plan of one stream and the facts of it, a count at a time.
class Bench {
 public:
  explicit Bench(const Claim& claim) : objective_(claim.objective) {
    plan::Scan scan;
    scan.stream = "rows";
    scan.windows = {plan::Window{}};
    scan.masks = {plan::InWindow{0}};
    plan_.streams = {{"rows"}};
    plan_.scans = {scan};
    facts_.scans.push_back({});
    facts_.scans[0].stream = "rows";
    facts_.as_of_ns = kAsOf;
  }

  plan::Requirement& requirement() { return objective_.requirements.front(); }
  plan::FactRef count(std::uint64_t rows) { return add(plan::CountRows{0}, plan::CountFact{{rows}}); }
  plan::FactRef clusters(const plan::ClusterSums& sums) {
    return add(plan::SumClusters{0, 0, {}, 0}, plan::ClustersFact{{sums}});
  }
  void cover(std::int64_t time_ns) {
    facts_.scans[0].covers_from_ns = kAsOf - time_ns;
    facts_.scans[0].covers_to_ns = kAsOf;
    objective_.window = {plan::WindowKind::last, time_ns, 0};
  }

  bool passes(const Rational& alpha) {
    plan_.objectives = {objective_};
    const judgement::FactView view(plan_, facts_);
    const judgement::Group whole;
    const plan::Objective& objective = plan_.objectives.front();
    return judgement::judge_requirement({view, objective, objective.requirements.front(), whole, alpha}).verdict ==
           Verdict::pass;
  }

 private:
  template <typename What>
  plan::FactRef add(const What& what, plan::Fact fact) {
    plan_.scans[0].accumulators.push_back({what, {}});
    facts_.scans[0].facts.push_back(std::move(fact));
    return {0, static_cast<plan::Id>(plan_.scans[0].accumulators.size() - 1)};
  }

  plan::Objective objective_;
  plan::Plan plan_;
  plan::Facts facts_;
};

// Clusters as equal as so many rows can be, all of them in the part or none.
plan::ClusterSums clusters_of(std::uint64_t rows, std::uint64_t clusters, bool in_part) {
  const std::uint64_t small = rows / clusters, larger = rows % clusters;
  plan::ClusterSums sums;
  sums.clusters = clusters;
  sums.rows = rows;
  sums.largest = larger > 0 ? small + 1 : small;
  sums.rows_rows = plan::Int128(small) * small * (clusters - larger) + plan::Int128(small + 1) * (small + 1) * larger;
  if (in_part) {
    sums.part = rows;
    sums.with_part = clusters;
    sums.rows_part = sums.part_part = sums.rows_rows;
  } else {
    sums.with_rest = clusters;
  }
  return sums;
}

struct Rows {
  std::uint64_t all = 0;
  std::optional<std::uint64_t> clusters;
};

// `good` of the rows meet the condition.
plan::Proportion share_of(Bench& bench, const Rows& rows, std::uint64_t good, bool clustered) {
  plan::Proportion share{bench.count(rows.all), bench.count(good), bench.count(0)};
  if (clustered) {
    const std::uint64_t clusters = std::min(rows.clusters.value_or(rows.all), rows.all);
    const plan::FactRef sums = bench.clusters(clusters_of(rows.all, clusters, good > 0));
    share.clusters = plan::ClusterFacts{sums, sums};
  }
  return share;
}

// What a share of so many rows comes out as.
enum class Comes : std::uint8_t { none, one, half, all };

std::uint64_t good_of(Comes comes, std::uint64_t rows) {
  switch (comes) {
    case Comes::none:
      return 0;
    case Comes::one:
      return 1;
    case Comes::half:
      return rows / 2;
    case Comes::all:
      break;
  }
  return rows;
}

bool rises_best(plan::Comparison op, Direction direction) {
  return judgement::is_at_least(op) == (direction == Direction::rising);
}

bool share_passes(const Claim& claim, const Rows& rows) {
  Bench bench(claim);
  plan::Leaf& leaf = bench.requirement().leaves.front();
  const bool good = judgement::is_at_least(*requirement_of(claim).direct_op);
  leaf.outside = bench.count(0);
  leaf.what = share_of(bench, rows, good ? rows.all : 0, claim.objective.clustering.has_value());
  return bench.passes(look_alpha(claim));
}

// Clusters of one size, or of all the rows there are: with a declared design effect every row counts.
bool clustered_share_passes(const Claim& claim, const Supply& supply) {
  const Rows rows{supply.rows.front(), supply.clusters};
  const std::uint64_t clusters = std::min(supply.clusters.value_or(rows.all), rows.all);
  const std::uint64_t even = rows.all - rows.all % clusters;
  return share_passes(claim, rows) || (even < rows.all && share_passes(claim, {even, supply.clusters}));
}

bool two_shares_pass(const Claim& claim, const Supply& supply, Comes first, Comes second) {
  Bench bench(claim);
  plan::Leaf& leaf = bench.requirement().leaves.front();
  auto& shares = std::get<plan::TwoShares>(leaf.what);
  const std::uint64_t one = supply.rows.front(), two = supply.rows.back();
  leaf.outside = bench.count(0);
  shares.first = share_of(bench, {one, {}}, good_of(first, one), false);
  shares.second = share_of(bench, {two, {}}, good_of(second, two), false);
  return bench.passes(look_alpha(claim));
}

// Ten buckets must hold an event; an upper bound has no more of them, a lower bound as many as it takes.
bool rate_passes(const Claim& claim, std::int64_t time_ns) {
  Bench bench(claim);
  plan::Leaf& leaf = bench.requirement().leaves.front();
  auto& rate = std::get<plan::Rate>(leaf.what);
  const bool many = judgement::is_at_least(*requirement_of(claim).direct_op);
  const bool poisson = rate.bucket_ns == 0;
  plan::ClusterSums sums;
  if (!poisson) {
    const auto room = static_cast<std::uint64_t>((time_ns - 1) / rate.bucket_ns + 1);
    sums.clusters = many ? room : std::min<std::uint64_t>(room, statistics::kFewestClusters);
    sums.rows = sums.clusters * (many ? kManyEvents : 1);
    sums.largest = many ? kManyEvents : 1;
    sums.rows_rows = plan::Int128(sums.rows) * sums.largest;
    sums.part = sums.rows;
    sums.with_part = sums.clusters;
    sums.rows_part = sums.part_part = sums.rows_rows;
  } else if (many) {
    sums.rows = kMostRows;
  }
  leaf.outside = bench.count(0);
  rate.population = bench.count(std::max<std::uint64_t>(sums.rows, 1));
  rate.events = bench.count(sums.rows);
  if (!poisson) rate.buckets = bench.clusters(sums);
  bench.cover(time_ns);
  return bench.passes(look_alpha(claim));
}

bool is_share(const plan::Leaf& leaf) {
  return std::holds_alternative<plan::Proportion>(leaf.what);
}

bool has_shares_alone(const plan::Requirement& requirement) {
  return std::all_of(requirement.leaves.begin(), requirement.leaves.end(), is_share);
}

bool shares_pass(const Claim& claim, const Supply& supply, const std::vector<Comes>& comes) {
  Bench bench(claim);
  std::vector<plan::Leaf>& leaves = bench.requirement().leaves;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const std::uint64_t rows = supply.rows[std::min(i, supply.rows.size() - 1)];
    leaves[i].outside = bench.count(0);
    leaves[i].what = share_of(bench, {rows, {}}, good_of(comes[i], rows), false);
  }
  return bench.passes(look_alpha(claim));
}

constexpr std::array<Comes, 3> kAlike{Comes::none, Comes::half, Comes::all};

// Some of the shares that are best at none come out as one row instead, so that a denominator is not 0: any such
// choice passes.
bool some_choice_passes(const Claim& claim, const Supply& supply, std::vector<Comes> comes) {
  std::vector<std::size_t> least;
  for (std::size_t i = 0; i < comes.size(); ++i)
    if (comes[i] == Comes::none) least.push_back(i);
  if (least.size() > kMostChoices) return true;
  for (std::uint32_t choice = 0; choice < (1U << least.size()); ++choice) {
    for (std::size_t i = 0; i < least.size(); ++i)
      comes[least[i]] = ((choice >> i) & 1U) != 0 ? Comes::one : Comes::none;
    if (shares_pass(claim, supply, comes)) return true;
  }
  return false;
}

// Where each share pulls one way, the best is at the ends.
bool calculated_shares_pass(const Claim& claim, const Supply& supply, Best best) {
  const plan::Requirement& requirement = requirement_of(claim);
  const std::size_t leaves = requirement.leaves.size();
  if (best == Best::of_alike)
    return std::any_of(kAlike.begin(), kAlike.end(),
                       [&](Comes comes) { return shares_pass(claim, supply, std::vector<Comes>(leaves, comes)); });
  std::vector<Comes> comes;
  for (const Direction direction : directions_of(requirement)) {
    if (direction == Direction::both) return true;
    comes.push_back(rises_best(requirement.op, direction) ? Comes::all : Comes::none);
  }
  return some_choice_passes(claim, supply, comes);
}

bool two_shares_can_pass(const Claim& claim, const Supply& supply, Best best) {
  if (best == Best::of_alike)
    return std::any_of(kAlike.begin(), kAlike.end(),
                       [&](Comes comes) { return two_shares_pass(claim, supply, comes, comes); });
  const bool more = judgement::is_at_least(*requirement_of(claim).direct_op);
  return two_shares_pass(claim, supply, more ? Comes::all : Comes::none, more ? Comes::none : Comes::all);
}

// What takes time, or room, takes no less than none.
bool is_never_negative(plan::Unit unit) {
  return unit == plan::Unit::duration || unit == plan::Unit::bytes;
}

bool is_never_negative(const plan::Census& census) {
  return census.kind == plan::CensusKind::count || census.kind == plan::CensusKind::distinct ||
         is_never_negative(census.unit);
}

Ends ends_of(const Claim& claim, const plan::Leaf& leaf, std::uint64_t rows) {
  return plan::match(
      leaf.what,
      [&](const plan::Quantile& what) {
        if (claim.objective.looks.kind == plan::LooksKind::unlimited) return Ends::bounded(false, false);
        const auto has_bound = [&](plan::RankKind kind) {
          return statistics::rank_of({kind, what.p, bound_alpha(claim), false}, rows, rows).has_value();
        };
        return Ends::bounded(has_bound(plan::RankKind::lower), has_bound(plan::RankKind::upper),
                             is_never_negative(what.unit));
      },
      [](const plan::Proportion&) { return Ends::any_of({End::zero, End::positive}, {End::positive}); },
      [](const plan::Census& what) { return Ends::bounded(true, true, is_never_negative(what)); },
      [](const plan::Mean&) { return Ends::bounded(true, true); },
      [](const plan::Contrast&) { return Ends::bounded(false, false); },  // none of these is calculated with
      [](const plan::Rate&) { return Ends::bounded(false, false); },
      [](const plan::TwoShares&) { return Ends::bounded(false, false); });
}

Ends ends_of(const Claim& claim, const std::vector<std::uint64_t>& rows) {
  const plan::Requirement& requirement = requirement_of(claim);
  std::vector<Ends> leaves;
  for (std::size_t i = 0; i < requirement.leaves.size(); ++i)
    leaves.push_back(ends_of(claim, requirement.leaves[i], rows[std::min(i, rows.size() - 1)]));
  return calculate_ends(requirement, leaves);
}

// What passes where this fails.
Claim opposite_of(const Claim& claim) {
  Claim opposite = claim;
  plan::Comparison& op = opposite.objective.requirements.front().op;
  const bool strict = judgement::is_strict(op);
  if (judgement::is_at_least(op))
    op = strict ? plan::Comparison::at_most : plan::Comparison::less;
  else
    op = strict ? plan::Comparison::at_least : plan::Comparison::greater;
  return opposite;
}

bool is_calculated(const Claim& claim) {
  return !requirement_of(claim).direct_op;
}

// The first number of rows of each that will do. Pre: `will_do` rises.
template <typename WillDo>
std::optional<std::uint64_t> fewest(const Supply& supply, const WillDo& will_do) {
  Supply given = supply;
  const auto enough = [&](std::uint64_t rows) {
    std::fill(given.rows.begin(), given.rows.end(), rows);
    return will_do(given);
  };
  if (!enough(kMostRows)) return std::nullopt;
  return statistics::first_where<std::uint64_t>(1, kMostRows, 1, enough);
}

}  // namespace

Rational look_alpha(const Claim& claim) {
  const Rational alpha = *subtract(Rational(1), claim.objective.confidence);
  const plan::Looks& looks = claim.objective.looks;
  if (looks.kind == plan::LooksKind::at_most)
    return divide(alpha, Rational(static_cast<std::int64_t>(looks.maximum))).value_or(alpha);
  const bool halved = judgement::is_retried(claim.objective, requirement_of(claim));
  return halved ? divide(alpha, Rational(2)).value_or(alpha) : alpha;
}

Rational bound_alpha(const Claim& claim) {
  const Rational alpha = look_alpha(claim);
  const auto shares = static_cast<std::int64_t>(requirement_of(claim).splits * claim.sharing);
  return divide(alpha, Rational(shares)).value_or(alpha);
}

bool can_pass(const Claim& claim, const Supply& supply, Best best) {
  PROOFMARK_CHECK(!supply.rows.empty());
  const plan::Requirement& requirement = requirement_of(claim);
  const bool by_time = std::holds_alternative<plan::Rate>(requirement.leaves.front().what);
  if (!by_time && *std::min_element(supply.rows.begin(), supply.rows.end()) == 0) return false;
  if (is_calculated(claim))
    return can_meet(ends_of(claim, supply.rows), requirement.op, requirement.threshold) &&
           (!has_shares_alone(requirement) || calculated_shares_pass(claim, supply, best));
  return plan::match(
      requirement.leaves.front().what,
      [&](const plan::Proportion&) {
        return claim.objective.clustering ? clustered_share_passes(claim, supply)
                                          : share_passes(claim, {supply.rows.front(), {}});
      },
      [&](const plan::TwoShares&) { return two_shares_can_pass(claim, supply, best); },
      [&](const plan::Rate&) { return rate_passes(claim, supply.time_ns); },
      [](const auto&) { return true; });  // reach.h tells of means and of distributions
}

bool can_fail(const Claim& claim, const Supply& supply) {
  const plan::Requirement& requirement = requirement_of(claim);
  if (!is_calculated(claim)) return true;
  return can_miss(ends_of(claim, supply.rows), requirement.op, requirement.threshold) &&
         (!has_shares_alone(requirement) || calculated_shares_pass(opposite_of(claim), supply, Best::of_all));
}

std::optional<std::uint64_t> fewest_rows_to_pass(const Claim& claim, const Supply& supply, Best best) {
  return fewest(supply, [&](const Supply& given) { return can_pass(claim, given, best); });
}

std::optional<std::uint64_t> fewest_rows_to_fail(const Claim& claim, const Supply& supply) {
  return fewest(supply, [&](const Supply& given) { return can_fail(claim, given); });
}

std::optional<std::uint64_t> fewest_clusters_to_pass(const Claim& claim) {
  constexpr std::uint64_t kMostClusters = kMostRows / 1'000;  // each with many rows
  const auto enough = [&](std::uint64_t clusters) {
    return can_pass(claim, {{clusters * (kMostRows / clusters)}, clusters, 0});
  };
  if (!enough(kMostClusters)) return std::nullopt;
  return statistics::first_where<std::uint64_t>(1, kMostClusters, 1, enough);
}

std::optional<std::int64_t> shortest_time_to_pass(const Claim& claim) {
  const auto enough = [&](std::int64_t ns) { return can_pass(claim, {{1}, {}, ns}); };
  if (!enough(kLongestNs)) return std::nullopt;
  return statistics::first_where<std::int64_t>(1, kLongestNs, kLongestNs, enough);
}

bool is_never_decided(const Claim& claim) {
  if (!is_calculated(claim)) return false;
  const std::vector<std::uint64_t> rows{kMostRows};
  const plan::Requirement& requirement = requirement_of(claim);
  const Ends ends = ends_of(claim, rows);
  return !can_meet(ends, requirement.op, requirement.threshold) &&
         !can_miss(ends, requirement.op, requirement.threshold);
}

}  // namespace proofmark::outlook
