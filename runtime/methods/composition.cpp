// Certificates composed: services that must all succeed, services of which one must, confidences and validity together.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "runtime/methods/exact_value.h"
#include "runtime/methods/families.h"
#include "runtime/statistics/compose.h"
#include "runtime/statistics/elementary.h"

namespace proofmark::methods {
namespace {

constexpr std::size_t kMostComponents = 1'000'000;
constexpr Parameter kComponents{"components", "services", Kind::value, "a list of {successes, trials}, one a service"};
constexpr Parameter kWhole{"confidence", "", Kind::level, "of the whole, such as 95%"};

constexpr std::array kSeriesParameters{kComponents, kWhole};
constexpr std::array kParallelParameters{
    kComponents, kWhole,
    Parameter{"independent", "", Kind::flag, "declares that the services fail independently of one another", "false"}};

std::optional<std::uint64_t> count_in(const json::Value& value) {
  const std::int64_t* count = value.as_integer();
  if (count == nullptr || *count < 0 || static_cast<std::uint64_t>(*count) > statistics::kMaximumRows)
    return std::nullopt;
  return static_cast<std::uint64_t>(*count);
}

// {k, n}, {successes, trials} or [k, n].
std::optional<statistics::Trials> component_of(const json::Value& value) {
  const json::Value *k = nullptr, *n = nullptr;
  if (const json::Array* pair = value.as_array(); pair != nullptr && pair->size() == 2) {
    k = &(*pair)[0], n = &(*pair)[1];
  } else if (const json::Object* named = value.as_object()) {
    k = named->find("k") != nullptr ? named->find("k") : named->find("successes");
    n = named->find("n") != nullptr ? named->find("n") : named->find("trials");
  }
  if (k == nullptr || n == nullptr) return std::nullopt;
  const auto successes = count_in(*k), trials = count_in(*n);
  if (!successes || !trials || *successes > *trials || *trials == 0) return std::nullopt;
  return statistics::Trials{*successes, *trials};
}

Result<std::vector<statistics::Trials>> components_of(const Arguments& call) {
  const json::Array* items = call.value("components").as_array();
  if (items == nullptr || items->empty() || items->size() > kMostComponents)
    return refused("`components` is not a list of services", "give [{successes: 9990, trials: 10000}, …]");
  std::vector<statistics::Trials> components;
  components.reserve(items->size());
  for (const json::Value& item : *items) {
    const auto component = component_of(item);
    if (!component)
      return refused("a component is not {successes, trials} with 0 <= successes <= trials and trials above 0",
                     "give [{successes: 9990, trials: 10000}, …]");
    components.push_back(*component);
  }
  return components;
}

Answer series(const Arguments& call) {
  const auto components = components_of(call);
  if (!components) return components.problems();
  const auto bound = statistics::series_bound(*components, call.exact("confidence"));
  json::Object result;
  result.set("bonferroni_union", bound.bonferroni_union);
  result.set("bonferroni_product", bound.bonferroni_product);
  result.set("sidak_product", bound.sidak_product);
  result.set("point", bound.point);
  return result;
}

Answer parallel(const Arguments& call) {
  const auto components = components_of(call);
  if (!components) return components.problems();
  if (!call.flag("independent"))
    return refused("it is not declared that the services fail independently of one another",
                   "what brings one down may bring all down: say `independent: true` where it cannot; without that "
                   "they are as reliable as the best of them, `series_lower_bound` of it alone");
  const auto failing = statistics::parallel_bound(*components, call.exact("confidence"));
  json::Object result;
  result.set("bonferroni_product", 1 - failing.bonferroni_product);
  result.set("sidak_product", 1 - failing.sidak_product);
  result.set("best_service", 1 - failing.best_service);
  result.set("point", 1 - failing.point);
  result.set("all_fail_upper", failing.bonferroni_product);
  return result;
}

constexpr std::array kConfidenceParameters{
    Parameter{"confidences", "", Kind::value, "of the certificates: [99%, 97.5%], each above 0 and below 1"}};

Answer joint_confidence(const Arguments& call) {
  const json::Array* items = call.value("confidences").as_array();
  if (items == nullptr || items->empty() || items->size() > kMostComponents)
    return refused("`confidences` is not a list of confidences", "give [99%, 97.5%]");
  double alpha = 0, logarithm = 0;
  for (const json::Value& item : *items) {
    const auto confidence = exact_of(item);
    if (!confidence || *confidence <= Rational() || *confidence >= Rational(1))
      return refused(fmt::format("`confidences` holds {}", item.kind()), "each lies above 0 and below 1, such as 99%");
    const double each = plan::subtract(Rational(1), *confidence)->nearest_double();
    alpha += each;
    logarithm += statistics::log1p_of(-each);
  }
  json::Object result;
  result.set("bonferroni", std::max(0.0, 1 - alpha));
  result.set("independent_product", statistics::exp_of(logarithm));
  result.set("alpha", std::min(1.0, alpha));
  return result;
}

constexpr std::array kValidityParameters{
    Parameter{"expiries", "valid_until", Kind::words, "of the parts, in UTC: 2027-03-31 or 2027-03-31T18:00:00Z"},
    Parameter{"as_of", "", Kind::word, "whether all are valid then", kOptional}};

// "2027-03-31T18:00:00Z", so that times compare as texts do; a date ends when it begins.
std::optional<std::string> utc_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  std::string time(text);
  if (time.size() == 10) time += "T00:00:00Z";
  if (time.size() != kForm.size()) return std::nullopt;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i < kForm.size(); ++i)
    if (kForm[i] == '0' ? !is_digit(time[i]) : time[i] != kForm[i]) return std::nullopt;
  const auto part = [&](std::size_t from, std::size_t size) {
    int value = 0;
    for (std::size_t i = from; i < from + size; ++i) value = 10 * value + (time[i] - '0');
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(part(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(part(8, 2)))};
  if (!day.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 59) return std::nullopt;
  return time;
}

Diagnostic no_time(std::string_view name, std::string_view text) {
  return refused(fmt::format("`{}` holds \"{}\", which is no time in UTC", name, text),
                 "write 2027-03-31 or 2027-03-31T18:00:00Z");
}

Answer validity(const Arguments& call) {
  std::vector<std::string> times;
  for (const std::string& text : call.words("expiries")) {
    const auto time = utc_time(text);
    if (!time) return no_time("expiries", text);
    times.push_back(*time);
  }
  const auto first = std::min_element(times.begin(), times.end());
  json::Object result;
  result.set("expires", *first);
  result.set("limiting", static_cast<std::int64_t>(first - times.begin()) + 1);
  if (!call.has("as_of")) return result;
  const auto now = utc_time(call.word("as_of"));
  if (!now) return no_time("as_of", call.word("as_of"));
  result.set("valid", *now < *first);
  return result;
}

constexpr std::array kMethods{
    Method{"compose.joint_confidence", "The confidence with which several certificates hold together.",
           kConfidenceParameters,
           "bonferroni: needs no independence, also where they rest on the same data; independent_product: where they "
           "rest on independent data; alpha: chance that one of them errs, at most",
           "each certificate holds with its confidence; the product needs what its name says", Guarantee::finite_sample,
           "Bonferroni 1936; Sidak 1967", "joint_confidence(confidences: [99%, 97.5%, 99%])", joint_confidence},
    Method{"compose.parallel_lower_bound",
           "A lower bound of the reliability of services of which one must succeed: refused unless they are declared "
           "to fail independently.",
           kParallelParameters,
           "bonferroni_product: services fail independently; sidak_product: and were measured independently; "
           "best_service: needs no independence; point: of the observed proportions; all_fail_upper: bound of the "
           "chance that all fail",
           "each service's trials are independent, and the services fail independently of one another, as declared",
           Guarantee::assumed, "Bonferroni 1936; Sidak 1967; Barlow & Proschan 1975",
           "parallel_lower_bound(components: [{k: 2990, n: 3000}, {k: 995, n: 1000}], confidence: 95%, independent: "
           "true)",
           parallel},
    Method{
        "compose.series_lower_bound", "A lower bound of the reliability of services that must all succeed.",
        kSeriesParameters,
        "bonferroni_union: needs no independence; bonferroni_product: services fail independently; sidak_product: and "
        "were measured independently; point: product of the observed proportions",
        "each service's trials are independent; the products need what their names say", Guarantee::finite_sample,
        "Bonferroni 1936; Sidak 1967",
        "series_lower_bound(components: [{k: 299, n: 299}, {k: 299, n: 299}], confidence: 95%)", series},
    Method{"compose.validity", "How long a composed certificate is valid: no longer than its first part that expires.",
           kValidityParameters, "expires: in UTC; limiting: which part, from 1; valid: whether `as_of` lies before it",
           "a part that drifted was revoked before", Guarantee::exact, "by definition: all parts must be valid",
           "compose.validity(expiries: [\"2027-03-31\", \"2027-01-15T06:00:00Z\"], as_of: \"2026-12-01\")", validity},
};
static_assert(documented(kMethods));

}  // namespace

std::span<const Method> composition_methods() {
  return kMethods;
}

}  // namespace proofmark::methods
