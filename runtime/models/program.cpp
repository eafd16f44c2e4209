#include "runtime/models/program.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "runtime/models/variate.h"
#include "runtime/plan/match.h"

namespace proofmark::models {
namespace {

using plan::Model;
using plan::ModelFamily;
using plan::ModelOperation;

class Maker {
 public:
  Maker(const Model& model, const Recorded& recorded) : model_(model) {
    program_.model = &model;
    program_.recorded = recorded;
    program_.stream = {model.seed, model.number};
    for (const plan::ModelNode& node : model.nodes)
      if (const auto* draw = std::get_if<plan::ModelDraw>(&node)) ++elements_[draw->draw];
  }

  Program make() {
    for (const plan::ModelNode& node : model_.nodes)
      plan::match(
          node, [&](const plan::ModelConstant& one) { constant(one.value.nearest_double()); },
          [&](const plan::ModelDraw& one) { draw(one); }, [&](const plan::ModelRecorded& one) { take(one); },
          [&](const plan::ModelStep& one) { step(one); });
    return std::move(program_);
  }

 private:
  void constant(double value) {
    program_.nodes.emplace_back(ReadyConstant{value});
    program_.ranges.push_back({value, value, is_number(value)});
  }

  const double* fixed(std::uint32_t node) const {
    const auto* constant = std::get_if<ReadyConstant>(&program_.nodes[node]);
    return constant != nullptr ? &constant->value : nullptr;
  }

  std::shared_ptr<const Inverse> inverse_of(const plan::ModelDraw& draw) {
    if (const auto known = tables_.find(draw.draw); known != tables_.end()) return known->second;
    auto& made = tables_[draw.draw];  // elements of an array share their parameters' nodes
    if (!Inverse::helps(draw.family, model_.trials * elements_[draw.draw])) return made;
    std::vector<double> parameters;
    for (const std::uint32_t id : draw.parameters) {
      const double* value = fixed(id);
      if (value == nullptr) return made;
      parameters.push_back(*value);
    }
    auto inverse = std::make_shared<const Inverse>(draw.family, std::move(parameters));
    return made = inverse->has_table() ? std::move(inverse) : nullptr;
  }

  // Not by whether there is a table, which many trials have and few have not: the first of many draw what few draw.
  static Supply supply_of(ModelFamily family, bool constant, bool tabulated) {
    if (family == ModelFamily::bernoulli) return constant ? Supply::levels : Supply::halves;
    const bool exact = family == ModelFamily::uniform || is_count(family);
    return tabulated || (constant && !exact) ? Supply::words : Supply::pairs;
  }

  void draw(const plan::ModelDraw& one) {
    const bool constant =
        std::all_of(one.parameters.begin(), one.parameters.end(), [&](std::uint32_t id) { return fixed(id); });
    ReadyDraw made{one.family, draws_++, Supply::pairs, one.parameters, nullptr, one.scale.nearest_double()};
    if (constant) made.inverse = inverse_of(one);
    made.supply = supply_of(one.family, constant, made.inverse != nullptr);
    program_.ranges.push_back(scaled(range_of(made), made.scale));
    program_.nodes.emplace_back(std::move(made));
  }

  void take(const plan::ModelRecorded& one) {
    if (!recorded_range_) {
      const std::span<const double> values = program_.recorded.values;
      Range range{0, 0, std::all_of(values.begin(), values.end(), is_number)};
      if (range.finite && !values.empty()) {
        const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
        range.low = *least;
        range.high = *greatest;
      }
      recorded_range_ = range;
    }
    program_.ranges.push_back(*recorded_range_);
    program_.nodes.emplace_back(one);
  }

  Range range_of(const ReadyDraw& one) const {
    if (one.family == ModelFamily::bernoulli) {
      const Range& p = program_.ranges[one.parameters[0]];
      return {0, 1, p.finite && p.low >= 0 && p.high <= 1};
    }
    if (one.inverse) return one.inverse->range();
    std::vector<double> parameters;
    for (const std::uint32_t id : one.parameters) {
      const double* value = fixed(id);
      if (value == nullptr) return {};
      parameters.push_back(*value);
    }
    if (one.family == ModelFamily::uniform && in_domain(one.family, parameters)) {
      const double high = parameters[0] + (parameters[1] - parameters[0]);
      return {parameters[0], high, is_number(high)};
    }
    return {};
  }

