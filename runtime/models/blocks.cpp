// Blocks of trials: the schedule's instructions, one after the other. Each block is whole; of the last one the trials
// beyond the end are made too and left out of the tally.
#include <algorithm>
#include <bit>
#include <cmath>

#include "runtime/models/schedule.h"
#include "runtime/models/variate.h"
#include "runtime/plan/match.h"

namespace proofmark::models {
namespace {

using Bits = std::array<std::uint64_t, kWordsOfBits>;
// Rows of 4,096 bytes would agree in the bits of an address by which a load is held against the stores before it.
struct alignas(64) Row : std::array<double, kTrialsInABlock> {
  std::array<std::byte, 192> apart;
};
struct alignas(64) Words : std::array<std::uint32_t, 4 * count_of(Supply::pairs)> {};

class Block {
 public:
  Block(const Program& program, const Schedule& schedule, statistics::Lanes lanes)
      : program_(program),
        schedule_(schedule),
        lanes_(lanes),
        kernels_(kernels_of(lanes)),
        keys_(keys_of(program.stream.seed)),
        rows_(schedule.rows),
        bits_(schedule.bits) {}

  void run(std::uint32_t first) {
    first_ = first;
    unknown_ = {};
    for (const Instruction& instruction : schedule_.instructions)
      plan::match(instruction, [this](const auto& one) { apply(one); });
  }

  // Of the first n trials.
  void add_to(Tally& tally, std::size_t n) const {
    Bits known;
    for (std::size_t k = 0; k < kWordsOfBits; ++k) {
      const std::size_t begin = 64 * k, end = std::clamp(n, begin, begin + 64);
      known[k] = ~unknown_[k] & (end - begin == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (end - begin)) - 1);
    }
    const std::uint64_t all = kernels_.shared(known.data(), known.data());
    tally.unknown += n - all;
    for (std::size_t i = 0; i < schedule_.counts.size(); ++i)
      tally.counts[i] += kernels_.shared(bits_[schedule_.counts[i]].data(), known.data());
    for (std::size_t i = 0; i < schedule_.ranks.size(); ++i) {
      const Row& row = rows_[schedule_.ranks[i]];
      std::vector<double>& values = tally.values[i];
      if (all == n) {
        values.insert(values.end(), row.begin(), row.begin() + static_cast<std::ptrdiff_t>(n));
        continue;
      }
      for (std::size_t t = 0; t < n; ++t)
        if ((known[t / 64] >> (t % 64) & 1) != 0) values.push_back(row[t]);
    }
  }

 private:
  const double* at(const Operand& operand) const {
    return operand.fixed ? &schedule_.constants[operand.at] : rows_[operand.at].data();
  }
  const std::uint32_t* words(Supply supply, std::uint32_t draw) {
    const std::uint32_t n = count_of(supply);
    kernels_.philox(keys_, program_.stream.model, draw, n * (first_ / kTrialsInABlock), n, words_.data());
    return words_.data();
  }

