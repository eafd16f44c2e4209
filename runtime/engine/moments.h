// First and second moments of values in a declared range while a scan runs, as distances to its low end: never
// negative, so that squares stay small and no sum cancels.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/engine/real_sum.h"
#include "runtime/plan/facts.h"

namespace proofmark::engine {

// Exact. A sum of squares that 127 bits do not hold is left out, wherever the runs of blocks are cut: it only grows.
class IntegerMoments {
 public:
  IntegerMoments(std::size_t groups, const plan::Rational& low, const plan::Rational& high);
  void add(std::uint32_t group, std::int64_t value, std::uint64_t times = 1);
  void append(const IntegerMoments& next);
  std::vector<plan::MomentSums> sums() const;  // a group

 private:
  struct Sums {
    std::uint64_t known = 0, below = 0, above = 0;
    plan::Int128 sum = 0;
    std::optional<plan::Int128> squares = 0;
  };
  friend struct StateArchive;  // partial_archive.cpp
  static void append(Sums& into, const Sums& next);
  static void add_squares(std::optional<plan::Int128>& into, const std::optional<plan::Int128>& more);

  std::int64_t low_, high_;
  std::vector<Sums> groups_;
};

// In the shape of real_sum.h.
class RealMoments {
 public:
  RealMoments(std::size_t groups, const plan::Rational& low, const plan::Rational& high);
  void add(std::uint32_t group, std::uint32_t row, double value);
  void close(std::uint64_t block);  // ends a block
  void append(RealMoments&& next);
  std::vector<plan::MomentSums> sums(std::uint64_t blocks) const;

 private:
  friend struct StateArchive;  // partial_archive.cpp
  struct Sums {
    std::uint64_t known = 0, below = 0, above = 0;
    std::vector<BlockSum> sums, squares;  // ascending by block
  };
  static void append(Sums& into, const Sums& next);

  double low_, high_;
  std::vector<Sums> groups_;
  BlockLanes sums_, squares_;
};

}  // namespace proofmark::engine
