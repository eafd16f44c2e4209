// The same answers as JSON: shares as decimal strings, exactly; null where there is no number.
#include "cli/plan_page.h"
#include "runtime/json/json.h"
#include "runtime/plan/match.h"

namespace proofmark::cli {
namespace {

using outlook::Chances;
using outlook::CurvePoint;
using outlook::Wait;

json::Value optional_count(const std::optional<std::uint64_t>& count) {
  return count ? json::Value(*count) : json::Value();
}

json::Value optional_share(const std::optional<Rational>& share) {
  return share ? json::Value(share->to_decimal()) : json::Value();
}

// Whole seconds, rounded up.
json::Value seconds(const std::optional<Rational>& ns) {
  const auto whole = ns ? divide(*ns, Rational(1'000'000'000)) : std::nullopt;
  if (!whole || whole->ceil() > json::kMaximumInteger) return {};
  return static_cast<std::int64_t>(whole->ceil());
}

json::Object wait_json(const std::optional<Wait>& wait) {
  json::Object object;
  object.set("rows", wait ? json::Value(wait->rows) : json::Value());
  object.set("seconds", wait ? seconds(wait->ns) : json::Value());
  object.set("fitsWindow", wait ? json::Value(wait->fits) : json::Value());
  return object;
}

json::Object chances_json(const Chances& chances) {
  return {{"pass", chances.pass}, {"undecided", chances.undecided}, {"fail", chances.fail}};
}

json::Object point_json(const CurvePoint& point) {
  return {{"rows", point.rows},
          {"passesWithAtMost", optional_count(point.passes_with)},
          {"failsWithAtLeast", optional_count(point.fails_with)},
          {"better", chances_json(point.better)},
          {"worse", chances_json(point.worse)}};
}

json::Object truth_json(const CountedClaim& claim, const Rational& bad, bool expected, const Rational& power,
                        const std::optional<Wait>& wait) {
  json::Object object = wait_json(wait);
  object.set("badShare", bad.to_decimal());
  object.set("value", value_at(claim, bad).to_decimal());
  object.set("expected", expected);
  object.set("power", power.to_decimal());
  return object;
}

void add_counted(json::Object& object, const CountedClaim& claim) {
  const outlook::Question& question = claim.question;
  const outlook::Outlook outlook = outlook::look_out(question);
  object.set("kind", "counted");
  object.set("allowedBadShare", question.test.allowed.to_decimal());
  object.set("passAlpha", question.test.pass_alpha.to_decimal());
  object.set("failAlpha", question.test.fail_alpha.to_decimal());
  object.set("anytime", question.test.anytime);
  if (claim.weighted) object.set("weighted", true);
  if (claim.recorded_rows) object.set("canPassRecordedRows", *claim.recorded_rows);
  json::Array possible;
  for (const outlook::Possible& one : outlook.possible) {
    json::Object entry = wait_json(one.wait);
    entry.set("badRows", one.bad);
    possible.emplace_back(std::move(entry));
  }
  object.set("canPass", std::move(possible));
  object.set("pass", truth_json(claim, question.better, claim.better_given, question.pass_power, outlook.pass));
  object.set("fail", truth_json(claim, question.worse, claim.worse_given, question.fail_power, outlook.fail));
  object.set("window", outlook.window ? json::Value(point_json(*outlook.window)) : json::Value());
  json::Array curve;
  for (const CurvePoint& point : outlook.curve) curve.emplace_back(point_json(point));
  object.set("curve", std::move(curve));
}

void add_rough(json::Object& object, const RoughClaim& claim) {
  object.set("kind", claim.in_time ? "roughTime" : "rough");
  object.set("about", claim.about);
  if (claim.in_time) object.set("exact", claim.exact);
  if (claim.at_least) object.set("atLeast", true);
  if (claim.best)
    object.set("canPass", json::Object{{"rows", optional_count(claim.best->rows)},
                                       {"seconds", seconds(claim.best->ns)},
                                       {"fitsWindow", claim.best->fits}});
  json::Array truths;
  for (const RoughClaim::Line& line : claim.lines)
    truths.emplace_back(json::Object{{"truth", line.truth},
                                     {"verdict", line.to_pass ? "pass" : "fail"},
                                     {"power", (line.to_pass ? claim.pass_power : claim.fail_power).to_decimal()},
                                     {"rows", optional_count(line.rows)},
                                     {"seconds", seconds(line.ns)},
                                     {"fitsWindow", line.fits}});
  object.set("truths", std::move(truths));
  json::Array curve;
  for (const CurvePoint& point : claim.curve) {
    json::Object entry{{"better", chances_json(point.better)}, {"worse", chances_json(point.worse)}};
    if (claim.curve_step_ns)
      entry.set("seconds", seconds(multiply(*claim.curve_step_ns, Rational(static_cast<std::int64_t>(point.rows)))));
    else
      entry.set("rows", point.rows);
    curve.emplace_back(std::move(entry));
  }
  object.set("curve", std::move(curve));
}

void add_calculated(json::Object& object, const CalculatedClaim& claim) {
  object.set("kind", "calculation");
  object.set("boundAlpha", claim.alpha.to_decimal());
  json::Array parts;
  for (const CalculatedClaim::Part& part : claim.parts)
    parts.emplace_back(
        json::Object{{"estimate", part.text}, {"quantile", optional_share(part.quantile)}, {"census", part.census}});
  object.set("estimates", std::move(parts));
  const CalculatedPlan& plan = claim.plan;
  const auto text = [](const std::string& reason) { return reason.empty() ? json::Value() : json::Value(reason); };
  object.set("canPass", wait_json(plan.can_pass));
  if (plan.can_pass_alike) object.set("canPassAlike", wait_json(plan.can_pass_alike));
  object.set("canFail", wait_json(plan.can_fail));
  object.set("neverPasses", text(plan.never_passes));
  object.set("neverFails", text(plan.never_fails));
  if (!plan.chances) return;
  json::Object chances;
  add_rough(chances, *plan.chances);
  object.set("chances", std::move(chances));
}

json::Object requirement_json(const PlannedRequirement& requirement) {
  json::Object object{{"requirement", requirement.text}, {"stream", requirement.stream}};
  plan::match(
      requirement.claim, [&](const CountedClaim& claim) { add_counted(object, claim); },
      [&](const CensusClaim&) { object.set("kind", "census"); },
      [&](const CalculatedClaim& claim) { add_calculated(object, claim); },
      [&](const RoughClaim& claim) { add_rough(object, claim); },
      [&](const OpenClaim& claim) {
        object.set("kind", "open");
        object.set("because", claim.why);
      });
  return object;
}

json::Value family_json(const std::optional<PlannedFamily>& family) {
  if (!family) return {};
  json::Array passes;
  for (const PlannedFamily::Step& step : family->passes)
    passes.emplace_back(json::Object{{"requirement", static_cast<std::uint64_t>(step.requirement + 1)},
                                     {"alpha", step.alpha.to_string()},
                                     {"rows", optional_count(step.rows)},
                                     {"seconds", seconds(step.ns)},
                                     {"fitsWindow", step.fits}});
  return json::Object{{"least", family->least},
                      {"members", family->members},
                      {"passes", std::move(passes)},
                      {"toFail", family->to_fail},
                      {"failAlpha", family->fail_alpha.to_string()}};
}

json::Value clusters_json(const std::optional<PlannedClusters>& clusters) {
  if (!clusters) return {};
  return json::Object{{"clean", clusters->needed.clean},
                      {"expected", optional_count(clusters->needed.expected)},
                      {"failing", clusters->failing.to_decimal()},
                      {"power", clusters->power.to_decimal()},
                      {"measured", clusters->needed.measured},
                      {"cleanSeconds", seconds(clusters_time(*clusters, clusters->needed.clean))},
                      {"fitsWindow", clusters_fit(*clusters, clusters->needed.clean)}};
}

json::Object objective_json(const PlannedObjective& objective) {
  json::Array requirements;
  for (const PlannedRequirement& requirement : objective.requirements)
    requirements.emplace_back(requirement_json(requirement));
  return {{"objective", objective.name},
          {"confidenceOneSided", optional_share(objective.confidence)},
          {"looks",
           objective.looks.kind == plan::LooksKind::unlimited ? json::Value() : json::Value(objective.looks.maximum)},
          {"groups", objective.groups == 0 ? json::Value() : json::Value(objective.groups)},
          {"designEffect", objective.clustered ? json::Value(objective.design_effect.to_decimal()) : json::Value()},
          {"comparisons", objective.comparisons},
          {"clusters", clusters_json(objective.clusters)},
          {"minimumRows", objective.minimum_rows},
          {"family", family_json(objective.family)},
          {"requirements", std::move(requirements)}};
}

}  // namespace

std::string plan_json(const std::vector<PlannedPolicy>& policies, const Wishes& wishes) {
  json::Array all;
  for (const PlannedPolicy& policy : policies) {
    json::Array objectives;
    for (const PlannedObjective& objective : policy.objectives) objectives.emplace_back(objective_json(objective));
    all.emplace_back(json::Object{{"policy", policy.name}, {"objectives", std::move(objectives)}});
  }
  return json::canonical(json::Object{{"policies", std::move(all)}, {"power", wishes.power.to_decimal()}}) + "\n";
}

}  // namespace proofmark::cli
