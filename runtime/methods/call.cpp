// From named arguments to a method's result: each is read as the kind its parameter declares, or refused with what was
// found and what is expected.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/methods/data_file.h"
#include "runtime/methods/exact_value.h"
#include "runtime/methods/methods.h"
#include "runtime/methods/names.h"
#include "runtime/plan/match.h"

namespace proofmark::methods {
namespace {

constexpr std::uint64_t kMaximumCount = 10'000'000'000'000;

Diagnostic wrong(const Parameter& parameter, std::string_view expected, const json::Value& found) {
  std::string text = spelled(found);
  if (text.size() > 60) text = text.substr(0, 57) + "…";
  return plain_problem("PM1202", fmt::format("`{}` is {}, but {} is expected", parameter.name, text, expected),
                       fmt::format("`{}`: {}", parameter.name, parameter.meaning));
}

std::optional<double> real_of(const json::Value& value) {
  if (const auto* integer = value.as_integer()) return static_cast<double>(*integer);
  if (const auto* real = value.as_real()) return *real;
  if (const auto* text = value.as_string())
    if (const auto exact = Rational::parse(*text)) return exact->nearest_double();
  return std::nullopt;
}

std::optional<double> edge_of(const json::Value& value) {
  if (const auto* text = value.as_string()) {
    if (*text == "Infinity" || *text == "+Inf" || *text == "inf") return HUGE_VAL;
    if (*text == "-Infinity" || *text == "-Inf") return -HUGE_VAL;
  }
  return real_of(value);
}

std::optional<std::uint64_t> count_of(const json::Value& value) {
  const auto exact = exact_of(value);
  if (!exact || !exact->is_integer() || exact->is_negative() ||
      exact->numerator() > static_cast<plan::Int128>(kMaximumCount))
    return std::nullopt;
  return static_cast<std::uint64_t>(exact->numerator());
}

class Reader {
 public:
  Reader(const Parameter& parameter, const json::Value& value, const Data& data)
      : parameter_(parameter), value_(value), data_(data) {}

  Result<Argument> read() const {
    switch (parameter_.kind) {
      case Kind::count:
        if (const auto count = count_of(value_)) return Argument(*count);
        return wrong(parameter_, "a whole number from 0 to 1e13", value_);
      case Kind::real:
        return real([](double) { return true; }, "a finite number");
      case Kind::non_negative:
        return real([](double x) { return x >= 0; }, "a number of at least 0");
      case Kind::positive:
        return real([](double x) { return x > 0; }, "a number above 0");
      case Kind::proportion:
        return exact(Rational(0), Rational(1), false, "a number from 0 to 1, such as 99.9%");
      case Kind::level:
        return exact(Rational(0), Rational(1), true, "a number above 0 and below 1, such as 95%");
      case Kind::exact:
        if (const auto number = exact_of(value_)) return Argument(*number);
        return wrong(parameter_, "an exact number", value_);
      case Kind::word:
        return word();
      case Kind::flag:
        if (const bool* flag = value_.as_bool()) return Argument(*flag);
        return wrong(parameter_, "true or false", value_);
      case Kind::reals:
        return list<double>(real_of, "a list of finite numbers or the name of a CSV file", true);
      case Kind::any_reals:
        if (const json::Array* array = value_.as_array(); array != nullptr && array->empty())
          return Argument(std::vector<double>());
        return list<double>(real_of, "a list of finite numbers or the name of a CSV file", true);
      case Kind::samples:
        return samples();
      case Kind::edges:
        return list<double>(edge_of, "a list of numbers (the last may be Infinity) or the name of a CSV file", true);
      case Kind::counts:
        return list<std::uint64_t>(count_of, "a list of whole numbers from 0 to 1e13", false);
      case Kind::words:
        return words();
      case Kind::table:
        return table();
      case Kind::value:
        return Argument(value_);
    }
    return wrong(parameter_, "something else", value_);
  }

 private:
  Result<Argument> real(bool (*fits)(double), std::string_view expected) const {
    const auto number = real_of(value_);
    if (!number || !std::isfinite(*number) || !fits(*number)) return wrong(parameter_, expected, value_);
    return Argument(*number);
  }

