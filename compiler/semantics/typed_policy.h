// The typed policy: names resolved, units and statistics checked, parameters bound where a value was given.
//
// Every expression has a Type; a wrong one has Sort::error and has already been reported, so nothing built on it
// reports again. Constants that depend on a parameter without a value are unknown here (`check` needs no
// parameters); lowering needs them all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/semantics/typed_model.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/syntax_tree.h"
#include "runtime/builtins/builtins.h"
#include "runtime/plan/plan.h"
#include "runtime/plan/sum_check.h"

namespace proofmark::semantics {

using plan::Rational;
using plan::Unit;
using source::Span;

using TypedId = std::uint32_t;

enum class Sort : std::uint8_t {
  error,           // reported already
  constant,        // a number with a unit: 99.9%, 300ms, a parameter
  label,           // a constant string: "2.4.0", candidate.label
  release,         // a release parameter as a whole
  row_value,       // a numeric value of each row: duration, bytes_out / 2
  row_bucket,      // a value of each row that is known by its bucket alone
  row_label,       // a label or text field
  condition,       // true, false or unknown for each row
  population,      // requests, requests where …
  values,          // canary.duration
  estimate,        // fraction(…), p99(…), arithmetic on them
  model,           // the name of one
  model_value,     // outage.breached: a truth or a number of each trial
  model_estimate,  // probability(outage.breached), p99(outage.total)
};

struct Type {
  Sort sort = Sort::error;
  Unit unit = Unit::number;  // constant, row_value, estimate, values
};

// ---------------------------------------------------------------- expressions

struct ConstantNode {
  std::optional<Rational> value;  // base units; nothing: an unbound parameter, or calculated with one
  std::string parameter = {};     // whose value it is
};
struct LabelNode {
  std::optional<std::string> value;
  std::string parameter = {};  // whose value it is: `candidate.label`
};
struct ReleaseNode {
  std::uint32_t parameter = 0;
};
struct FieldNode {
  std::uint32_t stream = 0, field = 0;
};
struct RowArithmeticNode {
  plan::Arithmetic op = plan::Arithmetic::add;
  TypedId left = 0, right = 0;
};
struct CompareNode {
  plan::Comparison op = plan::Comparison::less;
  TypedId left = 0, right = 0;
};  // row values and constants
struct OneOfNode {
  TypedId field = 0;
  std::vector<TypedId> labels;
};  // row_label in { labels }
struct NumberInNode {
  TypedId value = 0;
  std::vector<TypedId> constants;
};
struct MatchesNode {
  TypedId field = 0;
  std::string pattern;
};
struct TruthNode {
  TypedId field = 0;
};  // a boolean field
struct BooleanNode {
  bool value = false;
};
struct AndNode {
  TypedId left = 0, right = 0;
};
struct OrNode {
  TypedId left = 0, right = 0;
};
struct NotNode {
  TypedId operand = 0;
};
struct PopulationNode {
  std::uint32_t stream = 0;
  std::vector<TypedId> conditions;
};  // all of them hold
struct ValuesNode {
  TypedId population = 0;
  std::uint32_t field = 0;
};
struct LeafNode {  // one estimate
  const builtins::Builtin* builtin = nullptr;
  TypedId population = 0;
  std::optional<TypedId> condition;                   // fraction, per_million, count
  std::optional<std::uint32_t> field;                 // coverage, and all on values
  std::optional<Rational> share;                      // quantile; nothing: an unbound parameter
  std::optional<TypedId> low, high;                   // mean: constants
  std::optional<TypedId> other;                       // the second population, of the same telemetry …
  std::uint32_t other_field = 0;                      // … and its field
  std::optional<TypedId> per, bucket;                 // rate: constants
  std::optional<std::pair<TypedId, TypedId>> shares;  // odds_ratio: two leaves
};
struct ModelNode {
  std::uint32_t model = 0;
};
struct ModelValueNode {
  std::uint32_t model = 0, node = 0;
  bool truth = false;
};
struct ModelEstimateNode {
  std::uint32_t model = 0, node = 0;
  bool probability = true;        // else a quantile …
  std::optional<Rational> share;  // … nothing: an unbound parameter
};
struct EstimateNode {
  plan::Calculation op = plan::Calculation::add;
  std::vector<TypedId> operands;
  std::uint32_t parts = 1;  // it and everything below it, shared parts counted each time
};

struct Typed {
  std::variant<std::monostate, ConstantNode, LabelNode, ReleaseNode, FieldNode, RowArithmeticNode, CompareNode,
               OneOfNode, NumberInNode, MatchesNode, TruthNode, BooleanNode, AndNode, OrNode, NotNode, PopulationNode,
               ValuesNode, LeafNode, EstimateNode, ModelNode, ModelValueNode, ModelEstimateNode>
      node;
  Type type;
  Span span;
};

// ---------------------------------------------------------------- declarations

struct Parameter {
  std::string name;
  enum class Kind : std::uint8_t { release, label, number, duration, timestamp } kind = Kind::label;
  Span span;
  std::optional<Rational> number;    // number, duration (ns), timestamp (ns): when bound
  std::optional<std::string> label;  // release, label: when bound
  std::string digest;                // release
  bool bound = false;
};

// Values of a field are recorded as `limit` when it took longer: what lies beyond is not known.
struct Timeout {
  Rational limit;
  Span span;
};

// A field that is known by its bucket alone. The field itself reads the upper edges.
struct Bucketed {
  std::uint32_t lower = 0;      // the field of the lower edges
  std::string source;           // the column as it is written: edges of buckets
  std::vector<Rational> edges;  // declared, ascending
  std::optional<Span> edges_span;
};

// `expect every FIELD`: rows of each value that the field declares.
struct ExpectedValues {
  std::uint32_t field = 0;
  Span span;
};

struct Stream {
  std::string name;
  Span span;
  std::vector<plan::Field> fields;
  std::vector<Span> field_spans;
  std::vector<std::optional<Timeout>> timeouts;   // of each field
  std::vector<std::optional<Bucketed>> bucketed;  // of each field
  std::vector<std::string> broken_fields;         // declared with a mistake, which has been told
  std::optional<std::uint32_t> time_field;
  bool counts = false;                        // a row stands for many events …
  std::optional<std::uint32_t> weight_field;  // … so many
  std::string weight_source;                  // the column as it is written …
  std::optional<Span> cumulative;             // … in totals that only grow …
  bool from_zero = false;                     // … and began where a series begins later than others
  plan::StreamPromise promise;
  Span sampling_span;
  std::string sampled_by;  // the field of which all rows of a value were kept, or none; empty: rows by themselves
  Span sampled_by_span;
  std::optional<Rational> rows_per_ns;  // expect at least
  Span expect_span;
  std::vector<ExpectedValues> expected_values;
  std::vector<plan::SumCheck> checks;  // by columns, as in the promise's words
  std::optional<std::uint32_t> find(std::string_view field) const;
  bool is_broken(std::string_view field) const;
};

struct SubjectEntry {
  std::string key;
  TypedId value = 0;  // label or release
};

// ---------------------------------------------------------------- objectives and decisions

struct Requirement {  // one comparison: estimate against constant
  TypedId estimate = 0;
  plan::Comparison op = plan::Comparison::at_least;
  TypedId threshold = 0;  // constant of the estimate's unit
  Span span;
};

struct Window {
  plan::WindowKind kind = plan::WindowKind::whole;
  std::optional<TypedId> value;  // constant: length or anchor
  Span span;
};

// Rows that are not independent of each other: those of one value of a field, or of one block of time.
struct Clusters {
  std::optional<std::string> field;      // else blocks of time
  std::optional<TypedId> block;          // their length
  std::optional<TypedId> design_effect;  // at least so much, whatever was measured
  bool sampled = false;                  // not said in the objective: its telemetry was sampled by them
  Span span, field_span;
};

struct Objective {
  std::string name, title;
  Span span;
  std::vector<Requirement> requirements;
  std::optional<TypedId> confidence;
  Window window;
  std::optional<TypedId> covers_at_least;
  std::uint64_t minimum_rows = 0;
  bool minimum_rows_each = false;
  Span minimum_rows_span;
  std::optional<std::string> group_field;
  plan::UnknownAs unknown_as = plan::UnknownAs::worst;
  std::string unknown_because;
  plan::NoDataVerdict on_no_data = plan::NoDataVerdict::no_data;
  std::optional<Span> on_no_data_span;
  std::optional<Clusters> clusters;
  std::string independent_because;
  std::optional<Span> independent_span;
  std::string poisson_because;
  std::optional<Span> poisson_span;
  std::optional<syntax::Name> method_name, strata;
  std::string split_because;
  std::optional<Span> split_span;
  std::uint32_t family_least = 0;  // so many of the requirements have to hold; 0: all
  std::optional<Span> family_span;
  plan::Method method = plan::Method::standard;
  bool of_model = false;        // all requirements are on models, and none on telemetry
  bool expects_values = false;  // its telemetry expects rows of every value of a field
};

struct Split {  // how rows are expected to be split among populations
  std::vector<TypedId> arms;
  std::vector<TypedId> shares;  // constants
  Span span;
  bool used = false;
};

struct Rule {
  plan::Decision decision = plan::Decision::deny;
  std::optional<TypedId> valid_for;
  std::vector<plan::Condition> conditions;  // the last one is the whole
  Span span;
};

// ---------------------------------------------------------------- names, for whoever explains a policy to its writer

struct Definition {  // of a let or an sli
  std::string name;
  Span span;  // its name
  TypedId typed = 0;
};

struct NameUse {
  Span span;      // where a name is written …
  Span declared;  // … and where it is declared
};

struct Policy {
  std::string name, edition, title, owner, runbook;
  std::uint64_t revision = 0;
  Span span;
  std::vector<Typed> typed;
  std::vector<Parameter> parameters;
  std::vector<SubjectEntry> subject;
  std::vector<Stream> streams;
  std::vector<Split> splits;
  std::vector<Model> models;
  std::vector<Objective> objectives;
  plan::Looks looks;
  std::optional<Span> looks_span;
  std::optional<TypedId> looks_total;  // `every D for T`: how long the looks go on
  std::vector<Rule> rules;
  std::vector<Definition> definitions;
  std::vector<NameUse> uses;  // one place may be listed twice

  const Typed& at(TypedId id) const { return typed[id]; }
};

// What `--set name=value` (or a test's `with`) gives, as text.
struct Bindings {
  std::vector<std::pair<std::string, std::string>> values;
  bool require_all = false;                 // every parameter must have a value
  std::vector<std::string> elsewhere = {};  // parameters that other files of the run declare: not for this one
};

}  // namespace proofmark::semantics
