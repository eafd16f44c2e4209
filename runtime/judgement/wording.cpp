// One sentence a verdict: which quantity, which number, how far off, and what would change it.
#include "runtime/judgement/wording.h"

#include "runtime/judgement/earlier_looks.h"
#include "runtime/judgement/interval.h"
#include "runtime/judgement/model_wording.h"
#include "runtime/judgement/quantity.h"
#include "runtime/judgement/requirement.h"
#include "runtime/plan/spelling.h"

namespace proofmark::judgement {
namespace {

using plan::Comparison;
using plan::Rational;

// Everything that a sentence about one requirement speaks of, ready to be set.
struct Words {
  const plan::Objective& objective;
  const plan::Requirement& requirement;
  const Judged& judged;
  bool unattested = false;  // nobody says how often it was asked before

  Display display() const { return {judged.unit, requirement.in_ppm}; }
  std::string measured() const { return measured_text(requirement); }
  std::string threshold() const { return exact_quantity(judged.threshold, display()); }
  // The bounds of a look among attested ones hold over all of them: each is taken at its part of alpha.
  std::string confidence() const {
    const std::string looks = judged.retry ? " over all looks"
                              : judged.look && judged.look->of > 1
                                  ? " over all " + grouped_digits(judged.look->of) + " looks"
                                  : "";
    return percent(objective.confidence) + " confidence" + looks;
  }
  std::string value(const std::string& text, Rounding rounding) const {
    return measured_quantity(text, rounding, judged.threshold, display());
  }
  std::string estimate() const {
    if (!judged.in_buckets) return value(judged.estimate, Rounding::half_even);
    if (!lies_above_edges(requirement, judged)) return between_ends();
    const std::string above = value(judged.estimate_above, Rounding::half_even);
    const std::string upto = value(judged.estimate, Rounding::half_even);
    if (judged.estimate.empty()) return judged.estimate_above.empty() ? "unknown" : "above " + above;
    return judged.estimate_above.empty() ? "at most " + upto : "above " + above + " and at most " + upto;
  }
  // Of what is calculated from quantiles that lie between edges, whether an end belongs to it depends on the
  // calculation; of a comparison of distributions both do.
  std::string between_ends() const {
    const std::string least = value(judged.estimate_above, Rounding::down);
    const std::string most = value(judged.estimate, Rounding::up);
    if (judged.estimate.empty()) return judged.estimate_above.empty() ? "unknown" : "at least " + least;
    return judged.estimate_above.empty() ? "at most " + most : "between " + least + " and " + most;
  }
  std::string rows(std::uint64_t number) const { return count_text(number, noun()); }
  const char* noun() const { return judged.of_events ? "event" : "row"; }
  bool is_census() const { return judged.method == "census"; }
  bool is_calculated() const { return !requirement.direct_op && !requirement.model; }
};

std::string beyond_the_claim(const Words& words) {
  switch (words.judged.op) {
    case Comparison::at_least:
      return "below " + words.threshold();
    case Comparison::greater:
      return words.threshold() + " or less";
    case Comparison::at_most:
      return "above " + words.threshold();
    case Comparison::less:
      return words.threshold() + " or more";
    case Comparison::equal:
    case Comparison::not_equal:
      break;
  }
  return {};
}

std::string compared(const Words& words) {
  const bool met = words.judged.verdict == Verdict::pass;
  switch (words.judged.op) {
    case Comparison::at_least:
      return (met ? "and at least " : "under the ") + words.threshold() + (met ? " is required" : " required");
    case Comparison::greater:
      return (met ? "and more than " : "not above the ") + words.threshold() +
             (met ? " is required" : " it must exceed");
    case Comparison::at_most:
      return (met ? "within the " : "over the ") + words.threshold() + " allowed";
    case Comparison::less:
      return (met ? "under the " : "not under the ") + words.threshold() + " it must stay below";
    case Comparison::equal:
    case Comparison::not_equal:
      break;
  }
  return {};
}

std::string wrongly_passes(const Judged& judged, const Rational& alpha) {
  if (judged.after_looking) return "nobody knows how often this check would pass, as it was chosen after looking";
  const Odds odds = odds_of(alpha);
  return "this check would wrongly pass at most " + grouped_digits(odds.times) +
         (odds.times == 1 ? " time in " : " times in ") + grouped_digits(odds.cases);
}

Rational alpha_of(const plan::Objective& objective) {
  return *subtract(Rational(1), objective.confidence);
}

// What is said of the independence of rows that a verdict rests on (dependence.h).
std::string doubt_of(const Judged& judged) {
  const bool decided = judged.verdict == Verdict::pass || judged.verdict == Verdict::fail;
  return decided && judged.reason == Reason::none && !judged.note.empty() ? " (" + judged.note + ")" : "";
}

std::string placed_unknown(plan::UnknownAs unknown_as, bool passes) {
  if (unknown_as == plan::UnknownAs::excluded) return "unknown rows are like the others, as it assumes";
  if (passes && unknown_as == plan::UnknownAs::good) return "unknown rows are good, as it assumes";
  if (!passes && unknown_as == plan::UnknownAs::bad) return "unknown rows are bad, as it assumes";
  return {};
}

std::string asked_before(const plan::Looks& looks, bool anytime) {
  if (looks.kind == plan::LooksKind::at_most && looks.maximum > 1)
    return "it is asked no more than " + grouped_digits(looks.maximum) + " times";
  return anytime ? "" : "it was not asked before";
}

// What the stated error of a verdict supposes: the same that makes a decision's bound an assumed one, or none.
std::vector<std::string> suppositions(const Words& words) {
  const plan::Objective& objective = words.objective;
  const bool passes = words.judged.verdict == Verdict::pass;
  std::vector<std::string> all;
  const std::string doubt = doubt_of(words.judged);
  if (!objective.independent_because.empty())
    all.push_back("its rows are independent of each other, as it assumes" + doubt);
  else if (!doubt.empty())
    all.push_back("its rows are independent of each other" + doubt);
  if (objective.clustering && !objective.clustering->design_effect.is_zero())
    all.push_back("the design effect is no larger than is declared");
  if (std::string unknown = placed_unknown(objective.unknown_as, passes); !unknown.empty())
    all.push_back(std::move(unknown));
  const auto* rate = std::get_if<plan::Rate>(&words.requirement.leaves[0].what);
  if (rate != nullptr && !rate->buckets) all.emplace_back("its events are a Poisson process, as it assumes");
  if (passes && words.unattested && !words.judged.after_looking)
    if (std::string before = asked_before(objective.looks, is_anytime(objective, words.requirement)); !before.empty())
      all.push_back(std::move(before));
  return all;
}

std::string supposed(const std::vector<std::string>& all, const char* first) {
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? first : ", and if ") + one;
  return text;
}

// A test that is right in the limit only; that clusters may have to be measured is known before any are.
std::string limit_clause(const Words& words) {
  const auto& clustering = words.objective.clustering;
  if (clustering && clustering->design_effect.is_zero()) return ", in the limit of many clusters";
  return words.judged.guarantee == Guarantee::asymptotic ? std::string(", in the limit of many ") + words.noun() + "s"
                                                         : "";
}

// What a failure rests on; the odds of a pass are followed by the same.
std::string so_it_is(const Words& words) {
  const std::string limit = limit_clause(words);
  return limit.empty() ? supposed(suppositions(words), "; so it is if ")
                       : "; so it is" + limit.substr(1) + supposed(suppositions(words), ", if ");
}

// Of rows with weights there is no value at a rank: what they stand for up to the threshold.
std::string observed_below(const Words& words, const plan::Quantile& leaf) {
  const bool with = words.judged.op == Comparison::at_most || words.judged.op == Comparison::greater;
  return words.measured() + " has " +
         measured_quantity(words.judged.weights->share, Rounding::half_even, leaf.p, {plan::Unit::ratio, false}) +
         (with ? " at or below " : " below ") + words.threshold() + " over " + words.rows(words.judged.n);
}

std::string observed(const Words& words) {
  if (words.judged.weights && !words.judged.weights->share.empty())
    if (const auto* leaf = std::get_if<plan::Quantile>(&words.requirement.leaves[0].what))
      return observed_below(words, *leaf);
  return words.measured() + " is " +
         (words.judged.estimate.empty() && !words.judged.in_buckets ? "unknown" : words.estimate()) + " over " +
         words.rows(words.judged.n);
}

std::string pass_sentence(const Words& words) {
  if (words.judged.reason == Reason::no_rows)
    return words.measured() + " has no " + words.noun() + "s, which the policy takes as a pass";
  if (words.is_census()) {
    const bool met = is_at_least(words.judged.op);
    const std::string& certain = met ? words.judged.lower : words.judged.upper;
    const std::string at = certain == words.judged.estimate ? "" : met ? "at least " : "at most ";
    return words.measured() + " is " + at + words.value(certain, met ? Rounding::down : Rounding::up) +
           (met ? " " : ", ") + compared(words);
  }
  return "were the true " + words.measured() + " " + beyond_the_claim(words) + ", " +
         wrongly_passes(words.judged, alpha_of(words.objective)) + limit_clause(words) +
         supposed(suppositions(words), ", if ");
}

std::string fail_sentence(const Words& words) {
  if (words.judged.reason == Reason::no_rows)
    return words.measured() + " has no " + words.noun() + "s, which the policy takes as a failure";
  if (words.judged.reason == Reason::missing_shard)
    return words.measured() + " lacks data, which the policy takes as a failure: " + words.judged.note;
  const bool at_least = is_at_least(words.judged.op);
  const std::string& bound = at_least ? words.judged.upper : words.judged.lower;
  const std::string shown = words.value(bound, at_least ? Rounding::up : Rounding::down);
  const bool is_known = !words.judged.lower.empty() && !words.judged.upper.empty();
  if (words.is_census() && bound == words.judged.estimate && is_known)
    return words.measured() + " is " + shown + ", " + compared(words);
  return words.measured() + " is " +
         (at_least                                            ? "at most "
          : lies_above_edges(words.requirement, words.judged) ? "above "
                                                              : "at least ") +
         shown + (words.is_census() ? "" : " with " + words.confidence()) + ", " + compared(words) +
         (words.is_census() ? "" : so_it_is(words));
}

// What earlier looks say against a failure that this look shows by itself.
std::string contradicted_clause(const Judged& judged) {
  return judged.verdict == Verdict::fail && judged.reason == Reason::drifted ? "; " + judged.note : "";
}

// The clearest of several failures: its own bound would be quoted because it is extreme, so none is; what is proven is
// that the claim does not hold there, at the family's level.
std::string chosen_fail_sentence(const Words& words, const ObjectiveVerdict& verdict) {
  return observed(words) + ", " + compared(words) + "; disproved with " + words.confidence() + " among " +
         grouped_digits(verdict.comparisons) + " comparisons (Holm)" + so_it_is(words) +
         contradicted_clause(words.judged);
}

std::string more_rows(const Words& words, const char* like) {
  if (!words.judged.samples_needed) return {};
  const std::uint64_t needed = *words.judged.samples_needed;
  return "; " + grouped_digits(needed) + " more " + words.noun() + (needed == 1 ? "" : "s") + like;
}

// The rows would pass at an equal share of alpha, and the boundary of all looks together asks for more: the printed
// bound stands at the threshold, where it tells nothing.
bool boundary_withholds(const Words& words) {
  const Judged& judged = words.judged;
  return judged.look &&
         judged.p_pass * static_cast<double>(judged.look->of) <= alpha_of(words.objective).nearest_double();
}

std::string rows_to_pass(const Words& words) {
  const Judged& judged = words.judged;
  if (judged.retry) return more_rows(words, " like these would pass at the next look");
  if (!judged.look) return more_rows(words, " like these would pass");
  if (judged.samples_needed == std::uint64_t{0})
    return std::string("; the same ") + words.noun() + "s would pass at the next look";
  return more_rows(words, " like these would pass at the next look");
}

std::string too_few_sentence(const Words& words) {
  const bool at_least = is_at_least(words.judged.op);
  const std::string& bound = at_least ? words.judged.lower : words.judged.upper;
  std::string text = observed(words);
  if (boundary_withholds(words))
    text += ", which is not yet enough for the boundary of all " + grouped_digits(words.judged.look->of) + " looks";
  else if (!bound.empty())
    text += std::string(", but may be as ") + (at_least ? "low as " : "high as ") +
            words.value(bound, at_least ? Rounding::down : Rounding::up) + " (" + words.confidence() + ")";
  return text + rows_to_pass(words);
}

// Whether there is an estimate that misses the claim, and misses it wherever between edges it lies.
bool is_seen_to_miss(const Words& words) {
  const Judged& judged = words.judged;
  if (judged.weights) return true;
  const bool nearer_is_above = judged.in_buckets && !is_at_least(judged.op);
  const std::string& nearer = nearer_is_above ? judged.estimate_above : judged.estimate;
  if (nearer.empty()) return false;
  const auto value = Rational::parse(nearer);
  if (!value) return true;  // a double that only an exponent writes
  // What lies above an edge is no longer at most that.
  const bool open = lies_above_edges(words.requirement, judged) && judged.op == Comparison::at_most;
  return claim_over(Range::point(*value), open ? Comparison::less : judged.op, judged.threshold) != Claimed::everywhere;
}

std::string too_close_sentence(const Words& words) {
  const bool at_least = is_at_least(words.judged.op);
  const std::string& bound = at_least ? words.judged.upper : words.judged.lower;
  std::string text = observed(words);
  if (is_seen_to_miss(words))
    text += ", " + compared(words) + ", but not yet disproved";
  else
    text += ", which leaves open on which side of " + words.threshold() + " it lies";
  if (!bound.empty())
    text += std::string(": it may be as ") + (at_least ? "high as " : "low as ") +
            words.value(bound, at_least ? Rounding::up : Rounding::down) + " (" + words.confidence() + ")";
  return text;
}

std::string missing_bound_sentence(const Words& words) {
  if (!words.judged.note.empty()) return words.measured() + " is undecided: " + words.judged.note;
  const char* side = is_at_least(words.judged.op) ? "a lower" : "an upper";
  return std::string("no order statistic of ") + words.rows(words.judged.n) + " is " + side + " bound of " +
         words.measured() + " with " + words.confidence() +
         more_rows(words, words.judged.samples_needed == 1 ? " is needed" : " are needed");
}

std::string unknown_rows_sentence(const Words& words) {
  const std::string rows = words.rows(words.judged.unknown);
  const bool one = words.judged.unknown == 1;
  if (!words.judged.note.empty()) return words.measured() + " is undecided: " + words.judged.note;
  if (words.is_census())
    return words.measured() +
           (words.judged.estimate.empty() ? ""
                                          : " is " + words.estimate() + " of the known " + words.noun() + "s, and") +
           " " + rows + (one ? " that is unknown decides" : " that are unknown decide") + " whether it meets " +
           words.threshold();
  return words.measured() + " would pass if " + rows +
         (one ? " that is unknown was good" : " that are unknown were good") +
         more_rows(words, " like these would pass all the same");
}

std::string quantised_sentence(const Words& words) {
  if (words.judged.in_buckets && !lies_above_edges(words.requirement, words.judged))
    return observed(words) + ": the edges of its buckets do not tell on which side of " + words.threshold() +
           " it lies" +
           (words.is_calculated() ? "" : "; record finer buckets, or compare the shares of values up to an edge");
  const bool one = words.judged.unknown == 1;
  return words.measured() + " would pass if " + count_text(words.judged.unknown, "event") +
         (one ? ", whose bucket the limit lies within, was" : ", whose bucket the limit lies within, were") +
         " on the good side of it: let an edge stand at the limit";
}

bool is_rate(const plan::Requirement& requirement) {
  return requirement.direct_op && std::holds_alternative<plan::Rate>(requirement.leaves[0].what);
}

std::string inconclusive_sentence(const Words& words) {
  switch (words.judged.reason) {
    case Reason::too_few:
      return too_few_sentence(words);
    case Reason::threshold_too_close:
      return too_close_sentence(words);
    case Reason::bound_does_not_exist:
      return missing_bound_sentence(words);
    case Reason::unknown_rows:
      return unknown_rows_sentence(words);
    case Reason::quantised:
      return quantised_sentence(words);
    case Reason::overflow:
      return words.measured() + " is undecided: adding its values up leaves the range of a double (1.8e308)";
    case Reason::denominator:
      if (is_rate(words.requirement))
        return "the telemetry covers no time of " + words.measured() + ", and there is no rate";
      return "the denominator of " + words.measured() + " may be 0";
    case Reason::borderline:
      return words.measured() + " lies closer to the threshold than arithmetic can tell";
    case Reason::coverage:
      if (is_rate(words.requirement)) return observed(words) + ", but undecided: " + words.judged.note;
      [[fallthrough]];
    case Reason::minimum_rows:
      return words.measured() + " would pass, but " + words.judged.note;
    case Reason::dependent:
      return observed(words) + ", but undecided: " + words.judged.note;
    case Reason::out_of_range:
    case Reason::sample_ratio_mismatch:
    case Reason::sampling:
      return words.measured() + " is undecided: " + words.judged.note;
    case Reason::spent:
    case Reason::drifted:
      return observed(words) + ", but undecided: " + words.judged.note;
    case Reason::none:
    case Reason::no_rows:
    case Reason::no_groups:
    case Reason::missing_shard:
    case Reason::multiplicity:
      break;
  }
  return words.measured() + " is undecided";
}

std::string no_data_sentence(const Words& words) {
  if (words.judged.reason == Reason::missing_shard) return words.measured() + " lacks data: " + words.judged.note;
  return words.measured() + " has no " + words.noun() + "s";
}

std::string requirement_sentence(const Words& words);

// Of everything that passed, once each; what is said of a group's rows names it.
std::string family_clauses(const plan::Objective& objective, const ObjectiveVerdict& verdict, bool unattested) {
  std::string limit;
  std::vector<std::string> all;
  for (const GroupVerdict& group : verdict.groups)
    for (std::size_t r = 0; r < group.requirements.size(); ++r) {
      const Judged& judged = group.requirements[r];
      if (judged.verdict != Verdict::pass || judged.method == "census" || objective.requirements[r].model) continue;
      const Words words{objective, objective.requirements[r], judged, unattested};
      if (limit.empty()) limit = limit_clause(words);
      for (std::string& one : suppositions(words)) {
        const bool doubted = !doubt_of(judged).empty() && one.starts_with("its rows");
        if (doubted && std::any_of(all.begin(), all.end(), [](const std::string& told) { return told.ends_with(")"); }))
          continue;  // the first stands for all
        if (doubted && !group.is_whole) one = "rows of " + group_text(objective, group) + one.substr(8);
        if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(std::move(one));
      }
    }
  return limit + supposed(all, ", if ");
}

std::string family_pass_sentence(const plan::Objective& objective, const ObjectiveVerdict& verdict, bool unattested) {
  bool exact = true;
  for (const GroupVerdict& group : verdict.groups)
    for (const Judged& judged : group.requirements) exact = exact && judged.method == "census";
  const std::size_t requirements = objective.requirements.size(), groups = verdict.groups.size();
  const std::string all =
      requirements == 1 ? measured_text(objective.requirements[0]) + " " +
                              std::string(plan::spelling(verdict.groups[0].requirements[0].op)) + " " +
                              exact_quantity(verdict.groups[0].requirements[0].threshold,
                                             {verdict.groups[0].requirements[0].unit, objective.requirements[0].in_ppm})
                        : "all " + std::to_string(requirements) + " requirements";
  const std::string where =
      objective.group_field
          ? " in " + (groups == 1 ? std::string("the one group") : "each of " + grouped_digits(groups) + " groups") +
                " of " + *objective.group_field
          : "";
  const std::string hold = requirements == 1 ? " holds" : " hold";
  if (exact) return all + hold + where;
  return all + hold + where + "; were that false, " +
         wrongly_passes(verdict.groups[0].requirements[0], alpha_of(objective)) +
         family_clauses(objective, verdict, unattested);
}

// Some of several: how many were shown, and what stands for them.
std::string some_of_sentence(const plan::Objective& objective, const ObjectiveVerdict& verdict, bool unattested) {
  const FamilyTold& told = *verdict.family;
  const std::string of = std::to_string(objective.requirements.size());
  if (verdict.verdict == Verdict::pass)
    return std::to_string(told.passed) + " of " + of + " requirements hold, and " + std::to_string(told.least) +
           (told.least == 1 ? " is" : " are") + " required; were fewer of them true, " +
           wrongly_passes(verdict.groups[0].requirements[0], alpha_of(objective)) + " (Holm)" +
           family_clauses(objective, verdict, unattested);
  const std::size_t place = verdict.groups[0].deciding_requirement;
  const std::string first = requirement_sentence(
      {objective, objective.requirements[place], verdict.groups[0].requirements[place], unattested});
  if (verdict.verdict == Verdict::fail)
    return "fewer than " + std::to_string(told.least) + " of " + of + " requirements hold: " + first;
  return std::to_string(told.passed) + " of " + of + " requirements " + (told.passed == 1 ? "is" : "are") +
         " shown to hold, and " + std::to_string(told.least) + (told.least == 1 ? " is" : " are") +
         " required: " + first;
}

}  // namespace

