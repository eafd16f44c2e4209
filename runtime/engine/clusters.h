// Rows and parts of clusters while a scan runs. Only sums over clusters ever leave: no order of a hash table shows.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/plan/facts.h"

namespace proofmark::engine {

struct ClusterRows {
  std::uint64_t rows = 0, part = 0;
};

// Clusters by number: codes of labels, blocks of time. `kNoCluster` is that of the rows without one.
class NumberedClusters {
 public:
  static constexpr std::uint64_t kNoCluster = UINT64_MAX;

  explicit NumberedClusters(std::size_t groups) : groups_(groups) {}
  void add(std::uint32_t group, std::uint64_t cluster, bool in_part) { count(groups_[group][cluster], in_part); }
  void add_rows(std::uint32_t group, std::uint64_t cluster, const ClusterRows& rows);
  void unite(const NumberedClusters& other);
  std::vector<plan::ClusterSums> sums() const;  // a group

 private:
  static void count(ClusterRows& cluster, bool in_part) {
    ++cluster.rows;
    cluster.part += in_part ? 1 : 0;
  }

  friend struct StateArchive;  // partial_archive.cpp
  std::vector<std::unordered_map<std::uint64_t, ClusterRows>> groups_;
};

// Clusters by text, as views into the snapshot.
class NamedClusters {
 public:
  explicit NamedClusters(std::size_t groups) : groups_(groups), nameless_(groups) {}
  void add(std::uint32_t group, std::string_view cluster, bool in_part);
  void add_nameless(std::uint32_t group, bool in_part);
  void add_rows(std::uint32_t group, std::string_view cluster, const ClusterRows& rows);
  void add_nameless_rows(std::uint32_t group, const ClusterRows& rows);
  void unite(const NamedClusters& other);
  std::vector<plan::ClusterSums> sums() const;

 private:
  std::vector<std::unordered_map<std::string_view, ClusterRows>> groups_;
  std::vector<ClusterRows> nameless_;
};

}  // namespace proofmark::engine
