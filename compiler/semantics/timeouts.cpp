// A request that was given up is recorded as having taken as long as the timeout, and nobody knows how long it would
// have taken. Counting `x <= t` is exact for every t below the timeout; at the timeout and beyond it every row is at or
// below, whatever is true, and a mean, a sum or a greatest value is that of the timeout. So is a distribution: two that
// are apart beyond the timeout look alike.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

using builtins::Kind;

// x <= t and x > t part the values at t, the others below it.
bool parts_above(plan::Comparison op) {
  return op == plan::Comparison::at_most || op == plan::Comparison::greater;
}

bool is_beyond(const Rational& timeout, plan::Comparison op, const Rational& limit) {
  return parts_above(op) ? limit >= timeout : limit > timeout;
}

bool adds_what_is_unknown(Kind kind) {
  return kind == Kind::mean || kind == Kind::sum || kind == Kind::maximum;
}

}  // namespace

bool Analyser::declared_timeout(const plan::Field& field, const syntax::FieldDecl& decl, std::optional<Timeout>& out) {
  const TypedId id = type(*decl.timeout, {});
  if (sort(id) == Sort::error) return false;
  const auto limit = constant(id);
  if (field.type != plan::FieldType::duration || !limit || at(id).type.unit != Unit::duration ||
      *limit <= Rational(0)) {
    error("PM0435", decl.timeout_span,
          field.type != plan::FieldType::duration ? fmt::format("`{}` is declared `{}`: only a duration has a timeout",
                                                                field.name, plan::field_type_name(field.type))
                                                  : fmt::format("`{}` is no timeout", text(at(id).span)))
        .help = "write `duration : duration in s  timeout 30s`";
    return false;
  }
  out = Timeout{*limit, decl.timeout_span};
  return true;
}

// Of the values that the leaf reads: the shorter one of two timeouts.
const Timeout* Analyser::timeout_of(const LeafNode& leaf) const {
  if (!leaf.field) return nullptr;
  const Stream& stream = policy_.streams[std::get<PopulationNode>(at(leaf.population).node).stream];
  const auto& one = stream.timeouts[*leaf.field];
  const auto& two = stream.timeouts[leaf.other ? leaf.other_field : *leaf.field];
  if (!one || (two && two->limit < one->limit)) return two ? &*two : nullptr;
  return &*one;
}

void Analyser::check_beyond_timeout(const Timeout& timeout, plan::Comparison op, const Rational& limit, Span span) {
  if (!is_beyond(timeout.limit, op, limit)) return;
  auto& problem = error("PM0435", span,
                        fmt::format("nothing is recorded beyond the timeout of {}: {} cannot be told from longer",
                                    show(timeout.limit, Unit::duration), show(limit, Unit::duration)));
  also(problem, timeout.span, "the timeout");
  problem.help = "compare with less than the timeout, or count what was given up by its status";
}

void Analyser::check_quantile_timeout(const Timeout& timeout, const Requirement& requirement,
                                      const EstimateForm& form) {
  const Rational& factor = form.terms[0].coefficient;
  const auto threshold = constant(requirement.threshold);
  const auto shifted = threshold ? plan::subtract(*threshold, form.constant) : std::nullopt;
  const auto limit = shifted ? plan::divide(*shifted, factor) : std::nullopt;
  const plan::Comparison op = factor.is_negative() ? mirrored(requirement.op) : requirement.op;
  if (limit && is_beyond(timeout.limit, op, *limit) && told_timeouts_.insert(requirement.span.begin).second)
    check_beyond_timeout(timeout, op, *limit, requirement.span);
}

// One mistake is told once: however many estimates of a requirement are cut off, and however many requirements were
// made of one (`equivalent`, `min`, `max`).
void Analyser::check_timeouts(const Requirement& requirement, const EstimateForm& form) {
  const bool direct = form.known && form.linear && form.terms.size() == 1;
  std::vector<TypedId> cut;
  for (const TypedId id : form.leaves) {
    const auto& leaf = std::get<LeafNode>(at(id).node);
    const Timeout* timeout = timeout_of(leaf);
    const Kind kind = leaf.builtin->kind;
    if (timeout == nullptr || (kind != Kind::quantile && !leaf.other && !adds_what_is_unknown(kind))) continue;
    if (kind != Kind::quantile || !direct)
      cut.push_back(id);
    else
      check_quantile_timeout(*timeout, requirement, form);
  }
  if (cut.empty()) return;
  const TypedId first = *std::ranges::min_element(cut, {}, [&](TypedId id) { return at(id).span.begin; });
  if (told_timeouts_.insert(at(first).span.begin).second) cut_off(first);
}

void Analyser::cut_off(TypedId id) {
  const auto& leaf = std::get<LeafNode>(at(id).node);
  const Timeout& timeout = *timeout_of(leaf);
  const std::string limit = show(timeout.limit, Unit::duration);
  auto& problem = error("PM0435", at(id).span,
                        fmt::format("`{}` is that of values cut off at a timeout of {}", text(at(id).span), limit));
  also(problem, timeout.span, "the timeout");
  if (!leaf.other) {
    problem.help = "require a quantile or a share of the values below the timeout";
    return;
  }
  const Stream& stream = policy_.streams[std::get<PopulationNode>(at(leaf.population).node).stream];
  problem.help = fmt::format(
      "require of each a quantile below the timeout, or compare the shares that keep to a limit: "
      "`fraction({}, {} < {}) - fraction({}, {} < {}) >= -1%`",
      text(at(leaf.population).span), stream.fields[*leaf.field].name, limit, text(at(*leaf.other).span),
      stream.fields[leaf.other_field].name, limit);
}

}  // namespace proofmark::semantics
