// From the parser's contexts to our syntax tree.
//
// The adapter copies what matters and leaves the rest; it reports the few things that the grammar lets through so that
// they can be explained well (a chain of comparisons, `=` for `==`, literals that say nothing, statements of later
// editions). An item with a syntax error inside is left out. It recurses with brackets only, which were limited before
// parsing; the depth of what it builds is limited here (kMaximumDepth), so that later rooms may recurse over it.
#pragma once

#include "ProofmarkParser.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/reading.h"

namespace proofmark::syntax {

class Adapter {
 public:
  using Grammar = grammar::ProofmarkParser;

  Adapter(Reading& reading, Tree& tree);
  void file(Grammar::FileContext* context);

 private:
  // adapt_policy.cpp
  void edition(Grammar::EditionContext* context);
  void policy(Grammar::PolicyContext* context);
  std::optional<PolicyItem> policy_item(Grammar::PolicyItemContext* context);
  std::optional<PolicyItem> statement(Grammar::PolicyItemContext* context);
  ParamItem param(Grammar::ParamContext* context);
  SubjectItem subject(Grammar::SubjectContext* context);
  ObjectiveItem objective(Grammar::ObjectiveContext* context);
  std::optional<ObjectiveClause> objective_clause(Grammar::ObjectiveClauseContext* context);
  ConfidenceClause confidence(Grammar::ConfidenceContext* context);
  LooksClause looks(Grammar::LooksContext* context);
  SplitItem split(Grammar::SplitContext* context);
  FamilyClause family(Grammar::FamilyContext* context, Span whole);
  OverClause over(Grammar::OverContext* context);
  RequireClause require(Grammar::RequireContext* context);
  UnknownClause unknown_counts(Grammar::UnknownCountsContext* context);
  ClusteredClause clustered(Grammar::ClusteredContext* context);
  ClusteredClause blocks(Grammar::BlocksContext* context);

  // adapt_telemetry.cpp
  TelemetryItem telemetry(Grammar::TelemetryContext* context);
  void telemetry_part(Grammar::TelemetryPartContext* context, TelemetryItem& item);
  SumClause sum_check(Grammar::SumCheckContext* context);
  FieldDecl field(Grammar::FieldContext* context);
  void source(Grammar::SourceContext* context, FieldDecl& field);
  void unit_or_set(Grammar::UnitOrSetContext* context, FieldDecl& field);

  // adapt_model.cpp
  ModelItem model(Grammar::ModelContext* context);
  void model_part(Grammar::ModelPartContext* context, ModelItem& item);
  DrawItem draw(Grammar::ModelDrawContext* context);

  // adapt_decide.cpp
  DecideItem decide(Grammar::DecideContext* context);
  ConditionId condition(Grammar::ConditionContext* context);
  ConditionId condition(Grammar::ConditionAndContext* context);
  ConditionId condition(Grammar::ConditionNotContext* context);
  ConditionId condition(Grammar::ConditionAtomContext* context);
  QuantifiedCondition quantified(Grammar::QuantifiedContext* context);
  Name state(Grammar::StateContext* context);
  ConditionId add(ConditionNode node, std::uint32_t depth);
  ConditionId over(ConditionNode node, ConditionId deepest);

  // adapt_test.cpp
  void test(Grammar::TestContext* context);
  void test_item(Grammar::TestItemContext* context, Test& test);
  Given given(Grammar::GivenContext* context);
  RowsBlock rows_block(Grammar::RowsBlockContext* context);
  FieldGenerator generator(Grammar::FieldGeneratorContext* context);

  // adapt_expression.cpp
  ExprId expr(Grammar::ExprContext* context);
  ExprId expr(Grammar::DisjunctionContext* context);
  ExprId expr(Grammar::ConjunctionContext* context);
  ExprId expr(Grammar::InversionContext* context);
  ExprId expr(Grammar::ComparisonContext* context);
  ExprId expr(Grammar::SumContext* context);
  ExprId expr(Grammar::ProductContext* context);
  ExprId expr(Grammar::NegationContext* context);
  ExprId expr(Grammar::PostfixContext* context);
  ExprId expr(Grammar::PrimaryContext* context);
  ExprId expr(Grammar::QuantityContext* context) { return expr(context->sum()); }
  ExprId expr(Grammar::SubjectValueContext* context);
  ExprId call(Grammar::NameContext* function, Grammar::ArgumentsContext* arguments, Span whole);
  ExprId in_set(ExprId value, Grammar::ComparisonTailContext* tail, Span whole);
  ExprId number(antlr4::Token* token);
  bool is_malformed(Span number) const;
  ExprId reference(Name name);
  ExprId binary(BinaryOperator op, antlr4::Token* sign, ExprId left, ExprId right, Span whole);
  void comparisons_do_not_chain(Grammar::ComparisonContext* context);
  BinaryOperator comparison_operator(antlr4::Token* sign);
  ExprId add(Expr expr, std::uint32_t depth);
  ExprId over(Expr expr, ExprId deepest);
  ExprId deeper(ExprId a, ExprId b) const;
  void too_deep(Span place);

  Name name(antlr4::ParserRuleContext* context);
  Name name(antlr4::Token* token);
  Text text(antlr4::Token* token);
  std::vector<Name> names(const std::vector<Grammar::NameContext*>& contexts);
  void not_yet(antlr4::ParserRuleContext* context);
  void said_twice(antlr4::ParserRuleContext* context, const std::string& what, Span first);

  Reading& reading_;
  Tree& tree_;
  std::vector<std::uint64_t> mistakes_;  // where those begin and end that spoil a number beside them, in order
  std::vector<std::uint32_t> expr_depths_, condition_depths_;
  bool told_too_deep_ = false;
};

}  // namespace proofmark::syntax
