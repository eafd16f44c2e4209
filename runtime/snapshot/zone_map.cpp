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

// Whether `value` is null or an integer as std::to_string spells it.
bool read_bound(const Value& value, std::optional<std::int64_t>& into) {
  if (value.is_null()) return true;
  const std::string* text = value.as_string();
  if (text == nullptr) return false;
  std::int64_t ns = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), ns);
  if (error != std::errc() || std::to_string(ns) != *text) return false;
  into = ns;
  return true;
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
  const std::uint64_t blocks = (rows + kBlockRows - 1) / kBlockRows;
  if (least.size() != blocks || greatest.size() != blocks)
    return wrong("the zone map must have " + std::to_string(blocks) + " blocks");
  std::vector<Zone> zones(least.size());
  for (std::size_t i = 0; i < zones.size(); ++i) {
    Zone& zone = zones[i];
    if (!read_bound(least[i], zone.minimum) || !read_bound(greatest[i], zone.maximum) ||
        zone.minimum.has_value() != zone.maximum.has_value() || zone.minimum > zone.maximum)
      return wrong("block " + std::to_string(i) + " of the zone map has no valid bounds");
  }
  return zones;
}

}  // namespace proofmark::snapshot
