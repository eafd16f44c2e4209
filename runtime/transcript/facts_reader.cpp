#include "runtime/transcript/facts_reader.h"

#include "runtime/transcript/number_text.h"

namespace proofmark::transcript {

bool FactsReader::refuse(const JsonPath& path, std::string what) {
  problem_ = file_problem("PM0903", file_, "`" + path.text() + "` " + std::move(what),
                          "a transcript is written by Proofmark and never by hand; take the original file");
  return false;
}

bool FactsReader::refuse_kind(const JsonPath& path, const Value& found, std::string_view wanted) {
  return refuse(path, "is " + std::string(found.kind()) + " where " + std::string(wanted) + " belongs");
}

const json::Object* FactsReader::members(const Value& value, const JsonPath& path,
                                         const std::vector<std::string_view>& keys) {
  const Object* object = value.as_object();
  if (object == nullptr) return refuse_kind(path, value, "an object"), nullptr;
  for (const std::string_view key : keys)
    if (object->find(key) == nullptr) return refuse(path, "lacks the member `" + std::string(key) + "`"), nullptr;
  for (const auto& [key, unused] : object->members())
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      return refuse(path, "has a member `" + json::printable(key) + "` that does not belong"), nullptr;
  return object;
}

bool FactsReader::string(const Value& value, const JsonPath& path, std::string& out) {
  const std::string* text = value.as_string();
  if (text == nullptr) return refuse_kind(path, value, "a string");
  out = *text;
  return true;
}

bool FactsReader::count(const Value& value, const JsonPath& path, std::uint64_t& out) {
  const std::int64_t* integer = value.as_integer();
  if (integer == nullptr) return refuse_kind(path, value, "a count");
  if (*integer < 0) return refuse(path, "is " + std::to_string(*integer) + ", and a count is never negative");
  out = static_cast<std::uint64_t>(*integer);
  return true;
}

bool FactsReader::optional_count(const Value& value, const JsonPath& path, std::optional<std::uint64_t>& out) {
  return value.is_null() || count(value, path, out.emplace());
}

bool FactsReader::instant(const Value& value, const JsonPath& path, std::optional<std::int64_t>& out) {
  if (value.is_null()) return true;
  std::optional<plan::Number> number;
  if (!measured(value, path, number)) return false;
  if (!std::holds_alternative<std::int64_t>(*number)) return refuse(path, "is no whole number of nanoseconds");
  out = std::get<std::int64_t>(*number);
  return true;
}

bool FactsReader::measured(const Value& value, const JsonPath& path, std::optional<plan::Number>& out) {
  if (value.is_null()) return true;
  std::string text;
  if (!string(value, path, text)) return false;
  out = parse_number(text);
  return out || refuse(path, "is `" + json::printable(text) + "`, which is no number as transcripts spell it");
}

bool FactsReader::sum(const Value& value, const JsonPath& path, std::optional<Sum>& out) {
  if (value.is_null()) return true;
  std::string text;
  if (!string(value, path, text)) return false;
  out = parse_sum(text);
  return out || refuse(path, "is `" + json::printable(text) + "`, which is no number as transcripts spell it");
}

bool FactsReader::rank(const Value& value, const JsonPath& path, std::optional<plan::RankedValue>& out) {
  if (value.is_null()) return true;
  const Object* object = members(value, path, {"rank", "value"});
  std::optional<plan::Number> number;
  plan::RankedValue ranked;
  if (object == nullptr || !count(member(*object, "rank"), JsonPath(path, "rank"), ranked.rank) ||
      !measured(member(*object, "value"), JsonPath(path, "value"), number))
    return false;
  if (!number) return refuse(JsonPath(path, "value"), "is null where a number belongs");
  ranked.value = *number;
  out = ranked;
  return true;
}

bool FactsReader::square(const Object& object, const JsonPath& path, std::string_view key, plan::Int128& out) {
  std::string text;
  if (!string(member(object, key), JsonPath(path, key), text)) return false;
  const auto number = plan::parse_int128(text);
  if (!number || *number < 0 || plan::to_string(*number) != text)
    return refuse(JsonPath(path, key), "is `" + json::printable(text) + "`, which is no sum of products of counts");
  out = *number;
  return true;
}

bool FactsReader::duration(const Value& value, const JsonPath& path, std::int64_t& out) {
  std::optional<std::int64_t> found;
  if (!instant(value, path, found)) return false;
  if (!found) return refuse(path, "is null where a duration belongs");
  out = *found;
  return true;
}

bool FactsReader::key(const Value& value, const JsonPath& path, plan::GroupKey& out) {
  return value.is_null() || string(value, path, out.emplace());
}

bool FactsReader::optional_text(const Value& value, const JsonPath& path, std::string& out) {
  if (value.is_null()) return true;
  return string(value, path, out) && (!out.empty() || refuse(path, "is an empty text where null belongs"));
}

bool FactsReader::truth(const Value& value, const JsonPath& path, bool& out) {
  const bool* found = value.as_bool();
  if (found == nullptr) return refuse(path, "is neither true nor false");
  out = *found;
  return true;
}

}  // namespace proofmark::transcript
