// Parts that facts are written of.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "runtime/json/json.h"
#include "runtime/plan/facts.h"
#include "runtime/transcript/number_text.h"

namespace proofmark::transcript::parts {

using json::Array;
using json::Object;
using json::Value;

template <typename Items, typename Write>
Value list(const Items& items, Write write) {
  Array array;
  array.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) array.push_back(write(items[i]));
  return Value(std::move(array));
}

template <typename Optional, typename Write>
Value nullable(const Optional& value, Write write) {
  return value ? Value(write(*value)) : Value();
}

inline Value instant(const std::optional<std::int64_t>& ns) {
  return nullable(ns, [](std::int64_t value) { return std::to_string(value); });
}

inline Value rank_to_json(const std::optional<plan::RankedValue>& rank) {
  return nullable(
      rank, [](const plan::RankedValue& one) { return Object{{"rank", one.rank}, {"value", exact_text(one.value)}}; });
}

inline Value count_to_json(std::uint64_t count) {
  return Value(count);
}
inline Value key_to_json(const plan::GroupKey& key) {
  return nullable(key, [](const std::string& text) { return text; });
}

}  // namespace proofmark::transcript::parts
