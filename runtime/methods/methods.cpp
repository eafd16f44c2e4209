// The families' tables, joined and sorted by name.
#include "runtime/methods/methods.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/methods/families.h"
#include "runtime/methods/names.h"

namespace proofmark::methods {
namespace {

std::vector<const Method*> joined() {
  std::vector<const Method*> methods;
  for (const auto family : {kernel_methods(),         proportion_methods(),     rate_methods(),
                            counted_time_methods(),   mean_methods(),           verdict_methods(),
                            planning_methods(),       bayes_methods(),          budget_methods(),
                            composition_methods(),    missing_methods(),        simulation_methods(),
                            exceedance_methods(),     sketch_methods(),         audit_methods(),
                            random_methods(),         two_proportion_methods(), two_proportion_exact_methods(),
                            stratified_methods(),     comparison_methods(),     distribution_comparison_methods(),
                            sequential_methods(),     ratio_test_methods(),     betting_methods(),
                            sequence_methods(),       dependence_methods(),     cluster_methods(),
                            paired_bucket_methods(),  drift_methods(),          detector_methods(),
                            multiplicity_methods(),   quantile_methods(),       histogram_methods(),
                            histogram_pair_methods(), censored_methods(),       bootstrap_methods()})
    for (const Method& method : family) methods.push_back(&method);
  std::sort(methods.begin(), methods.end(), [](const Method* a, const Method* b) { return a->name < b->name; });
  return methods;
}

std::string_view last_part(std::string_view name) {
  return name.substr(name.rfind('.') + 1);
}

// One or more of the last parts of a method's name: `newcombe`, or `difference_ci.newcombe`.
bool ends_in(std::string_view method, std::string_view name) {
  return method.size() > name.size() && method.ends_with(name) && method[method.size() - name.size() - 1] == '.';
}

}  // namespace

std::span<const Method* const> all() {
  static const std::vector<const Method*> methods = joined();
  return methods;
}

Result<const Method*> find(std::string_view name) {
  std::vector<const Method*> found;
  std::vector<std::string> names, spoken;
  for (const Method* method : all()) {
    if (method->name == name) return method;
    if (ends_in(method->name, name)) {
      found.push_back(method);
      spoken.emplace_back(method->name);
    }
    names.emplace_back(method->name);
    names.emplace_back(last_part(method->name));
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1)
    return plain_problem("PM1201", fmt::format("`{}` is ambiguous", name),
                         fmt::format("write one of {}", fmt::join(spoken, ", ")));
  const auto best = closest_name(name, names);
  return plain_problem("PM1201", fmt::format("there is no method `{}`", name),
                       best ? fmt::format("did you mean `{}`?", *best) : "`proofmark calc --list` shows all");
}

}  // namespace proofmark::methods
