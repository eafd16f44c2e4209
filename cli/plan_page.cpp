// The page of `proofmark plan`. Rows and times are rounded up: whoever waits so long has waited long enough.
#include "cli/plan_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/power_plot.h"
#include "cli/report_rows.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/wording.h"
#include "runtime/plan/match.h"
#include "runtime/statistics/binomial.h"

namespace proofmark::cli {
namespace {

using judgement::count_text;
using judgement::grouped_digits;
using judgement::percent;
using outlook::Chances;
using outlook::CurvePoint;
using outlook::Wait;
using plan::Int128;

constexpr std::array<std::uint64_t, 2> kCleanRows{1'000, 100'000};

// "45s", "4m 12s", "25h 35m", "3d 4h": two units, rounded up.
std::string time_text(const Rational& ns) {
  struct Step {
    Int128 large, small;
    const char *large_name, *small_name;
  };
  constexpr Int128 kSecond = 1'000'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
  static constexpr std::array<Step, 3> kSteps{
      {{kDay, kHour, "d", "h"}, {kHour, kMinute, "h", "m"}, {kMinute, kSecond, "m", "s"}}};
  for (const Step& step : kSteps) {
    if (ns.ceil() <= (step.large == kDay ? 2 * kDay : step.large)) continue;
    const Int128 small = (ns.ceil() + step.small - 1) / step.small, large = small / (step.large / step.small);
    const Int128 rest = small % (step.large / step.small);
    const std::string text = grouped_digits(static_cast<std::uint64_t>(large)) + step.large_name;
    return rest == 0 ? text : text + " " + plan::to_string(rest) + step.small_name;
  }
  return plan::to_string((ns.ceil() + kSecond - 1) / kSecond) + "s";
}

std::string chance_text(double chance) {
  if (chance <= 0) return "0 %";
  if (chance < 0.001) return "less than 0.1 %";
  if (chance > 0.999) return "more than 99.9 %";
  return fmt::format("{:.1f} %", chance * 100);
}

std::string rows_text(const std::optional<Wait>& wait) {
  return wait ? grouped_digits(wait->rows) : "over 10^12";
}

std::string wait_text(const std::optional<Wait>& wait) {
  if (!wait) return "";
  if (!wait->fits) return "never: more than its window holds";
  return wait->ns ? time_text(*wait->ns) : "";
}

// Lines of three columns, the numbers set to the right.
class Table {
 public:
  void add(std::string label, std::string rows, std::string time, std::string what) {
    lines_.push_back({std::move(label), std::move(rows), std::move(time), std::move(what)});
  }
  std::string text() const {
    std::array<std::size_t, 3> widths{};
    for (const auto& line : lines_)
      for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
    std::string all;
    for (const auto& [label, rows, time, what] : lines_) {
      std::string line =
          fmt::format("    {:<{}}  {:>{}}  {:>{}}  {}", label, widths[0], rows, widths[1], time, widths[2], what);
      line.erase(line.find_last_not_of(' ') + 1);
      all += line + "\n";
    }
    return all;
  }

