// A sketch as an argument: an object with its parameters and its buckets, as stores export it.
#pragma once

#include <string_view>

#include "runtime/methods/method.h"
#include "runtime/statistics/sketch_buckets.h"

namespace proofmark::methods {

inline constexpr Parameter kSketchKind{"kind", "", Kind::word, "of the sketch", {}, "ddsketch|hdr|native"};

// ddsketch: {relative_accuracy, buckets: [[index, count], …], negative, zero, zero_width, collapsed_below};
// hdr: {significant_digits, lowest, buckets: [[value, count], …]}; native: {schema, buckets, negative, zero,
// zero_width}. PM1203 with what does not fit. It may be empty.
Result<statistics::Sketch> sketch_of(const Arguments& call, std::string_view name);

}  // namespace proofmark::methods
