// The syntax tree: what was written, with spans and comments, before any meaning.
//
// Expressions live in one vector and are named by ExprId; items keep source order. Keywords are gone, words that
// stand for a choice (a unit, a sampling mode, a verdict) are kept as Name with their span so that the analyser can
// say what is wrong with them. After a syntax error the tree holds what could be read: a broken item is absent, and
// `has_errors` is set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/source/source_file.h"
#include "runtime/plan/number.h"

namespace proofmark::syntax {

using source::Span;
using ExprId = std::uint32_t;

struct Name {
  std::string text;
  Span span;
};
struct Text {
  std::string value;
  Span span;
};  // a string literal, escapes resolved

// ---------------------------------------------------------------- expressions

struct NumberLiteral {
  plan::Rational value;
  Name unit;
  bool malformed = false;  // a mistake of syntax touches it: nobody knows which number was meant
};  // 99.9% -> 99.9 "%"; 300ms -> 300 "ms"; unit.text empty: none
struct StringLiteral {
  std::string value;
};
struct BooleanLiteral {
  static constexpr std::string_view kTrue = "true", kFalse = "false";  // names to the grammar
  bool value = false;
};
struct Reference {
  Name name;
};  // target, canary, status
struct Member {
  ExprId base = 0;
  Name member;
};  // candidate.label, canary.duration
struct Argument {
  std::optional<Name> label;
  ExprId value = 0;
  std::optional<ExprId> until = {};  // sum(waits until not fails), in a model
};
struct Call {
  Name function;
  std::vector<Argument> arguments;
};  // fraction(…), p99(…), min(…)
enum class UnaryOperator : std::uint8_t { negate, logical_not };
struct Unary {
  UnaryOperator op = UnaryOperator::negate;
  ExprId operand = 0;
  Span op_span;
};
enum class BinaryOperator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  less,
  at_most,
  greater,
  at_least,
  equal,
  not_equal,
  logical_and,
  logical_or,
  matches
};
struct Binary {
  BinaryOperator op = BinaryOperator::add;
  ExprId left = 0, right = 0;
  Span op_span;
};
struct InSet {
  ExprId value = 0;
  std::vector<ExprId> members;
  bool negated = false;
};  // x in {…}, x not in {…}
struct Where {
  ExprId population = 0, condition = 0;
};  // requests where version == "2"

struct Expr {
  std::variant<NumberLiteral, StringLiteral, BooleanLiteral, Reference, Member, Call, Unary, Binary, InSet, Where> node;
  Span span;  // parentheses around it excluded
};

// ---------------------------------------------------------------- policy items

struct TitleItem {
  Text text;
};
struct RevisionItem {
  plan::Rational number;
  Span span;
};
struct OwnerItem {
  Text text;
};
struct RunbookItem {
  Text text;
};
struct ConfidenceClause {
  ExprId value = 0;
  Span span;
};
struct LetItem {
  Name name;
  ExprId value = 0;
  Span span;
};
struct ParamItem {
  std::vector<Name> names;
  Name type;
  Span span;
};
struct SliItem {
  Name name;
  ExprId value = 0;
  Span span;
};

struct SubjectEntry {
  Name key;
  ExprId value = 0;
};
struct SubjectItem {
  std::vector<SubjectEntry> entries;
  Span span;
};

struct FieldDecl {
  Name name;
  std::optional<Name> type;  // absent for `time from … in …`
  std::optional<Text> from;
  std::optional<Name> unit;    // in s, in epoch_s, in rfc3339
  std::vector<Text> declared;  // in { "eu", "us" }
  std::optional<Span> declared_span;
  bool optional = false;
  std::optional<ExprId> timeout;  // timeout 30s
  Span timeout_span;
  std::optional<Span> cumulative;         // totals that only grow
  std::optional<ExprId> cumulative_from;  // cumulative from 0
  std::vector<ExprId> buckets;            // buckets { 100ms, 250ms }
  std::optional<Span> buckets_span;
  Span span;
};
struct SamplingClause {
  Name mode;
  std::optional<ExprId> rate;
  std::optional<Name> weighted_by;
  std::optional<Name> by;  // what was kept or left together
  Span span;
};  // none | head 1% | tail | unknown, tail weighted by FIELD
struct RateLiteral {
  ExprId count = 0;
  Name per;
  Span span;
};  // 50/s
struct ExpectClause {
  RateLiteral at_least;
  Span span;
};
struct ExpectEveryClause {
  Name field;
  Span span;
};
struct SumClause {
  std::vector<Name> left, right;
  Span span;
};  // check ok + failed = total
struct TelemetryItem {
  Name name;
  Name kind;  // events
  std::vector<FieldDecl> fields;
  std::vector<SamplingClause> sampling;
  std::vector<ExpectClause> expects;
  std::vector<ExpectEveryClause> expects_every;
  std::vector<SumClause> checks;
  Span span;
};

enum class OverKind : std::uint8_t { last, since, at_least };
struct OverClause {
  OverKind kind = OverKind::last;
  ExprId value = 0;
  Span span;
};
struct LooksClause {
  Name kind;                           // once, at (most), every, unlimited
  std::optional<ExprId> count;         // at most K
  std::optional<ExprId> every, total;  // every D for T
  Span span;
};

