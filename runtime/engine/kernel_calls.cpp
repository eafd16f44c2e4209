// Pointers into the columns and words of each block.
#include "runtime/engine/kernel_calls.h"

#include <numeric>

#include "runtime/plan/match.h"

namespace proofmark::engine {

using snapshot::Column;
using snapshot::Physical;

KernelCalls::KernelCalls(const KernelProgram& program, proofmark_kernel kernel, BlockState& state)
    : program_(program),
      kernel_(kernel),
      state_(state),
      values_(program.columns.size()),
      validity_(program.columns.size()),
      inputs_(program.inputs.size()),
      outputs_(program.outputs.size()),
      counters_(program.counter_count) {
  all_.fill(true);
  if (kernel == nullptr) interpreter_.emplace(program.instructions);
}

void KernelCalls::run(const Block& block) {
  const std::size_t whole = block.rows / kStepRows * kStepWords;
  point_at_columns(block);
  if (whole > 0) call(0, whole);
  if (block.rows % kStepRows == 0) return;
  pad(block, whole * kWordBits);
  call(whole, kStepWords);
}

std::uint64_t KernelCalls::count(std::uint32_t counter) const {
  const auto& lanes = counters_[counter].lane;
  return std::accumulate(lanes.begin(), lanes.end(), std::uint64_t{0});
}

void KernelCalls::point_at_columns(const Block& block) {
  for (std::size_t c = 0; c < program_.columns.size(); ++c) {
    const Column& column = *program_.columns[c];
    const snapshot::Chunk& chunk = column.chunks[block.batch];
    const bool bits = column.physical == Physical::bit;
    values_[c] = chunk.values + (bits ? block.offset / 8 : block.offset * width_bytes(column.physical));
    validity_[c] = chunk.validity == nullptr
                       ? all_.word.data()
                       : reinterpret_cast<const std::uint64_t*>(chunk.validity + block.offset / 8);
  }
}

// Bitmaps are padded to a step in the snapshot already; values are copied from `row` on, so that a step can be read.
void KernelCalls::pad(const Block& block, std::size_t row) {
  padded_.resize(program_.columns.size());
  for (std::size_t c = 0; c < program_.columns.size(); ++c) {
    const Column& column = *program_.columns[c];
    const auto* from = static_cast<const std::byte*>(values_[c]);
    if (column.physical == Physical::bit) {
      values_[c] = from + row / 8;
    } else {
      const std::size_t width = width_bytes(column.physical);
      std::memcpy(padded_[c].bytes.data(), from + row * width, (block.rows - row) * width);
      values_[c] = padded_[c].bytes.data();
    }
    validity_[c] += row / kWordBits;
  }
}

void KernelCalls::call(std::size_t first_word, std::size_t words) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) inputs_[i] = input(program_.inputs[i]).word.data() + first_word;
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    outputs_[i] = state_.masks[program_.outputs[i]].word.data() + first_word;
  const proofmark_kernel_call call{
      values_.data(), validity_.data(), program_.arguments.data(),
      inputs_.data(), outputs_.data(),  counters_.empty() ? nullptr : counters_.front().lane.data(),
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