  static Range scaled(Range range, double scale) {
    range.low *= scale;
    range.high *= scale;
    if (scale < 0) std::swap(range.low, range.high);
    range.finite = range.finite && is_number(range.low) && is_number(range.high);
    return range;
  }

  void step(const plan::ModelStep& one) {
    const auto operand = [&](std::size_t k) { return k < one.operands.size() ? fixed(one.operands[k]) : nullptr; };
    if (std::all_of(one.operands.begin(), one.operands.end(), [&](std::uint32_t id) { return fixed(id) != nullptr; })) {
      const auto value = [&](std::size_t k) { return operand(k) != nullptr ? *operand(k) : 0.0; };
      return constant(calculated(one.operation, value(0), value(1), value(2)));
    }
    program_.ranges.push_back(range_of(one));
    program_.nodes.emplace_back(one);
  }

  // Each operation is monotone in each operand, and so is its rounding: the ends lie at ends.
  Range range_of(const plan::ModelStep& one) const {
    std::vector<Range> of;
    for (const std::uint32_t id : one.operands) of.push_back(program_.ranges[id]);
    if (std::any_of(of.begin(), of.end(), [](const Range& range) { return !range.finite; })) return {};
    if (one.operation == ModelOperation::choose)
      return {std::min(of[1].low, of[2].low), std::max(of[1].high, of[2].high), true};
    if (one.operation == ModelOperation::divide && of[1].low <= 0 && of[1].high >= 0) return {};
    const Range& a = of[0];
    const Range& b = of.back();
    const double corners[] = {calculated(one.operation, a.low, b.low, 0), calculated(one.operation, a.low, b.high, 0),
                              calculated(one.operation, a.high, b.low, 0),
                              calculated(one.operation, a.high, b.high, 0)};
    const Range all{*std::min_element(corners, corners + 4), *std::max_element(corners, corners + 4), true};
    const bool is_test = one.operation >= ModelOperation::less && one.operation <= ModelOperation::not_equal;
    if (is_test) return {0, 1, true};
    return {all.low, all.high, std::all_of(corners, corners + 4, is_number)};
  }

  const Model& model_;
  Program program_;
  std::map<std::uint32_t, std::shared_ptr<const Inverse>> tables_;  // by draw
  std::map<std::uint32_t, std::uint64_t> elements_;                 // by draw
  std::optional<Range> recorded_range_;
  std::uint32_t draws_ = 0;
};

double truth(bool holds) {
  return holds ? 1 : 0;
}

}  // namespace

double calculated(ModelOperation operation, double a, double b, double c) {
  switch (operation) {
    case ModelOperation::add:
      return a + b;
    case ModelOperation::subtract:
      return a - b;
    case ModelOperation::multiply:
      return a * b;
    case ModelOperation::divide:
      return a / b;
    case ModelOperation::negate:
      return -a;
    case ModelOperation::minimum:
      return b < a ? b : a;
    case ModelOperation::maximum:
      return a < b ? b : a;
    case ModelOperation::less:
      return truth(a < b);
    case ModelOperation::at_most:
      return truth(a <= b);
    case ModelOperation::greater:
      return truth(a > b);
    case ModelOperation::at_least:
      return truth(a >= b);
    case ModelOperation::equal:
      return truth(a == b);
    case ModelOperation::not_equal:
      return truth(a != b);
    case ModelOperation::both:
      return a * b;
    case ModelOperation::either:
      return a < b ? b : a;
    case ModelOperation::inverse:
      return 1 - a;
    case ModelOperation::choose:
      return a != 0 ? b : c;
  }
  return 0;
}

Tally empty_tally(const Model& model, std::uint64_t trials) {
  Tally tally{0, std::vector<std::uint64_t>(model.counts.size()), std::vector<std::vector<double>>(model.ranks.size())};
  for (std::vector<double>& values : tally.values) values.reserve(trials);
  return tally;
}

Program ready(const Model& model, const Recorded& recorded) {
  return Maker(model, recorded).make();
}

}  // namespace proofmark::models
