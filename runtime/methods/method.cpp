#include "runtime/methods/method.h"

#include <fmt/format.h>

#include <cmath>

namespace proofmark::methods {
namespace {

std::string_view kind_word(const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::count:
      return "count";
    case Kind::real:
      return "real";
    case Kind::non_negative:
      return "real >= 0";
    case Kind::positive:
      return "real > 0";
    case Kind::proportion:
      return "proportion";
    case Kind::level:
      return "level";
    case Kind::exact:
      return "exact number";
    case Kind::word:
      return parameter.choices;
    case Kind::flag:
      return "true|false";
    case Kind::reals:
    case Kind::any_reals:
      return "reals";
    case Kind::samples:
      return "samples";
    case Kind::edges:
      return "edges";
    case Kind::counts:
      return "counts";
    case Kind::words:
      return "words";
    case Kind::table:
      return "table";
    case Kind::value:
      return "value";
  }
  return "";
}

}  // namespace

const Argument& Arguments::at(std::string_view name) const {
  std::size_t place = 0;
  while (place < parameters_.size() && parameters_[place].name != name) ++place;
  PROOFMARK_CHECK(place < parameters_.size());  // a method reads only what it declares
  return arguments_[place];
}

template <typename T>
const T& Arguments::get(std::string_view name) const {
  const T* value = std::get_if<T>(&at(name));
  PROOFMARK_CHECK(value != nullptr);  // and only as the kind that it declares
  return *value;
}

template const std::uint64_t& Arguments::get(std::string_view) const;
template const double& Arguments::get(std::string_view) const;
template const Rational& Arguments::get(std::string_view) const;
template const bool& Arguments::get(std::string_view) const;
template const std::string& Arguments::get(std::string_view) const;
template const std::vector<double>& Arguments::get(std::string_view) const;
template const std::vector<std::uint64_t>& Arguments::get(std::string_view) const;
template const std::vector<std::vector<double>>& Arguments::get(std::string_view) const;
template const std::vector<std::string>& Arguments::get(std::string_view) const;
template const Table& Arguments::get(std::string_view) const;
template const json::Value& Arguments::get(std::string_view) const;

bool Arguments::has(std::string_view name) const {
  return !std::holds_alternative<std::monostate>(at(name));
}

std::string_view spelling(Guarantee guarantee) {
  switch (guarantee) {
    case Guarantee::exact:
      return "exact";
    case Guarantee::finite_sample:
      return "finite-sample";
    case Guarantee::asymptotic:
      return "asymptotic";
    case Guarantee::assumed:
      return "assumed";
    case Guarantee::descriptive:
      return "descriptive";
  }
  return "";
}

std::string signature(const Method& method) {
  std::string text = std::string(method.name) + "(";
  for (std::size_t i = 0; i < method.parameters.size(); ++i) {
    const Parameter& parameter = method.parameters[i];
    text += fmt::format("{}{}: {}", i == 0 ? "" : ", ", parameter.name, kind_word(parameter));
    if (parameter.fallback == kOptional)
      text += " (optional)";
    else if (!parameter.fallback.empty())
      text += fmt::format(" = {}", parameter.fallback);
  }
  return text + ")";
}

Diagnostic refused(std::string message, std::string help) {
  return plain_problem("PM1203", std::move(message), std::move(help));
}

json::Value number(double value) {
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return value;
}

json::Value numbers(std::span<const double> values) {
  json::Array array;
  array.reserve(values.size());
  for (const double value : values) array.push_back(number(value));
  return array;
}

}  // namespace proofmark::methods
