// Sets of the distinct values that occurred, a group. Only their sizes ever leave: no order of a hash table shows.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace proofmark::engine {

// Small numbers: codes of labels, truth values. One group has a bit a number; several share one table of pairs, as a
// bit for each pair of a group and a number would not fit in memory.
class DistinctCodes {
 public:
  DistinctCodes(std::size_t groups, std::size_t codes);
  void insert(std::uint32_t group, std::uint32_t code) {
    if (bits_.empty()) {
      pairs_.insert(std::uint64_t{group} << 32 | code);
    } else {
      bits_[code / 64] |= std::uint64_t{1} << (code % 64);
    }
  }
  void unite(const DistinctCodes& other);
  std::vector<std::uint64_t> sizes() const;  // a group

 private:
  friend struct StateArchive;  // partial_archive.cpp
  std::size_t groups_;
  std::vector<std::uint64_t> bits_;
  std::unordered_set<std::uint64_t> pairs_;
};

// Texts, as views into the snapshot.
class DistinctTexts {
 public:
  explicit DistinctTexts(std::size_t groups) : texts_(groups) {}
  void insert(std::uint32_t group, std::string_view text) { texts_[group].insert(text); }
  void unite(DistinctTexts&& other);
  std::vector<std::uint64_t> sizes() const;

 private:
  std::vector<std::unordered_set<std::string_view>> texts_;
};

}  // namespace proofmark::engine
