// What cannot be claimed and what could never be decided: refused before any telemetry is read.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/words.h"
#include "runtime/builtins/reach.h"

namespace proofmark::semantics {
namespace {

bool at_least_like(plan::Comparison op) {
  return op == plan::Comparison::at_least || op == plan::Comparison::greater;
}

// 0.5% to 1%: a share of successes that is all but none, and as a fraction would be 50% or more.
bool looks_like_a_fraction(const Rational& threshold) {
  return threshold >= *Rational::make(5, 1000) && threshold < *Rational::make(1, 100);
}

}  // namespace

void Analyser::check_claims(const Objective& objective) {
  if (objective.of_model) return check_model_objective(objective);
  check_windows(objective);
  const auto streams = streams_of(objective);
  if (objective.group_field) {
    const Span span = seen_once_.at("group field");
    if (streams.size() > 1)
      error("PM0412", span, "`for each` needs all estimates of the objective to be over one telemetry");
    const Stream& stream = policy_.streams[streams.front()];
    const auto field = stream.find(*objective.group_field);
    if (field) uses(span, stream.field_spans[*field]);
    if (!field)
      unknown_name({*objective.group_field, span}, {&stream});
    else if (stream.fields[*field].type != plan::FieldType::label) {
      auto& problem = error("PM0412", span,
                            fmt::format("`{}` is declared `{}`: `for each` needs a label", *objective.group_field,
                                        plan::field_type_name(stream.fields[*field].type)));
      also(problem, stream.field_spans[*field], "declared here");
    }
  }
  for (const auto& requirement : objective.requirements) check_requirement(objective, requirement);
  check_weights(objective);
  check_kept_counts(objective);
  warn_of_vacuous(objective);
  if (objective.clusters) check_clusters(objective);
  check_means(objective);
  check_rates(objective);
  check_unknown_in_buckets(objective);
  check_strata(objective);
  check_family(objective);
  check_assumed_split(objective);
  check_gates(objective);
}

// A field of every telemetry that the objective reads, or a time in each; and claims that clusters have a test for.
void Analyser::check_clusters(const Objective& objective) {
  const Clusters& clusters = *objective.clusters;
  if (objective.independent_span)
    also(error("PM0421", *objective.independent_span,
               "rows cannot be in clusters and be independent of each other at once"),
         clusters.span, "the clusters");
  for (const std::uint32_t index : streams_of(objective)) check_cluster_key(clusters, policy_.streams[index]);
  for (const Requirement& requirement : objective.requirements) {
    const EstimateForm form = form_of(policy_, requirement.estimate);
    if (!form.known || (form.linear && form.terms.size() == 1)) continue;
    auto& problem =
        error("PM0421", requirement.span, "arithmetic on several estimates has no test for rows in clusters");
    also(problem, clusters.span, "the clusters");
    problem.help = "require each estimate by itself";
  }
}

void Analyser::check_cluster_key(const Clusters& clusters, const Stream& stream) {
  if (!clusters.field) {
    if (stream.time_field || stream.is_broken("time")) return;
    auto& problem = error("PM0313", clusters.span,
                          fmt::format("telemetry `{}` has no `time` field: it has no blocks of time", stream.name));
    also(problem, stream.span, "declared here");
    problem.help = "declare `time from \"COLUMN\" in epoch_s` (or epoch_ms, epoch_us, epoch_ns, rfc3339)";
    return;
  }
  const auto field = stream.find(*clusters.field);
  if (!field) {
    unknown_name({*clusters.field, clusters.field_span}, {&stream});
    return;
  }
  uses(clusters.field_span, stream.field_spans[*field]);
  const plan::FieldType type = stream.fields[*field].type;
  if (type == plan::FieldType::label || type == plan::FieldType::text) return;
  also(error("PM0421", clusters.field_span,
             fmt::format("`{}` is declared `{}`: clusters are told apart by a label or a text", *clusters.field,
                         plan::field_type_name(type))),
       stream.field_spans[*field], "declared here");
}

// Facts about the recorded rows have no error bound to lose.
bool Analyser::is_census(const Objective& objective) const {
  if (objective.of_model) return false;
  return std::all_of(objective.requirements.begin(), objective.requirements.end(), [&](const Requirement& requirement) {
    const EstimateForm form = form_of(policy_, requirement.estimate);
    return std::all_of(form.leaves.begin(), form.leaves.end(),
                       [&](TypedId id) { return std::get<LeafNode>(at(id).node).builtin->census; });
  });
}

void Analyser::check_windows(const Objective& objective) {
  for (const std::uint32_t index : streams_of(objective)) {
    const Stream& stream = policy_.streams[index];
    const bool timed = objective.window.kind != plan::WindowKind::whole || objective.covers_at_least;
    if (timed && !stream.time_field && !stream.is_broken("time")) {
      const Span span = objective.window.kind != plan::WindowKind::whole ? objective.window.span
                                                                         : at(*objective.covers_at_least).span;
      auto& problem =
          error("PM0313", span,
                fmt::format("telemetry `{}` has no `time` field: a window cannot be placed in it", stream.name));
      also(problem, stream.span, "declared here");
      problem.help = "declare `time from \"COLUMN\" in epoch_s` (or epoch_ms, epoch_us, epoch_ns, rfc3339)";
    }
  }
  const bool sequential = policy_.looks_span && policy_.looks.kind != plan::LooksKind::once &&
                          !(policy_.looks.maximum == 1 && policy_.looks.kind == plan::LooksKind::at_most);
  if (sequential && objective.window.kind != plan::WindowKind::since && !is_census(objective)) {
    auto& problem = error(
        "PM0416", objective.window.kind == plan::WindowKind::last ? objective.window.span : objective.span,
        fmt::format(
            "objective `{}` is looked at more than once over {}: the error bound does not hold there", objective.name,
            objective.window.kind == plan::WindowKind::last ? "a sliding window" : "a window without an anchor"));
    also(problem, *policy_.looks_span, "more than one look");
    const auto anchor = std::find_if(policy_.parameters.begin(), policy_.parameters.end(),
                                     [](const Parameter& each) { return each.kind == Parameter::Kind::timestamp; });
    problem.help = anchor != policy_.parameters.end()
                       ? fmt::format("anchor the window: `over since {}`", anchor->name)
                       : "anchor the window: declare `param rollout : timestamp` and write `over since rollout`";
  }
}

void Analyser::check_requirement(const Objective& objective, const Requirement& requirement) {
  const EstimateForm form = form_of(policy_, requirement.estimate);
  check_split(objective, requirement, form);
  check_timeouts(requirement, form);
  check_quantile_edges(requirement, form);
  check_contrast_edges(requirement, form);
  const bool uncertain = std::any_of(form.leaves.begin(), form.leaves.end(),
                                     [&](TypedId id) { return !std::get<LeafNode>(at(id).node).builtin->census; });
  if (sums_quantiles(policy_, requirement.estimate)) {
    error("PM0405", requirement.span, "a sum or an average of quantiles is not a quantile of anything").help =
        "require each of them (`require p99(a.duration) <= t and p99(b.duration) <= t`), or take one quantile over "
        "both populations";
    return;
  }
  if (form.too_large) {
    error("PM0308", requirement.span, "the constants of this requirement have too many digits to be held exactly");
    return;
  }
  if (uncertain && !objective.confidence && !default_confidence_broken_ && !tree_.has_errors) {
    auto& problem = error("PM0401", requirement.span,
                          fmt::format("objective `{}` claims something without a confidence", objective.name),
                          "how sure must we be?");
    problem.help = "add `confidence 95%` to the objective or to the policy";
  }
  if (!form.known) return;
  if (form.linear && form.terms.empty()) {
    error("PM0409", requirement.span,
          "the estimates in this requirement cancel out: it says nothing about the telemetry");
    return;
  }
  if (form.linear && form.terms.size() == 1) check_direct_claim(objective, requirement, form);
  check_contrasts(objective, requirement, form);
  check_two_shares(objective, requirement, form);
  check_best_facts(objective, requirement);
}

// A comparison of two distributions stands by itself, on independent rows.
void Analyser::check_contrasts(const Objective& objective, const Requirement& requirement, const EstimateForm& form) {
  const bool contrasts = std::any_of(form.leaves.begin(), form.leaves.end(),
                                     [&](TypedId id) { return std::get<LeafNode>(at(id).node).other.has_value(); });
  if (!contrasts) return;
  if (!form.linear || form.terms.size() != 1)
    error("PM0422", requirement.span, "a comparison of two distributions cannot be calculated with").help =
        "compare it with a constant: `similarity(canary.duration, baseline.duration) >= 95%`";
  if (objective.clusters)
    also(error("PM0421", requirement.span, "a comparison of two distributions has no test for rows in clusters"),
         objective.clusters->span, "the clusters");
}

// `1 - x <= 1%` is `x >= 99%`: the claim on the one leaf that is left.
void Analyser::check_direct_claim(const Objective& objective, const Requirement& requirement,
                                  const EstimateForm& form) {
  const auto threshold = constant(requirement.threshold);
  if (!threshold) return;
  const auto shifted = plan::subtract(*threshold, form.constant);
  const auto direct = shifted ? plan::divide(*shifted, form.terms[0].coefficient) : std::nullopt;
  if (!direct) {
    error("PM0308", requirement.span, "the constants of this requirement have too many digits to be held exactly");
    return;
  }
  check_leaf_claim(objective, requirement, form.terms[0], *direct);
}

// One leaf against a constant, after the algebra.
void Analyser::check_leaf_claim(const Objective& objective, const Requirement& requirement, const LinearTerm& term,
                                const Rational& threshold) {
  const bool at_least = at_least_like(requirement.op) != term.coefficient.is_negative();
  const auto& leaf_node = std::get<LeafNode>(at(term.leaf).node);
  const ShareClaim claim{objective, requirement, std::get<PopulationNode>(at(leaf_node.population).node).stream,
                         at_least, threshold};
  const auto kind = leaf_node.builtin->kind;
  if (leaf_node.builtin->yields == builtins::Yields::ratio && !leaf_node.other) check_share_claim(claim, kind);
  if (leaf_node.other) check_contrast_claim(claim, kind);
  if (kind == builtins::Kind::count || kind == builtins::Kind::distinct) check_count_claim(claim);
  if (kind == builtins::Kind::rate) check_rate_claim(claim);
  if (kind == builtins::Kind::odds_ratio) check_odds_claim(claim);
  if (kind == builtins::Kind::mean) check_mean_claim(claim, leaf_node);
  // `p99 <= t` claims that at least 99 % of the values do not exceed t; `p99 >= t`, that less than 99 % are below it.
  if (kind == builtins::Kind::quantile && leaf_node.share)
    check_reachable({objective, requirement, claim.stream, !at_least, *leaf_node.share});
}

void Analyser::check_share_claim(const ShareClaim& claim, builtins::Kind kind) {
  const Rational& threshold = claim.threshold;
  const Span span = at(claim.requirement.threshold).span;
  const bool strict =
      claim.requirement.op == plan::Comparison::less || claim.requirement.op == plan::Comparison::greater;
  const std::string shown = show(threshold, Unit::ratio);
  if (threshold.is_negative() || threshold > Rational(1)) {
    auto& problem = error("PM0404", span, fmt::format("a share lies between 0% and 100%: {} does not", shown));
    suggest_share_unit(problem, claim, kind);
  } else if (claim.at_least ? threshold == Rational(1) : threshold.is_zero()) {
    error(
        "PM0403", span,
        fmt::format("a target of {} cannot be certified: no finite number of rows proves that nothing ever goes wrong",
                    shown))
        .help = claim.at_least ? "name a share that can be shown, such as 99.9%"
                               : "name a share that can be shown, such as 10ppm";
  } else if ((threshold.is_zero() || threshold == Rational(1)) && strict) {
    error("PM0404", span,
          fmt::format("a single row is enough for a share {} {}: this requires next to nothing",
                      claim.at_least ? "above" : "below", shown))
        .help = "say how many such rows there must be: `count(requests, status == 200) >= 1`";
  } else if (threshold.is_zero() || threshold == Rational(1)) {
    auto& problem = error(
        "PM0404", span,
        fmt::format("every share is {} {}: this requires nothing", claim.at_least ? "at least" : "at most", shown));
    suggest_share_unit(problem, claim, kind);
  } else {
    check_written_share(claim, kind);
    check_reachable(claim);
  }
}

// `per_million(…) <= 10` meant 10ppm, and `fraction(…) >= 99.5` meant 99.5%.
void Analyser::suggest_share_unit(Diagnostic& problem, const ShareClaim& claim, builtins::Kind kind) const {
  const Typed& threshold = at(claim.requirement.threshold);
  const bool per_million = kind == builtins::Kind::per_million;
  const bool forgotten = threshold.type.unit == Unit::number &&
                         constant(claim.requirement.threshold) == claim.threshold &&
                         (per_million ? claim.threshold >= Rational(1) : claim.threshold > Rational(1)) &&
                         claim.threshold < Rational(per_million ? 1'000'000 : 100);
  if (forgotten)
    suggest(problem, threshold.span, std::string(file_.text(threshold.span)) + (per_million ? "ppm" : "%"));
}

// `fraction(…) >= 0.999%` is met by a service that fails 99 of 100 requests, and `per_million(…) <= 0.5` by one that
// fails every other.
void Analyser::check_written_share(const ShareClaim& claim, builtins::Kind kind) {
  const Typed& threshold = at(claim.requirement.threshold);
  if (constant(claim.requirement.threshold) != claim.threshold) return;
  const std::string written = text(threshold.span), shown = show(claim.threshold, Unit::ratio);
  std::string meant;
  if (kind == builtins::Kind::per_million) {
    if (threshold.type.unit != Unit::number || claim.threshold < *Rational::make(1, 100)) return;
    warning("PM0404", threshold.span, fmt::format("`{}` without a unit is {}", written, shown));
    meant = written + "ppm";
  } else {
    const bool percent = at_least_like(claim.requirement.op) && written.ends_with('%');
    if (!percent || !looks_like_a_fraction(claim.threshold)) return;
    warning("PM0404", threshold.span,
            fmt::format("nearly every share is {}: this looks like a fraction with a percent sign", shown));
    meant = show(*plan::multiply(claim.threshold, Rational(100)), Unit::ratio);
  }
  problems_.back().help = fmt::format("did you mean `{}`?", meant);
  problems_.back().edit = Edit{file_.place(threshold.span), meant};
}

void Analyser::check_contrast_claim(const ShareClaim& claim, builtins::Kind kind) {
  if (claim.threshold <= Rational(0) || claim.threshold >= Rational(1)) {
    error("PM0404", at(claim.requirement.threshold).span,
          fmt::format("two distributions differ by more than 0% and less than 100%: {} says nothing, or never holds",
                      show(claim.threshold, Unit::ratio)))
        .help = "name a margin, such as 2%";
    return;
  }
  // Both populations may hold every row of the window: whether they share rows is not known here.
  if (const auto alpha = alpha_to_reach(claim))
    check_rows_suffice(claim, builtins::fewest_rows_to_compare(kind, claim.at_least, claim.threshold, *alpha),
                       "rows of each population, were they alike");
}

void Analyser::check_count_claim(const ShareClaim& claim) {
  const plan::Comparison op = claim.requirement.op;
  const bool strict = op == plan::Comparison::less || op == plan::Comparison::greater;
  const bool at_or_below_least =
      claim.threshold.is_negative() || (claim.threshold.is_zero() && claim.at_least != strict);
  if (!at_or_below_least) return;
  error("PM0404", at(claim.requirement.threshold).span,
        fmt::format("a count is never below 0: {}", claim.at_least ? "this requires nothing" : "this can never pass"));
}

// How long the objective's window can become, where that is known.
std::optional<TypedId> Analyser::longest_window(const Objective& objective) const {
  if (objective.window.kind == plan::WindowKind::last) return objective.window.value;
  if (objective.window.kind == plan::WindowKind::since) return policy_.looks_total;
  return std::nullopt;
}

// That `for each` is known to make.
std::size_t Analyser::groups_of(const Objective& objective, const Stream& stream) const {
  const auto field = objective.group_field ? stream.find(*objective.group_field) : std::nullopt;
  return field ? std::max<std::size_t>(1, stream.fields[*field].declared.size()) : 1;
}

std::optional<Rational> Analyser::expected_rows(const Objective& objective, const Stream& stream) const {
  const auto length = longest_window(objective);
  const auto length_ns = length ? constant(*length) : std::nullopt;
  return length_ns && stream.rows_per_ns ? plan::multiply(*stream.rows_per_ns, *length_ns) : std::nullopt;
}

void Analyser::never_passes(const Objective& objective, const Stream& stream, Span span, const std::string& needs,
                            const Rational& expected) {
  const TypedId length = *longest_window(objective);
  auto& problem = error("PM0406", span,
                        fmt::format("this can never pass: it needs {}, and {} are expected in {}", needs,
                                    plan::to_string(expected.floor()), show(*constant(length), Unit::duration)));
  also(problem, stream.expect_span, "the expected traffic");
  also(problem, at(length).span, "the window");
  problem.help = "lengthen the window, ask for less, or expect more traffic";
}

// At the expected traffic, can the window hold enough rows for a pass at all?
void Analyser::check_reachable(const ShareClaim& claim) {
  // Tests of their own, of which best_facts.cpp asks the judge.
  if (claim.objective.clusters || policy_.looks.kind == plan::LooksKind::unlimited) return;
  const auto alpha = alpha_to_reach(claim);
  if (!alpha) return;
  // Of clean rows the mid-p tail is half of the exact one.
  const bool halved = claim.objective.method == plan::Method::mid_p;
  const auto level = halved ? plan::multiply(*alpha, Rational(2)) : alpha;
  const auto needed_at = [&](const Rational& one) {
    return builtins::smallest_n_to_pass(claim.at_least, claim.threshold, one);
  };
  const auto alone = needed_at(level.value_or(*alpha));
  if (!is_attestable(claim.objective)) return check_rows_suffice(claim, alone, "clean rows");
  // Where the looks before are attested, the last one may spend what they left.
  const auto attested = needed_at(*plan::subtract(Rational(1), *constant(*claim.objective.confidence)));
  if (rows_suffice(claim, attested) && !rows_suffice(claim, alone)) return passes_with_history_alone(claim, alone);
  check_rows_suffice(claim, attested, "clean rows");
}

// Whether its looks are decided by one boundary where a history is given (runtime/judgement/planned_looks.h).
bool Analyser::is_attestable(const Objective& objective) const {
  return policy_.looks.kind == plan::LooksKind::at_most && policy_.looks.maximum > 1 &&
         objective.method == plan::Method::standard && objective.family_least == 0;
}

void Analyser::passes_with_history_alone(const ShareClaim& claim, std::optional<std::uint64_t> needed) {
  const Stream& stream = policy_.streams[claim.stream];
  const std::size_t groups = groups_of(claim.objective, stream);
  const TypedId length = *longest_window(claim.objective);
  auto& problem = warning(
      "PM0406", claim.requirement.span,
      fmt::format("without the decisions before it this can never pass: each of {} looks then has alpha / {}, which "
                  "takes {} clean rows{}, and {} are expected in {}",
                  policy_.looks.maximum, policy_.looks.maximum, needed ? fmt::format("{}", *needed) : "more than 10^18",
                  groups > 1 ? fmt::format(" in each of {} groups", groups) : "",
                  plan::to_string(expected_rows(claim.objective, stream)->floor()),
                  show(*constant(length), Unit::duration)));
  also(problem, stream.expect_span, "the expected traffic");
  also(problem, at(length).span, "the window");
  problem.help =
      "give each look those before it (`eval --history`), so that the last may spend what they left, or lengthen the "
      "window";
}

// The largest level that one look can have; nothing when that, the window or the traffic is not known.
std::optional<Rational> Analyser::alpha_to_reach(const ShareClaim& claim) const {
  if (!expected_rows(claim.objective, policy_.streams[claim.stream])) return std::nullopt;
  const auto confidence = claim.objective.confidence ? constant(*claim.objective.confidence) : std::nullopt;
  const auto alpha = confidence ? plan::subtract(Rational(1), *confidence) : std::nullopt;
  // Of looks without limit the first has half of alpha, and none has more.
  const std::uint64_t looks = policy_.looks.kind == plan::LooksKind::unlimited ? 2 : policy_.looks.maximum;
  const auto shared = alpha ? plan::divide(*alpha, Rational(static_cast<std::int64_t>(looks))) : std::nullopt;
  return shared ? shared : alpha;
}

// `needed`: so many rows, in every group; nothing: more than 10^18. Pre: the traffic and the window are known.
bool Analyser::rows_suffice(const ShareClaim& claim, std::optional<std::uint64_t> needed) const {
  const Stream& stream = policy_.streams[claim.stream];
  const auto groups = static_cast<std::int64_t>(groups_of(claim.objective, stream));
  const auto for_all =
      needed ? plan::multiply(Rational(static_cast<std::int64_t>(*needed)), Rational(groups)) : std::nullopt;
  return for_all && *for_all <= *expected_rows(claim.objective, stream);
}

void Analyser::check_rows_suffice(const ShareClaim& claim, std::optional<std::uint64_t> needed, std::string_view such) {
  const Stream& stream = policy_.streams[claim.stream];
  const auto expected = expected_rows(claim.objective, stream);
  if (!expected || rows_suffice(claim, needed)) return;
  const std::size_t groups = groups_of(claim.objective, stream);
  const std::string rows = needed ? fmt::format("{}", *needed) : "more than 10^18";
  never_passes(claim.objective, stream, claim.requirement.span,
               fmt::format("{} {}{}", rows, such, groups > 1 ? fmt::format(" in each of {} groups", groups) : ""),
               *expected);
}

// `at least N rows` and `over at least D`, against what the window can hold.
void Analyser::check_gates(const Objective& objective) {
  for (const std::uint32_t index : streams_of(objective)) {
    const auto expected = expected_rows(objective, policy_.streams[index]);
    if (!expected || Rational(static_cast<std::int64_t>(objective.minimum_rows)) <= *expected) continue;
    never_passes(objective, policy_.streams[index], objective.minimum_rows_span,
                 fmt::format("{} rows", objective.minimum_rows), *expected);
  }
  const auto covers = objective.covers_at_least ? constant(*objective.covers_at_least) : std::nullopt;
  const auto length =
      objective.window.kind == plan::WindowKind::last ? constant(*objective.window.value) : std::nullopt;
  if (!covers || !length || *covers <= *length) return;
  auto& problem = error("PM0406", at(*objective.covers_at_least).span,
                        fmt::format("objective `{}` can never pass: it waits for {} of telemetry in a window of {}",
                                    objective.name, show(*covers, Unit::duration), show(*length, Unit::duration)));
  also(problem, at(*objective.window.value).span, "the window");
  problem.help = "lengthen the window, or wait for less";
}

}  // namespace proofmark::semantics
