// What cannot be claimed and what could never be decided: refused before any telemetry is read.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/words.h"

namespace proofmark::semantics {
namespace {

bool at_least_like(plan::Comparison op) { return op == plan::Comparison::at_least || op == plan::Comparison::greater; }

}  // namespace

void Analyser::check_claims(const Objective& objective) {
  check_windows(objective);
  const auto streams = streams_of(objective);
  if (objective.group_field) {
    const Span span = seen_once_.at("group field");
    if (streams.size() > 1) error("PM0412", span, "`for each` needs all estimates of the objective to be over one telemetry");
    const Stream& stream = policy_.streams[streams.front()];
    const auto field = stream.find(*objective.group_field);
    if (!field) unknown_name({*objective.group_field, span}, {&stream});
    else if (stream.fields[*field].type != plan::FieldType::label) {
      auto& problem = error("PM0412", span, fmt::format("`{}` is a {} field: `for each` needs a label", *objective.group_field,
                                                        plan::field_type_name(stream.fields[*field].type)));
      also(problem, stream.field_spans[*field], "declared here");
    }
  }
  for (const auto& requirement : objective.requirements) check_requirement(objective, requirement);
}

void Analyser::check_windows(const Objective& objective) {
  for (const std::uint32_t index : streams_of(objective)) {
    const Stream& stream = policy_.streams[index];
    const bool timed = objective.window.kind != plan::WindowKind::whole || objective.covers_at_least;
    if (timed && !stream.time_field) {
      const Span span = objective.window.kind != plan::WindowKind::whole ? objective.window.span : at(*objective.covers_at_least).span;
      auto& problem = error("PM0313", span, fmt::format("telemetry `{}` has no `time` field: a window cannot be placed in it", stream.name));
      also(problem, stream.span, "declared here");
      problem.help = "declare `time from \"COLUMN\" in epoch_s` (or epoch_ms, epoch_us, epoch_ns, rfc3339)";
    }
  }
  const bool sequential = policy_.looks_span && policy_.looks.kind != plan::LooksKind::once && !(policy_.looks.maximum == 1 && policy_.looks.kind == plan::LooksKind::at_most);
  if (sequential && objective.window.kind != plan::WindowKind::since) {
    auto& problem = error("PM0416", objective.window.kind == plan::WindowKind::last ? objective.window.span : objective.span,
                          fmt::format("objective `{}` is looked at more than once over {}: the error bound does not hold there", objective.name,
                                      objective.window.kind == plan::WindowKind::last ? "a sliding window" : "a window without an anchor"));
    also(problem, *policy_.looks_span, "more than one look");
    problem.help = "anchor the window: `over since rollout`";
  }
}

void Analyser::check_requirement(const Objective& objective, const Requirement& requirement) {
  const EstimateForm form = form_of(policy_, requirement.estimate);
  std::size_t uncertain = 0, rising_quantiles = 0, falling_quantiles = 0;
  for (const TypedId id : form.leaves) uncertain += std::get<LeafNode>(at(id).node).builtin->census ? 0 : 1;
  for (const auto& term : form.terms)
    if (std::get<LeafNode>(at(term.leaf).node).builtin->kind == builtins::Kind::quantile)
      ++(term.coefficient.is_negative() ? falling_quantiles : rising_quantiles);
  if (rising_quantiles > 1 || falling_quantiles > 1) {
    error("PM0405", requirement.span, "a sum or an average of quantiles is not a quantile of anything").help =
        "require each of them (`require p99(a.duration) <= t and p99(b.duration) <= t`), or take one quantile over both populations";
    return;
  }
  if (form.too_large) {
    error("PM0308", requirement.span, "the constants of this requirement have too many digits to be held exactly");
    return;
  }
  if (uncertain > 0 && !objective.confidence && !confidence_broken_ && !tree_.has_errors) {
    auto& problem = error("PM0401", requirement.span, fmt::format("objective `{}` claims something without a confidence", objective.name), "how sure must we be?");
    problem.help = "add `confidence 95%` to the objective or to the policy";
  }
  if (!form.known) return;
  if (form.linear && form.terms.empty()) {
    error("PM0409", requirement.span, "the estimates in this requirement cancel out: it says nothing about the telemetry");
    return;
  }
  const auto threshold = constant(requirement.threshold);
  if (!form.linear || form.terms.size() != 1 || !threshold) return;
  const auto shifted = plan::subtract(*threshold, form.constant);
  const auto direct = shifted ? plan::divide(*shifted, form.terms[0].coefficient) : std::nullopt;
  if (!direct) {
    error("PM0308", requirement.span, "the constants of this requirement have too many digits to be held exactly");
    return;
  }
  const bool at_least = at_least_like(requirement.op) != form.terms[0].coefficient.is_negative();
  const auto& leaf_node = std::get<LeafNode>(at(form.terms[0].leaf).node);
  if (leaf_node.builtin->yields == builtins::Yields::ratio) check_share_claim(objective, requirement, at_least, *direct, at(requirement.threshold).span);
  if (leaf_node.builtin->kind == builtins::Kind::quantile && leaf_node.share && !at_least) check_reachable(objective, requirement, true, *leaf_node.share);
  if (leaf_node.builtin->kind == builtins::Kind::quantile && leaf_node.share && at_least) check_reachable(objective, requirement, false, *leaf_node.share);
}

void Analyser::check_share_claim(const Objective& objective, const Requirement& requirement, bool at_least, const Rational& threshold, Span span) {
  const bool outside = threshold.is_negative() || threshold > Rational(1);
  const bool impossible = at_least ? threshold == Rational(1) : threshold.is_zero();
  const bool trivial = at_least ? threshold.is_zero() : threshold == Rational(1);
  if (outside) {
    auto& problem = error("PM0404", span, fmt::format("a share lies between 0% and 100%: {} can never be reached", show(threshold, Unit::ratio)));
    if (at(requirement.threshold).type.unit == Unit::number && threshold > Rational(1) && threshold <= Rational(100)) suggest(problem, span, text(span) + "%");
  } else if (impossible) {
    error("PM0403", span, fmt::format("a target of {} cannot be certified: no finite number of rows proves that nothing ever goes wrong", show(threshold, Unit::ratio)))
        .help = at_least ? "name a share that can be shown, such as 99.9%" : "name a share that can be shown, such as 10ppm";
  } else if (trivial) {
    error("PM0404", span, fmt::format("every share is {} {}: this requires nothing", at_least ? "at least" : "at most", show(threshold, Unit::ratio)));
  } else {
    check_reachable(objective, requirement, at_least, threshold);
  }
}

// At the expected traffic, can the window hold enough rows for a pass at all?
void Analyser::check_reachable(const Objective& objective, const Requirement& requirement, bool at_least, const Rational& threshold) {
  const auto confidence_value = objective.confidence ? constant(*objective.confidence) : std::nullopt;
  const Stream& stream = policy_.streams[streams_of(objective).front()];
  std::optional<TypedId> length;
  if (objective.window.kind == plan::WindowKind::last) length = objective.window.value;
  if (objective.window.kind == plan::WindowKind::since) length = policy_.looks_total;
  const auto length_ns = length ? constant(*length) : std::nullopt;
  if (!confidence_value || !stream.rows_per_ns || !length_ns) return;
  const auto alpha = plan::subtract(Rational(1), *confidence_value);
  const auto look_alpha = plan::divide(*alpha, Rational(static_cast<std::int64_t>(policy_.looks.maximum)));
  const auto needed = builtins::smallest_n_to_pass(at_least, threshold, look_alpha.value_or(*alpha));
  const auto expected = plan::multiply(*stream.rows_per_ns, *length_ns);
  if (!expected) return;
  std::size_t groups = 1;
  if (objective.group_field)
    if (const auto field = stream.find(*objective.group_field)) groups = std::max<std::size_t>(1, stream.fields[*field].declared.size());
  const auto for_all = needed ? plan::multiply(Rational(static_cast<std::int64_t>(*needed)), Rational(static_cast<std::int64_t>(groups))) : std::nullopt;
  if (for_all && *for_all <= *expected) return;
  auto& problem = error("PM0406", requirement.span,
                        fmt::format("this can never pass: it needs {} clean rows{}, and {} are expected in {}",
                                    needed ? fmt::format("{}", *needed) : "more than 10^18", groups > 1 ? fmt::format(" in each of {} groups", groups) : "",
                                    plan::to_string(expected->floor()), show(*length_ns, Unit::duration)));
  also(problem, stream.expect_span, "the expected traffic");
  if (length) also(problem, at(*length).span, "the window");
  problem.help = "lengthen the window, lower the target or the confidence, or expect more traffic";
}

}  // namespace proofmark::semantics
