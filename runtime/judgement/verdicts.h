// Verdicts: what judgement makes of a plan and its facts. Plain values, printed by the transcript and the report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/plan/facts.h"
#include "runtime/plan/plan.h"

namespace proofmark::judgement {

enum class Verdict : std::uint8_t { pass, fail, inconclusive, no_data };
// How far a stated error bound can be trusted.
enum class Guarantee : std::uint8_t {
  exact,
  finite_sample,
  asymptotic,
  assumed,
  model  // of a simulation alone: nothing bounds the error of what the model supposes
};

// A machine-readable cause of a verdict other than a plain pass or fail.
enum class Reason : std::uint8_t {
  none,
  no_rows,                // no_data: nothing measured
  no_groups,              // no_data
  missing_shard,          // no_data: of a value that `expect every` asks for there is no row
  too_few,                // inconclusive: more rows at the observed value would decide it
  threshold_too_close,    // inconclusive: the observed value does not meet the claim, yet the claim is not disproved
  bound_does_not_exist,   // inconclusive: p99 with n < 299
  minimum_rows,           // inconclusive: `at least N rows`
  coverage,               // inconclusive: the window is not covered
  unknown_rows,           // inconclusive: would pass if the unknown rows were good
  quantised,              // inconclusive: would pass if values were good in the bucket that the limit lies in
  overflow,               // inconclusive: the sum is beyond the doubles, or was on the way
  denominator,            // inconclusive: may be 0
  borderline,             // inconclusive: closer to alpha than arithmetic can tell
  sampling,               // inconclusive: tail or unknown sampling decides nothing
  dependent,              // inconclusive: rows are alike, and too few clusters (or rows so alike) decide it
  out_of_range,           // inconclusive: values outside of the range that their mean was declared over
  sample_ratio_mismatch,  // inconclusive: rows were not split among the compared populations as declared
  spent,                  // inconclusive: every declared look has been taken
  drifted,                // inconclusive, or a fail of this look: bounds of attested looks contradict each other
  multiplicity,           // inconclusive (of a family): one group fails alone, but not among all its comparisons
};

// How a look whose predecessors are attested decides to pass: by the number of bad rows, from the boundaries of all
// looks together.
struct LookTaken {
  std::uint64_t number = 1, of = 1;
  std::uint64_t bad = 0;                  // rows that count against the claim
  std::optional<std::uint64_t> most_bad;  // that pass at this look; nothing: it cannot pass yet
  double allowed = 0;                     // chance of a false pass that may be spent by this look
};

// A look without a limit on their number, by a test that holds at one look: the number-th look has
// alpha / 2^number, and so have both of its bounds.
struct RetryTaken {
  std::uint64_t number = 1;
  plan::Rational alpha;
};

// How far the rows of a leaf depend on those before them, as measured over time
// (runtime/statistics/series_diagnosis.h), in a group or in all rows.
struct MeasuredDependence {
  std::int64_t step_ns = 0;
  std::uint64_t steps = 0, lags = 0;
  double lag1 = 0, ljung_box = 0, p_value = 1, design_effect = 0, spread_p_value = 1;
  bool told = true;          // false: nearly all rows lie in few steps, which tell nothing
  bool together = false;     // of all groups, which are too many to have each its own: tells of none of them alone
  bool significant = false;  // either p < 1/1000 and a design effect above 1.2: a verdict is asked again
  // The same with the 1/1000 shared by all groups that were asked (without groups the same): independent rows are not
  // believed of them.
  bool significant_among_all = false;
};
// Of each requirement's leaves; nothing: not measured.
using DependenceTable = std::vector<std::vector<std::optional<MeasuredDependence>>>;

// How the counts of a rate's events spread over time, where a Poisson process is assumed of them
// (runtime/statistics/dispersion.h).
struct MeasuredDispersion {
  std::uint64_t cells = 0, events = 0;
  double ratio = 1, p_value = 1;  // variance over mean; chance of so wide a spread or a wider one
  bool contradicts = false;       // p < 1/1000, shared by all groups that were asked: the assumption is not believed
};

// Beside a comparison by strata: how many there are, in how many both populations have rows, and whether these have one
// odds ratio (Breslow & Day). Told, and never a reason to judge otherwise.
struct Homogeneity {
  double statistic = 0;
  std::uint64_t df = 0;
  double p = 1;
};
struct StrataTold {
  std::uint64_t strata = 0, compared = 0;
  std::optional<Homogeneity> homogeneity;
};

// Rows of the populations that are compared, against their declared split.
struct SplitTold {
  std::vector<std::uint64_t> counts;
  double statistic = 0, p = 1;
};

// What rows stand for that were kept as they went, each for so many events as its weight says.
struct WeightsTold {
  std::string total, heaviest;  // sum of the weights and the greatest one
  std::string rows;             // that count, in effect: the sum over the greatest
  std::string share;            // of the known weight that meets the leaf's condition; empty: none is known
};

// Numbers for people and machines: decimal strings in `unit` (durations, sizes, timestamps: integer text of the base
// unit when the value is one). What was compared is `op threshold`: after simplification for a direct requirement.
struct Judged {
  Verdict verdict = Verdict::no_data;
  Reason reason = Reason::none;
  plan::Comparison op = plan::Comparison::at_least;
  plan::Rational threshold;
  plan::Unit unit = plan::Unit::number;
  std::string estimate, lower, upper;  // empty: there is none
  // Of a quantile of values in buckets: it lies above `estimate_above` and up to `estimate`, and above `lower`. Of a
  // calculation with such quantiles the two are its ends.
  std::string estimate_above;
  bool in_buckets = false;
  std::uint64_t n = 0;  // population rows (of the leaf with the fewest, when there are several)
  std::uint64_t good = 0,
                unknown = 0;      // rows that meet the claim's condition; rows that nobody knows of, skipped ones too
  std::uint64_t outside = 0;      // rows whose `where` is unknown: not in n (of the leaf with the most)
  std::uint64_t clusters = 0;     // that the rows come in; 0: rows are independent
  std::uint64_t independent = 0;  // trials of a model over recorded values that share no row; 0: no such model
  std::string design_effect;      // that the test reckoned with; empty: none
  double p_pass = 1, p_fail = 1;  // tails (direct requirements)
  std::optional<LookTaken> look;  // decided to pass by the boundary of this look
  std::optional<RetryTaken> retry;
  // At a look with a history: so many rows count as one in `lower` and `upper`, since they depend on each other; empty:
  // each counts.
  std::string widened_by;
  // The greatest lower bound and the least upper one of this look and the attested ones before it; empty: none.
  std::string running_lower, running_upper;
  bool after_looking = false;  // an earlier look asked the claim otherwise: how often it passes wrongly nobody knows
  std::optional<StrataTold> strata;
  std::optional<SplitTold> split;
  std::optional<WeightsTold> weights;
  std::string margin;  // signed distance of the deciding bound from the threshold, in the unit; > 0 passes
  std::optional<std::uint64_t> samples_needed;  // further rows that would let it pass at the observed value
  std::string note;                             // what stands in the way of a pass, where no number above says it
  std::string method;  // "clopper_pearson", "order_statistic_count", "group_sequential", "census", …
  Guarantee guarantee = Guarantee::exact;
  bool declared_fail = false;  // a raw fail that survives Holm's correction over the family
  // For words alone: rows stand for events, which all counts here are of; and so many of the unknown ones belong to
  // series that began late, of which no `unknown counts as …` speaks.
  bool of_events = false;
  std::uint64_t late = 0;
};

// Decided by comparing p_pass and p_fail with alpha; by bounds otherwise, or (a census) by the recorded value.
bool has_tails(const Judged& judged);

struct GroupVerdict {
  plan::GroupKey key;
  bool is_whole = true;                  // no grouping: the one group of all rows
  Verdict verdict = Verdict::no_data;    // over the objective's requirements, raw
  bool declared_fail = false;            // one of its requirements is declared failed
  std::size_t deciding_requirement = 0;  // whose numbers stand for the group
  std::vector<Judged> requirements;      // as the objective's
  // As the objective's, of this group by itself; empty without groups.
  DependenceTable dependence;
  std::vector<std::optional<MeasuredDispersion>> dispersion;
};

// At which level each requirement of a family was judged, and whether that showed what decided.
struct FamilyEntry {
  plan::Rational alpha;
  std::uint32_t step = 1;  // of Holm's
  bool shown = false;
};
struct FamilyTold {
  std::uint64_t least = 1, passed = 0;
  std::vector<FamilyEntry> ledger;  // per requirement
};

struct ObjectiveVerdict {
  std::string name;
  Verdict verdict = Verdict::no_data;  // of the family; a fail is Holm-corrected over groups and requirements
  Reason reason = Reason::none;
  std::string because;               // one plain sentence
  std::vector<GroupVerdict> groups;  // one without grouping
  // Of all rows, where there are no groups, or more of them than have each its own.
  DependenceTable dependence;
  std::vector<std::optional<MeasuredDispersion>> dispersion;  // of each requirement
  std::size_t deciding_group = 0, deciding_requirement = 0;   // whose numbers stand for the objective
  plan::Rational alpha;                                       // of one look: (1 - confidence) / looks
  std::uint64_t comparisons = 1;                              // m: groups x requirements, those without data among them
  std::string correction;                                     // "none" or "holm over m", of a declared fail
  std::optional<FamilyTold> family;                           // `at least k of`: how many passed, and at which levels
  bool states_bound = true;                                   // false: on_no_data pass, looks unattested, …
};

// What one objective adds to a bound of the decision.
struct LedgerLine {
  std::string objective;
  plan::Rational alpha;
  std::optional<plan::Rational> weight;  // of the denial's bound, which is the sum of weight x alpha
  std::string because;                   // "all must pass: the largest counts"
};

// P(the decision errs) <= alpha (bound.h).
struct Bound {
  bool stated = false;  // false: alpha and guarantee mean nothing
  plan::Rational alpha = 1;
  Guarantee guarantee = Guarantee::exact;  // of the weakest atom
  bool asymptotic = false;                 // not stated, because a method that decides is right in the limit only
  std::vector<LedgerLine> ledger;          // stated: of every rule it speaks of, in order
  std::string because;                     // "of 100 builds that violate it, at most 5 would be certified", or why none
};

struct DecisionVerdict {
  plan::Decision decision = plan::Decision::deny;
  std::size_t rule = 0;  // index into plan.rules
  std::string because;
  Bound bound;   // of the policy's certify conditions
  Bound denial;  // of its conditions to deny and to revoke
};

struct Verdicts {
  std::vector<ObjectiveVerdict> objectives;  // per plan.objectives
  DecisionVerdict decision;
};

// Pure: the same plan and facts give the same verdicts, to the byte. The facts must have the plan's shape
// (check_shape).
Verdicts judge(const plan::Plan& plan, const plan::Facts& facts);

}  // namespace proofmark::judgement
