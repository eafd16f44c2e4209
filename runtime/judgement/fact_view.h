// Facts by reference and group. Scans of one objective may know different groups (two streams, distinct values each):
// a group is named by its key, and a stream that never saw it has no rows of it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::judgement {

struct Group {
  bool is_whole = true;  // no grouping
  plan::GroupKey key;
};

class FactView {
 public:
  FactView(const plan::Plan& plan, const plan::Facts& facts);

  const plan::Plan& plan() const { return plan_; }
  const plan::Facts& facts() const { return facts_; }
  const plan::StreamFacts& stream(plan::Id scan) const { return facts_.scans[scan]; }

  // The objective's groups in the order of bytes, null first; the whole alone without `for each`.
  std::vector<Group> groups(const plan::Objective& objective) const;

  // Rows counted, distinct values or values collected; 0 for a group that the stream never saw.
  std::uint64_t count(const plan::FactRef& ref, const Group& group) const;
  const plan::ValueSummary& values(const plan::FactRef& ref, const Group& group) const;
  const plan::ClusterSums& clusters(const plan::FactRef& ref, const Group& group) const;
  const plan::MomentSums& moments(const plan::FactRef& ref, const Group& group) const;
  const plan::ContrastSums& contrast(const plan::FactRef& ref, const Group& group) const;
  const plan::Fact& fact(const plan::FactRef& ref) const;

  // Whether each group has a series of its own: there is a grouping, and its groups are not too many (plan.h).
  bool is_series_by_group(const plan::FactRef& ref) const;
  // The steps of the group's series, of the one series where it is not by group; none of a group that the stream never
  // saw.
  std::span<const plan::SeriesStep> counts_over_time(const plan::FactRef& ref, const Group& group) const;
  std::span<const plan::MomentSums> moments_over_time(const plan::FactRef& ref, const Group& group) const;
  std::uint64_t total(const plan::FactRef& ref) const;  // over all groups

  // Rows that may belong to what is counted, and nobody knows: those that ingest could not read, and in a window those
  // without a time. Unknown to every condition of every group.
  std::uint64_t skipped(const plan::FactRef& ref) const;

  // Events that may belong to what is counted, or have happened before the telemetry began: in doubt themselves, so
  // that no `unknown counts as …` speaks of them. Unknown to every condition of every group.
  std::uint64_t late(const plan::FactRef& ref) const { return stream(ref.scan).late; }

 private:
  std::optional<std::size_t> place(const plan::FactRef& ref, const Group& group) const;
  template <typename Series>
  const auto& steps_of(const plan::FactRef& ref, const Group& group) const;

  const plan::Plan& plan_;
  const plan::Facts& facts_;
  std::vector<std::vector<bool>> windowed_;  // by scan and mask
};

// The accumulator that counts the rows a leaf speaks of.
const plan::FactRef& population_of(const plan::Leaf& leaf);
// All that do: two where two populations are compared.
std::vector<plan::FactRef> populations_of(const plan::Leaf& leaf);

}  // namespace proofmark::judgement
