// Adding, joining and finishing.
#include "runtime/engine/moments.h"

namespace proofmark::engine {
namespace {

using plan::Int128;
using plan::UInt128;

constexpr Int128 kGreatest = static_cast<Int128>(~UInt128(0) >> 1);

// Of so many equal distances. A distance is below 2^64: its square fits 128 bits without a sign.
std::optional<Int128> squares_of(UInt128 distance, std::uint64_t times) {
  const UInt128 square = distance * distance;
  return times == 0 || square <= UInt128(kGreatest) / times ? std::optional<Int128>(static_cast<Int128>(square * times))
                                                            : std::nullopt;
}

}  // namespace

IntegerMoments::IntegerMoments(std::size_t groups, const plan::Rational& low, const plan::Rational& high)
    : low_(static_cast<std::int64_t>(low.ceil())), high_(static_cast<std::int64_t>(high.floor())), groups_(groups) {}

void IntegerMoments::add_squares(std::optional<Int128>& into, const std::optional<Int128>& more) {
  if (!into || !more || *more > kGreatest - *into)
    into.reset();
  else
    *into += *more;
}

void IntegerMoments::add(std::uint32_t group, std::int64_t value, std::uint64_t times) {
  Sums& sums = groups_[group];
  sums.known += times;
  if (value < low_) {
    sums.below += times;
  } else if (value > high_) {
    sums.above += times;
  } else {
    const Int128 distance = Int128(value) - low_;
    sums.sum += distance * Int128(times);
    add_squares(sums.squares, squares_of(UInt128(distance), times));
  }
}

void IntegerMoments::append(Sums& into, const Sums& next) {
  into.known += next.known;
  into.below += next.below;
  into.above += next.above;
  into.sum += next.sum;
  add_squares(into.squares, next.squares);
}

void IntegerMoments::append(const IntegerMoments& next) {
  for (std::size_t g = 0; g < groups_.size(); ++g) append(groups_[g], next.groups_[g]);
}

std::vector<plan::MomentSums> IntegerMoments::sums() const {
  std::vector<plan::MomentSums> result;
  for (const Sums& one : groups_) {
    result.push_back({one.known, one.below, one.above, one.sum, std::nullopt});
    if (one.squares) result.back().squares = *one.squares;
  }
  return result;
}

RealMoments::RealMoments(std::size_t groups, const plan::Rational& low, const plan::Rational& high)
    : low_(low.nearest_double()), high_(high.nearest_double()), groups_(groups), sums_(groups), squares_(groups) {}

void RealMoments::add(std::uint32_t group, std::uint32_t row, double value) {
  Sums& sums = groups_[group];
  ++sums.known;
  if (value < low_) {
    ++sums.below;
  } else if (value > high_) {
    ++sums.above;
  } else {
    const double distance = value - low_;
    sums_.add(group, row, distance);
    squares_.add(group, row, distance * distance);
  }
}

void RealMoments::close(std::uint64_t block) {
  sums_.close([&](std::uint32_t group, double sum) { groups_[group].sums.push_back({block, sum}); });
  squares_.close([&](std::uint32_t group, double sum) { groups_[group].squares.push_back({block, sum}); });
}

void RealMoments::append(Sums& into, const Sums& next) {
  into.known += next.known;
  into.below += next.below;
  into.above += next.above;
  into.sums.insert(into.sums.end(), next.sums.begin(), next.sums.end());
  into.squares.insert(into.squares.end(), next.squares.begin(), next.squares.end());
}

void RealMoments::append(RealMoments&& next) {
  for (std::size_t g = 0; g < groups_.size(); ++g) append(groups_[g], next.groups_[g]);
}

std::vector<plan::MomentSums> RealMoments::sums(std::uint64_t blocks) const {
  std::vector<plan::MomentSums> result;
  for (const Sums& one : groups_)
    result.push_back(
        {one.known, one.below, one.above, sum_of_blocks(one.sums, blocks), sum_of_blocks(one.squares, blocks)});
  return result;
}

}  // namespace proofmark::engine
