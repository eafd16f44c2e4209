// Streaming decompression with one interface for both ways to store bytes in less. A decompressor never sees files.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "runtime/snapshot/source_bytes.h"

namespace proofmark::snapshot {

class Decompressor {
 public:
  struct Step {
    std::size_t consumed = 0, produced = 0;
    std::string problem;  // why the bytes are not what their suffix says; empty: fine
  };

  virtual ~Decompressor() = default;
  virtual Step step(std::span<const char> input, std::span<char> output) = 0;
  // Whether the bytes may end here: at the border of two members or frames.
  virtual bool complete() const = 0;
};

// Nothing for bytes that are not compressed.
std::unique_ptr<Decompressor> make_decompressor(Compression compression);

}  // namespace proofmark::snapshot
