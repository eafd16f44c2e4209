// The builtin table: one record a service level indicator. Type checker, documentation (`proofmark explain fraction`),
// lowering and judgement are driven by it; a record without summary or example does not compile.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/plan/number.h"
#include "runtime/plan/plan.h"

namespace proofmark::builtins {

enum class Kind : std::uint8_t {
  fraction,
  per_million,
  coverage,
  quantile,
  mean,
  rate,
  count,
  sum,
  minimum,
  maximum,
  distinct,
  similarity,
  drift,
  worse_by,
  probability_worse,
  odds_ratio,
};

// What a builtin takes after its population.
enum class Shape : std::uint8_t {
  population_condition,  // fraction(population, condition)
  population_field,      // coverage(population, field)
  population_maybe,      // count(population) or count(population, condition)
  values,                // sum(population.field)
  values_share,          // quantile(population.field, 99%)
  values_range,          // mean(population.field, low: 0s, high: 30s)
  two_values,            // similarity(a.field, b.field)
  events_per,            // rate(population, per: 1h)
  two_shares,            // odds_ratio(fraction(a, condition), fraction(b, condition))
};

// The unit of the estimate.
enum class Yields : std::uint8_t { ratio, number, unit_of_values };

struct Builtin {
  std::string_view name;
  Kind kind;
  Shape shape;
  Yields yields;
  bool census;                 // a fact about the recorded rows: no interval, no confidence needed
  std::string_view signature;  // "fraction(population, condition) -> ratio"
  std::string_view summary;
  std::string_view method;  // how it is judged
  std::string_view assumes;
  std::string_view cites;
  std::string_view example;  // a requirement over the stream of docs/reference
  std::string_view since;    // edition
};

std::span<const Builtin> all();
const Builtin* find(std::string_view name);  // not pN: see percentile

// "p99" -> 99/100, "p999" -> 999/1000, "p50" -> 1/2; nothing when the name is not p followed by digits, or is p0.
std::optional<plan::Rational> percentile(std::string_view name);

// Smallest number of rows with which a claim on a proportion can pass at all (every row good). For a quantile the
// threshold is its p.
std::optional<std::uint64_t> smallest_n_to_pass(bool at_least, const plan::Rational& threshold,
                                                const plan::Rational& alpha);

}  // namespace proofmark::builtins
