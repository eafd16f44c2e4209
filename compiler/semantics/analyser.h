// The analyser's state and its parts, one file each: declarations, parameters, expressions, arithmetic, comparisons,
// estimates, objectives, claims, decisions. Private to this room; analyse.h is the door.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/semantics/analyse.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/typed_policy.h"
#include "runtime/outlook/best_facts.h"

namespace proofmark::semantics {

// Names of the policy: parameters, lets, SLIs, telemetry streams share one namespace; objectives have their own.
struct Symbol {
  enum class Kind : std::uint8_t { parameter, let, sli, stream, model } kind = Kind::let;
  std::uint32_t index = 0;   // parameter, stream, model
  syntax::ExprId value = 0;  // let, sli
  Span span;
  bool unusable = false;  // a mistake in its declaration has been told
  enum class State : std::uint8_t { fresh, open, done } state = State::fresh;  // let, sli: typed on first use
  TypedId typed = 0;
};

constexpr std::string_view kind_word(Symbol::Kind kind) {
  switch (kind) {
    case Symbol::Kind::parameter:
      return "parameter";
    case Symbol::Kind::let:
      return "let";
    case Symbol::Kind::sli:
      return "sli";
    case Symbol::Kind::stream:
      return "telemetry";
    case Symbol::Kind::model:
      return "model";
  }
  return "";
}

class Analyser {
 public:
  Analyser(const syntax::Tree& tree, const syntax::Policy& syntax, const source::SourceFile& file,
           const Bindings& bindings, Diagnostics& problems)
      : tree_(tree),
        syntax_(syntax),
        file_(file),
        bindings_(bindings),
        problems_(problems),
        first_problem_(problems.size()) {}
  Policy run();

 private:
  friend class ModelTyper;
  // analyse.cpp
  Diagnostic& error(std::string_view code, Span span, std::string message, std::string label = {});
  Diagnostic& warning(std::string_view code, Span span, std::string message, std::string label = {});
  void also(Diagnostic& diagnostic, Span span, std::string label) const;
  struct Part {
    TypedId id;
    std::string_view label;
  };
  void point_at_parts(Diagnostic& diagnostic, Part wrong, Part other) const;
  void suggest(Diagnostic& diagnostic, Span span, std::string replacement) const;
  void suggest_closest(Diagnostic& diagnostic, Span span, const std::vector<std::string>& candidates) const;
  std::string text(Span span) const;  // for a message: on one line, shortened when long
  TypedId add(Typed node);
  TypedId error_node(Span span) { return add({{}, {Sort::error, Unit::number}, span}); }
  const Typed& at(TypedId id) const { return policy_.typed[id]; }
  Sort sort(TypedId id) const { return at(id).type.sort; }
  std::optional<Rational> constant(TypedId id) const;  // value of a constant, when known
  bool once(std::string_view what, Span span);         // reports a second one
  void uses(Span span, Span declared) { policy_.uses.push_back({span, declared}); }
  bool has_own_errors() const;  // of this policy, not of its neighbours in the file
  void definitions();
  std::set<std::string, std::less<>> mentioned_names() const;
  void unused_names();

