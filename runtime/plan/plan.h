// The plan: the one thing every engine runs and every judge reads.
//
// A policy with its parameters bound becomes *scans* (which rows of which telemetry, told by masks; what is
// counted or collected from them), and a *judgement* (pure functions from the collected facts to verdicts and a
// decision). It is logical: labels are strings, windows are relative to the snapshot's as_of, nothing depends on how
// a snapshot stores a column. Nodes live in vectors and are named by index (`Id`). canonical.h prints it; its SHA-256
// is the plan digest in the transcript.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/plan/model.h"
#include "runtime/plan/number.h"
#include "runtime/plan/unit.h"

namespace proofmark::plan {

using Id = std::uint32_t;

enum class Comparison : std::uint8_t { less, at_most, greater, at_least, equal, not_equal };

// Where in the policy something was written: file basename, 1-based line and column.
struct Origin {
  std::string file;
  std::uint32_t line = 0, column = 0;
};

// ---------------------------------------------------------------- scans: values of a row

// A telemetry field as the policy declares it.
struct Field {
  std::string name;
  std::string source;  // column of the snapshot
  FieldType type = FieldType::integer;
  Rational scale = 1;     // base units in one source unit, for a column stored without a unit (integer, real); 0: not
                          // said, so only a column that stores its own unit (duration, timestamp) fits
  bool optional = false;  // the column may be absent: every row is unknown
  std::vector<std::string> declared;  // `in { … }`, sorted by bytes; empty: not declared
};

enum class Arithmetic : std::uint8_t { add, subtract, multiply, divide, negate };

struct FieldValue {
  Id field = 0;
};
struct ConstantValue {
  Rational value;
};
struct ComputedValue {
  Arithmetic operation = Arithmetic::add;
  Id left = 0, right = 0;
};  // right unused for negate

// A numeric value of one row, or unknown. `real` false: int64 in base units; overflow makes it unknown. `real` true:
// IEEE double, one correctly rounded operation at a time, division by zero and NaN unknown; integer operands convert
// to the nearest double. Divide always yields real. A non-integer constant is only used in real operations.
struct RowValue {
  std::variant<FieldValue, ConstantValue, ComputedValue> node;
  bool real = false;
};

// ---------------------------------------------------------------- scans: tests of a row

struct CompareBound {
  Id value = 0;
  Comparison op = Comparison::less;
  Rational bound;
};  // exact for integers; for real
    // values the nearest double
struct CompareValues {
  Id left = 0, right = 0;
  Comparison op = Comparison::less;
};  // int-int exact; else as doubles
struct OneOf {
  Id field = 0;
  std::vector<std::string> values;
};  // label or text field; values sorted, distinct
struct Matches {
  Id field = 0;
  std::string pattern;
};  // RE2 partial match on a label or text field
struct IsTrue {
  Id field = 0;
};  // boolean field
struct IsKnown {
  Id field = 0;
};  // not null, and not NaN

// Kleene logic is lowered to two-valued masks: an atom holds when the test is known and true, a negated atom when it
// is known and false. (IsKnown is always known.)
struct Atom {
  std::variant<CompareBound, CompareValues, OneOf, Matches, IsTrue, IsKnown> test;
  bool negated = false;
};

enum class WindowKind : std::uint8_t { whole, last, since };

// whole: every row not later than as_of (rows without a time included); last: (as_of - length, as_of];
// since: [anchor, as_of]. Without a time field only `whole` exists and holds every row.
struct Window {
  WindowKind kind = WindowKind::whole;
  std::int64_t length_ns = 0;  // last
  std::int64_t anchor_ns = 0;  // since
  friend bool operator==(const Window&, const Window&) = default;
};

struct InWindow {
  Id window = 0;
};  // rows in windows[window]
struct AtomHolds {
  Id atom = 0;
};
struct Both {
  Id left = 0, right = 0;
};  // and
struct Either {
  Id left = 0, right = 0;
};  // or
struct Except {
  Id left = 0, right = 0;
};  // left and not right
// Operands are earlier masks: the vector is in topological order.
using Mask = std::variant<InWindow, AtomHolds, Both, Either, Except>;

// ---------------------------------------------------------------- scans: what is collected

// Groups of `for each FIELD`: the declared values when there are any, else the distinct values (null among them) of the
// rows of `universe`; ordered by bytes, null first.
struct Grouping {
  Id field = 0;     // a label
  Id universe = 0;  // mask: the window without the population's condition
};

enum class RankKind : std::uint8_t { nearest, lower, upper, nearest_from_below, nearest_from_above };

// Which order statistic of the collected values, as a function of counts (runtime/statistics/binomial.h). With n the
// population's count (the stream's skipped rows added, and in a window its untimed ones) and `known` the values
// collected: unknown rows are taken as -infinity for `lower` (rank - (n - known)) and +infinity for `upper`; `nearest`
// uses the known values alone, `nearest_from_below` and `nearest_from_above` are the nearest rank among all n with
// unknown rows at -infinity and at +infinity. A rank outside 1..known is "no such bound".
struct RankRule {
  RankKind kind = RankKind::nearest;
  Rational p;
  Rational alpha;       // lower, upper
  bool strict = false;  // lower, upper
};

struct CountRows {
  Id mask = 0;
};
struct CollectValues {
  Id mask = 0;
  Id value = 0;       // RowValue; rows where it is unknown are not collected
  Id population = 0;  // the CountRows accumulator (same grouping) whose count is n for the ranks
  bool sum = false, extremes = false, distinct = false;
  std::vector<RankRule> ranks;
  bool contrasted = false;  // a ContrastValues reads them
};
// What collected numbers tell of the values that are compared:
//  exactly  they are the values; rows without one are not compared;
//  above    lower edges: each value is taken as the least of its type above its edge, without one as below all others;
//  upto     upper edges: each value is taken as its edge, without one as above all others.
enum class Told : std::uint8_t { exactly, above, upto };
// Two collections of values (same grouping), set against each other.
struct ContrastValues {
  Id mask = 0;               // of the first
  Id first = 0, second = 0;  // CollectValues accumulators, `contrasted`
  Told first_told = Told::exactly, second_told = Told::exactly;
};
struct CountDistinct {
  Id mask = 0;
  Id field = 0;
};  // of a label, text or boolean field; null is not a value

// The rows of a mask and of a part of it, cluster by cluster: clusters are the values of a label or text field, or
// blocks of time that end at as_of. Rows without a value (or a time) are one cluster together, the worst that they can
// be.
struct SumClusters {
  Id mask = 0;
  Id part = 0;                // a mask within `mask`
  std::optional<Id> field;    // label or text
  std::int64_t block_ns = 0;  // without a field: (as_of - (k + 1) block, as_of - k block]
};

// Of the known values in [low, high]: the sums of their distances to `low` and of the squares of these; the others are
// only counted. For integers low and high are integers of 64 bits, for reals they are taken as the nearest doubles.
struct SumMoments {
  Id mask = 0;
  Id value = 0;
  Rational low, high;  // low < high
};

// The rows of a mask and of a part of it as a series over time: the stretch from the first to the last row time of the
// stream in the window, in about kSeriesSteps steps of one length (time_steps.h). Rows without a time are in none. With
// a grouping each group has a series of its own, over the same steps, where there are kMostSeriesGroups groups or
// fewer; of more there is one series of all rows of the mask together, whether they are of a group or of none.
inline constexpr std::size_t kSeriesSteps = 60;
inline constexpr std::size_t kMostSeriesGroups = 256;
constexpr bool has_own_series(std::size_t groups) {
  return groups <= kMostSeriesGroups;
}
struct CountSeries {
  Id mask = 0;
  Id part = 0;    // a mask within `mask`
  Id window = 0;  // that `mask` lies in
};

// SumMoments in each of these steps.
struct MomentSeries {
  Id mask = 0;
  Id value = 0;
  Rational low, high;
  Id window = 0;  // that `mask` lies in
};

// In each of these steps the moments of twice the midranks that its known values have among those of all steps of the
// series: whole numbers from 2 on, n (n + 1) in all.
struct RankSeries {
  Id mask = 0;
  Id value = 0;
  Id window = 0;  // that `mask` lies in
};

struct Accumulator {
  std::variant<CountRows, CollectValues, CountDistinct, SumClusters, SumMoments, ContrastValues, CountSeries,
               MomentSeries, RankSeries>
      what;
  std::optional<Id> grouping;  // one result a group, else one result
};

struct Scan {
  std::string stream;
  std::optional<Id> time_field;
  // An integer field: a row stands for so many events that are alike, and whatever is counted here (rows of a mask, of
  // a cluster, of a step of time, of no group; values, their sums, moments and ranks) is events. A row that stands for
  // none is as if it were not there. Without it a row is an event.
  std::optional<Id> weight;
  std::vector<Field> fields;
  std::vector<RowValue> values;  // topological order
  std::vector<Atom> atoms;
  std::vector<Window> windows;
  std::vector<Mask> masks;  // topological order
  std::vector<Grouping> groupings;
  std::vector<Accumulator> accumulators;
};

// ---------------------------------------------------------------- judgement: leaves

struct FactRef {
  Id scan = 0;
  Id accumulator = 0;
};

// First and last row time of a population, for the reach of its window. `values` is a CollectValues with extremes.
struct Reach {
  FactRef values;
};

// `expect every FIELD`: each value that the field declares is to have rows in the window, whatever the population asks
// of them.
struct Presence {
  std::string field;
  FactRef rows;  // CountRows of the window, with a grouping over the field
};

enum class UnknownAs : std::uint8_t { worst, good, bad, excluded };

// What the clusters of a claim are told by: rows known to count, and rows that may (unknown ones too).
struct ClusterFacts {
  FactRef certain, possible;  // SumClusters
};

// What the rows of a claim stand for, where each says for how many events it was kept: sums of that field, which
// decide.
struct Weights {
  FactRef all;                 // CollectValues over the population, with sum and extremes
  FactRef good, bad, unknown;  // with sums: over its rows that meet the condition, do not, and that nobody knows of
  FactRef unfit;               // rows of the population whose weight is no number of 1 or more
};

// A share of the population's rows that meet a condition.
struct Proportion {
  FactRef population;                    // rows, unknown ones included (unless excluded)
  FactRef good;                          // known to meet the condition
  FactRef unknown;                       // condition unknown
  std::optional<ClusterFacts> clusters;  // of the good rows
  std::optional<FactRef> series;         // CountSeries of the good rows
  bool bucketed = false;  // the condition asks of a value that is known by its bucket alone: whether it is met is
                          // unknown in the bucket that the limit lies in
  std::optional<Weights> weights = {};
};
// Where a value is known by its bucket, above a lower edge and up to an upper one (the first bucket has no lower edge,
// the last no upper one): the collected values are the lower edges, with ranks[0] nearest_from_below.
struct Buckets {
  FactRef upper_values;            // CollectValues of the upper edges, with ranks[0] nearest_from_above
  std::optional<FactRef> unknown;  // beside `below`: rows that may be below, or not
};
// q = inf{x : F(x) >= p} of a value over the population.
struct Quantile {
  Rational p;
  FactRef population;
  FactRef values;  // CollectValues with ranks[0] nearest, ranks[1] lower, ranks[2] upper
  Unit unit = Unit::number;
  std::optional<FactRef> below;  // rows counted for the decision: value <= t (claims <= t, > t) or value < t (others)
  std::optional<ClusterFacts> clusters;  // of the rows below
  std::optional<FactRef> series;         // CountSeries of the rows below, in a calculation RankSeries
  std::optional<Buckets> buckets;
  std::optional<Weights> weights;  // good: the rows below
};
// The mean of a value that lies in [low, high].
struct Mean {
  Rational low, high;
  FactRef population;
  FactRef moments;  // SumMoments over the same range
  Unit unit = Unit::number;
  std::optional<FactRef> series;  // MomentSeries of the same
};
enum class ContrastKind : std::uint8_t { similarity, drift, worse_by, probability_worse };
// Where values of a contrast are known by their buckets alone, `values` are their lower edges.
struct ContrastBuckets {
  std::optional<FactRef> upper_values, other_upper_values;  // CollectValues of the upper edges, of the sides in buckets
  FactRef least;                                            // ContrastValues, the other way round
};
// Two distributions: F of the first population's values, G of the second's (runtime/statistics/contrast.h).
struct Contrast {
  ContrastKind kind = ContrastKind::similarity;
  FactRef population, values;                   // the first's rows and collected values
  FactRef other_population, other_values;       // the second's
  FactRef contrast;                             // ContrastValues of both; of values in buckets those of the first as
                                                // great, and of the second as small, as their buckets allow
  std::optional<FactRef> series, other_series;  // RankSeries of each
  std::optional<ContrastBuckets> buckets = {};
};
// Events in a unit of time, over the part of the window that the telemetry covers.
struct Rate {
  std::int64_t per_ns = 0;         // the unit
  FactRef population;              // rows of the telemetry in the window, events or not: none is no data
  FactRef events;                  // CountRows
  std::optional<FactRef> buckets;  // SumClusters of the events by blocks of time; nothing: a Poisson process is assumed
  std::int64_t bucket_ns = 0;      // length of these
  std::optional<FactRef> series;   // CountSeries of the events among these rows
};
enum class TwoSharesKind : std::uint8_t { difference, odds_ratio };
// Two shares of one telemetry, p1 and p2: p1 - p2, or the odds of the first over those of the second, one for all
// strata (runtime/statistics/stratified_tables.h).
struct TwoShares {
  TwoSharesKind kind = TwoSharesKind::difference;
  Proportion first, second;
  struct Strata {
    Proportion first, second;  // the same rows, counted stratum by stratum
  };
  std::optional<Strata> strata;
};
enum class CensusKind : std::uint8_t { count, sum, minimum, maximum, distinct };
// A fact about the recorded rows themselves: no interval.
struct Census {
  CensusKind kind = CensusKind::count;
  FactRef population;  // no rows: no_data
  FactRef fact;        // count, distinct: CountRows/CountDistinct/CollectValues; sum, extremes: CollectValues
  std::optional<FactRef> unknown;  // count with a condition: rows where it is unknown
  Unit unit = Unit::number;
  bool bucketed = false;  // as of a Proportion
};

struct Leaf {
  std::variant<Proportion, Quantile, Census, Mean, Contrast, Rate, TwoShares> what;
  std::string text;                     // as written, normalised: "fraction(canary, status < 500)"
  std::optional<Id> window;             // of the scan
  std::optional<Reach> reach;           // when the stream has a time field
  FactRef outside;                      // rows whose `where` is unknown: outside the population, reported
  std::vector<Presence> presence = {};  // of its telemetry
};

// ---------------------------------------------------------------- judgement: requirements

enum class Calculation : std::uint8_t { add, subtract, multiply, divide, negate, minimum, maximum };
struct LeafTerm {
  Id leaf = 0;
};
struct ConstantTerm {
  Rational value;
};
struct CalculatedTerm {
  Calculation operation = Calculation::add;
  std::vector<Id> operands;
};
using Term = std::variant<LeafTerm, ConstantTerm, CalculatedTerm>;  // operands are earlier terms

// How the rows of populations that are compared should be split among them. Where they are not, something chose which
// rows came where, and the comparison tells of that.
struct Split {
  std::string text;  // "canary : baseline = 10 : 90"
  std::vector<FactRef> arms;
  std::vector<Rational> shares;  // of the arms, above 0, 1 in all
};

// One comparison. `direct`: one leaf against a constant (after simplification: `1 - x <= 1%` is `x >= 99%`): decided on
// the tail probability. Otherwise: interval arithmetic at level alpha / splits a leaf bound.
struct Requirement {
  std::vector<Leaf> leaves;
  std::vector<Term> terms;               // the last one is the whole
  Comparison op = Comparison::at_least;  // less, at_most, greater or at_least
  Rational threshold;
  Unit unit = Unit::number;
  bool in_ppm = false;                  // shown in ppm
  std::optional<Comparison> direct_op;  // set: terms is a single LeafTerm after simplification, compared so …
  Rational direct_threshold;            // … with this
  std::uint32_t splits = 1;             // alpha / splits for each leaf bound
  std::optional<Split> split;           // checked before populations are compared
  std::optional<ModelClaim> model;      // of a model: there are no terms, the threshold is direct, and the only leaf
                                        // there may be counts the rows that the model draws from
  std::string text;                     // "fraction(canary, status < 500) >= 99.5%"
  Origin origin;
};

enum class NoDataVerdict : std::uint8_t { no_data, fail, pass };

// What an objective's requirements are decided by; `standard`: by what fits each (runtime/builtins/deciding_methods.h).
enum class Method : std::uint8_t {
  standard,
  clopper_pearson,
  mid_p,
  order_statistic_count,
  empirical_bernstein,
  hoeffding,
  student_t,
  interval_arithmetic,
  miettinen_nurminen,
  mantel_haenszel,
  dkw_bands,
  hoeffding_pairs
};

// How often the question may be asked again of the same artifact.
enum class LooksKind : std::uint8_t { once, at_most, unlimited };
struct Looks {
  LooksKind kind = LooksKind::once;
  std::uint64_t maximum = 1;  // at_most: `every D for T` is T / D looks
  std::int64_t every_ns = 0;  // 0: not said
};

// Rows of one cluster are not independent of each other; clusters are.
struct Clustering {
  std::string field;  // empty: blocks of time
  std::int64_t block_ns = 0;
  Rational design_effect;  // declared least; 0: none
};

struct Objective {
  std::string name, title;
  Origin origin;
  std::vector<Requirement> requirements;  // joined by `and`; at least one
  Rational confidence;                    // one-sided, in (1/2, 1)
  std::uint64_t minimum_rows = 0;
  bool minimum_rows_each = false;  // per group
  std::optional<Id> grouping;      // in every leaf's scan the same field; index of the leaf scan's grouping
  std::optional<std::string> group_field;
  Window window;
  std::int64_t covers_at_least_ns = 0;  // `over at least D`
  NoDataVerdict on_no_data = NoDataVerdict::no_data;
  UnknownAs unknown_as = UnknownAs::worst;
  std::string unknown_because;
  std::optional<Clustering> clustering;
  std::string independent_because;  // `assume independent because "…"`
  std::string poisson_because;      // `assume poisson because "…"`
  Method method = Method::standard;
  std::uint32_t family_least = 0;           // so many of the requirements have to hold; 0: all, each at alpha
  std::optional<std::string> strata_field;  // `stratified by FIELD`
  std::string split_because;                // `assume split because "…"`: nothing is known of it
  Looks looks;
};

// ---------------------------------------------------------------- judgement: decision

enum class Decision : std::uint8_t { certify, hold, deny, revoke };
enum class Standing : std::uint8_t {
  pass,
  fail,
  inconclusive,
  no_data,
  undecided
};  // undecided: inconclusive or no_data

struct ObjectivesAre {
  bool all = true;
  std::vector<Id> objectives;
  Standing standing = Standing::pass;
  std::uint32_t least = 0;  // so many of them; 0: all, or any
};  // all / any of
struct ConditionAll {
  std::vector<Id> operands;
};
struct ConditionAny {
  std::vector<Id> operands;
};
struct ConditionNot {
  Id operand = 0;
};
struct Otherwise {};
using Condition = std::variant<ObjectivesAre, ConditionAll, ConditionAny, ConditionNot, Otherwise>;

struct Rule {
  Decision decision = Decision::deny;
  std::int64_t valid_for_ns = 0;      // certify; 0: not said
  std::vector<Condition> conditions;  // the last one is the whole
  std::string text;                   // "certify for 7d when all objectives pass"
  Origin origin;
};

struct Release {
  std::string label;
  std::string digest;
};  // digest "sha256:…" or empty

struct SubjectEntry {
  std::string key;     // "service", "environment", "release", …
  std::string value;   // a release's label
  std::string digest;  // a release's artifact digest, or empty
};

struct Parameter {
  std::string name, type, value;  // value in canonical text: label, "label@sha256:…", "1/20", ns
};

struct StreamPromise {  // what the telemetry block says of its stream
  std::string stream;
  enum class Sampling : std::uint8_t { none, head, tail, unknown } sampling = Sampling::none;
  Rational head_rate = 1;
  std::string weighted_by = {};  // of `tail`: the field that says for how many events a row was kept; empty: none
  std::string kept_by = {};      // of `head`: the field of which all rows of a value were kept, or none; empty: by rows
  std::vector<std::string> checks = {};  // what adds up in every row: "ok + failed = total"
};

struct Plan {
  std::string edition, policy, title, owner, runbook;
  std::uint64_t revision = 0;         // 0: not said
  std::vector<Parameter> parameters;  // by name
  std::vector<SubjectEntry> subject;
  std::vector<StreamPromise> streams;
  std::vector<Scan> scans;    // at most one a stream
  std::vector<Model> models;  // that an objective asks
  std::vector<Objective> objectives;
  std::vector<Rule> rules;  // the last one is `otherwise`
};

}  // namespace proofmark::plan
