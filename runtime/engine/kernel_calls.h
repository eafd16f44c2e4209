// Calling a kernel, compiled or not: for a block, for some rows of one, or at once for many blocks that are alike.
//
// It works in steps of 512 rows and reads all of them: a block's last, shorter step is given a padded copy, and input 0
// of the program keeps the rows that do not exist, or are not asked for, out of every mask that is counted.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "runtime/engine/interpret.h"
#include "runtime/engine/kernel_interpreter.h"
#include "runtime/engine/kernel_program.h"
#include "runtime/engine/lines_ahead.h"
#include "runtime/plan/codegen_abi.h"

namespace proofmark::engine {

class KernelCalls {
 public:
  // `kernel` null: the program is interpreted. Inputs are read from `state`, outputs go to state.masks.
  KernelCalls(const KernelProgram& program, proofmark_kernel kernel, BlockState& state);

  void run(const Block& block) { run_rows(block, 0, block.rows); }
  // Rows [from, to) alone; bits of outputs that lie before `from` stay.
  void run_rows(const Block& block, std::uint32_t from, std::uint32_t to);
  // `blocks` whole blocks, neighbours in one batch, all of whose rows have the bits that the first 512 rows of `state`
  // have, which are the same for all of them. For programs without outputs.
  void run_alike(const Block& first, std::size_t blocks);
  // A whole block, and as many as make `blocks` that are like it. For programs that read no column.
  void run_repeated(const Block& first, std::size_t blocks);
  std::uint64_t count(std::uint32_t counter) const;

  // Of a block that was just run by compiled code, the rows of the one behind it, for whoever has more to do with it,
  // in as many shares as there are each time; null: the interpreter has asked for them itself.
  const LinesAhead* behind(const Block& block, std::size_t shares);

 private:
  static constexpr std::size_t kStepWords = PROOFMARK_STEP_WORDS, kStepRows = kStepWords * kWordBits;
  static constexpr std::size_t kWidestBytes = 8;
  struct alignas(64) Padded {
    std::array<std::byte, kStepRows * kWidestBytes> bytes{};
  };

  void point_at_columns(const Block& block, std::size_t row);
  void pad(const Block& block, std::size_t row);
  void run_steps(const Block& block, std::size_t from, std::size_t to);
  void call(std::size_t first_word, std::size_t words);
  const Words& input(const KernelInput& source) const;

  const KernelProgram& program_;
  proofmark_kernel kernel_;
  std::optional<KernelInterpreter> interpreter_;
  BlockState& state_;
  std::vector<std::size_t> widths_bytes_;  // a column
  std::optional<LinesAhead> ahead_;        // of compiled code: its columns
  std::vector<const void*> values_;
  std::vector<const std::uint64_t*> validity_;
  std::vector<const std::uint64_t*> inputs_;
  std::vector<std::uint64_t> validity_strides_, input_strides_;
  std::vector<std::uint64_t*> outputs_;
  struct alignas(64) Lanes {
    std::array<std::uint64_t, PROOFMARK_COUNTER_LANES> lane{};
  };
  std::vector<Lanes> counters_;
  std::vector<Lanes> scratch_;  // of compiled code
  std::vector<Padded> padded_;  // a column; made when first needed
  Words all_;
};

}  // namespace proofmark::engine
