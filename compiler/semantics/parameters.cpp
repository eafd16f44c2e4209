// Parameters: their declarations, and the values that `--set` or a test's `with` gives them.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/semantics/analyser.h"
#include "compiler/semantics/words.h"
#include "compiler/source/render.h"

namespace proofmark::semantics {
namespace {

bool is_digest(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  return text.size() == kPrefix.size() + 64 && text.starts_with(kPrefix) &&
         std::all_of(text.begin() + kPrefix.size(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// "99.5%", "300ms", "12", "1/3": a number with its attached unit.
std::optional<std::pair<Rational, Unit>> quantity(std::string_view value) {
  if (value.find('/') != std::string_view::npos) {
    const auto ratio = Rational::parse(value);
    if (!ratio) return std::nullopt;
    return std::pair{*ratio, Unit::number};
  }
  const auto digits_end = std::find_if(
      value.begin(), value.end(), [](char c) { return !((c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'); });
  std::string digits(value.begin(), digits_end);
  digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
  const auto number = Rational::parse(digits);
  const auto unit = unit_word(value.substr(static_cast<std::size_t>(digits_end - value.begin())));
  if (!number || !unit) return std::nullopt;
  const auto factor = Rational::make(unit->multiplier, unit->divisor);
  const auto scaled = plan::multiply(*number, *factor);
  if (!scaled) return std::nullopt;
  return std::pair{*scaled, unit->unit};
}

bool bind_release(Parameter& parameter, const std::string& value) {
  const auto at_sign = value.find('@');
  parameter.label = value.substr(0, at_sign);
  if (at_sign != std::string::npos) {
    parameter.digest = value.substr(at_sign + 1);
    if (!is_digest(parameter.digest)) return false;
  }
  return !parameter.label->empty();
}

}  // namespace

std::string expected_form(Parameter::Kind kind) {
  switch (kind) {
    case Parameter::Kind::release:
      return "a label, or label@sha256: and 64 lower-case hex digits";
    case Parameter::Kind::label:
      return "a text that is not empty";
    case Parameter::Kind::number:
      return "a number such as 12, 0.5 or 99.5%";
    case Parameter::Kind::duration:
      return "a duration such as 300ms or 1.5h";
    case Parameter::Kind::timestamp:
      return "a time such as 2026-11-22T10:00:00Z";
  }
  return "";
}

bool bind_value(Parameter& parameter, const std::string& value) {
  switch (parameter.kind) {
    case Parameter::Kind::release:
      return bind_release(parameter, value);
    case Parameter::Kind::label:
      parameter.label = value;
      return !value.empty();
    case Parameter::Kind::timestamp: {
      const auto ns = parse_timestamp(value);
      if (ns) parameter.number = Rational(*ns);
      return ns.has_value();
    }
    case Parameter::Kind::number:
    case Parameter::Kind::duration: {
      const auto parsed = quantity(value);
      const bool wants_duration = parameter.kind == Parameter::Kind::duration;
      if (!parsed || (parsed->second == Unit::duration) != wants_duration || parsed->second == Unit::bytes)
        return false;
      if (wants_duration && !parsed->first.is_integer()) return false;
      parameter.number = parsed->first;
      return true;
    }
  }
  return false;
}

void Analyser::parameter(const syntax::Name& name, const syntax::Name& type) {
  const auto kind = parameter_kind(type.text);
  if (!kind)
    suggest_closest(error("PM0307", type.span, fmt::format("`{}` is not a parameter type", type.text)), type.span,
                    parameter_kind_words());
  const auto index = static_cast<std::uint32_t>(policy_.parameters.size());
  policy_.parameters.push_back({.name = name.text,
                                .kind = kind.value_or(Parameter::Kind::label),
                                .span = name.span,
                                .number = {},
                                .label = {},
                                .digest = {}});
  declare(name, {.kind = Symbol::Kind::parameter, .index = index, .span = {}, .unusable = !kind});
}

void Analyser::bind(Parameter& parameter, const std::string& value) {
  if (bind_value(parameter, value)) {
    parameter.bound = true;
    return;
  }
  auto& problem = error("PM0705", parameter.span,
                        fmt::format("`{}` is not a value for the {} parameter `{}`", value,
                                    parameter_kind_name(parameter.kind), parameter.name),
                        "declared here");
  problem.help = fmt::format("give {}: --set {}=…", expected_form(parameter.kind), parameter.name);
}

void Analyser::bind_all() {
  std::set<std::string, std::less<>> given;
  std::vector<std::string> names;
  for (const auto& parameter : policy_.parameters) names.push_back(parameter.name);
  for (const auto& [name, value] : bindings_.values) {
    const auto found = std::find_if(policy_.parameters.begin(), policy_.parameters.end(),
                                    [&](const Parameter& parameter) { return parameter.name == name; });
    if (found == policy_.parameters.end()) {
      auto& problem =
          error("PM0703", syntax_.name.span, fmt::format("policy `{}` has no parameter `{}`", policy_.name, name));
      const std::string best = source::closest(name, names);
      problem.help = !best.empty()   ? fmt::format("did you mean `{}`?", best)
                     : names.empty() ? "it has no parameters"
                                     : fmt::format("its parameters are {}", fmt::join(names, ", "));
    } else if (!given.insert(name).second) {
      error("PM0706", found->span, fmt::format("parameter `{}` is given twice", name));
    } else {
      bind(*found, value);
    }
  }
  if (!bindings_.require_all) return;
  for (const auto& parameter : policy_.parameters)
    if (!given.contains(parameter.name))
      error("PM0704", parameter.span, fmt::format("parameter `{}` has no value", parameter.name),
            fmt::format("a {}", parameter_kind_name(parameter.kind)))
          .help = fmt::format("give {}: --set {}=…", expected_form(parameter.kind), parameter.name);
}

}  // namespace proofmark::semantics