  Result<Argument> exact(const Rational& low, const Rational& high, bool open, std::string_view expected) const {
    const auto number = exact_of(value_);
    if (!number || *number < low || *number > high || (open && (*number == low || *number == high)))
      return wrong(parameter_, expected, value_);
    return Argument(*number);
  }

  Result<Argument> word() const {
    const auto choices = split(parameter_.choices, '|');
    const std::string* text = value_.as_string();
    std::string found = text != nullptr ? *text : spelled(value_);
    if (choices.empty() || std::find(choices.begin(), choices.end(), found) != choices.end())
      return Argument(std::move(found));
    Diagnostic problem = wrong(parameter_, fmt::format("one of {}", fmt::join(choices, ", ")), value_);
    if (const auto best = closest_name(found, choices)) problem.help = fmt::format("did you mean `{}`?", *best);
    return problem;
  }

  template <typename T, typename ReadItem>
  Result<Argument> list(ReadItem read_item, std::string_view expected, bool may_be_file) const {
    if (may_be_file && value_.as_string() != nullptr) return first_column();
    const json::Array* array = value_.as_array();
    if (array == nullptr || array->empty()) return wrong(parameter_, expected, value_);
    std::vector<T> values;
    values.reserve(array->size());
    for (const json::Value& item : *array) {
      const auto item_value = read_item(item);
      if (!item_value) return wrong(parameter_, expected, item);
      values.push_back(*item_value);
    }
    return Argument(std::move(values));
  }

  Result<Argument> first_column() const {
    auto file = read_csv(data_.directory, *value_.as_string());
    if (!file) return file.problems();
    if (file->columns.empty() || file->columns.front().empty())
      return file_problem("PM1206", *value_.as_string(), "the file holds no rows", "a sample needs at least one value");
    return Argument(std::move(file->columns.front()));
  }

  Result<Argument> samples() const {
    const json::Array* array = value_.as_array();
    if (array == nullptr || array->empty()) return wrong(parameter_, "a list of samples or of CSV files", value_);
    std::vector<std::vector<double>> samples;
    for (const json::Value& item : *array) {
      auto sample = Reader(parameter_, item, data_)
                        .list<double>(real_of, "a list of finite numbers or the name of a CSV file", true);
      if (!sample) return sample.problems();
      samples.push_back(std::move(std::get<std::vector<double>>(*sample)));
    }
    return Argument(std::move(samples));
  }

  Result<Argument> words() const {
    const json::Array* array = value_.as_array();
    std::vector<std::string> texts;
    for (const json::Value& item : array != nullptr ? *array : json::Array{}) {
      if (item.as_string() == nullptr) return wrong(parameter_, "a list of strings", item);
      texts.push_back(*item.as_string());
    }
    if (texts.empty()) return wrong(parameter_, "a list of strings", value_);
    return Argument(std::move(texts));
  }

  Result<Argument> table() const {
    constexpr std::string_view kExpected = "the name of a CSV file, or rows of equal length such as [[1, 2], [3, 4]]";
    if (const auto* name = value_.as_string()) {
      auto file = read_csv(data_.directory, *name);
      if (!file) return file.problems();
      return Argument(std::move(*file));
    }
    const json::Array* rows = value_.as_array();
    if (rows == nullptr || rows->empty()) return wrong(parameter_, kExpected, value_);
    Table table;
    for (const json::Value& row : *rows) {
      const json::Array* cells = row.as_array();
      if (cells == nullptr || cells->empty() || (!table.columns.empty() && cells->size() != table.columns.size()))
        return wrong(parameter_, kExpected, row);
      table.columns.resize(cells->size());
      for (std::size_t i = 0; i < cells->size(); ++i) {
        const auto number = real_of((*cells)[i]);
        if (!number || !std::isfinite(*number)) return wrong(parameter_, "a finite number in every cell", (*cells)[i]);
        table.columns[i].push_back(*number);
      }
    }
    return Argument(std::move(table));
  }

