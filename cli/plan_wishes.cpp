// Numbers are read as `--set` reads them, exactly and with their units.
#include "cli/plan_wishes.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/semantics/words.h"

namespace proofmark::cli {
namespace {

using plan::Rational;

std::optional<Rational> number(const std::string& text) {
  semantics::Parameter parameter;
  parameter.kind = semantics::Parameter::Kind::number;
  return semantics::bind_value(parameter, text) ? parameter.number : std::nullopt;
}

Diagnostic not_a_share(const std::string& written) {
  return plain_problem(
      "PM0712", fmt::format("`--expect {}` gives no share between 0% and 100%", written),
      "write the share of rows that is expected: --expect available=99.95%; of a quantile, the share of "
      "values within its threshold");
}

Result<Expectation> read_expectation(const std::string& written) {
  const auto equals = written.find('=');
  if (equals == std::string::npos || equals == 0) return not_a_share(written);
  Expectation result;
  result.written = written;
  result.objective = written.substr(0, equals);
  if (const auto dot = result.objective.find('.'); dot != std::string::npos) {
    const auto place = number(result.objective.substr(dot + 1));
    if (!place || !place->is_integer() || *place < Rational(1) || *place > Rational(1'000'000))
      return plain_problem("PM0711", fmt::format("`--expect {}` names no requirement by its number", written),
                           "requirements count from 1: --expect available.2=99.95%");
    result.requirement = static_cast<std::size_t>(place->numerator());
    result.objective.resize(dot);
  }
  const auto value = number(written.substr(equals + 1));
  if (!value || value->is_negative() || *value > Rational(1)) return not_a_share(written);
  result.value = *value;
  return result;
}

Diagnostic no_rate(const std::string& written) {
  return plain_problem("PM0713", fmt::format("`--traffic {}` is not a positive number of rows in a time", written),
                       "write rows per s, m, h or d: --traffic 500/s, or of one stream: --traffic requests=500/s");
}

std::optional<Rational> rate_of(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  const auto rows = number(text.substr(0, slash));
  const auto unit = semantics::unit_word(text.substr(slash + 1));
  if (!rows || *rows <= Rational(0) || !unit || unit->unit != plan::Unit::duration) return std::nullopt;
  if (text.find_first_of("%p") < slash) return std::nullopt;  // a share is no number of rows
  return divide(*rows, Rational(unit->multiplier));
}

Status read_traffic(const std::string& written, Wishes& wishes) {
  const auto equals = written.find('=');
  const auto rate = rate_of(equals == std::string::npos ? written : written.substr(equals + 1));
  if (!rate || equals == 0) return no_rate(written);
  const bool fresh = equals == std::string::npos
                         ? !std::exchange(wishes.rows_per_ns, *rate).has_value()
                         : wishes.stream_rows_per_ns.emplace(written.substr(0, equals), *rate).second;
  if (!fresh)
    return plain_problem("PM0713", fmt::format("`--traffic {}` gives a traffic for the second time", written),
                         "give each stream one traffic");
  return Done{};
}

}  // namespace

Result<Wishes> read_wishes(const std::vector<std::string>& expectations, const std::vector<std::string>& traffic,
                           const std::string& power) {
  Wishes wishes;
  for (const std::string& written : expectations) {
    auto expectation = read_expectation(written);
    if (!expectation) return expectation.problems();
    wishes.expectations.push_back(std::move(*expectation));
  }
  for (const std::string& written : traffic)
    if (const Status read = read_traffic(written, wishes); !read) return read.problems();
  const auto wanted = number(power);
  if (!wanted || *wanted < *Rational::make(1, 2) || *wanted >= Rational(1))
    return plain_problem("PM0713", fmt::format("`--power {}` is not a share from 50% to below 100%", power),
                         "write how likely a verdict should be: --power 90%");
  wishes.power = *wanted;
  return wishes;
}

}  // namespace proofmark::cli
