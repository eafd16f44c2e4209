// That a snapshot's directory holds what its manifest names and nothing else. In: a directory and its streams. What
// else lies there is of nobody's making that we know: `verify` vouches for no such snapshot, and `append` replaces
// none.
#pragma once

#include <filesystem>
#include <vector>

#include "runtime/diagnostic/diagnostic.h"
#include "runtime/snapshot/opened_files.h"

namespace proofmark::snapshot {

// PM0843 for each file, link or folder that the manifest does not name.
Status check_no_strays(const std::filesystem::path& directory, const std::vector<OpenStream>& streams);

}  // namespace proofmark::snapshot
