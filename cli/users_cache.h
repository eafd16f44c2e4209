// The one cache of this run: in the user's folder.
#pragma once

#include "runtime/cache/cache.h"

namespace proofmark::cli {

const cache::Cache& users_cache();

}  // namespace proofmark::cli
