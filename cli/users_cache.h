// The caches of this run: in the user's folder.
#pragma once

#include "runtime/cache/cache.h"

namespace proofmark::cli {

const cache::Cache& users_cache();
// Facts of rows that were seen, in a folder within it: they are many and shall not drive compiled code out.
const cache::Cache& users_facts();

}  // namespace proofmark::cli
