// The distributions of a model: parameters, the values these may have, and what is drawn.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/semantics/typed_policy.h"

namespace proofmark::semantics {

enum class ParameterDomain : std::uint8_t { share, whole, mean_count, any, positive, gamma_shape, beta_shape };

struct FamilyParameter {
  std::string_view name;
  ParameterDomain domain;
  bool measured = false;  // in the unit of the draw
};

struct FamilyRecord {
  std::string_view name, form;
  plan::ModelFamily family;
  std::vector<FamilyParameter> parameters;  // categorical: one, for all
  bool truth = false;
};

std::span<const FamilyRecord> model_families();
const FamilyRecord* model_family(std::string_view name);

std::string_view domain_phrase(ParameterDomain domain);  // "lies between 0% and 100%"; empty: any number will do

// The phrase, where `value` does not fit the domain; empty: it does.
std::string_view domain_rule(ParameterDomain domain, const Rational& value);

}  // namespace proofmark::semantics