enum class Quantifier : std::uint8_t { all, any, none, at_least };
struct RequireClause {
  ExprId condition = 0;
  Span span;
};
struct FamilyClause {  // require at least 2 of (a >= 1, b <= 2, c <= 3)
  Quantifier quantifier = Quantifier::all;
  std::optional<ExprId> least;  // at_least
  std::vector<ExprId> members;
  Span span;
};
struct RowsClause {
  ExprId count = 0;
  bool each = false;
  Span span;
};  // at least 10_000 rows each
struct ForEachClause {
  std::vector<Name> fields;
  Span span;
};
struct UnknownClause {
  Name as;
  std::optional<Text> because;
  Span span;
};  // unknown counts as good because "…"
struct OnNoDataClause {
  Name verdict;
  Span span;
};  // on_no_data fail

struct ClusteredClause {
  std::optional<Name> field;    // clustered by session
  std::optional<ExprId> block;  // blocks of 1m
  std::optional<ExprId> design_effect;
  Span span;
};
struct AssumeClause {
  Name what;  // independent, poisson
  std::optional<Text> because;
  Span span;
};  // assume independent because "…"
struct MethodClause {
  Name method;
  Span span;
};
struct StratifiedClause {
  Name field;
  Span span;
};

using ObjectiveClause =
    std::variant<RequireClause, FamilyClause, ConfidenceClause, OverClause, RowsClause, ForEachClause, UnknownClause,
                 OnNoDataClause, LooksClause, ClusteredClause, AssumeClause, MethodClause, StratifiedClause>;
struct SplitItem {           // expect split canary : baseline = 10 : 90
  std::vector<ExprId> arms;  // populations
  std::vector<ExprId> shares;
  Span span;
};
struct ObjectiveItem {
  Name name;
  std::optional<Text> title;
  std::vector<ObjectiveClause> clauses;
  Span span;
};

// ---------------------------------------------------------------- models

struct DrawItem {
  Name name;
  std::optional<ExprId> length;  // draw x[3]
  ExprId distribution = 0;       // a Call
  std::optional<Name> unit;      // as ms
  Span span;
};
struct ModelItem {
  Name name;
  std::vector<ExprId> seeds, trials;  // one each is right
  std::vector<std::variant<DrawItem, LetItem>> parts;
  Span span;
};

// ---------------------------------------------------------------- decide

using ConditionId = std::uint32_t;
struct QuantifiedCondition {  // all objectives pass | any objective fails | no objective is undecided
  Quantifier quantifier = Quantifier::all;
  std::vector<Name> objectives;  // all of (a, b) pass; empty: every objective
  std::optional<ExprId> least;   // at least 2 of (a, b, c) pass
  Name state;                    // pass, passes, fail, fails, undecided, inconclusive, no_data
};
struct NamedCondition {
  Name objective;
  Name state;
};  // objective available passes | available fails
struct OtherCondition {
  Name subject;
  Span span;
};  // evidence …, budget …: not a thing of this edition yet
struct AndCondition {
  ConditionId left = 0, right = 0;
};
struct OrCondition {
  ConditionId left = 0, right = 0;
};
struct NotCondition {
  ConditionId operand = 0;
};
struct ConditionNode {
  std::variant<QuantifiedCondition, NamedCondition, OtherCondition, AndCondition, OrCondition, NotCondition> node;
  Span span;
};
struct DecideRule {
  Name decision;                    // certify, hold, deny, revoke
  std::optional<ExprId> valid_for;  // certify for 7d
  std::optional<ConditionId> when;  // absent: otherwise
  Span span;
};
struct DecideItem {
  std::vector<DecideRule> rules;
  Span span;
};

using PolicyItem =
    std::variant<TitleItem, RevisionItem, OwnerItem, RunbookItem, ConfidenceClause, LetItem, ParamItem, SubjectItem,
                 TelemetryItem, LooksClause, OverClause, SliItem, SplitItem, ModelItem, ObjectiveItem, DecideItem>;
struct Policy {
  Name name;
  std::vector<PolicyItem> items;
  Span span;
};

// ---------------------------------------------------------------- tests

struct Alternative {
  ExprId value = 0;
  std::optional<ExprId> share;
};  // 500 at 1% else 200: {500, 1%}, {200, -}; null is Reference
struct ConstantGenerator {
  std::vector<Alternative> alternatives;
};  // one alternative: a constant
struct DistributionGenerator {
  ExprId distribution = 0;
  std::optional<Name> unit;
};  // ~ lognormal(mu: 4, sigma: 0.5) as ms
struct FieldGenerator {
  Name field;
  std::variant<ConstantGenerator, DistributionGenerator> generator;
};
struct RowsBlock {
  ExprId count = 0;
  std::optional<ExprId> over;
  std::vector<FieldGenerator> fields;
  Span span;
};
struct Given {
  Name stream;
  std::vector<RowsBlock> blocks;
  Span span;
};
struct Setting {
  Name name;
  ExprId value = 0;
};  // candidate = "2.4.0"
struct ExpectDecision {
  Name decision;
};
struct ExpectObjective {
  Name objective;
  Name verdict;
};
using Expectation = std::variant<ExpectDecision, ExpectObjective>;
struct Test {
  Text name;
  Name policy;
  std::vector<Setting> settings;
  std::optional<ExprId> seed;  // seed 7
  std::vector<Given> givens;
  std::vector<Expectation> expectations;
  Span span;
};

struct Comment {
  Span span;
};  // // … or /* … */, with its delimiters

struct Tree {
  std::optional<Text> edition;  // "2026" as written
  std::vector<Policy> policies;
  std::vector<Test> tests;
  std::vector<Expr> exprs;
  std::vector<ConditionNode> conditions;
  std::vector<Comment> comments;  // in source order
  bool has_errors = false;

  const Expr& expr(ExprId id) const { return exprs[id]; }
  const ConditionNode& condition(ConditionId id) const { return conditions[id]; }
};

}  // namespace proofmark::syntax
