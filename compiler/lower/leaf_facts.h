// What every leaf is lowered with, and the facts that several kinds of leaves are told by: rows of a population, a
// share of them, clusters of them, and how they lie in time.
#pragma once

#include <optional>

#include "compiler/lower/requirements.h"

namespace proofmark::lower {

struct Context {
  const semantics::Policy& policy;
  const semantics::Objective& typed;
  plan::Objective& objective;
  const source::SourceFile& file;
  Scans& scans;
  plan::Rational rank_alpha;                  // of each leaf bound
  std::optional<plan::Comparison> direct_op;  // set: the leaf is claimed directly …
  plan::Rational direct_threshold;            // … against this
  bool weighed = false;                       // and decided by the weights of its rows
};

// The masks of a leaf's population in its window.
struct Rows {
  Id scan = 0;
  Id population = 0, outside = 0;  // masks
  std::optional<Id> grouping;
};

Rows rows_of(Context& context, semantics::TypedId population_id);

plan::FactRef fact(const Rows& rows, Id accumulator);
plan::FactRef counted(Context& context, const Rows& rows, Id mask);

// Rows whose field is unknown leave the population, and are reported as outside it.
void leave_out_unknown(ScanBuilder& scan, Rows& rows, std::uint32_t field);

// Sums over the clusters of a direct claim: of the rows that count for certain, and of those that may.
std::optional<plan::ClusterFacts> clusters(Context& context, const Rows& rows, Id population, Id certain, Id unknown);

// Of a claim that weights decide: sums over the population's rows that are good for certain, that are bad, and the
// others.
std::optional<plan::Weights> weights(Context& context, const Rows& rows, Id population, Id good, Id bad);

// Over time, in each group: what tells whether rows depend on those before them.
std::optional<plan::FactRef> series(Context& context, const Rows& rows, Id part);
std::optional<plan::FactRef> series(Context& context, const Rows& rows, const plan::SumMoments& moments);
// Of values, which are told by their ranks where no range of theirs is declared.
std::optional<plan::FactRef> rank_series(Context& context, const Rows& rows, Id value);

// With a series where rows are to be independent of each other.
plan::Proportion proportion(Context& context, Rows& rows, Known condition, bool estimated);

}  // namespace proofmark::lower