Odds odds_of(const Rational& alpha) {
  Odds odds;
  for (std::uint64_t cases = 100; cases <= 1'000'000'000'000'000; cases *= 10) {
    const std::optional<Rational> times = multiply(alpha, Rational(static_cast<std::int64_t>(cases)));
    if (!times) break;
    odds = {cases, static_cast<std::uint64_t>(times->ceil())};
    if (times->is_integer() || (cases >= 1'000'000 && *times >= Rational(1))) break;
  }
  return odds;
}

std::string count_text(std::uint64_t count, const char* noun) {
  return grouped_digits(count) + " " + noun + (count == 1 ? "" : "s");
}

bool lies_above_edges(const plan::Requirement& requirement, const Judged& judged) {
  return judged.in_buckets && requirement.direct_op &&
         !std::holds_alternative<plan::Contrast>(requirement.leaves[0].what);
}

std::string measured_text(const plan::Requirement& requirement) {
  if (requirement.model) return requirement.model->text;
  if (requirement.direct_op) return requirement.leaves[0].text;
  const std::string op = " " + std::string(plan::spelling(requirement.op)) + " ";
  const std::size_t place = requirement.text.rfind(op);
  if (place != std::string::npos) return requirement.text.substr(0, place);
  return requirement.leaves.size() == 1 ? requirement.leaves[0].text : requirement.text;  // `not_worse(…)`
}

