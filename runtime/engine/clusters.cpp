// Sums over the clusters: integers, so that no order matters.
#include "runtime/engine/clusters.h"

#include "runtime/plan/cluster_sums.h"

namespace proofmark::engine {
namespace {

void add_to(ClusterRows& into, const ClusterRows& more) {
  into.rows += more.rows;
  into.part += more.part;
}

}  // namespace

void NumberedClusters::add_rows(std::uint32_t group, std::uint64_t cluster, const ClusterRows& rows) {
  add_to(groups_[group][cluster], rows);
}

void NumberedClusters::unite(const NumberedClusters& other) {
  for (std::size_t group = 0; group < groups_.size(); ++group)
    for (const auto& [cluster, rows] : other.groups_[group]) add_to(groups_[group][cluster], rows);
}

std::vector<plan::ClusterSums> NumberedClusters::sums() const {
  std::vector<plan::ClusterSums> all(groups_.size());
  for (std::size_t group = 0; group < groups_.size(); ++group)
    for (const auto& [cluster, rows] : groups_[group]) plan::add_cluster(all[group], rows.rows, rows.part);
  return all;
}

void NamedClusters::add(std::uint32_t group, std::string_view cluster, bool in_part) {
  add_rows(group, cluster, {1, in_part ? 1U : 0U});
}

void NamedClusters::add_nameless(std::uint32_t group, bool in_part) {
  add_nameless_rows(group, {1, in_part ? 1U : 0U});
}

void NamedClusters::add_rows(std::uint32_t group, std::string_view cluster, const ClusterRows& rows) {
  add_to(groups_[group][cluster], rows);
}

void NamedClusters::add_nameless_rows(std::uint32_t group, const ClusterRows& rows) {
  add_to(nameless_[group], rows);
}

void NamedClusters::unite(const NamedClusters& other) {
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    for (const auto& [cluster, rows] : other.groups_[group]) add_to(groups_[group][cluster], rows);
    add_to(nameless_[group], other.nameless_[group]);
  }
}

std::vector<plan::ClusterSums> NamedClusters::sums() const {
  std::vector<plan::ClusterSums> all(groups_.size());
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    for (const auto& [cluster, rows] : groups_[group]) plan::add_cluster(all[group], rows.rows, rows.part);
    plan::add_cluster(all[group], nameless_[group].rows, nameless_[group].part);
  }
  return all;
}

}  // namespace proofmark::engine
