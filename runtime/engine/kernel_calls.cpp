// Pointers into the columns and words of each block.
#include "runtime/engine/kernel_calls.h"

#include <algorithm>
#include <numeric>

#include "runtime/plan/match.h"

namespace proofmark::engine {

using snapshot::Column;
using snapshot::Physical;

namespace {

// Of bits there are few lines: the processor follows those by itself.
std::vector<std::size_t> widths_of(const KernelProgram& program) {
  std::vector<std::size_t> widths;
  for (const Column* column : program.columns)
    widths.push_back(column->physical == Physical::bit ? 0 : width_bytes(column->physical));
  return widths;
}

std::size_t scratch_steps(const KernelProgram& program) {
  std::size_t steps = 0;
  for (const proofmark_kernel_instruction& instruction : program.instructions)
    steps += compares(instruction) ? 2 : instruction.code == PROOFMARK_COUNT ? 1 : 0;
  return steps;
}

}  // namespace

KernelCalls::KernelCalls(const KernelProgram& program, proofmark_kernel kernel, BlockState& state)
    : program_(program),
      kernel_(kernel),
      state_(state),
      widths_bytes_(widths_of(program)),
      values_(program.columns.size()),
      validity_(program.columns.size()),
      inputs_(program.inputs.size()),
      validity_strides_(program.columns.size()),
      input_strides_(program.inputs.size()),
      outputs_(program.outputs.size()),
      counters_(program.counter_count) {
  all_.fill(true);
  if (kernel == nullptr)
    interpreter_.emplace(program.instructions);
  else
    scratch_.resize(scratch_steps(program));
}

const LinesAhead* KernelCalls::behind(const Block& block, std::size_t shares) {
  if (interpreter_ || block.rows != kBlockRows) return nullptr;
  if (!ahead_) ahead_.emplace(widths_bytes_, shares);
  for (std::size_t c = 0; c < widths_bytes_.size(); ++c) {
    const std::byte* values = program_.columns[c]->chunks[block.batch].values;
    ahead_->point_at(c, reinterpret_cast<std::uintptr_t>(values) + (block.offset + kBlockRows) * widths_bytes_[c]);
  }
  return &*ahead_;
}

void KernelCalls::run_rows(const Block& block, std::uint32_t from, std::uint32_t to) {
  if (from == 0 && to == block.rows) return run_steps(block, 0, to);
  const Words present = state_.present;
  keep_rows(from, to, state_.present);
  const std::size_t step = from / kStepRows * kStepRows, word = step / kWordBits;
  std::vector<std::array<std::uint64_t, kStepWords>> before;
  for (const plan::Id mask : program_.outputs)
    std::copy_n(state_.masks[mask].word.begin() + word, kStepWords, before.emplace_back().begin());
  run_steps(block, step, to);
  state_.present = present;
  if (from == step) return;
  for (std::size_t i = 0; i < before.size(); ++i)
    for (std::size_t w = 0; w < kStepWords; ++w) state_.masks[program_.outputs[i]][word + w] |= before[i][w];
}

void KernelCalls::run_alike(const Block& first, std::size_t blocks) {
  point_at_columns(first, 0);
  std::fill(input_strides_.begin(), input_strides_.end(), 0);
  call(0, blocks * kBlockWords);
}

void KernelCalls::run_repeated(const Block& first, std::size_t blocks) {
  const std::vector<Lanes> before = counters_;
  run(first);
  for (std::size_t counter = 0; counter < counters_.size(); ++counter)
    for (std::size_t lane = 0; lane < PROOFMARK_COUNTER_LANES; ++lane)
      counters_[counter].lane[lane] += (counters_[counter].lane[lane] - before[counter].lane[lane]) * (blocks - 1);
}

// `from` is a multiple of a step; `to` rounded up to one.
void KernelCalls::run_steps(const Block& block, std::size_t from, std::size_t to) {
  const std::size_t last = (to + kStepRows - 1) / kStepRows * kStepRows;
  const std::size_t whole = std::min<std::size_t>(last, block.rows / kStepRows * kStepRows);
  std::fill(input_strides_.begin(), input_strides_.end(), 1);
  point_at_columns(block, from);
  if (whole > from) call(from / kWordBits, (whole - from) / kWordBits);
  if (whole == last) return;
  point_at_columns(block, whole);
  pad(block, whole);
  call(whole / kWordBits, kStepWords);
}

std::uint64_t KernelCalls::count(std::uint32_t counter) const {
  const auto& lanes = counters_[counter].lane;
  return std::accumulate(lanes.begin(), lanes.end(), std::uint64_t{0});
}

// At `row`, a multiple of 64.
void KernelCalls::point_at_columns(const Block& block, std::size_t row) {
  const std::uint64_t place = block.offset + row;
  for (std::size_t c = 0; c < program_.columns.size(); ++c) {
    const Column& column = *program_.columns[c];
    const snapshot::Chunk& chunk = column.chunks[block.batch];
    const bool bits = column.physical == Physical::bit;
    values_[c] = chunk.values + (bits ? place / 8 : place * width_bytes(column.physical));
    validity_strides_[c] = chunk.validity == nullptr ? 0 : 1;
    validity_[c] = chunk.validity == nullptr ? all_.word.data()
                                             : reinterpret_cast<const std::uint64_t*>(chunk.validity + place / 8);
  }
}

// Bitmaps are padded to a step in the snapshot already; values are copied, so that a whole step can be read.
void KernelCalls::pad(const Block& block, std::size_t row) {
  padded_.resize(program_.columns.size());
  for (std::size_t c = 0; c < program_.columns.size(); ++c) {
    const Column& column = *program_.columns[c];
    if (column.physical == Physical::bit) continue;
    std::memcpy(padded_[c].bytes.data(), values_[c], (block.rows - row) * width_bytes(column.physical));
    values_[c] = padded_[c].bytes.data();
  }
}

void KernelCalls::call(std::size_t first_word, std::size_t words) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) inputs_[i] = input(program_.inputs[i]).word.data() + first_word;
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    outputs_[i] = state_.masks[program_.outputs[i]].word.data() + first_word;
  const proofmark_kernel_call call{values_.data(),
                                   validity_.data(),
                                   program_.arguments.data(),
                                   inputs_.data(),
                                   validity_strides_.data(),
                                   input_strides_.data(),
                                   outputs_.data(),
                                   counters_.empty() ? nullptr : counters_.front().lane.data(),
                                   scratch_.empty() ? nullptr : scratch_.front().lane.data(),
                                   words};
  if (interpreter_)
    interpreter_->run(call);
  else
    kernel_(&call);
}

const Words& KernelCalls::input(const KernelInput& source) const {
  return plan::match(
      source, [&](const RowsThatTakePart&) -> const Words& { return state_.present; },
      [&](const WindowWords& words) -> const Words& { return state_.windows[words.window]; },
      [&](const AtomWords& words) -> const Words& { return state_.atoms[words.atom]; });
}

}  // namespace proofmark::engine
