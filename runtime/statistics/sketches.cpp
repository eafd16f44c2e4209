// Bucket indices come from logarithms, and a value on an edge may be rounded into the neighbour: where an edge is exact
// (powers of two) it is compared exactly.
#include "runtime/statistics/sketches.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::statistics {
namespace {

constexpr double kLn2 = 0.6931471805599453;

// base^(index) for base = 2^(2^-schema), schema 0 … 8: whole powers of two exactly.
double native_edge(std::int64_t index, int schema) {
  const std::int64_t steps = std::int64_t{1} << schema;
  std::int64_t whole = index / steps, rest = index % steps;
  if (rest < 0) {
    rest += steps;
    --whole;
  }
  const double fraction = rest == 0 ? 1 : exp_of(static_cast<double>(rest) / static_cast<double>(steps) * kLn2);
  return std::ldexp(fraction, static_cast<int>(whole));
}

std::int64_t native_index(double size, int schema) {
  int exponent = 0;
  const double mantissa = std::frexp(size, &exponent);  // size = mantissa 2^exponent, mantissa in [1/2, 1)
  if (schema <= 0) {
    const std::int64_t power = mantissa == 0.5 ? exponent - 1 : exponent;  // smallest with size <= 2^power
    const std::int64_t group = std::int64_t{1} << -schema;
    return power >= 0 ? (power + group - 1) / group : -(-power / group);
  }
  const std::int64_t steps = std::int64_t{1} << schema;
  const double estimate = log_of(mantissa) / kLn2 * static_cast<double>(steps);
  std::int64_t index = exponent * steps + static_cast<std::int64_t>(std::ceil(estimate));
  while (native_edge(index - 1, schema) >= size) --index;
  while (native_edge(index, schema) < size) ++index;
  return index;
}

}  // namespace

DdBucket dd_bucket(double value, double relative_accuracy) {
  PROOFMARK_CHECK(value > 0 && relative_accuracy > 0 && relative_accuracy < 1);
  const double growth = 2 * relative_accuracy / (1 - relative_accuracy), log_gamma_base = log1p_of(growth);
  DdBucket bucket;
  bucket.gamma = 1 + growth;
  const double index = std::ceil(log_of(value) / log_gamma_base);
  bucket.index = static_cast<std::int64_t>(index);
  bucket.representative = exp_of(index * log_gamma_base - log1p_of(growth / 2));
  return bucket;
}

double dd_representative(double value, double relative_accuracy) {
  if (value == 0) return 0;
  const double size = dd_bucket(std::fabs(value), relative_accuracy).representative;
  return value < 0 ? -size : size;
}

HdrLayout::HdrLayout(std::uint64_t lowest, int digits) {
  PROOFMARK_CHECK(lowest >= 1 && digits >= 0 && digits <= 5);
  unit_magnitude_ = static_cast<int>(std::bit_width(lowest)) - 1;
  std::uint64_t single_units = 2;
  for (int i = 0; i < digits; ++i) single_units *= 10;
  sub_bucket_bits_ = static_cast<int>(std::bit_width(single_units - 1));
}

std::uint64_t HdrLayout::width(std::uint64_t value) const {
  const int bits = static_cast<int>(std::bit_width(value)), resolved = unit_magnitude_ + sub_bucket_bits_;
  return std::uint64_t{1} << (unit_magnitude_ + (bits > resolved ? bits - resolved : 0));
}

NativeBucket native_bucket(double value, int schema) {
  PROOFMARK_CHECK(value != 0 && schema >= -4 && schema <= 8);
  NativeBucket bucket;
  bucket.index = native_index(std::fabs(value), schema);
  const auto [low, high] = native_edges(bucket.index, schema);
  bucket.bounds = value > 0 ? Bucket{low, high} : Bucket{-high, -low};
  bucket.growth = native_edges(1, schema).upper;
  return bucket;
}

Bucket native_edges(std::int64_t index, int schema) {
  const auto edge = [schema](std::int64_t at) {
    return schema > 0 ? native_edge(at, schema) : native_edge(at * (std::int64_t{1} << -schema), 0);
  };
  return {edge(index - 1), edge(index)};
}

DigestQuantile digest_quantile(std::span<const Centroid> centroids, double least, double greatest, double q) {
  double total = 0;
  for (const Centroid& centroid : centroids) total += centroid.weight;
  const double wanted = q * total;
  double at = 0, below = least, before = 0;  // `below` lies at `at` of the weight, `before` of it is behind
  const auto between = [&](double next_at, double above) {
    const double part = next_at > at ? (wanted - at) / (next_at - at) : 1;
    return DigestQuantile{std::clamp((1 - part) * below + part * above, below, above), below, above};
  };
  for (const Centroid& centroid : centroids) {
    const double middle = before + centroid.weight / 2;
    if (wanted <= middle) return between(middle, centroid.mean);
    at = middle;
    below = centroid.mean;
    before += centroid.weight;
  }
  return between(total, greatest);
}

}  // namespace proofmark::statistics
