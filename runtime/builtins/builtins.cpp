// The records themselves. Adding a builtin is adding a row here, a lowering in compiler/lower and a judge in
// runtime/judgement; the type checker needs nothing else.
#include "runtime/builtins/builtins.h"

#include <algorithm>
#include <array>

#include "runtime/statistics/binomial.h"

namespace proofmark::builtins {
namespace {

constexpr std::string_view kClopperPearson =
    "Clopper–Pearson: the binomial tail at the threshold is compared with alpha; bounds are for the reader";
constexpr std::string_view kCiteClopperPearson = "Clopper & Pearson 1934; Hoeffding 1956";
constexpr std::string_view kIndependentRows = "rows are independent; n does not depend on the outcome";
constexpr std::string_view kDkw =
    "Dvoretzky-Kiefer-Wolfowitz bands around both empirical distributions, alpha shared between them";
constexpr std::string_view kCiteDkw = "Dvoretzky, Kiefer & Wolfowitz 1956; Massart 1990";
constexpr std::string_view kIndependentValues = "values are independent, within and between the two populations";
constexpr std::string_view kCensus = "exact comparison: a fact about the recorded rows, without an interval";
constexpr std::string_view kCensusAssumes = "nothing: it says what was recorded, and nothing about rows that were not";

constexpr std::array kTable{
    Builtin{"fraction", Kind::fraction, Shape::population_condition, Yields::ratio, false,
            "fraction(population, condition) -> ratio",
            "The share of the population's rows that meet the condition. Rows whose condition is unknown count "
            "against a pass and against a fail.",
            kClopperPearson, kIndependentRows, kCiteClopperPearson,
            "fraction(requests where version == \"2.4.0\", status < 500) >= 99.5%", "2026"},
    Builtin{"per_million", Kind::per_million, Shape::population_condition, Yields::ratio, false,
            "per_million(population, condition) -> ratio, shown in ppm",
            "The same share, shown in parts per million: for conditions that should be rare.", kClopperPearson,
            kIndependentRows, kCiteClopperPearson, "per_million(requests, status == 429) <= 1000ppm", "2026"},
    Builtin{"coverage", Kind::coverage, Shape::population_field, Yields::ratio, false,
            "coverage(population, field) -> ratio", "The share of the population's rows in which the field is known.",
            kClopperPearson, kIndependentRows, kCiteClopperPearson, "coverage(requests, region) >= 90%", "2026"},
    Builtin{"quantile", Kind::quantile, Shape::values_share, Yields::unit_of_values, false,
            "quantile(population.field, share) -> unit of the field; p99(population.field) is quantile(…, 99%)",
            "The smallest value that at least `share` of the values do not exceed: inf{x : F(x) >= share}. Decided by "
            "counting the rows on the good side of the threshold; reported by order statistics (nearest rank).",
            "Clopper–Pearson on the count of values on the good side of the threshold", kIndependentRows,
            "Clopper & Pearson 1934; David & Nagaraja, Order Statistics, 2003, section 7.1",
            "p99(requests.duration) <= 300ms", "2026"},
    Builtin{
        "mean", Kind::mean, Shape::values_range, Yields::unit_of_values, false,
        "mean(population.field, low: constant, high: constant) -> unit of the field",
        "The expected value of a field that lies between `low` and `high`, both declared before any telemetry is seen. "
        "A recorded value outside of them leaves the claim undecided. Unknown values are taken at the worse end.",
        "the one-sided empirical Bernstein bound with ln(2/alpha): no large numbers and no normal distribution are "
        "assumed; a bound is compared with the threshold, and there is no p-value",
        "values are independent and lie within the declared range; n does not depend on the outcome",
        "Maurer & Pontil 2009, theorem 4", "mean(requests.duration, low: 0s, high: 30s) <= 300ms", "2026"},
    Builtin{
        "rate", Kind::rate, Shape::events_per, Yields::number, false,
        "rate(population, per: duration, buckets: duration) -> number; `buckets` is `per` when it is not said",
        "How many events a unit of time brings: rows of the population over the time that the telemetry covers of the "
        "window. None at all is a rate of 0 when there are other rows, and no_data when there are not.",
        "Student's t over the counts of time buckets, with at least the variance of a Poisson count, right in the "
        "limit of many buckets: it backs no certificate's bound; with `assume poisson because` the exact Poisson test",
        "buckets are independent of each other; with `assume poisson`, events are, and come at a constant rate",
        "Garwood 1936; Student 1908", "rate(requests where status >= 500, per: 1h) <= 5", "2026"},
    Builtin{"count", Kind::count, Shape::population_maybe, Yields::number, true,
            "count(population) or count(population, condition) -> number",
            "How many recorded rows. A population without rows is no_data; count(population, condition) is 0 when "
            "there are rows and none meets the condition.",
            kCensus, kCensusAssumes, "-", "count(requests, status == 500) <= 25", "2026"},
    Builtin{"sum", Kind::sum, Shape::values, Yields::unit_of_values, true, "sum(population.field) -> unit of the field",
            "The sum of the recorded values: exact for integers, durations and bytes.", kCensus, kCensusAssumes, "-",
            "sum(requests.size) <= 10GiB", "2026"},
    Builtin{"min", Kind::minimum, Shape::values, Yields::unit_of_values, true,
            "min(population.field) -> unit of the field; min(a, b, …) of estimates is the least of them",
            "The least recorded value.", kCensus, kCensusAssumes, "-", "min(requests.duration) > 0ms", "2026"},
    Builtin{"max", Kind::maximum, Shape::values, Yields::unit_of_values, true,
            "max(population.field) -> unit of the field; max(a, b, …) of estimates is the greatest of them",
            "The greatest recorded value.", kCensus, kCensusAssumes, "-", "max(requests.duration) <= 30s", "2026"},
    Builtin{"distinct", Kind::distinct, Shape::values, Yields::number, true, "distinct(population.field) -> number",
            "How many different values were recorded; null is not a value.", kCensus, kCensusAssumes, "-",
            "distinct(requests.region) >= 2", "2026"},
    Builtin{"similarity", Kind::similarity, Shape::two_values, Yields::ratio, false,
            "similarity(a.field, b.field) -> ratio; equivalent(a.field, b.field, within: m) is similarity >= 1 - m",
            "How alike the values of two populations are distributed: 1 - sup|F - G|. At 99% no limit exists that more "
            "than one in a hundred more rows of one population than of the other keep to.",
            kDkw, kIndependentValues, kCiteDkw, "similarity(canary.duration, baseline.duration) >= 95%", "2026"},
    Builtin{"drift", Kind::drift, Shape::two_values, Yields::ratio, false, "drift(now.field, before.field) -> ratio",
            "How far the distribution of values has moved: sup|F - G|, that is 1 - similarity.", kDkw,
            kIndependentValues, kCiteDkw, "drift(canary.duration, baseline.duration) <= 5%", "2026"},
    Builtin{"worse_by", Kind::worse_by, Shape::two_values, Yields::ratio, false,
            "worse_by(a.field, b.field) -> ratio; not_worse(a.field, b.field, by: m) is worse_by <= m",
            "By how much, at most, b keeps better to any limit than a does: sup(G - F), F of a and G of b. Greater "
            "values are worse.",
            kDkw, kIndependentValues, kCiteDkw, "worse_by(canary.duration, baseline.duration) <= 5%", "2026"},
    Builtin{"probability_worse", Kind::probability_worse, Shape::two_values, Yields::ratio, false,
            "probability_worse(a.field, b.field) -> ratio",
            "The probability that a value of a is greater than one of b, ties counted half: 50% when they are alike.",
            "Hoeffding's bound of the Mann-Whitney statistic, a mean over pairs", kIndependentValues,
            "Hoeffding 1963, section 5; Mann & Whitney 1947",
            "probability_worse(canary.duration, baseline.duration) <= 55%", "2026"},
    Builtin{"odds_ratio", Kind::odds_ratio, Shape::two_shares, Yields::number, false,
            "odds_ratio(share, share) -> number, of two shares of one telemetry",
            "The odds of the first share over those of the second: 1 when they are alike. With `stratified by FIELD` "
            "the two are compared within every value of the field, and one ratio is estimated for all of them.",
            "Mantel and Haenszel's common odds ratio with the variance of Robins, Breslow and Greenland, right in the "
            "limit of many rows: it backs no certificate's bound",
            "rows are independent, within and between the two populations; the odds ratio is the same in all strata",
            "Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986",
            "odds_ratio(fraction(canary, status >= 500), fraction(baseline, status >= 500)) <= 1.2", "2026"},
};

consteval bool every_record_is_documented() {
  return std::all_of(kTable.begin(), kTable.end(), [](const Builtin& builtin) {
    return !builtin.summary.empty() && !builtin.example.empty() && !builtin.method.empty() &&
           !builtin.assumes.empty() && !builtin.cites.empty() && !builtin.since.empty();
  });
}
static_assert(every_record_is_documented(), "a builtin lacks its summary, example, method, assumption or edition");

}  // namespace

std::span<const Builtin> all() {
  return kTable;
}

const Builtin* find(std::string_view name) {
  const auto found = std::find_if(kTable.begin(), kTable.end(), [&](const Builtin& row) { return row.name == name; });
  return found == kTable.end() ? nullptr : &*found;
}

std::optional<plan::Rational> percentile(std::string_view name) {
  if (name.size() < 2 || name.size() > 16 || name.front() != 'p') return std::nullopt;
  const std::string_view digits = name.substr(1);
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  const auto share = plan::Rational::parse("0." + std::string(digits));
  if (!share || share->is_zero()) return std::nullopt;
  return share;
}

std::optional<std::uint64_t> smallest_n_to_pass(bool at_least, const plan::Rational& threshold,
                                                const plan::Rational& alpha) {
  return statistics::smallest_n_to_pass({.at_least = at_least, .threshold = threshold}, alpha);
}

}  // namespace proofmark::builtins
