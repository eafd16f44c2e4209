// Declarations of telemetry: fields, sampling, expected traffic.
#include "compiler/syntax/adapt.h"

namespace proofmark::syntax {

using Grammar = Adapter::Grammar;

TelemetryItem Adapter::telemetry(Grammar::TelemetryContext* context) {
  TelemetryItem item;
  item.name = name(context->name());
  item.kind = name(context->streamKind());
  item.span = reading_.span(context);
  for (Grammar::TelemetryPartContext* part : context->telemetryBody()->telemetryPart())
    if (!part->exception) telemetry_part(part, item);
  return item;
}

void Adapter::telemetry_part(Grammar::TelemetryPartContext* context, TelemetryItem& item) {
  const Span whole = reading_.span(context);
  if (context->field() != nullptr) {
    item.fields.push_back(field(context->field()));
  } else if (auto* sampling = context->sampling(); sampling != nullptr) {
    SamplingClause clause{name(sampling->samplingMode()), {}, {}, {}, whole};
    if (sampling->NUMBER() != nullptr) clause.rate = number(sampling->NUMBER()->getSymbol());
    if (sampling->name() != nullptr)
      (sampling->WEIGHTED() != nullptr ? clause.weighted_by : clause.by) = name(sampling->name());
    item.sampling.push_back(std::move(clause));
  } else if (auto* every = context->expectEvery(); every != nullptr) {
    item.expects_every.push_back({name(every->name()), whole});
  } else if (context->sumCheck() != nullptr) {
    item.checks.push_back(sum_check(context->sumCheck()));
  } else {
    auto* expected = context->expectRate();
    antlr4::Token* count = expected->NUMBER()->getSymbol();
    RateLiteral rate{number(count), name(expected->unitName()), reading_.between(count, expected->getStop())};
    item.expects.push_back({std::move(rate), whole});
  }
}

SumClause Adapter::sum_check(Grammar::SumCheckContext* context) {
  SumClause clause{{}, {}, reading_.span(context)};
  const std::size_t equals = context->ASSIGN()->getSymbol()->getTokenIndex();
  for (Grammar::NameContext* each : context->name())
    (each->getStart()->getTokenIndex() < equals ? clause.left : clause.right).push_back(name(each));
  return clause;
}

FieldDecl Adapter::field(Grammar::FieldContext* context) {
  FieldDecl field;
  field.name = name(context->name());
  field.span = reading_.span(context);
  if (context->typeName() != nullptr) field.type = name(context->typeName());
  if (context->source() != nullptr) source(context->source(), field);
  if (context->unitOrSet() != nullptr) unit_or_set(context->unitOrSet(), field);
  Span optional;
  for (Grammar::FieldTailContext* tail : context->fieldTail()) {
    if (tail->source() != nullptr) source(tail->source(), field);
    if (tail->unitOrSet() != nullptr) unit_or_set(tail->unitOrSet(), field);
    if (auto* timeout = tail->timeout(); timeout != nullptr) {
      if (field.timeout) said_twice(tail, "`timeout`", field.timeout_span);
      field.timeout = expr(timeout->quantity());
      field.timeout_span = reading_.span(tail);
    }
    if (auto* totals = tail->cumulative(); totals != nullptr) {
      if (field.cumulative) said_twice(tail, "`cumulative`", *field.cumulative);
      field.cumulative = reading_.span(tail);
      if (totals->NUMBER() != nullptr) field.cumulative_from = number(totals->NUMBER()->getSymbol());
    }
    if (auto* edges = tail->buckets(); edges != nullptr) {
      if (field.buckets_span) said_twice(tail, "`buckets`", *field.buckets_span);
      field.buckets_span = reading_.span(tail);
      for (Grammar::QuantityContext* edge : edges->quantity()) field.buckets.push_back(expr(edge));
    }
    if (tail->OPTIONAL() == nullptr) continue;
    if (field.optional) said_twice(tail, "`optional`", optional);
    field.optional = true;
    optional = reading_.span(tail);
  }
  return field;
}

void Adapter::source(Grammar::SourceContext* context, FieldDecl& field) {
  if (field.from) return said_twice(context, "`from`", field.from->span);
  field.from = text(context->STRING()->getSymbol());
}

void Adapter::unit_or_set(Grammar::UnitOrSetContext* context, FieldDecl& field) {
  if (context->unitName() != nullptr) {
    if (field.unit) return said_twice(context, "the unit", field.unit->span);
    field.unit = name(context->unitName());
    return;
  }
  if (field.declared_span) return said_twice(context, "the list of values", *field.declared_span);
  field.declared_span = reading_.between(context->LBRACE()->getSymbol(), context->getStop());
  for (Grammar::DeclaredValueContext* value : context->declaredValue())
    field.declared.push_back(text(value->getStart()));
}

}  // namespace proofmark::syntax