std::string group_text(const plan::Objective& objective, const GroupVerdict& group) {
  if (group.is_whole || !objective.group_field) return {};
  return *objective.group_field + (group.key ? " \"" + *group.key + "\"" : " null");
}

// What clusters made of the rows; empty where rows are independent or the sentence has said so.
std::string clusters_clause(const Words& words) {
  const Judged& judged = words.judged;
  if (judged.clusters == 0 || judged.reason == Reason::dependent) return {};
  const std::string clusters = count_text(judged.clusters, "cluster");
  if (judged.design_effect.empty()) return "; judged by " + clusters + ", each as a whole";
  return std::string("; its ") + words.noun() + "s come in " + clusters + " with a design effect of " +
         judged.design_effect + (judged.guarantee == Guarantee::asymptotic ? ", estimated from them" : "");
}

// What the rows stand for that were kept as they went.
std::string weights_clause(const Words& words) {
  if (!words.judged.weights) return {};
  const WeightsTold& told = *words.judged.weights;
  const auto number = [&](const std::string& text, Rounding rounding) {
    return measured_quantity(text, rounding, Rational(-1), {plan::Unit::number, false});
  };
  return "; the " + words.rows(words.judged.n) + " kept stand for " + number(told.total, Rounding::half_even) +
         ", the heaviest for " + number(told.heaviest, Rounding::half_even) + ", and count as " +
         number(told.rows, Rounding::down);
}

