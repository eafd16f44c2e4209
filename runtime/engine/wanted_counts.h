// Which masks a program counts, and which counts follow from others: rows that are not x are the rows less those that
// are x, and the last group's rows are all rows less those of the other groups.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "runtime/engine/mask_algebra.h"

namespace proofmark::engine {

// A count as counters make it: one, less others.
struct Difference {
  std::uint32_t from = 0;
  std::vector<std::uint32_t> less = {};
};

class WantedCounts {
 public:
  // The number under which the count was ordered, equal masks under one; nothing for no rows, whose count is 0.
  std::optional<std::uint32_t> want(Literal rows);
  // One that has a counter of its own whatever else is counted.
  std::optional<std::uint32_t> want_counter(Literal rows);
  bool is_wanted(Literal rows) const { return find(rows).has_value(); }

  struct Settled {
    std::vector<Literal> counters;   // the masks to count, in the order of their counters
    std::vector<Difference> wanted;  // each order by counters
    std::uint32_t counter(std::uint32_t order) const { return wanted[order].from; }  // of want_counter
  };
  Settled settle(MaskAlgebra& algebra) const;

 private:
  struct Rest {
    std::uint32_t all, other;  // orders
  };
  std::optional<Rest> rest_of(Literal rows, MaskAlgebra& algebra) const;
  std::optional<std::uint32_t> find(Literal rows) const;

  std::vector<Literal> orders_;
  std::vector<bool> own_counter_;
  std::map<Literal, std::uint32_t> places_;
};

}  // namespace proofmark::engine
