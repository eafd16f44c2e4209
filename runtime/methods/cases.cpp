#include "runtime/methods/cases.h"

#include <fmt/format.h>

#include <cmath>

#include "runtime/json/lenient.h"

namespace proofmark::methods {
namespace {

Diagnostic malformed(std::string message) {
  return plain_problem("PM1205", std::move(message),
                       "a case is {\"id\", \"method\", \"inputs\", \"params\", \"expected\", \"tol\"}");
}

std::optional<double> real_of(const json::Value& value) {
  if (const auto* integer = value.as_integer()) return static_cast<double>(*integer);
  if (const auto* real = value.as_real()) return *real;
  if (const auto* text = value.as_string()) {
    if (*text == "Infinity") return HUGE_VAL;
    if (*text == "-Infinity") return -HUGE_VAL;
  }
  return std::nullopt;
}

// The members of `from` added to `into`; a word says what is wrong.
std::string add_arguments(const json::Object& whole, std::string_view key, json::Object& into) {
  const json::Value* value = whole.find(key);
  if (value == nullptr || value->is_null()) return {};
  const json::Object* members = value->as_object();
  if (members == nullptr) return fmt::format("`{}` is {}, not an object", key, value->kind());
  for (const auto& [name, item] : members->members()) {
    if (into.find(name) != nullptr) return fmt::format("`{}` is given in `inputs` and in `params`", name);
    into.set(name, item);
  }
  return {};
}

std::string read_tolerance(const json::Object& whole, Case& into) {
  const json::Value* value = whole.find("tol");
  if (value == nullptr) return {};
  const json::Object* members = value->as_object();
  if (members == nullptr) return "`tol` is not an object";
  for (const auto& [name, target] : {std::pair{"rel", &into.relative}, std::pair{"abs", &into.absolute}}) {
    const json::Value* part = members->find(name);
    if (part == nullptr) continue;
    const auto number = real_of(*part);
    if (!number || !(*number >= 0) || !std::isfinite(*number))
      return fmt::format("`tol.{}` is not a finite number of at least 0", name);
    *target = *number;
  }
  if (into.relative >= 1) return "`tol.rel` is 1 or more: every answer would agree";
  return {};
}

std::string fill(const json::Value& value, Case& into) {
  const json::Object* whole = value.as_object();
  if (whole == nullptr) return fmt::format("the case is {}, not an object", value.kind());
  if (const json::Value* id = whole->find("id")) into.id = *id;
  const json::Value* method = whole->find("method");
  if (method == nullptr || method->as_string() == nullptr) return "the case names no `method`";
  into.method = *method->as_string();
  for (const char* key : {"inputs", "params"})
    if (std::string wrong = add_arguments(*whole, key, into.arguments); !wrong.empty()) return wrong;
  if (const json::Value* expected = whole->find("expected")) {
    if (expected->as_object() == nullptr) return "`expected` is not an object";
    into.expected = *expected->as_object();
  }
  return read_tolerance(*whole, into);
}

bool agrees(const json::Value& expected, const json::Value& got, double relative, double absolute) {
  if (const auto* items = expected.as_array()) {
    const auto* found = got.as_array();
    if (found == nullptr || found->size() != items->size()) return false;
    for (std::size_t i = 0; i < items->size(); ++i)
      if (!agrees((*items)[i], (*found)[i], relative, absolute)) return false;
    return true;
  }
  const auto wanted = real_of(expected), have = real_of(got);
  if (!wanted || !have) return expected == got;
  if (std::isinf(*wanted) || std::isinf(*have)) return *wanted == *have;
  return std::fabs(*have - *wanted) <= absolute + relative * std::fabs(*wanted);
}

}  // namespace

Result<std::vector<Case>> read_cases(std::string_view text, const std::string& file) {
  const auto document = json::parse_lenient(text, file, "PM1205");
  if (!document) return document.problems();
  const json::Array* items = document->as_array();
  if (const json::Object* whole = document->as_object()) {
    const json::Value* schema = whole->find("schema");
    if (schema != nullptr && *schema != json::Value("stats-oracle/1"))
      return file_problem("PM1205", file, fmt::format("the schema is {}, not \"stats-oracle/1\"", spelled(*schema)),
                          "give the cases in the format of docs/formats/cases.md");
    const json::Value* cases = whole->find("cases");
    items = cases != nullptr ? cases->as_array() : nullptr;
  }
  if (items == nullptr || items->empty())
    return file_problem("PM1205", file, "the file holds no list `cases`",
                        "give {\"schema\": \"stats-oracle/1\", \"cases\": [...]}");
  std::vector<Case> cases;
  cases.reserve(items->size());
  for (const json::Value& item : *items) {
    Case next;
    if (std::string wrong = fill(item, next); !wrong.empty()) next.malformed.push_back(malformed(std::move(wrong)));
    cases.push_back(std::move(next));
  }
  return cases;
}

Answer run(const Case& the_case, const Data& data) {
  if (!the_case.malformed.empty()) return the_case.malformed;
  const auto method = find(the_case.method);
  if (!method) return method.problems();
  return call(**method, the_case.arguments, data);
}

std::vector<std::string> shortfalls(const Case& the_case, const json::Object& answer) {
  std::vector<std::string> texts;
  for (const auto& [field, expected] : the_case.expected.members()) {
    const json::Value* got = answer.find(field);
    if (got == nullptr)
      texts.push_back(fmt::format("{}: expected {}, but the method yields no such field", field, spelled(expected)));
    else if (!agrees(expected, *got, the_case.relative, the_case.absolute))
      texts.push_back(fmt::format("{}: expected {}, got {} (tolerance {} + {} of it)", field, spelled(expected),
                                  spelled(*got), spelled(the_case.absolute), spelled(the_case.relative)));
  }
  return texts;
}

}  // namespace proofmark::methods
