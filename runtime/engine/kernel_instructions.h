// Masks on their way to instructions: formulas first (mask_algebra.h), and of these only what a counter or an output
// needs is written down. A conjunction is a chain, factor after factor, so that those with the same first factors
// share what these make.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "runtime/engine/mask_algebra.h"
#include "runtime/plan/codegen_abi.h"
#include "runtime/plan/plan.h"

namespace proofmark::engine {

class KernelInstructions {
 public:
  explicit KernelInstructions(std::vector<proofmark_kernel_instruction>& out) : out_(out) {}

  MaskAlgebra algebra;

  Literal primitive(std::uint32_t code, std::uint32_t physical, std::uint32_t a, std::uint32_t b) {
    const auto [entry, fresh] = primitives_.try_emplace({code, physical, a, b});
    if (fresh) {
      entry->second = algebra.primitive();
      sources_.emplace(entry->second.node(), proofmark_kernel_instruction{code, physical, a, b});
    }
    return entry->second;
  }

  // The instruction that makes the mask.
  plan::Id made(Literal mask) {
    if (mask == MaskAlgebra::all()) return numbered({PROOFMARK_ALL, 0, 0, 0});
    if (mask == MaskAlgebra::none()) return numbered({PROOFMARK_NONE, 0, 0, 0});
    if (mask.negated()) return numbered({PROOFMARK_AND_NOT, 0, made(MaskAlgebra::all()), made(~mask)});
    const MaskAlgebra::Conjunction factors = algebra.conjunction(mask.node());
    return factors.empty() ? numbered(sources_.at(mask.node())) : chain(factors);
  }
  plan::Id numbered(const proofmark_kernel_instruction& instruction) {
    const auto [entry, fresh] = known_.try_emplace(
        {instruction.code, instruction.physical, instruction.a, instruction.b}, static_cast<plan::Id>(out_.size()));
    if (fresh) out_.push_back(instruction);
    return entry->second;
  }

 private:
  using Key = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>;

  plan::Id chain(const MaskAlgebra::Conjunction& factors) {
    auto first = std::find_if(factors.begin(), factors.end(), [](Literal factor) { return !factor.negated(); });
    plan::Id masked = made(first == factors.end() ? MaskAlgebra::all() : *first);
    for (auto factor = factors.begin(); factor != factors.end(); ++factor) {
      if (factor == first) continue;
      const Literal plain(factor->node(), false);
      masked = numbered({factor->negated() ? std::uint32_t{PROOFMARK_AND_NOT} : std::uint32_t{PROOFMARK_AND}, 0, masked,
                         made(plain)});
    }
    return masked;
  }

  std::vector<proofmark_kernel_instruction>& out_;
  std::map<Key, Literal> primitives_;
  std::map<std::uint32_t, proofmark_kernel_instruction> sources_;  // of primitive nodes
  std::map<Key, plan::Id> known_;
};

}  // namespace proofmark::engine
