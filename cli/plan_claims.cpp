// From typed requirements to questions. The algebra is the compiler's (estimate_form.h), the levels are the judge's: a
// declared number of looks shares alpha, and a failure counts at its part of alpha among all comparisons.
#include "cli/plan_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "compiler/semantics/claim_outline.h"
#include "compiler/semantics/estimate_form.h"
#include "compiler/semantics/weights.h"
#include "compiler/semantics/words.h"

namespace proofmark::cli {
namespace {

using semantics::EstimateForm;
using semantics::LeafNode;
using semantics::Policy;
using semantics::PopulationNode;
using semantics::TypedId;

Rational count(std::uint64_t number) {
  return Rational(static_cast<std::int64_t>(number));
}

bool at_least_like(plan::Comparison op) {
  return op == plan::Comparison::at_least || op == plan::Comparison::greater;
}

std::optional<Rational> constant(const Policy& policy, std::optional<TypedId> id) {
  if (!id) return std::nullopt;
  const auto* node = std::get_if<semantics::ConstantNode>(&policy.at(*id).node);
  return node != nullptr ? node->value : std::nullopt;
}

const LeafNode& leaf_of(const Policy& policy, TypedId id) {
  return std::get<LeafNode>(policy.at(id).node);
}

const semantics::Stream& stream_of(const Policy& policy, TypedId leaf) {
  const TypedId population = leaf_of(policy, leaf).population;
  return policy.streams[std::get<PopulationNode>(policy.at(population).node).stream];
}

bool all_census(const Policy& policy, const EstimateForm& form) {
  return std::all_of(form.leaves.begin(), form.leaves.end(),
                     [&](TypedId id) { return leaf_of(policy, id).builtin->census; });
}

OpenClaim unset(std::string_view what) {
  return {fmt::format("its {} depends on a parameter: give it a value with --set", what)};
}

// One objective on its way to its requirements.
struct Context {
  const Policy& policy;
  const semantics::Objective& typed;
  const Wishes& wishes;
  PlannedObjective& objective;

  // Of a family so many requirements share alpha when this one is asked: all of them at Holm's first step.
  std::uint64_t sharing = 1;

