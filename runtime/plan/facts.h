// Facts: the narrow waist between engines and judgement. Final, exact, sufficient statistics of one snapshot for
// one plan. Interpreter, native code and any later engine must give the same facts, byte for byte; a transcript holds
// them, and a verdict can be recomputed from them alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/plan/model.h"
#include "runtime/plan/number.h"

namespace proofmark::plan {

// int64 in base units, or a double (never NaN).
using Number = std::variant<std::int64_t, double>;

struct RankedValue {
  std::uint64_t rank = 0;  // among the known values, from 1 in ascending order
  Number value;
};

struct ValueSummary {
  std::uint64_t known = 0;                          // values collected
  std::optional<std::variant<Int128, double>> sum;  // asked for; exact for integers, else the fixed-shape sum
  std::optional<Number> minimum, maximum;           // asked for, and known > 0
  std::optional<std::uint64_t> distinct;            // asked for
  std::vector<std::optional<RankedValue>> ranks;    // as the accumulator's rules; nothing: no such bound
};

// One entry a group (one alone without grouping), in the order of the accumulator's groups.
struct CountFact {
  std::vector<std::uint64_t> counts;
};  // CountRows and CountDistinct
struct ValuesFact {
  std::vector<ValueSummary> groups;
};

// What a ratio over clusters and its variance need: with m_i rows and y_i of them in the part, in cluster i.
struct ClusterSums {
  std::uint64_t clusters = 0;                          // with at least one row
  std::uint64_t rows = 0;                              // sum of m
  std::uint64_t part = 0;                              // sum of y
  std::uint64_t with_part = 0;                         // clusters with y > 0
  std::uint64_t with_rest = 0;                         // clusters with y < m
  std::uint64_t largest = 0;                           // greatest m
  Int128 rows_rows = 0, rows_part = 0, part_part = 0;  // sums of m m, m y, y y
  friend bool operator==(const ClusterSums&, const ClusterSums&) = default;
};
struct ClustersFact {
  std::vector<ClusterSums> groups;
};  // SumClusters

// Of values x in a declared range: x - low is never negative. Reals are summed in the fixed shape of all sums.
struct MomentSums {
  std::uint64_t known = 0;                              // values, in the range or not
  std::uint64_t below = 0, above = 0;                   // outside of the range: in no sum
  std::variant<Int128, double> sum;                     // of x - low
  std::optional<std::variant<Int128, double>> squares;  // of (x - low)^2; nothing: more than 127 bits hold
};
struct MomentsFact {
  std::vector<MomentSums> groups;
};  // SumMoments
// Two samples of n1 and n2 values (where the values are told exactly the known ones, else all rows), by integers alone.
// With F and G their empirical distribution functions the gaps are the greatest F - G and G - F in units of
// 1/(n1 n2); `wins` counts pairs in which the first's value is greater, twice, and pairs of equal values once.
struct ContrastSums {
  std::uint64_t first = 0, second = 0;  // n1, n2
  Int128 above = 0, below = 0;          // gaps of F over G, and of G over F; at least 0
  Int128 wins = 0;
  friend bool operator==(const ContrastSums&, const ContrastSums&) = default;
};
struct ContrastFact {
  std::vector<ContrastSums> groups;
};  // ContrastValues
// Rows of a step of time, and how many of them are in the part.
struct SeriesStep {
  std::uint64_t rows = 0, part = 0;
  friend bool operator==(const SeriesStep&, const SeriesStep&) = default;
};
// Steps of `step_ns` as time_steps.h lays them out between the first and the last row time of the stream in the window;
// none, and neither time, where no row has one. Every group has all of them; of more than kMostSeriesGroups groups
// there is one series together (plan.h).
struct SeriesFact {
  std::int64_t step_ns = 0;
  std::vector<std::vector<SeriesStep>> groups;
  std::optional<std::int64_t> first_ns, last_ns;
};  // CountSeries

struct MomentSeriesFact {
  std::int64_t step_ns = 0;
  std::vector<std::vector<MomentSums>> groups;
  std::optional<std::int64_t> first_ns, last_ns;
};  // MomentSeries, RankSeries

inline std::uint64_t rows_of(const std::vector<SeriesStep>& steps) {
  std::uint64_t rows = 0;
  for (const SeriesStep& step : steps) rows += step.rows;
  return rows;
}
inline std::uint64_t rows_of(const std::vector<MomentSums>& steps) {
  std::uint64_t rows = 0;
  for (const MomentSums& step : steps) rows += step.known;
  return rows;
}
// The rows of a series in all of its groups.
template <typename Series>
std::uint64_t rows_over_time(const Series& series) {
  std::uint64_t rows = 0;
  for (const auto& steps : series.groups) rows += rows_of(steps);
  return rows;
}

using Fact = std::variant<CountFact, ValuesFact, ClustersFact, MomentsFact, ContrastFact, SeriesFact, MomentSeriesFact>;

using GroupKey = std::optional<std::string>;  // nothing: the null group

struct StreamFacts {
  std::string stream;
  std::uint64_t rows = 0;  // in the snapshot
  std::optional<std::uint64_t>
      events;                 // that they stand for, of a scan with a weight; all counts below are then events
  std::uint64_t skipped = 0;  // unreadable at ingest: unknown to everything
  std::uint64_t late = 0;     // events of series that began late, which may have been before: unknown to everything
  std::uint64_t future = 0;   // later than as_of: left out
  std::uint64_t untimed = 0;  // time unknown: unknown to every window
  std::optional<std::int64_t> covers_from_ns, covers_to_ns;
  std::vector<std::uint64_t> undeclared;      // per grouping: rows of the universe outside the declared values
  std::vector<std::vector<GroupKey>> groups;  // per grouping
  std::vector<Fact> facts;                    // per accumulator
};

// What there was to count: events where rows stand for several, else rows.
inline std::uint64_t counted_rows(const StreamFacts& facts) {
  return facts.events.value_or(facts.rows);
}

// May belong to any population and group, and nobody knows.
inline std::uint64_t unplaced_rows(const StreamFacts& facts) {
  return facts.skipped + facts.late;
}

// What an earlier look saw of a requirement in a group, as later looks at the same claim need it.
struct EarlierCount {
  std::vector<std::uint64_t> rows;   // of each population that is asked; where `bad` is told, as the claim's test takes
                                     // them: unknown rows are placed
  std::optional<std::uint64_t> bad;  // of rows that are independent and counted: those against the claim
  // What this look and those before it bound the value by together, in its unit: the greatest lower bound and the least
  // upper one; empty: there is none.
  std::string lower, upper;
  friend bool operator==(const EarlierCount&, const EarlierCount&) = default;
};
struct EarlierGroup {
  GroupKey key;
  std::vector<EarlierCount> requirements;
  friend bool operator==(const EarlierGroup&, const EarlierGroup&) = default;
};
// What became of an objective's claim at an earlier look.
struct EarlierClaim {
  std::string differs;               // how the look asked otherwise; empty: it asked the same claim
  std::vector<EarlierGroup> groups;  // by key, one without grouping; none where it was asked otherwise, or of a model
  friend bool operator==(const EarlierClaim&, const EarlierClaim&) = default;
};
struct EarlierLook {
  std::string transcript;  // SHA-256 of the decision transcript it is taken from
  std::int64_t as_of_ns = 0;
  std::vector<EarlierClaim> objectives;  // per objective
  bool decided_otherwise = false;        // by other objectives or rules than this plan's
  friend bool operator==(const EarlierLook&, const EarlierLook&) = default;
};
using History = std::vector<EarlierLook>;  // in the order of as_of, which all lie before the facts' own

// Facts of several scans. Plans that ask the same of the same rows have them in common: a copy costs a pointer, and who
// changes one gets his own.
class ScanFacts {
 public:
  std::size_t size() const { return scans_.size(); }
  bool empty() const { return scans_.empty(); }
  const StreamFacts& operator[](std::size_t scan) const { return *scans_[scan]; }
  StreamFacts& operator[](std::size_t scan) {
    std::shared_ptr<StreamFacts>& facts = scans_[scan];
    if (facts.use_count() > 1) facts = std::make_shared<StreamFacts>(*facts);
    return *facts;
  }
  void resize(std::size_t size) {
    scans_.resize(std::min(size, scans_.size()));
    while (scans_.size() < size) push_back({});
  }
  void push_back(StreamFacts facts) { scans_.push_back(std::make_shared<StreamFacts>(std::move(facts))); }
  void share(std::shared_ptr<StreamFacts> facts) { scans_.push_back(std::move(facts)); }

 private:
  std::vector<std::shared_ptr<StreamFacts>> scans_;
};

struct Facts {
  std::optional<std::int64_t> as_of_ns;
  ScanFacts scans;                 // per scan of the plan
  std::vector<ModelFact> models;   // per model of the plan
  std::optional<History> history;  // nothing: nobody attests how often was looked before; empty: the first look
};

}  // namespace proofmark::plan
