// The loops of kernels.h, written once over the operations of `Wide`, which the including file defines for the
// instructions that it alone is compiled for. Nothing of the standard library's code is used here: a function that the
// linker shares between files must not be compiled for instructions that a processor may lack.
#pragma once

#include "runtime/models/kernels.h"

namespace proofmark::models {
namespace {

using Real = Wide::Real;
constexpr std::size_t kLanes = Wide::kLanes;

template <typename Test>
inline void bits_from(std::uint64_t* bits, std::size_t lanes, Test test) {
  for (std::size_t word = 0; word < kWordsOfBits; ++word) {
    std::uint64_t all = 0;
    for (std::size_t k = 0; k < 64; k += lanes) all |= std::uint64_t{test(64 * word + k)} << k;
    bits[word] = all;
  }
}

template <bool Fixed>
struct Operand {
  explicit Operand(const double* from) : row(from), fixed(Wide::all(*from)) {}
  Real at(std::size_t i) const {
    if constexpr (Fixed) return fixed;
    return Wide::load(row + i);
  }
  const double* row;
  Real fixed;
};

struct Add {
  static Real of(Real a, Real b) { return Wide::add(a, b); }
};
struct Subtract {
  static Real of(Real a, Real b) { return Wide::subtract(a, b); }
};
struct Multiply {
  static Real of(Real a, Real b) { return Wide::multiply(a, b); }
};
struct Divide {
  static Real of(Real a, Real b) { return Wide::divide(a, b); }
};
struct Minimum {
  static Real of(Real a, Real b) { return Wide::minimum(a, b); }
};
struct Maximum {
  static Real of(Real a, Real b) { return Wide::maximum(a, b); }
};
struct Less {
  static std::uint32_t of(Real a, Real b) { return Wide::less(a, b); }
};
struct AtMost {
  static std::uint32_t of(Real a, Real b) { return Wide::at_most(a, b); }
};
struct Equal {
  static std::uint32_t of(Real a, Real b) { return Wide::equal(a, b); }
};

template <typename Operation, bool LeftFixed, bool RightFixed>
void calculate(const double* a, const double* b, double* out) {
  const Operand<LeftFixed> left(a);
  const Operand<RightFixed> right(b);
  for (std::size_t i = 0; i < kTrialsInABlock; i += kLanes)
    Wide::store(out + i, Operation::of(left.at(i), right.at(i)));
}

template <typename Operation, bool LeftFixed, bool RightFixed>
void compare(const double* a, const double* b, std::uint64_t* bits) {
  const Operand<LeftFixed> left(a);
  const Operand<RightFixed> right(b);
  bits_from(bits, kLanes, [&](std::size_t i) { return Operation::of(left.at(i), right.at(i)); });
}

template <bool YesFixed, bool NoFixed>
void choose(const std::uint64_t* bits, const double* yes, const double* no, double* out) {
  const Operand<YesFixed> given(yes);
  const Operand<NoFixed> other(no);
  for (std::size_t i = 0; i < kTrialsInABlock; i += kLanes) {
    const auto mask = static_cast<std::uint32_t>(bits[i / 64] >> (i % 64));
    Wide::store(out + i, Wide::select(mask, given.at(i), other.at(i)));
  }
}

void philox(std::uint64_t seed, std::uint32_t model, std::uint32_t block, std::uint32_t first, std::uint32_t* words) {
  constexpr int kRounds = 10;
  Wide::Word keys[kRounds][2];
  auto key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
  for (auto& key : keys) {
    key[0] = Wide::word(key0);
    key[1] = Wide::word(key1);
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  // Several chains side by side hide the latency of each; a pair takes every second trial, so that it fits into lanes
  // of 32 bits in its order.
  constexpr std::size_t kChains = Wide::kChains;
  for (std::size_t i = 0; i < kTrialsInABlock; i += kChains * kLanes) {
    Wide::Word a[kChains], b[kChains], c[kChains], d[kChains];
    for (std::size_t k = 0; k < kChains; ++k) {
      const auto begin = static_cast<std::uint32_t>(i + k / 2 * 2 * kLanes);
      a[k] = k % 2 == 0 ? Wide::trials(first + begin) : Wide::next(a[k - 1]);
      b[k] = Wide::word(block);
      c[k] = Wide::word(model);
      d[k] = Wide::word(0);
    }
#pragma GCC unroll 10
    for (int round = 0; round < kRounds; ++round)  // unrolled, what is the same for all trials leaves the loop
      for (std::size_t k = 0; k < kChains; ++k) {
        const Wide::Word p = Wide::product(a[k], 0xD2511F53U), q = Wide::product(c[k], 0xCD9E8D57U);
        a[k] = Wide::mixed(q, b[k], keys[round][0]);
        c[k] = Wide::mixed(p, d[k], keys[round][1]);
        b[k] = q;
        d[k] = p;
      }
    for (std::size_t k = 0; k < kChains; k += 2) {
      std::uint32_t* out = words + i + k * kLanes;
      Wide::store_pairs(out, a[k], a[k + 1]);
      Wide::store_pairs(out + kTrialsInABlock, b[k], b[k + 1]);
      Wide::store_pairs(out + 2 * kTrialsInABlock, c[k], c[k + 1]);
      Wide::store_pairs(out + 3 * kTrialsInABlock, d[k], d[k + 1]);
    }
  }
}

void uniforms(const std::uint32_t* high, const std::uint32_t* low, double* out) {
  for (std::size_t i = 0; i < kTrialsInABlock; i += kLanes) Wide::store(out + i, Wide::uniform(high + i, low + i));
}

void hits(const std::uint32_t* words, bool upper, std::uint32_t whole, std::uint64_t* hit, std::uint64_t* ties) {
  const Wide::Bound bound = Wide::bound(whole);
  const auto lanes = [&](auto half) {
    bits_from(hit, Wide::kWordLanes, [&](std::size_t i) { return Wide::below(half(words + i), bound); });
    bits_from(ties, Wide::kWordLanes, [&](std::size_t i) { return Wide::same(half(words + i), bound); });
  };
  if (upper)
    lanes([](const std::uint32_t* from) { return Wide::upper(from); });
  else
    lanes([](const std::uint32_t* from) { return Wide::lower(from); });
}

void hits_of_chances(const std::uint32_t* words, bool upper, const double* chances, std::uint64_t* hit,
                     std::uint64_t* ties) {
  const Real scale = Wide::all(0x1p16), one = Wide::all(1);
  const auto lanes = [&](auto half) {
    bits_from(hit, kLanes, [&](std::size_t i) {
      const Real x = Wide::multiply(Wide::load(chances + i), scale);
      return Wide::at_most(Wide::add(half(words + i), one), x);
    });
    bits_from(ties, kLanes, [&](std::size_t i) {
      const Real x = Wide::multiply(Wide::load(chances + i), scale), w = half(words + i);
      return Wide::less(w, x) & ~Wide::at_most(Wide::add(w, one), x);
    });
  };
  if (upper)
    lanes([](const std::uint32_t* from) { return Wide::upper_as_real(from); });
  else
    lanes([](const std::uint32_t* from) { return Wide::lower_as_real(from); });
}

void parts(const double* table, double count, double* u, std::uint64_t* missed) {
  const Real many = Wide::all(count);
  bits_from(missed, kLanes, [&](std::size_t i) {
    const Real given = Wide::load(u + i), shown = Wide::part(table, Wide::multiply(given, many));
    const std::uint32_t none = Wide::unordered(shown);
    Wide::store(u + i, none != 0 ? Wide::select(none, given, shown) : shown);
    return none;
  });
}

void cubics(const Cubic* cells, double* u, std::uint64_t* missed) {
  bits_from(missed, kLanes, [&](std::size_t i) {
    const Real given = Wide::load(u + i);
    const typename Wide::Place place = Wide::place(given);
    const typename Wide::Cells cell = Wide::gather(cells, place);
    Real shown = Wide::add(Wide::multiply(cell.c3, place.within), cell.c2);
    shown = Wide::add(Wide::multiply(shown, place.within), cell.c1);
    shown = Wide::add(Wide::multiply(shown, place.within), cell.c0);
    const std::uint32_t none = place.below | Wide::unordered(shown);
    Wide::store(u + i, none != 0 ? Wide::select(none, given, shown) : shown);
    return none;
  });
}

void numbers(const std::uint64_t* bits, double* out) {
  const Real zero = Wide::all(0), one = Wide::all(1);
  for (std::size_t i = 0; i < kTrialsInABlock; i += kLanes)
    Wide::store(out + i, Wide::select(static_cast<std::uint32_t>(bits[i / 64] >> (i % 64)), one, zero));
}

void doubts(const double* row, std::uint64_t* bits) {
  std::uint64_t found[kWordsOfBits];
  bits_from(found, kLanes, [&](std::size_t i) {
    const Real x = Wide::load(row + i);
    return Wide::unordered(Wide::subtract(x, x));  // 0 for numbers, NaN for infinities and NaN
  });
  for (std::size_t k = 0; k < kWordsOfBits; ++k) bits[k] |= found[k];
}

template <typename Operation>
constexpr std::array<Calculate, kForms> calculations() {
  return {calculate<Operation, false, false>, calculate<Operation, true, false>, calculate<Operation, false, true>};
}
template <typename Operation>
constexpr std::array<Compare, kForms> comparisons() {
  return {compare<Operation, false, false>, compare<Operation, true, false>, compare<Operation, false, true>};
}

constexpr Kernels kKernels{philox,
                           uniforms,
                           hits,
                           hits_of_chances,
                           parts,
                           cubics,
                           calculations<Add>(),
                           calculations<Subtract>(),
                           calculations<Multiply>(),
                           calculations<Divide>(),
                           calculations<Minimum>(),
                           calculations<Maximum>(),
                           comparisons<Less>(),
                           comparisons<AtMost>(),
                           comparisons<Equal>(),
                           {choose<false, false>, choose<true, false>, choose<false, true>, choose<true, true>},
                           numbers,
                           doubts};

}  // namespace
}  // namespace proofmark::models
