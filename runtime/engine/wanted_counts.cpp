// A count that is taken from two others leaves these to be counted; so none of the two is taken from others itself.
#include "runtime/engine/wanted_counts.h"

namespace proofmark::engine {

std::optional<std::uint32_t> WantedCounts::want(Literal rows) {
  if (rows == MaskAlgebra::none()) return std::nullopt;
  const auto [entry, fresh] = places_.try_emplace(rows, static_cast<std::uint32_t>(orders_.size()));
  if (fresh) {
    orders_.push_back(rows);
    own_counter_.push_back(false);
  }
  return entry->second;
}

std::optional<std::uint32_t> WantedCounts::want_counter(Literal rows) {
  const auto order = want(rows);
  if (order) own_counter_[*order] = true;
  return order;
}

std::optional<std::uint32_t> WantedCounts::find(Literal rows) const {
  const auto found = places_.find(rows);
  return found == places_.end() ? std::nullopt : std::optional(found->second);
}

// Of (m and not x): the orders of m and of (m and x), where both were given.
std::optional<WantedCounts::Rest> WantedCounts::rest_of(Literal rows, MaskAlgebra& algebra) const {
  MaskAlgebra::Conjunction factors = algebra.conjunction(rows.node());
  if (rows.negated() || factors.empty()) factors = {rows};
  for (const Literal left_out : factors) {
    if (!left_out.negated()) continue;
    Literal all = MaskAlgebra::all();
    for (const Literal factor : factors)
      if (factor != left_out) all = algebra.both(all, factor);
    const auto whole = find(all);
    if (!whole) continue;
    if (const auto other = find(algebra.both(all, ~left_out))) return Rest{*whole, *other};
  }
  return std::nullopt;
}

WantedCounts::Settled WantedCounts::settle(MaskAlgebra& algebra) const {
  std::vector<bool> counted = own_counter_;
  std::vector<std::optional<Rest>> rests(orders_.size());
  for (std::uint32_t order = 0; order < orders_.size(); ++order) {
    if (counted[order]) continue;
    const auto rest = rest_of(orders_[order], algebra);
    if (!rest || rests[rest->all] || rests[rest->other]) continue;
    rests[order] = rest;
    counted[rest->all] = counted[rest->other] = true;
  }
  Settled settled;
  settled.wanted.resize(orders_.size());
  for (std::uint32_t order = 0; order < orders_.size(); ++order) {
    if (rests[order]) continue;
    settled.wanted[order].from = static_cast<std::uint32_t>(settled.counters.size());
    settled.counters.push_back(orders_[order]);
  }
  for (std::uint32_t order = 0; order < orders_.size(); ++order)
    if (const auto& rest = rests[order])
      settled.wanted[order] = {settled.wanted[rest->all].from, {settled.wanted[rest->other].from}};
  return settled;
}

}  // namespace proofmark::engine