// What a look without a limit on their number has of alpha, where that is what decides.
std::string retry_clause(const Judged& judged) {
  const bool otherwise =
      judged.reason == Reason::no_rows || judged.reason == Reason::missing_shard || judged.reason == Reason::sampling;
  if (otherwise || judged.retry->number > kMostRetries) return {};
  return "; look " + grouped_digits(judged.retry->number) + ", which has 1/" +
         grouped_digits(std::uint64_t{1} << judged.retry->number) + " of alpha";
}

// How a look among attested ones could pass.
std::string look_clause(const Words& words) {
  const Judged& judged = words.judged;
  if (judged.reason == Reason::spent) return {};
  if (judged.reason == Reason::drifted && judged.verdict != Verdict::fail) return {};
  if (judged.retry) return retry_clause(judged);
  if (!judged.look || judged.verdict == Verdict::fail) return {};
  const LookTaken& look = *judged.look;
  const std::string which = "; look " + grouped_digits(look.number) + " of " + grouped_digits(look.of);
  if (!look.most_bad) return which + " cannot pass with so few " + words.noun() + "s";
  return which + " passes with at most " + count_text(*look.most_bad, judged.of_events ? "bad event" : "bad row") +
         ", and has " + grouped_digits(look.bad);
}

namespace {

std::string requirement_sentence(const Words& words) {
  const Judged& judged = words.judged;
  if (words.requirement.model) return model_sentence(words.objective, words.requirement, judged);
  switch (judged.verdict) {
    case Verdict::pass:
      return pass_sentence(words) + clusters_clause(words) + weights_clause(words) + look_clause(words);
    case Verdict::fail:
      return fail_sentence(words) + clusters_clause(words) + weights_clause(words) + look_clause(words) +
             contradicted_clause(judged);
    case Verdict::inconclusive:
      return inconclusive_sentence(words) + clusters_clause(words) + weights_clause(words) + look_clause(words);
    case Verdict::no_data:
      return no_data_sentence(words);
  }
  return {};
}

}  // namespace

