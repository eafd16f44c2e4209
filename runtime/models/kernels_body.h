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
#pragma GCC unroll 16
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
  for (std::size_t i = 0; i < kTrialsInABlock; i += 64)
#pragma GCC unroll 16
    for (std::size_t k = 0; k < 64; k += kLanes)
      Wide::store(out + i + k, Wide::select(bits[i / 64], k, given.at(i + k), other.at(i + k)));
}

void philox(const PhiloxKeys& keys, std::uint32_t model, std::uint32_t draw, std::uint32_t first, std::size_t n,
            std::uint32_t* words) {
  // Several chains side by side hide the latency of each; a pair takes every second counter, so that it fits into lanes
  // of 32 bits in its order.
  constexpr std::size_t kChains = Wide::kChains;
  for (std::size_t i = 0; i < n; i += kChains * kLanes) {
    Wide::Word a[kChains], b[kChains], c[kChains], d[kChains];
    for (std::size_t k = 0; k < kChains; ++k) {
      const auto begin = static_cast<std::uint32_t>(i + k / 2 * 2 * kLanes);
      a[k] = k % 2 == 0 ? Wide::counters(first + begin) : Wide::next(a[k - 1]);
      b[k] = Wide::word(draw);
      c[k] = Wide::word(model);
      d[k] = Wide::word(0);
    }
#pragma GCC unroll 10
    for (std::size_t round = 0; round < kPhiloxRounds; ++round)  // unrolled, what all counters share leaves the loop
      for (std::size_t k = 0; k < kChains; ++k) {
        const Wide::Word p = Wide::product(a[k], 0xD2511F53U), q = Wide::product(c[k], 0xCD9E8D57U);
        a[k] = Wide::mixed(q, b[k], keys.of[0][round]);
        c[k] = Wide::mixed(p, d[k], keys.of[1][round]);
        b[k] = q;
        d[k] = p;
      }
    for (std::size_t k = 0; k < kChains; k += 2) {
      std::uint32_t* out = words + i + k * kLanes;
      Wide::store_pairs(out, a[k], a[k + 1]);
      Wide::store_pairs(out + n, b[k], b[k + 1]);
      Wide::store_pairs(out + 2 * n, c[k], c[k + 1]);
      Wide::store_pairs(out + 3 * n, d[k], d[k + 1]);
    }
  }
}

void uniforms(const std::uint32_t* high, const std::uint32_t* low, double* out) {
  for (std::size_t i = 0; i < kTrialsInABlock; i += kLanes) Wide::store(out + i, Wide::uniform(high + i, low + i));
}

void truths(const std::uint32_t* levels, std::uint32_t whole, std::uint64_t* hits, std::uint64_t* ties) {
  constexpr std::size_t kWordsOfALevel = kTrialsInABlock / 32;
  for (std::size_t i = 0; i < kWordsOfALevel; i += Wide::kWordsOfTruths) {
    Wide::Truths below = Wide::truths(0), same = Wide::truths(~std::uint32_t{0});
    for (std::uint32_t level = 0; level < kLevels; ++level) {
      const Wide::Truths wanted = Wide::truths((whole >> (kLevels - 1 - level) & 1) != 0 ? ~std::uint32_t{0} : 0);
      const Wide::Truths random = Wide::load_truths(levels + level * kWordsOfALevel + i);
      below = Wide::either(below, Wide::first_only(Wide::both(same, wanted), random));
      same = Wide::first_only(same, Wide::differ(random, wanted));
    }
    Wide::store_truths(hits + i / 2, below);
    Wide::store_truths(ties + i / 2, same);
  }
}

void hits_of_chances(const std::uint32_t* words, const double* chances, std::uint64_t* hits, std::uint64_t* ties) {
  constexpr std::size_t kWords = kTrialsInABlock / 2;
  const Real scale = Wide::all(0x1p16), one = Wide::all(1);
  const auto half = [&](std::size_t i) {
    return i < kWords ? Wide::lower_as_real(words + i) : Wide::upper_as_real(words + (i - kWords));
  };
  bits_from(hits, kLanes, [&](std::size_t i) {
    return Wide::at_most(Wide::add(half(i), one), Wide::multiply(Wide::load(chances + i), scale));
  });
  bits_from(ties, kLanes, [&](std::size_t i) {
    const Real x = Wide::multiply(Wide::load(chances + i), scale), w = half(i);
    return Wide::less(w, x) & ~Wide::at_most(Wide::add(w, one), x);
  });
}

void parts(const double* table, int shift, const std::uint32_t* words, double* out, std::uint64_t* missed) {
  bits_from(missed, kLanes, [&](std::size_t i) {
    const Real shown = Wide::part(table, shift, words + i);
    Wide::store(out + i, shown);
    return Wide::unordered(shown);
  });
}

// A word of bits in two steps: the first does not wait for what the second loads.
template <bool Whole>
void cubics(const Cubic* cells, const std::uint32_t* words, double* out, std::uint64_t* missed) {
  alignas(64) std::uint32_t places[64];
  alignas(64) double within[64];
  for (std::size_t begin = 0; begin < kTrialsInABlock; begin += 64) {
    std::uint64_t none = 0;
    for (std::size_t i = 0; i < 64; i += Wide::kWordLanes)
      none |= std::uint64_t{Wide::place(words + begin + i, places + i, within + i)} << i;
    for (std::size_t i = 0; i < 64; i += kLanes) {
      const typename Wide::Cells cell = Wide::gather(cells, places + i);
      const Real x = Wide::load(within + i);
      Real shown = Wide::add(Wide::multiply(cell.c3, x), cell.c2);
      shown = Wide::add(Wide::multiply(shown, x), cell.c1);
      shown = Wide::add(Wide::multiply(shown, x), cell.c0);
      Wide::store(out + begin + i, shown);
      if constexpr (!Whole) none |= std::uint64_t{Wide::unordered(shown)} << i;
    }
    missed[begin / 64] = none;
  }
}

void numbers(const std::uint64_t* bits, double* out) {
  const Real zero = Wide::all(0), one = Wide::all(1);
  for (std::size_t i = 0; i < kTrialsInABlock; i += 64)
#pragma GCC unroll 16
    for (std::size_t k = 0; k < 64; k += kLanes) Wide::store(out + i + k, Wide::select(bits[i / 64], k, one, zero));
}

void doubts(const double* row, std::uint64_t* bits) {
  std::uint64_t found[kWordsOfBits];
  bits_from(found, kLanes, [&](std::size_t i) {
    const Real x = Wide::load(row + i);
    return Wide::unordered(Wide::subtract(x, x));  // 0 for numbers, NaN for infinities and NaN
  });
  for (std::size_t k = 0; k < kWordsOfBits; ++k) bits[k] |= found[k];
}

std::uint64_t shared(const std::uint64_t* a, const std::uint64_t* b) {
  std::uint64_t count = 0;
  for (std::size_t k = 0; k < kWordsOfBits; ++k) count += static_cast<std::uint64_t>(__builtin_popcountll(a[k] & b[k]));
  return count;
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
                           truths,
                           hits_of_chances,
                           parts,
                           {cubics<false>, cubics<true>},
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
                           doubts,
                           shared};

}  // namespace
}  // namespace proofmark::models
