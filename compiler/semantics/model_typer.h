// Typing of one model: draws and definitions in the order of the text, so that every name stands before its use.
// Private to this room.
#pragma once

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/model_families.h"

namespace proofmark::semantics {

class ModelTyper {
 public:
  ModelTyper(Analyser& analyser, Model& model) : analyser_(analyser), model_(model) {}
  void run(const syntax::ModelItem& item);

 private:
  // models.cpp
  std::optional<std::uint64_t> whole(syntax::ExprId id, std::string_view what, std::uint64_t least, std::uint64_t most);
  void draw(const syntax::DrawItem& item, std::uint32_t number);
  void define(const syntax::LetItem& item);
  void declare(const syntax::Name& name, ModelValue value, bool drawn);
  struct Drawn {
    const FamilyRecord* family = nullptr;
    std::vector<ModelValue> parameters;
    Rational scale = 1;
    plan::Unit unit = plan::Unit::number;
  };
  std::optional<Drawn> distribution(const syntax::DrawItem& item, std::size_t length);
  std::optional<ModelValue> recorded(const syntax::DrawItem& item, const syntax::Call& call, std::size_t length);
  bool recorded_source(const syntax::Call& call, Span span);  // reported otherwise
  const FamilyRecord* family_of(const syntax::Call& call);
  std::optional<std::vector<const syntax::Argument*>> arguments(const FamilyRecord& family, const syntax::Call& call,
                                                                Span span);
  bool parameter_fits(const FamilyParameter& parameter, const syntax::Argument& argument, const ModelValue& value,
                      std::size_t length);
  bool parameters_agree(const Drawn& drawn, Span span);
  bool drawn_unit(Drawn& drawn, const syntax::DrawItem& item);
  const Rational* constant(const ModelValue& value) const;  // of one node, when it is a known constant

  // model_expressions.cpp
  ModelValue type(syntax::ExprId id);
  ModelValue type_reference(const syntax::Name& name);
  ModelValue type_constant(syntax::ExprId id);
  bool needs_trials(syntax::ExprId id) const;
  ModelValue type_unary(const syntax::Unary& unary);
  ModelValue type_binary(const syntax::Binary& binary, Span span);
  ModelValue type_logic(const syntax::Binary& binary, Span span);
  ModelValue type_call(const syntax::Call& call, Span span);
  ModelValue type_fold(const syntax::Call& call, Span span);
  ModelValue type_extreme(const syntax::Call& call, Span span);
  std::optional<plan::Unit> unit_of(const syntax::Binary& binary, const ModelValue& left, const ModelValue& right,
                                    Span span);
  bool is_truth(const ModelValue& value, syntax::ExprId id);   // reported otherwise
  bool is_number(const ModelValue& value, syntax::ExprId id);  // reported otherwise
  std::optional<ModelValue> element_wise(plan::ModelOperation operation, const ModelValue& left,
                                         const ModelValue& right, Span span);
  std::uint32_t add(plan::ModelNode node);
  std::uint32_t step(plan::ModelOperation operation, std::vector<std::uint32_t> operands);
  std::uint32_t number(std::int64_t value) { return add(plan::ModelConstant{Rational(value)}); }
  Diagnostic& error(std::string_view code, Span span, std::string message);
  Span span(syntax::ExprId id) const;

  Analyser& analyser_;
  Model& model_;
  bool told_too_large_ = false;
  std::vector<bool> unbound_;  // by node: a constant whose parameter has no value yet
};

}  // namespace proofmark::semantics
