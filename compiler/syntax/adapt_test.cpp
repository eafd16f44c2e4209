// Test blocks.
#include "compiler/syntax/adapt.h"

namespace proofmark::syntax {

using Grammar = Adapter::Grammar;

void Adapter::test(Grammar::TestContext* context) {
  Test test;
  test.name = text(context->STRING()->getSymbol());
  test.span = reading_.span(context);
  for (Grammar::TestItemContext* item : context->testBody()->testItem())
    if (!item->exception) test_item(item, test);
  tree_.tests.push_back(std::move(test));
}

void Adapter::test_item(Grammar::TestItemContext* context, Test& test) {
  if (auto* policy = context->testPolicy(); policy != nullptr) {
    if (!test.policy.text.empty()) said_twice(context, "the policy", test.policy.span);
    test.policy = name(policy->name());
    for (Grammar::SettingContext* setting : policy->setting())
      test.settings.push_back({name(setting->name()), expr(setting->quantity())});
  } else if (context->seed() != nullptr) {
    if (test.seed) said_twice(context, "the seed", tree_.expr(*test.seed).span);
    test.seed = expr(context->seed()->quantity());
  } else if (context->given() != nullptr) {
    test.givens.push_back(given(context->given()));
  } else if (auto* expectation = context->expectation(); expectation != nullptr) {
    if (expectation->expectedDecision() != nullptr)
      test.expectations.emplace_back(ExpectDecision{name(expectation->expectedDecision())});
    else
      test.expectations.emplace_back(ExpectObjective{name(expectation->name()), name(expectation->expectedVerdict())});
  } else {
    not_yet(context->laterGiven());
  }
}

Given Adapter::given(Grammar::GivenContext* context) {
  Given given{name(context->name()), {}, reading_.span(context)};
  for (Grammar::RowsBlockContext* block : context->givenBody()->rowsBlock())
    if (!block->exception) given.blocks.push_back(rows_block(block));
  return given;
}

RowsBlock Adapter::rows_block(Grammar::RowsBlockContext* context) {
  RowsBlock block;
  block.span = reading_.span(context);
  block.count = expr(context->quantity(0));
  if (context->OVER() != nullptr) block.over = expr(context->quantity(1));
  for (Grammar::FieldGeneratorContext* field : context->rowsBody()->fieldGenerator())
    if (!field->exception) block.fields.push_back(generator(field));
  return block;
}

FieldGenerator Adapter::generator(Grammar::FieldGeneratorContext* context) {
  FieldGenerator generator{name(context->name()), {}};
  if (auto* distribution = context->distribution(); distribution != nullptr) {
    DistributionGenerator drawn{call(distribution->name(), distribution->arguments(), reading_.span(distribution)), {}};
    if (context->unitName() != nullptr) drawn.unit = name(context->unitName());
    generator.generator = std::move(drawn);
    return generator;
  }
  ConstantGenerator constant;
  for (Grammar::AlternativeContext* written : context->alternative()) {
    Alternative alternative{expr(written->quantity(0)), {}};
    if (written->AT() != nullptr) alternative.share = expr(written->quantity(1));
    constant.alternatives.push_back(alternative);
  }
  generator.generator = std::move(constant);
  return generator;
}

}  // namespace proofmark::syntax
