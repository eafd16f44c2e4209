#include "runtime/plan/same_scans.h"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/plan/scan_key.h"

namespace proofmark::plan {
namespace {

template <typename Node>
void add(Key& key, const std::vector<Node>& nodes) {
  key << nodes.size();
  for (const Node& node : nodes) key << node;
}

void add_kept(Key& key, const Accumulator& accumulator) {
  const auto* values = std::get_if<CollectValues>(&accumulator.what);
  if (values == nullptr) return;
  key << values->sum << values->extremes << values->distinct << values->contrasted << values->ranks.size();
  for (const RankRule& rule : values->ranks) key << rule.kind << rule.p << rule.alpha << rule.strict;
}

void add(Key& key, const Scan& scan) {
  key << scan.stream << scan.time_field << scan.weight;
  add(key, scan.fields);
  for (const Field& field : scan.fields) key << field.name;
  add(key, scan.values);
  add(key, scan.atoms);
  add(key, scan.windows);
  add(key, scan.masks);
  add(key, scan.groupings);
  add(key, scan.accumulators);
  for (const Accumulator& accumulator : scan.accumulators) add_kept(key, accumulator);
}

struct HashOfBytes {
  using is_transparent = void;
  std::size_t operator()(std::string_view bytes) const { return std::hash<std::string_view>{}(bytes); }
};

}  // namespace

SameScans same_scans(std::span<const Scan* const> scans) {
  SameScans same;
  std::unordered_map<std::string, std::size_t, HashOfBytes, std::equal_to<>> known;  // never walked through
  Key key;
  for (const Scan* scan : scans) {
    key.clear();
    add(key, *scan);
    auto place = known.find(key.bytes());
    if (place == known.end()) {
      place = known.emplace(key.bytes(), same.distinct.size()).first;
      same.distinct.push_back(scan);
    }
    same.place.push_back(place->second);
  }
  return same;
}

}  // namespace proofmark::plan