  bool is_family() const { return typed.family_least > 0; }
  std::uint64_t to_fail() const {
    return is_family() ? typed.requirements.size() - typed.family_least + 1 : objective.comparisons;
  }
  Rational of_one_look(const Rational& alpha) const {
    if (objective.looks.kind != plan::LooksKind::at_most) return alpha;
    return divide(alpha, count(objective.looks.maximum)).value_or(alpha);
  }
  Rational whole_alpha() const { return *subtract(Rational(1), *objective.confidence); }
  Rational look_alpha() const { return of_one_look(*divide(whole_alpha(), count(sharing))); }
  // A failure survives Holm's correction among all comparisons; a family fails by the same steps, or, where all of it
  // must, at alpha each.
  Rational fail_alpha() const {
    if (!is_family()) return divide(look_alpha(), count(objective.comparisons)).value_or(look_alpha());
    const bool all = to_fail() == typed.requirements.size();
    return of_one_look(*divide(whole_alpha(), count(all ? 1 : typed.requirements.size())));
  }
  // What must come together shares what may go wrong.
  Rational power_of_each(std::uint64_t together) const {
    return *subtract(Rational(1), *divide(*subtract(Rational(1), wishes.power), count(together)));
  }
  Rational pass_power() const { return power_of_each(is_family() ? typed.family_least : objective.comparisons); }
  Rational fail_power() const { return is_family() ? power_of_each(to_fail()) : wishes.power; }
  bool unlimited() const { return objective.looks.kind == plan::LooksKind::unlimited; }
  // A share or a quantile has a test that is valid at any time; whatever has none is retried.
  bool anytime() const { return unlimited() && typed.method == plan::Method::standard && !typed.clusters; }
  // What the first look has: half of alpha, where it is retried.
  static Rational of_first_look(const Rational& alpha, bool retried) {
    return retried ? divide(alpha, Rational(2)).value_or(alpha) : alpha;
  }
};

std::optional<Rational> traffic_of(const Wishes& wishes, const semantics::Stream& stream) {
  const auto given = wishes.stream_rows_per_ns.find(stream.name);
  if (given != wishes.stream_rows_per_ns.end()) return given->second;
  return wishes.rows_per_ns ? wishes.rows_per_ns : stream.rows_per_ns;
}

// A twentieth of a window may be missing at its start, and of `over at least` as well.
Rational needed_part(const Rational& ns) {
  return multiply(ns, *Rational::make(19, 20)).value_or(ns);
}

outlook::Arrival arrival_of(const Context& context, const semantics::Stream& stream) {
  outlook::Arrival arrival;
  const PlannedObjective& objective = context.objective;
  if (const auto rate = traffic_of(context.wishes, stream); rate && objective.groups > 0)
    arrival.rows_per_ns = divide(*rate, count(objective.groups));
  if (arrival.rows_per_ns) arrival.rows_per_ns = divide(*arrival.rows_per_ns, objective.design_effect);
  const std::uint64_t sharing = objective.minimum_rows_each ? 1 : std::max<std::uint64_t>(objective.groups, 1);
  arrival.minimum_rows = (objective.minimum_rows + sharing - 1) / sharing;
  if (const auto effective = divide(count(arrival.minimum_rows), objective.design_effect))
    arrival.minimum_rows = static_cast<std::uint64_t>(effective->ceil());
  const semantics::Window& window = context.typed.window;
  const auto covers = constant(context.policy, context.typed.covers_at_least);
  if (covers) arrival.minimum_ns = needed_part(*covers);
  if (window.kind == plan::WindowKind::last) arrival.window_ns = constant(context.policy, window.value);
  if (arrival.window_ns) arrival.minimum_ns = std::max(arrival.minimum_ns, needed_part(*arrival.window_ns));
  if (window.kind == plan::WindowKind::since) arrival.window_ns = constant(context.policy, context.policy.looks_total);
  arrival.look_every_ns = objective.looks.every_ns;
  return arrival;
}

// The expectations for one requirement take the place of the usual ones, each on its side of the threshold.
void expect(const Context& context, std::size_t place, CountedClaim& claim) {
  for (const Expectation& expectation : context.wishes.expectations) {
    const bool here = expectation.requirement == 0 || expectation.requirement == place;
    if (expectation.objective != context.objective.name || !here) continue;
    const auto bad = bad_share(claim, expectation.value);
    if (!bad || *bad == claim.question.test.allowed) continue;
    const bool better = *bad < claim.question.test.allowed;
    (better ? claim.question.better : claim.question.worse) = *bad;
    (better ? claim.better_given : claim.worse_given) = true;
  }
}

// What one leaf claims of its bad rows.
struct Direct {
  bool at_least = true;
  Rational threshold, offset, slope;
};

std::optional<Direct> direct_of(const semantics::Requirement& requirement, const LeafNode& leaf,
                                const semantics::LinearTerm& term, const Rational& constant_part,
                                const Rational& threshold) {
  Direct direct;
  direct.at_least = at_least_like(requirement.op) != term.coefficient.is_negative();
  if (leaf.builtin->kind == builtins::Kind::quantile) {
    return Direct{!direct.at_least, *leaf.share, Rational(1), Rational(-1)};
  }
  const auto shifted = subtract(threshold, constant_part);
  const auto leaf_threshold = shifted ? divide(*shifted, term.coefficient) : std::nullopt;
  const auto whole = add(constant_part, term.coefficient);
  const auto falling = negate(term.coefficient);
  if (!leaf_threshold || !whole || !falling) return std::nullopt;
  direct.threshold = *leaf_threshold;
  direct.offset = direct.at_least ? *whole : constant_part;
  direct.slope = direct.at_least ? *falling : term.coefficient;
  return direct;
}

using Claim = decltype(PlannedRequirement::claim);

Claim counted(const Context& context, std::size_t place, const Direct& direct, const semantics::Stream& stream) {
  CountedClaim claim;
  claim.offset = direct.offset;
  claim.slope = direct.slope;
  outlook::Question& question = claim.question;
  const auto allowed = direct.at_least ? subtract(Rational(1), direct.threshold) : direct.threshold;
  const auto better = allowed ? outlook::half_allowed(*allowed) : std::nullopt;
  const auto worse = allowed ? outlook::twice_allowed(*allowed) : std::nullopt;
  if (!better || !worse) return OpenClaim{"its threshold has too many digits to plan with"};
  const bool retried = context.unlimited() && !context.anytime();
  question.test = {*allowed, Context::of_first_look(context.look_alpha(), retried),
                   Context::of_first_look(context.fail_alpha(), retried), context.anytime(),
                   context.typed.method == plan::Method::mid_p};
  question.better = *better;
  question.worse = *worse;
  question.fail_power = context.fail_power();
  question.pass_power = context.pass_power();
  question.arrival = arrival_of(context, stream);
  expect(context, place, claim);
  return claim;
}

CalculatedPlan plan_of(const Context& context, std::size_t place, const CalculatedClaim& claim,
                       const outlook::Arrival& arrival) {
  const auto outline = semantics::claim_outline(context.policy, context.typed, context.typed.requirements[place - 1]);
  if (!outline) return {};
  std::vector<std::string> parts;
  for (const CalculatedClaim::Part& part : claim.parts) parts.push_back(part.text);
  const std::uint64_t comparisons = context.is_family() ? 1 : context.objective.comparisons;
  return calculated_plan(
      {*outline, parts, comparisons, context.fail_alpha(), context.pass_power(), context.fail_power(), arrival});
}

// Of the telemetry that brings the fewest rows; of one whose traffic is not known, if there is any.
outlook::Arrival slowest_arrival(const Context& context, const EstimateForm& form) {
  std::optional<outlook::Arrival> slowest;
  for (const TypedId id : form.leaves) {
    const outlook::Arrival arrival = arrival_of(context, stream_of(context.policy, id));
    const bool slower =
        !slowest || (slowest->rows_per_ns && (!arrival.rows_per_ns || *arrival.rows_per_ns < *slowest->rows_per_ns));
    if (slower) slowest = arrival;
  }
  return *slowest;
}

// Two quantiles that are written as one: `quantile_shift(a.x, b.x, 99%)`.
void name_apart(std::vector<CalculatedClaim::Part>& parts) {
  if (parts.size() != 2 || parts[0].text != parts[1].text) return;
  parts[0].text = "its first quantile";
  parts[1].text = "its second quantile";
}

Claim calculated(const Context& context, std::size_t place, const EstimateForm& form, const source::SourceFile& file) {
  CalculatedClaim claim;
  claim.splits = form.splits;
  const bool has_mean = std::any_of(form.leaves.begin(), form.leaves.end(), [&](TypedId id) {
    return leaf_of(context.policy, id).builtin->kind == builtins::Kind::mean;
  });
  claim.unlimited = context.unlimited();
  claim.anytime = claim.unlimited && !has_mean;
  const Rational alpha = Context::of_first_look(context.look_alpha(), context.unlimited() && has_mean);
  claim.alpha = divide(alpha, count(form.splits)).value_or(alpha);
  for (const TypedId id : form.leaves) {
    const LeafNode& leaf = leaf_of(context.policy, id);
    const bool quantile = leaf.builtin->kind == builtins::Kind::quantile;
    if (quantile && !leaf.share) return unset("quantile");
    claim.parts.push_back({semantics::one_line(file.text(context.policy.at(id).span)),
                           quantile ? leaf.share : std::nullopt, leaf.builtin->census,
                           leaf.builtin->kind == builtins::Kind::mean});
  }
  name_apart(claim.parts);
  const outlook::Arrival arrival = slowest_arrival(context, form);
  claim.rows_per_ns = arrival.rows_per_ns;
  claim.plan = plan_of(context, place, claim, arrival);
  return claim;
}

// What is not decided by counting bad rows against one share.
bool needs_rough(const Context& context, const EstimateForm& form) {
  const bool by_bounds =
      context.unlimited() && context.typed.method != plan::Method::miettinen_nurminen && !context.typed.strata;
  if (!by_bounds && semantics::share_difference(context.policy, form)) return true;
  if (!form.linear || form.terms.size() != 1) return false;
  const LeafNode& leaf = leaf_of(context.policy, form.terms[0].leaf);
  const auto kind = leaf.builtin->kind;
  return leaf.other || kind == builtins::Kind::mean || kind == builtins::Kind::rate ||
         kind == builtins::Kind::odds_ratio;
}

std::optional<RoughClaim> roughly(const Context& context, const EstimateForm& form,
                                  const semantics::Requirement& requirement, const Rational& threshold) {
  RoughQuestion question{context.policy, form};
  question.difference = semantics::share_difference(context.policy, form);
  question.leaf = form.terms[0].leaf;
  const Rational& factor = form.terms[0].coefficient;
  const auto shifted = subtract(threshold, form.constant);
  const auto direct = shifted ? divide(*shifted, factor) : std::nullopt;
  if (!direct) return std::nullopt;
  question.threshold = *direct;
  question.at_least = at_least_like(requirement.op) != factor.is_negative();
  question.method =
      context.typed.strata && question.difference ? plan::Method::miettinen_nurminen : context.typed.method;
  question.poisson = !context.typed.poisson_because.empty();
  question.unit = context.policy.at(question.leaf).type.unit;
  question.pass_alpha = Context::of_first_look(context.look_alpha(), context.unlimited());
  question.fail_alpha = Context::of_first_look(context.fail_alpha(), context.unlimited());
  question.fail_power = context.fail_power();
  question.pass_power = context.pass_power();
  question.arrival = arrival_of(context, stream_of(context.policy, question.leaf));
  question.outline = semantics::claim_outline(context.policy, context.typed, requirement);
  return rough_claim(question);
}

Claim claim_of(const Context& context, std::size_t place, const source::SourceFile& file) {
  const semantics::Requirement& requirement = context.typed.requirements[place - 1];
  const EstimateForm form = semantics::form_of(context.policy, requirement.estimate);
  if (all_census(context.policy, form)) return CensusClaim{};
  const bool weighted = semantics::is_weighed(context.policy, context.typed, requirement);
  for (const TypedId id : form.leaves)
    if (const auto sampling = stream_of(context.policy, id).promise.sampling;
        !weighted &&
        (sampling == plan::StreamPromise::Sampling::tail || sampling == plan::StreamPromise::Sampling::unknown))
      return OpenClaim{
          "its telemetry was not sampled fairly: it can neither pass nor fail, whatever the number of rows"};
  if (!context.objective.confidence) return unset("confidence");
  if (!form.known) return unset("estimate");
  const auto threshold = constant(context.policy, requirement.threshold);
  if (needs_rough(context, form)) {
    if (!threshold) return unset("threshold");
    if (auto rough = roughly(context, form, requirement, *threshold)) return std::move(*rough);
    return OpenClaim{
        "populations that are alike lie on the threshold itself, or beyond it: no number of rows shows it of them"};
  }
  if (!form.linear || form.terms.size() != 1) return calculated(context, place, form, file);
  const LeafNode& leaf = leaf_of(context.policy, form.terms[0].leaf);
  const bool quantile = leaf.builtin->kind == builtins::Kind::quantile;
  if (quantile ? !leaf.share : !threshold) return unset(quantile ? "quantile" : "threshold");
  const auto direct = direct_of(requirement, leaf, form.terms[0], form.constant, threshold.value_or(Rational()));
  if (!direct) return OpenClaim{"its constants have too many digits to plan with"};
  Claim claim = counted(context, place, *direct, stream_of(context.policy, form.terms[0].leaf));
  if (auto* one = std::get_if<CountedClaim>(&claim)) {
    one->of_values = quantile;
    one->weighted = weighted;
    one->in_ppm = leaf.builtin->kind == builtins::Kind::per_million;
    if (context.objective.design_effect > Rational(1))
      if (const auto outline = semantics::claim_outline(context.policy, context.typed, requirement))
        one->recorded_rows = outlook::fewest_rows_to_pass(*outline, {{1}, {}, 0});
  }
  return claim;
}

// What a pass of one requirement takes; nothing where that is not known, or no number is enough.
std::optional<PlannedFamily::Step> cost_of(const Claim& claim) {
  PlannedFamily::Step step;
  if (const auto* counted = std::get_if<CountedClaim>(&claim)) {
    const auto wait = outlook::look_out(counted->question).pass;
    if (!wait) return std::nullopt;
    step.rows = wait->rows;
    step.ns = wait->ns;
    step.fits = wait->fits;
    return step;
  }
  const auto* calculated = std::get_if<CalculatedClaim>(&claim);
  const auto* rough =
      calculated != nullptr && calculated->plan.chances ? &*calculated->plan.chances : std::get_if<RoughClaim>(&claim);
  if (rough == nullptr) return std::nullopt;
  const auto line = std::find_if(rough->lines.begin(), rough->lines.end(), [&](const RoughClaim::Line& one) {
    return one.to_pass && one.truth == rough->better && (one.rows || one.ns);
  });
  if (line == rough->lines.end()) return std::nullopt;
  step.rows = line->rows;
  step.ns = line->ns;
  step.fits = line->fits;
  return step;
}

// What fits its window comes first; then what is known to take some time, by it; then by rows.
bool is_cheaper(const PlannedFamily::Step& one, const PlannedFamily::Step& other) {
  const auto cost = [](const PlannedFamily::Step& step) {
    return std::tuple(!step.fits, !step.ns, step.ns.value_or(0), step.rows.value_or(outlook::kMostRows));
  };
  return cost(one) < cost(other);
}

// The requirements in the order of what they cost at Holm's first step; each at the level that those before it leave.
PlannedFamily planned_family(Context context, const source::SourceFile& file) {
  PlannedFamily family;
  family.least = context.typed.family_least;
  family.members = context.typed.requirements.size();
  family.to_fail = context.to_fail();
  family.fail_alpha = context.fail_alpha();
  std::vector<PlannedFamily::Step> order;
  for (std::size_t i = 0; i < family.members; ++i)
    if (auto step = cost_of(context.objective.requirements[i].claim)) {
      step->requirement = i;
      order.push_back(*step);
    }
  std::stable_sort(order.begin(), order.end(), is_cheaper);
  for (const PlannedFamily::Step& first : order) {
    if (family.passes.size() == family.least) break;
    context.sharing = family.members - family.passes.size();
    auto step = cost_of(claim_of(context, first.requirement + 1, file));
    if (!step) continue;
    step->requirement = first.requirement;
    step->alpha = context.look_alpha();
    family.passes.push_back(*step);
  }
  return family;
}

// How many groups `for each` makes: the declared values, or 0 when they are not known.
std::uint64_t groups_of(const Policy& policy, const semantics::Objective& typed) {
  if (!typed.group_field) return 1;
  const EstimateForm form = semantics::form_of(policy, typed.requirements.front().estimate);
  const semantics::Stream& stream = stream_of(policy, form.leaves.front());
  const auto field = stream.find(*typed.group_field);
  return field ? stream.fields[*field].declared.size() : 0;
}

// Of the requirement that needs the most.
std::optional<PlannedClusters> planned_clusters(const PlannedObjective& objective,
                                                const std::optional<Rational>& block_ns) {
  std::optional<PlannedClusters> most;
  for (const PlannedRequirement& requirement : objective.requirements) {
    const auto* claim = std::get_if<CountedClaim>(&requirement.claim);
    if (claim == nullptr) continue;
    const outlook::Question& question = claim->question;
    const auto needed = outlook::clusters_needed(question.test, question.better, question.pass_power);
    if (needed && (!most || needed->measured > most->needed.measured))
      most = PlannedClusters{*needed, question.better, question.pass_power, block_ns, question.arrival.window_ns};
  }
  return most;
}

std::string model_needs(const Policy& policy, const semantics::Requirement& requirement) {
  const auto& estimate = std::get<semantics::ModelEstimateNode>(policy.at(requirement.estimate).node);
  const semantics::Model& model = policy.models[estimate.model];
  if (!model.recorded) return "a model needs no rows: it is run once, with the trials that it states";
  return fmt::format("a trial takes {} of the rows that its model samples, and no two trials of a round share one",
                     model.recorded_elements);
}

PlannedObjective planned_objective(const Policy& policy, const semantics::Objective& typed,
                                   const source::SourceFile& file, const Wishes& wishes) {
  PlannedObjective objective;
  objective.name = typed.name;
  objective.confidence = constant(policy, typed.confidence);
  objective.looks = policy.looks;
  objective.group_field = typed.group_field;
  objective.groups = groups_of(policy, typed);
  objective.clustered = typed.clusters.has_value();
  if (typed.clusters)
    objective.design_effect =
        std::max(Rational(1), constant(policy, typed.clusters->design_effect).value_or(Rational(1)));
  objective.minimum_rows = typed.minimum_rows;
  objective.minimum_rows_each = typed.minimum_rows_each;
  objective.comparisons = std::max<std::uint64_t>(objective.groups, 1) * typed.requirements.size();
  const Context context{policy, typed, wishes, objective, typed.family_least > 0 ? typed.requirements.size() : 1};
  for (std::size_t place = 1; place <= typed.requirements.size(); ++place) {
    const semantics::Requirement& requirement = typed.requirements[place - 1];
    if (typed.of_model) {
      objective.requirements.push_back(
          {semantics::one_line(file.text(requirement.span)), "", OpenClaim{model_needs(policy, requirement)}});
      continue;
    }
    const EstimateForm form = semantics::form_of(policy, requirement.estimate);
    objective.requirements.push_back({semantics::one_line(file.text(requirement.span)),
                                      stream_of(policy, form.leaves.front()).name, claim_of(context, place, file)});
  }
  if (context.is_family() && objective.confidence && !typed.of_model) objective.family = planned_family(context, file);
  if (typed.clusters && !typed.clusters->design_effect)
    objective.clusters = planned_clusters(objective, constant(policy, typed.clusters->block));
  return objective;
}

}  // namespace

std::optional<Rational> bad_share(const CountedClaim& claim, const Rational& value) {
  const auto difference = subtract(value, claim.offset);
  const auto bad = difference ? divide(*difference, claim.slope) : std::nullopt;
  return bad && !bad->is_negative() && *bad <= Rational(1) ? bad : std::nullopt;
}

Rational value_at(const CountedClaim& claim, const Rational& bad) {
  const auto product = multiply(claim.slope, bad);
  const auto value = product ? add(claim.offset, *product) : std::nullopt;
  return value.value_or(bad);
}

PlannedPolicy planned(const Policy& policy, const source::SourceFile& file, const Wishes& wishes) {
  PlannedPolicy result{policy.name, policy.title, {}};
  for (const semantics::Objective& objective : policy.objectives)
    result.objectives.push_back(planned_objective(policy, objective, file, wishes));
  return result;
}

}  // namespace proofmark::cli
