// The records. A method that is right in the limit only says so in `guarantee`, and its certificates state no bound.
#include "runtime/builtins/deciding_methods.h"

#include <algorithm>
#include <array>

#include "runtime/plan/spelling.h"

namespace proofmark::builtins {
namespace {

using plan::Method;

constexpr std::string_view kRows = "rows are independent; n does not depend on the outcome";
constexpr std::string_view kValues = "values are independent and lie within the declared range";
constexpr std::string_view kTwo = "rows are independent, within and between the two populations";

constexpr std::array kMethods{
    DecidingMethod{Method::clopper_pearson, Form::share, "exact", "the binomial tail at the threshold", kRows,
                   "Clopper & Pearson 1934; Hoeffding 1956"},
    DecidingMethod{Method::mid_p, Form::share, "asymptotic",
                   "the binomial tail with half of the probability of the observed count: needs fewer rows, and its "
                   "error is near alpha instead of below it",
                   kRows, "Lancaster 1961; Berry & Armitage 1995"},
    DecidingMethod{Method::order_statistic_count, Form::quantile, "exact",
                   "the binomial tail of the count of values on the good side of the threshold", kRows,
                   "Clopper & Pearson 1934; David & Nagaraja 2003, section 7.1"},
    DecidingMethod{Method::empirical_bernstein, Form::mean, "finite-sample",
                   "a bound by the range and the measured variance", kValues, "Maurer & Pontil 2009, theorem 4"},
    DecidingMethod{Method::hoeffding, Form::mean, "finite-sample",
                   "a bound by the range alone: narrower where the values spread over all of it", kValues,
                   "Hoeffding 1963"},
    DecidingMethod{Method::student_t, Form::mean, "asymptotic",
                   "Student's t: narrower, and right only where means are nearly normal; with skewed values it errs "
                   "far more often than alpha",
                   kValues, "Student 1908"},
    DecidingMethod{Method::interval_arithmetic, Form::difference_of_shares, "finite-sample",
                   "exact bounds of both shares, alpha divided between them", kRows,
                   "Clopper & Pearson 1934; Bonferroni 1936"},
    DecidingMethod{
        Method::miettinen_nurminen, Form::difference_of_shares, "asymptotic",
        "the score test at the margin, with the proportions that are most likely there: needs far fewer rows", kTwo,
        "Miettinen & Nurminen 1985"},
    DecidingMethod{Method::miettinen_nurminen, Form::difference_in_strata, "asymptotic",
                   "the score test at the margin within every stratum, added up with the weights of Mantel & Haenszel",
                   kTwo, "Miettinen & Nurminen 1985; Mantel & Haenszel 1959"},
    DecidingMethod{Method::mantel_haenszel, Form::odds_ratio, "asymptotic",
                   "the common odds ratio of all strata, with the variance of Robins, Breslow & Greenland", kTwo,
                   "Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986"},
    DecidingMethod{Method::dkw_bands, Form::distributions, "finite-sample", "bands around both empirical distributions",
                   kTwo, "Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990"},
    DecidingMethod{Method::hoeffding_pairs, Form::pairs, "finite-sample", "Hoeffding's bound of a mean over pairs",
                   kTwo, "Hoeffding 1963, section 5"},
    DecidingMethod{Method::interval_arithmetic, Form::calculated, "finite-sample",
                   "bounds of every estimate, alpha divided among them, carried through the calculation", kRows,
                   "Bonferroni 1936; Moore 1966"},
};

struct Refused {
  std::string_view name, why;
};
constexpr std::array kRefused{
    Refused{"wald", "of nominal 95% it covers the true share 63% of the time at 99.9% of 1000 rows"},
    Refused{"normal", "the normal interval of a share covers far less than it says near 0% and 100%"},
    Refused{"wilson", "its coverage falls below the level near 0% and 100%, where targets lie: it is for display"},
    Refused{"agresti_coull", "it is a formula for display: its ends leave the range of a share"},
    Refused{"jeffreys", "it is a posterior, which is no confidence"},
    Refused{"blaker", "it bounds both sides together, and an objective asks one side alone: there it gains nothing"},
    Refused{"newcombe", "it is a closed form for display: `miettinen_nurminen` tests at the margin itself"},
    Refused{"agresti_caffo", "it is a closed form for display: `miettinen_nurminen` tests at the margin itself"},
    Refused{"betting", "its bound depends on the order of the values, which the facts do not hold"},
    Refused{"bootstrap", "it promises nothing at any number of rows, and nothing at all in the tail"},
    Refused{"welch_t", "a difference of means is calculated from their bounds"},
};

}  // namespace

std::string_view form_phrase(Form form) {
  switch (form) {
    case Form::share:
      return "a share against a constant";
    case Form::quantile:
      return "a quantile against a constant";
    case Form::mean:
      return "a mean against a constant";
    case Form::difference_of_shares:
      return "the difference of two shares";
    case Form::difference_in_strata:
      return "the difference of two shares within strata";
    case Form::odds_ratio:
      return "an odds ratio";
    case Form::distributions:
      return "two distributions";
    case Form::pairs:
      return "a probability over pairs";
    case Form::rate:
      return "a rate";
    case Form::calculated:
      return "a calculation with estimates";
  }
  return "";
}

std::span<const DecidingMethod> deciding_methods() {
  return kMethods;
}

std::optional<Method> method_named(std::string_view name) {
  const auto found = std::find_if(kMethods.begin(), kMethods.end(),
                                  [&](const auto& row) { return plan::spelling(row.method) == name; });
  return found == kMethods.end() ? std::nullopt : std::optional(found->method);
}

bool fits(Method method, Form form) {
  return std::any_of(kMethods.begin(), kMethods.end(),
                     [&](const auto& row) { return row.method == method && row.form == form; });
}

std::vector<std::string> methods_for(Form form) {
  std::vector<std::string> names;
  for (const DecidingMethod& row : kMethods)
    if (row.form == form) names.emplace_back(plan::spelling(row.method));
  return names;
}

std::optional<std::string_view> why_not(std::string_view name) {
  const auto found = std::find_if(kRefused.begin(), kRefused.end(), [&](const auto& row) { return row.name == name; });
  return found == kRefused.end() ? std::nullopt : std::optional(found->why);
}

}  // namespace proofmark::builtins
