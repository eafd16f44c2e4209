// Reading facts trusts nothing: every member is looked for, typed and counted, and the first one that is wrong is named
// by its path. What each kind of fact is made of stands in its own file (sums_json.h, series_json.h, models_json.h,
// history_json.h).
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/json/json.h"
#include "runtime/json/utf8.h"
#include "runtime/plan/facts.h"
#include "runtime/transcript/json_path.h"

namespace proofmark::transcript {

// A member that is known to be there.
inline const json::Value& member(const json::Object& object, std::string_view key) {
  return *object.find(key);
}

// Reads one document; the first problem ends it. Every method says whether it could read.
class FactsReader {
 public:
  using Value = json::Value;
  using Object = json::Object;
  using Sum = std::variant<plan::Int128, double>;

  explicit FactsReader(const std::string& file) : file_(file) {}
  Diagnostic problem() const { return *problem_; }

  bool refuse(const JsonPath& path, std::string what);
  bool refuse_kind(const JsonPath& path, const Value& found, std::string_view wanted);

  // The value as an object with exactly these members (`member` gives one).
  const Object* members(const Value& value, const JsonPath& path, const std::vector<std::string_view>& keys);
  // An array, whose items read_one(reader, value, path, item) reads.
  template <typename Items, typename Read>
  bool items(const Value& value, const JsonPath& path, Items& out, Read read_one) {
    const json::Array* array = value.as_array();
    if (array == nullptr) return refuse_kind(path, value, "an array");
    out.resize(array->size());
    for (std::size_t i = 0; i < array->size(); ++i)
      if (!std::invoke(read_one, *this, (*array)[i], JsonPath(path, i), out[i])) return false;
    return true;
  }

  bool string(const Value& value, const JsonPath& path, std::string& out);
  bool optional_text(const Value& value, const JsonPath& path, std::string& out);  // that says something, or null
  bool truth(const Value& value, const JsonPath& path, bool& out);
  bool count(const Value& value, const JsonPath& path, std::uint64_t& out);
  bool optional_count(const Value& value, const JsonPath& path, std::optional<std::uint64_t>& out);
  bool instant(const Value& value, const JsonPath& path, std::optional<std::int64_t>& out);
  bool duration(const Value& value, const JsonPath& path, std::int64_t& out);
  bool measured(const Value& value, const JsonPath& path, std::optional<plan::Number>& out);
  bool sum(const Value& value, const JsonPath& path, std::optional<Sum>& out);
  bool square(const Object& object, const JsonPath& path, std::string_view key, plan::Int128& out);
  bool rank(const Value& value, const JsonPath& path, std::optional<plan::RankedValue>& out);
  bool key(const Value& value, const JsonPath& path, plan::GroupKey& out);

 private:
  const std::string& file_;
  std::optional<Diagnostic> problem_;
};

}  // namespace proofmark::transcript
