// What a policy's telemetry block says of its columns, for `snapshot create --schema`.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"
#include "runtime/snapshot/create.h"

namespace proofmark::cli {

// One source a stream, in the order given. Errors: the policy's own, and PM0710 for a stream that it does not declare
// or a field whose unit it does not say.
Result<std::vector<snapshot::StreamSource>> schema_sources(
    const std::string& policy, const std::vector<std::pair<std::string, std::filesystem::path>>& streams,
    const Console& console);

}  // namespace proofmark::cli
