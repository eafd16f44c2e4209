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
struct alignas(64) Row : std::array<double, kTrialsInABlock> {};
struct alignas(64) Words : std::array<std::uint32_t, 4 * kTrialsInABlock> {};

class Block {
 public:
  Block(const Program& program, const Schedule& schedule, statistics::Lanes lanes)
      : program_(program),
        schedule_(schedule),
        lanes_(lanes),
        kernels_(kernels_of(lanes)),
        rows_(schedule.rows),
        bits_(schedule.bits),
        words_(schedule.words) {}

  void run(std::uint32_t first) {
    first_ = first;
    first_half_ = first_half_of(program_.stream, first);
    unknown_ = {};
    for (const Instruction& instruction : schedule_.instructions)
      plan::match(instruction, [this](const auto& one) { apply(one); });
  }

  // Of the first n trials.
  void add_to(Tally& tally, std::size_t n) const {
    Bits known;
    std::uint64_t all = 0;
    for (std::size_t k = 0; k < kWordsOfBits; ++k) {
      const std::size_t begin = 64 * k, end = std::clamp(n, begin, begin + 64);
      known[k] = ~unknown_[k] & (end - begin == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << (end - begin)) - 1);
      all += static_cast<std::uint64_t>(std::popcount(known[k]));
    }
    tally.unknown += n - all;
    for (std::size_t i = 0; i < schedule_.counts.size(); ++i)
      for (std::size_t k = 0; k < kWordsOfBits; ++k)
        tally.counts[i] += static_cast<std::uint64_t>(std::popcount(bits_[schedule_.counts[i]][k] & known[k]));
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
  // The row of words that holds a half of the block's trials.
  std::uint32_t place_of(std::uint32_t half) const { return (half + first_half_) % kHalvesOfABlock; }
  const std::uint32_t* row_of(Place words, std::uint32_t half) const {
    return words_[words].data() + std::size_t{place_of(half) / 2} * kTrialsInABlock;
  }
  bool is_upper(std::uint32_t half) const { return place_of(half) % 2 == 1; }

  void apply(const MakeWords& one) {
    if (first_half_ != 0) return;  // they are there, of the trials before
    kernels_.philox(program_.stream.seed, program_.stream.model, one.block, counter_of(program_.stream, first_),
                    words_[one.words].data());
  }
  void apply(const MakeUniforms& one) {
    const std::uint32_t* high = row_of(one.words, one.half);
    kernels_.uniforms(high, high + kTrialsInABlock, rows_[one.out].data());
  }
  void apply(const MakeHits& one) {
    const double scaled = one.chance * 0x1p16, whole = std::floor(scaled);
    Bits ties;
    kernels_.hits(row_of(one.words, one.half), is_upper(one.half), static_cast<std::uint32_t>(whole),
                  bits_[one.out].data(), ties.data());
    if (whole < scaled) settle(ties, one.words, one.half, one.out, [&](std::size_t) { return one.chance; });
  }
  void apply(const MakeHitsOfChances& one) {
    const double* chances = rows_[one.chances].data();
    Bits ties;
    kernels_.hits_of_chances(row_of(one.words, one.half), is_upper(one.half), chances, bits_[one.out].data(),
                             ties.data());
    settle(ties, one.words, one.half, one.out, [&](std::size_t i) { return chances[i]; });
  }
  // One half in 2^16 says by itself not yet whether it is a hit.
  template <typename Chance>
  void settle(const Bits& ties, Place words, std::uint32_t half, Place out, Chance chance) {
    for (std::size_t k = 0; k < kWordsOfBits; ++k)
      for (std::uint64_t left = ties[k]; left != 0; left &= left - 1) {
        const std::size_t i = 64 * k + static_cast<std::size_t>(std::countr_zero(left));
        const std::uint32_t w = row_of(words, half)[i] >> (is_upper(half) ? 16 : 0) & 0xFFFF;
        if (tie_is_hit(program_.stream, first_ + static_cast<std::uint32_t>(i), half, w, chance(i)))
          bits_[out][k] |= left & -left;
      }
  }
  void apply(const Invert& one) { one.inverse->at(rows_[one.row].data(), kernels_); }
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
  std::uint32_t first_ = 0, first_half_ = 0;
  std::vector<Row> rows_;
  std::vector<Bits> bits_;
  std::vector<Words> words_;
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
