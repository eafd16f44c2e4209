// What a block in braces holds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace proofmark::syntax {

enum class BlockKind : std::uint8_t {
  file,
  policy,
  subject,
  telemetry,
  objective,
  model,
  decide,
  test,
  given,
  rows,
  set,
  later,
  unknown
};

// The keywords with which an item of the block begins; empty where items begin with a name of the writer's choice.
const std::vector<std::string>& item_words(BlockKind kind);

}  // namespace proofmark::syntax
