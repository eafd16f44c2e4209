// The random numbers of a model: one Philox4x32-10 block gives the uniforms of two neighbouring elements of a draw.
//
// Counter: trial, draw, element / 2, model; key: the seed. A uniform is an odd multiple of 2^-53, so neither 0 nor 1
// occurs. Whatever number of trials is made at once, the bits are the same.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/statistics/elementary_blocks.h"

namespace proofmark::models {

struct DrawStream {
  std::uint64_t seed = 0;
  std::uint32_t model = 0, draw = 0, element = 0;
};

double uniform_of(const DrawStream& stream, std::uint32_t trial);

// Of trials first, first + 1, …
void uniforms_of(const DrawStream& stream, std::uint32_t first, double* out, std::size_t n, statistics::Lanes lanes);

}  // namespace proofmark::models