  // declarations.cpp
  void declare(const syntax::Name& name, Symbol symbol);
  void declare_names();
  void header_items();
  void telemetry(const syntax::TelemetryItem& item);
  void field(Stream& stream, const syntax::FieldDecl& decl);
  std::optional<plan::FieldType> declared_type(const Stream& stream, const syntax::FieldDecl& decl);
  bool declared_unit(plan::Field& field, const syntax::FieldDecl& decl);
  bool declared_values(plan::Field& field, const syntax::FieldDecl& decl);
  // counts.cpp: telemetry whose rows stand for many events
  bool declared_count(Stream& stream, const syntax::FieldDecl& decl, plan::FieldType type);  // reported otherwise
  bool counts_from_zero(Stream& stream, syntax::ExprId from);                                // reported otherwise
  void check_counts(Stream& stream);
  bool fits_field(const Stream& stream, const syntax::FieldDecl& decl);  // its clauses are for it; reported otherwise
  bool is_of_an_event(const Stream& stream, std::uint32_t field, Span span);  // reported otherwise
  bool adds_up_in_counts(const Stream& stream, std::uint32_t field, const builtins::Builtin& builtin, Span span);
  // buckets.cpp: values that are known by their bucket
  bool is_sketch(const syntax::Name& type);  // which has been reported
  static bool is_histogram(const syntax::FieldDecl& decl);
  bool declared_histogram(const Stream& stream, const syntax::FieldDecl& decl);  // reported otherwise
  bool declared_edges(const syntax::FieldDecl& decl, Unit unit, Bucketed& bucketed);
  static void add_lower_edges(Stream& stream, Bucketed bucketed);  // of the field that was added last
  TypedId compare_buckets(plan::Comparison op, TypedId left, TypedId right, Span span);
  void check_edge(const Bucketed& bucketed, plan::Comparison op, const Rational& limit, Unit unit, Span span);
  bool is_told_by_buckets(const builtins::Builtin& builtin, const Stream& stream, std::uint32_t field, Span span);
  void check_quantile_edges(const Requirement& requirement, const EstimateForm& form);
  void check_contrast_edges(const Requirement& requirement, const EstimateForm& form);
  void check_unknown_in_buckets(const Objective& objective);
  void stream_clauses(Stream& stream, const syntax::TelemetryItem& item);
  void sampling(Stream& stream, const syntax::SamplingClause& clause);
  void head_rate(Stream& stream, syntax::ExprId id);
  // weights.cpp: rows that say for how many events they were kept
  void inclusion_weights(Stream& stream, const syntax::SamplingClause& clause);
  bool is_weight(const Stream& stream, const syntax::Name& field);  // reported otherwise
  void check_weights(const Objective& objective);
  // sampled_together.cpp: rows that were kept together
  void sampled_together(Stream& stream, const syntax::SamplingClause& clause);
  bool reckons_with_sampling(const Objective& objective) const;
  void cluster_as_sampled(Objective& objective);
  void explain_sampled_clusters(const Objective& objective, std::size_t first_problem);
  void check_kept_counts(const Objective& objective);
  const Stream& stream_of(const LeafNode& leaf) const;
  bool is_of_kept(TypedId leaf) const;
  bool refuse_limit_of_kept(const Requirement& requirement, const LinearTerm& term);  // whether it was
  // vacuous.cpp: conditions that hold for every row, or for none
  void warn_of_vacuous(const Objective& objective);
  void warn_of_vacuous(const LeafNode& leaf);
  bool warn_of_empty(TypedId population);  // which no row can belong to
  void expected_traffic(Stream& stream, const syntax::ExpectClause& clause);
  void expected_values(Stream& stream, const syntax::ExpectEveryClause& clause);
  // sum_checks.cpp: what adds up in every row
  void sum_check(Stream& stream, const syntax::SumClause& clause);
  std::optional<std::uint32_t> summed_field(const Stream& stream, const syntax::Name& name);  // reported otherwise
  void subject(const syntax::SubjectItem& item);
  void policy_window_and_looks();
  void looks(const syntax::LooksClause& clause);

  // parameters.cpp
  void parameter(const syntax::Name& name, const syntax::Name& type);
  void bind(Parameter& parameter, const std::string& value);
  void bind_all();

