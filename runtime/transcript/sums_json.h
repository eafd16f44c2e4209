// Collected values, clusters, moments and contrasts as JSON and back.
#pragma once

#include <vector>

#include "runtime/transcript/facts_reader.h"

namespace proofmark::transcript {

json::Value summary_to_json(const plan::ValueSummary& summary);
json::Value clusters_to_json(const plan::ClusterSums& sums);
json::Value moments_to_json(const plan::MomentSums& sums);
json::Value contrast_to_json(const plan::ContrastSums& sums);

bool read_summary(FactsReader& reader, const json::Value& value, const JsonPath& path, plan::ValueSummary& out);
bool read_cluster_sums(FactsReader& reader, const json::Value& value, const JsonPath& path, plan::ClusterSums& out);
bool read_moment_sums(FactsReader& reader, const json::Value& value, const JsonPath& path, plan::MomentSums& out);
bool read_contrast_sums(FactsReader& reader, const json::Value& value, const JsonPath& path, plan::ContrastSums& out);

}  // namespace proofmark::transcript
