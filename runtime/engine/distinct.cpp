// Uniting and sizing the sets.
#include "runtime/engine/distinct.h"

#include <bit>

namespace proofmark::engine {

DistinctCodes::DistinctCodes(std::size_t groups, std::size_t codes) : groups_(groups) {
  if (groups == 1) bits_.resize(codes / 64 + 1);
}

void DistinctCodes::unite(const DistinctCodes& other) {
  for (std::size_t w = 0; w < bits_.size(); ++w) bits_[w] |= other.bits_[w];
  pairs_.insert(other.pairs_.begin(), other.pairs_.end());
}

std::vector<std::uint64_t> DistinctCodes::sizes() const {
  std::vector<std::uint64_t> sizes(groups_);
  for (const std::uint64_t word : bits_) sizes[0] += static_cast<std::uint64_t>(std::popcount(word));
  for (const std::uint64_t pair : pairs_) ++sizes[pair >> 32];
  return sizes;
}

void DistinctTexts::unite(DistinctTexts&& other) {
  for (std::size_t group = 0; group < texts_.size(); ++group) texts_[group].merge(other.texts_[group]);
}

std::vector<std::uint64_t> DistinctTexts::sizes() const {
  std::vector<std::uint64_t> sizes;
  for (const auto& set : texts_) sizes.push_back(set.size());
  return sizes;
}

}  // namespace proofmark::engine