  // expressions.cpp; `stream` is set inside a condition on rows
  struct Scope {
    const Stream* stream = nullptr;
  };
  TypedId type(syntax::ExprId id, Scope scope);
  TypedId type_number(const syntax::NumberLiteral& literal, Span span);
  TypedId type_reference(const syntax::Reference& reference, Span span, Scope scope);
  TypedId type_symbol(Symbol& symbol, const syntax::Name& name);
  void type_definition(Symbol& symbol);  // of a let or an sli, on its first use
  TypedId type_field(const Stream& stream, std::uint32_t field, Span span);
  TypedId type_member(const syntax::Member& member, Span span, Scope scope);
  TypedId type_unary(const syntax::Unary& unary, Span span, Scope scope);
  TypedId type_binary(const syntax::Binary& binary, Span span, Scope scope);
  TypedId type_logic(const syntax::Binary& binary, Span span, Scope scope);
  TypedId type_arithmetic(const syntax::Binary& binary, Span span, Scope scope);
  TypedId constant_arithmetic(plan::Arithmetic op, TypedId left, TypedId right, Span span);
  TypedId row_arithmetic(plan::Arithmetic op, TypedId left, TypedId right, Span span);
  std::optional<Unit> arithmetic_unit(plan::Arithmetic op, TypedId left, TypedId right, Span span);
  bool is_field_out_of_place(const syntax::Name& name);  // reports it
  TypedId unknown_name(const syntax::Name& name, Scope scope);
  TypedId wrong_sort(Span span, TypedId found, std::string_view expected);
  TypedId condition(syntax::ExprId id, Scope scope);  // typed, and reported when it is not a condition

  // comparisons.cpp
  TypedId type_comparison(const syntax::Binary& binary, Span span, Scope scope);
  bool forgot_quotes(syntax::ExprId id, TypedId label, Scope scope);
  TypedId compare_rows(plan::Comparison op, TypedId left, TypedId right, Span span);
  TypedId compare_labels(plan::Comparison op, TypedId field, TypedId label, Span span);
  TypedId type_in(const syntax::InSet& set, Span span, Scope scope);
  TypedId type_matches(const syntax::Binary& binary, Span span, Scope scope);
  bool same_unit(TypedId value, TypedId& constant, Span span);  // coerces text to timestamp, number to ratio; reports
  bool check_label(TypedId field, TypedId label);               // is one, and is declared
  bool is_declared(TypedId field, TypedId label);
  std::string number_with_unit(TypedId constant, Unit unit) const;

  // estimates.cpp
  TypedId type_call(const syntax::Call& call, Span span, Scope scope);
  TypedId type_builtin(const builtins::Builtin& builtin, std::optional<Rational> share, const syntax::Call& call,
                       Span span);
  TypedId type_values_leaf(LeafNode node, const syntax::Call& call, Span span);
  TypedId type_rate(const builtins::Builtin& builtin, const syntax::Call& call, Span span);
  TypedId type_mean(const builtins::Builtin& builtin, const syntax::Call& call, Span span);
  bool range_fits(const LeafNode& mean, const plan::Field& field, Unit unit, Span span);  // reported otherwise
  const ValuesNode* numeric_values(syntax::ExprId id);
  TypedId type_contrast(LeafNode node, syntax::ExprId first, syntax::ExprId second, Span span);
  TypedId type_quantile_shift(const syntax::Call& call, Span span);
  bool margin_requirement(Objective& objective, const syntax::Call& call, Span span);
  bool lacks_margin(const syntax::Call& call, Span span);  // reported
  TypedId type_extreme_of_estimates(const syntax::Call& call, plan::Calculation op, Span span);
  TypedId type_where(const syntax::Where& where, Span span, Scope scope);
  TypedId population(syntax::ExprId id);  // typed, and reported when it is not a population
  bool argument_count(const syntax::Call& call, std::size_t least, std::size_t most, std::string_view signature,
                      Span span);
  TypedId estimate_arithmetic(plan::Arithmetic op, TypedId left, TypedId right, Span span);
  TypedId leaf(LeafNode node, Unit unit, Span span);
  TypedId calculated(EstimateNode node, Unit unit, Span span);
  std::optional<TypedId> quantile_share(syntax::ExprId id);  // a constant in (0, 1); reported otherwise
  bool misleading_percentile(const syntax::Name& name);      // reports it

  // model_claims.cpp
  void models();
  const Symbol* model_symbol(syntax::ExprId id) const;  // of `outage` in `outage.total`
  TypedId type_model_member(const ModelNode& model, const syntax::Member& member, Span span);
  TypedId type_model_estimate(const syntax::Call& call, std::optional<Rational> share, Span span);
  bool model_requirement(Objective& objective, TypedId left, TypedId right, plan::Comparison op, Span span);
  void check_model_objective(const Objective& objective);
  void check_probability(const Objective& objective, const Requirement& requirement);
  void check_model_reachable(const Objective& objective, const Requirement& requirement);
  void unused_model_names();

