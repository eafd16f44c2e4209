// Looking more than once on a schedule: spending and group-sequential boundaries.
#include "runtime/statistics/sequential.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "runtime/methods/families.h"
#include "runtime/statistics/binomial.h"
#include "runtime/statistics/group_sequential.h"

namespace proofmark::methods {
namespace {

using statistics::Spending;

double alpha_of(const Arguments& call) {
  return call.exact("alpha").nearest_double();
}

// Families of spending functions under the names by which protocols call them.
std::optional<Spending> spending_named(std::string_view name) {
  if (name == "lan-demets-obf" || name == "obrien-fleming") return Spending::obrien_fleming;
  if (name == "lan-demets-pocock" || name == "pocock") return Spending::pocock;
  if (name == "kim-demets") return Spending::power;
  if (name == "hwang-shih-decani") return Spending::hwang_shih_decani;
  return std::nullopt;
}

std::optional<Diagnostic> bad_gamma(std::string_view design, double gamma) {
  if (design == "kim-demets" && !(gamma > 0))
    return refused(fmt::format("`gamma` is {}", gamma), "the power of a Kim-DeMets spending function lies above 0");
  if (std::fabs(gamma) > 100) return refused(fmt::format("`gamma` is {}", gamma), "give a parameter from -100 to 100");
  return std::nullopt;
}

constexpr std::array kSpentParameters{
    Parameter{"information_fraction", "fraction|t", Kind::non_negative,
              "share of the planned information; 1 or more spends all"},
    Parameter{"alpha", "", Kind::level, "to be spent in all"},
    Parameter{"function_name", "function|spending", Kind::word, "the spending function", "lan-demets-obf",
              "lan-demets-obf|lan-demets-pocock|kim-demets|hwang-shih-decani"},
    Parameter{"gamma", "", Kind::real, "parameter of kim-demets and hwang-shih-decani", "1"},
    Parameter{"sided", "sides", Kind::count, "1 or 2: lan-demets-obf with 2 spends alpha/2 on each side", "1"},
};

Answer alpha_spent(const Arguments& call) {
  if (auto problem = bad_gamma(call.word("function_name"), call.real("gamma"))) return std::move(*problem);
  if (call.count("sided") != 1 && call.count("sided") != 2) return refused("`sided` is neither 1 nor 2");
  json::Object result;
  result.set("spent", number(statistics::alpha_spent(*spending_named(call.word("function_name")),
                                                     call.real("information_fraction"), alpha_of(call),
                                                     call.real("gamma"), static_cast<int>(call.count("sided")))));
  return result;
}

constexpr std::array kGroupParameters{
    Parameter{"information", "information_fractions|fractions", Kind::reals,
              "information fractions of the looks, ascending, the last usually 1"},
    Parameter{"alpha", "", Kind::level, "to be spent in all"},
    Parameter{"design", "", Kind::word,
              "a boundary's shape or a spending function (lan-demets-*, kim-demets, hwang-shih-decani)",
              "lan-demets-obf",
              "lan-demets-obf|lan-demets-pocock|kim-demets|hwang-shih-decani|obrien-fleming|pocock|wang-tsiatis"},
    Parameter{"sided", "sides", Kind::count, "1, or 2 for symmetric boundaries of |z|", "1"},
    Parameter{"gamma", "", Kind::real, "parameter of kim-demets and hwang-shih-decani", "1"},
    Parameter{"delta", "", Kind::real, "parameter of wang-tsiatis: 0 is O'Brien-Fleming, 0.5 Pocock", "0.25"},
};

std::optional<Diagnostic> bad_schedule(const std::vector<double>& information) {
  double before = 0;
  for (const double fraction : information) {
    if (!(fraction > before))
      return refused(fmt::format("the information fraction {} follows {}", fraction, before),
                     "fractions lie above 0 and rise from look to look");
    before = fraction;
  }
  if (before > 1e6) return refused("an information fraction exceeds 1e6", "fractions are relative to the planned end");
  return std::nullopt;
}

Answer group_sequential(const Arguments& call) {
  const auto& information = call.reals("information");
  const std::string& design = call.word("design");
  if (auto problem = bad_schedule(information)) return std::move(*problem);
  if (auto problem = bad_gamma(design, call.real("gamma"))) return std::move(*problem);
  if (call.count("sided") != 1 && call.count("sided") != 2) return refused("`sided` is neither 1 nor 2");
  const double alpha = alpha_of(call), delta = call.real("delta");
  if (alpha < 1e-12 || alpha > 0.5)
    return refused("`alpha` lies outside 1e-12 ... 0.5", "give a usual level, such as 0.025");
  if (!(delta >= -0.5 && delta <= 1)) return refused("`delta` lies outside -0.5 ... 1");
  std::variant<statistics::BoundaryShape, statistics::SpendingRule> rule;
  if (design == "obrien-fleming")
    rule = statistics::BoundaryShape{0};
  else if (design == "pocock")
    rule = statistics::BoundaryShape{0.5};
  else if (design == "wang-tsiatis")
    rule = statistics::BoundaryShape{delta};
  else
    rule = statistics::SpendingRule{*spending_named(design), call.real("gamma")};
  const auto found = statistics::group_design(information, alpha, static_cast<int>(call.count("sided")), rule);
  if (!found)
    return refused("the schedule is too fine to be integrated within seconds",
                   "plan fewer looks, or use `binomial_boundaries` for counts");
  json::Object result;
  result.set("critical_z", numbers(found->critical_z));
  result.set("alpha_spent", numbers(found->alpha_spent));
  result.set("stage_levels", numbers(found->stage_levels));
  return result;
}

constexpr std::array kBoundaryParameters{
    Parameter{"looks", "sizes|n", Kind::counts, "rows at each planned look, ascending"},
    Parameter{"threshold", "t", Kind::proportion, "the claim: the share of good rows is at least this"},
    Parameter{"alpha", "", Kind::level, "chance of ever passing a population that does not meet the claim"},
    Parameter{"spending", "design", Kind::word, "the spending function", "obrien-fleming",
              "obrien-fleming|pocock|lan-demets-obf|lan-demets-pocock"},
    Parameter{"planned", "n_max", Kind::count, "rows at which all of alpha is spent", kOptional},
};

std::optional<Diagnostic> bad_looks(const std::vector<std::uint64_t>& looks) {
  if (looks.size() > 100'000) return refused(fmt::format("there are {} looks", looks.size()), "plan at most 100000");
  std::uint64_t before = 0;
  for (const std::uint64_t rows : looks) {
    if (rows <= before)
      return refused(fmt::format("a look at {} rows follows one at {}", rows, before),
                     "looks have at least one row and grow");
    before = rows;
  }
  return std::nullopt;
}

json::Value whole_numbers(const std::vector<std::int64_t>& values) {
  json::Array array;
  for (const std::int64_t value : values) array.emplace_back(value);
  return array;
}

Answer binomial_boundaries(const Arguments& call) {
  const auto& looks = call.counts("looks");
  if (auto problem = bad_looks(looks)) return std::move(*problem);
  const std::uint64_t planned = call.has("planned") ? call.count("planned") : looks.back();
  if (planned == 0) return refused("`planned` is 0", "give the rows at which all of alpha is spent");
  const auto bad_rate = plan::subtract(Rational(1), call.exact("threshold"));
  const auto found = statistics::look_boundaries(looks, *bad_rate, call.exact("alpha"),
                                                 *spending_named(call.word("spending")), planned);
  json::Object result;
  result.set("max_failures", whole_numbers(found.max_bad));
  result.set("spent", numbers(found.spent));
  result.set("allowed", numbers(found.allowed));
  result.set("method", found.lattice ? "lattice" : "union-bound");
  return result;
}

constexpr std::array kCrossingParameters{
    Parameter{"looks", "sizes|n", Kind::counts, "rows at each look, ascending"},
    Parameter{"threshold", "t", Kind::proportion, "the claim: the share of good rows is at least this", kOptional},
    Parameter{"alpha", "", Kind::level, "level of the fixed-size test made at every look", kOptional},
    Parameter{"max_failures", "", Kind::value,
              "instead of threshold and alpha: the largest number of failures that passes at each look, -1 for none",
              kOptional},
    Parameter{"true_rate", "p", Kind::proportion, "the population's share of good rows; the threshold if left out",
              kOptional},
};

// Boundaries as given, or those of a test of fixed size repeated at each look.
Result<std::vector<std::int64_t>> boundaries_of(const Arguments& call) {
  const auto& looks = call.counts("looks");
  std::vector<std::int64_t> result;
  if (!call.has("max_failures")) {
    if (!call.has("threshold") || !call.has("alpha"))
      return refused("neither `max_failures` nor both `threshold` and `alpha` are given", "give one or the other");
    const auto bad_rate = plan::subtract(Rational(1), call.exact("threshold"));
    for (const std::uint64_t rows : looks)
      result.push_back(statistics::single_look_boundary(rows, *bad_rate, call.exact("alpha")));
    return result;
  }
  const json::Array* items = call.value("max_failures").as_array();
  if (items == nullptr || items->size() != looks.size())
    return refused("`max_failures` is not a list with one number for each look");
  for (const json::Value& item : *items) {
    if (item.as_integer() == nullptr || *item.as_integer() < -1)
      return refused("`max_failures` holds something else than whole numbers of at least -1");
    result.push_back(*item.as_integer());
  }
  return result;
}

Answer false_pass(const Arguments& call) {
  const auto& looks = call.counts("looks");
  if (auto problem = bad_looks(looks)) return std::move(*problem);
  const auto boundaries = boundaries_of(call);
  if (!boundaries) return boundaries.problems();
  if (!call.has("true_rate") && !call.has("threshold"))
    return refused("neither `true_rate` nor `threshold` is given", "say which population looks at the boundaries");
  const Rational& good = call.exact(call.has("true_rate") ? "true_rate" : "threshold");
  const auto found = statistics::crossing(looks, *boundaries, *plan::subtract(Rational(1), good));
  if (!found) return refused("the walk has too many states", "give fewer or smaller looks");
  json::Object result;
  result.set("probability", number(found->probability));
  result.set("mean_rows", number(found->mean_rows));
  result.set("max_failures", whole_numbers(*boundaries));
  return result;
}

constexpr std::string_view kIndependent = "rows are independent; the sizes of looks do not depend on what was seen";

constexpr std::array kMethods{
    Method{"sequential.alpha_spent", "The part of alpha that a spending function allows by an information fraction.",
           kSpentParameters, "spent: probability", "fractions do not depend on what was seen", Guarantee::exact,
           "Lan & DeMets 1983; Kim & DeMets 1987; Hwang, Shih & DeCani 1990",
           "alpha_spent(information_fraction: 0.5, alpha: 0.025, function_name: lan-demets-obf)", alpha_spent},
    Method{"sequential.binomial_boundaries",
           "The largest number of failures that passes at each planned look, exact on the binomial lattice.",
           kBoundaryParameters,
           "max_failures: counts, -1 where no look can pass; spent: chance of having passed at the threshold, by look; "
           "allowed: by the spending function; method: lattice, or union-bound for very large counts",
           kIndependent, Guarantee::finite_sample, "Lan & DeMets 1983; Jennison & Turnbull 2000, chapter 12",
           "binomial_boundaries(looks: [20000, 40000, 60000, 80000, 100000], threshold: 99.9%, alpha: 5%)",
           binomial_boundaries},
    Method{"sequential.false_pass",
           "The chance that a population ever passes when boundaries, or an unadjusted test, are looked at repeatedly.",
           kCrossingParameters,
           "probability: of ever passing; mean_rows: rows at the pass; max_failures: the boundaries, -1 for none",
           kIndependent, Guarantee::exact, "Armitage, McPherson & Rowe 1969",
           "false_pass(looks: [1000, 2000, 3000, 4000], threshold: 99.9%, alpha: 5%)", false_pass},
    Method{"sequential.group_sequential", "Critical values of a group-sequential test of a normal statistic.",
           kGroupParameters,
           "critical_z: by look, Infinity where a look cannot reject (beyond 8); alpha_spent: in all by look; "
           "stage_levels: 1 - Phi(critical_z)",
           "the statistic has independent normal increments; fractions do not depend on what was seen",
           Guarantee::asymptotic, "O'Brien & Fleming 1979; Pocock 1977; Jennison & Turnbull 2000, chapter 19",
           "group_sequential(information: [0.2, 0.4, 0.6, 0.8, 1], alpha: 0.025, design: obrien-fleming)",
           group_sequential},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> sequential_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
