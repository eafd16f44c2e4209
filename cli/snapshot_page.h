// What `proofmark snapshot` prints: a page for people, the same as canonical JSON for machines.
#pragma once

#include <string>

#include "runtime/json/json.h"
#include "runtime/snapshot/append.h"
#include "runtime/snapshot/create.h"
#include "runtime/snapshot/snapshot.h"

namespace proofmark::cli {

std::string created_text(const std::string& directory, const snapshot::Created& created);
json::Value created_json(const snapshot::Created& created);
std::string appended_text(const std::string& directory, const snapshot::Appended& appended);
json::Value appended_json(const snapshot::Appended& appended);

// Columns are summarised, so their chunks must have been verified.
std::string snapshot_text(const std::string& directory, const snapshot::Snapshot& snapshot);
json::Value snapshot_json(const snapshot::Snapshot& snapshot);

}  // namespace proofmark::cli
