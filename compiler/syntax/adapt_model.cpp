// Models: draws and definitions.
#include "compiler/syntax/adapt.h"

namespace proofmark::syntax {

using Grammar = Adapter::Grammar;

ModelItem Adapter::model(Grammar::ModelContext* context) {
  ModelItem item;
  item.name = name(context->name());
  item.span = reading_.span(context);
  for (Grammar::ModelPartContext* part : context->modelBody()->modelPart())
    if (!part->exception) model_part(part, item);
  return item;
}

void Adapter::model_part(Grammar::ModelPartContext* context, ModelItem& item) {
  if (auto* seed = context->modelSeed(); seed != nullptr) item.seeds.push_back(expr(seed->quantity()));
  if (auto* trials = context->modelTrials(); trials != nullptr) item.trials.push_back(expr(trials->quantity()));
  if (context->modelDraw() != nullptr) item.parts.emplace_back(draw(context->modelDraw()));
  if (auto* let = context->letItem(); let != nullptr)
    item.parts.emplace_back(LetItem{name(let->name()), expr(let->expr()), reading_.span(let)});
}

DrawItem Adapter::draw(Grammar::ModelDrawContext* context) {
  DrawItem item;
  item.name = name(context->name());
  if (context->quantity() != nullptr) item.length = expr(context->quantity());
  auto* distribution = context->distribution();
  item.distribution = call(distribution->name(), distribution->arguments(), reading_.span(distribution));
  if (context->unitName() != nullptr) item.unit = name(context->unitName());
  item.span = reading_.span(context);
  return item;
}

}  // namespace proofmark::syntax