std::string objective_sentence(const plan::Objective& objective, const ObjectiveVerdict& verdict, bool unattested) {
  if (verdict.groups.empty()) {
    std::string none = "there are no groups of " + objective.group_field.value_or("rows");
    if (verdict.reason == Reason::missing_shard)
      return none + ", and not every value of which the policy expects rows has one";
    if (verdict.verdict == Verdict::no_data) return none;
    if (verdict.reason == Reason::sampling)
      return none + ", and rows that were not kept may have been of some: how telemetry is sampled leaves it open";
    return none + ", which the policy takes as a " + (verdict.verdict == Verdict::pass ? "pass" : "failure");
  }
  if (verdict.family) return some_of_sentence(objective, verdict, unattested);
  const GroupVerdict& group = verdict.groups[verdict.deciding_group];
  const std::string name = group_text(objective, group);
  if (verdict.reason == Reason::multiplicity)
    return (name.empty() ? "one requirement" : name) + " fails alone, but one such failure among " +
           grouped_digits(verdict.comparisons) + " comparisons is no proof (Holm)";
  const Judged& judged = group.requirements[verdict.deciding_requirement];
  const Words words{objective, objective.requirements[verdict.deciding_requirement], judged, unattested};
  if (objective.requirements[verdict.deciding_requirement].model)
    return (verdict.comparisons > 1 ? "of " + grouped_digits(verdict.comparisons) + " requirements: " : "") +
           requirement_sentence(words);
  if (verdict.verdict == Verdict::pass && verdict.comparisons > 1 && judged.reason == Reason::none)
    return family_pass_sentence(objective, verdict, unattested);
  const bool of_this_look = judged.reason == Reason::none || judged.reason == Reason::drifted;
  if (verdict.verdict == Verdict::fail && verdict.comparisons > 1 && of_this_look && judged.method != "census")
    return (name.empty() ? "" : "in " + name + ": ") + chosen_fail_sentence(words, verdict);
  return (name.empty() ? "" : "in " + name + ": ") + requirement_sentence(words);
}

}  // namespace proofmark::judgement
