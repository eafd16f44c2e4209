// A statistical method as a record: its name, what it takes in which unit, what it yields, what it assumes, whose it
// is, an example, and the function that computes it.
//
// `proofmark calc`, `proofmark explain`, the reference page and the tests of the examples are driven by the table of
// these records; a family's file registers its own. Arguments arrive checked against their parameters (kind, range,
// choice), so that a method looks only at what holds between arguments (successes <= trials). What it refuses is a
// diagnostic PM1203; a result never carries NaN, and infinities are the words "Infinity" and "-Infinity", of methods
// whose `yields` speak of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/json/json.h"
#include "runtime/plan/number.h"

namespace proofmark::methods {

using plan::Rational;

enum class Kind : std::uint8_t {
  count,         // whole, 0 … 1e13
  real,          // finite
  non_negative,  // finite, >= 0
  positive,      // finite, > 0
  proportion,    // exact, [0, 1]: 99.9%, 0.999, 999/1000
  level,         // exact, (0, 1)
  exact,         // exact rational of any size
  word,          // one of `choices`
  flag,          // true, false
  reals,         // [1, 2.5, …] or the name of a CSV file: its first column; at least one value
  any_reals,     // as reals; a list may be empty
  samples,       // [[1, 2], [3]], each as reals
  edges,         // as reals, "+Inf" allowed
  counts,        // [3, 0, …], each a count
  words,         // ["…", …]
  table,         // the name of a CSV file, or rows [[1, 2], …]: columns of equal length
  value,         // any JSON value: the method reads it
};

// Default of a parameter that may be left out and then has no value: Arguments::has tells.
inline constexpr std::string_view kOptional = "-";

struct Parameter {
  std::string_view name;     // "successes"
  std::string_view aliases;  // "k" or "k|x": other names under which cases and callers know it
  Kind kind = Kind::real;
  std::string_view meaning;        // with its unit
  std::string_view fallback = {};  // as a caller would write it; empty: required
  std::string_view choices = {};   // of a word: "lower|upper|two-sided"
};

// A table read from rows or from a CSV file. The header is empty when there is none.
struct Table {
  std::vector<std::string> header;
  std::vector<std::vector<double>> columns;
};

using Argument = std::variant<std::monostate, std::uint64_t, double, Rational, bool, std::string, std::vector<double>,
                              std::vector<std::uint64_t>, std::vector<std::string>, std::vector<std::vector<double>>,
                              Table, json::Value>;

// The arguments of one call, by parameter. Asking for a name that the method does not declare, or as another kind than
// declared, breaks an invariant.
class Arguments {
 public:
  Arguments(std::span<const Parameter> parameters, std::vector<Argument> arguments)
      : parameters_(parameters), arguments_(std::move(arguments)) {}

  bool has(std::string_view name) const;
  std::uint64_t count(std::string_view name) const { return get<std::uint64_t>(name); }
  double real(std::string_view name) const { return get<double>(name); }
  const Rational& exact(std::string_view name) const { return get<Rational>(name); }  // proportion, level, exact
  bool flag(std::string_view name) const { return get<bool>(name); }
  const std::string& word(std::string_view name) const { return get<std::string>(name); }
  const std::vector<double>& reals(std::string_view name) const { return get<std::vector<double>>(name); }
  const std::vector<std::vector<double>>& samples(std::string_view name) const {
    return get<std::vector<std::vector<double>>>(name);
  }
  const std::vector<std::uint64_t>& counts(std::string_view name) const {
    return get<std::vector<std::uint64_t>>(name);
  }
  const std::vector<std::string>& words(std::string_view name) const { return get<std::vector<std::string>>(name); }
  const Table& table(std::string_view name) const { return get<Table>(name); }
  const json::Value& value(std::string_view name) const { return get<json::Value>(name); }

 private:
  const Argument& at(std::string_view name) const;
  template <typename T>
  const T& get(std::string_view name) const;

  std::span<const Parameter> parameters_;
  std::vector<Argument> arguments_;
};

using Answer = Result<json::Object>;

// How far the result may be trusted.
enum class Guarantee : std::uint8_t {
  exact,          // holds for every sample size, and is attained
  finite_sample,  // holds for every sample size
  asymptotic,     // holds in the limit only: backs no certificate's bound
  assumed,        // holds if a declared model or prior does
  descriptive,    // says nothing of what was not recorded
};

struct Method {
  std::string_view name;  // "binomial_ci.clopper_pearson"; callers may leave out the family where that is unambiguous
  std::string_view summary;
  std::span<const Parameter> parameters;
  std::string_view yields;  // fields of the result and their units
  std::string_view assumes;
  Guarantee guarantee = Guarantee::exact;
  std::string_view cites;
  std::string_view example;  // a whole call
  Answer (*run)(const Arguments&);
};

// Not of `run`: with sanitizers a function's address is no constant. That it is there shows when the examples are run.
consteval bool documented(std::span<const Method> methods) {
  for (const Method& method : methods)
    if (method.name.empty() || method.summary.empty() || method.yields.empty() || method.assumes.empty() ||
        method.cites.empty() || method.example.empty())
      return false;
  return true;
}

std::string_view spelling(Guarantee guarantee);
// "clopper_pearson(successes: count, trials: count, confidence: level, side: lower|upper|two-sided = two-sided)"
std::string signature(const Method& method);

// For a method's own refusals: PM1203.
Diagnostic refused(std::string message, std::string help = {});

// A result's number; infinities become words. NaN is passed on and refused by `call`.
json::Value number(double value);
json::Value numbers(std::span<const double> values);

}  // namespace proofmark::methods
