// What a policy's telemetry block says of its columns, for `snapshot create --schema`.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "runtime/snapshot/create.h"

namespace proofmark::cli {

// One source a stream, in the order given. Errors: the policy's own, and PM0710 for a stream that it does not declare
// or a field whose unit it does not say. Its warnings are `check`'s to give, and `eval`'s.
Result<std::vector<snapshot::StreamSource>> schema_sources(
    const std::string& policy, const std::vector<std::pair<std::string, std::filesystem::path>>& streams);

}  // namespace proofmark::cli
