// Models in canonical form, and for people.
#include "runtime/plan/canonical.h"
#include "runtime/plan/match.h"
#include "runtime/plan/spelling.h"

namespace proofmark::plan {
namespace {

using json::Array;
using json::Object;
using json::Value;

Value nodes(const std::vector<std::uint32_t>& ids) {
  Array array;
  for (const std::uint32_t id : ids) array.emplace_back(id);
  return array;
}

Value node_to_json(const ModelNode& node) {
  return match(
      node, [](const ModelConstant& one) { return Object{{"kind", "constant"}, {"value", one.value.to_string()}}; },
      [](const ModelDraw& one) {
        return Object{
            {"kind", "draw"},         {"family", Value(spelling(one.family))}, {"draw", one.draw},
            {"element", one.element}, {"parameters", nodes(one.parameters)},   {"scale", one.scale.to_string()}};
      },
      [](const ModelRecorded& one) { return Object{{"kind", "recorded"}, {"element", one.element}}; },
      [](const ModelStep& one) {
        return Object{{"kind", Value(spelling(one.operation))}, {"operands", nodes(one.operands)}};
      });
}

std::string listed(const std::vector<std::uint32_t>& ids) {
  std::string text;
  for (const std::uint32_t id : ids) text += (text.empty() ? "n" : ", n") + std::to_string(id);
  return text;
}

std::string describe(const ModelNode& node) {
  return match(
      node, [](const ModelConstant& one) { return one.value.to_string(); },
      [](const ModelDraw& one) {
        return "draw " + std::to_string(one.draw) + "[" + std::to_string(one.element) + "] ~ " +
               std::string(spelling(one.family)) + "(" + listed(one.parameters) + ")" +
               (one.scale == Rational(1) ? "" : " × " + one.scale.to_string());
      },
      [](const ModelRecorded& one) { return "recorded " + std::to_string(one.element); },
      [](const ModelStep& one) { return std::string(spelling(one.operation)) + " " + listed(one.operands); });
}

}  // namespace

Value model_to_json(const Model& model) {
  Array program, ranks;
  for (const ModelNode& node : model.nodes) program.push_back(node_to_json(node));
  for (const ModelRanks& rule : model.ranks)
    ranks.push_back(Object{
        {"node", rule.node}, {"p", rule.p.to_string()}, {"alpha", rule.alpha.to_string()}, {"atLeast", rule.at_least}});
  Object object{{"name", model.name},
                {"number", model.number},
                {"seed", std::to_string(model.seed)},
                {"trials", std::to_string(model.trials)},
                {"nodes", program},
                {"counts", nodes(model.counts)},
                {"ranks", ranks}};
  if (model.source)
    object.set("source", Object{{"scan", model.source->scan},
                                {"mask", model.source->mask},
                                {"value", model.source->value},
                                {"population", model.source->population},
                                {"elements", model.source->elements}});
  return object;
}

Value model_claim_to_json(const ModelClaim& claim) {
  return Object{{"model", claim.model},
                {"count", claim.count},
                {"ranks", claim.ranks ? Value(*claim.ranks) : Value()},
                {"text", claim.text}};
}

std::string print(const Model& model) {
  std::string text = "model " + model.name + ", number " + std::to_string(model.number) + ", seed " +
                     std::to_string(model.seed) + ", " + std::to_string(model.trials) + " trials\n";
  if (model.source)
    text += "  recorded: " + std::to_string(model.source->elements) + " a trial, of scan " +
            std::to_string(model.source->scan) + ", mask " + std::to_string(model.source->mask) + ", value " +
            std::to_string(model.source->value) + "\n";
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    text += "  node n" + std::to_string(i) + " = " + describe(model.nodes[i]) + "\n";
  for (const std::uint32_t node : model.counts) text += "  count n" + std::to_string(node) + "\n";
  for (const ModelRanks& rule : model.ranks)
    text += "  ranks of n" + std::to_string(rule.node) + " about " + rule.p.to_string() + ", alpha " +
            rule.alpha.to_string() + (rule.at_least ? ", at least" : ", at most") + "\n";
  return text;
}

std::string print(const ModelClaim& claim) {
  return "model " + std::to_string(claim.model) + ", count " + std::to_string(claim.count) +
         (claim.ranks ? ", ranks " + std::to_string(*claim.ranks) : "") + ": " + claim.text;
}

}  // namespace proofmark::plan