  // objectives.cpp
  void objective(const syntax::ObjectiveItem& item);
  void requirement(Objective& objective, syntax::ExprId id);
  void comparison_requirement(Objective& objective, const syntax::Binary& binary, Span span);
  void add_requirement(Objective& objective, Requirement requirement);
  void objective_clause(Objective& objective, const syntax::ObjectiveClause& clause);
  void rows_clause(Objective& objective, const syntax::RowsClause& clause);
  void unknown_clause(Objective& objective, const syntax::UnknownClause& clause);
  void clustered_clause(Objective& objective, const syntax::ClusteredClause& clause);
  void assume_clause(Objective& objective, const syntax::AssumeClause& clause);
  void check_clusters(const Objective& objective);
  void check_cluster_key(const Clusters& clusters, const Stream& stream);
  void on_no_data_clause(Objective& objective, const syntax::OnNoDataClause& clause);
  std::optional<Window> window(const syntax::OverClause& clause);
  std::optional<TypedId> duration_constant(syntax::ExprId id, std::string_view what);
  std::optional<TypedId> confidence(const syntax::ConfidenceClause& clause);
  std::vector<std::uint32_t> streams_of(const Objective& objective) const;
  void each_leaf(TypedId estimate, std::vector<TypedId>& leaves) const;

  // claims.cpp: what cannot be claimed, and what cannot be decided
  void check_claims(const Objective& objective);
  void check_requirement(const Objective& objective, const Requirement& requirement);
  struct ShareClaim {  // that at least (or at most) `threshold` of a population's rows are good
    const Objective& objective;
    const Requirement& requirement;
    std::uint32_t stream;
    bool at_least;
    const Rational& threshold;
  };
  void check_direct_claim(const Objective& objective, const Requirement& requirement, const EstimateForm& form);
  void check_contrasts(const Objective& objective, const Requirement& requirement, const EstimateForm& form);
  void check_contrast_claim(const ShareClaim& claim, builtins::Kind kind);
  void check_leaf_claim(const Objective& objective, const Requirement& requirement, const LinearTerm& term,
                        const Rational& threshold);
  void check_share_claim(const ShareClaim& claim, builtins::Kind kind);
  void suggest_share_unit(Diagnostic& problem, const ShareClaim& claim, builtins::Kind kind) const;
  void check_written_share(const ShareClaim& claim, builtins::Kind kind);
  void check_mean_claim(const ShareClaim& claim, const LeafNode& mean);
  bool declared_timeout(const plan::Field& field, const syntax::FieldDecl& decl, std::optional<Timeout>& out);
  const Timeout* timeout_of(const LeafNode& leaf) const;
  void check_beyond_timeout(const Timeout& timeout, plan::Comparison op, const Rational& limit, Span span);
  void check_quantile_timeout(const Timeout& timeout, const Requirement& requirement, const EstimateForm& form);
  void check_timeouts(const Requirement& requirement, const EstimateForm& form);
  void cut_off(TypedId leaf);  // reports it
  void check_means(const Objective& objective);
  void check_rate_claim(const ShareClaim& claim);
  void check_rates(const Objective& objective);
  void check_method(Objective& objective);
  void check_method_alone(const Objective& objective);
  TypedId type_odds_ratio(const builtins::Builtin& builtin, const syntax::Call& call, Span span);
  bool two_arms(TypedId first, TypedId second, Span span);  // reported otherwise
  void check_two_shares(const Objective& objective, const Requirement& requirement, const EstimateForm& form);
  void check_odds_claim(const ShareClaim& claim);
  void check_strata(const Objective& objective);
  void split(const syntax::SplitItem& item);
  void check_split(const Objective& objective, const Requirement& requirement, const EstimateForm& form);
  void check_assumed_split(const Objective& objective);
  void unused_splits();
  std::optional<std::uint32_t> least_of(syntax::ExprId id, std::size_t most);
  void family(Objective& objective, const syntax::FamilyClause& clause);
  void check_family(const Objective& objective);
  void check_count_claim(const ShareClaim& claim);
  void check_reachable(const ShareClaim& claim);
  std::optional<Rational> alpha_to_reach(const ShareClaim& claim) const;
  bool is_attestable(const Objective& objective) const;
  void passes_with_history_alone(const ShareClaim& claim, std::optional<std::uint64_t> needed);
  bool rows_suffice(const ShareClaim& claim, std::optional<std::uint64_t> needed) const;
  void check_rows_suffice(const ShareClaim& claim, std::optional<std::uint64_t> needed, std::string_view such);
  void check_mean_reachable(const ShareClaim& claim, const Rational& low, const Rational& high);
  std::optional<TypedId> longest_window(const Objective& objective) const;
  std::size_t groups_of(const Objective& objective, const Stream& stream) const;
  std::optional<Rational> expected_rows(const Objective& objective, const Stream& stream) const;
  void never_passes(const Objective& objective, const Stream& stream, Span span, const std::string& needs,
                    const Rational& expected);
  void check_gates(const Objective& objective);
  // best_facts.cpp: what the best telemetry of the window could not show
  struct PlannedSupply {
    outlook::Supply supply;
    std::uint32_t scarcest = 0;  // the telemetry that brings the fewest rows
  };
  void check_best_facts(const Objective& objective, const Requirement& requirement);
  std::optional<std::uint64_t> expected_in_group(const Objective& objective, const Stream& stream) const;
  void check_supply_suffices(const Objective& objective, const Requirement& requirement, const outlook::Claim& claim,
                             const PlannedSupply& planned);
  bool bounds_both_sides(const Objective& objective, const Requirement& requirement) const;
  bool check_blocks_suffice(const Objective& objective, const Requirement& requirement, const outlook::Claim& claim,
                            std::uint64_t blocks);
  void check_time_suffices(const Objective& objective, const Requirement& requirement, const outlook::Claim& claim);
  void never_decided(const Requirement& requirement);
  bool is_census(const Objective& objective) const;
  void check_windows(const Objective& objective);