 private:
  std::vector<std::array<std::string, 4>> lines_;
};

std::string value_text(const CountedClaim& claim, const Rational& bad) {
  const std::string value = judgement::exact_quantity(value_at(claim, bad), {plan::Unit::ratio, claim.in_ppm});
  return claim.of_values ? value + " of the values" : value;
}

void add_truths(Table& table, const CountedClaim& claim, const outlook::Outlook& outlook) {
  const outlook::Question& question = claim.question;
  table.add("if in truth", "rows", "time", "");
  const bool is_twice = multiply(question.test.allowed, Rational(2)) == question.worse;
  const auto truth = [&](const Rational& bad, bool given, const char* usual) {
    return value_text(claim, bad) + (given ? " (as expected)" : std::string(" (") + usual + ")");
  };
  table.add("  " + truth(question.better, claim.better_given, "half the bad rows allowed"), rows_text(outlook.pass),
            wait_text(outlook.pass), "passes with " + percent(question.pass_power));
  table.add(
      "  " + truth(question.worse, claim.worse_given, is_twice ? "twice the bad rows allowed" : "half way to all bad"),
      rows_text(outlook.fail), wait_text(outlook.fail), "fails with " + percent(question.fail_power));
  table.add("  " + value_text(claim, question.test.allowed) + " (the threshold)", "never", "",
            fmt::format("passes with at most {}, fails with under {}", percent(question.test.pass_alpha),
                        percent(question.test.fail_alpha)));
}

std::string window_text(const CountedClaim& claim, const outlook::Outlook& outlook) {
  const outlook::Arrival& arrival = claim.question.arrival;
  if (!outlook.window) return "";
  const CurvePoint& window = *outlook.window;
  std::string text =
      fmt::format("  its window of {} holds {}", time_text(*arrival.window_ns), count_text(window.rows, "row"));
  if (!outlook.can_pass()) return text + ": it can never pass\n";
  return text + fmt::format(":\n    it passes with {} at {}, and fails with {} at {}\n",
                            chance_text(window.better.pass), value_text(claim, claim.question.better),
                            chance_text(window.worse.fail), value_text(claim, claim.question.worse));
}

// `better` and `worse` say of which truths the two halves of the curve are; with `step_ns` it runs over time.
std::string curves_text(const std::vector<CurvePoint>& points, const std::string& better, const std::string& worse,
                        const std::optional<Rational>& step_ns = std::nullopt) {
  if (points.empty()) return "";
  const auto after = [&](const CurvePoint& point) {
    const auto ns = multiply(*step_ns, Rational(static_cast<std::int64_t>(point.rows)));
    return time_text(ns.value_or(*step_ns));
  };
  std::string text =
      step_ns ? fmt::format("  chances at one look, from {} to {}\n", after(points.front()), after(points.back()))
              : fmt::format("  chances at one look, from {} to {}\n", grouped_digits(points.front().rows),
                            count_text(points.back().rows, "row"));
  const auto curve = [&](const std::string& truth_text, Chances CurvePoint::* truth) {
    text += "    if in truth " + truth_text + "\n";
    const std::array<std::pair<const char*, double Chances::*>, 3> verdicts{
        {{"pass", &Chances::pass}, {"undecided", &Chances::undecided}, {"fail", &Chances::fail}}};
    for (const auto& [name, verdict] : verdicts) {
      std::string line = fmt::format("      {:<9}  {}", name, power_plot(points, truth, verdict));
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
  };
  if (!better.empty()) curve(better, &CurvePoint::better);
  if (!worse.empty()) curve(worse, &CurvePoint::worse);
  return text;
}

// "at 25 rows/s in each of 2 groups": what the times rest on.
std::string traffic_text(const PlannedObjective& objective, const PlannedRequirement& requirement,
                         const std::optional<Rational>& rate) {
  if (!rate) {
    return objective.groups == 0 ? "no times: the groups of `" + *objective.group_field + "` are not declared"
                                 : "no times: say what traffic `" + requirement.stream +
                                       "` has, with --traffic 500/s or `expect at least`";
  }
  const auto per_second = multiply(*rate, Rational(1'000'000'000));
  const std::string text = fmt::format(
      "times at {} rows/s of `{}`",
      per_second ? judgement::decimal(*per_second, 4, judgement::Rounding::half_even) : rate->to_string() + "e9",
      requirement.stream);
  return objective.groups > 1 ? text + fmt::format(" in each of {} groups", objective.groups) : text;
}

std::string counted_text(const PlannedObjective& objective, const PlannedRequirement& requirement,
                         const CountedClaim& claim) {
  const outlook::Outlook outlook = outlook::look_out(claim.question);
  std::string text = "  " + traffic_text(objective, requirement, claim.question.arrival.rows_per_ns) + "\n";
  if (claim.weighted)
    text += "  rows of equal weight; where weights differ, as many times the heaviest over their mean\n";
  if (claim.recorded_rows)
    text += "  it can pass from " + count_text(*claim.recorded_rows, "row") + " on, of which " +
            judgement::exact_quantity(objective.design_effect, {}) + " count as one below\n";
  Table table;
  table.add("it can pass", "rows", "time", "");
  for (const outlook::Possible& possible : outlook.possible)
    table.add(possible.bad == 0 ? "  with no bad row" : "  with " + count_text(possible.bad, "bad row"),
              rows_text(possible.wait), wait_text(possible.wait), "");
  add_truths(table, claim, outlook);
  return text + table.text() + window_text(claim, outlook) +
         curves_text(outlook.curve, value_text(claim, claim.question.better), value_text(claim, claim.question.worse));
}

std::string line_time(const RoughClaim::Line& line, bool reached) {
  if (!reached) return "";
  if (!line.fits) return "never: more than its window holds";
  return line.ns ? time_text(*line.ns) : "";
}

// The table of truths and the curve.
std::string chances_text(const RoughClaim& claim) {
  std::string text = (claim.exact      ? "  exactly: "
                      : claim.at_least ? "  at least, whatever the distribution: "
                                       : "  by the normal law: ") +
                     claim.about + "\n";
  Table table;
  const auto rows_of = [&](const RoughClaim::Line& line) {
    return claim.in_time ? "" : line.rows ? grouped_digits(*line.rows) : "over 10^12";
  };
  if (claim.best) {
    table.add("it can pass", claim.in_time ? "" : "rows", "time", "");
    table.add("  " + claim.best->truth, rows_of(*claim.best), line_time(*claim.best, true), "");
  }
  table.add("if in truth", claim.in_time ? "" : "rows", "time", "");
  bool never = !claim.lines.empty();
  for (const RoughClaim::Line& line : claim.lines) {
    const bool reached = claim.in_time ? line.ns.has_value() : line.rows.has_value();
    table.add(
        "  " + line.truth, rows_of(line), line_time(line, reached),
        (line.to_pass ? "passes with " : "fails with ") + percent(line.to_pass ? claim.pass_power : claim.fail_power));
    never = never && (!line.to_pass || !reached || !line.fits);
  }
  const bool at_all = claim.best && !claim.best->fits;
  if (at_all)
    text += "  it can never pass: its window is too short for the best that can come\n";
  else if (never && !claim.at_least)
    text += "  at these truths it can never pass\n";
  return text + table.text() + curves_text(claim.curve, claim.better, claim.worse, claim.curve_step_ns);
}

std::string rough_text(const PlannedObjective& objective, const PlannedRequirement& requirement,
                       const RoughClaim& claim) {
  const std::string times = claim.in_time ? "" : "  " + traffic_text(objective, requirement, claim.rows_per_ns) + "\n";
  return times + chances_text(claim);
}

std::string best_bound(std::uint64_t rows, const CalculatedClaim& claim) {
  const Rational bound = outlook::upper_bound_of_none(rows, claim.alpha, claim.anytime);
  return judgement::measured_quantity(judgement::decimal(bound, 3, judgement::Rounding::up), judgement::Rounding::up,
                                      Rational(-1), {plan::Unit::ratio, false}, 3);
}

std::string part_text(const CalculatedClaim& claim, const CalculatedClaim::Part& part) {
  if (part.census) return "exact, whatever the number of rows\n";
  if (part.mean) return "bounds as near as its values and the rows allow\n";
  if (part.quantile && claim.unlimited) return "no bounds exist for looks without limit: never decided\n";
  std::string text;
  if (part.quantile) {
    const auto rows = [&](const Rational& share) {
      const auto needed = statistics::smallest_n_to_pass({true, share}, claim.alpha);
      return needed ? count_text(*needed, "row") : "more than 10^18 rows";
    };
    const Rational rest = *subtract(Rational(1), *part.quantile);
    return fmt::format("an upper bound from {}, a lower one from {}\n", rows(*part.quantile), rows(rest));
  }
  text += "at most";
  for (const std::uint64_t rows : kCleanRows)
    text += fmt::format("{} {} when none of {} shows it", rows == kCleanRows.front() ? "" : ",",
                        best_bound(rows, claim), grouped_digits(rows));
  return text + "\n";
}

// The rows with which it can be decided at all, and why it never is.
std::string decided_text(const CalculatedPlan& plan) {
  Table table;
  const auto add = [&](const char* verdict, const std::optional<Wait>& wait) {
    if (wait) table.add(verdict, grouped_digits(wait->rows), wait_text(wait), "");
  };
  std::string text;
  if (plan.can_pass || plan.can_fail) {
    table.add("at the best that can come", "rows", "time", "");
    add("  it can pass", plan.can_pass);
    add("  it can pass, all of them alike", plan.can_pass_alike);
    add("  it can fail", plan.can_fail);
    text = table.text();
  }
  if (!plan.never_passes.empty() && plan.never_passes == plan.never_fails)
    return text + "  it can never pass or fail: " + plan.never_passes + "\n";
  if (!plan.never_passes.empty()) text += "  it can never pass: " + plan.never_passes + "\n";
  if (!plan.never_fails.empty()) text += "  it can never fail: " + plan.never_fails + "\n";
  return text;
}

std::string calculated_text(const PlannedObjective& objective, const PlannedRequirement& requirement,
                            const CalculatedClaim& claim) {
  std::string text = fmt::format("  a calculation: alpha is split, each of {} gets {}\n",
                                 count_text(claim.splits, "bound"), percent(claim.alpha));
  for (const CalculatedClaim::Part& part : claim.parts)
    text += "    " + printable(part.text) + ": " + part_text(claim, part);
  if (claim.plan.can_pass || claim.plan.can_fail)
    text += "  " + traffic_text(objective, requirement, claim.rows_per_ns) + "\n";
  text += decided_text(claim.plan);
  return claim.plan.chances ? text + chances_text(*claim.plan.chances) : text;
}

// Whether any of its requirements is asked again at half of alpha, a quarter, and so on.
bool is_retried(const PlannedObjective& objective) {
  return std::any_of(objective.requirements.begin(), objective.requirements.end(), [](const auto& requirement) {
    const auto* counted = std::get_if<CountedClaim>(&requirement.claim);
    const auto* calculated = std::get_if<CalculatedClaim>(&requirement.claim);
    return std::holds_alternative<RoughClaim>(requirement.claim) ||
           (counted != nullptr && !counted->question.test.anytime) || (calculated != nullptr && !calculated->anytime);
  });
}

std::string looks_text(const PlannedObjective& objective, const Rational& alpha) {
  switch (objective.looks.kind) {
    case plan::LooksKind::once:
      return "";
    case plan::LooksKind::at_most: {
      const auto each = divide(alpha, Rational(static_cast<std::int64_t>(objective.looks.maximum)));
      return fmt::format("; {}, each with alpha {}", count_text(objective.looks.maximum, "look"),
                         judgement::percent(each.value_or(alpha)));
    }
    case plan::LooksKind::unlimited:
      return is_retried(objective) ? "; looks without limit, of which the first has half of alpha, the next a quarter"
                                   : "; looks without limit, by evidence that is valid at any time";
  }
  return "";
}

std::string step_text(const PlannedObjective& objective, const PlannedFamily::Step& step) {
  std::string text =
      "    " + printable(objective.requirements[step.requirement].text) + ", at alpha " + percent(step.alpha) + ": ";
  if (!step.fits) return text + "more than its window holds\n";
  if (step.rows) text += count_text(*step.rows, "row");
  if (step.ns) text += (step.rows ? ", " : "") + time_text(*step.ns);
  return text + "\n";
}

// A pass of so many is that of the cheapest ones.
std::string family_text(const PlannedObjective& objective, const PlannedFamily& family) {
  std::string text =
      family.least == 1
          ? fmt::format("  any of {}: it passes as soon as the cheapest does, and alpha is shared by all:\n",
                        family.members)
          : fmt::format(
                "  at least {} of {}: it passes as soon as the {} cheapest do, and alpha is shared by "
                "what has not passed:\n",
                family.least, family.members, family.least);
  for (const PlannedFamily::Step& step : family.passes) text += step_text(objective, step);
  if (family.passes.size() < family.least)
    text +=
        fmt::format("    what {} would take cannot be told\n",
                    family.passes.empty() ? "it" : "the other " + std::to_string(family.least - family.passes.size()));
  return text + fmt::format("  it fails when {} of them do, each at alpha {}\n",
                            family.to_fail == family.members ? "all" : std::to_string(family.to_fail),
                            percent(family.fail_alpha));
}

// Clusters fail as a whole here, or not at all; the judge counts them so while fewer than ten do.
std::string clusters_text(const PlannedClusters& clusters) {
  const outlook::ClustersNeeded& needed = clusters.needed;
  const auto number = [&](std::uint64_t count) {
    const auto time = clusters_time(clusters, count);
    return grouped_digits(count) + (!clusters_fit(clusters, count) ? " (never: more than its window holds)"
                                    : time                         ? " (" + time_text(*time) + ")"
                                                                   : "");
  };
  std::string text = fmt::format(
      "  without a declared `design effect` a pass needs, of clusters of one size:\n    {} if all are clean\n",
      number(needed.clean));
  if (needed.expected)
    text += fmt::format("    {} if in truth {} of them fail as a whole, with {}\n", number(*needed.expected),
                        percent(clusters.failing), percent(clusters.power));
  return text + fmt::format(
                    "    {} where ten or more fail, from which on their spread is measured\n  and more where sizes "
                    "differ, or where failures are spread over more of them\n",
                    number(needed.measured));
}

// What holds for every requirement of the objective.
std::string conditions_text(const PlannedObjective& objective, const Wishes& wishes) {
  const CountedClaim* counted = nullptr;
  for (const PlannedRequirement& requirement : objective.requirements)
    if (const auto* claim = std::get_if<CountedClaim>(&requirement.claim)) counted = claim;
  std::string text;
  if (objective.family)
    text += family_text(objective, *objective.family);
  else if (counted != nullptr && objective.comparisons > 1)
    text += fmt::format("  {} comparisons: each is planned so that all of them pass with {}\n", objective.comparisons,
                        percent(wishes.power));
  if (objective.group_field && objective.groups == 0)
    text += "  rows are those of one group; a fail needs more the more groups there are\n";
  if (objective.clustered)
    text += objective.design_effect > Rational(1)
                ? fmt::format(
                      "  rows come in clusters: {} of them count as one here, and more where clusters differ more\n",
                      judgement::exact_quantity(objective.design_effect, {}))
                : "  rows come in clusters: how many of them count as one is measured, so that more are needed\n";
  if (objective.clusters) text += clusters_text(*objective.clusters);
  if (objective.minimum_rows > 0)
    text += fmt::format("  a pass waits for {}{}\n", count_text(objective.minimum_rows, "row"),
                        objective.minimum_rows_each && objective.group_field ? " of each group" : "");
  if (counted != nullptr && !counted->question.arrival.minimum_ns.is_zero())
    text += fmt::format("  a pass waits until telemetry reaches over {}\n",
                        time_text(counted->question.arrival.minimum_ns));
  return text;
}

std::string objective_text(const PlannedObjective& objective, const Wishes& wishes) {
  std::string text = "\n" + objective.name;
  if (objective.confidence)
    text += ", at " + percent(*objective.confidence) + " confidence" +
            looks_text(objective, *subtract(Rational(1), *objective.confidence));
  text += "\n";
  text += conditions_text(objective, wishes);
  for (const PlannedRequirement& requirement : objective.requirements) {
    text += " " + printable(requirement.text) + "\n";
    text += plan::match(
        requirement.claim, [&](const CountedClaim& claim) { return counted_text(objective, requirement, claim); },
        [](const CensusClaim&) { return std::string("  a fact about the rows recorded: no sample is needed\n"); },
        [&](const CalculatedClaim& claim) { return calculated_text(objective, requirement, claim); },
        [&](const RoughClaim& claim) { return rough_text(objective, requirement, claim); },
        [](const OpenClaim& claim) { return "  " + claim.why + "\n"; });
  }
  return text;
}

}  // namespace

std::optional<Rational> clusters_time(const PlannedClusters& clusters, std::uint64_t number) {
  if (!clusters.block_ns) return std::nullopt;
  return multiply(*clusters.block_ns, Rational(static_cast<std::int64_t>(number)));
}

bool clusters_fit(const PlannedClusters& clusters, std::uint64_t number) {
  if (!clusters.block_ns || !clusters.window_ns) return true;
  const auto blocks = divide(*clusters.window_ns, *clusters.block_ns);
  return !blocks || blocks->ceil() >= Int128(number);
}

std::string plan_text(const PlannedPolicy& policy, const Wishes& wishes) {
  std::string text = printable(policy.title.empty() ? policy.name : policy.title) + "\npolicy " + policy.name + "\n";
  for (const PlannedObjective& objective : policy.objectives) text += objective_text(objective, wishes);
  return text +
         "\nFrom the rows named on, the probability never falls below the wanted one. Rows are those of the\n"
         "population, independent and none unknown; times take all of the traffic to be of the population.\n";
}

}  // namespace proofmark::cli
