// Members of a transcript that may not be there: whoever reads one that anybody could have written takes what he finds.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "runtime/json/json.h"

namespace proofmark::transcript {

using MemberPath = std::initializer_list<std::string_view>;

// A member of nested objects; null when there is none.
inline const json::Value* value_at(const json::Value& value, MemberPath path) {
  const json::Value* at = &value;
  for (const std::string_view key : path) {
    const json::Object* object = at->as_object();
    at = object != nullptr ? object->find(key) : nullptr;
    if (at == nullptr) return nullptr;
  }
  return at;
}

// A text member; empty when there is none.
inline std::string text_at(const json::Value& value, MemberPath path) {
  const json::Value* at = value_at(value, path);
  return at != nullptr && at->as_string() != nullptr ? *at->as_string() : std::string();
}

// The items of an array member; none where it is none.
inline const json::Array& array_at(const json::Value& value, MemberPath path) {
  static const json::Array kNone;
  const json::Value* at = value_at(value, path);
  return at != nullptr && at->as_array() != nullptr ? *at->as_array() : kNone;
}

}  // namespace proofmark::transcript
