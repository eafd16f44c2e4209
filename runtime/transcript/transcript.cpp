// Laying out the document. Members are added in the order of meaning, which verify.cpp follows.
#include "runtime/transcript/transcript.h"

#include <algorithm>

#include "runtime/json/digest.h"
#include "runtime/judgement/decimal.h"
#include "runtime/judgement/earlier_looks.h"
#include "runtime/judgement/error_level.h"
#include "runtime/judgement/planned_looks.h"
#include "runtime/judgement/policy_date.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/spelling.h"
#include "runtime/plan/canonical.h"
#include "runtime/plan/spelling.h"
#include "runtime/transcript/claims.h"
#include "runtime/transcript/facts_json.h"
#include "runtime/transcript/number_text.h"

namespace proofmark::transcript {
namespace {

using json::Array;
using json::Object;
using json::Value;
using judgement::Judged;
using plan::Rational;

Value text_of(std::string_view text) {
  return text.empty() ? Value() : Value(text);
}  // empty: absent
Value digest_of(const std::string& digest) {
  return text_of(digest);
}

// Counts that nobody could have counted are left out rather than written as another type.
Value planned_count(const std::optional<std::uint64_t>& count) {
  if (!count || *count > static_cast<std::uint64_t>(json::kMaximumInteger)) return Value();
  return Value(*count);
}

Value source(const SourceDigest& one) {
  return Object{{"file", one.file}, {"digest", one.digest}};
}

Value subject_to_json(const plan::Plan& plan) {
  Array subject;
  for (const plan::SubjectEntry& entry : plan.subject)
    subject.push_back(Object{{"key", entry.key}, {"value", entry.value}, {"digest", digest_of(entry.digest)}});
  return subject;
}

Value policy_to_json(const plan::Plan& plan) {
  return Object{{"name", plan.policy},
                {"title", text_of(plan.title)},
                {"revision", plan.revision == 0 ? Value() : Value(std::to_string(plan.revision))},
                {"owner", text_of(plan.owner)},
                {"runbook", text_of(plan.runbook)}};
}

Value place(const plan::Origin& origin) {
  return Object{{"file", origin.file}, {"line", origin.line}, {"column", origin.column}};
}

Value look_to_json(const judgement::LookTaken& look) {
  return Object{{"number", look.number},
                {"of", look.of},
                {"bad", look.bad},
                {"mostBad", look.most_bad ? Value(*look.most_bad) : Value()},
                {"allowed", probability_text(look.allowed)}};
}

Value retry_to_json(const judgement::RetryTaken& retry) {
  return Object{{"number", retry.number}, {"alpha", retry.alpha.to_string()}};
}

Value strata_to_json(const judgement::StrataTold& told) {
  Value homogeneity;
  if (told.homogeneity)
    homogeneity = Object{{"statistic", probability_text(told.homogeneity->statistic)},
                         {"df", told.homogeneity->df},
                         {"p", probability_text(told.homogeneity->p)}};
  return Object{{"strata", told.strata}, {"compared", told.compared}, {"homogeneity", std::move(homogeneity)}};
}

Value split_to_json(const judgement::SplitTold& told) {
  Array counts;
  for (const std::uint64_t count : told.counts) counts.emplace_back(count);
  return Object{
      {"counts", std::move(counts)}, {"statistic", probability_text(told.statistic)}, {"p", probability_text(told.p)}};
}

Value weights_to_json(const judgement::WeightsTold& told) {
  return Object{
      {"total", told.total}, {"heaviest", told.heaviest}, {"effectiveRows", told.rows}, {"share", text_of(told.share)}};
}

// The numbers of one requirement in one group; also the headline of its objective.
void add_numbers(Object& object, const Judged& judged) {
  const bool tails = judgement::has_tails(judged);
  const bool counted = tails && judged.method != "miettinen_nurminen" && judged.method != "mantel_haenszel";
  object.set("comparison", plan::spelling(judged.op));
  object.set("threshold", judged.threshold.to_decimal());
  object.set("unit", plan::unit_name(judged.unit));
  object.set("n", judged.n);
  object.set("good", counted ? Value(judged.good) : Value());
  object.set("unknown", judged.unknown);
  object.set("outside", judged.outside);
  object.set("clusters", judged.clusters == 0 ? Value() : Value(judged.clusters));
  if (judged.independent > 0) object.set("independentTrials", judged.independent);
  if (!judged.widened_by.empty()) object.set("boundsDivisor", judged.widened_by);
  object.set("designEffect", text_of(judged.design_effect));
  object.set("estimate", text_of(judged.estimate));
  if (judged.in_buckets) object.set("estimateAbove", text_of(judged.estimate_above));
  object.set("lower", text_of(judged.lower));
  object.set("upper", text_of(judged.upper));
  object.set("margin", text_of(judged.margin));
  object.set("pPass", tails ? Value(probability_text(judged.p_pass)) : Value());
  object.set("pFail", tails ? Value(probability_text(judged.p_fail)) : Value());
  if (judged.split) object.set("split", split_to_json(*judged.split));
  if (judged.strata) object.set("strata", strata_to_json(*judged.strata));
  if (judged.weights) object.set("weights", weights_to_json(*judged.weights));
  if (judged.look) object.set("look", look_to_json(*judged.look));
  if (judged.retry) object.set("retry", retry_to_json(*judged.retry));
  object.set("samplesNeeded", planned_count(judged.samples_needed));
  object.set("method", text_of(judged.method));
  object.set("guarantee", judged.method.empty() ? Value() : Value(judgement::spelling(judged.guarantee)));
}

void add_absent_numbers(Object& object) {
  for (const char* key :
       {"comparison", "threshold", "unit", "n", "good", "unknown", "outside", "clusters", "designEffect", "estimate",
        "lower", "upper", "margin", "pPass", "pFail", "samplesNeeded", "method", "guarantee"})
    object.set(key, Value());
}

Value clustering_to_json(const plan::Clustering& clustering) {
  const bool declared = !clustering.design_effect.is_zero();
  return Object{{"field", text_of(clustering.field)},
                {"block", clustering.block_ns == 0 ? Value() : Value(std::to_string(clustering.block_ns))},
                {"designEffect", declared ? Value(clustering.design_effect.to_decimal()) : Value()}};
}

Value dependence_to_json(const std::optional<judgement::MeasuredDependence>& measured) {
  if (!measured) return Value();
  if (!measured->told)
    return Object{{"step", std::to_string(measured->step_ns)}, {"steps", measured->steps}, {"significant", Value()}};
  Object object{{"step", std::to_string(measured->step_ns)},
                {"steps", measured->steps},
                {"lag1", exact_text(plan::Number(measured->lag1))},
                {"ljungBox", Object{{"lags", measured->lags},
                                    {"statistic", exact_text(plan::Number(measured->ljung_box))},
                                    {"p", probability_text(measured->p_value)}}},
                {"designEffect", exact_text(plan::Number(measured->design_effect))},
                {"spreadP", probability_text(measured->spread_p_value)},
                {"significant", measured->significant},
                {"significantAmongAll", measured->significant_among_all}};
  if (measured->together) object.set("together", true);
  return object;
}

Value dependence_to_json(const std::vector<std::optional<judgement::MeasuredDependence>>& leaves) {
  Array all;
  for (const auto& leaf : leaves) all.push_back(dependence_to_json(leaf));
  return all;
}

bool is_measured(const std::vector<std::optional<judgement::MeasuredDependence>>& leaves) {
  return std::any_of(leaves.begin(), leaves.end(), [](const auto& leaf) { return leaf.has_value(); });
}

Value dispersion_to_json(const judgement::MeasuredDispersion& measured) {
  return Object{{"cells", measured.cells},
                {"events", measured.events},
                {"ratio", exact_text(plan::Number(measured.ratio))},
                {"p", probability_text(measured.p_value)},
                {"contradicts", measured.contradicts}};
}

Object judged_to_json(const Judged& judged) {
  Object object{{"verdict", judgement::spelling(judged.verdict)},
                {"reason", text_of(judgement::spelling(judged.reason))},
                {"declaredFail", judged.declared_fail}};
  add_numbers(object, judged);
  object.set("note", text_of(judged.note));
  return object;
}

Value group_to_json(const judgement::GroupVerdict& group) {
  const Judged& deciding = group.requirements[group.deciding_requirement];
  Array requirements;
  for (std::size_t i = 0; i < group.requirements.size(); ++i) {
    Object requirement = judged_to_json(group.requirements[i]);
    if (!group.dependence.empty() && is_measured(group.dependence[i]))
      requirement.set("dependence", dependence_to_json(group.dependence[i]));
    if (!group.dispersion.empty() && group.dispersion[i])
      requirement.set("dispersion", dispersion_to_json(*group.dispersion[i]));
    requirements.push_back(std::move(requirement));
  }
  Object object{{"group", group.key ? Value(*group.key) : Value()},
                {"whole", group.is_whole},
                {"verdict", judgement::spelling(group.verdict)},
                {"reason", text_of(judgement::spelling(deciding.reason))},
                {"declaredFail", group.declared_fail},
                {"n", deciding.n},
                {"estimate", text_of(deciding.estimate)},
                {"lower", text_of(deciding.lower)},
                {"upper", text_of(deciding.upper)}};
  object.set("requirements", std::move(requirements));
  return object;
}

Value model_to_json(const plan::ModelClaim& claim, const plan::Model& model) {
  return Object{
      {"name", model.name}, {"measure", claim.text}, {"seed", std::to_string(model.seed)}, {"trials", model.trials}};
}

Value requirement_to_json(const plan::Requirement& requirement, const std::vector<plan::Model>& models,
                          const judgement::ObjectiveVerdict& verdict, std::size_t i) {
  Object object{{"text", requirement.text},
                {"comparison", plan::spelling(requirement.op)},
                {"threshold", requirement.threshold.to_decimal()},
                {"unit", plan::unit_name(requirement.unit)},
                {"inPpm", requirement.in_ppm},
                {"direct", requirement.direct_op.has_value()},
                {"splits", requirement.splits},
                {"dependence", dependence_to_json(verdict.dependence[i])},
                {"expectedSplit", requirement.split ? Value(requirement.split->text) : Value()},
                {"place", place(requirement.origin)}};
  if (verdict.dispersion[i]) object.set("dispersion", dispersion_to_json(*verdict.dispersion[i]));
  if (requirement.model) object.set("model", model_to_json(*requirement.model, models[requirement.model->model]));
  return object;
}

Value looks_to_json(const plan::Plan& plan, const plan::Objective& objective, const plan::History* history) {
  const plan::Looks& looks = objective.looks;
  const auto otherwise = history != nullptr ? judgement::asked_otherwise(plan, *history, objective)
                                            : std::optional<judgement::AskedOtherwise>();
  Object object{{"kind", plan::spelling(looks.kind)},
                {"maximum", looks.kind == plan::LooksKind::unlimited ? Value() : Value(std::to_string(looks.maximum))},
                {"history", otherwise                        ? "asked otherwise"
                            : history != nullptr             ? "attested"
                            : objective.confidence.is_zero() ? "not needed"
                                                             : "unattested"}};
  if (otherwise) object.set("askedOtherwise", Object{{"look", otherwise->look}, {"how", otherwise->how}});
  return object;
}

Value family_to_json(const judgement::FamilyTold& told) {
  Array ledger;
  for (const judgement::FamilyEntry& entry : told.ledger)
    ledger.push_back(Object{{"alpha", entry.alpha.to_string()}, {"step", entry.step}, {"shown", entry.shown}});
  const std::uint64_t of = ledger.size();
  return Object{{"least", told.least}, {"of", of}, {"passed", told.passed}, {"ledger", std::move(ledger)}};
}

// The level of the numbers that stand for the objective.
const Rational& level_of(const judgement::ObjectiveVerdict& verdict) {
  if (verdict.groups.empty()) return verdict.alpha;
  const Judged& deciding = verdict.groups[verdict.deciding_group].requirements[verdict.deciding_requirement];
  return deciding.retry ? deciding.retry->alpha : verdict.alpha;
}

}  // namespace

Object objective_to_json(const plan::Plan& plan, const plan::Objective& objective,
                         const judgement::ObjectiveVerdict& verdict, const plan::History* history) {
  const bool stated = !objective.confidence.is_zero();  // an exact fact about the recorded rows needs none
  // The two printed bounds together, each at one look's level.
  const Rational& alpha = level_of(verdict);
  const Rational interval = *subtract(Rational(1), *add(alpha, alpha));
  Object object{
      {"name", objective.name},
      {"title", text_of(objective.title)},
      {"verdict", judgement::spelling(verdict.verdict)},
      {"reason", text_of(judgement::spelling(verdict.reason))},
      {"because", verdict.because},
      {"confidenceOneSided", stated ? Value(objective.confidence.to_decimal()) : Value()},
      {"intervalConfidence", stated ? Value(judgement::decimal(interval, 10, judgement::Rounding::down)) : Value()},
      {"alpha", stated ? Value(alpha.to_string()) : Value()},
      {"looks", looks_to_json(plan, objective, history)},
      {"comparisons", verdict.comparisons},
      {"correction", verdict.correction},
      {"minimumRows", std::to_string(objective.minimum_rows)},
      {"minimumRowsEach", objective.minimum_rows_each},
      {"unknownAs", plan::spelling(objective.unknown_as)},
      {"unknownBecause", text_of(objective.unknown_because)},
      {"clustering", objective.clustering ? clustering_to_json(*objective.clustering) : Value()},
      {"independentBecause", text_of(objective.independent_because)},
      {"poissonBecause", text_of(objective.poisson_because)},
      {"declaredMethod",
       objective.method == plan::Method::standard ? Value() : Value(plan::spelling(objective.method))},
      {"strataField", objective.strata_field ? Value(*objective.strata_field) : Value()},
      {"statesBound", verdict.states_bound}};
  if (verdict.groups.empty()) {
    add_absent_numbers(object);
  } else {
    add_numbers(object, verdict.groups[verdict.deciding_group].requirements[verdict.deciding_requirement]);
  }
  Array requirements, groups;
  for (std::size_t i = 0; i < objective.requirements.size(); ++i)
    requirements.push_back(requirement_to_json(objective.requirements[i], plan.models, verdict, i));
  for (const judgement::GroupVerdict& group : verdict.groups) groups.push_back(group_to_json(group));
  if (verdict.family) object.set("family", family_to_json(*verdict.family));
  object.set("splitBecause", text_of(objective.split_because));
  object.set("groupField", objective.group_field ? Value(*objective.group_field) : Value());
  object.set("requirements", std::move(requirements));
  object.set("groups", std::move(groups));
  return object;
}

namespace {

// What the policy says of streams of which not every event was recorded, or whose rows were checked.
Array telemetry_to_json(const plan::Plan& plan) {
  using Sampling = plan::StreamPromise::Sampling;
  Array streams;
  for (const plan::StreamPromise& promise : plan.streams) {
    if (promise.sampling == Sampling::none && promise.checks.empty()) continue;
    Array checks;
    for (const std::string& check : promise.checks) checks.emplace_back(check);
    const bool head = promise.sampling == Sampling::head;
    streams.push_back(Object{{"stream", promise.stream},
                             {"sampling", plan::spelling(promise.sampling)},
                             {"headRate", head ? Value(promise.head_rate.to_string()) : Value()},
                             {"keptBy", text_of(promise.kept_by)},
                             {"weightedBy", text_of(promise.weighted_by)},
                             {"checks", std::move(checks)}});
  }
  return streams;
}

Value policy_date_to_json(const plan::Plan& plan, const plan::Facts& facts, std::int64_t dated_ns) {
  const auto begun = judgement::begun_before(plan, facts, dated_ns);
  Array before;
  for (const judgement::DataBegin& one : begun)
    before.push_back(Object{{"stream", one.stream},
                            {"from", one.from_ns ? Value(judgement::timestamp_text(*one.from_ns)) : Value()}});
  return Object{{"dated", judgement::timestamp_text(dated_ns)},
                {"dataBefore", std::move(before)},
                {"note", text_of(judgement::policy_date_note(dated_ns, begun))}};
}

Value ledger_to_json(const judgement::Bound& bound) {
  Array lines;
  for (const judgement::LedgerLine& line : bound.ledger) {
    Object object{{"objective", line.objective}, {"alpha", line.alpha.to_string()}, {"because", line.because}};
    if (line.weight) object.set("weight", line.weight->to_string());
    lines.push_back(std::move(object));
  }
  return lines;
}

Value bound_to_json(const judgement::Bound& bound) {
  return Object{{"stated", bound.stated},
                {"alpha", bound.stated ? Value(bound.alpha.to_string()) : Value()},
                {"guarantee", bound.stated       ? Value(judgement::spelling(bound.guarantee))
                              : bound.asymptotic ? Value(judgement::spelling(judgement::Guarantee::asymptotic))
                                                 : Value()},
                {"because", bound.because},
                {"ledger", ledger_to_json(bound)}};
}

Object decision_to_json(const plan::Plan& plan, const judgement::DecisionVerdict& decision) {
  const plan::Rule& rule = plan.rules[decision.rule];
  const bool certifies = decision.decision == plan::Decision::certify && rule.valid_for_ns > 0;
  Object place_and_text{
      {"file", rule.origin.file}, {"line", rule.origin.line}, {"column", rule.origin.column}, {"text", rule.text}};
  return Object{{"outcome", plan::spelling(decision.decision)},
                {"rule", std::move(place_and_text)},
                {"because", decision.because},
                {"bound", bound_to_json(decision.bound)},
                {"denialBound", bound_to_json(decision.denial)},
                {"validFor", certifies ? Value(std::to_string(rule.valid_for_ns)) : Value()}};
}

}  // namespace

Value inputs_to_json(const plan::Plan& plan, const Inputs& inputs, const std::optional<plan::History>& history) {
  Object parameters;
  for (const plan::Parameter& parameter : plan.parameters) parameters.set(parameter.name, parameter.value);
  Array imports;
  for (const SourceDigest& one : inputs.imports) imports.push_back(source(one));
  const std::string parameters_digest = json::sha256(json::canonical(Value(parameters)));
  Object object{{"policy", source(inputs.policy)},
                {"imports", std::move(imports)},
                {"parameters", std::move(parameters)},
                {"parametersDigest", parameters_digest},
                {"snapshot", inputs.snapshot_id},
                {"plan", inputs.plan_digest.empty() ? plan::digest(plan) : inputs.plan_digest},
                {"edition", plan.edition},
                {"kernel", kKernelVersion}};
  if (inputs.policy_dated_ns) object.set("policyDated", std::to_string(*inputs.policy_dated_ns));
  if (!history) return object;
  Array earlier;
  for (const plan::EarlierLook& look : *history)
    earlier.push_back(Object{{"digest", look.transcript}, {"asOf", judgement::timestamp_text(look.as_of_ns)}});
  object.set("history", std::move(earlier));
  return object;
}

Value build(const plan::Plan& plan, const plan::Facts& facts, const judgement::Verdicts& verdicts,
            const Inputs& inputs) {
  const plan::History* history = facts.history ? &*facts.history : nullptr;
  std::optional<PlanClaims> claims;
  if (history != nullptr) claims.emplace(plan);
  Array objectives;
  std::vector<std::string> asked;
  for (std::size_t i = 0; i < plan.objectives.size(); ++i) {
    Object objective = objective_to_json(plan, plan.objectives[i], verdicts.objectives[i], history);
    if (claims) {
      const Claim claim = claims->of(i);
      objective.set("claim", claim_to_json(claim));
      asked.push_back(claim.digest);
      if (const auto step = judgement::scheduled(plan.objectives[i], facts.as_of_ns))
        objective.set("schedule", Object{{"step", step->step},
                                         {"of", plan.objectives[i].looks.maximum},
                                         {"lateBy", exact_text(std::variant<plan::Int128, double>(step->late_ns))}});
    }
    objectives.emplace_back(std::move(objective));
  }
  Object decision = decision_to_json(plan, verdicts.decision);
  if (claims) decision.set("question", question_digest(plan, asked));
  Object transcript{{"format", kFormat},
                    {"inputs", inputs_to_json(plan, inputs, facts.history)},
                    {"policy", policy_to_json(plan)},
                    {"subject", subject_to_json(plan)},
                    {"asOf", facts.as_of_ns ? Value(judgement::timestamp_text(*facts.as_of_ns)) : Value()}};
  if (Array telemetry = telemetry_to_json(plan); !telemetry.empty()) transcript.set("telemetry", std::move(telemetry));
  transcript.set("facts", facts_to_json(facts));
  transcript.set("objectives", std::move(objectives));
  if (inputs.policy_dated_ns) transcript.set("policyDate", policy_date_to_json(plan, facts, *inputs.policy_dated_ns));
  transcript.set("decision", std::move(decision));
  return transcript;
}

std::string text(const Value& transcript) {
  return json::canonical(transcript);
}

Result<Parsed> read(std::string_view bytes, std::string file) {
  Result<Value> value = json::parse(bytes, file, "PM0901");
  if (!value) return value.problems();
  const json::Object* object = value->as_object();
  const Value* format = object != nullptr ? object->find("format") : nullptr;
  const std::string* name = format != nullptr ? format->as_string() : nullptr;
  if (name == nullptr || *name != kFormat)
    return file_problem("PM0902", file, std::string("this is no transcript: its `format` is not `") + kFormat + "`",
                        "give a file that `proofmark eval --transcript FILE` wrote");
  Parsed parsed{std::move(file), std::move(*value), std::string(bytes), false};
  parsed.is_canonical = json::canonical(parsed.value) == bytes;
  return parsed;
}

}  // namespace proofmark::transcript
