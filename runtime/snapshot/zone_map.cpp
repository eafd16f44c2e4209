// Zone maps to and from canonical JSON.
#include "runtime/snapshot/zone_map.h"

#include <algorithm>
#include <charconv>

#include "runtime/json/json.h"
#include "runtime/snapshot/problem_codes.h"

namespace proofmark::snapshot {
namespace {

using json::Array;
using json::Object;
using json::Value;

constexpr std::string_view kFormat = "proofmark-zones/1";

Value bound(const std::optional<std::int64_t>& ns) {
  return ns ? Value(std::to_string(*ns)) : Value();
}

// An integer as std::to_string spells it.
std::optional<std::int64_t> integer(std::string_view text) {
  std::int64_t ns = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ns);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  const bool negative = text.front() == '-';
  const bool spelt_otherwise = text[negative ? 1 : 0] == '0' && text.size() > 1;  // -0, 07
  return spelt_otherwise ? std::nullopt : std::optional(ns);
}

// Whether `value` is null or an integer.
bool read_bound(const Value& value, std::optional<std::int64_t>& into) {
  if (value.is_null()) return true;
  const std::string* text = value.as_string();
  if (text == nullptr) return false;
  into = integer(*text);
  return into.has_value();
}

bool are_bounds(const Zone& zone) {
  return zone.minimum.has_value() == zone.maximum.has_value() && zone.minimum <= zone.maximum;
}

std::string head() {
  return "{\"blockRows\":" + std::to_string(kBlockRows) + ",\"format\":\"" + std::string(kFormat) + "\",\"maximum\":[";
}

bool skip(std::string_view& rest, std::string_view expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

bool skip_bounds(std::string_view& rest, std::vector<Zone>& zones, std::optional<std::int64_t> Zone::* bound) {
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (i > 0 && !skip(rest, ",")) return false;
    if (skip(rest, "null")) continue;
    if (!skip(rest, "\"")) return false;
    const std::size_t end = std::min(rest.find('"'), rest.size());
    zones[i].*bound = integer(rest.substr(0, end));
    rest.remove_prefix(end);
    if (!(zones[i].*bound).has_value() || !skip(rest, "\"")) return false;
  }
  return true;
}

// There is one way to write a zone map, and a long one is read faster by it than by the grammar of JSON. Nothing where
// it is written otherwise: what is wrong then is found by the grammar.
std::optional<std::vector<Zone>> read_as_written(std::string_view bytes, std::uint64_t blocks) {
  if (blocks > bytes.size()) return std::nullopt;
  std::vector<Zone> zones(blocks);
  const bool read = skip(bytes, head()) && skip_bounds(bytes, zones, &Zone::maximum) &&
                    skip(bytes, "],\"minimum\":[") && skip_bounds(bytes, zones, &Zone::minimum) && bytes == "]}" &&
                    std::all_of(zones.begin(), zones.end(), are_bounds);
  return read ? std::optional(std::move(zones)) : std::nullopt;
}

}  // namespace

std::vector<Zone> zones_of(const Table& table, const ColumnData& time_column) {
  const auto& times = std::get<IntegerData>(time_column.values);
  std::vector<Zone> zones((table.rows + kBlockRows - 1) / kBlockRows);
  for (std::size_t block = 0; block < zones.size(); ++block) {
    const std::uint64_t begin = block * kBlockRows, end = std::min(begin + kBlockRows, table.rows);
    std::int64_t least = INT64_MAX, greatest = INT64_MIN;
    bool any = false;
    for (std::uint64_t i = begin; i < end; ++i) {
      const std::uint64_t row = table.order.empty() ? i : table.order[i];
      if (!time_column.valid.empty() && time_column.valid[row] == 0) continue;
      least = std::min(least, times[row]);
      greatest = std::max(greatest, times[row]);
      any = true;
    }
    if (any) zones[block] = {least, greatest};
  }
  return zones;
}

Zone whole_extent(const std::vector<Zone>& zones) {
  Zone whole;
  for (const Zone& zone : zones) {
    if (!zone.minimum) continue;
    whole.minimum = std::min(whole.minimum.value_or(*zone.minimum), *zone.minimum);
    whole.maximum = std::max(whole.maximum.value_or(*zone.maximum), *zone.maximum);
  }
  return whole;
}

std::string write_zone_map(const std::vector<Zone>& zones) {
  Array minimum, maximum;
  for (const Zone& zone : zones) {
    minimum.push_back(bound(zone.minimum));
    maximum.push_back(bound(zone.maximum));
  }
  return json::canonical(Object{{"format", kFormat},
                                {"blockRows", std::int64_t{kBlockRows}},
                                {"minimum", std::move(minimum)},
                                {"maximum", std::move(maximum)}});
}

Result<std::vector<Zone>> read_zone_map(std::string_view bytes, std::string_view file, std::uint64_t rows) {
  const auto wrong = [&](std::string what) {
    return file_problem(code::kZoneMap, std::string(file), std::move(what),
                        "make the snapshot again from its telemetry");
  };
  const std::uint64_t blocks = (rows + kBlockRows - 1) / kBlockRows;
  if (auto zones = read_as_written(bytes, blocks)) return std::move(*zones);
  const auto value = json::parse(bytes, file, code::kZoneMap);
  if (!value) return value.problems();
  const Object* object = value->as_object();
  if (object == nullptr || json::canonical(*value) != bytes)
    return wrong("the zone map is not a canonical JSON object");
  const Value *minimum = object->find("minimum"), *maximum = object->find("maximum");
  const bool shaped = object->size() == 4 && minimum != nullptr && minimum->as_array() != nullptr &&
                      maximum != nullptr && maximum->as_array() != nullptr && object->find("format") != nullptr &&
                      *object->find("format") == Value(kFormat) && object->find("blockRows") != nullptr &&
                      *object->find("blockRows") == Value(std::int64_t{kBlockRows});
  if (!shaped) return wrong("the zone map has not the shape of `" + std::string(kFormat) + "`");
  const Array &least = *minimum->as_array(), &greatest = *maximum->as_array();
  if (least.size() != blocks || greatest.size() != blocks)
    return wrong("the zone map must have " + std::to_string(blocks) + " blocks");
  std::vector<Zone> zones(least.size());
  for (std::size_t i = 0; i < zones.size(); ++i) {
    Zone& zone = zones[i];
    if (!read_bound(least[i], zone.minimum) || !read_bound(greatest[i], zone.maximum) || !are_bounds(zone))
      return wrong("block " + std::to_string(i) + " of the zone map has no valid bounds");
  }
  return zones;
}

}  // namespace proofmark::snapshot
