#include "runtime/methods/cluster_labels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "runtime/methods/methods.h"
#include "runtime/statistics/clustered_decision.h"

namespace proofmark::methods {
namespace {

constexpr double kMostRows = 5e7;  // of one resample

// What programs write where there is no number: rows without a label are in no cluster, let alone in one together.
bool is_nan(const json::Value& label) {
  if (const double* real = label.as_real()) return std::isnan(*real);
  const std::string* text = label.as_string();
  return text != nullptr && (*text == "NaN" || *text == "nan" || *text == "NAN");
}

// Nothing for what is neither a number nor a text.
std::optional<std::string> label_of(const json::Value& value) {
  const bool scalar = value.as_array() == nullptr && value.as_object() == nullptr && !value.is_null();
  return scalar ? std::optional(spelled(value)) : std::nullopt;
}

Result<statistics::RowClusters> labelled(const json::Array& labels) {
  std::map<std::string, std::size_t> places;
  statistics::RowClusters clusters;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const auto label = label_of(labels[row]);
    if (!label) return refused(fmt::format("label {} is neither a number nor a text", row + 1));
    if (is_nan(labels[row]))
      return refused(fmt::format("label {} is NaN", row + 1),
                     "a row whose cluster is not known is in none of them: leave it out");
    const auto [place, is_new] = places.try_emplace(*label, clusters.size());
    if (is_new) clusters.emplace_back();
    clusters[place->second].push_back(row);
  }
  return clusters;
}

}  // namespace

Result<statistics::RowClusters> clusters_of_rows(const Arguments& call, std::size_t n) {
  if (!call.has("clusters")) return statistics::RowClusters();
  if (call.has("indices") || call.count("block") > 1)
    return refused("`clusters` stands beside another way to draw rows", "leave out `block` and `indices`");
  const json::Array* labels = call.value("clusters").as_array();
  if (labels == nullptr || labels->size() != n)
    return refused(labels == nullptr ? "`clusters` is no list"
                                     : fmt::format("`sample` has {} rows, `clusters` {}", n, labels->size()),
                   "give one label for each row of `sample`");
  auto clusters = labelled(*labels);
  if (!clusters) return clusters;
  if (clusters->size() < statistics::kFewestClusters)
    return refused(fmt::format("the rows come in {} clusters", clusters->size()),
                   "fewer than ten clusters do not show how much clusters vary");
  const auto largest = std::max_element(clusters->begin(), clusters->end(),
                                        [](const auto& a, const auto& b) { return a.size() < b.size(); });
  if (static_cast<double>(largest->size()) * static_cast<double>(clusters->size()) > kMostRows)
    return refused("a resample could hold more than 5e7 rows", "take a sample of the clusters");
  return clusters;
}

}  // namespace proofmark::methods
