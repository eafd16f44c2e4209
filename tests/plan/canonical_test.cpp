// The canonical form holds everything that means something, and nothing that does not.
#include "runtime/plan/canonical.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/plan/every_node.h"

namespace proofmark::plan {
namespace {

TEST(CanonicalPlan, IsTheSameEveryTime) {
  EXPECT_EQ(canonical(every_node()), canonical(every_node()));
  EXPECT_EQ(digest(every_node()).substr(0, 7), "sha256:");
  EXPECT_EQ(digest(every_node()).size(), 71u);
}

TEST(CanonicalPlan, PlacesInThePolicyAreNotPartOfIt) {
  Plan moved = every_node();
  moved.rules[0].origin = {"other.pmk", 10, 20};
  moved.objectives[0].origin = {"other.pmk", 11, 1};
  moved.objectives[0].requirements[0].origin = {"other.pmk", 12, 1};
  EXPECT_EQ(digest(moved), digest(every_node()));
}

// Nothing is left out: every change gives a digest of its own.
TEST(CanonicalPlan, EverythingElseIsPartOfIt) {
  std::vector<Change> changes = changes_of_heads();
  for (const auto& change : changes_of_scans()) changes.emplace_back([&](Plan& plan) { change(plan.scans[0]); });
  for (const auto& change : changes_of_objectives())
    changes.emplace_back([&](Plan& plan) { change(plan.objectives[0]); });
  for (const auto& change : changes_of_requirements())
    changes.emplace_back([&](Plan& plan) { change(plan.objectives[0].requirements[1]); });
  changes.insert(changes.end(), changes_of_rules().begin(), changes_of_rules().end());
  std::set<std::string> digests{digest(every_node())};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Plan changed = every_node();
    changes[i](changed);
    EXPECT_TRUE(digests.insert(digest(changed)).second) << "change " << i << " does not show";
  }
}

TEST(PrintedPlan, NamesEveryNode) {
  EXPECT_EQ(print(every_node()), R"(plan of policy checkout, edition 2026, revision 3
  parameter release : release = 2.4.0
  subject release = 2.4.0 @ sha256:00
  stream requests, sampling head 1/100
scan s0 over requests, time in f0
  field f0 = time : timestamp from "msec" scaled by 1000000000
  field f1 = region : label from "region" optional in { "eu", "us" }
  value v0 = f0
  value v1 = 1/2 (real)
  value v2 = divide v0, v1 (real)
  value v3 = negate v2 (real)
  atom a0 = v0 < 500
  atom a1 = known not: v0 >= v2
  atom a2 = f1 in { "eu", "us" }
  atom a3 = f1 matches "^e"
  atom a4 = f1 is true
  atom a5 = f0 is known
  window w0 = whole
  window w1 = last 3600 ns
  window w2 = since 1700 ns
  mask m0 = in w1
  mask m1 = a0
  mask m2 = m0 and m1
  mask m3 = m1 or m2
  mask m4 = m3 except m2
  grouping g0 = f1 over m0
  fact c0 = count rows of m2 by g0
  fact c1 = collect v0 of m2 among c0: sum, extremes, distinct, nearest rank of 99/100, upper rank of 99/100 at alpha 1/20 strict by g0
  fact c2 = count distinct f1 of m3
  fact c3 = sum moments of v0 of m3, from 0 to 30
  fact c4 = sum a series of moments of v0 of m3, from 0 to 30, over w1
  fact c5 = sum a series of ranks of v0 of m3, over w1
  fact c6 = contrast c1 as upper edges with c1 as lower edges by g0
objective o "Objective"
  confidence 19/20, window last 3600 ns
  for each region
  at least 10 rows each
  over at least 60 ns
  no data is fail, unknown counts as bad, looks at_most 4
  require max(a, 3/2) >= 1/3
    leaf 0 = proportion s0.c0 of s0.c0, unknown s0.c0, window w1, reach s0.c1, every region in s0.c0, outside s0.c0: fraction(a, b)
    leaf 1 = quantile 99/100 of s0.c1 among s0.c0, decided by s0.c0 (duration), outside s0.c0: p99(a.b)
    leaf 2 = census distinct s0.c2 among s0.c0, unknown s0.c0 (number), outside s0.c0: distinct(a.b)
    leaf 3 = mean of s0.c3 among s0.c0, from 0 to 30 (duration), outside s0.c0: mean(a.b)
    leaf 4 = rate of s0.c0 per 3600 ns among s0.c0, by buckets of 60 ns in s0.c1, outside s0.c0: rate(a)
    leaf 5 = odds_ratio of s0.c0 of s0.c0, unknown s0.c0 and s0.c0 of s0.c0, unknown s0.c0, by strata s0.c0 of s0.c0, unknown s0.c0 and s0.c0 of s0.c0, unknown s0.c0, outside s0.c0: odds_ratio(a, b)
    leaf 6 = drift s0.c6 of s0.c1 among s0.c0 and s0.c1 among s0.c0, the first's upper edges s0.c1, the second's upper edges s0.c1, least s0.c6, outside s0.c0: drift(a.b, c.b)
    term t0 = leaf 0
    term t1 = 3/2
    term t2 = maximum t0, t1
    decided by intervals: >= 1/3, alpha in 2 parts
  require max(a, 3/2) >= 1/3
    leaf 0 = proportion s0.c0 of s0.c0, unknown s0.c0, window w1, reach s0.c1, every region in s0.c0, outside s0.c0: fraction(a, b)
    leaf 1 = quantile 99/100 of s0.c1 among s0.c0, decided by s0.c0 (duration), outside s0.c0: p99(a.b)
    leaf 2 = census distinct s0.c2 among s0.c0, unknown s0.c0 (number), outside s0.c0: distinct(a.b)
    leaf 3 = mean of s0.c3 among s0.c0, from 0 to 30 (duration), outside s0.c0: mean(a.b)
    leaf 4 = rate of s0.c0 per 3600 ns among s0.c0, by buckets of 60 ns in s0.c1, outside s0.c0: rate(a)
    leaf 5 = odds_ratio of s0.c0 of s0.c0, unknown s0.c0 and s0.c0 of s0.c0, unknown s0.c0, by strata s0.c0 of s0.c0, unknown s0.c0 and s0.c0 of s0.c0, unknown s0.c0, outside s0.c0: odds_ratio(a, b)
    leaf 6 = drift s0.c6 of s0.c1 among s0.c0 and s0.c1 among s0.c0, the first's upper edges s0.c1, the second's upper edges s0.c1, least s0.c6, outside s0.c0: drift(a.b, c.b)
    term t0 = leaf 0
    term t1 = 3/2
    term t2 = maximum t0, t1
    decided directly: leaf <= 1/100
rule certify
  condition k0 = all of o0 pass
  condition k1 = not k0
  condition k2 = all of k0, k1
  condition k3 = any of k1, k2
  valid for 86400 ns
rule deny otherwise
  condition k0 = otherwise
)");
}

}  // namespace
}  // namespace proofmark::plan
