// The file, its policies and their items; objectives and their clauses.
#include "compiler/syntax/adapt.h"
#include "compiler/syntax/literal.h"

namespace proofmark::syntax {

using Grammar = Adapter::Grammar;

Name Adapter::name(antlr4::Token* token) {
  return {std::string(reading_.text(token)), reading_.span(token)};
}
Name Adapter::name(antlr4::ParserRuleContext* context) {
  return name(context->getStart());
}

std::vector<Name> Adapter::names(const std::vector<Grammar::NameContext*>& contexts) {
  std::vector<Name> names;
  for (Grammar::NameContext* context : contexts) names.push_back(name(context));
  return names;
}

Text Adapter::text(antlr4::Token* token) {
  const Span whole = reading_.span(token);
  StringReading reading = read_string(reading_.text(token));
  for (const StringFault& fault : reading.faults) {
    const Span place{whole.begin + static_cast<std::uint32_t>(fault.begin),
                     whole.begin + static_cast<std::uint32_t>(fault.end)};
    const std::string written(reading_.file().text(place));
    if (fault.kind == EscapeFault::unknown_escape)
      reading_.report("PM0114", place, "`" + written + "` is not an escape", "in this string").help =
          "the escapes are \\\" \\\\ \\n \\t and \\u{…}; a backslash is written `\\\\`";
    else if (fault.kind == EscapeFault::unclosed_code_point)
      reading_.report("PM0114", place, "`\\u` needs a code point in braces", "in this string").help =
          "write `\\u{e9}` for é";
    else
      reading_.report("PM0114", place, "`" + written + "` names no character", "in this string").help =
          "a code point has one to six hexadecimal digits and is at most 10FFFF, neither 0 nor a surrogate";
  }
  return {std::move(reading.value), whole};
}

void Adapter::said_twice(antlr4::ParserRuleContext* context, const std::string& what, Span first) {
  Diagnostic& problem = reading_.report("PM0124", reading_.span(context), what + " is said twice", "again here");
  problem.secondary.push_back(reading_.label(first, "first said here"));
  problem.help = "keep one of them";
}

void Adapter::not_yet(antlr4::ParserRuleContext* context) {
  std::string word(reading_.text(context->getStart()));
  if (context->getRuleIndex() == Grammar::RuleLaterGiven) word += " evidence";
  Diagnostic& problem = reading_.report("PM0123", reading_.span(context),
                                        "`" + word + "` is not part of this edition of the language yet",
                                        "a statement of a later edition");
  problem.help = "edition 2026 has no such statement: take it out";
}

void Adapter::file(Grammar::FileContext* context) {
  for (Grammar::FileItemContext* item : context->fileItem()) {
    if (item->exception) continue;
    if (item->edition() != nullptr) edition(item->edition());
    if (item->policy() != nullptr) policy(item->policy());
    if (item->test() != nullptr) test(item->test());
    if (item->laterInFile() != nullptr) not_yet(item->laterInFile());
  }
}

void Adapter::edition(Grammar::EditionContext* context) {
  if (tree_.edition) return said_twice(context, "the edition", tree_.edition->span);
  antlr4::Token* number = context->NUMBER()->getSymbol();
  tree_.edition = Text{std::string(reading_.text(number)), reading_.span(number)};
}

void Adapter::policy(Grammar::PolicyContext* context) {
  Policy policy{name(context->name()), {}, reading_.span(context)};
  if (context->laterHeader() != nullptr) not_yet(context->laterHeader());
  for (Grammar::PolicyItemContext* written : context->policyBody()->policyItem()) {
    if (written->exception) continue;
    if (auto item = policy_item(written)) policy.items.push_back(std::move(*item));
  }
  tree_.policies.push_back(std::move(policy));
}

// An item that stands for one value; the others have rules of their own.
std::optional<PolicyItem> Adapter::statement(Grammar::PolicyItemContext* context) {
  if (context->title() != nullptr) return TitleItem{text(context->title()->STRING()->getSymbol())};
  if (context->owner() != nullptr) return OwnerItem{text(context->owner()->STRING()->getSymbol())};
  if (context->runbook() != nullptr) return RunbookItem{text(context->runbook()->STRING()->getSymbol())};
  if (auto* item = context->revision(); item != nullptr) {
    const ExprId id = number(item->NUMBER()->getSymbol());
    const auto& literal = std::get<NumberLiteral>(tree_.expr(id).node);
    return RevisionItem{literal.value, tree_.expr(id).span};
  }
  if (auto* item = context->letItem(); item != nullptr)
    return LetItem{name(item->name()), expr(item->expr()), reading_.span(item)};
  if (auto* item = context->sli(); item != nullptr)
    return SliItem{name(item->name()), expr(item->expr()), reading_.span(item)};
  return std::nullopt;
}

std::optional<PolicyItem> Adapter::policy_item(Grammar::PolicyItemContext* context) {
  if (context->confidence() != nullptr) return confidence(context->confidence());
  if (context->param() != nullptr) return param(context->param());
  if (context->subject() != nullptr) return subject(context->subject());
  if (context->telemetry() != nullptr) return telemetry(context->telemetry());
  if (context->looks() != nullptr) return looks(context->looks());
  if (context->over() != nullptr) return over(context->over());
  if (context->split() != nullptr) return split(context->split());
  if (context->model() != nullptr) return model(context->model());
  if (context->objective() != nullptr) return objective(context->objective());
  if (context->decide() != nullptr) return decide(context->decide());
  if (context->laterInPolicy() == nullptr) return statement(context);
  not_yet(context->laterInPolicy());
  return std::nullopt;
}

ParamItem Adapter::param(Grammar::ParamContext* context) {
  return {names(context->name()), name(context->typeName()), reading_.span(context)};
}

SubjectItem Adapter::subject(Grammar::SubjectContext* context) {
  SubjectItem item{{}, reading_.span(context)};
  for (Grammar::SubjectEntryContext* entry : context->subjectBody()->subjectEntry())
    if (!entry->exception) item.entries.push_back({name(entry->name()), expr(entry->subjectValue())});
  return item;
}

SplitItem Adapter::split(Grammar::SplitContext* context) {
  SplitItem item{{}, {}, reading_.span(context)};
  for (auto* arm : context->splitParts(0)->quantity()) item.arms.push_back(expr(arm));
  for (auto* share : context->splitParts(1)->quantity()) item.shares.push_back(expr(share));
  return item;
}

FamilyClause Adapter::family(Grammar::FamilyContext* context, Span whole) {
  FamilyClause clause;
  clause.quantifier = context->ALL() != nullptr   ? Quantifier::all
                      : context->ANY() != nullptr ? Quantifier::any
                                                  : Quantifier::at_least;
  if (context->quantity() != nullptr) clause.least = expr(context->quantity());
  for (auto* member : context->expr()) clause.members.push_back(expr(member));
  clause.span = whole;
  return clause;
}

ObjectiveItem Adapter::objective(Grammar::ObjectiveContext* context) {
  ObjectiveItem item;
  item.name = name(context->name());
  item.span = reading_.span(context);
  if (context->STRING() != nullptr) item.title = text(context->STRING()->getSymbol());
  for (Grammar::ObjectiveClauseContext* written : context->objectiveBody()->objectiveClause()) {
    if (written->exception) continue;
    if (auto clause = objective_clause(written)) item.clauses.push_back(std::move(*clause));
  }
  return item;
}

std::optional<ObjectiveClause> Adapter::objective_clause(Grammar::ObjectiveClauseContext* context) {
  const Span whole = reading_.span(context);
  if (auto* required = context->require(); required != nullptr) {
    if (required->family() != nullptr) return family(required->family(), whole);
    return RequireClause{expr(required->expr()), whole};
  }
  if (context->confidence() != nullptr) return confidence(context->confidence());
  if (context->over() != nullptr) return over(context->over());
  if (auto* rows = context->rows(); rows != nullptr)
    return RowsClause{expr(rows->quantity()), rows->EACH() != nullptr, whole};
  if (context->forEach() != nullptr) return ForEachClause{names(context->forEach()->name()), whole};
  if (context->unknownCounts() != nullptr) return unknown_counts(context->unknownCounts());
  if (context->onNoData() != nullptr) return OnNoDataClause{name(context->onNoData()->name()), whole};
  if (context->looks() != nullptr) return looks(context->looks());
  if (context->clustered() != nullptr) return clustered(context->clustered());
  if (context->blocks() != nullptr) return blocks(context->blocks());
  if (context->method() != nullptr) return MethodClause{name(context->method()->name()), whole};
  if (context->stratified() != nullptr) return StratifiedClause{name(context->stratified()->name()), whole};
  if (auto* assumed = context->assume(); assumed != nullptr) {
    AssumeClause clause{name(assumed->name()), {}, whole};
    if (assumed->STRING() != nullptr) clause.because = text(assumed->STRING()->getSymbol());
    return clause;
  }
  not_yet(context->laterInObjective());
  return std::nullopt;
}

UnknownClause Adapter::unknown_counts(Grammar::UnknownCountsContext* context) {
  UnknownClause clause{name(context->name()), {}, reading_.span(context)};
  if (context->STRING() != nullptr) clause.because = text(context->STRING()->getSymbol());
  return clause;
}

ClusteredClause Adapter::clustered(Grammar::ClusteredContext* context) {
  ClusteredClause clause;
  clause.field = name(context->name());
  if (context->quantity() != nullptr) clause.design_effect = expr(context->quantity());
  clause.span = reading_.span(context);
  return clause;
}

ClusteredClause Adapter::blocks(Grammar::BlocksContext* context) {
  ClusteredClause clause;
  clause.block = expr(context->quantity(0));
  if (context->quantity(1) != nullptr) clause.design_effect = expr(context->quantity(1));
  clause.span = reading_.span(context);
  return clause;
}

ConfidenceClause Adapter::confidence(Grammar::ConfidenceContext* context) {
  return {expr(context->quantity()), reading_.span(context)};
}

LooksClause Adapter::looks(Grammar::LooksContext* context) {
  LooksClause clause;
  clause.kind = name(context->looksKind()->getStart());
  clause.span = reading_.span(context);
  if (context->looksKind()->MOST() != nullptr) clause.count = expr(context->looksKind()->quantity(0));
  if (context->looksKind()->EVERY() != nullptr) {
    clause.every = expr(context->looksKind()->quantity(0));
    clause.total = expr(context->looksKind()->quantity(1));
  }
  return clause;
}

OverClause Adapter::over(Grammar::OverContext* context) {
  const OverKind kind = context->SINCE() != nullptr   ? OverKind::since
                        : context->LEAST() != nullptr ? OverKind::at_least
                                                      : OverKind::last;
  return {kind, expr(context->quantity()), reading_.span(context)};
}

}  // namespace proofmark::syntax
