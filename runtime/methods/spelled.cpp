// Results as text: JSON in the order of the fields, reals with the 17 digits that identify a double.
#include <fmt/format.h>

#include "runtime/methods/methods.h"
#include "runtime/plan/match.h"

namespace proofmark::methods {

std::string spelled(const json::Value& value) {
  if (const auto* real = value.as_real()) {
    std::string text = fmt::format("{:.17g}", *real);
    return text == "-0" ? "0" : text;
  }
  if (const auto* array = value.as_array()) {
    std::string text = "[";
    for (const json::Value& item : *array) text += (text.size() == 1 ? "" : ",") + spelled(item);
    return text + "]";
  }
  if (const auto* object = value.as_object()) {
    std::string text = "{";
    for (const auto& [key, item] : object->members())
      text += fmt::format("{}{}:{}", text.size() == 1 ? "" : ",", json::canonical(key), spelled(item));
    return text + "}";
  }
  return json::canonical(value);
}

}  // namespace proofmark::methods
