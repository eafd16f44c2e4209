// Histograms in the language: how a field of buckets is declared, and what can be asked of a value that is only known
// to lie above one edge and up to the next.
//
// Asked is what bounds can answer: comparisons with constants, three-valued (lower/scan_builder.cpp), quantiles, and
// how far two distributions lie apart, at the least and at the most. Where a limit lies within a bucket nobody knows
// how much of the bucket is on either side, so that it counts against every verdict, and the policy is told when its
// limits are no edges.
#include "compiler/semantics/buckets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/words.h"
#include "runtime/plan/match.h"

namespace proofmark::semantics {
namespace {

using builtins::Kind;

constexpr std::size_t kMostEdges = 1000;

// A bucket holds its upper edge: x <= t and x > t part the values between two buckets, x < t and x >= t do not.
bool parts_buckets(plan::Comparison op) {
  return op == plan::Comparison::at_most || op == plan::Comparison::greater;
}

bool parts_below(plan::Comparison op) {
  return op == plan::Comparison::at_most || op == plan::Comparison::less;
}

// What no placement of values in their buckets bounds, or so widely that nobody would ask.
std::string_view why_not_told(Kind kind) {
  switch (kind) {
    case Kind::mean:
      return ": the last one has no upper edge, so that nobody knows whether all values keep to the declared range";
    case Kind::sum:
      return ": the last one has no upper edge, and its values may add up to anything";
    case Kind::minimum:
      return ": the first one has no lower edge";
    case Kind::maximum:
      return ": the last one has no upper edge";
    default:
      return "";
  }
}

std::string_view parting(plan::Comparison op) {
  return op == plan::Comparison::less ? "<=" : ">";
}

}  // namespace

const Bucketed* bucketed_field(const Policy& policy, TypedId value) {
  const auto* field = std::get_if<FieldNode>(&policy.at(value).node);
  if (field == nullptr) return nullptr;
  const auto& bucketed = policy.streams[field->stream].bucketed[field->field];
  return bucketed ? &*bucketed : nullptr;
}

bool asks_of_buckets(const Policy& policy, TypedId condition) {
  const auto& node = policy.at(condition).node;
  if (const auto* compared = std::get_if<CompareNode>(&node)) return bucketed_field(policy, compared->left) != nullptr;
  if (const auto* both = std::get_if<AndNode>(&node))
    return asks_of_buckets(policy, both->left) || asks_of_buckets(policy, both->right);
  if (const auto* either = std::get_if<OrNode>(&node))
    return asks_of_buckets(policy, either->left) || asks_of_buckets(policy, either->right);
  const auto* inner = std::get_if<NotNode>(&node);
  return inner != nullptr && asks_of_buckets(policy, inner->operand);
}

// What people keep quantiles in.
bool Analyser::is_sketch(const syntax::Name& type) {
  constexpr std::array<std::string_view, 3> kWithoutBound{"tdigest", "t_digest", "summary"};
  constexpr std::array<std::string_view, 5> kOfBuckets{"sketch", "ddsketch", "hdr", "hdrhistogram", "native_histogram"};
  const auto is_one_of = [&](const auto& words) {
    return std::find(words.begin(), words.end(), type.text) != words.end();
  };
  if (is_one_of(kWithoutBound)) {
    error("PM0457", type.span,
          fmt::format("a `{}` tells quantiles without a bound of their error: it certifies nothing", type.text))
        .help = "record a histogram with edges at the limits that matter: `duration : histogram from \"le\" in s`";
    return true;
  }
  if (!is_one_of(kOfBuckets)) return false;
  error("PM0457", type.span, fmt::format("a `{}` is read by its buckets", type.text)).help =
      "export its buckets with their edges, and declare `duration : histogram from \"le\" in s`";
  return true;
}

bool Analyser::is_histogram(const syntax::FieldDecl& decl) {
  return decl.type && decl.type->text == kHistogram;
}

bool Analyser::declared_histogram(const Stream& stream, const syntax::FieldDecl& decl) {
  const auto refuse = [&](Span span, std::string message, std::string help) {
    error("PM0454", span, std::move(message)).help = std::move(help);
    return false;
  };
  const Span type = decl.type->span;
  if (!stream.counts)
    return refuse(
        type,
        fmt::format("the buckets of `{}` hold counts, and a row of `{}` is one event", decl.name.text, stream.name),
        fmt::format("declare `telemetry {} : counts {{ count from \"…\" … }}`", stream.name));
  if (std::any_of(stream.bucketed.begin(), stream.bucketed.end(), [](const auto& one) { return one.has_value(); }))
    return refuse(decl.name.span, "a row has the counts of one histogram only",
                  "give the other histogram telemetry of its own");
  if (decl.optional || decl.timeout)
    return refuse(decl.name.span, fmt::format("a histogram has no `{}`", decl.optional ? "optional" : "timeout"),
                  decl.optional ? "events without a value belong to telemetry without the histogram"
                                : "the last bucket holds whatever took longer than its lower edge");
  return true;
}

bool Analyser::declared_edges(const syntax::FieldDecl& decl, Unit unit, Bucketed& bucketed) {
  bucketed.edges_span = decl.buckets_span;
  if (decl.buckets.size() > kMostEdges) {
    error("PM0454", *decl.buckets_span, fmt::format("more than {} buckets are declared", kMostEdges));
    return false;
  }
  for (const syntax::ExprId id : decl.buckets) {
    const TypedId edge = type(id, {});
    if (sort(edge) == Sort::error) return false;
    const auto value = constant(edge);
    const bool fits = at(edge).type.unit == unit || (unit == Unit::number && at(edge).type.unit == Unit::ratio);
    if (!value || !fits || (!bucketed.edges.empty() && *value <= bucketed.edges.back())) {
      error("PM0454", at(edge).span,
            !value || !fits
                ? fmt::format("`{}` is no upper edge of a bucket of {}", text(at(edge).span), unit_phrase(unit))
                : fmt::format("`{}` is not above the edge before it", text(at(edge).span)))
          .help = "list the upper edges in ascending order, without the last, unbounded bucket";
      return false;
    }
    bucketed.edges.push_back(*value);
  }
  return true;
}

// The field itself reads the upper edges; another one, which cannot be named, the lower ones.
void Analyser::add_lower_edges(Stream& stream, Bucketed bucketed) {
  const auto upper = static_cast<std::uint32_t>(stream.fields.size() - 1);
  plan::Field lower = stream.fields[upper];
  bucketed.source = lower.source;
  lower.name += ".above";
  lower.source += ".above";
  stream.fields[upper].source += ".upto";
  bucketed.lower = upper + 1;
  stream.fields.push_back(std::move(lower));
  stream.timeouts.emplace_back();
  stream.field_spans.push_back(stream.field_spans[upper]);
  stream.bucketed.emplace_back();
  stream.bucketed[upper] = std::move(bucketed);
}

TypedId Analyser::compare_buckets(plan::Comparison op, TypedId left, TypedId right, Span span) {
  if (op == plan::Comparison::equal || op == plan::Comparison::not_equal || sort(right) != Sort::constant) {
    auto& problem = error("PM0453", span,
                          fmt::format("of `{}` only the bucket is known: it can be compared with constants, by "
                                      "`<=` and `>`",
                                      text(at(left).span)));
    problem.help = "the telemetry of single events has values that can be compared with each other";
    return error_node(span);
  }
  if (!same_unit(left, right, span)) return error_node(span);
  if (const auto limit = constant(right))
    check_edge(*bucketed_field(policy_, left), op, *limit, at(left).type.unit, at(right).span);
  return add({CompareNode{op, left, right}, {Sort::condition, Unit::number}, span});
}

// Whether buckets part at the limit; told otherwise, with the nearest edges that are declared.
void Analyser::check_edge(const Bucketed& bucketed, plan::Comparison op, const Rational& limit, Unit unit, Span span) {
  const auto& edges = bucketed.edges;
  const auto above = std::lower_bound(edges.begin(), edges.end(), limit);
  const bool is_edge = above != edges.end() && *above == limit;
  if (parts_buckets(op) && (is_edge || edges.empty())) return;
  if (!parts_buckets(op) && (is_edge || edges.empty())) {
    warning("PM0455", span,
            fmt::format("a bucket holds the values up to and with its upper edge: `{}` {} cannot be told from `{}` it",
                        comparison_text(op), show(limit, unit), parting(op)))
        .help = fmt::format("write `{} {}`", parting(op), show(limit, unit));
    return;
  }
  std::string nearest;
  if (above != edges.begin()) nearest = show(*(above - 1), unit);
  if (above != edges.end()) nearest += (nearest.empty() ? "" : " and ") + show(*above, unit);
  auto& problem =
      warning("PM0455", span,
              fmt::format("{} is no edge of the buckets: how many of the events in the bucket around it lie "
                          "on either side is not known",
                          show(limit, unit)));
  if (bucketed.edges_span) also(problem, *bucketed.edges_span, "the declared edges");
  problem.help = fmt::format("let the service record an edge at {}, or require one of the nearest: {}",
                             show(limit, unit), nearest);
}

// Estimates that need the values themselves.
bool Analyser::is_told_by_buckets(const builtins::Builtin& builtin, const Stream& stream, std::uint32_t field,
                                  Span span) {
  if (!stream.bucketed[field] || builtin.kind == Kind::quantile) return true;
  auto& problem = error("PM0453", span,
                        fmt::format("`{}` needs the values of `{}`, of which only the buckets are known", builtin.name,
                                    stream.fields[field].name) +
                            std::string(why_not_told(builtin.kind)));
  also(problem, stream.field_spans[field], "declared here");
  problem.help = "require a quantile, or the share of events up to an edge: `fraction(requests, duration <= 250ms)`";
  if (builtin.kind == Kind::mean)
    problem.help +=
        "; of two releases compare the distributions: `not_worse(canary.duration, baseline.duration, by: 5%)`";
  return false;
}

// Of two histograms with k buckets one bucket holds at least 1 / k of the values of the one or the other (the average
// of both shares over all buckets is that), and with its values at the worse places the distributions lie so far apart.
void Analyser::check_contrast_edges(const Requirement& requirement, const EstimateForm& form) {
  if (!form.known || !form.linear || form.terms.size() != 1 || form.leaves.size() != 1) return;
  const auto& leaf = std::get<LeafNode>(at(form.leaves[0]).node);
  const bool alike = leaf.builtin->kind == Kind::similarity;
  if (!alike && leaf.builtin->kind != Kind::drift) return;
  const Stream& stream = policy_.streams[std::get<PopulationNode>(at(leaf.population).node).stream];
  const auto& bucketed = stream.bucketed[*leaf.field];
  const auto threshold = constant(requirement.threshold);
  if (!bucketed || bucketed->edges.empty() || leaf.field != leaf.other_field || !threshold) return;
  const Rational& factor = form.terms[0].coefficient;
  const auto limit = plan::divide(*plan::subtract(*threshold, form.constant), factor);
  const bool at_most = parts_below(factor.is_negative() ? mirrored(requirement.op) : requirement.op);
  const auto margin = limit && alike ? plan::subtract(Rational(1), *limit) : limit;
  const auto buckets = static_cast<std::int64_t>(bucketed->edges.size() + 1);
  if (!margin || at_most == alike || *margin <= Rational(0) || *margin > *Rational::make(1, buckets)) return;
  auto& problem = warning(
      "PM0460", requirement.span,
      fmt::format(
          "one of {} buckets holds at least one value in {}, and where in it these lie is not known: a margin of "
          "{} cannot be shown",
          buckets, buckets, show(*margin, Unit::ratio)));
  also(problem, *bucketed->edges_span, "the declared edges");
  problem.help = fmt::format(
      "let the service record at least {} buckets, and more where most values lie, or compare the shares of "
      "values up to an edge",
      static_cast<std::int64_t>(plan::divide(Rational(1), *margin)->floor()) + 1);
}

void Analyser::check_quantile_edges(const Requirement& requirement, const EstimateForm& form) {
  if (!form.known || !form.linear || form.terms.size() != 1 || form.leaves.size() != 1) return;
  const auto& leaf = std::get<LeafNode>(at(form.leaves[0]).node);
  if (leaf.builtin->kind != Kind::quantile) return;
  const Stream& stream = policy_.streams[std::get<PopulationNode>(at(leaf.population).node).stream];
  const auto& bucketed = stream.bucketed[*leaf.field];
  const auto threshold = constant(requirement.threshold);
  if (!bucketed || !threshold) return;
  const Rational& factor = form.terms[0].coefficient;
  const auto limit = plan::divide(*plan::subtract(*threshold, form.constant), factor);
  if (limit)
    check_edge(*bucketed, factor.is_negative() ? mirrored(requirement.op) : requirement.op, *limit,
               at(form.leaves[0]).type.unit, at(requirement.threshold).span);
}

// What lies in a bucket around a limit is no row that was lost, and no reason makes it one.
void Analyser::check_unknown_in_buckets(const Objective& objective) {
  if (objective.unknown_as == plan::UnknownAs::worst) return;
  for (const Requirement& requirement : objective.requirements)
    for (const TypedId id : form_of(policy_, requirement.estimate).leaves) {
      const auto& leaf = std::get<LeafNode>(at(id).node);
      const auto* population = std::get_if<PopulationNode>(&at(leaf.population).node);
      const auto in_buckets = [&](std::uint32_t field) {
        return policy_.streams[population->stream].bucketed[field].has_value();
      };
      const bool takes_values =
          leaf.builtin->kind == Kind::quantile || leaf.builtin->shape == builtins::Shape::two_values;
      const bool of_values = population != nullptr && leaf.field && takes_values &&
                             (in_buckets(*leaf.field) || (leaf.other && in_buckets(leaf.other_field)));
      if (!of_values && !(leaf.condition && asks_of_buckets(policy_, *leaf.condition))) continue;
      error("PM0456", at(id).span,
            "`unknown counts as` would also decide about events that are only known by their bucket")
          .help = "leave it out: such events count against every verdict, and at an edge there are none";
      return;
    }
}

}  // namespace proofmark::semantics