  // decisions.cpp
  void decide(const syntax::DecideItem& item);
  void rule(const syntax::DecideRule& rule);
  std::optional<plan::Id> condition_node(Rule& rule, syntax::ConditionId id);
  std::optional<plan::Id> objective_id(const syntax::Name& name);
  bool named_twice(const plan::ObjectivesAre& are, plan::Id objective, const syntax::Name& name);  // reports it
  std::optional<plan::Standing> standing(const syntax::Name& word);
  void check_decisions();
  bool check_last_rule();
  void check_reach_of_rules();
  void check_certifying_rules();
  void certifies_nothing(const Rule& rule, const std::string& when);  // reports it
  void check_hold();

  const syntax::Tree& tree_;
  const syntax::Policy& syntax_;
  const source::SourceFile& file_;
  const Bindings& bindings_;
  Diagnostics& problems_;
  std::size_t first_problem_;  // earlier ones belong to the file or to another policy
  Policy policy_;
  std::map<std::string, Symbol, std::less<>> symbols_;
  std::map<std::string, Span, std::less<>> seen_once_;
  std::set<std::set<std::string>> told_unsplit_;  // populations compared without a declared split
  std::set<std::uint32_t> told_timeouts_;         // where a claim beyond a timeout begins
  std::set<std::uint32_t> told_vacuous_;          // where a condition that says nothing begins
  std::optional<TypedId> default_confidence_;
  std::uint32_t open_definitions_ = 0;      // lets and SLIs whose definition is being typed
  bool default_confidence_broken_ = false;  // one was given and was wrong: do not also say that there is none
  std::optional<Window> default_window_;
  std::optional<TypedId> default_covers_;
  std::vector<bool> objective_used_;
  const syntax::DecideItem* decide_item_ = nullptr;
};

}  // namespace proofmark::semantics
