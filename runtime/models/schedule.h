// What a block of trials is put through: one instruction after the other, each a loop over the block. Numbers lie in
// rows, truths in bits; places are used again after their last reader, so that a block stays in the nearest caches.
#pragma once

#include <array>
#include <variant>
#include <vector>

#include "runtime/models/kernels.h"
#include "runtime/models/program.h"

namespace proofmark::models {

using Place = std::uint32_t;  // of a row, or of bits

struct Operand {
  bool fixed = false;
  Place at = 0;  // of a row, or of a constant
};

struct DrawTruths {  // of one chance for all trials
  std::uint32_t draw = 0;
  double chance = 0;
  Place out = 0;
};
struct DrawTruthsOfChances {
  std::uint32_t draw = 0;
  Place chances = 0;
  Place out = 0;
};
struct DrawFromTable {
  std::uint32_t draw = 0;
  const Inverse* inverse = nullptr;
  Place out = 0;
};
struct DrawUniforms {
  std::uint32_t draw = 0;
  Supply supply = Supply::pairs;
  Place out = 0;
};
struct InvertByFormula {  // uniforms to variates, in place
  plan::ModelFamily family = plan::ModelFamily::uniform;
  std::vector<Place> parameters;
  Place row = 0;
};
struct TakeRecorded {
  std::uint32_t element = 0;
  Place out = 0;
};
struct Calculated {
  Calculate loop = nullptr;
  Operand a, b;
  Place out = 0;
};
struct Compared {
  Compare loop = nullptr;
  Operand a, b;
  Place out = 0;
};
struct Chosen {
  Choose loop = nullptr;
  Place bits = 0;
  Operand yes, no;
  Place out = 0;
};
enum class Logic : std::uint8_t { both, either, inverse, choose };
struct Combined {
  Logic logic = Logic::both;
  std::array<Place, 3> bits{};
  Place out = 0;
};
struct ToNumbers {
  Place bits = 0, out = 0;
};
struct FillRow {
  double value = 0;
  Place out = 0;
};
struct FillBits {
  bool value = false;
  Place out = 0;
};
struct Doubt {  // of a row that may hold what is no finite number
  Place row = 0;
};
struct DoubtBits {
  Place bits = 0;
};
struct DoubtAll {};

using Instruction =
    std::variant<DrawTruths, DrawTruthsOfChances, DrawFromTable, DrawUniforms, InvertByFormula, TakeRecorded,
                 Calculated, Compared, Chosen, Combined, ToNumbers, FillRow, FillBits, Doubt, DoubtBits, DoubtAll>;

struct Schedule {
  std::vector<Instruction> instructions;
  std::vector<double> constants;
  std::vector<Place> counts;  // bits, per model.counts
  std::vector<Place> ranks;   // rows, per model.ranks
  std::size_t rows = 0, bits = 0;
};

Schedule schedule_of(const Program& program, const Kernels& kernels);

Tally tally_by_blocks(const Program& program, const Schedule& schedule, std::uint64_t begin, std::uint64_t end,
                      statistics::Lanes lanes);

const Kernels& kernels_of(statistics::Lanes lanes);

}  // namespace proofmark::models