  const Parameter& parameter_;
  const json::Value& value_;
  const Data& data_;
};

bool answers_to(const Parameter& parameter, std::string_view name) {
  const auto aliases = split(parameter.aliases, '|');
  return parameter.name == name || std::find(aliases.begin(), aliases.end(), name) != aliases.end();
}

std::optional<Diagnostic> unknown_argument(const Method& method, const json::Object& arguments) {
  for (const auto& [key, value] : arguments.members()) {
    if (std::any_of(method.parameters.begin(), method.parameters.end(),
                    [&key](const Parameter& parameter) { return answers_to(parameter, key); }))
      continue;
    std::vector<std::string> names;
    for (const Parameter& parameter : method.parameters) names.emplace_back(parameter.name);
    const auto best = closest_name(key, names);
    return plain_problem("PM1202", fmt::format("`{}` has no argument `{}`", method.name, key),
                         best ? fmt::format("did you mean `{}`?", *best) : signature(method));
  }
  return std::nullopt;
}

// The value given for a parameter under its name or an alias. Two of them are a contradiction.
Result<const json::Value*> given(const Parameter& parameter, const json::Object& arguments) {
  const json::Value* found = nullptr;
  for (const auto& [key, value] : arguments.members()) {
    if (!answers_to(parameter, key)) continue;
    if (found != nullptr)
      return plain_problem("PM1202", fmt::format("`{}` is given twice, once as `{}`", parameter.name, key),
                           "give it once");
    found = &value;
  }
  return found;
}

json::Value fallback_of(const Parameter& parameter) {
  if (parameter.kind == Kind::flag) return parameter.fallback == "true";
  return parameter.fallback;
}

Result<Argument> argument_for(const Parameter& parameter, const Method& method, const json::Object& arguments,
                              const Data& data) {
  const auto value = given(parameter, arguments);
  if (!value) return value.problems();
  if (*value != nullptr) return Reader(parameter, **value, data).read();
  if (parameter.fallback == kOptional) return Argument();
  if (parameter.fallback.empty())
    return plain_problem("PM1202", fmt::format("`{}` needs the argument `{}`", method.name, parameter.name),
                         fmt::format("`{}`: {}", parameter.name, parameter.meaning));
  const json::Value fallback = fallback_of(parameter);
  return Reader(parameter, fallback, data).read();
}

template <typename Is>
bool any_of(const json::Value& value, const Is& is) {
  const auto inner = [&is](const json::Value& item) { return any_of(item, is); };
  if (const auto* array = value.as_array()) return std::any_of(array->begin(), array->end(), inner);
  if (const auto* object = value.as_object())
    return std::any_of(object->members().begin(), object->members().end(),
                       [&inner](const json::Member& member) { return inner(member.value); });
  return is(value);
}

bool is_nan(const json::Value& value) {
  const auto* real = value.as_real();
  return real != nullptr && std::isnan(*real);
}

bool is_infinite(const json::Value& value) {
  const auto* text = value.as_string();
  return text != nullptr && (*text == "Infinity" || *text == "-Infinity");
}

// Infinity is an answer only where the method says that it may be one; elsewhere it is a number that no double holds.
bool is_unbounded(const Method& method) {
  return method.yields.find("Infinity") != std::string_view::npos;
}

}  // namespace

Answer call(const Method& method, const json::Object& arguments, const Data& data) {
  if (auto unknown = unknown_argument(method, arguments)) return std::move(*unknown);
  std::vector<Argument> values;
  values.reserve(method.parameters.size());
  for (const Parameter& parameter : method.parameters) {
    auto value = argument_for(parameter, method, arguments, data);
    if (!value) return value.problems();
    values.push_back(std::move(*value));
  }
  Answer answer = method.run(Arguments(method.parameters, std::move(values)));
  if (answer && any_of(*answer, is_nan))
    return refused(fmt::format("`{}` is not defined for these arguments", method.name),
                   fmt::format("it assumes: {}", method.assumes));
  if (answer && !is_unbounded(method) && any_of(*answer, is_infinite))
    return refused(fmt::format("what `{}` yields for these arguments is larger than a double holds", method.name),
                   "give the values in another unit, or less extreme ones");
  return answer;
}

}  // namespace proofmark::methods