  void apply(const DrawTruths& one) {
    const double scaled = one.chance * 0x1p8;
    const auto whole = static_cast<std::uint32_t>(scaled);
    const double rest = scaled - whole;
    Bits ties;
    kernels_.truths(words(Supply::levels, one.draw), whole, bits_[one.out].data(), ties.data());
    settle(ties, one.out,
           [&](std::size_t, std::uint32_t trial) { return fraction_is_below(program_.stream, trial, one.draw, rest); });
  }
  void apply(const DrawTruthsOfChances& one) {
    const double* chances = rows_[one.chances].data();
    Bits ties;
    kernels_.hits_of_chances(words(Supply::halves, one.draw), chances, bits_[one.out].data(), ties.data());
    settle(ties, one.out, [&](std::size_t i, std::uint32_t trial) {
      return truth_by_half(program_.stream, trial, one.draw, chances[i]);
    });
  }
  // Few trials need more bits than their words have. To find them is as slow as to settle them unless few branches ask.
  template <typename Settle>
  void settle(const Bits& ties, Place out, Settle is_hit) {
    std::uint32_t words = 0;
    for (std::size_t k = 0; k < kWordsOfBits; ++k) words |= std::uint32_t{ties[k] != 0} << k;
    for (; words != 0; words &= words - 1) {
      const auto k = static_cast<std::size_t>(std::countr_zero(words));
      for (std::uint64_t left = ties[k]; left != 0; left &= left - 1) {
        const std::size_t i = 64 * k + static_cast<std::size_t>(std::countr_zero(left));
        const bool hit = is_hit(i, first_ + static_cast<std::uint32_t>(i));
        bits_[out][k] |= (left & -left) & -std::uint64_t{hit};
      }
    }
  }
  void apply(const DrawFromTable& one) {
    one.inverse->drawn(program_.stream, first_, one.draw, words(Supply::words, one.draw), kernels_,
                       rows_[one.out].data());
  }
  void apply(const DrawUniforms& one) {
    const std::uint32_t* from = words(one.supply, one.draw);
    if (one.supply == Supply::pairs) return kernels_.uniforms(from, from + kTrialsInABlock, rows_[one.out].data());
    for (std::size_t i = 0; i < kTrialsInABlock; ++i)
      rows_[one.out][i] = uniform_of_word(program_.stream, first_ + static_cast<std::uint32_t>(i), one.draw, from[i]);
  }
  void apply(const InvertByFormula& one) {
    std::vector<const double*> parameters;
    for (const Place place : one.parameters) parameters.push_back(rows_[place].data());
    variates(one.family, parameters, rows_[one.row].data(), kTrialsInABlock, lanes_);
  }
  void apply(const TakeRecorded& one) {
    recorded_values(program_.recorded, program_.stream, first_, one.element, rows_[one.out].data(), kTrialsInABlock);
  }
  void apply(const Calculated& one) { one.loop(at(one.a), at(one.b), rows_[one.out].data()); }
  void apply(const Compared& one) { one.loop(at(one.a), at(one.b), bits_[one.out].data()); }
  void apply(const Chosen& one) { one.loop(bits_[one.bits].data(), at(one.yes), at(one.no), rows_[one.out].data()); }
  void apply(const Combined& one) {
    const Bits a = bits_[one.bits[0]], b = bits_[one.bits[1]], c = bits_[one.bits[2]];
    Bits& out = bits_[one.out];
    for (std::size_t k = 0; k < kWordsOfBits; ++k) switch (one.logic) {
        case Logic::both:
          out[k] = a[k] & b[k];
          break;
        case Logic::either:
          out[k] = a[k] | b[k];
          break;
        case Logic::inverse:
          out[k] = ~a[k];
          break;
        case Logic::choose:
          out[k] = (a[k] & b[k]) | (~a[k] & c[k]);
          break;
      }
  }
  void apply(const ToNumbers& one) { kernels_.numbers(bits_[one.bits].data(), rows_[one.out].data()); }
  void apply(const FillRow& one) { rows_[one.out].fill(one.value); }
  void apply(const FillBits& one) { bits_[one.out].fill(one.value ? ~std::uint64_t{0} : 0); }
  void apply(const Doubt& one) { kernels_.doubts(rows_[one.row].data(), unknown_.data()); }
  void apply(const DoubtBits& one) {
    for (std::size_t k = 0; k < kWordsOfBits; ++k) unknown_[k] |= bits_[one.bits][k];
  }
  void apply(const DoubtAll&) { unknown_.fill(~std::uint64_t{0}); }

  const Program& program_;
  const Schedule& schedule_;
  statistics::Lanes lanes_;
  const Kernels& kernels_;
  PhiloxKeys keys_;
  std::uint32_t first_ = 0;
  std::vector<Row> rows_;
  std::vector<Bits> bits_;
  Words words_;  // of one draw
  Bits unknown_{};
};

}  // namespace

const Kernels& kernels_of(statistics::Lanes lanes) {
#if defined(__x86_64__)
  if (lanes == statistics::Lanes::eight) return avx512_kernels();
  if (lanes == statistics::Lanes::four && __builtin_cpu_supports("avx2")) return avx2_kernels();
#else
  (void)lanes;
#endif
  return plain_kernels();
}

Tally tally_by_blocks(const Program& program, const Schedule& schedule, std::uint64_t begin, std::uint64_t end,
                      statistics::Lanes lanes) {
  Tally tally = empty_tally(*program.model, end - begin);
  Block block(program, schedule, lanes);
  for (std::uint64_t first = begin; first < end; first += kTrialsInABlock) {
    block.run(static_cast<std::uint32_t>(first));
    block.add_to(tally, static_cast<std::size_t>(std::min<std::uint64_t>(kTrialsInABlock, end - first)));
  }
  return tally;
}

}  // namespace proofmark::models
