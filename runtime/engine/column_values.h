// Single values of a column, for conversion and for tests of text; the scan's own kernels read whole blocks.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::engine {

inline bool is_valid(const snapshot::Chunk& chunk, std::uint64_t row) {
  return chunk.validity == nullptr || (static_cast<unsigned>(chunk.validity[row / 8]) >> (row % 8) & 1U) != 0;
}

inline std::string_view text_at(const snapshot::Chunk& chunk, std::uint64_t row) {
  return {reinterpret_cast<const char*>(chunk.values) + chunk.offsets[row],
          static_cast<std::size_t>(chunk.offsets[row + 1] - chunk.offsets[row])};
}

// Calls visit(T{}) with T the C++ type of a fixed-width physical type.
template <typename Visit>
decltype(auto) with_type(snapshot::Physical physical, Visit visit) {
  using snapshot::Physical;
  switch (physical) {
    case Physical::i8:
      return visit(std::int8_t{});
    case Physical::i16:
      return visit(std::int16_t{});
    case Physical::i32:
      return visit(std::int32_t{});
    case Physical::i64:
      return visit(std::int64_t{});
    case Physical::u8:
      return visit(std::uint8_t{});
    case Physical::u16:
      return visit(std::uint16_t{});
    case Physical::u32:
      return visit(std::uint32_t{});
    case Physical::f64:
      return visit(double{});
    case Physical::bit:
    case Physical::utf8:
      break;
  }
  PROOFMARK_CHECK(physical != Physical::bit && physical != Physical::utf8);
  return visit(std::int64_t{});
}

template <typename T>
T value_at(const snapshot::Column& column, std::size_t chunk, std::uint64_t row) {
  return with_type(column.physical, [&](auto tag) {
    return static_cast<T>(reinterpret_cast<const decltype(tag)*>(column.chunks[chunk].values)[row]);
  });
}

}  // namespace proofmark::engine
