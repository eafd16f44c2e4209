// Hash-consing by a textual key of each node; operands are named by their ids, so keys stay short.
#include "compiler/lower/scan_builder.h"
#include "compiler/semantics/buckets.h"
#include "runtime/plan/match.h"
#include "runtime/plan/spelling.h"

#include <fmt/format.h>

#include <algorithm>

namespace proofmark::lower {
namespace {

using namespace semantics;

std::string accumulator_key(const plan::Accumulator& accumulator) {
  std::string key = accumulator.grouping ? fmt::format("g{} ", *accumulator.grouping) : "";
  return key + std::visit(plan::Overloaded{
                              [](const plan::CountRows& what) { return fmt::format("count m{}", what.mask); },
                              [](const plan::CollectValues& what) {
                                std::string text = fmt::format("values m{} v{} p{} {}{}{}", what.mask, what.value,
                                                               what.population, what.sum, what.extremes, what.distinct);
                                if (what.contrasted) text += " contrasted";
                                for (const auto& rule : what.ranks)
                                  text += fmt::format(" {}:{}:{}:{}", static_cast<int>(rule.kind), rule.p.to_string(),
                                                      rule.alpha.to_string(), rule.strict);
                                return text;
                              },
                              [](const plan::CountDistinct& what) {
                                return fmt::format("distinct m{} f{}", what.mask, what.field);
                              },
                              [](const plan::SumClusters& what) {
                                return fmt::format("clusters m{} m{} f{} {}", what.mask, what.part,
                                                   what.field ? static_cast<int>(*what.field) : -1, what.block_ns);
                              },
                              [](const plan::SumMoments& what) {
                                return fmt::format("moments m{} v{} {} {}", what.mask, what.value, what.low.to_string(),
                                                   what.high.to_string());
                              },
                              [](const plan::ContrastValues& what) {
                                return fmt::format("contrast c{}{} c{}{}", what.first, plan::spelling(what.first_told),
                                                   what.second, plan::spelling(what.second_told));
                              },
                              [](const plan::CountSeries& what) {
                                return fmt::format("series m{} m{} w{}", what.mask, what.part, what.window);
                              },
                              [](const plan::MomentSeries& what) {
                                return fmt::format("moment series m{} v{} {} {} w{}", what.mask, what.value,
                                                   what.low.to_string(), what.high.to_string(), what.window);
                              },
                              [](const plan::RankSeries& what) {
                                return fmt::format("rank series m{} v{} w{}", what.mask, what.value, what.window);
                              }},
                          accumulator.what);
}

template <typename Node>
Id keep_once(std::map<std::string, Id>& known, std::vector<Node>& nodes, const std::string& key, Node node) {
  const auto [found, fresh] = known.emplace(key, static_cast<Id>(nodes.size()));
  if (fresh) nodes.push_back(std::move(node));
  return found->second;
}

}  // namespace

ScanBuilder::ScanBuilder(const semantics::Policy& policy, std::uint32_t stream)
    : policy_(policy), stream_(policy.streams[stream]) {
  scan_.stream = stream_.name;
  if (stream_.time_field) scan_.time_field = field(*stream_.time_field);
  if (stream_.weight_field) scan_.weight = field(*stream_.weight_field);
}

Id ScanBuilder::field(std::uint32_t stream_field) {
  const auto [found, fresh] = fields_.emplace(stream_field, static_cast<Id>(scan_.fields.size()));
  if (fresh) scan_.fields.push_back(stream_.fields[stream_field]);
  return found->second;
}

Id ScanBuilder::add_value(const plan::RowValue& value, const std::string& key) {
  return keep_once(values_, scan_.values, key, value);
}

Id ScanBuilder::field_value(std::uint32_t stream_field) {
  const Id id = field(stream_field);
  return add_value({plan::FieldValue{id}, stream_.fields[stream_field].type == plan::FieldType::real},
                   fmt::format("f{}", id));
}

Id ScanBuilder::value(TypedId row_value) {
  const Typed& typed = policy_.at(row_value);
  if (const auto* node = std::get_if<FieldNode>(&typed.node)) return field_value(node->field);
  if (const auto* node = std::get_if<ConstantNode>(&typed.node))
    return add_value({plan::ConstantValue{*node->value}, !node->value->is_integer()}, "c" + node->value->to_string());
  const auto& node = std::get<RowArithmeticNode>(typed.node);
  const Id left = value(node.left), right = node.op == plan::Arithmetic::negate ? left : value(node.right);
  const bool real = node.op == plan::Arithmetic::divide || scan_.values[left].real || scan_.values[right].real;
  return add_value({plan::ComputedValue{node.op, left, right}, real},
                   fmt::format("a{} {} {}", static_cast<int>(node.op), left, right));
}

Id ScanBuilder::mask(const plan::Mask& node, const std::string& key) {
  return keep_once(masks_, scan_.masks, key, node);
}

Id ScanBuilder::window_id(const plan::Window& window) {
  const auto found = std::find(scan_.windows.begin(), scan_.windows.end(), window);
  const auto id = static_cast<Id>(found - scan_.windows.begin());
  if (found == scan_.windows.end()) scan_.windows.push_back(window);
  return id;
}

Id ScanBuilder::window(const plan::Window& window) {
  const Id id = window_id(window);
  return mask(plan::InWindow{id}, fmt::format("w{}", id));
}

Id ScanBuilder::both(Id left, Id right) {
  if (left == right) return left;
  return mask(plan::Both{left, right}, fmt::format("and {} {}", std::min(left, right), std::max(left, right)));
}

Id ScanBuilder::either(Id left, Id right) {
  if (left == right) return left;
  return mask(plan::Either{left, right}, fmt::format("or {} {}", std::min(left, right), std::max(left, right)));
}

Id ScanBuilder::except(Id left, Id right) {
  return mask(plan::Except{left, right}, fmt::format("except {} {}", left, right));
}

Id ScanBuilder::atom(plan::Atom node, const std::string& key) {
  const Id id = keep_once(atoms_, scan_.atoms, (node.negated ? "not " : "") + key, std::move(node));
  return mask(plan::AtomHolds{id}, fmt::format("atom {}", id));
}

Known ScanBuilder::test(const decltype(plan::Atom::test)& what, const std::string& key) {
  return {atom({what, false}, key), atom({what, true}, key)};
}

Known ScanBuilder::known(std::uint32_t stream_field) {
  const Id id = field(stream_field);
  const Known upper = test(plan::IsKnown{id}, fmt::format("known f{}", id));
  const auto& bucketed = stream_.bucketed[stream_field];
  if (!bucketed) return upper;
  const Known lower = known(bucketed->lower);  // of the first bucket there is only the one edge, of the last the other
  return {either(upper.holds, lower.holds), both(upper.fails, lower.fails)};
}

Id ScanBuilder::lower_edge(std::uint32_t stream_field) {
  return field_value(stream_.bucketed[stream_field]->lower);
}

// A value lies above its lower edge and up to its upper one. An edge that is not there is beyond every bound.
Known ScanBuilder::compare_buckets(std::uint32_t stream_field, plan::Comparison op, const plan::Rational& bound) {
  const bool strict = op == plan::Comparison::less || op == plan::Comparison::at_least;
  const Known upper =
      compare(field_value(stream_field), strict ? plan::Comparison::less : plan::Comparison::at_most, bound);
  const Known lower = compare(lower_edge(stream_field), plan::Comparison::at_least, bound);
  const bool below = op == plan::Comparison::less || op == plan::Comparison::at_most;
  return below ? Known{upper.holds, lower.holds} : Known{lower.holds, upper.holds};
}

Known ScanBuilder::compare(Id value_id, plan::Comparison op, const plan::Rational& bound) {
  return test(plan::CompareBound{value_id, op, bound},
              fmt::format("v{} {} {}", value_id, static_cast<int>(op), bound.to_string()));
}

Known ScanBuilder::comparison(const CompareNode& node) {
  if (bucketed_field(policy_, node.left) != nullptr)
    return compare_buckets(std::get<FieldNode>(policy_.at(node.left).node).field, node.op,
                           *std::get<ConstantNode>(policy_.at(node.right).node).value);
  const Id left = value(node.left);
  if (const auto* constant = std::get_if<ConstantNode>(&policy_.at(node.right).node))
    return compare(left, node.op, *constant->value);
  const Id right = value(node.right);
  return test(plan::CompareValues{left, right, node.op},
              fmt::format("v{} {} v{}", left, static_cast<int>(node.op), right));
}

Id ScanBuilder::row_field(TypedId field_node) {
  return field(std::get<FieldNode>(policy_.at(field_node).node).field);
}

Known ScanBuilder::one_of(const OneOfNode& node) {
  plan::OneOf what{row_field(node.field), {}};
  for (const TypedId label : node.labels) what.values.push_back(*std::get<LabelNode>(policy_.at(label).node).value);
  std::sort(what.values.begin(), what.values.end());
  what.values.erase(std::unique(what.values.begin(), what.values.end()), what.values.end());
  std::string key = fmt::format("in f{}", what.field);
  for (const auto& label : what.values) key += fmt::format(" {}:{}", label.size(), label);
  return test(what, key);
}

Known ScanBuilder::number_in(const NumberInNode& node) {
  const Id left = value(node.value);
  std::optional<Known> all;
  for (const TypedId member : node.constants) {
    const Known one = compare(left, plan::Comparison::equal, *std::get<ConstantNode>(policy_.at(member).node).value);
    all = all ? Known{either(all->holds, one.holds), both(all->fails, one.fails)} : one;
  }
  return *all;
}

Known ScanBuilder::truth(bool value) {
  const Id all = window({});
  const Id none = except(all, all);
  return value ? Known{all, none} : Known{none, all};
}

Known ScanBuilder::condition(TypedId id) {
  const auto sub = [&](TypedId operand) { return condition(operand); };
  return std::visit(plan::Overloaded{[&](const CompareNode& node) { return comparison(node); },
                                     [&](const OneOfNode& node) { return one_of(node); },
                                     [&](const NumberInNode& node) { return number_in(node); },
                                     [&](const MatchesNode& node) {
                                       const Id field_id = row_field(node.field);
                                       return test(plan::Matches{field_id, node.pattern},
                                                   fmt::format("matches f{} {}", field_id, node.pattern));
                                     },
                                     [&](const TruthNode& node) {
                                       const Id field_id = row_field(node.field);
                                       return test(plan::IsTrue{field_id}, fmt::format("true f{}", field_id));
                                     },
                                     [&](const BooleanNode& node) { return truth(node.value); },
                                     [&](const AndNode& node) {
                                       const Known left = sub(node.left), right = sub(node.right);
                                       return Known{both(left.holds, right.holds), either(left.fails, right.fails)};
                                     },
                                     [&](const OrNode& node) {
                                       const Known left = sub(node.left), right = sub(node.right);
                                       return Known{either(left.holds, right.holds), both(left.fails, right.fails)};
                                     },
                                     [&](const NotNode& node) {
                                       const Known operand = sub(node.operand);
                                       return Known{operand.fails, operand.holds};
                                     },
                                     [](const auto&) -> Known { PROOFMARK_CHECK(!"a condition"); }},
                    policy_.at(id).node);
}

Id ScanBuilder::grouping(std::uint32_t stream_field, Id universe) {
  const Id id = field(stream_field);
  return keep_once(groupings_, scan_.groupings, fmt::format("f{} m{}", id, universe), plan::Grouping{id, universe});
}

Id ScanBuilder::accumulate(plan::Accumulator accumulator) {
  const std::string key = accumulator_key(accumulator);
  return keep_once(accumulators_, scan_.accumulators, key, std::move(accumulator));
}

Id ScanBuilder::count(Id mask_id, std::optional<Id> grouping_id) {
  return accumulate({plan::CountRows{mask_id}, grouping_id});
}

}  // namespace proofmark::lower
