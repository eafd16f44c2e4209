// What the writer and the reader of our Arrow files agree on. An Arrow file is
//
//   "ARROW1\0\0", messages, end-of-stream mark, footer, footer's size (4 bytes), "ARROW1"
//
// A message is a marker, the metadata's size, the metadata (a flatbuffer), zeros up to a multiple of 64 from the
// start of the file, and the body. Buffers lie in a body one behind the other, each padded with zeros to 64 bytes;
// so a mapping of the file gives 64-byte aligned pointers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace proofmark::snapshot {

inline constexpr std::string_view kArrowMagic = "ARROW1";
inline constexpr std::size_t kAlignment = 64;
inline constexpr std::uint64_t kBatchRows = 65'536;             // sixteen blocks
inline constexpr std::uint64_t kMaximumBatchText = 1ULL << 30;  // offsets are 32 bits wide
inline constexpr std::size_t kMaximumText = 256 * 1024;         // so that a block of 4096 rows always fits a batch
inline constexpr std::uint32_t kMessageMarker = 0xFFFFFFFF;
inline constexpr std::string_view kTypeKey = "proofmark.type";  // field metadata: the FieldType's name
inline constexpr std::string_view kUnitKey =
    "proofmark.unit";  // what one stored unit is: "ns", of durations "us", "ms" or "s" too; "bytes"

constexpr std::uint64_t padded(std::uint64_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}
constexpr std::uint64_t bits_to_bytes(std::uint64_t bits) {
  return (bits + 7) / 8;
}

// 128 bits as 32 lower-case hex digits, of bytes given in one piece.
std::string xxh3(const std::byte* bytes, std::size_t size);
std::string_view xxh3_tier();  // whose instructions it is made of here, for people

}  // namespace proofmark::snapshot
